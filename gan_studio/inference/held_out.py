"""What a model loses on a whole set of pictures: mean and spread, beside principal components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gan_studio.core.errors import Cancelled
from gan_studio.inference.principal import find_components
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gan_studio.data.base import Prepared, Split
    from gan_studio.inference.bundle import Bundle


Pictures = npt.NDArray[np.uint8]
CHUNK = 256


@dataclass(frozen=True, eq=False)
class Losses:
    """The errors of one model.

    Attributes:
        mse: mean squared error on [0, 1] of each picture ``[N]``, in the order of the set.
    """

    mse: npt.NDArray[np.floating[Any]]

    @property
    def mean(self) -> float:
        """Over all pictures."""
        return float(self.mse.mean())

    @property
    def spread(self) -> float:
        """Standard deviation from picture to picture."""
        return float(self.mse.std())

    def ranked(self, *, worst_first: bool) -> list[int]:
        """Numbers of the pictures by their error."""
        order = np.argsort(self.mse, kind="stable")
        return [int(index) for index in (order[::-1] if worst_first else order)]


def losses_on(
    bundle: Bundle,
    split: Split,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Losses:
    """Send every picture of a set through a model and back.

    Args:
        bundle: a family that encodes.
        split: pictures ``[N, C, H, W]``; memory maps are read in parts.
        progress: is told (pictures done, all pictures).
        is_cancelled: asked after every 256 pictures.

    Raises:
        Unsupported: the family does not encode.
        Cancelled: it was.
    """
    found = []
    total = len(split)
    with torch.inference_mode():
        for start in range(0, total, CHUNK):
            if is_cancelled():
                raise Cancelled
            originals = to_pictures(np.asarray(split.samples[start : start + CHUNK]))
            copies = bundle.generate(bundle.encode(originals)).cpu().clamp(-1, 1)
            found.append((copies - originals).square().flatten(1).mean(1).div(4).numpy())
            if progress is not None:
                progress(min(total, start + CHUNK), total)
    return Losses(np.concatenate(found) if found else np.zeros(0, dtype=np.float32))


def baseline(prepared: Prepared, counts: Sequence[int], seed: int = 0) -> Mapping[int, float]:
    """Mean squared error on [0, 1] of principal components with as many numbers, held out.

    They are found from training pictures; sizes beyond what there can be are left out.
    """
    wanted = sorted({count for count in counts if count >= 1})
    if not wanted or not len(prepared.held_out) or not len(prepared.train):
        return {}
    components = find_components(some(prepared.train), wanted[-1], seed)
    possible = [count for count in wanted if count <= len(components.directions)]
    return components.errors(some(prepared.held_out), possible)


def some(split: Split, most: int = 20_000) -> Pictures:
    """At most so many pictures, spread over the set."""
    step = max(1, -(-len(split) // most))
    pictures: Pictures = np.ascontiguousarray(split.samples[::step])
    return pictures
