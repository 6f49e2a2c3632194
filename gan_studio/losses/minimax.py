"""The minimax game as first written down (Goodfellow et al. 2014, equation 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn.functional import logsigmoid

from gan_studio.core.i18n import N_
from gan_studio.losses.base import LOSSES, AdversarialLoss, smoothed_cross_entropy

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register(
    "minimax",
    title=N_("minimax (saturating)"),
    help=N_(
        "G minimises log(1 - D(G(z))). When D rejects every fake this curve is flat, so G stands "
        "still: the vanishing gradient of the lecture."
    ),
    paper="https://arxiv.org/abs/1406.2661",
    order=2,
)
class Minimax(AdversarialLoss):
    """``min_G max_D E[log D(x)] + E[log(1 - D(G(z)))]``, computed on logits without log(0)."""

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """``-E[log D(x)] - E[log(1 - D(G(z)))]``."""
        return -logsigmoid(real).mean() - logsigmoid(-fake).mean()

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """``E[log(1 - D(G(z)))]``."""
        return logsigmoid(-fake).mean()

    def smoothing(self, real: Tensor, label: float) -> Tensor:
        """Cross entropy against `label` instead of 1; the best D becomes ``label p / (p + q)``."""
        return smoothed_cross_entropy(real, label)
