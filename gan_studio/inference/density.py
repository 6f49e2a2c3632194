"""How densely points lie on a plane, where nothing lies, and how a normal prior lies over it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates

from gan_studio.lab.contour import crossings

Floats = npt.NDArray[np.floating[Any]]
CELLS = 128
SHARES = (0.5, 0.9, 0.99)  # of all points, within a contour
MOST_NEIGHBOURS = 2000  # codes that holes are looked for between
FEWEST = 20  # points; fewer have no density worth drawing
_MARGIN = 4.0  # kernel widths around the points


@dataclass(frozen=True, eq=False)
class Density:
    """A kernel density on a grid.

    Attributes:
        grid: ``[rows, columns]`` from below, any unit.
        low: lower left corner of the grid.
        high: its upper right corner.
        levels: the values above which `SHARES` of the points lie.
        contours: the lines at those levels, loose pieces ``[M, 2, 2]`` (piece, end, x or y).
    """

    grid: Floats
    low: tuple[float, float]
    high: tuple[float, float]
    levels: tuple[float, ...] = ()
    contours: tuple[Floats, ...] = ()

    def at(self, points: Floats) -> Floats:
        """The density at ``[M, 2]``: ``[M]``, zero beyond the grid."""
        low, high = np.asarray(self.low), np.asarray(self.high)
        cells = (points - low) / (high - low) * self.grid.shape[::-1] - 0.5
        found: Floats = map_coordinates(
            self.grid, cells[:, ::-1].T, order=1, mode="constant", cval=0.0
        )
        return found


def density_of(points: Floats) -> Density | None:
    """A Gaussian kernel density by Scott's rule per axis (Scott 1992), on 128 x 128 cells.

    Args:
        points: ``[N, 2]``.

    Returns:
        None where there are too few points or they lie on a line.
    """
    points = points.astype(np.float64)  # or numbers that are all the same would seem to vary
    spread = points.std(0)
    if len(points) < FEWEST or not np.isfinite(spread).all() or not (spread > 0).all():
        return None
    # A robust spread: a few far points must not wash out all the rest.
    quartiles = np.quantile(points, (0.25, 0.75), axis=0)
    robust = (quartiles[1] - quartiles[0]) / 1.349
    width = np.where(robust > 0, np.minimum(spread, robust), spread) * len(points) ** (-1 / 6)
    # One point very far away makes cells wider than the kernel, which then must not vanish.
    margin = np.maximum(_MARGIN * width, np.ptp(points, axis=0) / 64)
    low, high = points.min(0) - margin, points.max(0) + margin
    ranges = [(low[0], high[0]), (low[1], high[1])]
    counts, _x, _y = np.histogram2d(points[:, 0], points[:, 1], CELLS, ranges)
    cell = (high - low) / CELLS
    kernel = np.maximum(width / cell, 0.5)
    grid = gaussian_filter(counts.T, kernel[::-1], mode="constant")
    found = Density(grid, (float(low[0]), float(low[1])), (float(high[0]), float(high[1])))
    values = found.at(points)
    levels = tuple(float(np.quantile(values, 1 - share)) for share in SHARES)
    contours = tuple(crossings(grid, found.low, found.high, level) for level in levels)
    return replace(found, levels=levels, contours=contours)


def share_in_holes(codes: Floats, draws: Floats) -> float | None:
    """The share of ``[M, dim]`` draws that lie farther from all codes than codes from each other.

    A draw is in a hole where its nearest code ``[N, dim]`` is farther away than the nearest other
    code is for 99 of a hundred codes; each number is measured by its own spread over the codes.

    Returns:
        None where there are too few codes.
    """
    codes = codes[:: max(1, len(codes) // MOST_NEIGHBOURS)]
    if len(codes) < FEWEST:
        return None
    scale = np.maximum(codes.std(0), 1e-6 * max(float(codes.std()), 1e-30))
    codes, draws = codes / scale, draws / scale
    apart = _squared_distances(codes, codes)
    np.fill_diagonal(apart, np.inf)
    usual = np.quantile(apart.min(1), SHARES[-1])
    return float((_squared_distances(draws, codes).min(1) > usual).mean())


def _squared_distances(one: Floats, other: Floats) -> Floats:
    squares = np.square(one).sum(1)[:, None] + np.square(other).sum(1)
    found: Floats = np.maximum(squares - 2 * one @ other.T, 0)
    return found


@dataclass(frozen=True, eq=False)
class Ellipse:
    """Where a normal distribution lies on a plane.

    Attributes:
        centre: ``[2]``.
        axes: ``[2, 2]``: two vectors to the ellipse of one standard deviation.
    """

    centre: Floats
    axes: Floats

    def outline(self, deviations: float, corners: int = 96) -> Floats:
        """A closed line ``[corners + 1, 2]`` at that many standard deviations."""
        angles = np.linspace(0, 2 * np.pi, corners + 1)
        circle = np.stack([np.cos(angles), np.sin(angles)], 1)
        found: Floats = self.centre + deviations * circle @ self.axes
        return found


def normal_on_plane(mean: Floats, spread: Floats, origin: Floats, back: Floats) -> Ellipse:
    """A normal distribution of independent numbers, as it falls on a plane.

    Args:
        mean: ``[dim]``.
        spread: standard deviations ``[dim]``.
        origin: the latent at (0, 0) ``[dim]``.
        back: latents to the plane's two numbers ``[dim, 2]``.
    """
    covariance = back.T @ (np.square(spread)[:, None] * back)
    values, vectors = np.linalg.eigh(covariance)
    axes = (vectors * np.sqrt(np.maximum(values, 0.0))).T
    return Ellipse((mean - origin) @ back, axes)
