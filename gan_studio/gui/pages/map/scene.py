"""The plane itself: points, what lies under them, and what the mouse does there."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.map.layers import Layers
from gan_studio.gui.pages.map.look import Look, fitting
from gan_studio.gui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import (
        QContextMenuEvent,
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QResizeEvent,
        QShowEvent,
        QWheelEvent,
    )

    from gan_studio.gui.widgets.axes import Axes
    from gan_studio.inference.chart import Chart

FRAME_MS = 15  # moves that come faster are drawn together
REACH = 9.0  # pixels from the pointer to a point that it means
TRAIL = 3.0  # pixels between remembered places of a walk
KEY_STEP, FINE_STEP = 24.0, 4.0  # pixels per arrow key
ZOOM = 1.2  # per notch of the wheel


class Tool(Enum):
    """What dragging with the left button does."""

    WALK = "walk"
    MOVE = "move"
    LASSO = "lasso"


class MapScene(QWidget):
    """Shows a chart; the mouse and the keys move through it.

    Attributes:
        layers: what is drawn, and how.

    Signals:
        hovered: the number of the point under the pointer, or -1.
        place_chosen: two numbers of the plane, at once while walking.
        walked: the places of a finished walk, ``[(x, y), ...]``.
        lassoed: the corners of a closed line, ``[(x, y), ...]``.
        gather_requested: Return was pressed: what is near the place is wanted.
        looked: another part of the plane is seen.
        menu_requested: a global position.
        let_go_of: the points that were gathered no longer stand out.
    """

    hovered = Signal(int)
    place_chosen = Signal(float, float)
    walked = Signal(object)
    lassoed = Signal(object)
    gather_requested = Signal()
    looked = Signal()
    menu_requested = Signal(object)
    let_go_of = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = Layers()
        self.tool = Tool.WALK
        self._look: Look | None = None
        self._is_fitted = True  # until a person moves or zooms
        self._drag: Tool | None = None
        self._last = QPointF()
        self._hovered = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 160)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Map of the latent space"))
        self.canvas = Canvas(self)
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.redraw = Throttle(self._draw, FRAME_MS, parent=self)
        theme.notifier().changed.connect(self._on_theme_changed)

    # What is shown

    @property
    def chart(self) -> Chart | None:
        """What is on the map."""
        return self.layers.chart

    def set_chart(self, chart: Chart | None, *, keeps_look: bool = False) -> None:
        """Show a chart; `keeps_look` where it is a newer one of the same plane."""
        self.layers.set_chart(chart)
        self._hovered = -1
        if chart is None or not keeps_look:
            self._look = None
        self.redraw()
        if chart is not None and self._axes() is not None:
            self.looked.emit()

    def set_tool(self, tool: Tool) -> None:
        """Choose what dragging does."""
        self.tool = tool
        cursors = {Tool.WALK: Qt.CursorShape.CrossCursor, Tool.MOVE: Qt.CursorShape.OpenHandCursor}
        self.setCursor(cursors.get(tool, Qt.CursorShape.ArrowCursor))

    def axes(self) -> Axes | None:
        """Numbers to pixels, None while there is nothing."""
        return self._axes()

    def fit(self) -> None:
        """See all points."""
        self._look = None
        self.redraw()
        self.looked.emit()

    def show_place(self, place: tuple[float, float] | None) -> None:
        """Mark where we are; it is brought into sight."""
        self.layers.place = place
        axes = self._axes()
        is_seen = place is None or axes is None or axes.area.contains(axes.point(*place))
        if not is_seen and place is not None and self._look is not None:
            self._look = Look(place, self._look.per_pixel)
            self.looked.emit()
        self.redraw()

    def let_go(self) -> None:
        """Let all points stand out again."""
        if self.layers.selected is not None:
            self.layers.select(None)
            self.redraw()
            self.let_go_of.emit()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Look closer (or less close, below 1), around a pixel or the middle."""
        axes = self._axes()
        if axes is None or self._look is None:
            return
        around = axes.numbers(QPointF(self.rect().center()) if at is None else at)
        self._look = self._look.zoomed(factor, around)
        self._on_looked()

    # Drawing

    def _area(self) -> QRectF:
        return QRectF(self.rect())

    def _axes(self) -> Axes | None:
        chart = self.layers.chart
        if chart is None or self.width() < 2 or self.height() < 2:
            return None
        if self._look is None:
            self._look = fitting(chart.plane.points, (self.width(), self.height()))
            self._is_fitted = True
        return self._look.axes(self._area())

    def _draw(self) -> None:
        if not self.isVisible():
            return
        axes = self._axes()
        self.canvas.begin()
        if axes is not None:
            self.layers.draw(self.canvas, axes, self.devicePixelRatioF())
        self.canvas.end()

    def _on_looked(self) -> None:
        self._is_fitted = False
        self.redraw()
        self.looked.emit()

    def _on_theme_changed(self) -> None:
        self.layers.forget_images()
        self.redraw()

    # The mouse

    def _tool_of(self, event: QMouseEvent) -> Tool | None:
        if event.button() == Qt.MouseButton.MiddleButton:
            return Tool.MOVE
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return Tool.LASSO
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return Tool.MOVE
        return self.tool

    def mousePressEvent(self, event: QMouseEvent) -> None:
        axes = self._axes()
        self._drag = self._tool_of(event) if axes is not None else None
        if axes is None or self._drag is None:
            super().mousePressEvent(event)
            return
        self._last = event.position()
        self._set_hovered(-1)
        if self._drag is Tool.WALK:
            self.layers.walk = [axes.numbers(event.position())]
            self._go(axes.numbers(event.position()))
        elif self._drag is Tool.LASSO:
            self.layers.lasso = [axes.numbers(event.position())]
        self.redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        axes, position = self._axes(), event.position()
        if axes is None:
            return
        if self._drag is None:
            self._hover(axes, position)
            return
        moved = position - self._last
        if self._drag is Tool.MOVE:
            assert self._look is not None, "there are axes"
            self._look = self._look.moved(moved.x(), moved.y())
            self._last = position
            self._on_looked()
            return
        line = self.layers.walk if self._drag is Tool.WALK else self.layers.lasso
        if moved.manhattanLength() >= TRAIL:
            line.append(axes.numbers(position))
            self._last = position
        if self._drag is Tool.WALK:
            self._go(axes.numbers(position))
        self.redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is Tool.WALK:
            if len(self.layers.walk) > 1:
                self.walked.emit(list(self.layers.walk))
            else:
                self.layers.walk, self.layers.film = [], []
                self.let_go()  # a click without a way lets all points stand out again
        elif drag is Tool.LASSO:
            line, self.layers.lasso = self.layers.lasso, []
            if len(line) > 2:
                self.lassoed.emit(line)
        self.redraw()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turns = event.angleDelta().y() / 120
        if turns:
            self.zoom(ZOOM**turns, event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(-1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def _go(self, place: tuple[float, float]) -> None:
        self.layers.place = place
        self.place_chosen.emit(*place)

    def _hover(self, axes: Axes, position: QPointF) -> None:
        chart, look = self.layers.chart, self._look
        if chart is None or look is None:
            return
        point, far = chart.nearest(axes.numbers(position), look.per_pixel)
        self._set_hovered(point if far <= REACH and self.layers.is_seen(point) else -1)

    def _set_hovered(self, point: int) -> None:
        if point != self._hovered:
            self._hovered = point
            self.layers.hover = None  # the picture comes with the answer to the signal
            self.hovered.emit(point)
            self.redraw()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if key in steps:
            self._step(steps[key], event.modifiers())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_0):
            self.fit()
        elif key == Qt.Key.Key_Escape and self.layers.selected is not None:
            self.let_go()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.gather_requested.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, way: tuple[int, int], modifiers: Qt.KeyboardModifier) -> None:
        axes = self._axes()
        if axes is None or self._look is None:
            return
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._look = self._look.moved(-way[0] * 2 * KEY_STEP, -way[1] * 2 * KEY_STEP)
            self._on_looked()
            return
        size = FINE_STEP if modifiers & Qt.KeyboardModifier.ShiftModifier else KEY_STEP
        start = self.layers.place or self._look.centre
        pixel = axes.point(*start) + QPointF(way[0] * size, way[1] * size)
        self._go(axes.numbers(pixel))
        self.show_place(self.layers.place)

    # Qt's overrides

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.layers.has_focus = event.reason() != Qt.FocusReason.MouseFocusReason
        self.redraw()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.layers.has_focus = False
        self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        if self._is_fitted:
            self._look = None
        if self.layers.chart is not None:
            self.redraw()
            self.looked.emit()
