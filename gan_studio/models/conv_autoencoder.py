"""The autoencoder with convolutions, for pictures of any size."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.models._coders import (
    ACTIVATIONS,
    activation_field,
    channels_field,
    check_pictures,
    conv_decoder,
    conv_encoder,
    dense_field,
)
from gan_studio.models._copying import (
    DECODER,
    ENCODER,
    CopyingFamily,
    LatentStatistics,
    code_size_field,
    copy_loss_field,
    copy_rate_field,
    weight_decay_field,
)
from gan_studio.models.base import FAMILIES


@dataclass(frozen=True)
class ConvAutoencoderOptions:
    """The bottleneck, the convolutions around it and the optimiser."""

    latent_dim: int = code_size_field(32)
    rate: float = copy_rate_field()
    channels: int = channels_field()
    dense: int = dense_field()
    loss: str = copy_loss_field()
    activation: str = activation_field()
    weight_decay: float = weight_decay_field()


@FAMILIES.register(
    "conv_autoencoder",
    title=N_("Autoencoder (convolutional)"),
    help=N_(
        "Looks at patches instead of at all pixels at once, from fine to coarse and back. Better "
        "copies with fewer weights, grey or colour, any size; slower on small pictures."
    ),
    options=ConvAutoencoderOptions,
    capabilities={Capability.ENCODES},
    paper="https://doi.org/10.1007/978-3-642-21735-7_7",
    order=4,
)
class ConvAutoencoder(CopyingFamily):
    """Strided 4 × 4 convolutions down to 4 to 7 pixels, dense layers to z, and the mirror.

    Deviation from Masci et al. 2011: strides for max pooling, a bottleneck of numbers for one of
    maps, all layers trained at once.
    """

    def check(self) -> None:
        """Only pictures, from 2 × 2 pixels on."""
        check_pictures("conv_autoencoder", self.spec)

    def build(self) -> dict[str, nn.Module]:
        """Encoder and decoder for the data's shape."""
        options: ConvAutoencoderOptions = self.options
        dim, activation = options.latent_dim, ACTIVATIONS[options.activation]
        encoder = conv_encoder(self.spec, options.channels, options.dense, dim, activation)
        decoder = conv_decoder(self.spec, options.channels, options.dense, dim, activation)
        return {
            ENCODER: nn.Sequential(*encoder, LatentStatistics(dim)),
            DECODER: nn.Sequential(*decoder),
        }
