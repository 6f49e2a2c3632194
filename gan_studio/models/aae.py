"""The adversarial autoencoder: a discriminator on z makes the codes look like noise."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.schema import Plug, param
from gan_studio.models._adversarial import (
    DISCRIMINATOR,
    AdversarialFamily,
    GameOptions,
    discriminator_rate_field,
    game_field,
    loss_field,
    penalties_field,
    prior_field,
)
from gan_studio.models._coders import (
    CoderOptions,
    check_pictures,
    coders_field,
    decoder_layers,
    encoder_layers,
)
from gan_studio.models._copying import (
    AUTOENCODER,
    DECODER,
    ENCODER,
    code_size_field,
    copy_loss,
    copy_loss_field,
    copy_rate_field,
    decode,
    to_pixels,
)
from gan_studio.models._mlp import mlp
from gan_studio.models.base import FAMILIES, Nets, Phase, PhaseOutput, StepContext
from gan_studio.models.passages import CODE

JUDGE_LAYERS = 2  # as in the paper


@dataclass(frozen=True)
class LatentGameOptions(GameOptions):
    """The game on z: the encoder plays the generator."""

    generator_rate: float = param(
        5e-4,
        label=N_("Rate of the encoder as G"),
        help=N_(
            "Size of the steps in which the encoder learns to fool D. Too low and codes keep "
            "gaps, where decoded noise is nonsense; too high and codes follow D instead of the "
            "pictures, and copies get worse."
        ),
        lo=0.0,
        hi=1.0,
        is_log=True,
    )
    discriminator_rate: float = discriminator_rate_field(3e-4)


@dataclass(frozen=True)
class AaeOptions:
    """The latent space, the copying, and the game on z."""

    latent_dim: int = code_size_field(8)
    prior: str = prior_field()
    rate: float = copy_rate_field()
    copying: str = copy_loss_field()
    nets: CoderOptions = coders_field()
    judge_width: int = param(
        512,
        label=N_("Width of D"),
        help=N_(
            "Numbers in each of the two hidden layers of the discriminator, which looks at z. Too "
            "narrow and it misses holes in the cloud of codes; very wide ones are slow and win "
            "outright."
        ),
        lo=8,
        hi=4096,
        step=64,
        advanced=True,
    )
    loss: Plug = loss_field()
    penalties: tuple[Plug, ...] = penalties_field()
    game: LatentGameOptions = game_field(LatentGameOptions)


@FAMILIES.register(
    "aae",
    title=N_("Adversarial autoencoder (AAE)"),
    help=N_(
        "An autoencoder with a discriminator that looks at z: it tells codes of pictures from "
        "noise, and the encoder learns to fool it. So noise decodes to new pictures."
    ),
    options=AaeOptions,
    capabilities={Capability.ENCODES, Capability.GENERATES, Capability.ADVERSARIAL},
    paper="https://arxiv.org/abs/1511.05644",
    order=8,
)
class Aae(AdversarialFamily):
    """Copy; then D tells noise from codes; then the encoder fools D: three phases, one batch.

    "Real" is z from the prior and "fake" is ``encoder(x)``: D(x), D(G(z)), V and the JSD estimate
    are about the distribution of codes, not of pictures.

    Deviations from Makhzani et al. 2016: Adam for SGD with momentum, the non-saturating loss,
    the encoder is deterministic (one of the paper's three choices), no labels.
    """

    picture_nets = (ENCODER, DECODER)
    judged = CODE

    def check(self) -> None:
        """Only pictures, from 2 × 2 pixels on."""
        check_pictures("aae", self.spec)

    def build(self) -> dict[str, nn.Module]:
        """Encoder, decoder, and a discriminator of z that gives a logit."""
        options: AaeOptions = self.options
        dim = options.latent_dim
        judge = mlp((dim, *[options.judge_width] * JUDGE_LAYERS, 1))
        return {
            ENCODER: nn.Sequential(*encoder_layers(options.nets, self.spec, dim)),
            DECODER: nn.Sequential(*decoder_layers(options.nets, self.spec, dim)),
            DISCRIMINATOR: nn.Sequential(*judge),
        }

    def phases(self) -> tuple[Phase, ...]:
        """Reconstruction, then both moves of the game on the same batch."""
        judge, fool = super().phases()
        return (
            Phase(AUTOENCODER, (ENCODER, DECODER), self.options.rate),
            dataclasses.replace(judge, draws_batch=False),
            dataclasses.replace(fool, nets=(ENCODER,)),
        )

    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """The copies' loss, or D's or the encoder's in the game on z."""
        if phase != AUTOENCODER:
            return super().compute(phase, context)
        pixels = to_pixels(context.batch.images)
        logits = context.nets[DECODER](context.nets[ENCODER](pixels))
        loss, error = copy_loss(self.options.copying, logits, pixels)
        return PhaseOutput(loss, {"mse": error})

    def real(self, context: StepContext) -> Tensor:
        """Noise z ``[N, dim]`` from the prior."""
        return context.draws.latents(self.latent, len(context.batch.images))

    def fake(self, context: StepContext, latents: Tensor | None = None) -> Tensor:
        """The codes ``[N, dim]`` of the batch."""
        return self.encode(context.nets, context.batch.images)

    def encode(self, nets: Nets, images: Tensor) -> Tensor:
        """Pictures in [-1, 1] to z ``[N, dim]``."""
        z: Tensor = nets[ENCODER](to_pixels(images))
        return z

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Decode z ``[N, dim]`` to pictures in [-1, 1]."""
        return decode(nets, latents)
