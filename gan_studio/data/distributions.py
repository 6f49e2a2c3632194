"""Distributions of points whose density is known exactly, for the lab.

Sampler and density come from the same few numbers, so they cannot disagree. All of them live in
about [-1, 1], where small nets are at ease.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]

_BLOCK = 2**21  # numbers in one intermediate array


class Distribution(ABC):
    """A density on the line or on the plane.

    Attributes:
        dim: 1 or 2.
        modes: centres ``[K, dim]`` of separate bumps, or None where there are none to count.
        mode_spread: standard deviation of each bump ``[K]``, or None.
        mode_weights: share of each bump ``[K]``, or None.
    """

    dim: int
    modes: Floats | None = None
    mode_spread: Floats | None = None
    mode_weights: Floats | None = None

    @abstractmethod
    def sample(self, count: int, random: np.random.Generator) -> Floats:
        """Draw ``[count, dim]`` points."""

    @abstractmethod
    def log_pdf(self, points: Floats) -> Floats:
        """Natural logarithm of the density at ``[N, dim]``, ``[N]``; minus infinity outside."""

    @abstractmethod
    def cell_masses(self, edges: Sequence[Floats]) -> Floats:
        """Exact probability of every cell between rising `edges`, one array per axis.

        Returns:
            ``[len(edges[0]) - 1]`` on the line, ``[len(edges[0]) - 1, len(edges[1]) - 1]`` on the
            plane, first axis first.
        """

    @abstractmethod
    def bounds(self) -> tuple[Floats, Floats]:
        """Lowest and highest corner ``[dim]`` of a box with all but 1e-6 of the probability."""

    def pdf(self, points: Floats) -> Floats:
        """The density at ``[N, dim]``, ``[N]``."""
        with np.errstate(divide="ignore"):
            return np.exp(self.log_pdf(points))


class Gaussians(Distribution):
    """A mixture of round Gaussians.

    Args:
        means: ``[K, dim]``.
        spreads: standard deviations ``[K]``, or one for all.
        weights: ``[K]``, summing to 1; equal without.
        has_modes: whether the Gaussians are separate bumps that can be counted.
    """

    def __init__(
        self,
        means: Floats,
        spreads: Floats | float,
        weights: Floats | None = None,
        *,
        has_modes: bool = True,
    ) -> None:
        self.means = np.asarray(means, dtype=np.float64)
        count, self.dim = self.means.shape
        self.spreads = np.broadcast_to(np.asarray(spreads, dtype=np.float64), (count,)).copy()
        self.weights = np.full(count, 1.0 / count) if weights is None else np.asarray(weights)
        if has_modes:
            self.modes, self.mode_spread = self.means, self.spreads
            self.mode_weights = self.weights

    def sample(self, count: int, random: np.random.Generator) -> Floats:
        """Choose a Gaussian for each point, then a place in it."""
        chosen = random.choice(len(self.weights), count, p=self.weights)
        noise = random.standard_normal((count, self.dim))
        return self.means[chosen] + self.spreads[chosen, None] * noise

    def log_pdf(self, points: Floats) -> Floats:
        """See `Distribution.log_pdf`."""
        rows = max(1, _BLOCK // len(self.weights))
        blocks = [
            self._log_pdf(points[start : start + rows]) for start in range(0, len(points), rows)
        ]
        return np.concatenate(blocks) if blocks else np.empty(0)

    def _log_pdf(self, points: Floats) -> Floats:
        squares = np.square(points[:, None, :] - self.means).sum(-1) / np.square(self.spreads)
        scale = np.log(self.weights) - self.dim * np.log(self.spreads * np.sqrt(2 * np.pi))
        exponents = scale - squares / 2
        highest = exponents.max(1, keepdims=True)
        total = np.log(np.exp(exponents - highest).sum(1)) + highest[:, 0]
        return np.asarray(total, dtype=np.float64)

    def cell_masses(self, edges: Sequence[Floats]) -> Floats:
        """See `Distribution.cell_masses`: products of differences of the error function."""
        per_axis = []
        for axis, cuts in enumerate(edges):
            units = (cuts - self.means[:, axis, None]) / self.spreads[:, None]
            per_axis.append(np.diff(_normal_cdf(units), axis=1))
        return _joined(self.weights, per_axis)

    def bounds(self) -> tuple[Floats, Floats]:
        """Five standard deviations around all means."""
        reach = 5 * self.spreads[:, None]
        return (self.means - reach).min(0), (self.means + reach).max(0)


class Boxes(Distribution):
    """A mixture of uniform densities over intervals or rectangles that do not overlap.

    Args:
        lows: lowest corners ``[K, dim]``.
        highs: highest corners ``[K, dim]``.
        weights: ``[K]``, summing to 1; by size without, which makes the density the same in all.
    """

    def __init__(self, lows: Floats, highs: Floats, weights: Floats | None = None) -> None:
        self.lows: Floats = np.asarray(lows, float)
        self.highs: Floats = np.asarray(highs, float)
        self.dim = self.lows.shape[1]
        sizes = np.prod(self.highs - self.lows, axis=1)
        self.weights = sizes / sizes.sum() if weights is None else np.asarray(weights, float)
        self._heights = self.weights / sizes

    def sample(self, count: int, random: np.random.Generator) -> Floats:
        """Choose a box for each point, then a place in it."""
        chosen = random.choice(len(self.weights), count, p=self.weights)
        shares = random.random((count, self.dim))
        return self.lows[chosen] + shares * (self.highs - self.lows)[chosen]

    def log_pdf(self, points: Floats) -> Floats:
        """See `Distribution.log_pdf`."""
        rows = max(1, _BLOCK // len(self.weights))
        densities = [
            self._pdf(points[start : start + rows]) for start in range(0, len(points), rows)
        ]
        with np.errstate(divide="ignore"):
            found: Floats = np.log(np.concatenate(densities)) if densities else np.empty(0)
        return found

    def _pdf(self, points: Floats) -> Floats:
        inside = (points[:, None] >= self.lows) & (points[:, None] < self.highs)
        return np.asarray(inside.all(-1) @ self._heights, dtype=np.float64)

    def cell_masses(self, edges: Sequence[Floats]) -> Floats:
        """See `Distribution.cell_masses`: products of the overlapping shares."""
        per_axis = []
        for axis, cuts in enumerate(edges):
            low, high = self.lows[:, axis, None], self.highs[:, axis, None]
            shares = (np.clip(cuts, low, high) - low) / (high - low)
            per_axis.append(np.diff(shares, axis=1))
        return _joined(self.weights, per_axis)

    def bounds(self) -> tuple[Floats, Floats]:
        """The box around all boxes."""
        return self.lows.min(0), self.highs.max(0)


def from_points(points: Floats, bins: int = 48) -> Boxes:
    """The histogram of points ``[N, dim]``: the best density that a list of points has."""
    edges = []
    for axis in range(points.shape[1]):
        low, high = float(points[:, axis].min()), float(points[:, axis].max())
        margin = max(1e-6, (high - low) / bins)
        edges.append(np.linspace(low - margin / 2, high + margin / 2, bins + 1))
    counts, _edges = np.histogramdd(points, edges)
    filled = np.argwhere(counts > 0)
    corners = [cuts[filled[:, axis]] for axis, cuts in enumerate(edges)]
    ends = [cuts[filled[:, axis] + 1] for axis, cuts in enumerate(edges)]
    weights = counts[counts > 0] / counts.sum()
    return Boxes(np.stack(corners, 1), np.stack(ends, 1), weights)


def _joined(weights: Floats, per_axis: list[Floats]) -> Floats:
    if len(per_axis) == 1:
        return np.asarray(weights @ per_axis[0])
    return np.asarray((weights[:, None] * per_axis[0]).T @ per_axis[1])


def _normal_cdf(values: Floats) -> Floats:
    import torch

    found: Floats = torch.special.ndtr(torch.from_numpy(values)).numpy()
    return found


# --- the named ones -------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """A distribution that can be chosen by name.

    Attributes:
        title: marked for translation.
        make: builds it; its argument multiplies the width of every bump (boxes ignore it).
    """

    title: str
    make: Callable[[float], Distribution]


def _on_line(
    centres: Sequence[float], spreads: Sequence[float], weights: Sequence[float]
) -> Callable[[float], Distribution]:
    means = np.array(centres)[:, None]
    return lambda width: Gaussians(means, width * np.array(spreads), np.array(weights))


def _along(curve: Callable[[Floats], Floats], spread: float) -> Callable[[float], Distribution]:
    """Gaussian noise around a curve, as 512 Gaussians whose centres are closer than a spread."""
    shares = (np.arange(512) + 0.5) / 512
    return lambda width: Gaussians(curve(shares), spread * width, has_modes=False)


def _line(t: Floats) -> Floats:
    return np.stack([1.6 * t - 0.8, 1.2 * t - 0.6], 1)


def _moons(t: Floats) -> Floats:
    """Two half circles of radius 0.6 that reach into each other, as in scikit-learn."""
    is_upper = t < 0.5
    angle = np.pi * np.where(is_upper, 2 * t, 2 * t - 1)
    x = np.where(is_upper, np.cos(angle), 1 - np.cos(angle))
    y = np.where(is_upper, np.sin(angle), 0.5 - np.sin(angle))
    return 0.6 * np.stack([x - 0.5, y - 0.25], 1)


def _swiss_roll(t: Floats) -> Floats:
    """One and a half turns, even in the angle, as in scikit-learn without the third axis."""
    angle = 1.5 * np.pi * (1 + 2 * t)
    return np.stack([angle * np.cos(angle), angle * np.sin(angle)], 1) / (4.5 * np.pi)


def _spiral(t: Floats) -> Floats:
    """Two arms of one turn and a quarter, even along the arm."""
    is_first = t < 0.5
    share = np.sqrt(np.where(is_first, 2 * t, 2 * t - 1))
    angle = 2.5 * np.pi * share + np.where(is_first, 0.0, np.pi)
    return np.stack([share * np.cos(angle), share * np.sin(angle)], 1)


def _ring(width: float) -> Distribution:
    """Radius 1, standard deviation 0.01: the ring of VEEGAN and PacGAN."""
    angles = 2 * np.pi * np.arange(8) / 8
    return Gaussians(np.stack([np.cos(angles), np.sin(angles)], 1), 0.01 * width)


def _grid(width: float) -> Distribution:
    """The grid of VEEGAN and PacGAN (spacing 2, deviation 0.05), divided by 4."""
    side = np.arange(-4, 5, 2) / 4
    return Gaussians(np.stack(np.meshgrid(side, side), -1).reshape(-1, 2), 0.05 / 4 * width)


def _blobs(width: float) -> Distribution:
    return Gaussians(np.array([[-0.6, -0.5], [0.7, -0.3], [-0.1, 0.7]]), 0.1 * width)


def _checkerboard(_width: float) -> Distribution:
    """The eight dark squares of a board of 4 x 4 over [-1, 1]."""
    dark = np.argwhere(np.indices((4, 4)).sum(0) % 2 == 0)
    lows = dark / 2 - 1.0
    return Boxes(lows, lows + 0.5)


def _uniform(_width: float) -> Distribution:
    return Boxes(np.array([[0.1]]), np.array([[0.9]]))


ON_LINE: dict[str, Named] = {
    "gaussian": Named(N_("one Gaussian"), _on_line([0.5], [0.15], [1.0])),
    "two_gaussians": Named(N_("two Gaussians"), _on_line([-0.6, 0.6], [0.12, 0.12], [0.5, 0.5])),
    "uniform": Named(N_("uniform"), _uniform),
    "bimodal": Named(N_("two uneven bumps"), _on_line([-0.5, 0.5], [0.1, 0.2], [0.75, 0.25])),
}
"""One number per sample."""

ON_PLANE: dict[str, Named] = {
    "line": Named(N_("line"), _along(_line, 0.03)),
    "ring": Named(N_("ring of 8"), _ring),
    "grid": Named(N_("grid of 25"), _grid),
    "moons": Named(N_("two moons"), _along(_moons, 0.04)),
    "swiss_roll": Named(N_("Swiss roll"), _along(_swiss_roll, 0.03)),
    "checkerboard": Named(N_("checkerboard"), _checkerboard),
    "spiral": Named(N_("spiral"), _along(_spiral, 0.03)),
    "blobs": Named(N_("three blobs"), _blobs),
}
"""Two numbers per sample."""
