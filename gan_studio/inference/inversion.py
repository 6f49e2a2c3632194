"""Finding the latent of a picture by search, for generators that have no encoder.

As Lipton & Tripathi 2017 and Creswell & Bharath 2018: gradient descent on z through a frozen
generator. Deviations: the starts are the nearest of many random draws, all starts of all pictures
move at once, and z is pulled back into the region that the prior covers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gan_studio.inference.latents import latents_from_seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.inference.bundle import Bundle

REACH = 4.0  # standard deviations: what lies beyond, a normal prior practically never draws
_CANDIDATES = 64  # draws that one start is the best of
_PART = 256  # candidates that are drawn at once
_CURVE_POINTS = 100


@dataclass(frozen=True)
class Search:
    """How long and how widely to look.

    Attributes:
        starts: independent searches per picture, from 1.
        steps: gradient steps of each.
        rate: Adam's first learning rate, in units of z; it falls to zero on a cosine.
        seed: of the draws that the searches start from.
    """

    starts: int = 6
    steps: int = 300
    rate: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Inversion:
    """What was found for N pictures.

    Attributes:
        latents: the best z of each picture ``[N, dim]``, on the CPU.
        mse: its mean squared error on [0, 1] ``[N]``.
        all_mse: of every start ``[N, starts]``; close together: the search is sure.
        curve: the mean over pictures of the best error so far, at about 100 moments.
        is_cut_short: whether it was cancelled on the way; the best so far is given.
    """

    latents: Tensor
    mse: Tensor
    all_mse: Tensor
    curve: tuple[float, ...]
    is_cut_short: bool


def invert(
    bundle: Bundle,
    images: Tensor,
    search: Search | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Inversion:
    """Search for the latents that a generator would draw pictures from.

    Args:
        bundle: any family with a latent space.
        images: ``[N, C, H, W]`` in [-1, 1], of the size that the family draws.
        search: how to look.
        progress: is told (steps done, all steps).
        is_cancelled: asked at every step.

    Raises:
        Unsupported: the family has no latent space.
    """
    search = search or Search()
    mean, spread = (part.to(bundle.device) for part in bundle.latent_range())
    is_uniform = bundle.latent is not None and bundle.latent.prior == "uniform"
    targets = images.to(bundle.device).float()
    latents = _starts(bundle, targets, search)  # [N, S, dim]
    count, starts, _dim = latents.shape
    moving = latents.flatten(0, 1).clone().requires_grad_(True)
    optimiser = torch.optim.Adam([moving], lr=search.rate)
    best, best_error = latents.clone(), torch.full((count, starts), math.inf, device=bundle.device)
    curve, is_cut_short = [], False
    for step in range(search.steps + 1):  # the last one only looks
        copies = bundle.family.generate(bundle.nets, moving).float()
        errors = _errors(copies.view(count, starts, *copies.shape[1:]), targets)
        better = errors.detach() < best_error
        best_error = torch.where(better, errors.detach(), best_error)
        best[better] = moving.detach().view_as(best)[better]
        if step % max(1, search.steps // _CURVE_POINTS) == 0:
            curve.append(float(best_error.amin(1).mean()))
        if step == search.steps or is_cancelled():
            is_cut_short = step < search.steps
            break
        _go_on(optimiser, errors, search, step)
        with torch.no_grad():
            if is_uniform:
                moving.clamp_(-1, 1)
            else:
                moving.sub_(mean).div_(spread).clamp_(-REACH, REACH).mul_(spread).add_(mean)
        if progress is not None:
            progress(step + 1, search.steps)
    chosen = best_error.argmin(1)
    return Inversion(
        best[torch.arange(count), chosen].cpu(),
        best_error.amin(1).cpu(),
        best_error.cpu(),
        tuple(curve),
        is_cut_short,
    )


def _go_on(optimiser: torch.optim.Optimizer, errors: Tensor, search: Search, step: int) -> None:
    for group in optimiser.param_groups:
        group["lr"] = search.rate * 0.5 * (1 + math.cos(math.pi * step / search.steps))
    optimiser.zero_grad()
    torch.autograd.backward(errors.sum())  # a sum: no search depends on the others
    optimiser.step()


@torch.no_grad()
def _starts(bundle: Bundle, targets: Tensor, search: Search) -> Tensor:
    """``[N, S, dim]``: of many draws the S that come nearest to each picture."""
    drawn = latents_from_seed(bundle, search.seed, search.starts * _CANDIDATES)
    errors = [
        _errors(bundle.generate(part)[None], targets, each_with_each=True)
        for part in torch.split(drawn, _PART)
    ]
    nearest = torch.cat(errors, 1).topk(search.starts, 1, largest=False).indices
    return drawn.to(bundle.device)[nearest]


def _errors(copies: Tensor, targets: Tensor, *, each_with_each: bool = False) -> Tensor:
    """Mean squared errors on [0, 1] ``[N, S]`` of copies ``[N or 1, S, ...]``, all in [-1, 1]."""
    if each_with_each:
        flat, wanted = copies[0].flatten(1), targets.flatten(1)
        return torch.cdist(wanted, flat).square() / (4 * flat.shape[1])
    return (copies - targets[:, None]).square().flatten(2).mean(2) / 4
