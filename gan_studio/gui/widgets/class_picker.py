"""Which class a conditional model draws: a row of buttons, or a list when there are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BUTTONS = 12
LONGEST_ROW = 30  # letters that fit side by side


class ClassPicker(QWidget):
    """One class out of several; arrow keys walk through them."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._group: QButtonGroup | None = None
        self._combo: QComboBox | None = None
        self.setAccessibleName(_("Class"))
        self.hide()

    def set_classes(self, names: Sequence[str]) -> None:
        """Offer these classes; none hides the widget."""
        if tuple(names) == self._names:
            return
        self._names = tuple(names)
        self._clear()
        self.setVisible(bool(names))
        if not names:
            return
        label = QLabel(_("Class"))
        label.setProperty("role", "muted")
        self._row.addWidget(label)
        if len(names) <= MOST_BUTTONS and sum(map(len, names)) <= LONGEST_ROW:
            self._add_buttons()
        else:
            self._add_combo()

    def current(self) -> int:
        """The chosen class, or -1."""
        if self._combo is not None:
            return self._combo.currentIndex()
        return -1 if self._group is None else self._group.checkedId()

    def set_current(self, index: int) -> None:
        """Choose a class without a signal."""
        if self._combo is not None:
            blocked = self._combo.blockSignals(True)
            self._combo.setCurrentIndex(index)
            self._combo.blockSignals(blocked)
        elif self._group is not None and (button := self._group.button(index)) is not None:
            button.setChecked(True)

    def _clear(self) -> None:
        self._group = self._combo = None
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _add_buttons(self) -> None:
        self._group = QButtonGroup(self)
        for index, name in enumerate(self._names):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setStyleSheet("padding-left: 3px; padding-right: 3px; min-width: 14px;")
            button.setToolTip(_("Draw class “{name}” with the same z.").format(name=name))
            button.setAccessibleName(_("Class {name}").format(name=name))
            self._group.addButton(button, index)
            self._row.addWidget(button, 1)
        self._group.idClicked.connect(self.picked)

    def _add_combo(self) -> None:
        self._combo = QComboBox()
        self._combo.addItems(list(self._names))
        self._combo.setToolTip(_("Which class is drawn with the same z."))
        self._combo.setAccessibleName(_("Class"))
        self._combo.currentIndexChanged.connect(self.picked)
        self._row.addWidget(self._combo, 1)
