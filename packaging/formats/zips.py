"""Zip archives with the rights of programs and with symbolic links, as macOS unpacks them."""

from __future__ import annotations

import shutil
import stat
import time
import zipfile
from typing import TYPE_CHECKING

from formats.tree import Entry, time_of_everything

if TYPE_CHECKING:
    from pathlib import Path

_UNIX = 3


def write_zip(path: Path, entries: list[Entry]) -> None:
    """Write `entries` as a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for entry in entries:
            _add(archive, entry)


def _add(archive: zipfile.ZipFile, entry: Entry) -> None:
    # Zip knows local time without a zone; UTC is the same everywhere.
    when = time.gmtime(time_of_everything())[:6]
    info = zipfile.ZipInfo(entry.path + ("/" if entry.is_folder else ""), when)
    info.create_system = _UNIX
    info.external_attr = (_kind(entry) | entry.mode) << 16
    if entry.is_folder:
        info.external_attr |= 0x10  # what Windows knows a folder by
        archive.writestr(info, b"")
    elif entry.source is None:
        archive.writestr(info, (entry.target or "").encode() if entry.is_link else entry.read())
    else:
        _copy(archive, info, entry.source)


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: Path) -> None:
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = source.stat().st_size
    with source.open("rb") as file, archive.open(info, "w") as target:
        shutil.copyfileobj(file, target, 1 << 20)


def _kind(entry: Entry) -> int:
    if entry.is_link:
        return stat.S_IFLNK
    return stat.S_IFDIR if entry.is_folder else stat.S_IFREG
