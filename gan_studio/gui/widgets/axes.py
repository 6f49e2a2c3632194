"""A small coordinate system for what is painted by hand: numbers to pixels, and round ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Axes:
    """A rectangle of pixels that stands for a rectangle of numbers.

    Attributes:
        area: the pixels.
        low: the numbers at the lower left corner.
        high: the numbers at the upper right corner.
    """

    area: QRectF
    low: tuple[float, float]
    high: tuple[float, float]

    def x(self, value: float) -> float:
        """The pixel column of a number."""
        share = (value - self.low[0]) / (self.high[0] - self.low[0])
        return self.area.left() + share * self.area.width()

    def y(self, value: float) -> float:
        """The pixel row of a number."""
        share = (value - self.low[1]) / (self.high[1] - self.low[1])
        return self.area.bottom() - share * self.area.height()

    def point(self, x: float, y: float) -> QPointF:
        """The pixel of two numbers."""
        return QPointF(self.x(x), self.y(y))

    def numbers(self, point: QPointF) -> tuple[float, float]:
        """The numbers at a pixel."""
        across = (point.x() - self.area.left()) / self.area.width()
        up = (self.area.bottom() - point.y()) / self.area.height()
        return (
            self.low[0] + across * (self.high[0] - self.low[0]),
            self.low[1] + up * (self.high[1] - self.low[1]),
        )

    def points(self, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> list[QPointF]:
        """The pixels of many numbers."""
        xs = self.area.left() + (np.asarray(x) - self.low[0]) * self._scale(0, self.area.width())
        ys = self.area.bottom() - (np.asarray(y) - self.low[1]) * self._scale(1, self.area.height())
        return [QPointF(*pair) for pair in zip(xs.tolist(), ys.tolist(), strict=True)]

    def curve(self, x: npt.NDArray[Any], y: npt.NDArray[Any]) -> QPolygonF:
        """A line through many numbers."""
        return QPolygonF(self.points(x, y))

    def _scale(self, axis: int, pixels: float) -> float:
        return pixels / (self.high[axis] - self.low[axis])


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`, at most about `most` of them."""
    rough = (high - low) / max(1, most)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]
