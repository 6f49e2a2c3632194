"""Divergences that survive scrutiny: exact on the line, with their sampling floor on the plane.

All values are in nats. The Jensen-Shannon divergence is 0 for equal distributions and ln 2 for
those that never meet (Lin 1991, https://doi.org/10.1109/18.61115).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gan_studio.data.distributions import Distribution, Floats

_BLOCK = 2**22  # numbers in one intermediate array
LN2 = float(np.log(2.0))


def jensen_shannon(p: Floats, q: Floats) -> Floats:
    """The divergence of two sets of masses ``[..., K]``, each summing to 1: ``[...]``.

    Of densities that were summed over cells it is never more than the divergence of the densities
    themselves, and meets it as cells get small.
    """
    middle = np.log(np.maximum((p + q) / 2, np.finfo(np.float64).tiny))
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * (np.log(p) - middle), 0.0)
        right = np.where(q > 0, q * (np.log(q) - middle), 0.0)
    return np.asarray((left + right).sum(-1) / 2)


def with_outside(inside: Floats) -> Floats:
    """Masses of cells, flat ``[K + 1]``, the last one being all that is in none of them."""
    flat = np.clip(inside.reshape(-1), 0.0, None)
    return np.append(flat, max(0.0, 1.0 - float(flat.sum())))


def cells_around(distribution: Distribution, bins: int, margin: float = 0.0) -> list[Floats]:
    """Evenly spaced edges ``[bins + 1]`` per axis over the distribution's bounds.

    Args:
        distribution: its bounds hold all but a millionth of it.
        bins: cells per axis.
        margin: what to add at both sides, as a share of the width.
    """
    edges = []
    for low, high in zip(*distribution.bounds(), strict=True):
        more = margin * (high - low)
        edges.append(np.linspace(low - more, high + more, bins + 1))
    return edges


@dataclass(frozen=True)
class Estimate:
    """A divergence that was estimated from a sample, beside what a perfect generator would score.

    Attributes:
        value: the estimate in nats.
        floor: mean score of the true distribution itself at this sample size.
        low: lower end of the band that holds 99 % of such scores.
        high: upper end.
        count: how many points were looked at.
    """

    value: float
    floor: float
    low: float
    high: float
    count: int

    @property
    def is_within(self) -> bool:
        """Whether the value could be that of the true distribution (99 % band)."""
        return self.low <= self.value <= self.high


class SampledDivergence:
    """Jensen-Shannon divergence of generated points from a known distribution, with its floor.

    Points are counted in cells; the other side is the exact mass of each cell. A finite sample of
    the true distribution scores above 0: how much, and between which limits, is found by drawing
    such counts (multinomial, so exactly) many times.

    Args:
        distribution: what the points should follow.
        count: points in each sample; `measure` wants just as many.
        bins: cells per axis. Differences within a cell are not seen.
        repeats: how often the floor is drawn.
        seed: of these draws.
    """

    def __init__(
        self,
        distribution: Distribution,
        count: int = 20_000,
        bins: int = 64,
        repeats: int = 1000,
        seed: int = 0,
    ) -> None:
        self.count = count
        self.edges = cells_around(distribution, bins)
        self._masses = with_outside(distribution.cell_masses(self.edges))
        scores = self._scores_of_truth(repeats, np.random.default_rng(seed))
        self.floor = float(scores.mean())
        self.low, self.high = (float(value) for value in np.quantile(scores, [0.005, 0.995]))

    def measure(self, points: Floats) -> Estimate:
        """The divergence of `points` ``[count, dim]``.

        Raises:
            ValueError: there are more or fewer points than the floor was made for.
        """
        if len(points) != self.count:
            raise ValueError(f"the floor is that of {self.count} points, not of {len(points)}")
        masses = with_outside(np.histogramdd(points, self.edges)[0] / self.count)
        value = float(jensen_shannon(self._masses, masses))
        return Estimate(value, self.floor, self.low, self.high, self.count)

    def _scores_of_truth(self, repeats: int, random: np.random.Generator) -> Floats:
        # Cells that are never hit add nothing to the score.
        hit = self._masses[self._masses > 1e-12]
        hit = hit / hit.sum()
        rows = max(1, _BLOCK // len(hit))
        scores = [
            jensen_shannon(hit, random.multinomial(self.count, hit, min(rows, left)) / self.count)
            for left in range(repeats, 0, -rows)
        ]
        return np.concatenate(scores)
