"""The head of a page: its title, chips that say what it is about, and its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


class PageHead(QWidget):
    """One line on top of a page. At most one button is primary; it is the last one."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._title = QLabel(title)
        self._title.setProperty("role", "page-title")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(10)
        self._plain = QHBoxLayout()
        self._plain.setSpacing(10)
        self._primary = QHBoxLayout()
        self._row.addWidget(self._title)
        self._row.addLayout(self._chips)
        self._row.addStretch(1)
        self._row.addLayout(self._plain)
        self._row.addLayout(self._primary)
        self._chip_labels: list[QLabel] = []
        self.setMinimumHeight(32)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)

    def set_chips(self, texts: Sequence[str]) -> None:
        """Show these words beside the title; empty ones are left out."""
        words = [text for text in texts if text]
        while len(self._chip_labels) < len(words):
            label = QLabel()
            label.setProperty("role", "chip")
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._chip_labels.append(label)
            self._chips.addWidget(label)
        for index, label in enumerate(self._chip_labels):
            label.setText(words[index] if index < len(words) else "")
            label.setVisible(index < len(words))

    def chips(self) -> list[str]:
        """The words that are shown beside the title."""
        return [label.text() for label in self._chip_labels if label.text()]

    def add_button(
        self, text: str, tooltip: str, *, primary: bool = False, shortcut: str = ""
    ) -> QPushButton:
        """A button at the right; the primary one comes last whatever the order of calls."""
        button = QPushButton(text)
        button.setToolTip(f"{tooltip} ({shortcut})" if shortcut else tooltip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tooltip)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setProperty("role", "primary" if primary else "plain")
        # Space stays with the window: it is not a shortcut but a key that nobody else took.
        if shortcut and shortcut != "Space":
            button.setShortcut(shortcut)
        (self._primary if primary else self._plain).addWidget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Any other control, left of the primary button."""
        self._plain.addWidget(widget)
