"""One drawn picture through several models. Imports torch: only for the worker's thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from gan_studio.data.placing import Placed, place
from gan_studio.inference.reconstruct import compare
from gan_studio.training.device import use_threads
from gan_studio.training.sampling import to_bytes, to_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.pages.reconstruct.pad.drawing import Drawing
    from gan_studio.inference.bundle import Bundle

_thread = threading.local()


@dataclass(frozen=True, eq=False)
class Squeezed:
    """What M models made of one picture.

    Attributes:
        placed: what went in.
        copies: uint8 ``[M, C, H, W]``.
        errors: copy minus original, float32 ``[M, C, H, W]`` in [-1, 1].
        mse: mean squared errors on [0, 1]; `psnr` and `ssim` likewise, as in `Reconstruction`.
        codes: each model's z, float32 ``[dim]``.
        deviations: the same in standard deviations from what training pictures have.
        milliseconds: how long it took.
    """

    placed: Placed
    copies: npt.NDArray[np.uint8]
    errors: npt.NDArray[np.float32]
    mse: list[float]
    psnr: list[float]
    ssim: list[float]
    codes: list[npt.NDArray[np.float32]]
    deviations: list[npt.NDArray[np.float32]]
    milliseconds: float

    @property
    def largest_error(self) -> float:
        """What all but one pixel in a hundred stay below."""
        return float(np.quantile(np.abs(self.errors), 0.99))


def squeeze(bundles: Sequence[Bundle], drawing: Drawing) -> Squeezed:
    """Send a picture through every model.

    Raises:
        Unsupported: a model does not encode.
    """
    if not getattr(_thread, "is_set_up", False):
        use_threads(1)  # the cores belong to training
        _thread.is_set_up = True
    began = time.perf_counter()
    placed = place(drawing.pixels, drawing.placing, drawing.habit)
    with torch.inference_mode():
        original = to_pictures(placed.pixels[None])
        codes = [bundle.encode(original) for bundle in bundles]
        copies = torch.cat(
            [bundle.generate(code).cpu() for bundle, code in zip(bundles, codes, strict=True)]
        )
        # All at once: most of the time of one comparison goes into calling it.
        found = compare(original.expand(len(copies), -1, -1, -1), copies)
        spread = [_deviations(*pair) for pair in zip(bundles, codes, strict=True)]
    return Squeezed(
        placed,
        to_bytes(copies),
        found.errors.numpy(),
        found.mse.tolist(),
        found.psnr.tolist(),
        found.ssim.tolist(),
        [_numbers(code) for code in codes],
        spread,
        (time.perf_counter() - began) * 1000,
    )


def _numbers(code: torch.Tensor) -> npt.NDArray[np.float32]:
    numbers: npt.NDArray[np.float32] = code[0].flatten().float().cpu().numpy()
    return numbers


def _deviations(bundle: Bundle, code: torch.Tensor) -> npt.NDArray[np.float32]:
    mean, spread = bundle.latent_range()
    found: npt.NDArray[np.float32] = (_numbers(code) - mean.numpy()) / spread.clamp_min(
        1e-6
    ).numpy()
    return found
