"""A search for z, looked at while it goes on. Imports torch: only for the worker's thread."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gan_studio.gui.pages.reconstruct.compute import column_of
from gan_studio.gui.pages.reconstruct.found import Found, Start
from gan_studio.inference.inversion import Hunt
from gan_studio.inference.reconstruct import compare
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.search import Search

LOOK_S = 0.3  # between two looks: each draws the best so far


def find(
    bundle: Bundle,
    images: Any,
    search: Search,
    show: Callable[[list[Found], int], None],
    is_cancelled: Callable[[], bool],
    clock: Callable[[], float] = time.monotonic,
) -> list[Found]:
    """Search for pictures, uint8 ``[N, C, H, W]``; `show` is handed the best so far now and then.

    Raises:
        NoNumbers: the model draws nothing but NaN.
    """
    use_threads(1)  # the cores belong to training
    originals = to_pictures(images)
    hunt = Hunt(bundle, originals, search)
    looked_at = -LOOK_S
    while not hunt.is_done and not is_cancelled():
        if clock() - looked_at >= LOOK_S:
            show(_look(bundle, hunt, originals), hunt.steps_done)
            looked_at = clock()
        hunt.step()
    return _look(bundle, hunt, originals)


def _look(bundle: Bundle, hunt: Hunt, originals: Tensor) -> list[Found]:
    found = hunt.found()
    shown = column_of(compare(originals, bundle.generate(found.latents).cpu()), found.latents)
    curves, seed = found.curves.tolist(), hunt.search.seed
    starts = [
        tuple(Start(seed, draw, mse) for draw, mse in zip(draws, errors, strict=True))
        for draws, errors in zip(found.draws.tolist(), found.all_mse.tolist(), strict=True)
    ]
    return [
        Found(
            shown.copies[row],
            shown.errors[row],
            shown.mse[row],
            shown.psnr[row],
            shown.ssim[row],
            shown.latents[row],
            starts[row],
            found.curve_steps,
            tuple(curves[row]),
            is_cut_short=found.is_cut_short,
        )
        for row in range(len(originals))
    ]
