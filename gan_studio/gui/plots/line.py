"""One curve of a plot, and the axis of steps. Import this only after the first paint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from gan_studio.gui import theme
from gan_studio.gui.plots.series import Floats, Series, decimate, smooth

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from gan_studio.gui.plots.spec import Curve


class StepAxis(pg.AxisItem):
    """Whole steps with their thousands apart."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{round(value):,}" if value == round(value) else "" for value in values]


class ValueAxis(pg.AxisItem):
    """Values of any size in the few characters that there is room for."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            texts = super().tickStrings(values, scale, spacing)
            return [
                text if is_round(value) else "" for value, text in zip(values, texts, strict=True)
            ]
        if max(map(abs, values), default=0.0) < 10_000:
            return super().tickStrings(values, scale, spacing)
        return [short_number(value) for value in values]


def is_round(exponent: float) -> bool:
    """Whether ``10 ** exponent`` begins with 1, 2 or 5: more labels than these would overlap."""
    return round(10 ** (exponent - math.floor(exponent + 1e-9))) in (1, 2, 5)


def short_number(value: float) -> str:
    """``20k``, ``1.5M``, ``3e+12``."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size <= abs(value) < 1e12:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def make_axes() -> dict[str, pg.AxisItem]:
    """The axes of a plot of scalars over steps."""
    return {"bottom": StepAxis("bottom"), "left": ValueAxis("left")}


class Line:
    """A curve: what was reported, faint, and its moving mean on top."""

    def __init__(self, curve: Curve, item: pg.PlotItem) -> None:
        self.curve = curve
        self.end = (0.0, 0.0)
        self._extent: list[float] = []
        self._view = item.vb
        self._raw = pg.PlotCurveItem(skipFiniteCheck=True)
        self._mean = pg.PlotCurveItem(skipFiniteCheck=True, antialias=True)
        self._tag = pg.TextItem(curve.tag, anchor=(0, 0.5))
        self._tag.setZValue(5)  # above dashed lines
        self._tag.hide()
        for part in (self._raw, self._mean, self._tag):
            item.addItem(part, ignoreBounds=True)

    def dress(self, font: QFont) -> None:
        """Take the theme's colours. The faint one is mixed: Qt draws transparent lines slowly."""
        colors = theme.tokens()
        bold, ground = QColor(getattr(colors, self.curve.token)), QColor(colors.surface)
        parts = zip(_rgb(bold), _rgb(ground), strict=True)
        faint = QColor(*(round(0.28 * a + 0.72 * b) for a, b in parts))
        self._raw.setPen(pg.mkPen(faint, width=1))
        self._mean.setPen(pg.mkPen(bold, width=1.8))
        self._tag.setColor(bold)
        self._tag.fill = pg.mkBrush(ground)  # or dashed lines strike it through
        self._tag.setFont(font)

    def draw(
        self,
        series: Series | None,
        span: tuple[float, float],
        points: int,
        smoothing: float,
        is_log: bool,
    ) -> None:
        """Draw the part of the series within `span` with at most `points` points."""
        self._extent = []
        if not series:
            for part in (self._raw, self._mean, self._tag):
                part.hide()
            return
        steps, values = series.means()
        mean = _visible(steps, smooth(values, smoothing), span, is_log)
        raw = _visible(*series.points(), span, is_log)
        is_raw_shown = smoothing > 0 and len(values) * smoothing / 2 >= 1
        self._raw.setVisible(is_raw_shown)
        if is_raw_shown:
            self._raw.setData(*decimate(*raw, points))
        drawn = mean if is_raw_shown else raw
        # A mean is smooth: a point every other pixel is enough, and anti-aliasing them is cheap.
        self._mean.setData(*decimate(*drawn, points // 4 if is_raw_shown else points))
        self._mean.show()
        if len(drawn[1]):
            self._measure(raw[1], mean[1])
            self.end = (float(drawn[0][-1]), float(drawn[1][-1]))
        self._tag.setVisible(bool(len(drawn[1]) and self.curve.tag))

    def extent(self) -> list[float]:
        """Lowest and highest drawn value, without the rare spikes."""
        return self._extent

    @property
    def has_tag(self) -> bool:
        """Whether a tag is shown."""
        return bool(self._tag.isVisible())

    def place_tag(self, height: float) -> None:
        """Put the tag behind the newest point, at this height, and never beyond the right edge."""
        if self.has_tag:
            (lo, hi), _y = self._view.viewRange()
            width = self._tag.boundingRect().width() * (hi - lo) / max(1.0, self._view.width())
            self._tag.setPos(min(self.end[0], hi - width), height)

    def _measure(self, raw: Floats, mean: Floats) -> None:
        # One spike at the start must not press the rest of the run flat.
        low, high = np.quantile(raw, (0.005, 0.995)) if len(raw) > 200 else (raw.min(), raw.max())
        self._extent = [float(min(low, mean.min())), float(max(high, mean.max()))]


def spread(ends: list[float], gap: float, lo: float, hi: float) -> list[float]:
    """Heights of tags at the sorted `ends` of lines: `gap` apart, and between `lo` and `hi`."""
    heights: list[float] = []
    for end in ends:
        heights.append(max(end, lo, heights[-1] + gap if heights else lo))
    for index in range(len(heights) - 1, -1, -1):
        heights[index] = min(heights[index], hi)
        hi = heights[index] - gap
    return heights


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


def _visible(
    steps: Floats, values: Floats, span: tuple[float, float], is_log: bool
) -> tuple[Floats, Floats]:
    """What lies within `span`, with one point more on either side, ready for the scale of y."""
    first = max(0, int(np.searchsorted(steps, span[0])) - 1)
    last = int(np.searchsorted(steps, span[1])) + 1
    steps, values = steps[first:last], values[first:last]
    if is_log:
        is_positive = values > 0
        steps, values = steps[is_positive], np.log10(values[is_positive])
    return steps, values
