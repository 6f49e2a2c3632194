"""The contract of adversarial losses and of penalties.

Both work on logits: the discriminator's output before the sigmoid, so ``D(x) = sigmoid(logit)``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from gan_studio.core.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable


class AdversarialLoss(ABC):
    """What D and G minimise. Logits are ``[N]``; results are scalars."""

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


class Penalty(ABC):
    """A term that is added to D's loss, lazily: every `interval` updates, scaled by `interval`."""

    interval: int = 1

    def __init__(self, options: Any) -> None:
        self.options = options
        self.interval = int(getattr(options, "interval", 1))

    @abstractmethod
    def __call__(self, critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
        """The penalty, a scalar in fp32.

        Args:
            critic: images ``[N, ...]`` to logits ``[N]``.
            real: real samples ``[N, ...]`` without gradient.
            fake: generated samples ``[N, ...]`` without gradient.
        """


def squared_gradient_norm(critic: Callable[[Tensor], Tensor], samples: Tensor) -> Tensor:
    """``E[ ||d critic(x) / d x||^2 ]`` over the batch, differentiable in the critic's weights."""
    samples = samples.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(samples).sum(), samples, create_graph=True)
    return gradient.square().flatten(1).sum(1).mean()


LOSSES: Registry[type[AdversarialLoss]] = Registry("loss", "gan_studio.losses", "gan_studio.losses")
PENALTIES: Registry[type[Penalty]] = Registry(
    "penalty", "gan_studio.losses", "gan_studio.penalties"
)
