"""A whole data set as points in the latent space."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from gan_studio.core.errors import Cancelled
from gan_studio.inference.planes import Codes
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.data.base import Split
    from gan_studio.inference.bundle import Bundle

CHUNK = 1024


def encode_split(
    bundle: Bundle,
    split: Split,
    most: int = 60_000,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Codes:
    """Encode the pictures of a set, spread evenly over it where there are more than `most`.

    Args:
        bundle: a family that encodes.
        split: pictures ``[N, C, H, W]``; memory maps are read in parts.
        most: how many at most.
        progress: is told (pictures done, all pictures).
        is_cancelled: asked after every 1,024 pictures.

    Raises:
        Unsupported: the family does not encode.
        Cancelled: it was.
    """
    rows = np.unique(np.linspace(0, len(split) - 1, min(most, len(split))).astype(np.int64))
    found = []
    with torch.inference_mode():
        for start in range(0, len(rows), CHUNK):
            if is_cancelled():
                raise Cancelled
            part = rows[start : start + CHUNK]
            latents = bundle.encode(to_pictures(np.asarray(split.samples[part])))
            found.append(latents.flatten(1).cpu().numpy())
            if progress is not None:
                progress(min(len(rows), start + CHUNK), len(rows))
    labels = None if split.labels is None else np.asarray(split.labels)[rows]
    return Codes(np.concatenate(found), rows, labels)
