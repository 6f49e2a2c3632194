"""Pictures through several models, measured. Imports torch: only for the worker's thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gan_studio.gui.pages.reconstruct.wishes import BEST, WORST, Wish
from gan_studio.inference.reconstruct import Reconstruction, compare
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.bundle import Bundle

CHUNK = 64
_thread = threading.local()


@dataclass(frozen=True, eq=False)
class Column:
    """What one model made of the chosen pictures; arrays as in `Reconstruction`, on numpy."""

    copies: npt.NDArray[np.uint8]
    errors: npt.NDArray[np.float32]
    mse: list[float]
    psnr: list[float]
    ssim: list[float]
    latents: npt.NDArray[np.float32]

    @property
    def largest_error(self) -> float:
        """What all but one pixel in a hundred stay below: a few outliers must not fade the rest."""
        return float(np.quantile(np.abs(self.errors), 0.99))


@dataclass(frozen=True, eq=False)
class Compared:
    """The answer to a `Wish`: `rows` says which of its pictures were chosen."""

    wish: Wish
    rows: list[int]
    columns: list[Column]
    milliseconds: float


def compare_models(bundles: Sequence[Bundle], wish: Wish) -> Compared:
    """Send pictures through every model; one of them decides which are worst or best.

    Raises:
        Unsupported: a model does not encode.
    """
    if not getattr(_thread, "is_set_up", False):
        use_threads(1)  # the cores belong to training
        _thread.is_set_up = True
    began = time.perf_counter()
    with torch.inference_mode():
        rows = _chosen(bundles[min(wish.column, len(bundles) - 1)], wish)
        images = wish.images[rows]
        columns = [_column(bundle, images) for bundle in bundles]
    return Compared(wish, rows, columns, (time.perf_counter() - began) * 1000)


def _chosen(bundle: Bundle, wish: Wish) -> list[int]:
    if wish.is_ranked or wish.order not in (WORST, BEST):
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
    latents = bundle.encode(originals)
    found: Reconstruction = compare(originals, bundle.generate(latents).cpu())
    copies = found.copies.mul(255).round().to(torch.uint8)
    return Column(
        copies.numpy(),
        found.errors.numpy(),
        found.mse.tolist(),
        found.psnr.tolist(),
        found.ssim.tolist(),
        latents.float().cpu().numpy(),
    )
