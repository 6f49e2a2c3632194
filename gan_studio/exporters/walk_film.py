"""A walk through a model's latent space as a film."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import BadWalk, Cancelled, MissingLibrary
from gan_studio.exporters.films.base import FilmPlan, film_for
from gan_studio.inference.walk_file import walk_to_text
from gan_studio.inference.walks import frames_of, range_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.exporters.films.base import Bytes
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.walks import Floats, Frames, Walk

BATCH = 9  # frames drawn at once

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
    entry = film_for(path)
    if entry.target.missing():
        raise MissingLibrary(what=entry.title, library="av", reason="it is not installed")
    if walk.fps > entry.target.top_rate:
        reason = f"{entry.title} shows at most {entry.target.top_rate} frames a second"
        raise BadWalk(source=path, reason=reason, advice="Choose a lower rate or another format.")
    within = range_of(bundle)
    frames = frames_of(walk, within)
    plan = FilmPlan(walk.fps, walk.scale, walk.is_smooth, walk_to_text(walk, facts_of(bundle)))
    with entry.target(path, plan) as film:
        for picture in drawn(bundle, frames, within.mean):
            if is_cancelled():
                raise Cancelled
            film.add(picture)
            progress(film.count, len(frames), "")
    return Filmed(path, len(frames), frames.seconds)


def facts_of(bundle: Bundle) -> dict[str, Any]:
    """What a film says of the model that it shows."""
    run = bundle.run_dir.name if bundle.run_dir is not None else ""
    return {"family": bundle.family_key, "run": run, "step": bundle.step}


def drawn(bundle: Bundle, frames: Frames, mean: Floats) -> Iterator[Bytes]:
    """The frames as pictures, uint8 ``[C, H, W]``, one after the other."""
    from gan_studio.inference.renderer import PicturesAt, Renderer

    render, latents = Renderer(), frames.latents(mean)
    for start, end in batches(frames.labels):
        yield from render(bundle, PicturesAt(latents[start:end], frames.labels[start])).values


def batches(labels: tuple[int | None, ...]) -> Iterator[tuple[int, int]]:
    """Stretches ``start, end`` of at most `BATCH` frames of one class."""
    start = 0
    for at in range(1, len(labels) + 1):
        if at == len(labels) or at - start == BATCH or labels[at] != labels[start]:
            yield start, at
            start = at
