"""The relativistic pairing game (Jolicoeur-Martineau 2018, as used by Huang et al. 2024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn.functional import softplus

from gan_studio.core.i18n import N_
from gan_studio.losses.base import LOSSES, AdversarialLoss, Output

if TYPE_CHECKING:
    from torch import Tensor


@LOSSES.register(
    "relativistic",
    title=N_("relativistic pairing"),
    help=N_(
        "D compares each fake with a real picture instead of judging it alone, so G must look "
        "better than real ones everywhere. Covers all classes well together with R1 and R2."
    ),
    paper="https://arxiv.org/abs/1807.00734",
    order=3,
)
class RelativisticPairing(AdversarialLoss):
    """``softplus(-(D(x_i) - D(G(z_i))))`` for D and its mirror for G, paired by position.

    Deviation from the paper: it subtracts batch means in one variant; here samples are paired one
    by one, the form that R3GAN (https://arxiv.org/abs/2501.05441) analyses.
    """

    output = Output.LEVEL
    pairs_real_with_fake = True

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """``E[softplus(D(G(z)) - D(x))]``."""
        return softplus(fake - real).mean()

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """``E[softplus(D(x) - D(G(z)))]``.

        Raises:
            ValueError: the real logits are missing.
        """
        if real is None:
            raise ValueError("the relativistic loss compares with real logits")
        return softplus(real - fake).mean()
