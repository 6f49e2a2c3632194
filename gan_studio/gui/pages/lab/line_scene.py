"""The line: D's curve over both densities, points at the height D gives them, noise below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.scene import Part, Scene, color, diamonds, dots, words
from gan_studio.gui.widgets.axes import Axes, ticks

if TYPE_CHECKING:
    from gan_studio.gui.pages.lab.scene import Numbers
    from gan_studio.gui.widgets.canvas import Canvas
    from gan_studio.lab.frames import LineFrame

TOP, BOTTOM = 1.06, -0.34  # of the picture, in units of probability
NOISE_AT = -0.3
DENSITY_HEIGHT = 0.42  # of the highest density of the data
_LEFT, _FOOT = 46, 22


class LineScene(Scene):
    """Paints `LineFrame`s."""

    def __init__(self) -> None:
        super().__init__()
        self._frame: LineFrame | None = None
        self._before: LineFrame | None = None  # where slow motion came from
        self.is_probability = True
        self.setAccessibleName(_("D and G on a line"))

    def show_frame(self, frame: LineFrame | None, *, is_probability: bool = True) -> None:
        """Paint this from now on."""
        self._frame, self.is_probability = frame, is_probability
        self.redraw()

    def remember(self, is_on: bool) -> None:
        """Keep what is shown as a pale shadow behind what comes next, or forget it."""
        self._before = self._frame if is_on else None

    def place_at(self, position: QPointF) -> tuple[tuple[float, ...], float] | None:
        if self._frame is None:
            return None
        axes = self._axes(self._frame)
        return (axes.numbers(position)[0],), axes.high[0] - axes.low[0]

    def draw(self, canvas: Canvas) -> None:
        frame = self._frame
        if frame is None:
            return
        axes = self._axes(frame)
        self._draw_axes(canvas, axes)
        canvas.clip(axes.area.adjusted(-2, -8, 2, 8))
        self._draw_densities(canvas, axes, frame)
        self._draw_noise(canvas, axes, frame)
        if self._before is not None:
            shadow = QPen(color("discriminator", 0.35), 2, Qt.PenStyle.DotLine)
            canvas.path(axes.line(self._before.x, self._before.judged), shadow)
        self._draw_judges(canvas, axes, frame)
        if self.sprayed():
            sprayed = np.array(self.sprayed())[:, 0]
            heights = 0.02 * (1 + np.arange(len(sprayed)) % 5)
            dots(canvas, axes, np.stack([sprayed, heights], 1), color("real"), theme.px(2))

    def _axes(self, frame: LineFrame) -> Axes:
        left = theme.px(_LEFT)
        area = QRectF(left, 6, self.width() - left - 8, self.height() - 6 - theme.px(_FOOT))
        return Axes(area, (float(frame.x[0]), BOTTOM), (float(frame.x[-1]), TOP))

    def _draw_axes(self, canvas: Canvas, axes: Axes) -> None:
        area = axes.area
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for height, text in self._heights():
            style = Qt.PenStyle.DashLine if height == 0.5 else Qt.PenStyle.SolidLine
            pen = QPen(color("muted" if height == 0.5 else "border"), 1, style)
            canvas.path(axes.level(height), pen)
            place = QRectF(0, axes.y(height) - 10, area.left() - 6, 20)
            words(canvas, place, text, right)
        place = QRectF(0, axes.y(NOISE_AT) - 10, area.left() - 6, 20)
        words(canvas, place, _("noise z"), right)
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for value in ticks(axes.low[0], axes.high[0], max(2, self.width() // 90)):
            place = QRectF(axes.x(value) - 40, area.bottom() + 3, 80, 20)
            words(canvas, place, f"{value:g}".replace("-", "\u2212"), center)

    def _heights(self) -> list[tuple[float, str]]:
        if self.is_probability:
            return [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
        return [(0.0, _("fake")), (0.5, ""), (1.0, _("real"))]

    def _draw_densities(self, canvas: Canvas, axes: Axes, frame: LineFrame) -> None:
        scale = DENSITY_HEIGHT / max(float(frame.real.max()), 1e-9)
        for density, token, part in (
            (frame.real, "real", Part.REAL),
            (frame.generated, "generated", Part.FAKE),
        ):
            # A heap of equal points is higher than any picture.
            heights = np.minimum(density * scale, TOP)
            strength = self.strength(part)
            ground = axes.line(frame.x, heights)
            ground.lineTo(axes.point(axes.high[0], 0.0))
            ground.lineTo(axes.point(axes.low[0], 0.0))
            canvas.path(ground, fill=color(token, 0.13 * strength))
            canvas.path(axes.line(frame.x, heights), QPen(color(token, strength), 1.4))
        canvas.path(axes.level(0.0), QPen(color("border"), 1))

    def _draw_noise(self, canvas: Canvas, axes: Axes, frame: LineFrame) -> None:
        strength = self.strength(Part.NOISE)
        canvas.path(axes.level(NOISE_AT), QPen(color("muted", strength), 1))
        places = noise_places(frame, axes)
        below, zero = np.full_like(places, NOISE_AT), np.zeros_like(places)
        room = 3 / axes.area.height() * (TOP - BOTTOM)  # 3 pixels, off the lines
        starts = np.stack([places, below + room], 1)
        ends = np.stack([frame.fake_points, zero - room], 1)
        arrows = QPen(color("generated", 0.5 * self.strength(Part.ARROWS)), 1)
        canvas.path(axes.lines(np.stack([starts, ends], 1)), arrows)
        dots(canvas, axes, np.stack([places, below], 1), color("muted", strength), 2)

    def _draw_judges(self, canvas: Canvas, axes: Axes, frame: LineFrame) -> None:
        strength = self.strength(Part.JUDGE)
        best = QPen(color("text", 0.75 * strength), 1.2, Qt.PenStyle.DashLine)
        # Where there is no density at all no D is better than another.
        known = np.where(frame.real + frame.generated > 0, frame.best, np.nan)
        canvas.path(axes.line(frame.x, known), best)
        judged = QPen(color("discriminator", strength), 2.4)
        canvas.path(axes.line(frame.x, frame.judged), judged)
        radius = theme.px(4)
        real = np.stack([frame.real_points, frame.real_heights], 1)
        dots(canvas, axes, real, color("real", self.strength(Part.REAL)), radius)
        fake = np.stack([frame.fake_points, frame.fake_heights], 1)
        diamonds(canvas, axes, fake, color("generated", self.strength(Part.FAKE)), radius)


def noise_places(frame: LineFrame, axes: Axes) -> Numbers:
    """Where the noise stands on the axis: its range is stretched over the width of the data."""
    reach = 1.0 if float(np.abs(frame.noise).max()) <= 1.0 else 3.0
    shares = np.clip(frame.noise.astype(float) / reach, -1.0, 1.0) * 0.42 + 0.5
    return axes.low[0] + shares * (axes.high[0] - axes.low[0])
