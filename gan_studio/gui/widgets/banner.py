"""A banner: what the program found or could not do, why, and the remedy as a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.run_shelf import Offer

KINDS = ("info", "warning", "error")


class Banner(QFrame):
    """Shows one message at a time; a newer one replaces the one before. Hidden while empty."""

    action_clicked = Signal()
    closed = Signal(bool)  # whether a person has seen to it, rather than the program
    replaced = Signal()  # another message is about to be shown in place of the one that is
    report_clicked = Signal(str)  # title, text and details of an error

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._details = ""
        self._on_action: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 7, 7)
        row.setSpacing(10)
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByMouse
        )
        self._text.setOpenExternalLinks(False)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._copy = self._button(
            _("Copy details"),
            _("Put the technical details on the clipboard, to report them."),
            "link",
        )
        self._copy.clicked.connect(self._on_copy_clicked)
        self._report = self._button(
            _("Report …"),
            _("Show a report of this fault, with versions and the last events, to pass on."),
            "link",
        )
        self._report.clicked.connect(self._on_report_clicked)
        self._action = self._button("", "", "plain")
        self._action.clicked.connect(self._on_button_clicked)
        self._close = self._button("", _("Dismiss this message."), "flat")
        self._close.setAccessibleName(_("Dismiss"))
        self._close.clicked.connect(self.dismiss)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        for button in (self._copy, self._report, self._action, self._close):
            row.addWidget(button)
        self.kind = ""
        theme.notifier().changed.connect(self._on_theme_changed)
        self.hide()

    def show_message(
        self,
        kind: str,
        title: str,
        text: str,
        action_text: str = "",
        details: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        """Show a message.

        Args:
            kind: "info", "warning" or "error".
            title: what is the matter, in a few words.
            text: why, and what helps, in one or two sentences.
            action_text: the remedy; "" shows no button.
            details: what "Copy details" copies; "" shows no such button.
            on_action: called by the button in place of the signal `action_clicked`.
        """
        if self.kind:
            self.replaced.emit()
        self.kind = kind
        self.title, self.text = title, text
        self._details = details
        self._on_action = on_action
        self._copy.setVisible(bool(details))
        self._report.setVisible(bool(details) and kind == "error")
        self._action.setText(action_text)
        self._action.setAccessibleName(action_text)
        self._action.setToolTip(text)
        self._action.setVisible(bool(action_text))
        self.setProperty("kind", kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._on_theme_changed()
        self.setAccessibleName(f"{title} {text}")
        self.show()

    def show_offer(self, offer: Offer) -> None:
        """Show a message that came from the session."""
        self.show_message(
            offer.kind,
            offer.title,
            offer.text,
            offer.action_text,
            offer.details,
            offer.on_action,
        )

    def shows(self, offer: Offer) -> bool:
        """Whether this very message stands there."""
        return bool(self.kind) and (self.title, self.text) == (offer.title, offer.text)

    def clear(self) -> None:
        """Hide the banner and forget its message, which does not hold any more."""
        self._end(is_settled=False)

    def dismiss(self) -> None:
        """The same, where a person wants it."""
        self._end(is_settled=True)

    def _end(self, *, is_settled: bool) -> None:
        if self.isHidden() and not self.kind:
            return
        self.kind = ""
        self._on_action = None
        self.hide()
        self.closed.emit(is_settled)

    @property
    def action_text(self) -> str:
        """The words on the remedy's button."""
        return self._action.text()

    def _button(self, text: str, tooltip: str, role: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tooltip)
        button.setProperty("role", role)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _on_button_clicked(self) -> None:
        action = self._on_action
        if action is None:
            self.action_clicked.emit()
            return
        self.dismiss()
        action()

    def _on_report_clicked(self) -> None:
        self.report_clicked.emit(self._whole)

    @property
    def _whole(self) -> str:
        return f"{self.title}\n{self.text}\n\n{self._details}"

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._whole)
        self._copy.setText(_("Copied"))

    def _on_theme_changed(self) -> None:
        if not self.kind:
            return
        from html import escape

        colors = theme.tokens()
        color = colors.accent if self.kind == "info" else colors.warning
        name = {"info": "info", "warning": "warning", "error": "error"}[self.kind]
        self._icon.setPixmap(theme.icon_pixmap(name, 18, color, self.devicePixelRatioF()))
        self._close.setIcon(theme.icon("close", colors.muted))
        self._copy.setText(_("Copy details"))
        self._text.setText(
            f'<b style="color:{color}">{escape(self.title)}</b>&nbsp; {escape(self.text)}'
        )
