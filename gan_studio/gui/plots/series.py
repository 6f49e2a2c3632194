"""Thinned histories of scalars, without Qt: what a plot needs of a run of any length.

A series keeps buckets of `stride` reports. When it is full, neighbours are merged and the stride
doubles, so that memory and repaint time stay bounded however long the run is. Each bucket keeps its
lowest and its highest value and where they were, so that no spike is ever lost by thinning.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gan_studio.core.events import ScalarsReady

Floats = npt.NDArray[np.float64]

BUCKETS = 2048  # two points each, so a curve has about 4,000 points at most
_LOW_AT, _LOW, _HIGH_AT, _HIGH, _MEAN_AT, _MEAN, _COUNT, _FIRST = range(8)


class Series:
    """One scalar over the steps of a run."""

    def __init__(self, buckets: int = BUCKETS) -> None:
        self._rows = np.empty((max(4, buckets + buckets % 2), 8))
        self._size = 0
        self._open = 0  # reports in the last bucket
        self.stride = 1
        self.last: tuple[float, float] | None = None

    def __len__(self) -> int:
        return self._size

    def add(self, step: float, value: float) -> None:
        """Append one report; what is not a number is left out, going back in steps rewrites."""
        if not math.isfinite(value):
            return
        if self.last is not None and step < self.last[0]:
            self.forget_after(step)
        self.last = (float(step), float(value))
        if self._size and self._open < self.stride:
            self._extend(step, value)
            return
        if self._size == len(self._rows):
            self._merge_neighbours()
            if self._open < self.stride:
                self._extend(step, value)
                return
        self._rows[self._size] = (step, value, step, value, step, value, 1, step)
        self._size += 1
        self._open = 1

    def _extend(self, step: float, value: float) -> None:
        row = self._rows[self._size - 1]
        if value < row[_LOW]:
            row[_LOW_AT], row[_LOW] = step, value
        if value > row[_HIGH]:
            row[_HIGH_AT], row[_HIGH] = step, value
        row[_COUNT] += 1
        row[_MEAN_AT] += (step - row[_MEAN_AT]) / row[_COUNT]
        row[_MEAN] += (value - row[_MEAN]) / row[_COUNT]
        self._open += 1

    def _merge_neighbours(self) -> None:
        """Halve the number of buckets; a full one has an even number of them."""
        left, right = self._rows[: self._size : 2], self._rows[1 : self._size : 2]
        merged = left.copy()
        lower, higher = right[:, _LOW] < left[:, _LOW], right[:, _HIGH] > left[:, _HIGH]
        merged[lower, _LOW_AT : _LOW + 1] = right[lower, _LOW_AT : _LOW + 1]
        merged[higher, _HIGH_AT : _HIGH + 1] = right[higher, _HIGH_AT : _HIGH + 1]
        merged[:, _COUNT] = left[:, _COUNT] + right[:, _COUNT]
        share = (right[:, _COUNT] / merged[:, _COUNT])[:, None]
        means = slice(_MEAN_AT, _MEAN + 1)
        merged[:, means] = left[:, means] * (1 - share) + right[:, means] * share
        self._size = len(merged)
        self._rows[: self._size] = merged
        self.stride *= 2
        self._open = int(merged[-1, _COUNT])

    def forget_after(self, step: float) -> None:
        """Drop what lies beyond `step` (to the precision of one bucket), as a rollback does."""
        kept = int(np.searchsorted(self._rows[: self._size, _FIRST], step, side="right"))
        if kept == self._size:
            return
        self._size = kept
        self._open = self.stride  # the next report opens a new bucket
        if not kept:
            self.last = None
            return
        row = self._rows[kept - 1]
        self.last = (float(min(row[_MEAN_AT], step)), float(row[_MEAN]))

    def points(self) -> tuple[Floats, Floats]:
        """Steps and values in order: every bucket's lowest and highest, or all while few."""
        rows = self._rows[: self._size]
        if self.stride == 1:
            return rows[:, _LOW_AT].copy(), rows[:, _LOW].copy()
        is_low_first = rows[:, _LOW_AT] <= rows[:, _HIGH_AT]
        steps, values = np.empty(2 * len(rows)), np.empty(2 * len(rows))
        steps[0::2] = np.where(is_low_first, rows[:, _LOW_AT], rows[:, _HIGH_AT])
        steps[1::2] = np.where(is_low_first, rows[:, _HIGH_AT], rows[:, _LOW_AT])
        values[0::2] = np.where(is_low_first, rows[:, _LOW], rows[:, _HIGH])
        values[1::2] = np.where(is_low_first, rows[:, _HIGH], rows[:, _LOW])
        return steps, values

    def means(self) -> tuple[Floats, Floats]:
        """Mean step and mean value of every bucket."""
        rows = self._rows[: self._size]
        return rows[:, _MEAN_AT].copy(), rows[:, _MEAN].copy()

    def value_at(self, step: float) -> float | None:
        """The mean of the bucket nearest to `step`, or None while empty."""
        if not self._size:
            return None
        steps = self._rows[: self._size, _MEAN_AT]
        right = int(np.searchsorted(steps, step))
        near = [index for index in (right - 1, right) if 0 <= index < self._size]
        best = min(near, key=lambda index: abs(float(steps[index]) - step))
        return float(self._rows[best, _MEAN])


class History:
    """All scalars of a run by name.

    Attributes:
        version: grows with every change, so that a view knows whether to look again.
    """

    def __init__(self, buckets: int = BUCKETS) -> None:
        self._buckets = buckets
        self._series: dict[str, Series] = {}
        self.version = 0
        self.step = 0

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, Any]], buckets: int = BUCKETS) -> History:
        """The history in a run's ``metrics.csv``; columns that are no scalars are left out."""
        history = cls(buckets)
        for row in rows:
            values = {
                name: value
                for name, value in row.items()
                if name not in ("step", "time", "images_per_second")
                and isinstance(value, (int, float))
            }
            history._add(int(row["step"]), values)
        return history

    def add(self, batch: Sequence[ScalarsReady]) -> None:
        """Append a batch of reports."""
        for event in batch:
            self._add(event.step, event.values)

    def _add(self, step: int, values: Mapping[str, float]) -> None:
        if step < self.step:
            # A rollback: even a scalar that is reported rarely must not keep the dropped future.
            for series in self._series.values():
                series.forget_after(step)
        for name, value in values.items():
            if name not in self._series:
                self._series[name] = Series(self._buckets)
            self._series[name].add(step, value)
        self.step = step
        self.version += 1

    def __contains__(self, name: str) -> bool:
        return name in self._series

    def __getitem__(self, name: str) -> Series:
        return self._series[name]

    def get(self, name: str) -> Series | None:
        """The series `name`, or None while nothing was reported under it."""
        return self._series.get(name)

    @property
    def names(self) -> list[str]:
        """Names of all scalars, in the order of their first report."""
        return list(self._series)

    def latest(self) -> dict[str, float]:
        """The newest value of every scalar."""
        return {name: item.last[1] for name, item in self._series.items() if item.last is not None}


def smooth(values: Floats, share: float) -> Floats:
    """A centred moving mean over about `share` of all values (0 leaves them as they are).

    Centred, because the usual exponential mean drags every curve to the right. The window shrinks
    towards both ends, so the newest value is not delayed either.
    """
    half = int(len(values) * share / 2)
    if half < 1:
        return values
    sums = np.concatenate(([0.0], np.cumsum(values)))
    index = np.arange(len(values))
    reach = np.minimum(half, np.minimum(index, len(values) - 1 - index))
    # Half of the window stays at the ends: a window of one value would make them jitter.
    reach = np.maximum(reach, half // 2)
    first, last = np.maximum(0, index - reach), np.minimum(len(values), index + reach + 1)
    return (sums[last] - sums[first]) / (last - first)


def decimate(steps: Floats, values: Floats, most: int) -> tuple[Floats, Floats]:
    """At most about `most` points that keep the lowest and the highest of every chunk."""
    count = len(values)
    if count <= most or most < 4:
        return steps, values
    chunks = most // 2
    size = -(-count // chunks)
    whole = count // size * size
    table = values[:whole].reshape(-1, size)
    base = np.arange(len(table)) * size
    picked = np.sort(np.stack((base + table.argmin(1), base + table.argmax(1)), axis=1), axis=1)
    index = np.concatenate((picked.ravel(), np.arange(whole, count)))
    return steps[index], values[index]
