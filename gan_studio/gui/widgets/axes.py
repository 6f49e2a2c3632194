"""A small coordinate system for what is painted by hand: numbers to pixels, and round ticks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    import numpy.typing as npt

    Numbers = npt.NDArray[Any]


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

    def pixels(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        """The pixels of many numbers."""
        xs = self.area.left() + (np.asarray(x, float) - self.low[0]) * self._scale(0)
        ys = self.area.bottom() - (np.asarray(y, float) - self.low[1]) * self._scale(1)
        return xs, ys

    def line(self, x: Numbers, y: Numbers) -> QPainterPath:
        """A line through many numbers, with gaps where they are none."""
        xs, ys = self.pixels(x, y)
        if np.isfinite(ys).all():
            return path_of(xs, ys, len(x))
        from pyqtgraph.functions import arrayToQPath

        path: QPainterPath = arrayToQPath(xs, ys, connect="finite")
        return path

    def level(self, value: float) -> QPainterPath:
        """A line from left to right at one height."""
        path = QPainterPath(QPointF(self.area.left(), self.y(value)))
        path.lineTo(self.area.right(), self.y(value))
        return path

    def lines(self, ends: Numbers) -> QPainterPath:
        """Lines ``[L, P, 2]`` of P points each (x and y), as one path."""
        count = ends.shape[1]
        xs, ys = self.pixels(ends[..., 0].reshape(-1), ends[..., 1].reshape(-1))
        return path_of(xs, ys, count)

    def _scale(self, axis: int) -> float:
        size = self.area.width() if axis == 0 else self.area.height()
        return size / (self.high[axis] - self.low[axis])


def path_of(xs: Numbers, ys: Numbers, count: int) -> QPainterPath:
    """Pixels as one path of lines of `count` points each; built in one go, not point by point."""
    from pyqtgraph.functions import arrayToQPath

    if not len(xs):
        return QPainterPath()
    connect = np.ones(len(xs), dtype=np.int32)
    connect[count - 1 :: count] = 0
    path: QPainterPath = arrayToQPath(xs, ys, connect=connect, finiteCheck=False)
    return path


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from `low` to `high`, at most about `most` of them."""
    rough = (high - low) / max(1, most)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    first = math.ceil(low / step)
    return [number * step for number in range(first, math.floor(high / step) + 1)]
