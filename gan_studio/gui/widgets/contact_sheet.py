"""Hundreds of pictures that are looked through, chosen and thrown out.

Qt keeps the pictures and paints them on its own: nothing of ours runs while a sheet is scrolled or
painted, so that it neither waits for what trains nor holds it up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QToolTip,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.choice import Choice
from gan_studio.gui.widgets.sheet_cell import Cell, Frames, Names
from gan_studio.gui.widgets.sheet_layout import Grid, Room, lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from PySide6.QtGui import (
        QFocusEvent,
        QKeyEvent,
        QMouseEvent,
        QResizeEvent,
        QShowEvent,
        QWheelEvent,
    )
    from PySide6.QtWidgets import QGraphicsSceneHelpEvent

MOST_ZOOM = 16
CHOOSING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
STAR_KEYS = (Qt.Key.Key_S,)
ZOOM_KEYS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1}
REJECT_KEYS = (Qt.Key.Key_R, Qt.Key.Key_X)


class ContactSheet(QGraphicsView):
    """Pictures in a grid that scrolls where it does not fit, some chosen, one of them current.

    Signals:
        brought: a picture was clicked, or Enter pressed on it.
        star_toggled, reject_toggled: the numbers of the pictures that a key was pressed for.
        chosen_changed: other pictures are chosen.
        menu_requested: the number of a picture (-1: none) and where on the screen.
        dragged: the number of a picture that is being dragged.
    """

    brought = Signal(int)
    star_toggled = Signal(object)
    reject_toggled = Signal(object)
    chosen_changed = Signal()
    menu_requested = Signal(int, QPoint)
    dragged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._shapes = _HintedScene(self._show_hint)
        super().__init__(self._shapes, parent)
        self._count, self._fixed_columns, self._zoom = 0, 0, 0
        self._size = (28, 28)
        self._cells: list[Cell] = []
        self._hints: Callable[[int], str] = lambda index: ""
        self._choice = Choice()
        self._pressed = -1
        self._pressed_at = QPoint()
        self._frames = Frames(self._shapes)
        self._names = Names(self._shapes)
        self.grid = Grid(1, 1, 28, 28, 0, 0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)
        self.setAccessibleName(_("Contact sheet"))
        theme.notifier().changed.connect(self._on_theme_changed)
        for bar in (self.horizontalScrollBar(), self.verticalScrollBar()):
            bar.valueChanged.connect(self._hold_names)
        self._dress()

    # What is shown

    def set_sheet(
        self,
        count: int,
        size: tuple[int, int],
        columns: int = 0,
        rows: Sequence[str] = (),
        column_names: Sequence[str] = (),
        corner: str = "",
    ) -> None:
        """Empty places for `count` pictures of `size` (width, height).

        Args:
            count: how many.
            size: of each, in its own pixels.
            columns: how many side by side; 0: as many as look best.
            rows: a word left of each row; none where rows mean nothing.
            column_names: a word above each column.
            corner: what column names are.
        """
        self._count, self._size, self._fixed_columns = count, size, columns
        self._names.set_names(rows, column_names, corner)
        while len(self._cells) < count:
            self._cells.append(Cell(self._shapes))
        for index, cell in enumerate(self._cells):
            cell.clear(is_used=index < count)
        self._choice.reset(count)
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)
        self._lay_out()
        self.chosen_changed.emit()

    def set_picture(self, index: int, image: QImage) -> None:
        """Show a picture in its place."""
        self._cells[index].show_picture(image, self.grid)

    def set_marks(
        self, starred: Collection[int], rejected: Collection[int], near: Collection[int]
    ) -> None:
        """Which pictures carry a star, are greyed out, or a sign that training has one like it."""
        for index, cell in enumerate(self._cells[: self._count]):
            cell.mark(index in starred, index in rejected, index in near, self.grid)

    def set_hints(self, hints: Callable[[int], str]) -> None:
        """What a tooltip says below the enlarged picture, by its number."""
        self._hints = hints

    def count(self) -> int:
        """How many pictures there are, drawn or not."""
        return self._count

    def image(self, index: int) -> QImage:
        """A picture, one pixel per pixel; null while it is not drawn."""
        return self._cells[index].image

    @property
    def zoom(self) -> int:
        """The multiple that was asked for; 0: as large as fits."""
        return self._zoom

    def set_zoom(self, zoom: int) -> None:
        """Draw pictures so many times as large; 0: as large as fits."""
        self._zoom = max(0, min(zoom, MOST_ZOOM))
        self._lay_out()

    def columns(self) -> int:
        """How many pictures stand side by side."""
        return self.grid.columns

    # What is chosen

    @property
    def chosen(self) -> frozenset[int]:
        """The numbers of the chosen pictures."""
        return self._choice.chosen

    @property
    def current(self) -> int:
        """The picture that keys go from, or -1."""
        return self._choice.current

    def choose(self, indices: Collection[int], current: int | None = None) -> None:
        """Choose these pictures, and make one of them (or another) the current one."""
        self._choice.set(indices, current)
        self._on_chosen()

    def rect_of(self, index: int) -> QRectF:
        """Where a picture stands, in the scene."""
        return QRectF(*self.grid.corner(index), self.grid.width, self.grid.height)

    def index_at(self, position: QPoint) -> int:
        """The picture at a position of the viewport, or -1."""
        return self._index_at_scene(self.mapToScene(position))

    def _index_at_scene(self, place: QPointF) -> int:
        return self.grid.index_at(place.x(), place.y(), self._count)

    def _on_chosen(self) -> None:
        self._show_frames()
        self.chosen_changed.emit()

    def _step(self, by: int, *, is_range: bool) -> None:
        if self._choice.step(by, is_range=is_range):
            self._on_chosen()
            self.ensureVisible(self.rect_of(self.current), 4, 4)

    def _pick(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._choice.toggle(index)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self._choice.extend(index)
        else:
            self._choice.set((index,), index)
        self._on_chosen()
        if self.chosen == {index} and not modifiers & CHOOSING:
            self.brought.emit(index)

    # Painting by Qt

    def _lay_out(self) -> None:
        if not self._count:
            return
        outer = self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()
        left, top = self._names.room()
        room = Room(outer.width(), outer.height(), bar, left, top, self.devicePixelRatioF())
        self.grid = lay_out(self._count, self._size, room, self._fixed_columns, self._zoom)
        for index, cell in enumerate(self._cells[: self._count]):
            cell.place(self.grid, index)
        self._names.place(self.grid)
        self._shapes.setSceneRect(QRectF(0, 0, *self.grid.size(self._count)))
        self._hold_names()
        self._show_frames()

    def _show_frames(self) -> None:
        rects = [self.rect_of(index) for index in sorted(self.chosen)]
        has_current = 0 <= self.current < self._count
        current = self.rect_of(self.current) if has_current else QRectF()
        self._frames.show(rects, current if self.hasFocus() else QRectF())

    def _hold_names(self) -> None:
        """Names stay in sight while pictures are scrolled."""
        corner = self.mapToScene(QPoint(0, 0))
        self._names.hold(max(0.0, corner.x()), max(0.0, corner.y()))

    def _dress(self) -> None:
        self.setBackgroundBrush(QColor(theme.tokens().surface))
        self._names.dress()

    def _on_theme_changed(self) -> None:
        self._dress()
        for cell in self._cells:
            cell.dress()
        self._lay_out()

    def _show_hint(self, place: QPointF, on_screen: QPoint) -> None:
        index = self._index_at_scene(place)
        if index < 0:
            QToolTip.hideText()
            return
        words = self._hints(index)
        image = self._cells[index].image
        text = words if image.isNull() else pictures.zoom_html(image, words)
        QToolTip.showText(on_screen, text, self)

    # Qt's overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        self._pressed = self.index_at(self._pressed_at)
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        is_right = event.button() == Qt.MouseButton.RightButton
        if is_right and self._pressed >= 0 and self._pressed not in self.chosen:
            self.choose((self._pressed,), self._pressed)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        is_left = bool(event.buttons() & Qt.MouseButton.LeftButton)
        if is_left and self._pressed >= 0 and moved >= QApplication.startDragDistance():
            index, self._pressed = self._pressed, -1
            self.dragged.emit(index)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index, self._pressed = self._pressed, -1
        is_same = index >= 0 and index == self.index_at(event.position().toPoint())
        if is_same and event.button() == Qt.MouseButton.LeftButton:
            self._pick(index, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()  # the first click has brought it already

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        modifiers = event.modifiers()
        command = Qt.KeyboardModifier.ControlModifier
        if modifiers & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
        elif by := _steps(key, self.grid.columns, self.current, self._count):
            self._step(by, is_range=bool(modifiers & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current >= 0:
            self.brought.emit(self.current)
        elif key == Qt.Key.Key_A and modifiers & command:
            self.choose(range(self._count))
        elif modifiers & command:
            super().keyPressEvent(event)
        elif key in STAR_KEYS:
            self.star_toggled.emit(self._choice.meant())
        elif key in REJECT_KEYS:
            self.reject_toggled.emit(self._choice.meant())
        elif key in ZOOM_KEYS:
            self._zoom_by(ZOOM_KEYS[key])
        elif key == Qt.Key.Key_0:
            self.set_zoom(0)
        else:
            super().keyPressEvent(event)

    def _zoom_by(self, by: int) -> None:
        self.set_zoom(max(1, round(self.grid.scale) + by))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.current if is_key else self.index_at(event.pos())
        place = event.globalPos()
        if is_key and index >= 0:
            centre = self.mapFromScene(self.rect_of(index).center())
            place = self.viewport().mapToGlobal(centre)
        self.menu_requested.emit(index, place)
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_frames()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_frames()


class _HintedScene(QGraphicsScene):
    """Asks for a tooltip when the pointer rests; nothing else of it is ours."""

    def __init__(self, show: Callable[[QPointF, QPoint], None]) -> None:
        super().__init__()
        self._show = show

    def helpEvent(self, event: QGraphicsSceneHelpEvent) -> None:
        self._show(event.scenePos(), event.screenPos())


def _steps(key: Qt.Key, columns: int, current: int, count: int) -> int:
    """How many pictures a key goes on; 0 for keys that go nowhere."""
    steps = {
        Qt.Key.Key_Left: -1,
        Qt.Key.Key_Right: 1,
        Qt.Key.Key_Up: -columns,
        Qt.Key.Key_Down: columns,
        Qt.Key.Key_Home: -current,
        Qt.Key.Key_End: count - 1 - current,
    }
    return steps.get(key, 0)
