"""A model behind a change of size and colour, so that it can take another run's pictures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gan_studio.core.errors import ShapeMismatch
from gan_studio.inference.bundle import Bundle

if TYPE_CHECKING:
    from gan_studio.core.samples import SampleSpec

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow makes grey pictures


@dataclass(frozen=True)
class ConvertingBundle(Bundle):
    """Takes and gives pictures of `spec`; `inside` is the shape that its nets take."""

    inside: tuple[int, ...] = ()

    def encode(self, images: Tensor) -> Tensor:
        """Pictures to latents, by way of the nets' own shape."""
        return super().encode(convert(images, self.inside))

    def draw(self, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Draw or decode, and bring what is drawn to the outer shape."""
        return convert(super().draw(latents, labels), self.spec.shape)


def taking(bundle: Bundle, spec: SampleSpec) -> Bundle:
    """`bundle` for pictures of another shape; the same one where the shapes agree.

    Raises:
        ShapeMismatch: one of them takes points.
    """
    inside = bundle.spec.shape
    if inside == spec.shape:
        return bundle
    if not (bundle.spec.is_image and spec.is_image):
        raise ShapeMismatch(
            family=bundle.family_key,
            shape=spec.describe(),
            reason=f"this run was trained on {bundle.spec.describe()}",
            advice="Choose a run on pictures.",
        )
    values = {item.name: getattr(bundle, item.name) for item in dataclasses.fields(Bundle)}
    own = dataclasses.replace(bundle.spec, shape=spec.shape)
    return ConvertingBundle(**{**values, "spec": own}, inside=inside)


def convert(images: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Pictures ``[N, C, H, W]`` in [-1, 1] as ``[N, *shape]``: bilinear, antialiased, luma."""
    channels, height, width = shape
    if images.shape[1] == 3 and channels == 1:
        weights = torch.tensor(LUMA, device=images.device, dtype=images.dtype)
        images = (images * weights.view(1, 3, 1, 1)).sum(1, keepdim=True)
    elif images.shape[1] == 1 and channels == 3:
        images = images.expand(-1, 3, -1, -1)
    if images.shape[-2:] == (height, width):
        return images
    made: Tensor = torch.nn.functional.interpolate(
        images, (height, width), mode="bilinear", antialias=True, align_corners=False
    )
    return made
