"""R1: the zero-centred gradient penalty on real data (Mescheder et al. 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.losses._gradient_penalty import GradientPenaltyOptions
from gan_studio.losses.base import PENALTIES, Penalty, squared_gradient_norm

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


@PENALTIES.register(
    "r1",
    title=N_("R1 (on real pictures)"),
    help=N_(
        "Keeps D flat around real pictures, which makes the game settle instead of circling. The "
        "first remedy when training swings."
    ),
    options=GradientPenaltyOptions,
    paper="https://arxiv.org/abs/1801.04406",
    order=1,
)
class R1(Penalty):
    """``gamma / 2 * E[ ||grad_x D(x)||^2 ]`` on real x; D is the logit, as in the paper."""

    looks_at_fakes = False

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        shares: Tensor | None = None,
    ) -> Tensor:
        """The penalty on `real`."""
        return 0.5 * float(self.options.gamma) * squared_gradient_norm(critic, real)
