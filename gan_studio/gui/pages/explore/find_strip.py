"""A picture of one's own beside what was found for it, with its error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.finder import Finder

SIDE = 64


class FindStrip(QFrame):
    """Hidden while nothing is looked for."""

    def __init__(self, finder: Finder, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finder = finder
        self.setProperty("role", "card")
        self.setAccessibleName(_("A picture of your own"))
        self.original, self.copy = self._view(_("Your picture")), self._view(_("Found picture"))
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of the search for z"))
        self._build_buttons()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.original)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 10, 10)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(self.bar)
        column.addLayout(self._buttons)
        finder.changed.connect(self._update)
        theme.notifier().changed.connect(self._dress)
        self._dress()
        self.hide()

    def _view(self, name: str) -> PictureView:
        view = PictureView()
        view.setFixedSize(QSize(SIDE, SIDE))
        view.setAccessibleName(name)
        view.setToolTip(name)
        return view

    def _build_buttons(self) -> None:
        self.cancel = self._button(
            _("Cancel"), _("Stop searching and go to the best that was found so far. (Esc)")
        )
        self.cancel.setShortcut("Esc")
        self.go = self._button(
            _("Go there"), _("Go to the z that was found for your picture once more.")
        )
        self.swap = self._button(
            _("Swap black and white"),
            _(
                "Your picture is light where the training pictures are dark: look again with\n"
                "black and white swapped. A model draws only what it saw."
            ),
        )
        self.dismiss = QPushButton()
        self.dismiss.setProperty("role", "flat")
        self.dismiss.setAccessibleName(_("Put away"))
        self.dismiss.setToolTip(_("Put your picture away; the place stays."))
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(4)
        for button in (self.cancel, self.go, self.swap):
            self._buttons.addWidget(button)
        self._buttons.addStretch(1)
        self.cancel.clicked.connect(self._finder.stop)
        self.go.clicked.connect(self._finder.go)
        self.swap.clicked.connect(self._finder.swap)
        self.dismiss.clicked.connect(self._finder.close)

    def _button(self, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setProperty("inline", True)
        button.setToolTip(tooltip)
        button.setAccessibleName(text)
        return button

    def _dress(self) -> None:
        self.dismiss.setIcon(theme.icon("close", theme.tokens().muted))

    def _update(self) -> None:
        finder, found = self._finder, self._finder.found
        self.setVisible(finder.wanted is not None)
        if finder.wanted is None:
            return
        is_busy = finder.is_busy
        self.cancel.setVisible(is_busy)
        self.bar.setVisible(is_busy)
        self.go.setVisible(not is_busy and found is not None)
        self.swap.setVisible(not is_busy and found is not None and self._can_swap(found))
        done, total = finder.progress or (0, 0)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.original.set_picture(None if found is None else found.original)
        self.copy.set_picture(None if found is None else found.copy)
        text = describe(finder)
        self.words.setText(text)
        self.setAccessibleDescription(text)

    def _can_swap(self, found: Any) -> bool:
        wanted = self._finder.wanted
        return bool(found.is_light or (wanted is not None and wanted.is_inverted))


def describe(finder: Finder) -> str:
    """What was found and how far it is off, in a line or two."""
    found, name = finder.found, "" if finder.wanted is None else finder.wanted.name
    if found is None:
        return _("{name}: looking for its z …").format(name=name)
    error = _("error (MSE) {mse:.4f}").format(mse=found.mse)
    if finder.is_busy:
        done, total = finder.progress or (0, 0)
        step = _("search: step {done} of {total}").format(done=done, total=total)
        return f"{name} · {step} · {error}"
    parts = [name, error]
    if not found.steps and not found.is_cut_short:
        parts.append(_("by the encoder"))
    elif found.is_cut_short:
        parts.append(_("search cut short"))
    else:
        words = _("by search, its worst start {worst:.4f}")
        parts.append(words.format(worst=found.worst))
    if found.is_light:
        parts.append(_("light where the training pictures are dark"))
    return " · ".join(parts)
