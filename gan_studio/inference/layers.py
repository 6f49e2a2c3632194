"""From torch's modules to `Layer`s in words of the field."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from torch import nn
from torch.nn.utils import parametrize

from gan_studio.core.i18n import N_
from gan_studio.inference.architecture import Layer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
POOLINGS = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
LAYERS: tuple[tuple[tuple[type[nn.Module], ...], str], ...] = (
    ((nn.Linear,), N_("dense")),
    (CONVOLUTIONS, N_("convolution")),
    (TRANSPOSED, N_("transposed convolution")),
    ((nn.Embedding,), N_("embedding")),
    ((nn.MultiheadAttention,), N_("attention")),
    (POOLINGS, N_("pooling")),
    ((nn.Upsample,), N_("upsampling")),
    ((nn.PixelShuffle,), N_("pixel shuffle")),
)
FOLLOWERS: tuple[tuple[tuple[type[nn.Module], ...], str], ...] = (
    ((nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d), N_("batch norm")),
    ((nn.LayerNorm,), N_("layer norm")),
    ((nn.GroupNorm,), N_("group norm")),
    ((nn.InstanceNorm1d, nn.InstanceNorm2d), N_("instance norm")),
    ((nn.Dropout, nn.Dropout1d, nn.Dropout2d), N_("dropout")),
    ((nn.ReLU,), N_("ReLU")),
    ((nn.LeakyReLU,), N_("leaky ReLU")),
    ((nn.PReLU,), N_("PReLU")),
    ((nn.SiLU,), N_("SiLU")),
    ((nn.GELU,), N_("GELU")),
    ((nn.ELU,), N_("ELU")),
    ((nn.Tanh,), N_("tanh")),
    ((nn.Sigmoid,), N_("sigmoid")),
    ((nn.Softplus,), N_("softplus")),
    ((nn.Softmax,), N_("softmax")),
)
RESHAPING = (nn.Flatten, nn.Unflatten)
SPECTRAL = N_("spectral norm")
REST = N_("other weights")


@dataclass(frozen=True)
class Call:
    """One call of a module; shapes of one sample.

    Attributes:
        module: what was called.
        inputs: shape of what went in.
        shape: of what came out.
        is_same: whether it handed on the very tensor that it was given.
    """

    module: nn.Module
    inputs: tuple[int, ...]
    shape: tuple[int, ...]
    is_same: bool = False


def layers_of(calls: Sequence[Call], total: int) -> tuple[tuple[str, ...], tuple[Layer, ...]]:
    """What stands before the first layer, and the layers; their parameters add up to `total`."""
    builder = _Builder()
    for call in calls:
        builder.add(call)
    return tuple(builder.before), builder.finished(total)


def read_off(modules: Iterable[nn.Module], total: int) -> tuple[tuple[int, ...], tuple[Layer, ...]]:
    """What goes in and the layers, from the weights alone: maps have no height and width then."""
    builder = _Builder()
    inputs: tuple[int, ...] = ()
    for module in modules:
        taken, given = _widths(module)
        inputs = inputs or taken
        if given or _own_parameters(module) or _word(module, FOLLOWERS):
            builder.add(Call(module, given, given))
    return inputs, builder.finished(total)


def _widths(module: nn.Module) -> tuple[tuple[int, ...], tuple[int, ...]]:
    for names in (("in_features", "out_features"), ("in_channels", "out_channels")):
        widths = [getattr(module, name, None) for name in names]
        if all(isinstance(width, int) for width in widths):
            return (int(widths[0] or 0),), (int(widths[1] or 0),)
    return (), ()


class _Builder:
    """Puts followers to their layers, one call after the other."""

    def __init__(self) -> None:
        self.before: list[str] = []
        self.layers: list[Layer] = []
        self._counted: set[int] = set()
        self._reshaped: tuple[int, ...] = ()

    def add(self, call: Call) -> None:
        module = call.module
        if isinstance(module, RESHAPING):
            # Only what goes on as maps is a layer of maps; a picture at the end is its numbers.
            self._reshaped = call.shape if isinstance(module, nn.Unflatten) else ()
            return
        weights = self._count(module)
        word = _word(module, FOLLOWERS)
        is_known = bool(_word(module, LAYERS))
        if call.is_same and not weights and not word:
            return
        self._reshape()
        keeps_shape = math.prod(call.shape) == math.prod(call.inputs)
        if not word and not is_known and not weights and keeps_shape:
            word = type(module).__name__
        if word and (self.layers or not weights):
            self._follow(word, weights)
        else:
            self.layers.append(_layer(module, call.shape, weights, word))

    def finished(self, total: int) -> tuple[Layer, ...]:
        """The layers; weights that no layer has come last."""
        rest = total - sum(layer.parameters for layer in self.layers)
        more = [Layer(REST, (), rest)] if rest else []
        return (*self.layers, *more)

    def _count(self, module: nn.Module) -> int:
        """Weights of a module that were not counted before: some are shared."""
        fresh = [item for item in module.parameters() if id(item) not in self._counted]
        self._counted.update(id(item) for item in fresh)
        return sum(item.numel() for item in fresh)

    def _reshape(self) -> None:
        if self._reshaped and self.layers:
            self.layers[-1] = replace(self.layers[-1], shape=self._reshaped)
        self._reshaped = ()

    def _follow(self, word: str, weights: int) -> None:
        if not self.layers:
            self.before.append(word)
            return
        last = self.layers[-1]
        self.layers[-1] = replace(
            last, then=(*last.then, word), parameters=last.parameters + weights
        )


def _layer(module: nn.Module, shape: tuple[int, ...], weights: int, word: str) -> Layer:
    kind = _word(module, LAYERS) or word or _plain_name(module)
    is_windowed = isinstance(module, (*CONVOLUTIONS, *TRANSPOSED, *POOLINGS))
    kernel = _extents(getattr(module, "kernel_size", ())) if is_windowed else ()
    stride = _extents(getattr(module, "stride", ())) if is_windowed else ()
    then = (SPECTRAL,) if parametrize.is_parametrized(module, "weight") else ()
    return Layer(kind, shape, weights, kernel, stride, then)


def _plain_name(module: nn.Module) -> str:
    return type(module).__name__.removeprefix("Parametrized")


def _extents(value: Any) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value, value)
    return tuple(int(item) for item in value or ())


def _word(module: nn.Module, table: Sequence[tuple[tuple[type[nn.Module], ...], str]]) -> str:
    return next((word for types, word in table if isinstance(module, types)), "")


def _own_parameters(module: nn.Module) -> int:
    return sum(item.numel() for item in module.parameters())
