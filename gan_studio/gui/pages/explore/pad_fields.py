"""Where the pad stands, as numbers that can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST = 9999.0
MOST = 3


class PadFields(QWidget):
    """One field per coordinate, or per share of a picture.

    Signals:
        chosen: which field, and its number; shares count from 0 to 1.
    """

    chosen = Signal(int, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_percent = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.boxes = [QDoubleSpinBox() for _index in range(MOST)]
        for index, box in enumerate(self.boxes):
            box.setRange(-LARGEST, LARGEST)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda value, index=index: self._on_changed(index, value))
            row.addWidget(box, 1)
        self._set_widths()
        theme.notifier().changed.connect(self._set_widths)

    def set_names(self, names: Sequence[str], *, is_percent: bool) -> None:
        """What the fields are called; "" leaves one out."""
        self._is_percent = is_percent
        for index, box in enumerate(self.boxes):
            name = names[index] if index < len(names) else ""
            with QSignalBlocker(box):
                box.setPrefix(f"{name[:14]}  ")
                box.setSuffix(" %" if is_percent else "")
                box.setDecimals(0 if is_percent else 2)
                box.setSingleStep(5 if is_percent else 0.1)
            box.setAccessibleName(name)
            what = _("The share of picture {name}; the other two keep their ratio.")
            tip = what if is_percent else _("How far the place is along {name}.")
            box.setToolTip(tip.format(name=name))
            box.setVisible(bool(name))

    def set_values(self, values: Sequence[float]) -> None:
        """Show other numbers without a signal."""
        for box, value in zip(self.boxes, values, strict=False):
            if not box.hasFocus() or not box.lineEdit().isModified():
                with QSignalBlocker(box):
                    box.setValue(value * 100 if self._is_percent else value)

    def _on_changed(self, index: int, value: float) -> None:
        self.chosen.emit(index, value / 100 if self._is_percent else value)

    def _set_widths(self) -> None:
        for box in self.boxes:
            box.setMinimumWidth(theme.px(84))
