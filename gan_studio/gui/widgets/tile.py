"""A tile: a picture in whole multiples of its pixels, or an icon where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.gui import theme

if TYPE_CHECKING:
    from pathlib import Path


def load_corner(path: Path | None, cell: tuple[int, int], width: int, height: int) -> QImage:
    """As many whole samples of a sample grid as fit, from its top left corner.

    Args:
        path: a grid of samples without gaps.
        cell: width and height of one sample in pixels; (0, 0) where nobody knows.
        width: room, in pixels.
        height: room, in pixels.

    Returns:
        A null image where there is nothing to read. Safe in any thread.
    """
    image = QImage(str(path)) if path is not None else QImage()
    if image.isNull() or not all(cell):
        return image
    columns = max(1, min(image.width() // cell[0], width // cell[0]))
    rows = max(1, min(image.height() // cell[1], height // cell[1]))
    return image.copy(QRect(0, 0, columns * cell[0], rows * cell[1]))


class Tile(QWidget):
    """Shows `set_image`, or the icon `icon_name` on soft ground."""

    def __init__(
        self, icon_name: str, size: QSize, radius: int = 8, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._size = size
        self._radius = radius
        self._image = QImage()
        self.is_cropping = False  # fill the height at the picture's own size, cut its sides
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(size.width() // 2, size.height())
        theme.notifier().changed.connect(self.update)

    def set_image(self, image: QImage) -> None:
        """Show a picture; a null one brings the icon back."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QPainterPath()
        ground.addRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        painter.setClipPath(ground)
        if self._image.isNull():
            painter.fillPath(ground, QColor(theme.tokens().soft))
            self._paint_icon(painter)
        else:
            painter.fillPath(ground, QColor("black"))
            self._paint_image(painter)

    def _paint_icon(self, painter: QPainter) -> None:
        size = min(40, self.height() // 2)
        color = theme.tokens().accent if self.isEnabled() else theme.tokens().muted
        pixmap = theme.icon_pixmap(self._icon_name, size, color, self.devicePixelRatioF())
        corner = self.rect().center() - QPointF(size / 2, size / 2).toPoint()
        painter.drawPixmap(corner, pixmap)

    def _paint_image(self, painter: QPainter) -> None:
        room, size = self.size(), self._image.size()
        ratio = min(room.width() / size.width(), room.height() / size.height())
        if self.is_cropping:
            ratio = max(1.0, room.height() / size.height())
        is_whole = ratio >= 1
        scaled = size * (int(ratio) if is_whole else ratio)
        # The pixels of small pictures are the message; only what must shrink is smoothed.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_whole)
        target = QRect(0, 0, scaled.width(), scaled.height())
        target.moveCenter(self.rect().center())
        painter.drawImage(target, self._image)

    def changeEvent(self, event) -> None:  # noqa: ANN001
        super().changeEvent(event)
        self.update()


def small_tile(icon_name: str, side: int) -> Tile:
    """A square tile of a fixed size."""
    tile = Tile(icon_name, QSize(side, side), theme.RADIUS_FIELD)
    tile.setFixedSize(side, side)
    tile.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return tile
