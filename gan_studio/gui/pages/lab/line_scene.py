"""The line: D's curve over both densities, points at the height D gives them, noise below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.scene import Part, Scene, color, diamonds, dots, words
from gan_studio.gui.widgets.axes import Axes, ticks

if TYPE_CHECKING:
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
        self.update()

    def remember(self, is_on: bool) -> None:
        """Keep what is shown as a pale shadow behind what comes next, or forget it."""
        self._before = self._frame if is_on else None

    def place_at(self, position: QPointF) -> tuple[tuple[float, ...], float] | None:
        if self._frame is None:
            return None
        axes = self._axes(self._frame)
        return (axes.numbers(position)[0],), axes.high[0] - axes.low[0]

    def draw(self, painter: QPainter) -> None:
        frame = self._frame
        if frame is None:
            return
        axes = self._axes(frame)
        self._draw_axes(painter, axes)
        painter.setClipRect(axes.area.adjusted(-2, -8, 2, 8))
        self._draw_densities(painter, axes, frame)
        self._draw_noise(painter, axes, frame)
        if self._before is not None:
            shadow = axes.curve(self._before.x, self._before.judged)
            painter.setPen(QPen(color("discriminator", 0.35), 2, Qt.PenStyle.DotLine))
            painter.drawPolyline(shadow)
        self._draw_judges(painter, axes, frame)
        if self.sprayed():
            sprayed = np.array(self.sprayed())[:, 0]
            heights = 0.02 * (1 + np.arange(len(sprayed)) % 5)
            dots(painter, axes.curve(sprayed, heights), color("real"), theme.px(2))

    def _axes(self, frame: LineFrame) -> Axes:
        left = theme.px(_LEFT)
        area = QRectF(left, 6, self.width() - left - 8, self.height() - 6 - theme.px(_FOOT))
        return Axes(area, (float(frame.x[0]), BOTTOM), (float(frame.x[-1]), TOP))

    def _draw_axes(self, painter: QPainter, axes: Axes) -> None:
        area = axes.area
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for height, text in self._heights():
            y = axes.y(height)
            style = Qt.PenStyle.DashLine if height == 0.5 else Qt.PenStyle.SolidLine
            painter.setPen(QPen(color("muted" if height == 0.5 else "border"), 1, style))
            painter.drawLine(QLineF(area.left(), y, area.right(), y))
            words(painter, QRectF(0, y - 10, area.left() - 6, 20), text, right)
        place = QRectF(0, axes.y(NOISE_AT) - 10, area.left() - 6, 20)
        words(painter, place, _("noise z"), right)
        center = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for value in ticks(axes.low[0], axes.high[0], max(2, self.width() // 90)):
            place = QRectF(axes.x(value) - 40, area.bottom() + 3, 80, 20)
            words(painter, place, f"{value:g}".replace("-", "\u2212"), center)

    def _heights(self) -> list[tuple[float, str]]:
        if self.is_probability:
            return [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")]
        return [(0.0, _("fake")), (0.5, ""), (1.0, _("real"))]

    def _draw_densities(self, painter: QPainter, axes: Axes, frame: LineFrame) -> None:
        scale = DENSITY_HEIGHT / max(float(frame.real.max()), 1e-9)
        zero = axes.y(0.0)
        for density, token, part in (
            (frame.real, "real", Part.REAL),
            (frame.generated, "generated", Part.FAKE),
        ):
            # A heap of equal points is higher than any picture.
            curve = axes.curve(frame.x, np.minimum(density * scale, TOP))
            strength = self.strength(part)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color(token, 0.13 * strength))
            ground = axes.curve(frame.x, np.minimum(density * scale, TOP))
            ground.append(axes.point(axes.high[0], 0.0))
            ground.append(axes.point(axes.low[0], 0.0))
            painter.drawPolygon(ground)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color(token, strength), 1.4))
            painter.drawPolyline(curve)
        painter.setPen(QPen(color("border"), 1))
        painter.drawLine(QLineF(axes.area.left(), zero, axes.area.right(), zero))

    def _draw_noise(self, painter: QPainter, axes: Axes, frame: LineFrame) -> None:
        below = axes.y(NOISE_AT)
        painter.setPen(QPen(color("muted", self.strength(Part.NOISE)), 1))
        painter.drawLine(QLineF(axes.area.left(), below, axes.area.right(), below))
        starts = noise_places(frame, axes)
        zero = axes.y(0.0)
        painter.setPen(QPen(color("generated", 0.5 * self.strength(Part.ARROWS)), 1))
        for start, end in zip(starts, frame.fake_points.tolist(), strict=True):
            painter.drawLine(QLineF(start, below - 3, axes.x(end), zero + 3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("muted", self.strength(Part.NOISE)))
        for start in starts:
            painter.drawEllipse(QRectF(start - 2, below - 2, 4, 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_judges(self, painter: QPainter, axes: Axes, frame: LineFrame) -> None:
        strength = self.strength(Part.JUDGE)
        painter.setPen(QPen(color("text", 0.75 * strength), 1.2, Qt.PenStyle.DashLine))
        painter.drawPolyline(axes.curve(frame.x, frame.best))
        painter.setPen(QPen(color("discriminator", strength), 2.4))
        painter.drawPolyline(axes.curve(frame.x, frame.judged))
        radius = theme.px(4)
        real = axes.curve(frame.real_points, frame.real_heights)
        dots(painter, real, color("real", self.strength(Part.REAL)), radius)
        fake = np.stack([frame.fake_points, frame.fake_heights], 1)
        diamonds(painter, axes, fake, color("generated", self.strength(Part.FAKE)), radius)


def noise_places(frame: LineFrame, axes: Axes) -> list[float]:
    """Pixel columns of the noise: its range is stretched over the width of the data."""
    reach = 1.0 if float(np.abs(frame.noise).max()) <= 1.0 else 3.0
    shares = np.clip(frame.noise / reach, -1.0, 1.0) * 0.42 + 0.5
    left, width = axes.area.left(), axes.area.width()
    return [left + share * width for share in shares.tolist()]
