"""The least-squares game (Mao et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.losses.base import LOSSES, AdversarialLoss, Output

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register(
    "least_squares",
    title=N_("least squares"),
    help=N_(
        "D answers with a number: 1 for real, 0 for fake, and errors count squared. Fakes that "
        "are far from the data are pulled hard even when D is sure."
    ),
    paper="https://arxiv.org/abs/1611.04076",
    order=4,
)
class LeastSquares(AdversarialLoss):
    """``E[(D(x) - 1)^2] + E[D(G(z))^2]`` for D, ``E[(D(G(z)) - 1)^2]`` for G, all halved.

    These are the paper's labels b = c = 1 and a = 0 (its equation 9). D's output has no sigmoid;
    the best one is ``p / (p + q)`` itself.
    """

    output = Output.PROBABILITY

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """``(E[(D(x) - 1)^2] + E[D(G(z))^2]) / 2``."""
        return ((real - 1).square().mean() + fake.square().mean()) / 2

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """``E[(D(G(z)) - 1)^2] / 2``."""
        return (fake - 1).square().mean() / 2

    def smoothing(self, real: Tensor, label: float) -> Tensor:
        """The difference to ``E[(D(x) - label)^2] / 2``; the best D becomes label x p / (p + q)."""
        return ((real - label).square() - (real - 1).square()).mean() / 2
