"""A GAN of two small fully connected nets, of any depth and width: the nets of the lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import Tensor, nn

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.core.schema import Plug, group, param
from gan_studio.models._adversarial import (
    DISCRIMINATOR,
    GENERATOR,
    AdversarialFamily,
    GameOptions,
    discriminator_rate_field,
    game_field,
    generator_rate_field,
    latent_dim_field,
    loss_field,
    penalties_field,
    prior_field,
)
from gan_studio.models._mlp import leaky, mlp
from gan_studio.models.base import FAMILIES, Nets

if TYPE_CHECKING:
    from collections.abc import Callable

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": leaky,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
}


@dataclass(frozen=True)
class NetOptions:
    """One of the two nets."""

    depth: int = param(
        2,
        label=N_("Layers"),
        help=N_(
            "Hidden layers. None makes a straight line; more can fold space more often and are "
            "slower and harder to train."
        ),
        lo=0,
        hi=8,
        step=1,
    )
    width: int = param(
        32,
        label=N_("Width"),
        help=N_(
            "Numbers per hidden layer. Few make a stiff net that cannot follow the data; many "
            "bend anywhere and are slower."
        ),
        lo=1,
        hi=1024,
        step=8,
    )
    activation: str = param(
        "leaky_relu",
        label=N_("Activation"),
        help=N_(
            "What bends the straight lines between layers. ReLUs make corners, tanh and softplus "
            "make smooth curves; tanh goes flat far from the data."
        ),
        choices=tuple(ACTIVATIONS),
        choice_labels=(N_("ReLU"), N_("leaky ReLU"), N_("tanh"), N_("softplus")),
    )


@dataclass(frozen=True)
class SmallGameOptions(GameOptions):
    """Small nets stand larger steps."""

    generator_rate: float = generator_rate_field(1e-3)
    discriminator_rate: float = discriminator_rate_field(1e-3)


@dataclass(frozen=True)
class SmallGanOptions:
    """Two nets, each of its own size."""

    latent_dim: int = latent_dim_field(2)
    prior: str = prior_field()
    loss: Plug = loss_field()
    penalties: tuple[Plug, ...] = penalties_field()
    generator: NetOptions = group(
        NetOptions, label=N_("Generator"), help=N_("The net that turns noise into samples.")
    )
    discriminator: NetOptions = group(
        NetOptions, label=N_("Discriminator"), help=N_("The net that tells real from generated.")
    )
    game: SmallGameOptions = game_field(SmallGameOptions)


@FAMILIES.register(
    "small_gan",
    title=N_("Small GAN (lab)"),
    help=N_(
        "Two small fully connected nets whose depth and width you choose, for points on a line or "
        "on a plane; thousands of steps a second."
    ),
    options=SmallGanOptions,
    capabilities={Capability.GENERATES, Capability.ADVERSARIAL},
    paper="https://arxiv.org/abs/1406.2661",
    order=10,
)
class SmallGan(AdversarialFamily):
    """G: z to a sample, its last layer plain for points and tanh for pictures. D mirrors it.

    Deviation from the paper: leaky ReLU where it has ReLU and maxout.
    """

    def build(self) -> dict[str, nn.Module]:
        """Both nets for the data's shape."""
        options: SmallGanOptions = self.options
        size = self.spec.size
        generator = _net(options.latent_dim, options.generator, size)
        if self.spec.is_image:
            generator += [nn.Tanh(), nn.Unflatten(1, self.spec.shape)]
        discriminator = _net(size, options.discriminator, 1)
        if self.spec.is_image:
            discriminator.insert(0, nn.Flatten())
        return {
            GENERATOR: nn.Sequential(*generator),
            DISCRIMINATOR: nn.Sequential(*discriminator),
        }

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents ``[N, dim]`` to points ``[N, 1 or 2]``, or to pictures in [-1, 1]."""
        samples: Tensor = nets[GENERATOR](latents)
        return samples


def _net(inputs: int, options: NetOptions, outputs: int) -> list[nn.Module]:
    sizes = (inputs, *[options.width] * options.depth, outputs)
    return mlp(sizes, activation=ACTIVATIONS[options.activation])
