"""An inspector's form: heads in small capitals, a label at the left, an editor at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gan_studio.gui import theme
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.popup import keep_popup_in_window
from gan_studio.gui.widgets.value_slider import ValueSlider


class FieldRows(QScrollArea):
    """Rows below heads; scrolls when the window is low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 12, 14, 12)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, theme.px(76))
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        column.addStretch(1)
        self.setWidget(inside)

    def add_section(self, title: str) -> QLabel:
        """A head."""
        label = QLabel(title.upper())
        label.setProperty("role", "section")
        row = self._grid.rowCount()
        if row > 1:
            label.setContentsMargins(0, 10, 0, 0)
        self._grid.addWidget(label, row, 0, 1, 2)
        return label

    def add_row(self, text: str, editor: QWidget, tooltip: str) -> QLabel:
        """A labelled editor; the label is returned, so that the row can be hidden."""
        label = QLabel(text)
        label.setBuddy(editor)
        label.setToolTip(tooltip)
        editor.setToolTip(tooltip)
        editor.setAccessibleName(text)
        editor.setAccessibleDescription(tooltip)
        if isinstance(editor, ValueSlider):
            editor.set_name(text, tooltip)
        keep_narrow(editor)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(editor, row, 1)
        return label

    def add_wide(self, widget: QWidget, name: str = "", tooltip: str = "") -> None:
        """A widget over the whole width; `name` and `tooltip` where it has none of its own."""
        if name:
            widget.setAccessibleName(name)
            widget.setToolTip(tooltip)
            widget.setAccessibleDescription(tooltip)
        keep_narrow(widget)
        self._grid.addWidget(widget, self._grid.rowCount(), 0, 1, 2)

    def add_note(self, text: str) -> QLabel:
        """Small muted words over the whole width."""
        label = QLabel(text)
        label.setProperty("role", "muted")
        label.setWordWrap(True)
        self.add_wide(label)
        return label


def keep_narrow(widget: QWidget) -> None:
    """Long names in a list are cut rather than the inspector widened; its pop-up shows them."""
    if isinstance(widget, QComboBox):
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        widget.setSizeAdjustPolicy(policy)
        widget.setMinimumContentsLength(6)
        if not isinstance(widget, DropDown):
            keep_popup_in_window(widget)
