"""The lab's line: both densities, the best D, and their exact divergence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from gan_studio.data.distributions import Floats
from gan_studio.lab.divergence import cells_around, jensen_shannon

if TYPE_CHECKING:
    from gan_studio.core.samples import LatentSpec
    from gan_studio.data.distributions import Distribution

Generate = Callable[[Tensor], Tensor]
"""Latents ``[N, dim]`` to points ``[N, 1]``."""

_REACH = 6.0  # standard deviations of normal noise that are looked at
_CELLS = 8192
_LINES, _CELLS_PER_LINE = 64, 256
_EVEN = 1e-9  # differences of masses below this are rounding
_PROBES, _NUDGE = 256, 0.05


def generated_masses(generate: Generate, latent: LatentSpec, edges: Floats) -> Floats:
    """How the generator spreads its probability over the line, by change of variables.

    The noise is cut into thin cells of known mass; between the ends of a cell G is taken as
    straight, so the cell's mass lies evenly between the images of its ends. That is exact for
    straight G and off by the square of the cell's width else: with noise of one number the masses
    are right to about 1e-5, folds included. Noise of more numbers is cut along the one that moves
    the image most, on 64 lines through the others that spread evenly (quantiles, or a Sobol
    sequence for more than one). Then the divergence is off by 1e-3 to 2e-3 for small nets of two
    numbers, and by up to 1e-2 where no number moves the image much more than the others do.

    Args:
        generate: maps latents to points; it must not draw random numbers.
        latent: size and prior of the noise.
        edges: rising ends of the cells ``[K + 1]``.

    Returns:
        ``[K + 2]``: below the first edge, in each cell, above the last; sums to 1.
    """
    with torch.no_grad():
        lattice, masses = _lattice(latent, _liveliest(generate, latent))
        images = generate(lattice.flatten(0, 1)).double().numpy().reshape(lattice.shape[:2])
    lows = np.minimum(images[:, :-1], images[:, 1:]).reshape(-1)
    highs = np.maximum(images[:, :-1], images[:, 1:]).reshape(-1)
    return _spread(lows, highs, np.tile(masses / len(images), len(images)), edges)


def _liveliest(generate: Generate, latent: LatentSpec) -> int:
    """The number of the noise that moves the image most: the one to cut along."""
    if latent.dim == 1:
        return 0
    places = _noise(_spread_evenly(_PROBES, latent.dim), latent).float()
    moved = places.repeat(latent.dim + 1, 1).view(latent.dim + 1, _PROBES, latent.dim)
    for axis in range(latent.dim):
        moved[axis, :, axis] += _NUDGE
    images = generate(moved.flatten(0, 1)).view(latent.dim + 1, _PROBES)
    return int((images[:-1] - images[-1]).abs().mean(1).argmax())


def _lattice(latent: LatentSpec, axis: int) -> tuple[Tensor, Floats]:
    """Ends of the cells ``[lines, cells + 1, dim]`` and the masses of the cells ``[cells]``."""
    lines, cells = (1, _CELLS) if latent.dim == 1 else (_LINES, _CELLS_PER_LINE)
    if latent.prior == "uniform":
        ends = torch.linspace(-1, 1, cells + 1, dtype=torch.float64)
        masses = np.full(cells, 1.0 / cells)
    else:
        ends = torch.linspace(-_REACH, _REACH, cells + 1, dtype=torch.float64)
        masses = np.diff(torch.special.ndtr(ends).numpy())
        masses /= masses.sum()
    lattice = torch.empty(lines, cells + 1, latent.dim)
    if latent.dim > 1:
        others = [index for index in range(latent.dim) if index != axis]
        noise = _noise(_spread_evenly(lines, latent.dim - 1), latent).float()
        lattice[..., others] = noise[:, None]
    lattice[..., axis] = ends.float()
    return lattice, masses


def _noise(shares: Tensor, latent: LatentSpec) -> Tensor:
    """Points of the unit cube as noise of the prior."""
    return shares * 2 - 1 if latent.prior == "uniform" else torch.special.ndtri(shares)


def _spread_evenly(count: int, dim: int) -> Tensor:
    """``[count, dim]`` points that fill the unit cube evenly."""
    if dim == 1:
        return ((torch.arange(count, dtype=torch.float64) + 0.5) / count)[:, None]
    engine = torch.quasirandom.SobolEngine(  # type: ignore[no-untyped-call]
        dim, scramble=True, seed=0
    )
    return engine.draw(count, dtype=torch.float64).clamp(1e-6, 1 - 1e-6)


def _spread(lows: Floats, highs: Floats, masses: Floats, edges: Floats) -> Floats:
    """Sum of `masses`, each laid evenly over its interval, in the cells between `edges`."""
    count = len(edges) - 1
    first = np.searchsorted(edges, lows, side="right")  # 0: below, count + 1: above
    last = np.searchsorted(edges, highs, side="right")
    total = np.zeros(count + 2)
    is_whole = first == last
    np.add.at(total, first[is_whole], masses[is_whole])
    cut = ~is_whole
    first, last, lows, highs = first[cut], last[cut], lows[cut], highs[cut]
    heights = masses[cut] / (highs - lows)
    # Both ends lie in cells that are covered in part; all cells between are covered whole.
    np.add.at(total, first, heights * (edges[first] - lows))
    np.add.at(total, last, heights * (highs - edges[last - 1]))
    steps = np.zeros(count + 3)
    np.add.at(steps, first + 1, heights)
    np.add.at(steps, last, -heights)
    widths = np.concatenate([[0.0], np.diff(edges), [0.0]])
    return np.asarray(total + np.cumsum(steps)[: count + 2] * widths)


@dataclass(frozen=True)
class LineView:
    """What the lab draws over the line.

    Attributes:
        x: middles of the cells ``[K]``.
        real: density of the data ``[K]``.
        generated: density of G(z) ``[K]``.
        best: the best D as a probability, p / (p + q) ``[K]``; 0.5 where neither is.
        critic: the best D of the Wasserstein game ``[K]``: slope 1 or -1 everywhere, mean 0.
        jsd: their Jensen-Shannon divergence in nats, exact but for the cells.
        wasserstein: how far, on average, the mass of one has to be moved to become the other
            (within what is drawn). Unlike `jsd` it still tells how far they are apart when they
            do not meet.
    """

    x: Floats
    real: Floats
    generated: Floats
    best: Floats
    critic: Floats
    jsd: float
    wasserstein: float


class Line:
    """Looks at generators of numbers beside a known distribution.

    Args:
        distribution: of the data, on the line.
        low: left end of what is drawn.
        high: right end; both are moved out to the distribution's bounds where those lie beyond.
        bins: cells. With 1,024 cells the divergence between smooth densities of the lab is right
            to 1e-4, and each step in a density (uniform data) costs up to a thousandth more.
    """

    def __init__(
        self, distribution: Distribution, low: float = -1.5, high: float = 1.5, bins: int = 1024
    ) -> None:
        bounds = cells_around(distribution, 1)[0]
        self.edges = np.linspace(min(low, bounds[0]), max(high, bounds[-1]), bins + 1)
        self.x = (self.edges[1:] + self.edges[:-1]) / 2
        self._widths = np.diff(self.edges)
        self.real = distribution.pdf(self.x[:, None])
        whole = np.concatenate([[-np.inf], self.edges, [np.inf]])
        self._masses = np.clip(distribution.cell_masses([whole]), 0.0, None)

    def look(self, generate: Generate, latent: LatentSpec) -> LineView:
        """Both densities, the best D and the divergence, now."""
        masses = generated_masses(generate, latent, self.edges)
        generated = masses[1:-1] / self._widths
        best = best_probability(self.real, generated)
        jsd = float(jensen_shannon(self._masses, masses))
        critic, distance = best_critic(self._masses, masses, self._widths)
        return LineView(self.x, self.real, generated, best, critic, jsd, distance)

    def distance_from_best(self, judged: Floats, view: LineView) -> float:
        """Mean distance of D from the best D, in [0, 1], where there is data or anything generated.

        Args:
            judged: D as a probability at `x` ``[K]``.
            view: from `look`, of the same moment.
        """
        weights = (view.real + view.generated) * self._widths / 2
        return float((weights * np.abs(judged - view.best)).sum() / weights.sum())


def best_probability(p: Floats, q: Floats) -> Floats:
    """The best D between densities p and q: ``p / (p + q)`` (Goodfellow et al. 2014, prop. 1).

    Where neither has any density D is not determined; 0.5 says so.
    """
    p, q = np.maximum(p, 0.0), np.maximum(q, 0.0)  # quadrature may leave less than nothing
    total = p + q
    return np.divide(p, total, out=np.full_like(total, 0.5), where=total > 0)


def best_critic(p: Floats, q: Floats, widths: Floats) -> tuple[Floats, float]:
    """The best D of slope at most 1 on the line, and the Wasserstein distance that it reads.

    With the distribution functions P and Q, ``E_p[f] - E_q[f]`` is the integral of ``f' (Q - P)``,
    so the best f rises where Q is above P and falls where it is below.

    Args:
        p: masses ``[K + 2]`` as from `generated_masses`.
        q: likewise.
        widths: of the K cells.
    """
    gaps = np.cumsum(q - p)
    middles = (gaps[:-2] + gaps[1:-1]) / 2  # in the middle of each cell
    slopes = np.sign(np.where(np.abs(middles) < _EVEN, 0.0, middles))
    critic = np.cumsum(slopes * widths) - slopes * widths / 2
    return critic - critic.mean(), float((np.abs(middles) * widths).sum())
