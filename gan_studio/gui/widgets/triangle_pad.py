"""A triangle between three pictures, to drag on: shares of each, and beyond them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainterPath, QPen, QPixmap

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.plane_pad import PlanePad
from gan_studio.inference.slices import (
    PICTURE_A,
    PICTURE_B,
    PICTURE_C,
    Window,
    shares_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

CORNERS = (PICTURE_A, PICTURE_B, PICTURE_C)
NAMES = ("A", "B", "C")
THUMBNAIL, LARGEST_SHARE = 44, 0.15  # pixels, and of the square
MIDDLE = (1 / 3, 1 / 3)


class TrianglePad(PlanePad):
    """Values are the shares of the pictures B and C; what is left to 1 is that of A."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = [QPixmap() for _name in NAMES]
        self.can_zoom = True
        self.set_window(Window.around_triangle(), MIDDLE)
        self._value = MIDDLE
        self.setAccessibleName(_("Pad between three pictures"))
        self.setToolTip(
            _(
                "Drag to mix the three pictures; outside the triangle one of them is taken away. "
                "Arrows step (Shift ten times as far, Ctrl a tenth), the wheel zooms, double click "
                "or Home goes to equal shares."
            )
        )

    def set_thumbnails(self, images: Sequence[QImage]) -> None:
        """The three pictures; null ones leave their corner empty."""
        self._thumbnails = [QPixmap.fromImage(image) for image in images]
        self.redraw()

    def words(self) -> str:
        shares = zip(NAMES, shares_at(*self._value), strict=True)
        return ", ".join(f"{name} {percent(share)}" for name, share in shares)

    def _draw_lines(self, area: QRectF) -> None:
        colors = theme.tokens()
        points = [self.position_of(*corner) for corner in CORNERS]
        triangle = QPainterPath(points[0])
        for point in (points[1], points[2], points[0]):
            triangle.lineTo(point)
        # Two pens, so that it is seen on dark and on bright pictures.
        self.path(triangle, QPen(QColor(colors.surface), 3))
        self.path(triangle, QPen(QColor(colors.accent), 1.5))
        handle = self._handle_position(area)
        for point in points:
            way = QPainterPath(point)
            way.lineTo(handle)
            self.path(way, QPen(QColor(colors.accent), 1, Qt.PenStyle.DashLine))

    def _draw_names(self, area: QRectF) -> None:
        side = min(theme.px(THUMBNAIL), area.width() * LARGEST_SHARE)
        line = theme.px(theme.SMALL) + 6
        shares = shares_at(*self._value)
        self.use_font(theme.SMALL, is_bold=True)
        for index, corner in enumerate(CORNERS):
            box = self._corner_box(area, self.position_of(*corner), side, line)
            self._draw_corner(box, line, index, f"{NAMES[index]} {percent(shares[index])}")

    def _corner_box(self, area: QRectF, corner: QPointF, side: float, line: float) -> QRectF:
        """Beyond a corner as seen from the middle, but within the square."""
        middle = self.position_of(*MIDDLE)
        way = corner - middle
        length = max((way.x() ** 2 + way.y() ** 2) ** 0.5, 1.0)
        words = QFontMetricsF(self.words_font).horizontalAdvance(f"A {percent(-1)}")
        box = QRectF(0, 0, max(side, words) + 8, side + line)
        box.moveCenter(corner + way * ((side * 0.75 + 8) / length))
        box.moveLeft(min(max(box.left(), area.left() + 2), area.right() - box.width() - 2))
        box.moveTop(min(max(box.top(), area.top() + 2), area.bottom() - box.height() - 2))
        return box

    def _draw_corner(self, box: QRectF, line: float, index: int, words: str) -> None:
        colors, ground = theme.tokens(), QPainterPath()
        ground.addRoundedRect(box, 4, 4)
        self.path(ground, QPen(QColor(colors.accent), 1), QColor(colors.surface))
        thumbnail, side = self._thumbnails[index], box.height() - line
        if not thumbnail.isNull():
            scale = (side - 4) / max(thumbnail.width(), thumbnail.height())
            place = QRectF(0, 0, thumbnail.width() * scale, thumbnail.height() * scale)
            place.moveCenter(QPointF(box.center().x(), box.top() + side / 2))
            self.image(place, thumbnail, is_smooth=scale < 1)
        below = QRectF(box.left(), box.bottom() - line, box.width(), line - 2)
        flags = Qt.AlignmentFlag.AlignCenter
        self.text(below, words, QColor(colors.text), flags)


def percent(share: float) -> str:
    """A share as it is read."""
    return f"{round(100 * share):d} %".replace("-", "−")
