"""The autoencoder of the lecture: 784 numbers squeezed to z and back."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.schema import param
from gan_studio.models._coders import (
    ACTIVATIONS,
    activation_field,
    depth_field,
    hidden_sizes,
    width_field,
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
from gan_studio.models._mlp import mlp
from gan_studio.models.base import FAMILIES


@dataclass(frozen=True)
class AutoencoderOptions:
    """The bottleneck, the nets around it and the optimiser."""

    latent_dim: int = code_size_field()
    rate: float = copy_rate_field()
    depth: int = depth_field()
    width: int = width_field()
    loss: str = copy_loss_field()
    activation: str = activation_field()
    input_dropout: float = param(
        0.0,
        label=N_("Hide pixels"),
        help=N_(
            "Share of the pixels that are blanked at random before encoding; the copy must still "
            "be whole. Helps small bottlenecks to see what matters; too much blurs every copy."
        ),
        lo=0.0,
        hi=0.9,
        step=0.05,
        advanced=True,
    )
    weight_decay: float = weight_decay_field()


@FAMILIES.register(
    "autoencoder",
    title=N_("Autoencoder (MLP)"),
    help=N_(
        "Squeezes each picture through a few numbers and rebuilds it. No labels: the picture is "
        "its own target."
    ),
    options=AutoencoderOptions,
    capabilities={Capability.ENCODES},
    paper="https://doi.org/10.1126/science.1127647",
    order=1,
)
class Autoencoder(CopyingFamily):
    """Pixels-512-256-z and back, mean squared error on [0, 1], without labels.

    Deviation from Hinton and Salakhutdinov 2006: no layer-wise pre-training; ReLU-like units and
    Adam make it unnecessary.
    """

    def build(self) -> dict[str, nn.Module]:
        """Encoder and decoder for the data's shape."""
        options: AutoencoderOptions = self.options
        size, dim = self.spec.size, options.latent_dim
        hidden = hidden_sizes(options.width, options.depth)
        activation = ACTIVATIONS[options.activation]
        encoder = mlp(
            (size, *hidden, dim), activation=activation, input_dropout=options.input_dropout
        )
        decoder = mlp((dim, *reversed(hidden), size), activation=activation)
        return {
            ENCODER: nn.Sequential(nn.Flatten(), *encoder, LatentStatistics(dim)),
            DECODER: nn.Sequential(*decoder, nn.Unflatten(1, self.spec.shape)),
        }
