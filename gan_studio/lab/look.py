"""What the lab draws of two nets: D over a grid, G's bent lattice, and where D pushes each point.

Nothing here changes the nets or draws random numbers: nets are looked at in evaluation mode and put
back. Only use it between two steps, in the thread that trains, or on copies.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from gan_studio.losses.base import Output, as_probability
from gan_studio.models._adversarial import AdversarialFamily
from gan_studio.models._readouts import absolute_level
from gan_studio.models.base import Nets

if TYPE_CHECKING:
    from collections.abc import Iterator

_REACH = 2.5  # standard deviations of normal noise that the lattice covers


@contextmanager
def evaluating(nets: Nets) -> Iterator[None]:
    """Nets in evaluation mode where that makes a difference, and afterwards as they were."""
    changed = [net for net in nets.values() if net.training and not _is_plain(net)]
    for net in changed:
        net.eval()
    try:
        yield
    finally:
        for net in changed:
            net.train()


def _is_plain(net: nn.Module) -> bool:
    """Whether it does the same in both modes; telling takes a tenth of the time of changing."""
    return all(type(module) in _PLAIN for module in net.modules())


_PLAIN = {
    nn.Sequential,
    nn.Linear,
    nn.ReLU,
    nn.LeakyReLU,
    nn.Tanh,
    nn.Softplus,
    nn.Flatten,
    nn.Unflatten,
}


@dataclass(frozen=True)
class Judge:
    """D as a function that can be drawn.

    Attributes:
        family: knows how D is asked and what its answer means.
        nets: at least D.
        level: what is taken off D's output first, a scalar (see `Output.LEVEL`).
        scale: the output that is drawn lowest and the one drawn highest, where D's output has no
            scale of its own.
    """

    family: AdversarialFamily
    nets: Nets
    level: float = 0.0
    scale: tuple[float, float] = (-1.0, 1.0)

    @property
    def output(self) -> Output:
        """What `raw` means."""
        return self.family.loss.output

    @torch.no_grad()
    def raw(self, points: Tensor) -> Tensor:
        """D's output ``[N]`` at points ``[N, dim]``, less the level."""
        with evaluating(self.nets):
            return self.family.judge(self.nets, points).float() - self.level

    def probability(self, points: Tensor) -> Tensor | None:
        """The probability of being real ``[N]`` in [0, 1]; None where D holds none."""
        return as_probability(self.output, self.raw(points))

    def height(self, points: Tensor) -> Tensor:
        """Where a point stands on D's curve ``[N]``, in [0, 1]: the probability where there is one.

        Else `scale` is brought to 0 to 1 and what lies beyond is cut: from -1 to 1 for the hinge
        loss, over the points that `judge` was given for scores.
        """
        return self.height_of(self.raw(points))

    def height_of(self, raw: Tensor) -> Tensor:
        """The same for outputs of D, less the level, ``[N]``."""
        believed = as_probability(self.output, raw)
        if believed is not None:
            return believed
        low, high = self.scale
        return ((raw - low) / max(high - low, 1e-12)).clamp(0.0, 1.0)


def judge(family: AdversarialFamily, nets: Nets, real: Tensor, fake: Tensor) -> Judge:
    """D as it can be drawn.

    Args:
        family: the family.
        nets: both nets.
        real: some real samples ``[N, dim]``: they and `fake` settle level and scale.
        fake: some generated samples ``[M, dim]``.
    """
    plain = Judge(family, nets)
    if plain.output is Output.LEVEL:
        return Judge(family, nets, float(absolute_level(plain.raw(real), plain.raw(fake))))
    if plain.output is Output.SCORE:
        raw = plain.raw(torch.cat([real, fake.to(real.dtype)]))
        return Judge(family, nets, scale=(float(raw.min()), float(raw.max())))
    return plain


@torch.no_grad()
def drawn(family: AdversarialFamily, nets: Nets, latents: Tensor) -> Tensor:
    """G's points ``[N, dim]`` for latents ``[N, latent_dim]``."""
    with evaluating(nets):
        return family.generate(nets, latents)


def grid(low: tuple[float, float], high: tuple[float, float], side: int = 128) -> Tensor:
    """Middles of the cells of a square heat map, ``[side * side, 2]``, row by row from below."""
    axes = [
        torch.from_numpy((np.arange(side) + 0.5) / side * (b - a) + a).float()
        for a, b in zip(low, high, strict=True)
    ]
    y, x = torch.meshgrid(axes[1], axes[0], indexing="ij")
    return torch.stack([x.reshape(-1), y.reshape(-1)], 1)


def lattice(family: AdversarialFamily, lines: int = 21, points: int = 41) -> Tensor:
    """Lines of noise whose images show how G bends its space.

    Returns:
        ``[K, points, latent_dim]``: each of the K lines is one polyline to draw. With noise of one
        number there is one line; else lines along the first two numbers, the others at 0.
    """
    latent = family.latent
    reach = 1.0 if latent.prior == "uniform" else _REACH
    along = torch.linspace(-reach, reach, points)
    if latent.dim == 1:
        return along.view(1, points, 1)
    across = torch.linspace(-reach, reach, lines)
    found = torch.zeros(2, lines, points, latent.dim)
    found[0, ..., 0], found[0, ..., 1] = along, across[:, None]
    found[1, ..., 0], found[1, ..., 1] = across[:, None], along
    return found.flatten(0, 1)


def pushes(
    family: AdversarialFamily, nets: Nets, fake: Tensor, real: Tensor | None = None
) -> Tensor:
    """Where G's loss pulls each of its points ``[N, dim]``: minus the slope of the point's cost.

    Args:
        family: the family.
        nets: at least D.
        fake: generated points ``[N, dim]``.
        real: real points ``[N, dim]``, paired by position, for losses that compare.
    """
    points = fake.detach().clone().requires_grad_(True)
    with evaluating(nets):
        judged = family.judge(nets, points).float()
        paired = None
        if family.loss.pairs_real_with_fake and real is not None:
            with torch.no_grad():
                paired = family.judge(nets, real).float()
        loss = family.loss.generator(judged, paired)
        (slope,) = torch.autograd.grad(loss, points)
    return -slope * len(points)
