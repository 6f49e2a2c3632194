"""Originals, reconstructions, errors, and what they measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gan_studio.core.errors import NoNumbers
from gan_studio.data.vision import load_torchvision

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle


@dataclass(frozen=True)
class Reconstruction:
    """Pictures ``[N, C, H, W]`` in [0, 1] and numbers ``[N]`` per picture, all on the CPU.

    Attributes:
        errors: reconstruction minus original, in [-1, 1]: positive is too bright.
        mse: mean squared error on [0, 1].
        psnr: peak signal-to-noise ratio in dB, from each picture's own MSE (infinite when equal).
        ssim: structural similarity (Wang et al. 2004), Gaussian window of 11 with sigma 1.5,
            data range 1.
    """

    originals: Tensor
    copies: Tensor
    errors: Tensor
    mse: Tensor
    psnr: Tensor
    ssim: Tensor


@torch.no_grad()
def reconstruct(bundle: Bundle, images: Tensor) -> Reconstruction:
    """Send pictures ``[N, C, H, W]`` in [-1, 1] through the model and back.

    Raises:
        Unsupported: the family does not encode.
        NoNumbers: z or the copies are NaN.
    """
    return compare(images.cpu().float(), copies_of(bundle, images)[1])


@torch.no_grad()
def copies_of(bundle: Bundle, images: Tensor) -> tuple[Tensor, Tensor]:
    """The latents ``[N, dim]`` of pictures and what they are decoded to, both on the CPU.

    Raises:
        Unsupported: the family does not encode.
        NoNumbers: one of them is NaN.
    """
    latents = bundle.encode(images)
    copies = bundle.generate(latents)
    if not (latents.isfinite().all() and copies.isfinite().all()):
        raise NoNumbers(model=bundle.title)
    return latents.cpu(), copies.cpu()


def compare(originals: Tensor, copies: Tensor) -> Reconstruction:
    """Measure copies against originals, both in [-1, 1]."""
    originals = originals.add(1).div(2).clamp(0, 1)
    copies = copies.add(1).div(2).clamp(0, 1)
    errors = copies - originals
    mse = errors.square().flatten(1).mean(1)
    return Reconstruction(
        originals, copies, errors, mse, -10 * torch.log10(mse), _ssim(copies, originals)
    )


def _ssim(copies: Tensor, originals: Tensor) -> Tensor:
    """SSIM per picture by torchmetrics; NaN where a picture is smaller than the window."""
    load_torchvision()  # torchmetrics imports it, and only the guard makes that safe everywhere
    from torchmetrics.functional.image import structural_similarity_index_measure

    if min(copies.shape[-2:]) < 11:
        return torch.full((len(copies),), float("nan"))
    values = structural_similarity_index_measure(
        copies, originals, data_range=1.0, reduction="none", gaussian_kernel=True, sigma=1.5
    )
    assert isinstance(values, Tensor)
    return values.flatten()
