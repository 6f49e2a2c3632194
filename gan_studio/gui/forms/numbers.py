"""Typed numbers: shown as people write them, stepped by wheel and arrows, reset by double click."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

    from gan_studio.core.schema import FieldSpec

SMALLEST_LOG = 1e-7  # where stepping a logarithmic value down reaches zero


def format_number(value: float, *, is_int: bool) -> str:
    """``20,000``, ``0.0002``, ``2e-5``: the shortest text that reads back as the same number."""
    if is_int:
        return f"{int(value):,}"
    text = f"{value:.6g}"
    if float(text) != value:
        text = repr(float(value))
    mantissa, e, exponent = text.partition("e")
    if not e:
        return text
    return f"{mantissa}e{int(exponent)}"


def parse_number(text: str, *, is_int: bool) -> float | int | None:
    """The number that a person typed, or None. Whole numbers may be grouped or ``1e5``."""
    text = text.strip().replace(" ", "").replace("\u2009", "").replace("\u2212", "-")
    text = text.replace(",", "") if is_int or "." in text else text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    if is_int:
        return int(value) if value.is_integer() else None
    return value


def next_on_log(value: float, up: bool, fine: bool = False, lo: float = 0.0) -> float:
    """One step on the grid 1, 2, 5, 10 (fine: a tenth up or down); zero lies below the grid."""
    if value <= 0:
        return max(lo, SMALLEST_LOG) if up else lo
    if fine:
        return float(f"{value * 1.1 if up else value / 1.1:.2g}")
    exponent = math.floor(math.log10(value) + 1e-9)
    grid = [m * 10.0**e for e in (exponent - 1, exponent, exponent + 1) for m in (1, 2, 5)]
    if up:
        following = min(point for point in grid if point > value * 1.001)
    else:
        following = max(point for point in grid if point < value * 0.999)
    if following < SMALLEST_LOG * 0.99:
        return lo
    return float(f"{following:.3g}")


class NumberField(QLineEdit):
    """One number.

    A typed number may be out of range: the form says so instead of changing what was typed.
    Stepping stays in range. The wheel works only in a field that has the focus, so that scrolling a
    form changes nothing.
    """

    changed = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._is_int = spec.type is int
        self._value: Any = spec.default
        self._reset_value: Any = spec.default
        self._again = QTimer(self)  # since a double click
        self._again.setSingleShot(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._show)
        self._show()

    def value(self) -> Any:
        """The number, an int or a float as the field wants it."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show another number, without a signal."""
        self._value = int(value) if self._is_int else float(value)
        self._show()

    def set_reset_value(self, value: Any) -> None:
        """What a double click brings back."""
        self._reset_value = value

    def _take(self, value: float) -> None:
        self.set_value(value)
        self.changed.emit()

    def _show(self) -> None:
        text = format_number(self._value, is_int=self._is_int)
        unit = _(self._spec.unit)
        text = f"{text} {unit}" if unit and not self.hasFocus() else text
        text = _(self._spec.zero_label) if self._is_choice_of_zero(self._value) else text
        if self.text() != text:
            self.setText(text)
            self.setCursorPosition(0)

    def _is_choice_of_zero(self, value: Any) -> bool:
        return bool(self._spec.zero_label) and value == 0

    def _on_text_edited(self, text: str) -> None:
        value = parse_number(text, is_int=self._is_int)
        if self._spec.zero_label and text.strip() == _(self._spec.zero_label):
            value = 0
        if value is not None and value != self._value:
            self._value = value
            self.changed.emit()

    def _bounds(self) -> tuple[float, float]:
        lo = -math.inf if self._spec.lo is None else self._spec.lo
        return lo, math.inf if self._spec.hi is None else self._spec.hi

    def _stepped(self, steps: float) -> float:
        """The value after `steps` steps; a tenth of a step is the finest."""
        lo, hi = self._bounds()
        value = float(self._value)
        if self._spec.is_log:
            is_fine = abs(steps) < 1
            for _step in range(1 if is_fine else 3 if abs(steps) > 1 else 1):  # 3 on the grid: x 10
                value = next_on_log(value, steps > 0, is_fine, max(0.0, lo))
        else:
            size = self._spec.step or (1.0 if self._is_int else 0.1)
            change = steps * size
            if self._is_int:
                change = math.copysign(max(1.0, round(abs(change))), steps)
            value = float(f"{value + change:.12g}")
        return min(hi, max(lo, value))

    # --- Qt ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if direction is None or self.isReadOnly():
            super().keyPressEvent(event)
            return
        self._take(self._stepped(direction * step_scale(event.modifiers())))

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        turn = delta.y() or delta.x()  # Alt turns the wheel sideways
        if not self.hasFocus() or not turn or self.isReadOnly():
            event.ignore()
            return
        self._take(self._stepped(math.copysign(step_scale(event.modifiers()), turn)))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show()  # without the unit, so that what is selected is the number
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.isReadOnly():
            super().mouseDoubleClickEvent(event)
            return
        self._take(self._reset_value)
        self.selectAll()
        self._again.start(QApplication.doubleClickInterval())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._again.isActive():  # a third click: what is typed next replaces the number
            self.selectAll()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._again.isActive():
            self.selectAll()


def step_scale(modifiers: Qt.KeyboardModifier) -> float:
    """Shift: ten steps, Alt: a tenth of one."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return 10.0
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return 0.1
    return 1.0
