"""JSON lines from one process to another, through files of bounded size.

A stream is a row of segments, ``events-000001.jsonl`` and so on. The writer goes on to the next
segment when one is full and never returns; the reader follows it. Either may be killed at any
time: a torn line is left out, and nobody waits for anybody.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SEGMENT_BYTES = 128 * 2**10


def segment(folder: Path, stem: str, number: int) -> Path:
    """The file of one segment."""
    return folder / f"{stem}-{number:06d}.jsonl"


def segments(folder: Path, stem: str) -> list[int]:
    """The numbers of the segments that are there, in order."""
    pattern = re.compile(rf"{re.escape(stem)}-(\d+)\.jsonl")
    try:
        names = [path.name for path in folder.iterdir()]
    except OSError:
        return []
    return sorted(int(found[1]) for name in names if (found := pattern.fullmatch(name)))


class SpoolWriter:
    """Appends lines; begins in the newest segment that is there."""

    def __init__(self, folder: Path, stem: str, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder, self._stem, self._segment_bytes = folder, stem, segment_bytes
        self._number = max(segments(folder, stem), default=1)
        self._file: io.FileIO | None = None
        self._is_torn = False

    def write(self, lines: Sequence[str]) -> None:
        """Append the lines, so that they are seen at once.

        Raises:
            OSError: some of them could not be written; what is torn does no harm.
        """
        if not lines:
            return
        if self._file is None:
            self._file = io.FileIO(segment(self._folder, self._stem, self._number), "ab")
        data = "".join(f"{line}\n" for line in lines).encode()
        rest = memoryview(b"\n" + data if self._is_torn else data)
        self._is_torn = True
        while rest:
            rest = rest[self._file.write(rest) or 0 :]
        self._is_torn = False
        if self._file.tell() >= self._segment_bytes:
            self._turn()

    def _turn(self) -> None:
        self.close()
        self._number += 1
        # There at once: it tells the reader that the one before is complete.
        self._file = io.FileIO(segment(self._folder, self._stem, self._number), "ab")

    def keep(self, most: int) -> None:
        """Remove all but the `most` newest segments."""
        for number in segments(self._folder, self._stem)[:-most]:
            with contextlib.suppress(OSError):  # on Windows, while it is read: another time
                segment(self._folder, self._stem, number).unlink()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


class SpoolReader:
    """Reads lines as they come, from the oldest segment that is there.

    Args:
        removes: whether segments that were read are removed.
    """

    def __init__(self, folder: Path, stem: str, *, removes: bool = False) -> None:
        self._folder, self._stem, self._removes = folder, stem, removes
        self._number = 0
        self._file: io.FileIO | None = None
        self._rest = b""

    def read(self) -> list[dict[str, Any]]:
        """All tables that came since the last call; torn and foreign lines are left out."""
        found = self._take()
        while (following := self._following()) is not None:
            found += self._take()  # what came between the two looks
            self._turn(following)
            found += self._take()
        return found

    def _following(self) -> int | None:
        """The next segment; those between may have been removed."""
        numbers = segments(self._folder, self._stem)
        return next((number for number in numbers if number > self._number), None)

    def _turn(self, number: int) -> None:
        done = self._number if self._file is not None else None
        self.close()
        if self._removes and done is not None:
            with contextlib.suppress(OSError):
                segment(self._folder, self._stem, done).unlink()
        self._number, self._rest = number, b""
        with contextlib.suppress(OSError):  # removed a moment ago
            self._file = io.FileIO(segment(self._folder, self._stem, number), "rb")

    def _take(self) -> list[dict[str, Any]]:
        if self._file is None:
            return []
        try:
            data = self._rest + self._file.readall()
        except OSError:
            return []
        *lines, self._rest = data.split(b"\n")
        return [plain for line in lines if (plain := _parsed(line)) is not None]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return plain if isinstance(plain, dict) else None
