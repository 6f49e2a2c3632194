"""A class-conditional GAN as another distribution would bring it: this file and an entry point.

Mirza and Osindero 2014: the class, one number per class, is joined to what both nets see.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.schema import Plug, param
from gan_studio.models._adversarial import (
    DISCRIMINATOR,
    GENERATOR,
    AdversarialFamily,
    GameOptions,
    game_field,
    latent_dim_field,
    loss_field,
    penalties_field,
    prior_field,
)
from gan_studio.models._mlp import mlp
from gan_studio.models.base import FAMILIES, Nets


@dataclass(frozen=True)
class ConditionalGanOptions:
    """Like the lecture's GAN, with a width."""

    latent_dim: int = latent_dim_field(32)
    prior: str = prior_field()
    loss: Plug = loss_field()
    penalties: tuple[Plug, ...] = penalties_field(("r1",))
    width: int = param(
        128,
        label="Width",
        help="Numbers per hidden layer. Narrow nets are blurred; wide ones are slow.",
        lo=8,
        hi=2048,
        step=8,
    )
    game: GameOptions = game_field()


@FAMILIES.register(
    "conditional_gan",
    title="Conditional GAN (plugin)",
    help="Draws the class that you ask for.",
    options=ConditionalGanOptions,
    capabilities={Capability.GENERATES, Capability.ADVERSARIAL, Capability.CONDITIONAL},
    paper="https://arxiv.org/abs/1411.1784",
)
class ConditionalGan(AdversarialFamily):
    """MLPs that see the class beside the noise and beside the picture."""

    def check(self) -> None:
        """Classes are needed."""
        if not self.spec.class_names:
            raise ShapeMismatch(
                family="conditional_gan",
                shape=self.spec.describe(),
                reason="it needs pictures with classes",
                advice="Use one sub-folder per class, or choose the family “gan”.",
            )

    def build(self) -> dict[str, nn.Module]:
        """Both nets."""
        options: ConditionalGanOptions = self.options
        classes, width = len(self.spec.class_names), options.width
        return {
            GENERATOR: nn.Sequential(
                *mlp((options.latent_dim + classes, width, width, self.spec.size), batch_norm=True),
                nn.Tanh(),
                nn.Unflatten(1, self.spec.shape),
            ),
            DISCRIMINATOR: nn.Sequential(*mlp((self.spec.size + classes, width, width, 1))),
        }

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Draw the class of each label (the first class without labels)."""
        if labels is None:
            labels = torch.zeros(len(latents), dtype=torch.int64, device=latents.device)
        pictures: Tensor = nets[GENERATOR](torch.cat([latents, self._hot(labels)], 1))
        return pictures

    def judge(self, nets: Nets, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        """Is it real, and is it of this class?"""
        joined = torch.cat([samples.flatten(1), self._hot(labels)], 1)
        logits: Tensor = nets[DISCRIMINATOR](joined)
        return logits.flatten()

    def _hot(self, labels: Tensor) -> Tensor:
        return one_hot(labels, len(self.spec.class_names)).float()
