"""What a search for the z of one picture has found. No torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.i18n import ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Start:
    """One start of a search: the draw of a seed that it began from, and how near it came."""

    seed: int
    draw: int
    mse: float


@dataclass(frozen=True, eq=False)
class Found:
    """The best copy of one picture so far.

    Attributes:
        copy: uint8 ``[C, H, W]``.
        error: copy minus picture on [0, 1], float32 ``[C, H, W]``.
        latent: z of the copy, float32 ``[dim]``.
        starts: every start, over all rounds.
        curve_steps: steps at which `curve`, the best error so far, was read.
        rounds: how many searches there were, each from other seeds.
        is_cut_short: whether the last one was cancelled.
    """

    copy: npt.NDArray[np.uint8]
    error: npt.NDArray[np.float32]
    mse: float
    psnr: float
    ssim: float
    latent: npt.NDArray[np.float32]
    starts: tuple[Start, ...]
    curve_steps: tuple[int, ...]
    curve: tuple[float, ...]
    rounds: int = 1
    is_cut_short: bool = False

    def describe(self) -> str:
        """How many starts there were, how far they lie apart, and which was the best."""
        errors = [start.mse for start in self.starts]
        best = min(self.starts, key=lambda start: start.mse)
        return ngettext(
            "{n} start: {low:.4f} (seed {seed}, draw {draw})",
            "{n} starts: {low:.4f} to {high:.4f} (best: seed {seed}, draw {draw})",
            len(errors),
        ).format(n=len(errors), low=min(errors), high=max(errors), seed=best.seed, draw=best.draw)


def better(first: Found | None, second: Found | None) -> Found | None:
    """The nearer copy of two searches for one picture; its curve goes on where the first ended."""
    if first is None or second is None:
        return first or second
    best = second if second.mse < first.mse else first
    end, floor = first.curve_steps[-1], first.curve[-1]
    return replace(
        best,
        starts=first.starts + second.starts,
        curve_steps=first.curve_steps + tuple(end + step for step in second.curve_steps[1:]),
        curve=first.curve + tuple(min(floor, error) for error in second.curve[1:]),
        rounds=first.rounds + second.rounds,
        is_cut_short=second.is_cut_short,
    )


@dataclass(frozen=True, eq=False)
class Course:
    """How the search in one model went, over all pictures that are shown.

    Attributes:
        steps: and `errors`: the mean over pictures of the best error so far.
        starts: the error that each start of each picture ended with, sorted.
    """

    title: str
    steps: npt.NDArray[Any]
    errors: npt.NDArray[Any]
    starts: npt.NDArray[Any]


def course_of(title: str, found: Sequence[Found | None]) -> Course | None:
    """The course over those pictures that have something; None without any."""
    items = [item for item in found if item is not None]
    if not items:
        return None
    steps = np.unique(np.concatenate([item.curve_steps for item in items]))
    errors = [np.interp(steps, item.curve_steps, item.curve) for item in items]
    starts = np.sort([start.mse for item in items for start in item.starts])
    return Course(title, steps, np.mean(errors, axis=0), starts)
