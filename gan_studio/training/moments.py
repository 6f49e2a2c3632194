"""Which steps of a run stay to be looked at. A function of the step alone, never of the clock."""

from __future__ import annotations

import math

NEVER = 2**62


def moments(step: int, count: int) -> list[int]:
    """The steps up to `step` that stay: 0 and cubes, at most `count`, oldest first.

    1, 8, 27, 64 ...: close together where most happens. Once there are more than `count`, every
    second one stays: 8, 64, 216, 512 ..., later 64, 512, 1728 ...
    """
    if count < 1 or step < 0:
        return []
    stride = _stride(step, count)
    return [number**3 for number in range(0, _root(step) + 1, stride)]


def next_moment(step: int, count: int) -> int:
    """The first step after `step` that stays once it is reached."""
    if count < 2:  # one alone is step 0
        return NEVER
    number = _root(step) + 1
    while number % _stride(number**3, count):
        number += 1
    return number**3


def _stride(step: int, count: int) -> int:
    stride = 1
    while _root(step) // stride >= count and stride <= _root(step):
        stride *= 2
    return stride


def _root(step: int) -> int:
    """The largest whole number whose cube is not above `step`."""
    root = round(math.cbrt(step))
    return root if root**3 <= step else root - 1
