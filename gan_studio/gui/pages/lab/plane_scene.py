"""The plane: D as a heat map with its border, G's bent lattice, points, and where G is pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.scene import Part, Scene, color, diamonds, dots
from gan_studio.gui.widgets.axes import Axes

if TYPE_CHECKING:
    import numpy.typing as npt

    from gan_studio.lab.frames import PlaneFrame

PUSH_LENGTH = 0.16  # of the picture, of the longest arrow
HEAD = 5.0  # pixels of an arrow's head
PUSHED = 60  # arrows that are drawn
_HEAT = 0.42  # how strongly the ends of the map are coloured


class PlaneScene(Scene):
    """Paints `PlaneFrame`s.

    Attributes:
        shows_lattice: whether G's lattice is drawn.
        shows_pushes: whether arrows show where G's loss pulls its points.
    """

    def __init__(self) -> None:
        super().__init__()
        self._frame: PlaneFrame | None = None
        self._before: PlaneFrame | None = None
        self.shows_lattice = True
        self.shows_pushes = True
        self.setAccessibleName(_("D and G on a plane"))

    def show_frame(self, frame: PlaneFrame | None) -> None:
        """Paint this from now on."""
        self._frame = frame
        self.update()

    def remember(self, is_on: bool) -> None:
        """Keep what is shown as a pale shadow behind what comes next, or forget it."""
        self._before = self._frame if is_on else None

    def place_at(self, position: QPointF) -> tuple[tuple[float, ...], float] | None:
        axes = self.axes()
        if axes is None or not axes.area.contains(position):
            return None
        return axes.numbers(position), axes.high[0] - axes.low[0]

    def axes(self) -> Axes | None:
        """Numbers to pixels, None while there is nothing."""
        frame = self._frame
        if frame is None:
            return None
        side = min(self.width(), self.height()) - 2
        area = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        return Axes(area, frame.low, frame.high)

    def draw(self, painter: QPainter) -> None:
        frame, axes = self._frame, self.axes()
        if frame is None or axes is None:
            return
        painter.setClipRect(axes.area)
        self._draw_heat(painter, axes, frame)
        if self.shows_lattice:
            self._draw_lattice(painter, axes, frame)
        if self._before is not None:
            shadow = color("generated", 0.25)
            diamonds(painter, axes, self._before.fake_points, shadow, theme.px(2))
        radius = theme.px(3)
        real = axes.curve(frame.real_points[:, 0], frame.real_points[:, 1])
        dots(painter, real, color("real", self.strength(Part.REAL)), radius)
        if self.shows_pushes:
            self._draw_pushes(painter, axes, frame)
        shade = color("generated", self.strength(Part.FAKE))
        diamonds(painter, axes, frame.fake_points, shade, radius)
        if self.sprayed():
            sprayed = np.array(self.sprayed())
            dots(painter, axes.curve(sprayed[:, 0], sprayed[:, 1]), color("real"), radius)
        painter.setPen(QPen(color("border"), 1))
        painter.drawRect(axes.area)

    def _draw_heat(self, painter: QPainter, axes: Axes, frame: PlaneFrame) -> None:
        strength = self.strength(Part.JUDGE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(axes.area, heat_image(frame.heat, strength))
        painter.restore()
        painter.setPen(QPen(color("discriminator", strength), 2))
        painter.drawPath(axes.lines(frame.contour))

    def _draw_lattice(self, painter: QPainter, axes: Axes, frame: PlaneFrame) -> None:
        painter.setPen(QPen(color("generated", 0.35 * self.strength(Part.ARROWS)), 1))
        painter.drawPath(axes.lines(frame.lattice))

    def _draw_pushes(self, painter: QPainter, axes: Axes, frame: PlaneFrame) -> None:
        reach = PUSH_LENGTH * (frame.high[0] - frame.low[0])
        pushes = frame.pushes[:PUSHED]
        starts = frame.fake_points[: len(pushes)]
        ends = starts + pushes * reach
        painter.setPen(QPen(color("text", 0.7 * self.strength(Part.JUDGE)), 1))
        shafts = np.stack([starts, ends], 1)
        painter.drawPath(axes.lines(shafts))
        painter.drawPath(axes.lines(arrow_heads(shafts, axes)))


def heat_image(heat: npt.NDArray[Any], strength: float = 1.0) -> QImage:
    """D as colours: orange where it says fake, blue where it says real, plain at one half."""
    table = heat_colors(strength)
    levels = np.clip(heat * 255, 0, 255).astype(np.uint8)[::-1]
    pixels = np.ascontiguousarray(table[levels])
    rows, columns = levels.shape
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
    return image.copy()


def heat_colors(strength: float) -> npt.NDArray[np.uint32]:
    """256 colours as Qt holds them."""
    ground = QColor(theme.tokens().surface)
    low, high = QColor(theme.tokens().generated), QColor(theme.tokens().real)
    shares = np.linspace(-1, 1, 256)
    table = np.zeros(256, dtype=np.uint32)
    for shift, channel in ((16, "red"), (8, "green"), (0, "blue")):
        base = getattr(ground, channel)()
        end = np.where(shares < 0, getattr(low, channel)(), getattr(high, channel)())
        mixed = base + (end - base) * np.abs(shares) * _HEAT * strength
        table |= mixed.round().astype(np.uint32) << shift
    return table | np.uint32(0xFF000000)


def arrow_heads(shafts: npt.NDArray[Any], axes: Axes) -> npt.NDArray[Any]:
    """Two short strokes at the end of each line ``[M, 2, 2]``: ``[M, 3, 2]``, in numbers."""
    change = shafts[:, 1] - shafts[:, 0]
    length = np.linalg.norm(change, axis=1, keepdims=True)
    most = HEAD * (axes.high[0] - axes.low[0]) / max(1.0, axes.area.width())
    along = change / np.maximum(length, 1e-9) * np.minimum(most, length / 2)
    across = np.stack([-along[:, 1], along[:, 0]], 1) * 0.55
    tip = shafts[:, 1]
    return np.stack([tip - along + across, tip, tip - along - across], 1)
