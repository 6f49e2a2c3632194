"""The gradient penalty of WGAN-GP (Gulrajani et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.core.schema import param
from gan_studio.losses.base import PENALTIES, Penalty, critic_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

_TINY = 1e-12  # the slope of a square root at 0 is infinite


@dataclass(frozen=True)
class InterpolatePenaltyOptions:
    """Strength and laziness."""

    weight: float = param(
        10.0,
        label=N_("Strength λ"),
        help=N_(
            "How strongly D's slope between real and generated samples is held at 1. Too low and "
            "the slope runs away; too high and D cares for nothing else."
        ),
        lo=0.0,
        hi=1000.0,
        step=1.0,
        is_log=True,
    )
    interval: int = param(
        1,
        label=N_("Every"),
        help=N_(
            "The penalty is computed once in this many updates and scaled up to make up for it. "
            "Often is slower; seldom lets D's slope run away in between."
        ),
        lo=1,
        hi=64,
        step=1,
        unit=N_("updates"),
        advanced=True,
    )


@PENALTIES.register(
    "gradient_penalty",
    title=N_("gradient penalty (slope 1)"),
    help=N_(
        "Holds D's slope at 1 on the way from real to generated samples, which the Wasserstein "
        "loss needs. Use it with several steps of D per step of G."
    ),
    options=InterpolatePenaltyOptions,
    paper="https://arxiv.org/abs/1704.00028",
    order=3,
)
class GradientPenalty(Penalty):
    """``lambda * E[ (||grad_x D(x)|| - 1)^2 ]`` at ``x = e real + (1 - e) fake``, e uniform.

    Two-sided, as in the paper. Real and fake are paired by position, one e per pair.
    """

    looks_between = True

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        shares: Tensor | None = None,
    ) -> Tensor:
        """The penalty at `shares` of the way from `fake` to `real`.

        Raises:
            ValueError: the shares are missing.
        """
        if shares is None:
            raise ValueError("the gradient penalty needs the shares of real and fake")
        share = shares.view(-1, *[1] * (real.dim() - 1))
        between = share * real + (1 - share) * fake.to(real.dtype)
        norm = (critic_gradient(critic, between).square().sum(1) + _TINY).sqrt()
        return float(self.options.weight) * (norm - 1).square().mean()
