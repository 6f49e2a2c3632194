"""The non-saturating game (Goodfellow et al. 2014, section 3): the practical choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn.functional import logsigmoid

from gan_studio.core.i18n import N_
from gan_studio.losses.base import LOSSES, AdversarialLoss, smoothed_cross_entropy

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register(
    "non_saturating",
    title=N_("non-saturating"),
    help=N_(
        "G maximises log D(G(z)) instead of minimising log(1 - D(G(z))). Same goal, but the worse "
        "a fake, the stronger the push; the usual choice."
    ),
    paper="https://arxiv.org/abs/1406.2661",
    order=1,
)
class NonSaturating(AdversarialLoss):
    """D as in `minimax`; G minimises ``-E[log D(G(z))]``, which is steep where D is sure."""

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """``-E[log D(x)] - E[log(1 - D(G(z)))]``."""
        return -logsigmoid(real).mean() - logsigmoid(-fake).mean()

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """``-E[log D(G(z))]``."""
        return -logsigmoid(fake).mean()

    def smoothing(self, real: Tensor, label: float) -> Tensor:
        """Cross entropy against `label` instead of 1; the best D becomes ``label p / (p + q)``."""
        return smoothed_cross_entropy(real, label)
