"""The hinge game (Lim and Ye 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn.functional import relu

from gan_studio.core.i18n import N_
from gan_studio.losses.base import LOSSES, AdversarialLoss, Output

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register(
    "hinge",
    title=N_("hinge"),
    help=N_(
        "D is content once real samples score above 1 and fakes below -1, and learns only from "
        "those in between. Usual for large nets, together with spectral norm."
    ),
    paper="https://arxiv.org/abs/1705.02894",
    order=5,
)
class Hinge(AdversarialLoss):
    """``E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))]`` for D, ``-E[D(G(z))]`` for G.

    The best D is the sign of ``p - q``: a side, no probability. There D's loss is
    ``2 - integral |p - q|``, so the game measures the total variation.
    """

    output = Output.SIDE

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """``E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))]``."""
        return relu(1 - real).mean() + relu(1 + fake).mean()

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """``-E[D(G(z))]``."""
        return -fake.mean()
