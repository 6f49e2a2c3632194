"""Fully connected nets over flattened samples."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def leaky() -> nn.Module:
    """The activation of GAN nets: a small slope lets gradients pass where it is off."""
    return nn.LeakyReLU(0.2)


def mlp(
    sizes: Sequence[int],
    *,
    activation: Callable[[], nn.Module] = leaky,
    batch_norm: bool = False,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
) -> list[nn.Module]:
    """Linear layers through `sizes`, with activation (and more) after all but the last."""
    layers: list[nn.Module] = [nn.Dropout(input_dropout)] if input_dropout > 0 else []
    for index, (inputs, outputs) in enumerate(itertools.pairwise(sizes)):
        is_last = index == len(sizes) - 2
        layers.append(nn.Linear(inputs, outputs, bias=is_last or not batch_norm))
        if is_last:
            break
        if batch_norm:
            layers.append(nn.BatchNorm1d(outputs))
        layers.append(activation())
        if dropout > 0:
            layers.append(nn.Dropout(dropout))
    return layers
