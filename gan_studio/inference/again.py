"""What a model is given for places, and what the window showed, drawn again from a latents file.

Torch is imported only where something is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.capabilities import Capability
from gan_studio.inference.places import truncated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Floats, Place, Places


def class_count(bundle: Bundle) -> int:
    """How many classes a place of this model can be of; 0 without classes."""
    return len(bundle.spec.class_names) if bundle.can(Capability.CONDITIONAL) else 0


def where_from(bundle: Bundle) -> dict[str, Any]:
    """Which model drew something, for files that are to say it."""
    run = "" if bundle.run_dir is None else bundle.run_dir.name
    return {"family": bundle.family_key, "run": run, "step": bundle.step}


def model_inputs(
    bundle: Bundle, places: Sequence[Place], label: int = 0
) -> tuple[Floats, tuple[int, ...] | None]:
    """What the model is given: latents ``[N, dim]`` after truncation, and classes if it takes them.

    Args:
        bundle: the model.
        places: of its size, at least one.
        label: the class of places that name none.

    Raises:
        Unsupported: the family has no latent space.
    """
    mean = np.asarray(bundle.latent_range()[0].numpy(), np.float32)
    latents = np.stack([truncated(place.z, mean, place.psi) for place in places])
    if not class_count(bundle):
        return latents, None
    return latents, tuple(label if place.label is None else place.label for place in places)


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
        NoNumbers: the model draws NaN.
    """
    from gan_studio.inference.renderer import PicturesAt, Renderer

    latents, labels = model_inputs(bundle, places.items, label)
    draw, parts = Renderer(), []
    for start in range(0, len(latents), places.batch):
        rows = slice(start, start + places.batch)
        wanted = PicturesAt(latents[rows], None if labels is None else labels[rows])
        parts.append(draw(bundle, wanted).values)
    return np.concatenate(parts)
