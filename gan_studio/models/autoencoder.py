"""The autoencoder of the lecture: 784 numbers squeezed to z and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.samples import LatentSpec
from gan_studio.core.schema import param
from gan_studio.models._mlp import mlp
from gan_studio.models.base import FAMILIES, Family, Nets, Phase, PhaseOutput, StepContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.data.batches import Batch

HIDDEN_SIZES = (512, 256)
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "silu": nn.SiLU}


@dataclass(frozen=True)
class AutoencoderOptions:
    """The bottleneck and the optimiser."""

    latent_dim: int = param(
        2,
        label=N_("Latent size"),
        help=N_(
            "How many numbers z keeps of each picture: the bottleneck. With 2 copies are blurred "
            "and sometimes another digit, with 5 clearer, with 32 close to the original."
        ),
        lo=1,
        hi=4096,
        step=1,
    )
    rate: float = param(
        1e-3,
        label=N_("Learning rate"),
        help=N_(
            "Size of each step. Too low and copies stay blurred for long; too high and the error "
            "jumps about or explodes."
        ),
        lo=0.0,
        hi=1.0,
        is_log=True,
    )
    activation: str = param(
        "relu",
        label=N_("Activation"),
        help=N_(
            "What bends the straight lines inside the nets. ReLU is the lecture's; SiLU is smooth "
            "and copies a little better."
        ),
        choices=("relu", "silu"),
        choice_labels=(N_("ReLU"), N_("SiLU")),
        advanced=True,
    )
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
    weight_decay: float = param(
        0.0,
        label=N_("Weight decay"),
        help=N_(
            "Pulls all weights towards zero (AdamW), so that the nets do not learn the training "
            "pictures by heart. Too high and copies get blurred; zero turns it off."
        ),
        lo=0.0,
        hi=10.0,
        step=0.01,
        advanced=True,
    )


class LatentStatistics(nn.Module):
    """Running mean and spread of z over the training data, so that sliders know their range.

    It hands z on unchanged. Like batch norm's buffers it learns in training mode only; the
    estimate forgets with a momentum of 0.01 per batch.
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("variance", torch.ones(dim))

    def forward(self, z: Tensor) -> Tensor:
        """Return z ``[N, dim]`` as it is."""
        if self.training and len(z) > 1:
            with torch.no_grad():
                variance, mean = torch.var_mean(z.float(), 0)
                self.mean.lerp_(mean, 0.01)
                self.variance.lerp_(variance, 0.01)
        return z


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
class Autoencoder(Family):
    """Pixels-512-256-z and back, mean squared error on [0, 1], without labels.

    Deviation from Hinton and Salakhutdinov 2006: no layer-wise pre-training; ReLU-like units and
    Adam make it unnecessary.
    """

    picture_nets = ("encoder", "decoder")
    uses_ema = False

    @property
    def latent(self) -> LatentSpec:
        """The bottleneck, with the spread of the encoded data."""
        return LatentSpec(self.options.latent_dim, "encoded")

    def build(self) -> dict[str, nn.Module]:
        """Encoder and decoder for the data's shape."""
        size, dim = self.spec.size, self.options.latent_dim
        activation = ACTIVATIONS[self.options.activation]
        encoder = mlp(
            (size, *HIDDEN_SIZES, dim),
            activation=activation,
            input_dropout=self.options.input_dropout,
        )
        decoder = mlp((dim, *reversed(HIDDEN_SIZES), size), activation=activation)
        return {
            "encoder": nn.Sequential(nn.Flatten(), *encoder, LatentStatistics(dim)),
            "decoder": nn.Sequential(*decoder, nn.Sigmoid(), nn.Unflatten(1, self.spec.shape)),
        }

    def phases(self) -> tuple[Phase, ...]:
        """One phase that moves both nets."""
        options: AutoencoderOptions = self.options
        nets = ("encoder", "decoder")
        return (Phase("autoencoder", nets, options.rate, weight_decay=options.weight_decay),)

    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """``MSE(x, decoder(encoder(x)))`` with pixels in [0, 1]."""
        pixels = context.batch.images.mul(0.5).add_(0.5)
        copies = context.nets["decoder"](context.nets["encoder"](pixels))
        loss = mse_loss(copies.float(), pixels)
        return PhaseOutput(loss, {"mse": loss.detach()})

    def encode(self, nets: Nets, images: Tensor) -> Tensor:
        """Pictures in [-1, 1] to z ``[N, dim]``."""
        z: Tensor = nets["encoder"](images.mul(0.5).add_(0.5))
        return z

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Decode z ``[N, dim]`` to pictures in [-1, 1]."""
        decoded: Tensor = nets["decoder"](latents)
        return decoded * 2 - 1

    def latent_statistics(self, nets: Nets) -> tuple[Tensor, Tensor] | None:
        """Mean and standard deviation ``[dim]`` of z over the training data."""
        statistics = nets["encoder"][-1]  # type: ignore[index]
        return statistics.mean, statistics.variance.sqrt()

    def preview(self, nets: Nets, latents: Tensor | None, batch: Batch) -> Tensor:
        """Originals and their copies in turn: row by row, each original above its copy."""
        copies = self.generate(nets, self.encode(nets, batch.images))
        return originals_above_copies(batch.images, copies)


def originals_above_copies(originals: Tensor, copies: Tensor, columns: int = 8) -> Tensor:
    """Interleave rows of `columns` originals with rows of their copies, ``[2N, C, H, W]``."""
    count = len(originals) // columns * columns
    shape = (-1, columns, *originals.shape[1:])
    rows = (originals[:count].reshape(shape), copies[:count].reshape(shape))
    return torch.stack(rows, dim=1).flatten(0, 2)
