"""A walk through a model's latent space as a film."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.errors import BadWalk, Cancelled
from gan_studio.exporters.films.base import FilmPlan, writable
from gan_studio.inference.again import draw_again, where_from
from gan_studio.inference.places import BATCH, Places
from gan_studio.inference.walk_file import walk_to_text
from gan_studio.inference.walks import frames_of, range_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.exporters.films.base import Bytes
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.walks import Frames, Walk

Progress = Callable[[int, int, str], None]
"""``progress(done, total, what)``."""


@dataclass(frozen=True)
class Filmed:
    """What was written: where, how many frames, and how long they play."""

    path: Path
    frames: int
    seconds: float


def export_walk(
    bundle: Bundle,
    walk: Walk,
    path: Path,
    progress: Progress = lambda done, total, what: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Filmed:
    """Draw a walk and write it in the format that `path` ends with; the file appears when whole.

    Call it where torch may be used; the calling thread becomes single-threaded.

    Raises:
        BadWalk: see `walks.check`, or more frames a second than the format knows.
        Cancelled: as `is_cancelled` says.
        DiskProblem: the folder is full, read-only or gone.
        MissingLibrary: the format needs a library that is not installed.
        UnknownKey: nobody writes files with this ending.
        Unsupported: the model has no latent space.
    """
    entry = writable(path)
    if walk.fps > entry.target.top_rate:
        reason = f"{entry.title} shows at most {entry.target.top_rate} frames a second"
        raise BadWalk(source=path, reason=reason, advice="Choose a lower rate or another format.")
    frames = frames_of(walk, range_of(bundle))
    plan = FilmPlan(walk.fps, walk.scale, walk.is_smooth, walk_to_text(walk, where_from(bundle)))
    with entry.target(path, plan) as film:
        for picture in drawn(bundle, frames):
            if is_cancelled():
                raise Cancelled
            film.add(picture)
            progress(film.count, len(frames), "")
    return Filmed(path, len(frames), frames.seconds)


def drawn(bundle: Bundle, frames: Frames) -> Iterator[Bytes]:
    """The frames as pictures, uint8 ``[C, H, W]``, one after the other."""
    for start in range(0, len(frames), BATCH):
        rows = range(start, min(start + BATCH, len(frames)))
        yield from draw_again(bundle, Places(tuple(frames.place(at) for at in rows), BATCH))
