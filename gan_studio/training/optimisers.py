"""torch's optimisers for the phases of a family, and what of their memory belongs to a state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from gan_studio.models.optimisers import Adam, Optimiser, RmsProp, Sgd

if TYPE_CHECKING:
    from gan_studio.models.base import Phase

_FUSED = ("cpu", "cuda")  # devices with one kernel for all weights


def make_optimiser(
    phase: Phase, parameters: list[nn.Parameter], device: torch.device
) -> torch.optim.Optimizer:
    """The optimiser that `phase` asks for, fused where torch can.

    Weight decay is decoupled in each of them: a share of rate x weight, kept out of moments and
    momentum (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101).
    """
    has_kernels = device.type in _FUSED
    wanted = phase.optimiser
    if isinstance(wanted, Adam):
        return _adam(wanted, phase, parameters, has_kernels)
    made: torch.optim.Optimizer
    if isinstance(wanted, Sgd):
        made = torch.optim.SGD(parameters, lr=phase.rate, fused=has_kernels)
        # Only torch's constructor refuses a momentum below zero; its steps know what to do.
        for group in made.param_groups:
            group["momentum"] = wanted.momentum
    else:  # there is no fused one; over lists of tensors it is a fifth faster for small nets
        made = torch.optim.RMSprop(
            parameters, lr=phase.rate, alpha=wanted.alpha, foreach=has_kernels
        )
    if phase.weight_decay > 0:
        made.register_step_pre_hook(partial(_decay, phase.weight_decay))
    return made


def memory_kind(optimiser: Optimiser) -> str:
    """Under which name the memory of an optimiser is saved; those of one kind fit each other.

    Adam and AdamW keep the same moments. SGD without momentum keeps nothing, and must not pick up
    what an earlier one with momentum has left.
    """
    if isinstance(optimiser, Adam):
        return "adam"
    if isinstance(optimiser, RmsProp):
        return "rmsprop"
    return "momentum" if optimiser.momentum else "sgd"


def _adam(
    wanted: Adam, phase: Phase, parameters: list[nn.Parameter], has_kernels: bool
) -> torch.optim.Adam:
    # Without decay both are the same, but fused AdamW is a third slower on a CPU; with decay,
    # AdamW keeps it out of the moments.
    kind = torch.optim.AdamW if phase.weight_decay > 0 else torch.optim.Adam
    return kind(
        parameters,
        lr=phase.rate,
        betas=wanted.betas,
        weight_decay=phase.weight_decay,
        fused=has_kernels,
    )


@torch.no_grad()
def _decay(share: float, optimiser: torch.optim.Optimizer, *_arguments: Any) -> None:
    for group in optimiser.param_groups:
        moving = [item for item in group["params"] if item.grad is not None]
        torch._foreach_mul_(moving, 1.0 - group["lr"] * share)
