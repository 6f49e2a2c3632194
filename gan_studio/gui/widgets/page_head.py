"""The head of a page: its title, chips that say what it is about, and its buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gan_studio.gui import theme
from gan_studio.gui.widgets.more_button import SHORTCUT, MoreButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

GAP = 10
CHIP_PADDING = 26  # of the style sheet
LOW_WINDOW = 640
SHORTEST_CHIP = 90  # a chip that is cut shorter says nothing


class PageHead(QWidget):
    """One line on top of a page. At most one button is primary; it is the last one.

    Where there is not room for all, the last chips go first; they are in the title's tooltip then.
    Where there is not room for the buttons either, they come to a line of their own, and those
    that do not fit there to a menu; their keys work all the same.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(0, 1)
        self._title = QLabel(title)
        self._title.setProperty("role", "page-title")
        self._words, self._buttons = QWidget(), QWidget()
        self._chips = QHBoxLayout(self._words)
        row = QHBoxLayout(self._buttons)
        self._plain, self._primary = QHBoxLayout(), QHBoxLayout()
        for layout in (self._chips, row, self._plain, self._primary):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(GAP)
        self._chips.addWidget(self._title)
        self._chips.addStretch(1)
        row.addLayout(self._plain)
        self._more = MoreButton(self)
        row.addWidget(self._more)
        row.addLayout(self._primary)
        self._chip_labels: list[QLabel] = []
        self._texts: list[str] = []
        self._is_low = True
        self._set_low(False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.setText(title)
        self._fit()

    def set_chips(self, texts: Sequence[str]) -> None:
        """Show these words beside the title; empty ones are left out."""
        words = [text for text in texts if text]
        if words == self._texts:
            return
        self._texts = words
        while len(self._chip_labels) < len(words):
            label = QLabel()
            label.setProperty("role", "chip")
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._chips.insertWidget(len(self._chip_labels) + 1, label)
            self._chip_labels.append(label)
        self._fit()

    def chips(self) -> list[str]:
        """The words that are shown beside the title, where there is room for all."""
        return list(self._texts)

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
            button.setProperty(SHORTCUT, shortcut)
        (self._primary if primary else self._plain).addWidget(button)
        return button

    def add_widget(self, widget: QWidget) -> None:
        """Any other control, left of the primary button."""
        self._plain.addWidget(widget)

    def _set_low(self, is_low: bool) -> None:
        """Put the buttons below the title, or beside it."""
        if is_low == self._is_low:
            return
        self._is_low = is_low
        self._grid.addWidget(self._words, 0, 0)
        right = Qt.AlignmentFlag.AlignRight
        if is_low:
            self._grid.addWidget(self._buttons, 1, 0, 1, 2, right)
        else:
            self._grid.addWidget(self._buttons, 0, 1, right)

    def _fit_buttons(self) -> None:
        """Move plain buttons that do not fit into the menu, the last ones first, or back."""
        items = [self._plain.itemAt(index) for index in range(self._plain.count())]
        widgets = [widget for item in items if item and (widget := item.widget()) is not None]
        shown = [
            widget
            for widget in widgets
            if isinstance(widget, QPushButton) and (not widget.isHidden() or self._more.has(widget))
        ]
        if not shown:
            return
        others = [item for item in widgets if item not in shown and not item.isHidden()]
        rest = self._primary.sizeHint().width() + GAP
        rest += sum(item.sizeHint().width() + GAP for item in others)
        room = self.width() - rest
        if self.window().height() < theme.px(LOW_WINDOW):
            room -= self._title.sizeHint().width() + GAP  # no second line there
        wanted = [button.sizeHint().width() + GAP for button in shown]
        count = len(shown)
        if sum(wanted) > room:
            room -= self._more.sizeHint().width() + GAP
            while count and sum(wanted[:count]) > room:
                count -= 1
        self._more.hold(shown[count:])

    def _fit(self) -> None:
        self._fit_buttons()
        title, buttons = self._title.sizeHint().width(), self._buttons.sizeHint().width()
        self._set_low(title + GAP + buttons > self.width())
        room = self.width() - title - GAP - (0 if self._is_low else GAP + buttons)
        is_cut = False
        for index, label in enumerate(self._chip_labels):
            text = self._texts[index] if index < len(self._texts) else ""
            room -= GAP
            wanted = label.fontMetrics().horizontalAdvance(text) + CHIP_PADDING
            is_cut |= bool(text) and wanted > room
            if wanted > room >= theme.px(SHORTEST_CHIP):
                mode, words = Qt.TextElideMode.ElideRight, room - CHIP_PADDING
                label.setText(label.fontMetrics().elidedText(text, mode, words))
                label.show()
            else:
                label.setText(text)
                label.setVisible(bool(text) and wanted <= room)
            room -= wanted
        self._title.setToolTip(" · ".join(self._texts) if is_cut else "")

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        width = max(self._title.sizeHint().width(), self._primary.minimumSize().width() + 120)
        return QSize(width, max(hint.height(), theme.px(32)))

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a button came, went or changed its words
            self._fit()
        return handled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
