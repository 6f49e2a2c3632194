"""R2: the zero-centred gradient penalty on generated data (Mescheder et al. 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.losses._gradient_penalty import GradientPenaltyOptions
from gan_studio.losses.base import PENALTIES, Penalty, squared_gradient_norm

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


@PENALTIES.register(
    "r2",
    title=N_("R2 (on generated pictures)"),
    help=N_(
        "Keeps D flat around generated pictures. Together with R1 it lets the relativistic loss "
        "converge even when the two sets of pictures hardly overlap."
    ),
    options=GradientPenaltyOptions,
    paper="https://arxiv.org/abs/1801.04406",
    order=2,
)
class R2(Penalty):
    """``gamma / 2 * E[ ||grad_x D(G(z))||^2 ]`` on generated samples."""

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        shares: Tensor | None = None,
    ) -> Tensor:
        """The penalty on `fake`."""
        return 0.5 * float(self.options.gamma) * squared_gradient_norm(critic, fake)
