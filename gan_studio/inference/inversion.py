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

from gan_studio.core.errors import NoNumbers, StudioError
from gan_studio.core.i18n import N_
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.inference.bundle import Bundle

REACH = 4.0  # standard deviations: what lies beyond, a normal prior practically never draws
_CANDIDATES = 64  # draws that one start is the best of
_PART = 256  # candidates that are drawn at once
_CURVE_POINTS = 100

__all__ = ["REACH", "BrokenPictures", "Hunt", "Inversion", "Search", "invert"]


class BrokenPictures(StudioError):
    """Pictures that nothing can be compared with."""

    message = N_("The pictures hold values that are not numbers (NaN).")
    hint = N_("Choose other pictures.")


@dataclass(frozen=True)
class Inversion:
    """What was found for N pictures.

    Attributes:
        latents: the best z of each picture ``[N, dim]``, on the CPU.
        mse: its mean squared error on [0, 1] ``[N]``.
        all_mse: of every start ``[N, starts]``; close together: the search is sure.
        draws: where each start began ``[N, starts]``: which draw of the search's seed.
        steps: how many were made.
        curve_steps: at which steps the curves were read, about 100.
        curves: the best error of each picture so far, at these steps ``[N, points]``.
        is_cut_short: whether there were steps left; the best so far is given.
    """

    latents: Tensor
    mse: Tensor
    all_mse: Tensor
    draws: Tensor
    steps: int
    curve_steps: tuple[int, ...]
    curves: Tensor
    is_cut_short: bool

    @property
    def curve(self) -> tuple[float, ...]:
        """The mean over pictures of the best error so far."""
        return tuple(self.curves.mean(0).tolist())


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
        BrokenPictures: the pictures hold NaN or infinities.
        NoNumbers: the model draws nothing but NaN.
    """
    hunt = Hunt(bundle, images, search or Search())
    while not hunt.is_done and not is_cancelled():
        hunt.step()
        if progress is not None:
            progress(hunt.steps_done, hunt.search.steps)
    return hunt.found()


class Hunt:
    """A search under way: `step` until `is_done`, and `found` at any moment.

    The arguments and errors are those of `invert`.

    Attributes:
        steps_done: how many gradient steps have been made.
    """

    def __init__(self, bundle: Bundle, images: Tensor, search: Search) -> None:
        self.search, self.steps_done = search, 0
        self._bundle = bundle
        self._low, self._high = (edge.to(bundle.device) for edge in _region(bundle))
        self._targets = images.to(bundle.device).float()
        if not self._targets.isfinite().all():
            raise BrokenPictures
        starts, self._draws = self._starts()  # [N, S, dim]
        self._moving = starts.flatten(0, 1).clone().requires_grad_(True)
        self._optimiser = torch.optim.Adam([self._moving], lr=search.rate)
        self._best = starts.clone()
        self._best_error = torch.full(starts.shape[:2], math.inf, device=bundle.device)
        self._curve_steps: list[int] = []
        self._curves: list[Tensor] = []
        self._errors = self._look()
        if not self._best_error.isfinite().any(1).all():
            raise NoNumbers(model=bundle.title)

    @property
    def is_done(self) -> bool:
        """Whether all steps have been made."""
        return self.steps_done >= self.search.steps

    def step(self) -> None:
        """Move every start one step downhill, and look."""
        share = self.steps_done / self.search.steps
        for group in self._optimiser.param_groups:
            group["lr"] = self.search.rate * 0.5 * (1 + math.cos(math.pi * share))
        self._optimiser.zero_grad()
        torch.autograd.backward(self._errors.sum())  # a sum: no search depends on the others
        if self._moving.grad is not None:  # a start without a slope stays where it is
            self._moving.grad.nan_to_num_(0.0, 0.0, 0.0)
        self._optimiser.step()
        self._pull_back()
        self.steps_done += 1
        self._errors = self._look()

    def found(self) -> Inversion:
        """The best so far."""
        chosen = self._best_error.argmin(1)
        rows = torch.arange(len(chosen), device=chosen.device)
        return Inversion(
            self._best[rows, chosen].cpu(),
            self._best_error.amin(1).cpu(),
            self._best_error.cpu().clone(),
            self._draws.cpu(),
            self.steps_done,
            tuple(self._curve_steps),
            torch.stack(self._curves, 1).cpu(),
            not self.is_done,
        )

    def _look(self) -> Tensor:
        """Draw where the starts are, keep what is better; errors ``[N, S]`` with their graph."""
        count, starts = self._best_error.shape
        copies = self._bundle.draw(self._moving)
        errors = _errors(copies.view(count, starts, *copies.shape[1:]), self._targets)
        now = errors.detach()
        better = now < self._best_error  # never where it is NaN
        self._best_error = torch.where(better, now, self._best_error)
        self._best[better] = self._moving.detach().view_as(self._best)[better]
        if self.is_done or self.steps_done % max(1, self.search.steps // _CURVE_POINTS) == 0:
            self._curve_steps.append(self.steps_done)
            self._curves.append(self._best_error.amin(1))
        return errors

    @torch.no_grad()
    def _pull_back(self) -> None:
        """Into the region that the prior covers."""
        self._moving.clamp_(self._low, self._high)

    @torch.no_grad()
    def _starts(self) -> tuple[Tensor, Tensor]:
        """``[N, S, dim]`` and their numbers: of many draws the S nearest to each picture."""
        count = self.search.starts
        drawn = latents_from_seed(self._bundle, self.search.seed, count * _CANDIDATES)
        errors = [
            _errors(self._bundle.generate(part)[None], self._targets, each_with_each=True)
            for part in torch.split(drawn, _PART)
        ]
        every = torch.cat(errors, 1).nan_to_num_(math.inf)
        nearest = every.topk(count, 1, largest=False).indices
        return drawn.to(self._bundle.device)[nearest], nearest


def _region(bundle: Bundle) -> tuple[Tensor, Tensor]:
    """The lowest and the highest z ``[dim]`` that the prior covers; they may be the same."""
    mean, spread = bundle.latent_range()
    if bundle.latent is not None and bundle.latent.prior == "uniform":
        return -torch.ones_like(mean), torch.ones_like(mean)
    return mean - REACH * spread, mean + REACH * spread


def _errors(copies: Tensor, targets: Tensor, *, each_with_each: bool = False) -> Tensor:
    """Mean squared errors on [0, 1] ``[N, S]`` of copies ``[N or 1, S, ...]``, all in [-1, 1]."""
    if each_with_each:
        flat, wanted = copies[0].flatten(1), targets.flatten(1)
        return torch.cdist(wanted, flat).square() / (4 * flat.shape[1])
    return (copies - targets[:, None]).square().flatten(2).mean(2) / 4
