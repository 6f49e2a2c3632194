"""A drop-down that says with an ellipsis where its words are cut, and whose list can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from gan_studio.gui.widgets.popup import keep_popup_in_window

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QWheelEvent

MOST_ROWS = 14


class DropDown(QComboBox):
    """For narrow places: the list is as wide as its entries whatever the width of the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxVisibleItems(MOST_ROWS)
        keep_popup_in_window(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # Whoever scrolls past a closed list does not mean to choose another entry.
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        # As QComboBox paints itself, but with the words elided instead of cut off.
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        if self.currentIndex() < 0:
            option.currentText = self.placeholderText()
            muted = option.palette.placeholderText()
            option.palette.setBrush(QPalette.ColorRole.ButtonText, muted)
        kind, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(kind, option, part, self).width()
        mode = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(option.currentText, mode, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(kind, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
