"""The GAN of the lecture: two fully connected nets (Goodfellow et al. 2014)."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
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

GENERATOR_SIZES = (256, 512, 1024)
DISCRIMINATOR_SIZES = (1024, 512, 256)


@dataclass(frozen=True)
class GanOptions:
    """The lecture's nets; practice adds batch norm in G and dropout in D."""

    latent_dim: int = latent_dim_field(100)
    prior: str = prior_field()
    loss: Plug = loss_field()
    penalties: tuple[Plug, ...] = penalties_field()
    batch_norm: bool = param(
        False,
        label=N_("Batch norm in G"),
        help=N_(
            "Keeps the generator's inner numbers at a common scale. The lecture leaves it out; "
            "with it pictures get sharp much sooner."
        ),
    )
    dropout: float = param(
        0.0,
        label=N_("Dropout in D"),
        help=N_(
            "Share of the discriminator's inner numbers that are switched off at random, which "
            "keeps it from winning too early. Above about 0.5 it judges too poorly to teach."
        ),
        lo=0.0,
        hi=0.9,
        step=0.1,
    )
    input_dropout: float = param(
        0.0,
        label=N_("Hide pixels from D"),
        help=N_(
            "Share of the pixels that are blanked at random before D looks, so that it cannot "
            "learn single pictures by heart. Too much hides what makes a picture real."
        ),
        lo=0.0,
        hi=0.9,
        step=0.1,
        advanced=True,
    )
    game: GameOptions = game_field()


@FAMILIES.register(
    "gan",
    title=N_("GAN (MLP)"),
    help=N_(
        "The lecture's GAN: noise of 100 numbers through 256, 512 and 1024 to a picture, and a "
        "discriminator that mirrors it."
    ),
    options=GanOptions,
    capabilities={Capability.GENERATES, Capability.ADVERSARIAL},
    paper="https://arxiv.org/abs/1406.2661",
    order=2,
)
class Gan(AdversarialFamily):
    """G: z-256-512-1024-pixels, tanh. D: pixels-1024-512-256-1, a logit; leaky ReLU inside.

    Deviation from the paper: leaky ReLU for its ReLU and maxout nets, as the lecture's code does.
    """

    def build(self) -> dict[str, nn.Module]:
        """Both nets for the data's shape."""
        options: GanOptions = self.options
        size = self.spec.size
        generator = mlp((options.latent_dim, *GENERATOR_SIZES, size), batch_norm=options.batch_norm)
        if self.spec.is_image:
            generator.append(nn.Tanh())
        discriminator = mlp(
            (size, *DISCRIMINATOR_SIZES, 1),
            dropout=options.dropout,
            input_dropout=options.input_dropout,
        )
        return {
            GENERATOR: nn.Sequential(*generator, nn.Unflatten(1, self.spec.shape)),
            DISCRIMINATOR: nn.Sequential(nn.Flatten(), *discriminator),
        }

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents ``[N, dim]`` to pictures in [-1, 1]."""
        pictures: Tensor = nets[GENERATOR](latents)
        return pictures
