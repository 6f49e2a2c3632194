"""The same place in another model, as far as there is such a thing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.places import Place

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]


class Likeness(Enum):
    """What two models have in common at a place."""

    SAME = N_("It draws the same z.")
    SCALED = N_("It draws the place as far from the middle of its own codes.")
    SEED = N_("It takes {there} numbers, not {here}, and so draws the same seed.")


@dataclass(frozen=True, eq=False)
class Alike:
    """A place of another model.

    Attributes:
        place: for that model, its own class number included.
        likeness: what it has in common with the place that it came from.
        class_name: the class that is asked for, "" where the other model takes none, None where
            it does not know the class.
    """

    place: Place
    likeness: Likeness
    class_name: str | None = ""


def alike(place: Place, here: Bundle, there: Bundle, seed: int = 1) -> Alike:
    """Where `there` draws what stands for `place` of `here`.

    Equal sizes and priors share z. The codes of two autoencoders are of different scales: each
    number goes as many standard deviations from its mean. Where sizes differ only the seed can be
    shared.

    Args:
        place: of `here`.
        here: the model that it is a place of.
        there: the other model.
        seed: of the place, or of the place that it was moved from.
    """
    spaces = here.latent, there.latent
    assert spaces[0] is not None, "a place is of a model with a latent space"
    assert spaces[1] is not None
    if spaces[0].dim != spaces[1].dim:
        z = np.asarray(latents_from_seed(there, seed, 1)[0].numpy(), np.float32)
        found, likeness = z, Likeness.SEED
    elif spaces[0].prior == spaces[1].prior != "encoded" or _is_one_run(here, there):
        found, likeness = place.z, Likeness.SAME
    else:
        found, likeness = _scaled(place.z, here, there), Likeness.SCALED
    label, name = _label(place.label, here, there)
    return Alike(replace(place, z=found, label=label), likeness, name)


def _is_one_run(here: Bundle, there: Bundle) -> bool:
    return here.run_dir is not None and here.run_dir == there.run_dir


def _scaled(z: Floats, here: Bundle, there: Bundle) -> Floats:
    (mean, spread), (other_mean, other_spread) = (
        tuple(np.asarray(part.numpy(), np.float32) for part in bundle.latent_range())
        for bundle in (here, there)
    )
    share = (z - mean) / np.maximum(spread, 1e-6)
    return np.asarray(other_mean + other_spread * share, np.float32)


def _label(label: int | None, here: Bundle, there: Bundle) -> tuple[int | None, str | None]:
    if not there.can(Capability.CONDITIONAL):
        return None, ""
    names = there.spec.class_names
    if label is None:
        return 0, names[0]
    wanted = here.spec.class_names[label]
    if wanted in names:
        return names.index(wanted), wanted
    return 0, None
