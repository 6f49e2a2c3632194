"""DCGAN: convolutional generator and discriminator (Radford et al. 2016)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import ShapeMismatch
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
from gan_studio.models.base import FAMILIES, Nets


@dataclass(frozen=True)
class DcganOptions:
    """Width and normalisation of the convolutional nets."""

    latent_dim: int = latent_dim_field(100)
    prior: str = prior_field()
    loss: Plug = loss_field()
    penalties: tuple[Plug, ...] = penalties_field()
    channels: int = param(
        64,
        label=N_("Width"),
        help=N_(
            "Feature maps of the finest layer; each coarser layer has twice as many. Narrow nets "
            "are fast and blurred; wide ones are slow and need more pictures."
        ),
        lo=8,
        hi=512,
        step=8,
    )
    discriminator_norm: bool = param(
        True,
        label=N_("Batch norm in D"),
        help=N_(
            "As in the paper: all layers of D but the first and the last. Switch it off together "
            "with a gradient penalty, which assumes that D judges each picture alone."
        ),
        advanced=True,
    )
    game: GameOptions = game_field()


@FAMILIES.register(
    "dcgan",
    title=N_("DCGAN"),
    help=N_(
        "Convolutional nets: the generator paints from coarse to fine, the discriminator looks "
        "from fine to coarse. For pictures up to 128 × 128."
    ),
    options=DcganOptions,
    capabilities={Capability.GENERATES, Capability.ADVERSARIAL},
    paper="https://arxiv.org/abs/1511.06434",
    order=3,
)
class Dcgan(AdversarialFamily):
    """Strided convolutions, batch norm, ReLU in G and leaky ReLU in D, N(0, 0.02) weights.

    Deviations from the paper: the coarsest map is 4 to 8 pixels wide, whatever divides the size
    (7 for 28), D ends in a linear layer over it, and batch norm in D can be left out.
    """

    def __init__(self, options: DcganOptions, spec: object) -> None:
        super().__init__(options, spec)
        # Batch norm in D would mix the statistics of real and fake in a common pass.
        self.judges_jointly = not options.discriminator_norm

    def check(self) -> None:
        """Only square pictures of 28 or of a multiple of 16 up to 128, grey or colour."""
        spec = self.spec
        fits = spec.is_image and spec.shape[0] in (1, 3) and spec.shape[1] == spec.shape[2]
        side = spec.shape[-1]
        if not fits or not (side == 28 or (side % 16 == 0 and 16 <= side <= 128)):
            raise ShapeMismatch(
                family="dcgan",
                shape=spec.describe(),
                reason="it needs squares of 28 or of a multiple of 16 up to 128 pixels",
                advice="Set data.size to 32 or 64, or choose the family “gan”.",
            )

    def build(self) -> dict[str, nn.Module]:
        """Both nets for the data's shape."""
        options: DcganOptions = self.options
        base, doublings = coarsest(self.spec.shape[-1])
        widths = [options.channels * 2**level for level in range(doublings)]
        nets: dict[str, nn.Module] = {
            GENERATOR: _generator(options.latent_dim, base, widths, self.spec.shape[0]),
            DISCRIMINATOR: _discriminator(
                base, widths, self.spec.shape[0], options.discriminator_norm
            ),
        }
        for net in nets.values():
            net.apply(_initialise)
        return nets

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents ``[N, dim]`` to pictures in [-1, 1]."""
        pictures: Tensor = nets[GENERATOR](latents)
        return pictures


def coarsest(side: int) -> tuple[int, int]:
    """The width of the coarsest map and how often it is doubled: 28 -> (7, 2), 64 -> (4, 4).

    ``base * 2 ** doublings == side`` with a base of 4 to 8, so that every layer divides evenly.
    """
    base, doublings = side, 0
    while base % 2 == 0 and base >= 8:
        base, doublings = base // 2, doublings + 1
    return base, doublings


def _generator(latent_dim: int, base: int, widths: list[int], channels: int) -> nn.Sequential:
    coarse = widths[-1]
    layers: list[nn.Module] = [
        nn.Linear(latent_dim, coarse * base * base, bias=False),
        nn.Unflatten(1, (coarse, base, base)),
        nn.BatchNorm2d(coarse),
        nn.ReLU(),
    ]
    for inputs, outputs in zip(widths[:0:-1], widths[-2::-1], strict=True):
        layers += [
            nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]
    layers += [nn.ConvTranspose2d(widths[0], channels, 4, 2, 1), nn.Tanh()]
    return nn.Sequential(*layers)


def _discriminator(base: int, widths: list[int], channels: int, norm: bool) -> nn.Sequential:
    layers: list[nn.Module] = [nn.Conv2d(channels, widths[0], 4, 2, 1), nn.LeakyReLU(0.2)]
    for inputs, outputs in itertools.pairwise(widths):
        layers.append(nn.Conv2d(inputs, outputs, 4, 2, 1, bias=not norm))
        if norm:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append(nn.LeakyReLU(0.2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * base * base, 1))


def _initialise(module: nn.Module) -> None:
    """The paper's initial weights: N(0, 0.02), and N(1, 0.02) for batch norm's scale."""
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, 0.02)
        nn.init.zeros_(module.bias)
