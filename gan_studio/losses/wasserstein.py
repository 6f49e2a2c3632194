"""The Wasserstein game (Arjovsky et al. 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.losses.base import LOSSES, AdversarialLoss, Output

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register(
    "wasserstein",
    title=N_("Wasserstein"),
    help=N_(
        "D scores samples and its mean gap between real and fake is how far earth has to be "
        "moved. Works only while D's slope is bounded: add the gradient penalty."
    ),
    paper="https://arxiv.org/abs/1701.07875",
    order=6,
)
class Wasserstein(AdversarialLoss):
    """``E[D(G(z))] - E[D(x)]`` for D, ``-E[D(G(z))]`` for G.

    Deviation from the paper: weights are not clipped; what bounds D's slope is a penalty
    (`gradient_penalty`) or spectral norm, chosen beside the loss. Without either D grows for ever.
    """

    output = Output.SCORE

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """``E[D(G(z))] - E[D(x)]``, minus the distance where D's slope is at most 1."""
        return fake.mean() - real.mean()

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """``-E[D(G(z))]``."""
        return -fake.mean()
