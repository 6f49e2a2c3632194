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

        self._bundle = bundle
        self.frames = frames_of(walk, range_of(bundle))

    def __len__(self) -> int:
        return len(self.frames)

    def draw(self, indexes: Sequence[int]) -> Sequence[Any]:
        """uint8 ``[C, H, W]`` each."""
        return draw_places(self._bundle, [self.frames.place(index) for index in indexes])


def draw_places(bundle: Any, places: Sequence[Any]) -> Sequence[Any]:
    """Pictures of places, in a thread where torch may be imported."""
    from gan_studio.gui.bridge.render import render_beside
    from gan_studio.inference.again import model_inputs
    from gan_studio.inference.renderer import PicturesAt

    found: Sequence[Any] = render_beside(bundle, PicturesAt(*model_inputs(bundle, places))).values
    return found
