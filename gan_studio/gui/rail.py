"""The rail: the pages in the order of the work, help and settings at its foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.pages import PageEntry


class Rail(QFrame):
    """One button per page. `chosen` says which key was clicked; `select` marks one."""

    chosen = Signal(str)
    help_clicked = Signal()
    settings_clicked = Signal()

    def __init__(self, pages: Sequence[PageEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setAccessibleName(_("Pages"))
        self._icons: dict[QToolButton, str] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 12, 6, 10)
        self._column.setSpacing(4)
        self.buttons: dict[str, QToolButton] = {}
        for number, page in enumerate(pages, start=1):
            button = self._button(_(page.title), page.icon, f"{_(page.help)} (Ctrl+{number})")
            button.setCheckable(True)
            button.setProperty("page", page.key)
            self._group.addButton(button)
            self.buttons[page.key] = button
        self._group.buttonClicked.connect(self._on_button_clicked)
        self._column.addStretch(1)
        help_button = self._button(_("Help"), "help", _("Explain this page (F1)."))
        help_button.clicked.connect(self.help_clicked)
        settings_button = self._button(
            _("Settings"), "settings", _("Colours, text size, where runs are kept (Ctrl+,).")
        )
        settings_button.clicked.connect(self.settings_clicked)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def select(self, key: str) -> None:
        """Mark the button of a page."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def _button(self, text: str, icon: str, tooltip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "rail")
        button.setText(text)
        button.setToolTip(tooltip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tooltip)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        # A click must leave the focus on the page, where Space is the main action.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons[button] = icon
        self._column.addWidget(button)
        return button

    def _on_button_clicked(self, button: QToolButton) -> None:
        self.chosen.emit(button.property("page"))

    def _on_theme_changed(self) -> None:
        self.setFixedWidth(theme.px(theme.RAIL_WIDTH))
        for button, name in self._icons.items():
            button.setIconSize(QSize(22, 22))
            button.setIcon(theme.icon(name, theme.tokens().muted, 22))
            button.setMinimumHeight(39 + theme.px(16))
