"""What every film is: pictures added one by one, and then either a whole file or none.

A film carries the settings that it was made with as text (`FilmPlan.note`), so that it can be made
again; `read_note` gives it back.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadFile, MissingLibrary, NotPackaged, UnknownKey
from gan_studio.core.paths import is_frozen, naming_disk_problems, open_to_others, sync
from gan_studio.core.registry import Entry, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import IO

    from PIL.Image import Image

Bytes = npt.NDArray[np.uint8]
MOST_PIXELS = 4096 * 4096  # of one frame


@dataclass(frozen=True)
class FilmPlan:
    """How a film is made.

    Attributes:
        fps: frames a second.
        scale: how many times as large the frames are as the pictures.
        is_smooth: whether pixels are blended when enlarged; else each becomes a square.
        note: text to put into the file.
    """

    fps: int = 30
    scale: int = 1
    is_smooth: bool = False
    note: str = ""


class Film(ABC):
    """A film that is being written; a context manager that finishes it, or aborts on an error.

    Until `finish` nothing stands at `path`, and what stood there before stays.

    Attributes:
        top_rate: the most frames a second that the format can say and players follow.
    """

    top_rate: ClassVar[int] = 60

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        self.path, self.plan = path, plan
        self.count = 0
        self._shape: tuple[int, ...] | None = None

    @classmethod
    def missing(cls) -> str:
        """Why films of this kind cannot be written here, in one sentence; "" where they can."""
        return ""

    def add(self, picture: Bytes) -> None:
        """Append a frame: uint8 ``[C, H, W]`` with one channel (grey) or three, all alike.

        Raises:
            DiskProblem: the folder is full, read-only or gone.
            ValueError: a picture of another shape than the first.
        """
        if self._shape is None:
            self._shape = picture.shape
            self._check_size()
            with naming_disk_problems(self.path):
                self._begin()
        if picture.shape != self._shape:
            raise ValueError(f"a frame of {picture.shape} in a film of {self._shape}")
        with naming_disk_problems(self.path):
            self._add(picture)
        self.count += 1

    def finish(self) -> Path:
        """Complete the file and put it in its place.

        Raises:
            DiskProblem: the folder is full, read-only or gone.
            ValueError: there is no frame.
        """
        if not self.count:
            raise ValueError("a film without a frame")
        with naming_disk_problems(self.path):
            self._finish()
        return self.path

    @abstractmethod
    def abort(self) -> None:
        """Remove what was written; harmless before the first frame and after the end."""

    @abstractmethod
    def _begin(self) -> None:
        """The first frame is about to come: `size` is known."""

    @abstractmethod
    def _add(self, picture: Bytes) -> None:
        """Write a frame."""

    @abstractmethod
    def _finish(self) -> None:
        """Complete the film and move it to `path`."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame in pixels."""
        assert self._shape is not None, "known from the first picture on"
        return self._shape[2] * self.plan.scale, self._shape[1] * self.plan.scale

    def image(self, picture: Bytes, *, is_enlarged: bool = True) -> Image:
        """A picture as Pillow has it, grey (L) or in colours (RGB)."""
        from PIL import Image

        kind = picture[0] if len(picture) == 1 else np.moveaxis(picture[:3], 0, -1)
        image = Image.fromarray(np.ascontiguousarray(kind))
        return self.enlarged(image) if is_enlarged else image

    def enlarged(self, image: Image) -> Image:
        """The same image in the size of the film."""
        from PIL.Image import Resampling

        if image.size == self.size:
            return image
        how = Resampling.BICUBIC if self.plan.is_smooth else Resampling.NEAREST
        return image.resize(self.size, how)

    def _check_size(self) -> None:
        width, height = self.size
        if width * height > MOST_PIXELS:
            reason = f"frames of {width} × {height} pixels are too large for a film"
            raise BadFile(path=self.path, reason=reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self.abort()


class FileFilm(Film):
    """A film in one file, written beside its place under another name."""

    def __init__(self, path: Path, plan: FilmPlan) -> None:
        super().__init__(path, plan)
        self._temporary: Path | None = None
        self._file: IO[bytes] | None = None

    def _begin(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            dir=self.path.parent, prefix=f".{self.path.name}.", suffix=self.path.suffix
        )
        self._temporary = Path(name)
        self._open(handle)

    def _open(self, handle: int) -> None:
        """Take the new file, which is empty."""
        self._file = os.fdopen(handle, "wb")

    @property
    def temporary(self) -> Path:
        """Where the film is until it is complete."""
        assert self._temporary is not None, "made before the first picture"
        return self._temporary

    @property
    def file(self) -> IO[bytes]:
        """Where the bytes go."""
        assert self._file is not None, "open from the first picture on"
        return self._file

    def _finish(self) -> None:
        self._complete()
        self._close()
        sync(self.temporary)
        open_to_others(self.temporary)
        os.replace(self.temporary, self.path)
        self._temporary = None

    def _complete(self) -> None:
        """Write what comes after the last frame."""

    def _close(self) -> None:
        """Let go of the file."""
        opened, self._file = self._file, None
        if opened is not None:
            opened.close()

    def abort(self) -> None:
        """Remove what was written."""
        with contextlib.suppress(OSError):
            self._close()
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                self._temporary.unlink(missing_ok=True)
            self._temporary = None


FILMS: Registry[type[Film]] = Registry("film", __package__ or "", "gan_studio.films")


def delays(fps: int, ticks: int) -> Iterator[int]:
    """How long each frame stays, in whole ticks of 1/`ticks` s, so that the mean rate is right.

    30 frames a second of a hundredth each: 3, 4, 3, 3, 4, 3 ...
    """
    number, before = 0, 0
    while True:
        number += 1
        now = (2 * number * ticks + fps) // (2 * fps)
        yield now - before
        before = now


def film_for(path: Path) -> Entry[type[Film]]:
    """The format that a name promises; a name without an ending is a folder of pictures.

    Raises:
        UnknownKey: nobody writes files with this ending.
    """
    for entry in FILMS:
        if entry.extra["suffix"] == path.suffix.lower():
            return entry
    known = ", ".join(entry.extra["suffix"] or "(a folder)" for entry in FILMS)
    raise UnknownKey(kind="film format", key=path.suffix, suggestion=f"Known: {known}.")


def writable(path: Path) -> Entry[type[Film]]:
    """`film_for`, where films of this format can be written here.

    Raises:
        UnknownKey: nobody writes files with this ending.
        MissingLibrary: the format needs a library that is not installed.
        NotPackaged: ... and cannot be, in the packaged program.
    """
    entry = film_for(path)
    if entry.target.missing():
        if is_frozen():
            raise NotPackaged(what=entry.title, library="av")
        raise MissingLibrary(what=entry.title, library="av", reason="it is not installed")
    return entry


def read_note(path: Path) -> str:
    """The settings that a film carries.

    Raises:
        BadFile: it is missing, damaged, or carries none.
        MissingLibrary: reading its format needs a library that is not installed.
        UnknownKey: no film has such a name.
    """
    if not path.exists():
        raise BadFile(path=path, reason="it does not exist")
    entry = FILMS.get("frames") if path.is_dir() else None
    try:
        if entry is None and path.suffix.lower() == ".json":
            return path.read_text("utf-8", "replace")
        read: Any = (entry or film_for(path)).extra["read_note"]
        note: str | None = read(path)
    except OSError as error:
        raise BadFile(path=path, reason=error.strerror or str(error)) from error
    if not note:
        raise BadFile(path=path, reason="it carries no settings of a walk")
    return note


def pillow_note(path: Path, key: str) -> str | None:
    """A piece of text that Pillow finds in a picture file.

    Raises:
        BadFile: it is no picture.
    """
    from PIL import Image

    try:
        with Image.open(path) as image:
            found = image.info.get(key)
    except Exception as error:  # a damaged file can raise nearly anything out of a decoder
        raise BadFile(path=path, reason="it is no picture that can be read") from error
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else found
