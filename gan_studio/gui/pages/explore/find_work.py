"""The place whose picture is most like a given one. Imports torch: only for the worker's thread."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.core.capabilities import Capability, needs_search
from gan_studio.core.errors import Cancelled, StudioError, Unsupported
from gan_studio.data.own_picture import fitted, unknown_habit, usual_placing
from gan_studio.data.placing import DARK, Habit, Placed, habit_of
from gan_studio.inference.inversion import Hunt, Search
from gan_studio.inference.reconstruct import compare, copies_of
from gan_studio.jobs.run_data import prepare
from gan_studio.models.base import FAMILIES
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_bytes, to_pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

    from gan_studio.gui.pages.explore.finder import Wanted
    from gan_studio.inference.bundle import Bundle

LOOK_S = 0.3  # between two looks at a search: each draws the best so far
_habits: dict[str, Habit] = {}  # by data; preparing a data set once more takes a while


@dataclass(frozen=True, eq=False)
class FoundPlace:
    """What is known of a picture.

    Attributes:
        original: uint8 ``[C, H, W]``, as the model takes it.
        copy: uint8 ``[C, H, W]``, what the model draws at `z`.
        z: float32 ``[dim]``.
        mse: mean squared error on [0, 1].
        steps: gradient steps of the search, 0 where an encoder knew.
        is_cut_short: whether there were steps left.
        worst: the error of the worst start of the search.
        is_light: whether its ground is light where the training pictures' is dark.
        placed: what was done to it.
    """

    original: Any
    copy: Any
    z: Any
    mse: float
    steps: int
    is_cut_short: bool
    worst: float
    is_light: bool
    placed: Placed


def find_place(
    bundle: Bundle,
    wanted: Wanted,
    cache: Path,
    show: Callable[[FoundPlace, int, int], None],
    is_cancelled: Callable[[], bool],
    search: Search | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> FoundPlace:
    """Ask the encoder, or search where there is none.

    Args:
        bundle: the model.
        wanted: the picture.
        cache: where data sets are kept.
        show: is handed the best so far, and how many steps of how many were made.
        is_cancelled: asked at every step; the best so far is given then.
        search: how to look.
        clock: seconds.

    Raises:
        Unsupported: the model neither encodes nor can be searched.
        BadFile: it is no picture that can be used.
        NoNumbers: the model gives nothing but NaN.
    """
    use_threads(1)  # the cores belong to training
    _refuse_unable(bundle)
    habit, is_known = _habit(bundle, cache, is_cancelled)
    placing = usual_placing(habit, is_inverted=wanted.is_inverted)
    placed = fitted(wanted.source, wanted.name, bundle.spec, bundle.config.data, placing, habit)
    is_light = is_known and habit.ground < DARK and placed.is_light
    images = to_pictures(np.stack([placed.pixels]))  # a copy that may be written
    if bundle.can(Capability.ENCODES):
        latents, copies = copies_of(bundle, images)
        return _found(images, copies, latents, placed, is_light=is_light)
    hunt = Hunt(bundle, images, search or Search())
    looked_at = -LOOK_S
    while not hunt.is_done and not is_cancelled():
        if clock() - looked_at >= LOOK_S:
            show(_look(bundle, hunt, images, placed, is_light), hunt.steps_done, hunt.search.steps)
            looked_at = clock()
        hunt.step()
    return _look(bundle, hunt, images, placed, is_light)


def _refuse_unable(bundle: Bundle) -> None:
    capabilities = FAMILIES.get(bundle.family_key).capabilities
    if Capability.ENCODES not in capabilities and not needs_search(capabilities):
        what, need = "Finding a picture's latent", "encodes pictures, or takes no class beside z"
        raise Unsupported(what=what, need=need, family=bundle.family_key)


def _habit(bundle: Bundle, cache: Path, is_cancelled: Callable[[], bool]) -> tuple[Habit, bool]:
    """Where the training pictures have what they show, and whether that is known."""
    data = bundle.config.data
    key = repr(data)
    if key not in _habits:
        try:
            prepared = prepare(
                data, cache, lambda done, total, what: None, is_cancelled, may_download=False
            )
        except Cancelled:
            raise
        except StudioError:  # the data is not here: its habit stays unknown
            return unknown_habit(bundle.spec), False
        _habits[key] = habit_of(prepared)
    return _habits[key], True


def _look(bundle: Bundle, hunt: Hunt, images: Tensor, placed: Placed, is_light: bool) -> FoundPlace:
    found = hunt.found()
    copies = bundle.generate(found.latents).cpu()
    return _found(
        images,
        copies,
        found.latents,
        placed,
        is_light=is_light,
        steps=found.steps,
        is_cut_short=found.is_cut_short,
        worst=float(found.all_mse.max()),
    )


def _found(
    images: Tensor,
    copies: Tensor,
    latents: Tensor,
    placed: Placed,
    *,
    is_light: bool,
    steps: int = 0,
    is_cut_short: bool = False,
    worst: float = 0.0,
) -> FoundPlace:
    mse = float(compare(images.cpu().float(), copies).mse[0])
    z = np.asarray(latents[0].float().numpy(), np.float32)
    copy = to_bytes(copies)[0]
    return FoundPlace(placed.pixels, copy, z, mse, steps, is_cut_short, worst, is_light, placed)
