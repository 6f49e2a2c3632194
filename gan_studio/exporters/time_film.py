"""The film of one place at every moment of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.exporters.films.base import FilmPlan, writable

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.inference.through_time import Strip

FPS = 3  # slow enough to see what changed
LAST_FRAMES = 4  # the newest moment rests before the film begins again


def export_strip(strip: Strip, path: Path, *, scale: int, is_smooth: bool, note: str) -> Path:
    """Write the pictures of a strip, one after the other, in the format that `path` ends with.

    Args:
        strip: with pictures.
        path: of the film.
        scale: how many times as large its frames are.
        is_smooth: whether pixels are blended when enlarged.
        note: text inside the file: the place, so that it can be drawn again.

    Raises:
        DiskProblem: the folder is full, read-only or gone.
        MissingLibrary: the format needs a library that is not installed.
        UnknownKey: nobody writes files with this ending.
    """
    entry = writable(path)
    assert strip.pictures is not None, "there is a film only of pictures"
    with entry.target(path, FilmPlan(FPS, scale, is_smooth, note)) as film:
        for picture in strip.pictures:
            film.add(picture)
        for _repeat in range(LAST_FRAMES - 1):
            film.add(strip.pictures[-1])
    return path
