"""What a page shows while it has nothing to show: why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gan_studio.gui import theme
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

TEXT_WIDTH = 460


class EmptyState(Card):
    """A card with a few words in its middle, a button, and a bar while something is on its way."""

    clicked = Signal()

    def __init__(self, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._icon_name = icon_name
        self._icon, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "lead")
        self._text.setProperty("role", "hint")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(220)
        self._button = QPushButton()
        self._button.clicked.connect(self.clicked)
        self.second = QPushButton()
        self.second.hide()
        column, buttons = QVBoxLayout(), QHBoxLayout()
        column.setSpacing(12)
        buttons.setSpacing(8)
        for button in (self.second, self._button):
            buttons.addWidget(button)
        column.addStretch(1)
        for widget in (self._icon, self._title, self._text, self._bar):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._text.setWordWrap(True)
        column.addLayout(buttons)
        column.setAlignment(buttons, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.body.addLayout(column)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_words(
        self, title: str, text: str, action: str = "", tooltip: str = "", *, is_busy: bool = False
    ) -> None:
        """Change what it says; "" as `action` shows no button."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._fit_text()
        self._button.setText(action)
        self._button.setToolTip(tooltip)
        self._button.setAccessibleName(action)
        self._button.setVisible(bool(action))
        self.second.hide()
        self._bar.setVisible(is_busy)
        self._icon.setVisible(not is_busy)
        self.setAccessibleName(f"{title} {text}")

    def offer_second(self, action: str, tooltip: str) -> None:
        """Offer another way (`second`) beside the first, until other words are shown."""
        self.second.setText(action)
        self.second.setToolTip(tooltip)
        self.second.setAccessibleName(action)
        self.second.show()

    def _fit_text(self) -> None:
        # A centred label that wraps is given too little height by the layout; so it is told.
        width = min(theme.px(TEXT_WIDTH), max(self.width() - 60, 200))
        self._text.setFixedWidth(width)
        self._text.setFixedHeight(max(self._text.heightForWidth(width), 1))

    def set_progress(self, done: int, total: int) -> None:
        """How far the work is; a total of 0 means unknown."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    @property
    def title(self) -> str:
        """What it says."""
        return self._title.text()

    @property
    def button(self) -> QPushButton:
        """The remedy."""
        return self._button

    def _on_theme_changed(self) -> None:
        muted = theme.tokens().muted
        pixmap = theme.icon_pixmap(self._icon_name, 40, muted, self.devicePixelRatioF())
        self._icon.setPixmap(pixmap)
        self._fit_text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_text()
