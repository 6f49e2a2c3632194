"""Pictures in small batches, each with all that is needed to draw it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

import gan_studio
from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import BadConfig
from gan_studio.inference.again import class_count, draw_again, where_from
from gan_studio.inference.places import Place, Places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.exporters.base import Watch
    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]
BATCH = 64  # drawn at once; kept with the latents, because sums round differently in other batches


@dataclass(frozen=True)
class Plan:
    """Which pictures are drawn.

    Attributes:
        count: how many.
        seed: all z follow from it.
        psi: truncation.
        label: draw this class only; None draws all in turn, where the model takes a class.
    """

    count: int
    seed: int = 1
    psi: float = 1.0
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Drawn:
    """One batch.

    Attributes:
        places: what was drawn.
        pictures: uint8 ``[N, C, H, W]``.
        first: the number of the first one.
    """

    places: tuple[Place, ...]
    pictures: Pictures
    first: int = field(default=0)


def plan_of(bundle: Bundle, options: Any, count: int | None = None) -> Plan:
    """The plan that a format's options ask for.

    Raises:
        BadConfig: there is no such class.
    """
    count = options.count if count is None else count
    label = class_number(bundle, options.class_name)
    return Plan(count, options.seed, options.psi, label)


def class_number(bundle: Bundle, word: str) -> int | None:
    """The class called `word`, by name or number; None where none is asked for.

    Raises:
        BadConfig: there is no such class, or the model takes none.
    """
    word = word.strip()
    if not word:
        return None
    if not bundle.can(Capability.CONDITIONAL):
        raise BadConfig(f"class: this model takes no class, so it cannot draw “{word}” alone")
    found = bundle.spec.class_number(word)
    if found is None:
        raise BadConfig(f"class: “{word}” is not one of {', '.join(bundle.spec.class_names)}")
    return found


def places_at(bundle: Bundle, plan: Plan, first: int, count: int) -> tuple[Place, ...]:
    """`count` places of a plan from number `first` on."""
    from gan_studio.inference.latents import latents_from_seed

    rows = latents_from_seed(bundle, plan.seed, count, first).numpy()
    return tuple(
        Place(
            row,
            label_at(bundle, plan, first + at),
            plan.psi,
            plan.seed if first + at == 0 else None,  # a seed alone means its first z
            f"{plan.seed}-{first + at:06d}",
        )
        for at, row in enumerate(rows)
    )


def label_at(bundle: Bundle, plan: Plan, index: int) -> int | None:
    """The class of picture number `index`: the one asked for, else all in turn."""
    classes = class_count(bundle)
    return index % classes if plan.label is None and classes else plan.label


def drawn(bundle: Bundle, plan: Plan, watch: Watch) -> Iterator[Drawn]:
    """Draw the pictures of a plan, `BATCH` at once.

    Raises:
        Cancelled: it was.
    """
    for first in range(0, plan.count, BATCH):
        watch.tell(first, plan.count, "draw")
        places = places_at(bundle, plan, first, min(BATCH, plan.count - first))
        yield Drawn(places, draw(bundle, places), first)


def drawn_places(bundle: Bundle, places: Places, watch: Watch) -> Iterator[Drawn]:
    """Draw places as they were drawn when they were saved.

    Raises:
        Cancelled: it was.
    """
    for first in range(0, len(places.items), places.batch):
        watch.tell(first, len(places.items), "draw")
        part = places.items[first : first + places.batch]
        yield Drawn(part, draw(bundle, part), first)


def draw(bundle: Bundle, places: tuple[Place, ...]) -> Pictures:
    """Draw places at once, uint8 ``[N, C, H, W]``, as ``gan-studio sample --latents`` does.

    Like that it leaves the calling thread single-threaded: others would round differently.
    """
    return draw_again(bundle, Places(places, len(places)))


def facts_of(bundle: Bundle) -> dict[str, Any]:
    """Where pictures come from, in plain values."""
    latent = bundle._latent()
    return {
        "program": f"GAN Studio {gan_studio.__version__}",
        **where_from(bundle),
        "data": bundle.data_title,
        "shape": list(bundle.spec.shape),
        "latent_dim": latent.dim,
        "prior": latent.prior,
        "classes": list(bundle.spec.class_names),
        "takes_class": bundle.can(Capability.CONDITIONAL),
    }
