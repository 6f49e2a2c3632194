"""The contract of adversarial losses and of penalties.

Both work on what the last layer of D puts out, called its logits. Each loss says by `Output` what
that number means, so that nobody reads a probability out of it that is not in it.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from gan_studio.core.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable


class Output(Enum):
    """What the last layer of the best D says about x, with the densities p (real) and q (fake)."""

    LOGIT = "logit"
    """``log p(x) / q(x)``: its sigmoid is the probability that x is real."""
    LEVEL = "level"
    """``log p(x) / q(x) + c`` with any c: a probability once the level c is chosen."""
    PROBABILITY = "probability"
    """``p(x) / (p(x) + q(x))`` itself; while D learns it may leave [0, 1]."""
    SIDE = "side"
    """The sign of ``p(x) - q(x)``: which is more frequent here, but not by how much."""
    SCORE = "score"
    """A potential with slope 1 at most. Only differences mean anything; no probability."""


class AdversarialLoss(ABC):
    """What D and G minimise. Logits are ``[N]``; results are scalars."""

    output: ClassVar[Output] = Output.LOGIT
    """What D's last layer means under this loss."""

    pairs_real_with_fake: ClassVar[bool] = False
    """Whether the generator's loss looks at real logits too."""

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """D's loss on the logits of real and of generated samples, both ``[N]``."""

    @abstractmethod
    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """G's loss; `real` is given when `pairs_real_with_fake` says so."""

    def smoothing(self, real: Tensor, label: float) -> Tensor | None:
        """What one-sided label smoothing (Salimans et al. 2016) adds to D's loss.

        Args:
            real: D's output on real samples ``[N]``.
            label: what D is taught about real samples in place of 1, in (0, 1).

        Returns:
            A scalar, or None where the loss knows no labels.
        """
        return None


def smoothed_cross_entropy(real: Tensor, label: float) -> Tensor:
    """What target `label` adds to ``-E[log sigmoid(real)]``, a scalar.

    ``-a log s(r) - (1 - a) log s(-r) = -log s(r) + (1 - a) r``.
    """
    return (1.0 - label) * real.mean()


def as_probability(output: Output, values: Tensor) -> Tensor | None:
    """D's outputs ``[...]`` as probabilities of being real, in [0, 1].

    Outputs of kind LEVEL must have been levelled before (`gan_studio.models._adversarial`).

    Returns:
        None where D's output holds no probability (SIDE, SCORE).
    """
    if output in (Output.LOGIT, Output.LEVEL):
        return values.sigmoid()
    return values.clamp(0.0, 1.0) if output is Output.PROBABILITY else None


class Penalty(ABC):
    """A term that is added to D's loss, lazily: every `interval` updates, scaled by `interval`."""

    interval: int = 1

    looks_between: ClassVar[bool] = False
    """Whether it needs points between real and generated samples, and so `shares`."""

    looks_at_fakes: ClassVar[bool] = True
    """Whether it needs generated samples; without, `fake` is empty."""

    def __init__(self, options: Any) -> None:
        self.options = options
        self.interval = int(getattr(options, "interval", 1))

    @abstractmethod
    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        shares: Tensor | None = None,
    ) -> Tensor:
        """The penalty, a scalar in fp32.

        Args:
            critic: images ``[N, ...]`` to logits ``[N]``.
            real: real samples ``[N, ...]`` without gradient.
            fake: generated samples ``[N, ...]`` without gradient.
            shares: ``[N]`` uniform in [0, 1], given when `looks_between` says so.
        """

    def strength(self, progress: float) -> float:
        """By what the penalty is multiplied at `progress` of the run, in [0, 1]."""
        return math.pow(getattr(self.options, "final", 1.0), progress)


class Critic:
    """D as penalties ask it.

    Args:
        judge: samples ``[N, ...]`` to logits ``[N]``.
        slope: the gradient of `judge` ``[N, size]``, differentiable in the weights, where there is
            a faster way to it than differentiating; None otherwise.
    """

    def __init__(
        self, judge: Callable[[Tensor], Tensor], slope: Callable[[Tensor], Tensor] | None = None
    ) -> None:
        self.judge = judge
        self.slope = slope

    def __call__(self, samples: Tensor) -> Tensor:
        """Logits ``[N]``."""
        return self.judge(samples)


def critic_gradient(critic: Callable[[Tensor], Tensor], samples: Tensor) -> Tensor:
    """``d critic(x) / d x``, one row per sample ``[N, size]``, differentiable in the weights."""
    if isinstance(critic, Critic) and critic.slope is not None:
        return critic.slope(samples)
    samples = samples.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(samples).sum(), samples, create_graph=True)
    return gradient.flatten(1)


def squared_gradient_norm(critic: Callable[[Tensor], Tensor], samples: Tensor) -> Tensor:
    """``E[ ||d critic(x) / d x||^2 ]`` over the batch, differentiable in the critic's weights."""
    return critic_gradient(critic, samples).square().sum(1).mean()


LOSSES: Registry[type[AdversarialLoss]] = Registry("loss", "gan_studio.losses", "gan_studio.losses")
PENALTIES: Registry[type[Penalty]] = Registry(
    "penalty", "gan_studio.losses", "gan_studio.penalties"
)
