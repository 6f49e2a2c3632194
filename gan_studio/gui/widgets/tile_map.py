"""A map of what a model draws on a plane: tiles that come a few at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from gan_studio.inference.slices import Window

LARGEST_TILE = 64  # pixels: what is larger is shown smaller, the map itself is no picture


class TileMap:
    """Tiles in rows from the top left.

    Attributes:
        window: the part of the plane that they cover.
        columns: tiles side by side; 1 where only the second number moves anything.
        rows: the same, downwards.
    """

    def __init__(self, window: Window, columns: int, rows: int) -> None:
        self.window, self.columns, self.rows = window, columns, rows
        self._image = QImage()
        self._pixmap = QPixmap()
        self._drawn = 0

    def add(self, tiles: Any) -> None:
        """The next pictures, uint8 ``[N, C, H, W]``."""
        images = [_small(pictures.to_image(tile)) for tile in tiles]
        if not images:
            return
        side = max(images[0].width(), images[0].height())
        if self._image.isNull():
            size = QSize(self.columns * side, self.rows * side)
            self._image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
            self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        for image in images:
            row, column = divmod(self._drawn, self.columns)
            place = QRect(0, 0, image.width(), image.height())
            place.moveCenter(QRect(column * side, row * side, side, side).center())
            painter.drawImage(place, image)
            self._drawn += 1
        painter.end()
        self._pixmap = QPixmap.fromImage(self._image)

    @property
    def pixmap(self) -> QPixmap:
        """All tiles so far; null before the first."""
        return self._pixmap

    @property
    def is_whole(self) -> bool:
        """Whether every tile has come."""
        return self._drawn >= self.columns * self.rows

    def place(self, window: Window) -> QRectF:
        """Where it lies in another window, in its squares: (0, 0) is the lower left corner.

        One row lies across the middle, one column stands there.
        """
        longest = max(self.columns, self.rows)
        width, height = self.columns / longest, self.rows / longest
        corners = [
            window.of(*self.window.at(0.5 + sign * width / 2, 0.5 + sign * height / 2))
            for sign in (-1, 1)
        ]
        (left, foot), (right, top) = corners
        return QRectF(left, foot, right - left, top - foot)


def _small(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= LARGEST_TILE:
        return image
    keep = Qt.AspectRatioMode.KeepAspectRatio
    return image.scaled(
        LARGEST_TILE, LARGEST_TILE, keep, Qt.TransformationMode.SmoothTransformation
    )
