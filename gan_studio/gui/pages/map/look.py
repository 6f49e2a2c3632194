"""Which part of the plane is seen. Numbers of the plane on one side, pixels on the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.gui.widgets.axes import Axes

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

MARGIN = 0.06  # of the picture, around the points
UNEVEN = 3.0  # spreads that differ more than this get a scale each
_FAR = 0.002  # of the points at either end that need not be seen at first


@dataclass(frozen=True)
class Look:
    """A part of the plane.

    Attributes:
        centre: two numbers of the plane.
        per_pixel: how much of each number one pixel is.
    """

    centre: tuple[float, float] = (0.0, 0.0)
    per_pixel: tuple[float, float] = (0.01, 0.01)

    def axes(self, area: QRectF) -> Axes:
        """Numbers to the pixels of an area."""
        half = (area.width() / 2 * self.per_pixel[0], area.height() / 2 * self.per_pixel[1])
        low = (self.centre[0] - half[0], self.centre[1] - half[1])
        return Axes(area, low, (self.centre[0] + half[0], self.centre[1] + half[1]))

    def moved(self, right: float, down: float) -> Look:
        """The plane shifted by pixels, as if it hung on the pointer."""
        x = self.centre[0] - right * self.per_pixel[0]
        y = self.centre[1] + down * self.per_pixel[1]
        return replace(self, centre=(x, y))

    def zoomed(self, factor: float, around: tuple[float, float]) -> Look:
        """`factor` times as large, with one place staying where it is."""
        x, y = (a + (c - a) / factor for a, c in zip(around, self.centre, strict=True))
        return Look((x, y), (self.per_pixel[0] / factor, self.per_pixel[1] / factor))


def fitting(points: npt.NDArray[Any], size: tuple[float, float]) -> Look:
    """All points but a few far ones, `size` pixels wide and high.

    Both numbers have one scale, so that circles are round, unless their spreads differ too much.
    """
    low, high = np.quantile(points, (_FAR, 1 - _FAR), axis=0)
    extent = np.maximum(high - low, 1e-6)
    room = np.maximum(np.asarray(size) * (1 - 2 * MARGIN), 1)
    per_pixel = extent / room
    if extent.max() / extent.min() < UNEVEN:
        per_pixel[:] = per_pixel.max()
    middle = (low + high) / 2
    return Look((float(middle[0]), float(middle[1])), (float(per_pixel[0]), float(per_pixel[1])))
