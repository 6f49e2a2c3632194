"""The denoising autoencoder: it sees a spoilt picture and has to give the clean one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.schema import param
from gan_studio.models._coders import (
    CoderOptions,
    check_pictures,
    coders_field,
    decoder_layers,
    encoder_layers,
)
from gan_studio.models._copying import (
    DECODER,
    ENCODER,
    CopyingFamily,
    LatentStatistics,
    code_size_field,
    copy_loss_field,
    copy_rate_field,
    originals_above_copies,
    to_pixels,
    weight_decay_field,
)
from gan_studio.models.base import FAMILIES, Nets, StepContext
from gan_studio.models.draws import Draws, derive_seed

if TYPE_CHECKING:
    from gan_studio.data.batches import Batch


@dataclass(frozen=True)
class DenoisingOptions:
    """How pictures are spoilt, the bottleneck and the nets."""

    latent_dim: int = code_size_field(32)
    noise: str = param(
        "gaussian",
        label=N_("Noise"),
        help=N_(
            "How pictures are spoilt before they are encoded. Gaussian noise moves every pixel a "
            "little; masking blanks some pixels outright, and the nets have to guess what was "
            "there."
        ),
        choices=("gaussian", "masking"),
        choice_labels=(N_("Gaussian"), N_("masking")),
    )
    spread: float = param(
        0.4,
        label=N_("Spread of the noise"),
        help=N_(
            "Standard deviation of the noise on pixels from 0 to 1. Below about 0.1 it is hardly "
            "seen and nothing new is learned; near 1 the picture drowns and copies become an "
            "average."
        ),
        lo=0.0,
        hi=2.0,
        step=0.05,
        visible_when=("noise", ("gaussian",)),
    )
    masked: float = param(
        0.5,
        label=N_("Masked share"),
        help=N_(
            "Share of the pixels that are set to black. With little the rest tells everything; "
            "above about 0.8 whole strokes are gone and copies become guesses."
        ),
        lo=0.0,
        hi=0.99,
        step=0.05,
        visible_when=("noise", ("masking",)),
    )
    rate: float = copy_rate_field()
    loss: str = copy_loss_field()
    nets: CoderOptions = coders_field()
    weight_decay: float = weight_decay_field()


@FAMILIES.register(
    "denoising_autoencoder",
    title=N_("Denoising autoencoder"),
    help=N_(
        "Each picture is spoilt at random and has to be rebuilt clean. So the nets learn what "
        "belongs into a picture, and how to take noise out of one."
    ),
    options=DenoisingOptions,
    capabilities={Capability.ENCODES, Capability.RESTORES},
    paper="https://doi.org/10.1145/1390156.1390294",
    order=5,
)
class DenoisingAutoencoder(CopyingFamily):
    """An autoencoder whose encoder sees ``x + noise`` or ``x * mask``; the target is the clean x.

    Deviations from Vincent et al. 2008: a bottleneck instead of an overcomplete layer, all layers
    trained at once without stacking, and the Gaussian noise of Vincent et al. 2010 beside masking
    (https://jmlr.org/papers/v11/vincent10a.html). Noisy pixels may lie beside [0, 1].
    """

    def check(self) -> None:
        """Only pictures, from 2 × 2 pixels on."""
        check_pictures("denoising_autoencoder", self.spec)

    def build(self) -> dict[str, nn.Module]:
        """Encoder and decoder for the data's shape."""
        options: DenoisingOptions = self.options
        dim = options.latent_dim
        encoder = encoder_layers(options.nets, self.spec, dim)
        return {
            ENCODER: nn.Sequential(*encoder, LatentStatistics(dim)),
            DECODER: nn.Sequential(*decoder_layers(options.nets, self.spec, dim)),
        }

    def shown(self, pixels: Tensor, context: StepContext) -> Tensor:
        """The spoilt pixels."""
        return self.spoil(pixels, context.draws)

    def spoil(self, pixels: Tensor, draws: Draws) -> Tensor:
        """Pixels ``[N, C, H, W]`` in [0, 1] with noise, or with some of them set to 0.

        A masked pixel loses all of its colours at once.
        """
        options: DenoisingOptions = self.options
        if options.noise == "gaussian":
            return pixels + options.spread * draws.normal(tuple(pixels.shape))
        count, _channels, height, width = pixels.shape
        shares = draws.shares(count * height * width).view(count, 1, height, width)
        return torch.where(shares < options.masked, 0.0, pixels)

    def preview(self, nets: Nets, latents: Tensor | None, batch: Batch) -> Tensor:
        """Spoilt pictures, always with the same noise, each above what is made of it."""
        draws = Draws(derive_seed(0, "spoilt"), batch.images.device)
        spoilt = self.spoil(to_pixels(batch.images), draws) * 2 - 1
        copies = self.generate(nets, self.encode(nets, spoilt))
        return originals_above_copies(spoilt, copies)
