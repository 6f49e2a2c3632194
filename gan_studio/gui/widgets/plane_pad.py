"""A square that shows a part of a plane, to drag a point over."""

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
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.gui import theme
from gan_studio.gui.widgets.canvas import DrawnCanvas
from gan_studio.gui.widgets.slider_paint import step_factor
from gan_studio.gui.widgets.tile_map import TileMap
from gan_studio.inference.slices import Window

STEPS = 60  # arrow presses from side to side
NOTCH = 1.2  # how much more of the plane one notch of the wheel shows
NEAREST, FARTHEST = 1 / 64, 4.0  # of what the plane's own window shows
HANDLE = 8
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Down: (0, -1),
    Qt.Key.Key_Up: (0, 1),
}
_ZOOMS = {Qt.Key.Key_Plus: -1, Qt.Key.Key_Equal: -1, Qt.Key.Key_Minus: 1}


class PlanePad(DrawnCanvas):
    """Two values as a handle on a plane.

    Double click and Home go to the middle; the wheel, + and - zoom where `can_zoom`.

    Attributes:
        can_zoom: whether the window can be changed by hand.
        is_dragging: whether the mouse holds the handle.
        is_off: the place lies beside the plane, and the handle shows the nearest point of it.
        moves: whether each of the two values moves anything.
        map_opacity: of the map below the handle, 0 to 1.

    Signals:
        moved: both values, chosen by a person.
        released: a drag has ended.
        zoomed: another part of the plane is shown.
    """

    moved = Signal(float, float)
    released = Signal()
    zoomed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = self.window_shown = Window.between((-1.0, -1.0), (1.0, 1.0))
        self._middle, self._value = (0.0, 0.0), (0.0, 0.0)
        self._map: TileMap | None = None
        self._map_before: TileMap | None = None
        self._hint = ""
        self.can_zoom = self.is_dragging = self.is_off = False
        self.moves = (True, True)
        self.map_opacity = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)

    # What is shown

    def set_window(self, window: Window, middle: tuple[float, float]) -> None:
        """Which part of the plane is seen before it is zoomed, and where its middle is."""
        self._whole = self.window_shown = window
        self._middle = middle
        self.redraw()

    def value(self) -> tuple[float, float]:
        """Both values."""
        return self._value

    def set_value(self, x: float, y: float) -> None:
        """Place the handle without `moved`; a window that can be zoomed follows it."""
        self._value = (float(x), float(y))
        if self.can_zoom and not self.is_dragging:
            self._show_window(self.window_shown.showing(*self._value))
        self.redraw()

    def set_hint(self, words: str) -> None:
        """Why there is no plane; nothing can be moved then. "" brings it back."""
        self._hint = words
        self.redraw()

    def begin_map(
        self, window: Window, columns: int, rows: int, *, keeps_last: bool = False
    ) -> None:
        """A new map, tile by tile; the last one may stay below until it is whole."""
        before = self._map if keeps_last else None
        if before is not None and not before.is_whole and self._map_before is not None:
            before = self._map_before
        self._map_before, self._map = before, TileMap(window, columns, rows)
        self.redraw()

    def add_tiles(self, tiles: Any) -> None:
        """The next tiles of the map, uint8 ``[N, C, H, W]``, row by row from the top left."""
        if self._map is not None:
            self._map.add(tiles)
            if self._map.is_whole:
                self._map_before = None
            self.redraw()

    def remove_map(self) -> None:
        """Show the plane without pictures."""
        self._map = self._map_before = None
        self.redraw()

    @property
    def has_map(self) -> bool:
        """Whether all tiles of a map are shown."""
        return self._map is not None and self._map.is_whole

    def set_map_opacity(self, opacity: float) -> None:
        """How clearly the map is seen below the handle."""
        self.map_opacity = opacity
        self.redraw()

    # Where it is shown

    def area(self) -> QRectF:
        """The square on the widget that shows the window."""
        return self._square(QRectF(self.viewport().rect()).adjusted(2, 2, -2, -2))

    def position_of(self, x: float, y: float) -> QPointF:
        """Where two values are on the widget."""
        return self._position(*self._unit_of(x, y))

    def _unit_of(self, x: float, y: float) -> tuple[float, float]:
        return self.window_shown.of(x, y)

    def _square(self, room: QRectF) -> QRectF:
        side = max(min(room.width(), room.height()), 40)
        left = room.left() + (room.width() - side) / 2
        return QRectF(round(left), round(room.top() + (room.height() - side) / 2), side, side)

    def _position(self, across: float, up: float) -> QPointF:
        area = self.area()
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def _unit_at(self, position: QPointF) -> tuple[float, float]:
        area = self.area()
        across = (position.x() - area.left()) / area.width()
        return across, (area.bottom() - position.y()) / area.height()

    # Moves

    def go_to_middle(self) -> None:
        """Bring both values to the plane's middle."""
        self._choose(*self._middle)

    def reset_zoom(self) -> None:
        """See what is seen before any zoom."""
        self._show_window(self._whole)

    def zoom(self, notches: float) -> None:
        """See more of the plane (below 0 less); the handle stays where it is."""
        if not self.can_zoom:
            return
        share = self.window_shown.right[0] / self._whole.right[0]
        factor = min(max(share * NOTCH**notches, NEAREST), FARTHEST) / share
        self._show_window(self.window_shown.zoomed(factor, *self._unit_of(*self._value)))

    def _show_window(self, window: Window) -> None:
        if window != self.window_shown:
            self.window_shown = window
            self.redraw()
            self.zoomed.emit()

    def _choose(self, x: float, y: float) -> None:
        if self._hint:
            return
        x, y = (x if self.moves[0] else 0.0), (y if self.moves[1] else 0.0)
        self.set_value(x, y)
        self.setAccessibleDescription(self.words())
        self.moved.emit(*self._value)

    def words(self) -> str:
        """Both values, for those who cannot see the handle."""
        return f"{self._value[0]:.2f}, {self._value[1]:.2f}"

    def _drag_to(self, position: QPointF) -> None:
        across, up = (min(max(share, 0.0), 1.0) for share in self._unit_at(position))
        self._choose(*self.window_shown.at(across, up))

    def _step(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        is_fine = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        pace = (0.1 if is_fine else step_factor(modifiers)) / STEPS
        across, up = self.window_shown.of(*self._value)
        x, y = self.window_shown.at(across + _WAYS[key][0] * pace, up + _WAYS[key][1] * pace)
        self._choose(*self._within(x, y))

    def _within(self, x: float, y: float) -> tuple[float, float]:
        """The nearest values that can be seen in some window."""
        across, up = self._whole.of(x, y)
        spare = (FARTHEST - 1) / 2 if self.can_zoom else 0.0
        return self._whole.at(min(max(across, -spare), 1 + spare), min(max(up, -spare), 1 + spare))

    # Drawing

    def redraw(self) -> None:
        """Show what there is."""
        if not self.isVisible():
            return
        colors, area = theme.tokens(), self.area()
        self.begin()
        self.path(_box(area), fill=QColor(colors.soft))
        if self._hint:
            _draw_words(self, area, self._hint)
        else:
            self.clip(area)
            self._draw_maps(area)
            self._draw_lines(area)
            self.unclip()
            self._draw_names(area)
            self._draw_handle(area)
        line = colors.accent if self.hasFocus() else colors.border
        self.path(_box(area), QPen(QColor(line), 2 if self.hasFocus() else 1))
        self.end()

    def _draw_maps(self, area: QRectF) -> None:
        for tiles in (self._map_before, self._map):
            if tiles is None or tiles.pixmap.isNull():
                continue
            place = tiles.place(self.window_shown)
            top_left = self._position(place.left(), place.top() + place.height())
            target = QRectF(
                top_left.x(),
                top_left.y(),
                place.width() * area.width(),
                place.height() * area.height(),
            )
            self.image(target, tiles.pixmap, opacity=self.map_opacity)

    def _draw_lines(self, area: QRectF) -> None:
        """What lies on the map, within the square."""
        point = self._handle_position(area)
        for moves, path in zip(
            self.moves,
            (
                _line(point.x(), area.top(), point.x(), area.bottom()),
                _line(area.left(), point.y(), area.right(), point.y()),
            ),
            strict=True,
        ):
            if moves:
                color = QColor(theme.tokens().accent)
                self.path(path, QPen(color, 1, Qt.PenStyle.DashLine))

    def _draw_names(self, area: QRectF) -> None:
        """What stands around the square."""

    def _draw_handle(self, area: QRectF) -> None:
        colors, ring = theme.tokens(), QPainterPath()
        ring.addEllipse(self._handle_position(area), HANDLE, HANDLE)
        style = Qt.PenStyle.DotLine if self.is_off else Qt.PenStyle.SolidLine
        self.path(ring, QPen(QColor(colors.surface), 5))
        self.path(ring, QPen(QColor(colors.accent), 3, style))

    def _handle_position(self, area: QRectF) -> QPointF:
        point = self.position_of(*self._value)
        return QPointF(
            min(max(point.x(), area.left()), area.right()),
            min(max(point.y(), area.top()), area.bottom()),
        )

    # Qt's overrides

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.is_dragging = True
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.is_dragging:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_dragging:
            self.is_dragging = False
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset_zoom()
        self.go_to_middle()
        self.released.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.can_zoom:
            event.ignore()
            return
        self.zoom(-event.angleDelta().y() / 120)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key()) if event.key() in _KEYS else None
        if key in _WAYS:
            self._step(key, event.modifiers())
        elif key in _ZOOMS and self.can_zoom:
            self.zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_Home:
            self.go_to_middle()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.redraw()


_KEYS = {*_WAYS, *_ZOOMS, Qt.Key.Key_Home}


def _box(area: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRect(area)
    return path


def _line(x: float, y: float, to_x: float, to_y: float) -> QPainterPath:
    path = QPainterPath(QPointF(x, y))
    path.lineTo(to_x, to_y)
    return path


def _draw_words(canvas: DrawnCanvas, area: QRectF, words: str) -> None:
    """A sentence in the middle of an area, in as many lines as it needs."""
    canvas.use_font(theme.BODY)
    font = canvas.fontMetrics()
    lines = _wrapped(words, font.horizontalAdvance, area.width() - 24)
    top = area.center().y() - font.lineSpacing() * len(lines) / 2
    for row, line in enumerate(lines):
        place = QRectF(area.left(), top + row * font.lineSpacing(), area.width(), 1)
        canvas.text(place, line, QColor(theme.tokens().muted), Qt.AlignmentFlag.AlignHCenter)


def _wrapped(text: str, width_of: Any, room: float) -> list[str]:
    """Words in as many lines as they need."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
