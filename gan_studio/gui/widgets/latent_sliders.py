"""One slider per latent dimension in a single widget: dragged, stepped, typed, searched, sorted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.widgets import latent_words
from gan_studio.gui.widgets.latent_choosing import ChoosableList
from gan_studio.gui.widgets.latent_menu import menu_of
from gan_studio.gui.widgets.latent_rows import Group
from gan_studio.gui.widgets.slider_paint import handle_width, share_at, step_factor

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS = 60  # arrow presses from end to end: 0.1 for -3 to 3
CLICK_PX = 3  # with Ctrl or Shift, a press that moves less chooses the row
NO_MODIFIER = Qt.KeyboardModifier.NoModifier


@dataclass
class Drag:
    """A slider that is held by the mouse.

    Attributes:
        start: the values, when it was taken, of all that move with it.
        value: where the pointer is, also beyond the ends.
        pressed: the x of the press.
        x: where the pointer was last.
    """

    dim: int
    start: dict[int, float]
    value: float
    pressed: float
    x: float
    has_moved: bool = False


class LatentSliders(ChoosableList):
    """Rows of name, lock, slider, number and effect.

    Drag, arrows and the wheel over a number or over the current slider (Ctrl or Alt: a tenth,
    Shift: ten times as far), a typed number (double click on it, Enter, or just type), double click
    on the slider or Delete for the middle. Rows that are chosen or linked move together, by as many
    standard deviations; locked ones stay.

    Signals:
        moved: the new values that a person chose, by dimension.
        released: the move has ended.
    """

    moved = Signal(object)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag: Drag | None = None
        self._edited = -1
        self._editor = QLineEdit(self.viewport())
        self._editor.hide()
        self._editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._editor.setAccessibleName(_("Value"))
        self._editor.installEventFilter(self)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(_("Latent sliders"))

    @property
    def is_dragging(self) -> bool:
        """Whether a slider is held by the mouse."""
        return self._drag is not None

    # Moves

    def choose(self, dim: int, value: float) -> None:
        """Set a value as a person does: with a signal, and with all that move together."""
        together = self.marks.together(dim)
        if dim not in together:
            self._say_locked(dim)
        else:
            self._move(dim, value, {other: self._values[other] for other in together})

    def reset(self, dim: int) -> None:
        """Bring a dimension, and what moves with it, to its middle (0, or the codes' mean)."""
        self._put({other: self._middle[other] for other in self.marks.together(dim)})

    def reset_marked(self) -> None:
        """The same for the chosen rows, or the current one: one move of its own."""
        self.released.emit()
        dims = [self.marks.together(dim) for dim in self.targets()]
        self._put({dim: self._middle[dim] for dim in frozenset().union(*dims)})
        self.released.emit()

    def step(self, dim: int, steps: float) -> None:
        """Move by sixtieths of the range, within the range."""
        width = self._hi[dim] - self._lo[dim]
        self.choose(dim, self._within(dim, self._values[dim] + steps * width / STEPS))

    def _move(self, dim: int, value: float, start: Mapping[int, float]) -> None:
        """Move one to a value and the others of `start` as far, in standard deviations."""
        width = self._hi[dim] - self._lo[dim]
        way = (value - start[dim]) / width if width > 0 else 0.0
        moved = {
            other: self._within(other, began + way * (self._hi[other] - self._lo[other]))
            for other, began in start.items()
        }
        self._put({**moved, dim: float(value)})

    def _within(self, dim: int, value: float) -> float:
        """The value, no further out than the ends or where the slider stands already."""
        low, high = min(self._lo[dim], self._values[dim]), max(self._hi[dim], self._values[dim])
        return min(max(value, low), high)

    def _put(self, values: Mapping[int, float]) -> None:
        for dim, value in values.items():
            self._values[dim] = value
        self._say_current()
        self._update_rows(values)
        if values:
            self.moved.emit(dict(values))

    def _say_locked(self, dim: int) -> None:
        if dim in self._index_of:
            place = self.number_rect(dim).bottomLeft().toPoint()
            QToolTip.showText(self.viewport().mapToGlobal(place), latent_words.locked(), self)

    # Typing

    def edit(self, dim: int, text: str | None = None) -> None:
        """Open the field for typing the value of a dimension that is shown."""
        if dim not in self._index_of:
            return
        self._set_current(dim)
        if dim in self.marks.locked:
            self._say_locked(dim)
            return
        self._edited = dim
        self._editor.setText(f"{self._values[dim]:.3f}" if text is None else text)
        number = self.number_rect(dim).toRect()
        self._editor.setGeometry(QRect(number).adjusted(-6, -2, 6, 2))
        self._editor.show()
        self._editor.setFocus()
        if text is None:
            self._editor.selectAll()

    def _finish_edit(self, *, is_accepted: bool) -> None:
        if self._edited < 0:
            return
        dim, self._edited = self._edited, -1
        text = self._editor.text().strip().replace(",", ".").replace("\u2212", "-")
        self._editor.hide()
        self.setFocus()
        try:
            value = float(text)
        except ValueError:
            return
        if is_accepted and math.isfinite(value):
            self.released.emit()
            self.choose(dim, value)
            self.released.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The typed value: Enter takes it, Escape does not, leaving takes it."""
        if watched is self._editor:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                enter = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
                if event.key() in (*enter, Qt.Key.Key_Escape):
                    self._finish_edit(is_accepted=event.key() in enter)
                    return True
            elif event.type() == QEvent.Type.FocusOut and self._edited >= 0:
                self._finish_edit(is_accepted=True)
        return super().eventFilter(watched, event)

    # Dragging

    def _begin_drag(self, dim: int, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        together, x = self.marks.together(dim), position.x()
        if dim not in together:
            self._say_locked(dim)
            return
        start = {other: self._values[other] for other in together}
        self._drag = Drag(dim, start, self._values[dim], x, x)
        if modifiers == NO_MODIFIER and not self._is_on_handle(dim, x):  # it comes here
            width = self._hi[dim] - self._lo[dim]
            self._drag.value = self._lo[dim] + share_at(self.track_rect(dim), x) * width
            self._move(dim, self._drag.value, start)

    def _is_on_handle(self, dim: int, x: float) -> bool:
        track, share = self.track_rect(dim), self._share(dim, self._values[dim])
        room = track.width() - handle_width()
        handle = track.left() + handle_width() / 2 + room * min(max(share, 0.0), 1.0)
        return abs(x - handle) <= handle_width() / 2

    def _drag_to(self, drag: Drag, x: float, modifiers: Qt.KeyboardModifier) -> None:
        is_click = modifiers != NO_MODIFIER and abs(x - drag.pressed) < CLICK_PX
        if x == drag.x or (is_click and not drag.has_moved):
            return
        drag.has_moved = True
        room = max(self._columns().track.width() - handle_width(), 1)
        low, high = self._lo[drag.dim], self._hi[drag.dim]
        drag.value += (x - drag.x) / room * (high - low) * step_factor(modifiers)
        drag.x = x
        self._move(drag.dim, min(max(drag.value, low), high), drag.start)

    def _end_drag(self, drag: Drag, modifiers: Qt.KeyboardModifier) -> None:
        self._drag = None
        if drag.has_moved:
            self.released.emit()
        elif modifiers != NO_MODIFIER:
            self.choose_row(drag.dim, modifiers)
        elif self._values[drag.dim] != drag.start[drag.dim]:
            # No end yet: where a double click follows, both are one move.
            self._put({dim: self._values[dim] for dim in drag.start})

    # Qt's overrides

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._finish_edit(is_accepted=False)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._row_at(event.position().y())
        row = self._rows[index] if index >= 0 else None
        if event.button() == Qt.MouseButton.RightButton and isinstance(row, int):
            self.take_up(row)
        elif event.button() == Qt.MouseButton.LeftButton and isinstance(row, Group):
            self.fold(row.title)
        elif event.button() == Qt.MouseButton.LeftButton and isinstance(row, int):
            self._press(row, event.position(), event.modifiers())

    def _press(self, dim: int, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self.lock_rect(dim).contains(position):
            self.take_up(dim)
            self.toggle_locks()
        elif self.track_rect(dim).adjusted(0, 0, 4, 0).contains(position):
            if modifiers == NO_MODIFIER:
                self.take_up(dim)
            else:
                self._set_current(dim)
            self._begin_drag(dim, position, modifiers)
        elif modifiers == NO_MODIFIER and self.number_rect(dim).contains(position):
            self.take_up(dim)  # to type a number is not to choose it for what comes next
        else:
            self.choose_row(dim, modifiers)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag_to(self._drag, event.position().x(), event.modifiers())
        else:
            self._point_at(event.position())

    def _point_at(self, position: QPointF) -> None:
        dim, shape = self._dim_at(position.y()), Qt.CursorShape.ArrowCursor
        self._hover_over(dim)
        if dim >= 0 and self.number_rect(dim).contains(position):
            shape = Qt.CursorShape.IBeamCursor
        elif dim >= 0 and any(
            place.contains(position) for place in (self.lock_rect(dim), self.track_rect(dim))
        ):
            shape = Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._end_drag(self._drag, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        dim, position = self._dim_at(event.position().y()), event.position()
        if dim < 0 or event.modifiers() != NO_MODIFIER or self.lock_rect(dim).contains(position):
            self.mousePressEvent(event)
        elif self.number_rect(dim).contains(position):
            self.edit(dim)
        else:
            self.reset(dim)
            self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        position = event.position()
        dim = self._dim_at(position.y())
        has_keys = dim == self._current and self.hasFocus()
        if dim >= 0 and (
            self.number_rect(dim).contains(position)
            or (has_keys and self.track_rect(dim).contains(position))
        ):
            # Alt turns a wheel sideways on some systems.
            delta = event.angleDelta().y() or event.angleDelta().x()
            self.step(dim, delta / 120 * step_factor(event.modifiers()))
            event.accept()
            return
        super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.count():
            menu = menu_of(self)
            menu.exec(event.globalPos())
            menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys = event.key(), Qt.Key
        is_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not self.count():
            super().keyPressEvent(event)
        elif key in (keys.Key_Left, keys.Key_Right):
            way = 1 if key == keys.Key_Right else -1
            self.step(self._current, step_factor(event.modifiers()) * way)
        elif key in (keys.Key_Delete, keys.Key_Backspace) or (is_control and key == keys.Key_0):
            self.reset_marked()
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_F2):
            self.edit(self._current)
        elif event.text() and event.text() in "0123456789-.+":
            self.edit(self._current, event.text())
        else:
            super().keyPressEvent(event)
