"""What the tab "Two models" draws, in a thread of its own; it imports torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.gui.bridge.render import render_beside
from gan_studio.inference.again import model_inputs
from gan_studio.inference.alike import alike
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.renderer import PicturesAt

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Place


@dataclass(frozen=True, eq=False)
class Twins:
    """The answer.

    Attributes:
        picture: uint8 ``[C, H, W]``, the other model's.
        pairs: uint8 ``[2 * N, C, H, W]``: this model's row above the other's; only the other's
            where their pictures have different shapes; None where none were asked for.
        captions: the seed below each.
        key: what the pairs depend on: both models, and the seed, class and truncation.
        likeness: what the place has in common, with places for both sizes.
        class_name: see `inference.alike.Alike`.
    """

    picture: npt.NDArray[np.uint8]
    pairs: npt.NDArray[np.uint8] | None
    captions: list[str]
    key: Any
    likeness: str
    class_name: str | None


def draw_twins(models: tuple[Bundle, Bundle], request: tuple[Place, int, int]) -> Twins:
    """Draw `place` of the first model with the second, and `count` seeds (perhaps 0) with both."""
    here, there = models
    place, seed, count = request
    twin = alike(place, here, there, seed)
    picture = _draw(there, twin.place)
    rows: list[Any] = []
    places = [_seeded(place, here, seed + number) for number in range(count)]
    if here.spec.shape == there.spec.shape:
        rows += [_draw(here, each) for each in places]
    rows += [
        _draw(there, alike(each, here, there, seed + number).place)
        for number, each in enumerate(places)
    ]
    captions = [str(seed + number % count) for number in range(len(rows))]
    pairs = np.stack(rows) if rows else None
    key = (here, there, (seed, place.label, place.psi))
    return Twins(picture, pairs, captions, key, twin.likeness.value, twin.class_name)


def _seeded(place: Place, bundle: Bundle, seed: int) -> Place:
    z = np.asarray(latents_from_seed(bundle, seed, 1)[0].numpy(), np.float32)
    return replace(place, z=z, seed=seed)


def _draw(bundle: Bundle, place: Place) -> Any:
    return render_beside(bundle, PicturesAt(*model_inputs(bundle, [place]))).values[0]
