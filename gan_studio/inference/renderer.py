"""Requests for pictures, answered as uint8 arrays by one thread of its own.

Looking must not change what is trained: latents come from the caller, so nothing here draws random
numbers, and the number of threads is set for the calling thread only.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gan_studio.core.errors import NoNumbers
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_bytes

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
CHUNK = 16  # rows per forward pass of measurements, which have to stay short


@dataclass(frozen=True)
class PicturesAt:
    """Draw these latents, float32 ``[N, dim]``.

    `label` is the class of all, or one class for each (None: without a class).
    """

    latents: Floats
    label: int | tuple[int, ...] | None = None


@dataclass(frozen=True)
class EffectsAt:
    """How much each dimension moves the picture around a point, by central differences.

    Attributes:
        latents: the point, ``[dim]``.
        spread: one standard deviation per dimension, ``[dim]``.
        dims: which dimensions are measured.
        share: how far to either side, in standard deviations.
    """

    latents: Floats
    spread: Floats
    dims: tuple[int, ...]
    label: int | None = None
    share: float = 0.5


@dataclass(frozen=True)
class Rendered:
    """What a request gave.

    Attributes:
        values: uint8 pictures ``[N, C, H, W]`` for `PicturesAt`; for `EffectsAt` float32
            ``[len(dims)]``: mean change of a pixel in grey levels (of 255) per standard deviation.
        milliseconds: how long it took.
    """

    values: npt.NDArray[Any]
    milliseconds: float


class Renderer:
    """Draws from a bundle; call it from one thread only, which becomes single-threaded.

    One thread is the fastest for a single small picture, and leaves the cores to training.
    """

    def __init__(self) -> None:
        self._is_set_up = False

    def __call__(self, bundle: Bundle, request: PicturesAt | EffectsAt) -> Rendered:
        """Answer a request.

        Raises:
            Unsupported: the family has no latent space.
            NoNumbers: the model draws NaN.
        """
        if not self._is_set_up:
            use_threads(1)
            self._is_set_up = True
        began = time.perf_counter()
        with torch.inference_mode():
            if isinstance(request, PicturesAt):
                values: npt.NDArray[Any] = _pictures(bundle, request)
            else:
                values = _effects(bundle, request)
        return Rendered(values, (time.perf_counter() - began) * 1000)


def _pictures(bundle: Bundle, request: PicturesAt) -> npt.NDArray[np.uint8]:
    latents = torch.from_numpy(np.ascontiguousarray(request.latents, np.float32))
    drawn = bundle.generate(latents, _labels(request.label, len(latents)))
    if not drawn.isfinite().all():  # bytes would make black pixels of NaN
        raise NoNumbers(model=bundle.title)
    return to_bytes(drawn)


def _effects(bundle: Bundle, request: EffectsAt) -> Floats:
    point = torch.from_numpy(np.ascontiguousarray(request.latents, np.float32))
    spread = torch.from_numpy(np.ascontiguousarray(request.spread, np.float32))
    parts = []
    for start in range(0, len(request.dims), CHUNK):
        dims = torch.tensor(request.dims[start : start + CHUNK])
        moves = torch.zeros(len(dims), len(point))
        moves[torch.arange(len(dims)), dims] = spread[dims] * request.share
        both = torch.cat([point + moves, point - moves])
        drawn = bundle.generate(both, _labels(request.label, len(both)))
        up, down = drawn.clamp(-1, 1).chunk(2)
        parts.append((up - down).abs().flatten(1).mean(1) * 127.5 / (2 * request.share))
    return np.asarray(torch.cat(parts).cpu().numpy(), np.float32)


def _labels(label: int | tuple[int, ...] | None, count: int) -> Tensor | None:
    if isinstance(label, tuple):
        return torch.tensor(label, dtype=torch.int64)
    return None if label is None else torch.full((count,), label, dtype=torch.int64)
