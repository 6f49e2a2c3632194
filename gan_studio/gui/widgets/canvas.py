"""A surface for pictures that change many times a second while something else computes.

What is drawn in a `paintEvent` of ours is drawn under Python's lock: as long as the brush moves, no
other thread runs Python, and training stands still. Here Python only hands over shapes; Qt keeps
them and paints them on its own, beside whatever trains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
)
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsPixmapItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsSimpleTextItem,
    QGraphicsView,
    QWidget,
)

from gan_studio.gui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPainterPath, QResizeEvent, QShowEvent

Item = TypeVar("Item", bound=QGraphicsItem)
NO_PEN = QPen(Qt.PenStyle.NoPen)
NO_FILL = QBrush(Qt.BrushStyle.NoBrush)


class Canvas(QGraphicsView):
    """Shapes in pixels of the widget, given anew for every picture, painted in the order given.

    `begin`, then `clip`, `image`, `path` and `text` as often as wanted, then `end`. Items are used
    again from picture to picture, so that a picture like the last one makes nothing new.

    Signals:
        painted: a picture has reached the screen.
    """

    painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._shapes = QGraphicsScene()
        super().__init__(self._shapes, parent)
        self._shapes.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.setInteractive(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing below shows
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._frame = QGraphicsRectItem()
        self._frame.setPen(NO_PEN)
        self._frame.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)
        self._shapes.addItem(self._frame)
        self._is_clipped = False
        self._kept: dict[tuple[type[QGraphicsItem], bool], list[QGraphicsItem]] = {}
        self._used: dict[tuple[type[QGraphicsItem], bool], int] = {}
        self._level = 0
        self._font = QFont()
        beacon = _Beacon(self.viewport())
        beacon.lit.connect(self.painted)

    def begin(self) -> None:
        """Start a picture."""
        self._shapes.setSceneRect(QRectF(self.rect()))
        self.setBackgroundBrush(QColor(theme.tokens().surface))
        self.use_font(theme.SMALL)
        self._is_clipped, self._level = False, 0
        self._used = dict.fromkeys(self._kept, 0)

    def clip(self, area: QRectF) -> None:
        """What is given from now on is seen within this only; it lies above what came before."""
        self._frame.setRect(area)
        self._level += 1  # of two items on one level the older one lies below
        self._frame.setZValue(self._level)
        self._is_clipped = True

    def unclip(self) -> None:
        """What is given from now on is seen everywhere."""
        self._is_clipped = False

    def image(
        self, area: QRectF, image: QImage | QPixmap, *, is_smooth: bool = True, opacity: float = 1.0
    ) -> None:
        """A picture stretched over an area; its pixels blend, or stay squares."""
        item = self._item(QGraphicsPixmapItem)
        item.setPixmap(QPixmap.fromImage(image) if isinstance(image, QImage) else image)
        mode = Qt.TransformationMode
        item.setTransformationMode(
            mode.SmoothTransformation if is_smooth else mode.FastTransformation
        )
        item.setOpacity(opacity)
        stretched = QTransform.fromTranslate(area.left(), area.top())
        stretched.scale(area.width() / image.width(), area.height() / image.height())
        item.setTransform(stretched)

    def path(self, path: QPainterPath, pen: QPen = NO_PEN, fill: QColor | None = None) -> None:
        """A line, or an area where `fill` is given."""
        item = self._item(QGraphicsPathItem)
        item.setPen(pen)
        item.setBrush(NO_FILL if fill is None else fill)
        item.setPath(path)

    def use_font(self, size: int, *, is_bold: bool = False) -> None:
        """The words that follow, up to `end`, are so high (px at 100 %)."""
        self._font = QFont(self.font())
        self._font.setPixelSize(theme.px(size))
        self._font.setBold(is_bold)

    @property
    def words_font(self) -> QFont:
        """What words are written in now."""
        return self._font

    def text(self, place: QRectF, words: str, color: QColor, align: Qt.AlignmentFlag) -> None:
        """Words in one line, within or beyond a place."""
        item = self._item(QGraphicsSimpleTextItem)
        item.setFont(self._font)
        item.setBrush(color)
        item.setText(words)
        size = item.boundingRect()
        x, y = place.left(), place.top()
        if align & Qt.AlignmentFlag.AlignRight:
            x = place.right() - size.width()
        elif align & Qt.AlignmentFlag.AlignHCenter:
            x = place.center().x() - size.width() / 2
        if align & Qt.AlignmentFlag.AlignVCenter:
            y = place.center().y() - size.height() / 2
        item.setPos(x, y)

    def end(self) -> None:
        """The picture is whole: what the last one had more of goes out of sight."""
        for key, items in self._kept.items():
            for item in items[self._used.get(key, 0) :]:
                item.hide()

    def _item(self, kind: type[Item]) -> Item:
        key = (kind, self._is_clipped)
        items = self._kept.setdefault(key, [])
        index = self._used.get(key, 0)
        self._used[key] = index + 1
        if index == len(items):
            item = kind()
            if self._is_clipped:
                item.setParentItem(self._frame)
            else:
                self._shapes.addItem(item)
            items.append(item)
        found = cast("Item", items[index])
        self._level += 1
        found.setZValue(self._level)
        found.show()
        return found


class DrawnCanvas(Canvas):
    """A canvas that draws itself anew when it comes into sight, and at another size or theme."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.notifier().changed.connect(self._on_theme_changed)

    def redraw(self) -> None:
        """Draw what there is, where it can be seen."""
        raise NotImplementedError

    def fit(self) -> None:
        """Limit what depends on the size and on the text's; nothing, unless a subclass does."""

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.fit()
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
        self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()


class _Beacon(QWidget):
    """One pixel above the picture, painted after it: so that one hears when it is on the screen."""

    lit = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(1, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.lit.emit()
