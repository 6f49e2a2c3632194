"""A picture from elsewhere, brought to the place and size that the training pictures have.

MNIST's digits were fitted into a box of 20 pixels and moved, by whole pixels, until their centre of
mass lay in the middle of 28 x 28 (LeCun et al. 1998). A network that has seen nothing else takes a
digit in a corner for something else. What another data set does is measured, not assumed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.data.base import Array

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared

MASS, FRAME = "mass", "frame"
MNIST_SHARE = 20 / 28  # of the shorter side, taken by a digit
MOST_SAMPLES, MOST_PIXELS = 64, 2_000_000  # that are measured
DARK, LIGHT = 64, 192
STEADY = 1.0  # pixels: a place or size that varies less is a rule of the data set
MOST_ENLARGED = 8.0  # a speck is not blown up to a blot
NOISE_SPREADS = 4.0  # a ground that is not even ends so many deviations above its level
INK_SHARE = 0.15  # of the brightest ink: fainter edges do not count for the frame
LEAST_INK = 8  # levels above the ground that can be seen
SLACK = 1  # pixels by which a figure may miss the box: edges come and go when it is resampled


@dataclass(frozen=True)
class Habit:
    """How a data set places what it shows; as MNIST would, where it keeps to nothing.

    Attributes:
        box: longer side of the frame around what is shown, in pixels.
        middle: row and column of its centre, with (0, 0) in the corner of the picture.
        centre: what lies there: "mass" (centre of mass, as in MNIST) or "frame".
        ground: the level behind it, 0 to 255.
        is_sized: whether all pictures keep to `box`.
        is_centred: whether all pictures keep to `middle`.
    """

    box: int
    middle: tuple[float, float]
    centre: str = MASS
    ground: int = 0
    is_sized: bool = False
    is_centred: bool = False


@dataclass(frozen=True)
class Placing:
    """What is done to a picture before a model sees it."""

    is_centred: bool = False
    is_scaled: bool = False
    is_inverted: bool = False


@dataclass(frozen=True, eq=False)
class Placed:
    """A picture, uint8 ``[C, H, W]``, and what was done to it.

    Attributes:
        scale: factor of its size, 1 where it was left.
        down: pixels by which it was moved after that; `right` likewise.
        is_empty: whether there is nothing on its ground that could be placed.
        is_light: whether its ground is light (after `is_inverted`).
    """

    pixels: Array
    scale: float = 1.0
    down: int = 0
    right: int = 0
    is_empty: bool = False
    is_light: bool = False


def habit_of(prepared: Prepared) -> Habit:
    """Measure some training pictures; data in colour or on a light ground keeps to nothing."""
    return measure_habit(prepared.train.samples)


def measure_habit(samples: Array) -> Habit:
    """The habit of pictures, uint8 ``[N, C, H, W]``, of which the first few are measured."""
    _count, channels, height, width = samples.shape
    count = max(1, min(MOST_SAMPLES, MOST_PIXELS // max(1, channels * height * width)))
    levels = np.asarray(samples[:count]).mean(axis=1)
    behind = [_ground_of(level) for level in levels]
    grounds = [ground.level for ground in behind]
    ground = round(float(np.median(grounds))) if grounds else 0
    usual = Habit(
        max(1, round(min(height, width) * MNIST_SHARE)), (height / 2, width / 2), MASS, ground
    )
    looks = map(_look, levels, behind)
    found = [seen for seen in looks if seen is not None]
    is_plain = channels == 1 and bool(grounds) and np.quantile(grounds, 0.9) < DARK
    if not is_plain or len(found) < 2:
        return usual
    places = {
        MASS: np.array([seen.mass for seen in found]),
        FRAME: np.array([seen.middle for seen in found]),
    }
    spreads = {key: float(place.std(axis=0).max()) for key, place in places.items()}
    centre = min(spreads, key=spreads.__getitem__)
    sides = np.array([seen.side for seen in found])
    is_sized, is_centred = float(sides.std()) < STEADY, spreads[centre] < STEADY
    middle = np.round(places[centre].mean(axis=0) * 2) / 2
    return Habit(
        box=round(float(np.median(sides))) if is_sized else usual.box,
        middle=(float(middle[0]), float(middle[1])) if is_centred else usual.middle,
        centre=centre if is_centred else usual.centre,
        ground=ground,
        is_sized=is_sized,
        is_centred=is_centred,
    )


def place(pixels: Array, placing: Placing, habit: Habit) -> Placed:
    """Prepare a picture, uint8 ``[C, H, W]``, of the model's size.

    First black and white are swapped, then the figure is brought to `habit.box`, then it is moved
    to `habit.middle`, by whole pixels and no further than the edge. What was placed already stays
    as it is: neither is done for less than a pixel.
    """
    if placing.is_inverted:
        pixels = 255 - pixels
    level = pixels.mean(axis=0)
    ground = _ground_of(level)
    is_light = ground.level > LIGHT
    # On a light ground where the data's is dark the figure is dark, too: what is brighter than the
    # ground is noise.
    seen = None if is_light and habit.ground < DARK else _look(level, ground)
    if seen is None:
        return Placed(pixels, is_empty=True, is_light=is_light)
    scale = _scale(seen.side, habit, level.shape) if placing.is_scaled else 1.0
    if scale != 1.0:
        pixels = _rescaled(pixels, seen, scale, ground.level)
        seen = _look(pixels.mean(axis=0), ground) or seen
    down = right = 0
    if placing.is_centred:
        down, right = _way(seen, habit, level.shape)
        pixels = _moved(pixels, down, right, ground.level)
    return Placed(pixels, scale, down, right, is_light=is_light)


@dataclass(frozen=True)
class _Ground:
    """The level behind the figure, and the level at which the figure begins."""

    level: float
    limit: float


@dataclass(frozen=True)
class _Seen:
    """Where the figure is: first and last row and column, and its centre of mass."""

    top: int
    bottom: int
    left: int
    right: int
    mass: tuple[float, float]

    @property
    def side(self) -> int:
        return max(self.bottom - self.top, self.right - self.left)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.top + self.bottom) / 2, (self.left + self.right) / 2

    def at(self, centre: str) -> tuple[float, float]:
        return self.mass if centre == MASS else self.middle


def _ground_of(level: Array) -> _Ground:
    """What the edge of a picture, ``[H, W]``, is like."""
    edge = np.concatenate((level[0], level[-1], level[1:-1, 0], level[1:-1, -1]))
    ground = float(np.median(edge))
    spread = 1.4826 * float(np.median(np.abs(edge - ground)))
    return _Ground(ground, ground + NOISE_SPREADS * spread)


def _look(level: Array, ground: _Ground) -> _Seen | None:
    """Find what is brighter than the ground; None where nothing is."""
    ink = np.where(level > ground.limit, level - ground.level, 0.0)
    brightest = float(ink.max())
    if brightest < LEAST_INK:
        return None
    is_inside = ink >= INK_SHARE * brightest
    rows, columns = np.flatnonzero(is_inside.any(axis=1)), np.flatnonzero(is_inside.any(axis=0))
    down, across = ink.sum(axis=1), ink.sum(axis=0)
    total = float(down.sum())
    mass = (
        float(down @ (np.arange(len(down)) + 0.5)) / total,
        float(across @ (np.arange(len(across)) + 0.5)) / total,
    )
    return _Seen(int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1, mass)


def _scale(side: int, habit: Habit, shape: tuple[int, ...]) -> float:
    box = min(habit.box, *shape)
    return 1.0 if abs(side - box) <= SLACK else min(box / side, MOST_ENLARGED)


def _rescaled(pixels: Array, seen: _Seen, scale: float, ground: float) -> Array:
    """The figure at another size, about its middle, on an even ground."""
    from PIL import Image

    _channels, height, width = pixels.shape
    rows = min(height, max(1, round((seen.bottom - seen.top) * scale)))
    columns = min(width, max(1, round((seen.right - seen.left) * scale)))
    top = _within(round(seen.middle[0] - rows / 2), height - rows)
    left = _within(round(seen.middle[1] - columns / 2), width - columns)
    box = (seen.left, seen.top, seen.right, seen.bottom)
    result = np.full_like(pixels, round(ground))
    for plane, target in zip(pixels, result, strict=True):
        image = Image.fromarray(plane)
        small = image.resize((columns, rows), Image.Resampling.BILINEAR, box=box)
        target[top : top + rows, left : left + columns] = np.asarray(small)
    return result


def _way(seen: _Seen, habit: Habit, shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows down and columns right to where the data has it, the whole figure kept inside."""
    ends = ((seen.top, seen.bottom, shape[0]), (seen.left, seen.right, shape[1]))
    down, right = (
        # To the nearest whole pixel: what lies within half a pixel of the place is there.
        min(max(math.ceil(goal - here - 0.5), -first), extent - last)
        for goal, here, (first, last, extent) in zip(
            habit.middle, seen.at(habit.centre), ends, strict=True
        )
    )
    return down, right


def _moved(pixels: Array, down: int, right: int, ground: float) -> Array:
    if not down and not right:
        return pixels
    _channels, height, width = pixels.shape
    result = np.full_like(pixels, round(ground))
    rows, columns = height - abs(down), width - abs(right)
    to = (max(down, 0), max(right, 0))
    come = (max(-down, 0), max(-right, 0))
    result[:, to[0] : to[0] + rows, to[1] : to[1] + columns] = pixels[
        :, come[0] : come[0] + rows, come[1] : come[1] + columns
    ]
    return result


def _within(value: int, highest: int) -> int:
    return min(max(value, 0), highest)
