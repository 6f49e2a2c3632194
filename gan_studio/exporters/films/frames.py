"""A film as a folder of numbered PNG pictures, for programs that cut films."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from gan_studio.core.errors import Cancelled, DiskProblem
from gan_studio.core.i18n import N_
from gan_studio.core.paths import folder_atomically
from gan_studio.exporters.films.base import FILMS, Bytes, Film, FilmPlan, pillow_note

if TYPE_CHECKING:
    from pathlib import Path

NOTE_KEY = "gan-studio walk"
NOTE_FILE = "walk.json"


def read_note(path: Path) -> str | None:
    """The settings beside the pictures, or in the first one of them."""
    if (path / NOTE_FILE).is_file():
        return (path / NOTE_FILE).read_text("utf-8", "replace")
    first = min(path.glob("*.png"), default=None)
    return None if first is None else pillow_note(first, NOTE_KEY)


@FILMS.register(
    "frames",
    title=N_("PNG pictures in a folder"),
    help=N_(
        "One numbered picture per frame, exact, for programs that cut films; the settings stand "
        "beside them in walk.json."
    ),
    order=40,
    suffix="",
    read_note=read_note,
)
class FramesFilm(Film):
    """Writes ``00000.png``, ``00001.png`` ... and ``walk.json`` into a new folder."""

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        super().__init__(path, plan)
        self._open: contextlib.ExitStack | None = None
        self._folder = path

    def _begin(self) -> None:
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise DiskProblem(path=self.path, reason="there is something else already")
        self._open = contextlib.ExitStack()
        self._folder = self._open.enter_context(folder_atomically(self.path, waits_for_disk=False))

    def _add(self, picture: Bytes) -> None:
        from gan_studio.exporters.png import text_chunk

        is_first = not self.count and self.plan.note
        about = text_chunk(NOTE_KEY, self.plan.note) if is_first else None
        self.image(picture).save(self._folder / f"{self.count:05d}.png", pnginfo=about)

    def _finish(self) -> None:
        assert self._open is not None, "there is a frame"
        if self.plan.note:
            (self._folder / NOTE_FILE).write_text(self.plan.note, "utf-8")
        opened, self._open = self._open, None
        opened.close()

    def abort(self) -> None:
        """Remove what was written."""
        opened, self._open = self._open, None
        if opened is not None:
            cause = Cancelled()
            with contextlib.suppress(Cancelled):
                opened.__exit__(Cancelled, cause, None)
