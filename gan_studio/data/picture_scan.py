"""Which files of a folder are pictures, and which class each belongs to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.errors import BadData, Cancelled
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.data.base import DataContext

# What Pillow reads of itself, and what people would miss if it were passed over in silence.
_COMMON = (".bmp", ".gif", ".jfif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
_RARE = (".apng", ".avif", ".dib", ".jp2", ".pbm", ".pgm", ".pnm", ".ppm", ".tga")
_UNREADABLE = (".heic", ".heif")
_PICTURE_SUFFIXES = frozenset((*_COMMON, *_RARE, *_UNREADABLE))
_TELL_EVERY = 500


@dataclass(frozen=True)
class PictureFile:
    """A file that by its name should be a picture.

    Attributes:
        name: path below the folder, with forward slashes.
        byte_count: its length.
        mtime_ns: when it was last changed.
    """

    name: str
    byte_count: int
    mtime_ns: int

    @property
    def top(self) -> str:
        """The sub-folder directly below the folder in which it lies; empty if in none."""
        first, slash, _rest = self.name.partition("/")
        return first if slash else ""


@dataclass(frozen=True)
class Scan:
    """What a folder holds.

    Attributes:
        files: sorted by name.
        other_count: files that are hidden or no pictures.
    """

    files: tuple[PictureFile, ...]
    other_count: int

    @property
    def class_names(self) -> tuple[str, ...]:
        """The sub-folders, where there are several and no picture lies beside them."""
        tops = sorted({file.top for file in self.files})
        return tuple(tops) if len(tops) > 1 and tops[0] else ()


def scan_folder(folder: Path, context: DataContext) -> Scan:
    """List the pictures in `folder` and below it. Linked folders are not followed.

    Raises:
        BadData: `folder` cannot be read.
        Cancelled: the person cancelled.
    """
    if not folder.is_dir():
        raise BadData(folder, N_("there is no such folder"), N_("Check the path."))
    if not os.access(folder, os.R_OK | os.X_OK):
        raise BadData(folder, N_("you may not read it"), N_("Choose another folder."))
    files: list[PictureFile] = []
    other_count = 0
    for path in _walk(folder):
        file = _picture(path, folder)
        if file is None:
            other_count += 1
        else:
            files.append(file)
        if (len(files) + other_count) % _TELL_EVERY == 1:
            if context.is_cancelled():
                raise Cancelled()
            context.progress(len(files), 0, "scan")
    return Scan(tuple(sorted(files, key=lambda file: file.name)), other_count)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__MACOSX"))]
        for name in names:
            yield Path(parent, name)


def _picture(path: Path, folder: Path) -> PictureFile | None:
    if path.name.startswith(".") or path.suffix.lower() not in _PICTURE_SUFFIXES:
        return None
    try:
        status = path.stat()
    except OSError:  # a link that leads nowhere: listed, and refused when it is opened
        return PictureFile(path.relative_to(folder).as_posix(), 0, 0)
    # A pipe or a socket would never stop being read.
    if not path.is_file():
        return None
    return PictureFile(path.relative_to(folder).as_posix(), status.st_size, status.st_mtime_ns)
