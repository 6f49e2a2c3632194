"""What every family shares that encodes pictures and decodes them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss

from gan_studio.core.i18n import N_
from gan_studio.core.samples import LatentSpec
from gan_studio.core.schema import param
from gan_studio.models.base import Family, Nets, Phase, PhaseOutput, StepContext

if TYPE_CHECKING:
    from gan_studio.data.batches import Batch

AUTOENCODER = "autoencoder"
ENCODER, DECODER = "encoder", "decoder"


def code_size_field(default: int = 2) -> Any:
    """The bottleneck."""
    return param(
        default,
        label=N_("Latent size"),
        help=N_(
            "How many numbers z keeps of each picture: the bottleneck. With 2 copies are blurred "
            "and sometimes another digit, with 5 clearer, with 32 close to the original."
        ),
        lo=1,
        hi=4096,
        step=1,
    )


def copy_rate_field(default: float = 1e-3) -> Any:
    """How fast encoder and decoder learn to copy."""
    return param(
        default,
        label=N_("Learning rate"),
        help=N_(
            "Size of each step. Too low and copies stay blurred for long; too high and the error "
            "jumps about or explodes."
        ),
        lo=0.0,
        hi=1.0,
        is_log=True,
    )


def copy_loss_field(default: str = "mse") -> Any:
    """What a wrong pixel costs."""
    return param(
        default,
        label=N_("Reconstruction loss"),
        help=N_(
            "What a wrong pixel costs. The squared error forgives small mistakes and blurs where "
            "it is unsure; cross-entropy is hard on confident mistakes and learns fast; the "
            "absolute error gives cleaner edges and may drop faint strokes."
        ),
        choices=("mse", "bce", "l1"),
        choice_labels=(N_("squared error"), N_("cross-entropy"), N_("absolute error")),
    )


def weight_decay_field(default: float = 0.0) -> Any:
    """AdamW's pull."""
    return param(
        default,
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


def copy_loss(kind: str, logits: Tensor, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """The loss of copies against pixels in [0, 1], and their mean squared error, both scalars.

    Args:
        kind: "mse" ``mean (x - s)^2``, "l1" ``mean |x - s|`` with ``s = sigmoid(logits)``, or "bce"
            ``mean -x log s - (1 - x) log (1 - s)``; means over pictures and pixels.
        logits: ``[N, C, H, W]``; the sigmoid of each is the copy's pixel.
        pixels: ``[N, C, H, W]`` in [0, 1].
    """
    if kind == "bce":
        loss = binary_cross_entropy_with_logits(logits.float(), pixels)
        return loss, squared_error(logits, pixels)
    copies = logits.sigmoid().float()
    if kind == "l1":
        return l1_loss(copies, pixels), mse_loss(copies.detach(), pixels)
    loss = mse_loss(copies, pixels)
    return loss, loss.detach()


@torch.no_grad()
def squared_error(logits: Tensor, pixels: Tensor) -> Tensor:
    """Mean squared error of copies against pixels in [0, 1], a scalar without a gradient."""
    return mse_loss(logits.detach().sigmoid().float(), pixels)


def to_pixels(images: Tensor) -> Tensor:
    """Pictures in [-1, 1] to pixels in [0, 1], a new tensor."""
    return images.mul(0.5).add_(0.5)


def decode(nets: Nets, latents: Tensor) -> Tensor:
    """Codes z ``[N, dim]`` to pictures in [-1, 1]."""
    logits: Tensor = nets[DECODER](latents)
    return logits.sigmoid() * 2 - 1


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


class CopyingFamily(Family):
    """An encoder and a decoder that learn to copy pictures, and nothing else.

    Subclasses build both nets, an encoder that ends in `LatentStatistics` and a decoder that gives
    logits of pixels. Their options have ``latent_dim``, ``rate``, ``loss`` and ``weight_decay``
    (see the ``*_field`` functions). What they change of the pictures before these are encoded is
    `shown`; terms beside the copying are added in `compute`.
    """

    picture_nets = (ENCODER, DECODER)
    uses_ema = False

    @property
    def latent(self) -> LatentSpec:
        """The bottleneck, with the spread of the encoded data."""
        return LatentSpec(self.options.latent_dim, "encoded")

    def phases(self) -> tuple[Phase, ...]:
        """One phase that moves both nets."""
        options = self.options
        return (
            Phase(AUTOENCODER, (ENCODER, DECODER), options.rate, weight_decay=options.weight_decay),
        )

    def shown(self, pixels: Tensor, context: StepContext) -> Tensor:
        """The pixels in [0, 1] that the encoder gets to see; the target is always `pixels`."""
        return pixels

    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """The loss of ``decoder(encoder(x))`` against x, pixels in [0, 1]."""
        return self.copy(context)[0]

    def copy(self, context: StepContext) -> tuple[PhaseOutput, Tensor]:
        """The loss of the copies, and the codes z ``[N, dim]`` that they were made from."""
        pixels = to_pixels(context.batch.images)
        z = context.nets[ENCODER](self.shown(pixels, context))
        loss, error = copy_loss(self.options.loss, context.nets[DECODER](z), pixels)
        return PhaseOutput(loss, {"mse": error}), z

    def encode(self, nets: Nets, images: Tensor) -> Tensor:
        """Pictures in [-1, 1] to z ``[N, dim]``."""
        z: Tensor = nets[ENCODER](to_pixels(images))
        return z

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Decode z ``[N, dim]`` to pictures in [-1, 1]."""
        return decode(nets, latents)

    def latent_statistics(self, nets: Nets) -> tuple[Tensor, Tensor] | None:
        """Mean and standard deviation ``[dim]`` of z over the training data."""
        statistics = nets[ENCODER][-1]  # type: ignore[index]
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
