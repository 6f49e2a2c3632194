"""What Qt keeps of a contact sheet: a picture and its marks, frames, and names of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainterPath,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsPathItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
)

from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.widgets.sheet_layout import Grid

REJECTED_OPACITY = 0.22
PICTURES, MARKS, FRAMES, LEFT, ABOVE, CORNER = range(6)  # what lies above what
NO_PEN = QPen(Qt.PenStyle.NoPen)
STAR = ((0, -1), (0.27, -0.37), (0.95, -0.31), (0.43, 0.14), (0.59, 0.81), (0, 0.45))


class Cell:
    """One place of a sheet: soft ground until its picture comes, then the picture."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self.image = QImage()
        self._scene = scene
        self._item = QGraphicsPixmapItem()
        self._item.setZValue(PICTURES)
        self._item.setShapeMode(QGraphicsPixmapItem.ShapeMode.BoundingRectShape)
        scene.addItem(self._item)
        self._index = 0
        self._marks: dict[str, QGraphicsPathItem] = {}
        self._shown: tuple[str, ...] = ()

    def clear(self, *, is_used: bool) -> None:
        """Neither picture nor marks."""
        self.image = QImage()
        self._item.setVisible(is_used)
        self._item.setPixmap(_ground())
        self._item.setOpacity(1)
        for mark in self._marks.values():
            mark.hide()
        self._shown = ()

    def dress(self) -> None:
        """The colours are others."""
        if self.image.isNull():
            self._item.setPixmap(_ground())
        for name, mark in self._marks.items():
            _color(mark, name)

    def show_picture(self, image: QImage, grid: Grid) -> None:
        """Show a picture."""
        self.image = image
        self._item.setPixmap(QPixmap.fromImage(image))
        self._stretch(grid)

    def place(self, grid: Grid, index: int) -> None:
        """Stand where the grid says."""
        self._index = index
        self._item.setPos(*grid.corner(index))
        self._stretch(grid)
        for name in self._shown:
            self._place_mark(name, grid)

    def mark(self, is_starred: bool, is_rejected: bool, is_near: bool, grid: Grid) -> None:
        """Carry these marks and no others."""
        wanted = {"star": is_starred, "cross": is_rejected, "near": is_near}
        shown = tuple(name for name, is_wanted in wanted.items() if is_wanted)
        if shown == self._shown:
            return
        self._shown = shown
        self._item.setOpacity(REJECTED_OPACITY if is_rejected else 1)
        for name in shown:
            if name not in self._marks:
                self._marks[name] = self._new_mark(name)
            self._place_mark(name, grid)
        for name, mark in self._marks.items():
            mark.setVisible(name in shown)

    def _stretch(self, grid: Grid) -> None:
        pixmap = self._item.pixmap()
        mode = Qt.TransformationMode
        is_shrunk = grid.scale < 1
        self._item.setTransformationMode(
            mode.SmoothTransformation if is_shrunk else mode.FastTransformation
        )
        across, down = grid.width / max(pixmap.width(), 1), grid.height / max(pixmap.height(), 1)
        self._item.setTransform(QTransform.fromScale(across, down))

    def _new_mark(self, name: str) -> QGraphicsPathItem:
        mark = QGraphicsPathItem()
        mark.setZValue(MARKS)
        _color(mark, name)
        self._scene.addItem(mark)
        return mark

    def _place_mark(self, name: str, grid: Grid) -> None:
        x, y = grid.corner(self._index)
        rect = QRectF(x, y, grid.width, grid.height)
        self._marks[name].setPath({"star": _star, "cross": _cross, "near": _near}[name](rect))


def _ground() -> QPixmap:
    pixmap = QPixmap(1, 1)
    pixmap.fill(QColor(theme.tokens().soft))
    return pixmap


def _side(rect: QRectF) -> float:
    """How large marks are: seen on small pictures, and not hiding them."""
    return float(min(max(rect.width() / 3, 11), 22))


def _star(rect: QRectF) -> QPainterPath:
    """A star in the upper right corner."""
    side = _side(rect) / 2
    x, y = rect.right() - side - 1, rect.top() + side + 1
    points = [*STAR, *((-a, b) for a, b in reversed(STAR[1:-1]))]
    path = QPainterPath()
    for at, (a, b) in enumerate(points):
        (path.lineTo if at else path.moveTo)(x + a * side, y + b * side)
    path.closeSubpath()
    return path


def _cross(rect: QRectF) -> QPainterPath:
    """Both diagonals."""
    inner = rect.adjusted(3, 3, -3, -3)
    path = QPainterPath(inner.topLeft())
    path.lineTo(inner.bottomRight())
    path.moveTo(inner.topRight())
    path.lineTo(inner.bottomLeft())
    return path


def _near(rect: QRectF) -> QPainterPath:
    """Two sheets, one upon the other, in the lower left corner: a copy."""
    side = _side(rect) * 0.62
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    corner = rect.bottomLeft()
    path.addRect(corner.x() + 2, corner.y() - side - 2, side, side)
    path.addRect(corner.x() + 2 + side * 0.45, corner.y() - side * 1.45 - 2, side, side)
    return path


def _color(mark: QGraphicsPathItem, name: str) -> None:
    colors = theme.tokens()
    if name == "cross":
        mark.setPen(QPen(QColor(colors.muted), 1.5))
        mark.setBrush(QBrush())
        return
    mark.setBrush(QColor(colors.accent if name == "star" else colors.real))
    # A rim in the card's colour: seen on black, on white and on all between.
    mark.setPen(QPen(QColor(colors.surface), 1.5))


class Frames:
    """Around what is chosen, and a second line around the current one while keys go there."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._chosen, self._current = QGraphicsPathItem(), QGraphicsPathItem()
        for item in (self._chosen, self._current):
            item.setZValue(FRAMES)
            scene.addItem(item)

    def show(self, chosen: Sequence[QRectF], current: QRectF) -> None:
        """Draw them; a null `current` is none."""
        path = QPainterPath()
        for rect in chosen:
            path.addRoundedRect(rect.adjusted(-1, -1, 1, 1), 2, 2)
        self._chosen.setPath(path)
        self._chosen.setPen(QPen(QColor(theme.tokens().accent), 2))
        path = QPainterPath()
        if not current.isNull():
            path.addRoundedRect(current.adjusted(-1.5, -1.5, 1.5, 1.5), 3, 3)
        self._current.setPath(path)
        pen = QPen(QColor(theme.tokens().accent), 3)
        pen.setStyle(Qt.PenStyle.SolidLine if chosen else Qt.PenStyle.DotLine)
        self._current.setPen(pen)


class Names:
    """Words left of rows and above columns; those that have no room are left out."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        # Plain ground keeps pictures from under the words.
        self._left, self._above = _ground_of(scene, LEFT), _ground_of(scene, ABOVE)
        self._behind_corner = _ground_of(scene, CORNER)
        self._rows: list[QGraphicsSimpleTextItem] = []
        self._columns: list[QGraphicsSimpleTextItem] = []
        self._corner = self._new(CORNER)

    def set_names(self, rows: Sequence[str], columns: Sequence[str], corner: str = "") -> None:
        """Write these; `corner` says what the columns are."""
        for items, names, level in ((self._rows, rows, LEFT), (self._columns, columns, ABOVE)):
            while len(items) < len(names):
                items.append(self._new(level))
            for item in items[len(names) :]:
                item.hide()
            for item, name in zip(items, names, strict=False):
                item.setText(name)
                item.show()
        self._corner.setText(corner if columns else "")
        self.dress()

    def dress(self) -> None:
        """Take the colours and the text height of now."""
        for item in (*self._rows, *self._columns, self._corner):
            item.setFont(_font())
            item.setBrush(QColor(theme.tokens().muted))
        for ground in (self._left, self._above, self._behind_corner):
            ground.setBrush(QColor(theme.tokens().surface))

    def room(self) -> tuple[float, float]:
        """What names take at the left and above."""
        shown = [*_visible(self._rows)]
        if shown:
            shown.append(self._corner)
        left = max((item.boundingRect().width() for item in shown), default=-8) + 8
        above = QFontMetricsF(_font()).height() + 4 if _visible(self._columns) else 0
        return left, above

    def place(self, grid: Grid) -> None:
        """Stand beside the pictures."""
        rows, columns = _visible(self._rows), _visible(self._columns)
        for row, item in enumerate(rows):
            y = grid.corner(row * grid.columns)[1]
            item.setPos(item.x(), y + (grid.height - item.boundingRect().height()) / 2)
        widest = max((item.boundingRect().width() for item in columns), default=0)
        every = 1 + int(widest // (grid.width + grid.gap))
        for column, item in enumerate(columns):
            x = grid.corner(column)[0]
            item.setPos(x + (grid.width - item.boundingRect().width()) / 2, item.y())
            item.setOpacity(0 if column % every else 1)
        wide, high = grid.size(len(rows) * grid.columns)
        left, top = max(0.0, grid.left - 2), max(0.0, grid.top - 2)
        self._left.setRect(0, 0, left, high if rows else 0)
        self._above.setRect(0, 0, wide if columns else 0, top)
        self._behind_corner.setRect(0, 0, left, top)

    def hold(self, x: float, y: float) -> None:
        """Stay at the upper left corner of what is seen, which is here in the scene."""
        left, _above = self.room()
        for item in _visible(self._rows):
            item.setX(x + left - 8 - item.boundingRect().width())
        for item in _visible(self._columns):
            item.setY(y)
        self._corner.setPos(x + left - 8 - self._corner.boundingRect().width(), y)
        self._left.setX(x)
        self._above.setY(y)
        self._behind_corner.setPos(x, y)

    def _new(self, level: float) -> QGraphicsSimpleTextItem:
        item = QGraphicsSimpleTextItem()
        item.setZValue(level + 0.5)
        self._scene.addItem(item)
        return item


def _ground_of(scene: QGraphicsScene, level: float) -> QGraphicsRectItem:
    item = QGraphicsRectItem()
    item.setPen(NO_PEN)
    item.setZValue(level)
    scene.addItem(item)
    return item


def _visible(items: Sequence[QGraphicsSimpleTextItem]) -> list[QGraphicsSimpleTextItem]:
    return [item for item in items if item.isVisible()]


def _font() -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(theme.px(theme.SMALL))
    return font
