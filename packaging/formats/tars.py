"""Tar archives: the same bytes for the same files, owned by root, compressed by zstd or xz."""

from __future__ import annotations

import io
import lzma
import os
import tarfile
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from formats.tree import Entry, time_of_everything

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Of a window of 128 MiB: what the command zstd unpacks without being told to.
WINDOW_LOG = 27


def write_tar(stream: IO[bytes], entries: list[Entry]) -> None:
    """Write `entries` as an uncompressed tar."""
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as tar:
        for entry in entries:
            _add(tar, entry)


def tar_bytes(entries: list[Entry]) -> bytes:
    """A small tar in memory."""
    buffer = io.BytesIO()
    write_tar(buffer, entries)
    return buffer.getvalue()


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mtime, info.mode = time_of_everything(), entry.mode
    info.uname = info.gname = "root"
    if entry.target is not None:
        info.type, info.linkname = tarfile.SYMTYPE, entry.target
    elif entry.is_folder:
        info.type = tarfile.DIRTYPE
    info.size = entry.size
    if entry.source is None:
        tar.addfile(info, io.BytesIO(entry.data or b""))
        return
    with entry.source.open("rb") as file:
        tar.addfile(info, file)


@contextmanager
def zstd_file(path: Path, level: int) -> Iterator[IO[bytes]]:
    """A file to write to, compressed by all cores; their number does not change the bytes."""
    import zstandard  # in the environment of the build only

    parameters = zstandard.ZstdCompressionParameters.from_level(
        level,
        window_log=WINDOW_LOG,
        enable_ldm=True,
        threads=max(1, os.cpu_count() or 1),
        write_checksum=True,
    )
    compressor = zstandard.ZstdCompressor(compression_params=parameters)
    with path.open("wb") as raw, compressor.stream_writer(raw, closefd=False) as file:
        yield file


@contextmanager
def xz_file(path: Path, preset: int = 6) -> Iterator[IO[bytes]]:
    """A file to write to, compressed by one core; small things only."""
    with lzma.open(path, "wb", preset=preset) as file:
        yield file
