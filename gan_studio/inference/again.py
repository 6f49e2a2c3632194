"""What the window showed, drawn again from a latents file: the same bits on the same device."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.capabilities import Capability
from gan_studio.inference.places import truncated
from gan_studio.inference.renderer import PicturesAt, Renderer

if TYPE_CHECKING:
    import numpy.typing as npt

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Places


def class_count(bundle: Bundle) -> int:
    """How many classes a place of this model can be of; 0 without classes."""
    return len(bundle.spec.class_names) if bundle.can(Capability.CONDITIONAL) else 0


def draw_again(bundle: Bundle, places: Places, label: int = 0) -> npt.NDArray[np.uint8]:
    """The pictures of places, uint8 ``[N, C, H, W]``, as the window draws them.

    Sums round differently in batches of another size and with another number of threads. So places
    are drawn in the file's order, `places.batch` at once, by one thread, which the calling thread
    stays set to.

    Args:
        bundle: the model.
        places: of its size.
        label: the class of places that name none, where the model takes a class.

    Raises:
        Unsupported: the family has no latent space.
    """
    mean = np.asarray(bundle.latent_range()[0].numpy(), np.float32)
    z = np.stack([truncated(place.z, mean, place.psi) for place in places.items])
    labels = _labels(bundle, places, label)
    draw, parts = Renderer(), []
    for start in range(0, len(z), places.batch):
        rows = slice(start, start + places.batch)
        wanted = PicturesAt(z[rows], None if labels is None else labels[rows])
        parts.append(draw(bundle, wanted).values)
    return np.concatenate(parts)


def _labels(bundle: Bundle, places: Places, label: int) -> tuple[int, ...] | None:
    if not class_count(bundle):
        return None
    return tuple(label if place.label is None else place.label for place in places.items)
