"""Pictures through several models, measured. Imports torch: only for the worker's thread."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import torch

from gan_studio.core.errors import StudioError
from gan_studio.gui.pages.reconstruct.columns import Column, Compared
from gan_studio.gui.pages.reconstruct.models import is_searched
from gan_studio.gui.pages.reconstruct.wishes import BEST, WORST, Wish
from gan_studio.inference.reconstruct import Reconstruction, compare, copies_of
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.bundle import Bundle

CHUNK = 64
_thread = threading.local()


def compare_models(bundles: Sequence[Bundle], wish: Wish) -> Compared:
    """Send pictures through every model that encodes; one decides which are worst or best.

    Without any that encodes, pictures stay as drawn.
    """
    if not getattr(_thread, "is_set_up", False):
        use_threads(1)  # the cores belong to training
        _thread.is_set_up = True
    began = time.perf_counter()
    columns: list[Column | None] = []
    problems = []
    with torch.inference_mode():
        rows = _chosen(_judge(bundles, wish.column), wish)
        images = wish.images[rows]
        for bundle in bundles:
            try:
                columns.append(None if is_searched(bundle) else _column(bundle, images))
            except StudioError as problem:
                columns.append(None)
                problems.append(problem)
    took_ms = (time.perf_counter() - began) * 1000
    return Compared(wish, rows, columns, took_ms, tuple(problems))


def _judge(bundles: Sequence[Bundle], column: int) -> Bundle | None:
    """The model of a column, the first that encodes where that one does not."""
    able = [bundle for bundle in bundles if not is_searched(bundle)]
    wanted = bundles[min(column, len(bundles) - 1)]
    return next((bundle for bundle in able if bundle is wanted), able[0] if able else None)


def _chosen(bundle: Bundle | None, wish: Wish) -> list[int]:
    if bundle is None or wish.is_ranked or wish.order not in (WORST, BEST):
        return list(range(min(wish.count, len(wish.images))))
    errors: list[float] = []
    for start in range(0, len(wish.images), CHUNK):
        originals = to_pictures(wish.images[start : start + CHUNK])
        copies = bundle.generate(bundle.encode(originals)).cpu().clamp(-1, 1)
        errors += (copies - originals).square().flatten(1).mean(1).tolist()
    ranked = sorted(range(len(errors)), key=errors.__getitem__, reverse=wish.order == WORST)
    return ranked[: wish.count]


def _column(bundle: Bundle, images: Any) -> Column:
    originals = to_pictures(images)
    latents, copies = copies_of(bundle, originals)
    return column_of(compare(originals, copies), latents)


def column_of(found: Reconstruction, latents: torch.Tensor) -> Column:
    """As the window shows it."""
    copies = found.copies.mul(255).round().to(torch.uint8)
    return Column(
        copies.numpy(),
        found.errors.numpy(),
        found.mse.tolist(),
        found.psnr.tolist(),
        found.ssim.tolist(),
        latents.float().numpy(),
    )
