"""The sparse autoencoder: many numbers in z, of which each picture uses a few."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.schema import param
from gan_studio.models._coders import (
    ACTIVATIONS,
    activation_field,
    check_pictures,
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
from gan_studio.models.base import FAMILIES, Nets, PhaseOutput, StepContext

DEAD_AFTER = 10_000  # pictures in which a unit has not been used even once


@dataclass(frozen=True)
class SparseOptions:
    """The dictionary, the price of using it and the optimiser."""

    latent_dim: int = code_size_field(256)
    sparsity: float = param(
        1e-4,
        label=N_("Price of z"),
        help=N_(
            "What each unit of z costs that a picture uses. Too low and every picture uses all of "
            "them, so that none means anything; too high and units die and copies fade."
        ),
        lo=0.0,
        hi=1.0,
        is_log=True,
    )
    rate: float = copy_rate_field()
    depth: int = depth_field(0)
    width: int = width_field()
    loss: str = copy_loss_field()
    activation: str = activation_field()
    weight_decay: float = weight_decay_field()


class Activity(nn.Module):
    """Counts for each unit of z how many pictures ago it was last above zero; z passes unchanged.

    It counts in training mode only.
    """

    silent: Tensor

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.register_buffer("silent", torch.zeros(dim))

    def forward(self, z: Tensor) -> Tensor:
        """Return z ``[N, dim]`` as it is."""
        if self.training:
            with torch.no_grad():
                is_used = (z > 0).any(0)
                self.silent.add_(len(z)).masked_fill_(is_used, 0.0)
        return z

    def dead(self) -> Tensor:
        """Share of the units that no picture has used for long, a scalar in [0, 1]."""
        return (self.silent >= DEAD_AFTER).float().mean()


@FAMILIES.register(
    "sparse_autoencoder",
    title=N_("Sparse autoencoder"),
    help=N_(
        "z has many units, but each picture may use only a few of them, since using one costs "
        "something. Every unit becomes a stroke or a shape that pictures are put together from."
    ),
    options=SparseOptions,
    capabilities={Capability.ENCODES},
    paper="https://doi.org/10.1038/381607a0",
    order=6,
)
class SparseAutoencoder(CopyingFamily):
    """Pixels to ``z = ReLU(...)`` and one linear layer back: a dictionary of strokes.

    The loss is the copy's plus ``sparsity * mean_n sum_i |z_i| |d_i|``, with the dictionary's
    columns d_i. Weighed like that the price cannot be dodged by small z and long columns, so
    that no column has to be normalised.

    Deviations from Olshausen and Field 1996: a net finds z in one pass instead of an iteration per
    picture, and a sigmoid follows the dictionary.
    """

    def check(self) -> None:
        """Only pictures, from 2 × 2 pixels on."""
        check_pictures("sparse_autoencoder", self.spec)

    def build(self) -> dict[str, nn.Module]:
        """Encoder and dictionary for the data's shape."""
        options: SparseOptions = self.options
        size, dim = self.spec.size, options.latent_dim
        hidden = hidden_sizes(options.width, options.depth)
        encoder = mlp((size, *hidden, dim), activation=ACTIVATIONS[options.activation])
        counting = (nn.ReLU(), Activity(dim), LatentStatistics(dim))
        return {
            ENCODER: nn.Sequential(nn.Flatten(), *encoder, *counting),
            DECODER: nn.Sequential(nn.Linear(dim, size), nn.Unflatten(1, self.spec.shape)),
        }

    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """The copy's loss and the price of z; reports ``l1``, ``used`` and ``dead``.

        ``used`` is the mean share of the units that one picture uses, ``dead`` the share of those
        that none of the last 10,000 pictures has used.
        """
        output, z = self.copy(context)
        z = z.float()
        lengths = context.nets[DECODER][0].weight.norm(dim=0)  # type: ignore[index]
        price = (z * lengths).sum(1).mean()  # z is never below 0, so it is its own absolute value
        output.loss = output.loss + self.options.sparsity * price
        activity = context.nets[ENCODER][-2]  # type: ignore[index]
        with torch.no_grad():
            used = (z > 0).float().mean()
            output.scalars |= {"l1": price.detach(), "used": used, "dead": activity.dead()}
        return output

    def latent_statistics(self, nets: Nets) -> tuple[Tensor, Tensor] | None:
        """Mean and standard deviation ``[dim]`` of z; a dead unit gets a hundredth of the widest.

        Otherwise its slider would have no way to go.
        """
        statistics = nets[ENCODER][-1]  # type: ignore[index]
        spread = statistics.variance.sqrt()
        return statistics.mean, torch.maximum(spread, spread.max() * 0.01 + 1e-6)
