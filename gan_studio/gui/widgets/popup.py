"""Keeps the list that a drop-down opens readable and within the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect

if TYPE_CHECKING:
    from PySide6.QtWidgets import QComboBox

PADDING = 20  # of an entry in the style sheet, and the list's own border
MARGIN = 4  # of the pop-up, above and below the list
FRAMES = 20  # above and below all entries: the pop-up's and the list's, with the focus


def keep_popup_in_window(combo: QComboBox) -> None:
    """Make the list as wide as its entries, and move it left where it would leave the window."""
    combo.view().window().installEventFilter(_Placer(combo))


def place(popup: QRect, wanted: int, field: QRect, window: QRect) -> QRect:
    """Where the list comes to stand.

    Args:
        popup: where it would be.
        wanted: the width at which its entries can be read.
        field: the drop-down it belongs to.
        window: what it must not leave sideways.
    """
    width = min(max(popup.width(), wanted), window.width())
    left = min(popup.left(), field.right() - width + 1) if width > field.width() else popup.left()
    left = max(window.left(), min(left, window.right() - width + 1))
    return QRect(left, popup.top(), width, popup.height())


class _Placer(QObject):
    """Moves the list at the last moment before it is seen."""

    def __init__(self, combo: QComboBox) -> None:
        super().__init__(combo)
        self._combo = combo

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            combo, popup = self._combo, self._combo.view().window()
            field = QRect(combo.mapToGlobal(combo.rect().topLeft()), combo.size())
            top = combo.window()
            window = QRect(top.mapToGlobal(top.rect().topLeft()), top.size())
            screen = combo.screen().availableGeometry()
            wanted = combo.view().sizeHintForColumn(0) + PADDING
            if combo.count() > combo.maxVisibleItems():
                wanted += combo.view().verticalScrollBar().sizeHint().width()
            found = place(popup.geometry(), wanted, field, window & screen)
            self._make_high_enough(found, screen.height())
            popup.setGeometry(found)
        return False

    def _make_high_enough(self, popup: QRect, most: int) -> None:
        """Qt measures the list before it has the focus, whose border then hides the last entry."""
        combo, view = self._combo, self._combo.view()
        if combo.count() > combo.maxVisibleItems():
            view.setMinimumHeight(0)
            return
        needed = sum(view.sizeHintForRow(row) for row in range(combo.count())) + FRAMES
        popup.setHeight(min(max(needed, 1), most))
        view.setMinimumHeight(popup.height() - 2 * MARGIN)
