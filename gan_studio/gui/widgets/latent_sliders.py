"""One slider per latent dimension in a single widget: dragged, stepped, typed, searched, sorted."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.widgets.latent_list import LatentList
from gan_studio.gui.widgets.latent_rows import Group
from gan_studio.gui.widgets.slider_paint import handle_width, share_at, step_factor

STEPS = 60  # arrow presses from end to end: 0.1 for -3 to 3
FINE = 0.1  # dragging with Ctrl or Alt


class LatentSliders(LatentList):
    """Rows of name, slider, number and effect.

    Drag (Ctrl or Alt: ten times finer), arrows (Shift x10, Alt /10), the wheel over a number or
    over the current slider, a typed number (double click on it, Enter, or just type), double click
    on the slider for the middle.

    Signals:
        moved: dimension and its new value, chosen by a person.
        released: a drag has ended.
    """

    moved = Signal(int, float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag_x: float | None = None
        self._drag_value = 0.0
        self._edited = -1
        self._editor = QLineEdit(self.viewport())
        self._editor.hide()
        self._editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._editor.setAccessibleName(_("Value"))
        self._editor.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(_("Latent sliders"))

    @property
    def is_dragging(self) -> bool:
        """Whether a slider is held by the mouse."""
        return self._drag_x is not None

    # Moves

    def choose(self, dim: int, value: float) -> None:
        """Set a value as a person does: with a signal."""
        self._values[dim] = float(value)
        self._say_current()
        self.viewport().update()
        self.moved.emit(dim, float(value))

    def reset(self, dim: int) -> None:
        """Bring a dimension to its middle (0, or the mean for an autoencoder)."""
        self.choose(dim, self._middle[dim])

    def step(self, dim: int, steps: float) -> None:
        """Move by sixtieths of the range, within the range."""
        width = self._hi[dim] - self._lo[dim]
        value = self._values[dim] + steps * width / STEPS
        low, high = min(self._lo[dim], self._values[dim]), max(self._hi[dim], self._values[dim])
        self.choose(dim, min(max(value, low), high))

    def edit(self, dim: int, text: str | None = None) -> None:
        """Open the field for typing the value of a dimension that is shown."""
        if dim not in self._rows:
            return
        self._set_current(dim)
        self._edited = dim
        self._editor.setText(f"{self._values[dim]:.3f}" if text is None else text)
        number = self._columns().number
        top = self._top(self._rows.index(dim))
        self._editor.setGeometry(
            QRect(int(number.left()) - 6, top - 2, int(number.width()) + 12, self._row_height() + 4)
        )
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
            self.choose(dim, value)
            self.released.emit()

    # Qt's overrides

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._finish_edit(is_accepted=False)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index = self._row_at(event.position().y())
        row = self._rows[index] if index >= 0 else None
        if isinstance(row, Group):
            self._folded ^= {row.title}
            self.rearrange()
        elif row is not None:
            self._set_current(row)
            if self.track_rect(row).adjusted(-4, 0, 4, 0).contains(event.position()):
                self._begin_drag(row, event.position())

    def _begin_drag(self, dim: int, position: QPointF) -> None:
        track = self.track_rect(dim)
        room = track.width() - handle_width()
        handle = track.left() + handle_width() / 2 + room * self._share(dim, self._values[dim])
        self._drag_x, self._drag_value = position.x(), self._values[dim]
        if abs(position.x() - handle) > handle_width() / 2:  # beside the handle: it comes here
            width = self._hi[dim] - self._lo[dim]
            self._drag_value = self._lo[dim] + share_at(track, position.x()) * width
            self.choose(dim, self._drag_value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_x is None:
            self._set_hover(event.position())
            return
        dim, x = self._current, event.position().x()
        room = max(self._columns().track.width() - handle_width(), 1)
        fine = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        pace = FINE if event.modifiers() & fine else 1.0
        low, high = self._lo[dim], self._hi[dim]
        self._drag_value += (x - self._drag_x) / room * (high - low) * pace
        self._drag_x = x
        self.choose(dim, min(max(self._drag_value, low), high))

    def _set_hover(self, position: QPointF) -> None:
        dim = self._dim_at(position.y())
        if dim != self._hover:
            self._hover = dim
            self.viewport().update()
        on_track = dim >= 0 and self.track_rect(dim).contains(position)
        on_number = dim >= 0 and self.number_rect(dim).contains(position)
        shape = Qt.CursorShape
        self.viewport().setCursor(
            shape.PointingHandCursor
            if on_track
            else shape.IBeamCursor
            if on_number
            else shape.ArrowCursor
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag_x is not None:
            self._drag_x = None
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        dim = self._dim_at(event.position().y())
        if dim < 0:
            self.mousePressEvent(event)
        elif self.number_rect(dim).contains(event.position()):
            self.edit(dim)
        else:
            self.reset(dim)
            self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        dim = self._dim_at(event.position().y())
        over_number = dim >= 0 and self.number_rect(dim).contains(event.position())
        over_current = (
            dim == self._current
            and self.hasFocus()
            and (self.track_rect(dim).contains(event.position()))
        )
        if dim >= 0 and (over_number or over_current):
            # Alt turns a wheel sideways on some systems.
            delta = event.angleDelta().y() or event.angleDelta().x()
            self.step(dim, delta / 120 * step_factor(event.modifiers()))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, dim = event.key(), self._current
        keys = Qt.Key
        if not self.count():
            super().keyPressEvent(event)
        elif key in (keys.Key_Left, keys.Key_Right):
            self.step(dim, step_factor(event.modifiers()) * (1 if key == keys.Key_Right else -1))
        elif key in (keys.Key_Up, keys.Key_Down, keys.Key_PageUp, keys.Key_PageDown,
                     keys.Key_Home, keys.Key_End):  # fmt: skip
            self._walk(key)
        elif key in (keys.Key_Delete, keys.Key_Backspace):
            self.reset(dim)
        elif key in (keys.Key_Return, keys.Key_Enter, keys.Key_F2):
            self.edit(dim)
        elif event.text() and event.text() in "0123456789-.+":
            self.edit(dim, event.text())
        else:
            super().keyPressEvent(event)

    def _walk(self, key: int) -> None:
        dims = self.shown()
        if not dims:
            return
        here = dims.index(self._current) if self._current in dims else 0
        page = max(1, self.viewport().height() // self._row_height() - 1)
        there = {
            Qt.Key.Key_Up: here - 1,
            Qt.Key.Key_Down: here + 1,
            Qt.Key.Key_PageUp: here - page,
            Qt.Key.Key_PageDown: here + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(dims) - 1,
        }[Qt.Key(key)]
        self._set_current(dims[min(max(there, 0), len(dims) - 1)])

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
