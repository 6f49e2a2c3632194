"""Encoders and decoders of pictures, fully connected and convolutional."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import nn

from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.i18n import N_
from gan_studio.core.schema import group, param
from gan_studio.models._mlp import leaky, mlp

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.core.samples import SampleSpec

NARROWEST = 8  # numbers in a hidden layer: halving goes no further
COARSEST = 8  # pixels: a map that is smaller is not halved again
MOST_DOUBLINGS = 3  # of the feature maps: deeper layers stay as wide

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "silu": nn.SiLU,
    "leaky_relu": leaky,
    "tanh": nn.Tanh,
}
ACTIVATION_LABELS = (N_("ReLU"), N_("SiLU"), N_("leaky ReLU"), N_("tanh"))


FOR_MLP, FOR_CONV = ("kind", ("mlp",)), ("kind", ("conv",))


def depth_field(default: int = 2, *, visible_when: Any = None) -> Any:
    """How many hidden layers each fully connected net has."""
    return param(
        default,
        label=N_("Layers"),
        help=N_(
            "Hidden layers of the encoder, and as many of the decoder. With none both are straight "
            "and copies are as good as those of principal components; more follow the data "
            "better, but are slower and harder to train."
        ),
        lo=0,
        hi=8,
        step=1,
        visible_when=visible_when,
    )


def width_field(default: int = 512, *, visible_when: Any = None) -> Any:
    """How wide the layer beside the pixels is."""
    return param(
        default,
        label=N_("Width"),
        help=N_(
            "Numbers in the hidden layer beside the pixels; towards z each layer has half as many. "
            "Too narrow and copies are blurred whatever the size of z; wide ones are slower and "
            "may learn a small data set by heart."
        ),
        lo=NARROWEST,
        hi=8192,
        step=64,
        visible_when=visible_when,
    )


def channels_field(default: int = 32, *, visible_when: Any = None) -> Any:
    """How many feature maps the finest layer has."""
    return param(
        default,
        label=N_("Feature maps"),
        help=N_(
            "Feature maps of the finest layer; each coarser one has twice as many, up to eight "
            "times. Few are fast and lose fine detail; many are slow, since time grows with their "
            "square."
        ),
        lo=4,
        hi=512,
        step=8,
        visible_when=visible_when,
    )


def dense_field(default: int = 256, *, visible_when: Any = None) -> Any:
    """How wide the layer between feature maps and z is."""
    return param(
        default,
        label=N_("Dense layer"),
        help=N_(
            "Numbers in the layer between the coarsest feature maps and z. It sees the whole "
            "picture and lets z bend; without it z is a straight mixture of the maps. Wide ones "
            "may learn a small data set by heart."
        ),
        lo=0,
        hi=8192,
        step=64,
        visible_when=visible_when,
        zero_label=N_("none"),
    )


def activation_field(default: str = "relu") -> Any:
    """What stands between layers."""
    return param(
        default,
        label=N_("Activation"),
        help=N_(
            "What bends the straight lines inside the nets. ReLU is the lecture's; SiLU is smooth "
            "and copies a little better; tanh flattens out, and deep nets of it learn slowly."
        ),
        choices=tuple(ACTIVATIONS),
        choice_labels=ACTIVATION_LABELS,
        advanced=True,
    )


@dataclass(frozen=True)
class CoderOptions:
    """An encoder and the decoder that mirrors it."""

    kind: str = param(
        "mlp",
        label=N_("Kind"),
        help=N_(
            "Fully connected nets see all pixels at once and know nothing of neighbours: fast on "
            "small pictures. Convolutions look at patches: better copies and the choice for "
            "large or coloured pictures, but slow without a GPU."
        ),
        choices=("mlp", "conv"),
        choice_labels=(N_("fully connected"), N_("convolutional")),
    )
    depth: int = depth_field(visible_when=FOR_MLP)
    width: int = width_field(visible_when=FOR_MLP)
    channels: int = channels_field(visible_when=FOR_CONV)
    dense: int = dense_field(visible_when=FOR_CONV)
    activation: str = activation_field()


def coders_field(options: type[CoderOptions] = CoderOptions) -> Any:
    """The options of both nets; a family may bring a subclass with other defaults."""
    return group(options, label=N_("Networks"), help=N_("The encoder and its mirror, the decoder."))


def hidden_sizes(width: int, depth: int) -> tuple[int, ...]:
    """Sizes of the hidden layers from the pixels to z: ``(512, 2)`` gives ``(512, 256)``."""
    return tuple(max(NARROWEST, width >> index) for index in range(depth))


def encoder_layers(options: CoderOptions, spec: SampleSpec, outputs: int) -> list[nn.Module]:
    """Layers from pictures ``[N, C, H, W]`` to ``[N, outputs]``."""
    activation = ACTIVATIONS[options.activation]
    if options.kind == "conv":
        return conv_encoder(spec, options.channels, options.dense, outputs, activation)
    sizes = (spec.size, *hidden_sizes(options.width, options.depth), outputs)
    return [nn.Flatten(), *mlp(sizes, activation=activation)]


def decoder_layers(options: CoderOptions, spec: SampleSpec, inputs: int) -> list[nn.Module]:
    """Layers from ``[N, inputs]`` to the logits of pixels, ``[N, C, H, W]``."""
    activation = ACTIVATIONS[options.activation]
    if options.kind == "conv":
        return conv_decoder(spec, options.channels, options.dense, inputs, activation)
    sizes = (inputs, *reversed(hidden_sizes(options.width, options.depth)), spec.size)
    return [*mlp(sizes, activation=activation), nn.Unflatten(1, spec.shape)]


def halvings(height: int, width: int) -> list[tuple[int, int]]:
    """Sizes of the maps from fine to coarse, each half of the last one, rounded down.

    ``(28, 28)`` gives 28, 14, 7. The shorter side ends at 4 to 7 pixels; it is halved at least
    once.
    """
    sizes = [(height, width)]
    while len(sizes) == 1 or min(sizes[-1]) >= COARSEST:
        sizes.append((sizes[-1][0] // 2, sizes[-1][1] // 2))
    return sizes


def map_counts(channels: int, levels: int) -> list[int]:
    """Feature maps from fine to coarse: ``(32, 5)`` gives 32, 64, 128, 256, 256."""
    return [channels << min(index, MOST_DOUBLINGS) for index in range(levels)]


def conv_encoder(
    spec: SampleSpec, channels: int, dense: int, outputs: int, activation: Callable[[], nn.Module]
) -> list[nn.Module]:
    """Convolutions that halve the map, then a dense layer (0: none) and a linear one."""
    sizes = halvings(*spec.shape[1:])
    counts = map_counts(channels, len(sizes) - 1)
    layers: list[nn.Module] = []
    for inputs, maps in itertools.pairwise([spec.shape[0], *counts]):
        layers += [nn.Conv2d(inputs, maps, 4, 2, 1), activation()]
    height, width = sizes[-1]
    through = (counts[-1] * height * width, *([dense] if dense else []), outputs)
    return [*layers, nn.Flatten(), *mlp(through, activation=activation)]


def conv_decoder(
    spec: SampleSpec, channels: int, dense: int, inputs: int, activation: Callable[[], nn.Module]
) -> list[nn.Module]:
    """The mirror of `conv_encoder`, for any size: where a side was odd, it gets its pixel back."""
    sizes = halvings(*spec.shape[1:])
    counts = map_counts(channels, len(sizes) - 1)
    coarse = (counts[-1], *sizes[-1])
    through = (inputs, *([dense] if dense else []), coarse[0] * coarse[1] * coarse[2])
    layers = mlp(through, activation=activation)
    layers += [activation(), nn.Unflatten(1, coarse)]
    maps = [spec.shape[0], *counts]
    for level in range(len(counts), 0, -1):
        odd = (sizes[level - 1][0] % 2, sizes[level - 1][1] % 2)
        layers.append(nn.ConvTranspose2d(maps[level], maps[level - 1], 4, 2, 1, odd))
        if level > 1:
            layers.append(activation())
    return layers


def check_pictures(family: str, spec: SampleSpec) -> None:
    """Refuse what is no picture of at least 2 × 2 pixels.

    Raises:
        ShapeMismatch: for points, and for pictures that cannot be halved.
    """
    if not spec.is_image or min(spec.shape[1:]) < 2:
        raise ShapeMismatch(
            family=family,
            shape=spec.describe(),
            reason="it needs pictures of at least 2 × 2 pixels",
            advice="Choose data with pictures, or the family “small_gan” for points.",
        )
