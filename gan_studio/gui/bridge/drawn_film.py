"""What a `FilmBridge` draws: frames of a walk, and places; in a thread that may import torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class DrawnFilm:
    """The frames of a walk with the model that draws them.

    Attributes:
        frames: which latents, classes and truncation.
    """

    def __init__(self, bundle: Any, walk: Any) -> None:
        """Called in the worker's thread.

        Raises:
            BadWalk: see `inference.walks.check`.
        """
        from gan_studio.inference.walks import frames_of, range_of

        within = range_of(bundle)
        self._bundle = bundle
        self.frames = frames_of(walk, within)
        self._latents = self.frames.latents(within.mean)

    def __len__(self) -> int:
        return len(self.frames)

    def draw(self, indexes: Sequence[int]) -> Sequence[Any]:
        """uint8 ``[C, H, W]`` each."""
        labels = [self.frames.labels[index] for index in indexes]
        return draw_beside(self._bundle, self._latents[list(indexes)], labels)


def draw_beside(bundle: Any, latents: Any, labels: list[int | None]) -> Sequence[Any]:
    """Pictures of latents, in a thread where torch may be imported."""
    from gan_studio.gui.bridge.render import render_beside
    from gan_studio.inference.renderer import PicturesAt

    known = tuple(label for label in labels if label is not None)
    request = PicturesAt(latents, known if len(known) == len(labels) else None)
    found: Sequence[Any] = render_beside(bundle, request).values
    return found


def draw_places(bundle: Any, places: Sequence[Any]) -> Sequence[Any]:
    """Pictures of places, in a thread where torch may be imported."""
    import numpy as np

    from gan_studio.inference.places import truncated
    from gan_studio.inference.walks import range_of

    mean = range_of(bundle).mean
    latents = np.stack([truncated(place.z, mean, place.psi) for place in places])
    return draw_beside(bundle, latents, [place.label for place in places])
