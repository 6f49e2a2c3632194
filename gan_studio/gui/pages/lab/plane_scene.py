"""The plane: D as a heat map with its border, G's bent lattice, points, and where G is pushed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainterPath, QPen

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.scene import CIRCLE, Part, Scene, color, diamonds, dots, marks
from gan_studio.gui.widgets.axes import Axes

if TYPE_CHECKING:
    import numpy.typing as npt

    from gan_studio.gui.pages.lab.scene import Numbers
    from gan_studio.gui.widgets.canvas import Canvas
    from gan_studio.lab.frames import PlaneFrame

PUSH_LENGTH = 0.16  # of the picture, of the longest arrow
HEAD = 5.0  # pixels of an arrow's head
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
        self._dots: tuple[Axes | None, float, Numbers, QPainterPath]
        self._dots = None, 0.0, np.empty((0, 2)), QPainterPath()
        self.shows_lattice = True
        self.shows_pushes = True
        self.setAccessibleName(_("D and G on a plane"))

    def show_frame(self, frame: PlaneFrame | None) -> None:
        """Paint this from now on."""
        self._frame = frame
        self.redraw()

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

    def draw(self, canvas: Canvas) -> None:
        frame, axes = self._frame, self.axes()
        if frame is None or axes is None:
            return
        canvas.clip(axes.area)
        self._draw_heat(canvas, axes, frame)
        if self.shows_lattice:
            lines = QPen(color("generated", 0.35 * self.strength(Part.ARROWS)), 1)
            canvas.path(axes.lines(frame.lattice), lines)
        radius = theme.px(3)
        if self._before is not None:
            before = self._before.fake_points
            diamonds(canvas, axes, before, color("generated", 0.25), theme.px(2))
        real = color("real", self.strength(Part.REAL))
        canvas.path(self._dots_of(axes, frame.real_points, radius), fill=real)
        if self.shows_pushes:
            self._draw_pushes(canvas, axes, frame)
        shade = color("generated", self.strength(Part.FAKE))
        diamonds(canvas, axes, frame.fake_points, shade, radius)
        if self.sprayed():
            dots(canvas, axes, np.array(self.sprayed()), color("real"), radius)
        canvas.unclip()
        border = QPainterPath()
        border.addRect(axes.area)
        canvas.path(border, QPen(color("border"), 1))

    def _dots_of(self, axes: Axes, points: Numbers, radius: float) -> QPainterPath:
        """The data's dots, which stay where they are from picture to picture."""
        axes_before, radius_before, points_before, path = self._dots
        is_same = (axes_before, radius_before) == (axes, radius)
        if not is_same or not np.array_equal(points_before, points):
            path = marks(axes, points, CIRCLE * radius)
            self._dots = axes, radius, points, path
        return path

    def _draw_heat(self, canvas: Canvas, axes: Axes, frame: PlaneFrame) -> None:
        strength = self.strength(Part.JUDGE)
        canvas.image(axes.area, heat_image(frame.heat, strength))
        canvas.path(axes.lines(frame.contour), QPen(color("discriminator", strength), 2))

    def _draw_pushes(self, canvas: Canvas, axes: Axes, frame: PlaneFrame) -> None:
        reach = PUSH_LENGTH * (frame.high[0] - frame.low[0])
        starts = frame.fake_points[: len(frame.pushes)]
        shafts = np.stack([starts, starts + frame.pushes * reach], 1)
        arrows = axes.lines(arrows_of(shafts, axes))
        canvas.path(arrows, QPen(color("text", 0.7 * self.strength(Part.JUDGE)), 1))


def heat_image(heat: npt.NDArray[Any], strength: float = 1.0) -> QImage:
    """D as colours: orange where it says fake, blue where it says real, plain at one half."""
    known = np.nan_to_num(heat[::-1], nan=0.5)  # a D that has flown apart says nothing
    levels = (known * 255).astype(np.uint8)  # heights are in [0, 1]
    rows, columns = levels.shape
    image = QImage(levels.tobytes(), columns, rows, columns, QImage.Format.Format_Indexed8)
    shown = theme.tokens()
    image.setColorTable(heat_colors(shown.surface, shown.generated, shown.real, strength))
    return image.convertToFormat(QImage.Format.Format_RGB32)


@lru_cache(maxsize=8)
def heat_colors(ground: str, low: str, high: str, strength: float) -> list[int]:
    """256 colours as Qt holds them, from `low` over `ground` to `high`, which are names."""
    shares = np.linspace(-1, 1, 256)
    table = np.full(256, 0xFF000000, dtype=np.uint32)
    for shift, channel in ((16, "red"), (8, "green"), (0, "blue")):
        base, ends = (
            getattr(QColor(ground), channel)(),
            (getattr(QColor(name), channel)() for name in (low, high)),
        )
        end = np.where(shares < 0, *ends)
        mixed = base + (end - base) * np.abs(shares) * _HEAT * strength
        table |= mixed.round().astype(np.uint32) << shift
    found: list[int] = table.tolist()
    return found


def arrows_of(shafts: npt.NDArray[Any], axes: Axes) -> npt.NDArray[Any]:
    """Arrows along lines ``[M, 2, 2]`` from start to tip, each in one stroke ``[M, 5, 2]``."""
    start, tip = shafts[:, 0], shafts[:, 1]
    change = tip - start
    length = np.linalg.norm(change, axis=1, keepdims=True)
    most = HEAD * (axes.high[0] - axes.low[0]) / max(1.0, axes.area.width())
    along = change / np.maximum(length, 1e-9) * np.minimum(most, length / 2)
    across = np.stack([-along[:, 1], along[:, 0]], 1) * 0.55
    return np.stack([start, tip, tip - along + across, tip, tip - along - across], 1)
