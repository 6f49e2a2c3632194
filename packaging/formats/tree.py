"""A folder as a list of entries in which nothing depends on when, where or by whom it was made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

# Noon, so that no time zone shows another day.
USUAL_TIME = 1767268800  # 2026-01-01 12:00 UTC


def time_of_everything() -> int:
    """The time that every entry is given: ``SOURCE_DATE_EPOCH`` where that is set."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or USUAL_TIME)


@dataclass(frozen=True)
class Entry:
    """A folder, a file or a symbolic link.

    `path` is relative, with slashes. A file has its bytes in `source` or in `data`; a link says in
    `target` where it points.
    """

    path: str
    source: Path | None = None
    data: bytes | None = None
    target: str | None = None
    is_program: bool = False

    @property
    def is_link(self) -> bool:
        return self.target is not None

    @property
    def is_folder(self) -> bool:
        return self.source is None and self.data is None and self.target is None

    @property
    def mode(self) -> int:
        if self.is_link:
            return 0o777
        return 0o755 if self.is_folder or self.is_program else 0o644

    @property
    def size(self) -> int:
        if self.data is not None:
            return len(self.data)
        return self.source.stat().st_size if self.source is not None else 0

    def read(self) -> bytes:
        """The bytes of a file."""
        if self.data is not None:
            return self.data
        return self.source.read_bytes() if self.source is not None else b""

    def below(self, folder: str) -> Entry:
        """The same entry in `folder`."""
        path = f"{folder}/{self.path}"
        return Entry(path, self.source, self.data, self.target, self.is_program)


def entries_of(folder: Path) -> list[Entry]:
    """Everything below `folder`, in the order of the paths.

    Raises:
        ValueError: something is neither folder, file nor link, or a link leads out of the folder.
    """
    return in_order([_entry(path, folder) for path in folder.rglob("*")])


def _entry(path: Path, folder: Path) -> Entry:
    name = path.relative_to(folder).as_posix()
    if path.is_symlink():
        target = PurePosixPath(os.readlink(path).replace(os.sep, "/"))
        _refuse_outside(path, folder, target)
        return Entry(name, target=str(target))
    if path.is_dir():
        return Entry(name)
    if not path.is_file():
        raise ValueError(f"{path} is neither a file nor a folder")
    return Entry(name, source=path, is_program=bool(path.stat().st_mode & 0o100))


def _refuse_outside(path: Path, folder: Path, target: PurePosixPath) -> None:
    """An archive with a link to a place of this machine would be broken everywhere else."""
    lands = Path(os.path.normpath(path.parent / target))
    if target.is_absolute() or not lands.is_relative_to(os.path.normpath(folder)):
        raise ValueError(f"{path} is a link that leads out of the folder: {target}")


def in_order(entries: list[Entry]) -> list[Entry]:
    """`entries` with the folders that they lie in, each once, sorted; a later one wins."""
    found = {
        parent.as_posix(): Entry(parent.as_posix())
        for entry in entries
        for parent in PurePosixPath(entry.path).parents
        if parent.as_posix() != "."
    }
    found.update({entry.path: entry for entry in entries})
    return [found[path] for path in sorted(found)]
