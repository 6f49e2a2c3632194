"""A pad to draw a small picture on, with the mouse or the keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.canvas import DrawnCanvas
from gan_studio.gui.widgets.sketch import Sketch

ERASER_WIDER = 1.5  # an eraser as thin as the pen misses its soft edges
LARGEST_SCALE = 16
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class SketchPad(DrawnCanvas):
    """Draws with the left button, erases with the right one; keys do the same (see the tooltip).

    Attributes:
        sketch: what is drawn.
        pen_width: of a stroke, in pixels of the picture.
        ink: its brightness, 0 to 255.
        is_erasing: whether the left button erases as well.

    Signals:
        changed: the picture is another one, also in the midst of a stroke.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sketch = Sketch()
        self.pen_width = 2.5
        self.ink = 255
        self.is_erasing = False
        self._cursor: list[int] | None = None  # column and row, while keys are used
        self._hint = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.setAcceptDrops(False)  # pictures are dropped on the page
        self.viewport().setAcceptDrops(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(172, 172)  # a pixel stays large enough to hit
        self.setAccessibleName(_("Pad to draw on"))
        words = _(
            "Draw with the left button, rub out with the right one; every model follows. By keys: "
            "arrows move the cursor, with Shift they draw, with Ctrl they rub out; Enter makes a "
            "dot, Backspace removes one, Delete clears the pad."
        )
        self.setToolTip(words)
        self.setAccessibleDescription(words)

    @property
    def pixels(self) -> Any:
        """What is drawn, uint8 ``[C, H, W]``; later strokes do not change this array."""
        return self.sketch.pixels

    def set_hint(self, words: str) -> None:
        """What stands on the pad while it is black."""
        self._hint = words
        self.redraw()

    def set_picture(self, pixels: Any) -> None:
        """Begin with a picture, uint8 ``[C, H, W]``, of any size."""
        self._say(self.sketch.replace, pixels)

    def clear(self) -> None:
        """Begin with black; can be undone."""
        self._say(self.sketch.clear)

    def undo(self) -> None:
        """Take the last stroke back."""
        self._say(self.sketch.undo)

    def redo(self) -> None:
        """Put back what was taken back."""
        self._say(self.sketch.redo)

    def _say(self, act: Any, *values: Any) -> None:
        act(*values)
        self.redraw()
        self.changed.emit()

    # Geometry

    def area(self) -> QRectF:
        """Where the picture is drawn."""
        _channels, height, width = self.sketch.shape
        ratio = self.devicePixelRatioF()
        room = self.viewport().rect().adjusted(2, 2, -2, -2)
        scale = min(
            pictures.whole_scale(room.width(), width, ratio),
            pictures.whole_scale(room.height(), height, ratio),
            LARGEST_SCALE,
        )
        size = (width * scale, height * scale)
        left = (self.width() - size[0]) / 2
        return QRectF(round(left * ratio) / ratio, 2, *size)

    def place_of(self, x: float, y: float) -> QPointF:
        """Where on the widget a place of the picture is, in its pixels."""
        area, (_channels, height, width) = self.area(), self.sketch.shape
        return QPointF(
            area.left() + x * area.width() / width, area.top() + y * area.height() / height
        )

    def _pixel_at(self, position: QPointF) -> tuple[float, float]:
        area, (_channels, height, width) = self.area(), self.sketch.shape
        across = (position.x() - area.left()) / area.width()
        return across * width, (position.y() - area.top()) / area.height() * height

    # Painting

    def fit(self) -> None:
        _channels, height, width = self.sketch.shape
        # What is below comes close, where there is more room than the width can use.
        self.setMaximumHeight(min(self.width() * height // width, LARGEST_SCALE * height) + 4)

    def redraw(self) -> None:
        """Show what there is."""
        if not self.isVisible():
            return
        area, colors = self.area(), theme.tokens()
        self.begin()
        self.image(area, pictures.to_image(self.pixels), is_smooth=False)
        if self._hint and not self.pixels.any():
            self.use_font(theme.BODY)
            self.text(area, self._hint, QColor(theme.DARK.muted), Qt.AlignmentFlag.AlignCenter)
        frame = QPainterPath()
        frame.addRect(area)
        is_marked = self.hasFocus()
        line = colors.accent if is_marked else colors.border
        self.path(frame, QPen(QColor(line), 2 if is_marked else 1))
        if self._cursor is not None and is_marked:
            self._draw_cursor(colors)
        self.end()

    def _draw_cursor(self, colors: theme.Tokens) -> None:
        assert self._cursor is not None, "the caller asks"
        x, y = self._cursor
        place = QRectF(self.place_of(x, y), self.place_of(x + 1, y + 1))
        box = QPainterPath()
        box.addRect(place.adjusted(-1, -1, 1, 1))
        self.path(box, QPen(QColor(colors.surface), 3))
        self.path(box, QPen(QColor(colors.accent), 1.5))

    # Strokes

    def _begin(self, x: float, y: float, *, erases: bool) -> None:
        width = self.pen_width * (ERASER_WIDER if erases else 1)
        self._say(self.sketch.begin, x, y, width, 0 if erases else self.ink)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in _BUTTONS:
            erases = self.is_erasing or event.button() == Qt.MouseButton.RightButton
            self._cursor = None
            self._begin(*self._pixel_at(event.position()), erases=erases)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.sketch.is_drawing and event.buttons():
            self._say(self.sketch.line_to, *self._pixel_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.sketch.end()
        self.changed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # quick dots are dots

    def contextMenuEvent(self, event: Any) -> None:
        event.accept()  # the right button rubs out

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS:
            self._step(key, event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace):
            column, row = self._cursor_now()
            self._begin(column + 0.5, row + 0.5, erases=key == Qt.Key.Key_Backspace)
            self.sketch.end()
        elif key == Qt.Key.Key_Delete:
            self.clear()
        else:
            event.ignore()

    def _step(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        cursor = self._cursor_now()
        _channels, height, width = self.sketch.shape
        draws = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        erases = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if not (draws or erases):
            self.sketch.end()
        elif not self.sketch.is_drawing:
            self._begin(cursor[0] + 0.5, cursor[1] + 0.5, erases=erases)
        across, down = _WAYS[key]
        cursor[0] = min(max(cursor[0] + across, 0), width - 1)
        cursor[1] = min(max(cursor[1] + down, 0), height - 1)
        self._cursor = cursor
        if self.sketch.is_drawing:
            self._say(self.sketch.line_to, cursor[0] + 0.5, cursor[1] + 0.5)
        else:
            self.redraw()

    def _cursor_now(self) -> list[int]:
        _channels, height, width = self.sketch.shape
        if self._cursor is None:
            self._cursor = [width // 2, height // 2]
        return [min(self._cursor[0], width - 1), min(self._cursor[1], height - 1)]

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_Control):
            self.sketch.end()  # the next stroke is another step for undo
        event.ignore()

    # Qt's overrides

    def sizeHint(self) -> QSize:
        return QSize(260, min(self.maximumHeight(), LARGEST_SCALE * self.sketch.shape[1]))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.sketch.end()
        self.redraw()
