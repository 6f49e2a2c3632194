"""The last things that were logged: in this process, and in the file of the window."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOG_FILE = "gan-studio.log"  # in the settings folder
KEPT, TAIL_BYTES = 200, 64_000


class RecentLog(logging.Handler):
    """Keeps the last `KEPT` records as text; made to be asked from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        try:
            self._lines.append(self.format(record))
        except Exception:  # as logging's own handlers do: a bad record must not stop its writer
            self.handleError(record)

    @property
    def lines(self) -> list[str]:
        """The records, oldest first; one with a traceback has several lines."""
        self.acquire()
        try:
            return list(self._lines)
        finally:
            self.release()


def recent_log() -> list[str]:
    """What the program's `RecentLog` holds; nothing where there is none."""
    for handler in logging.getLogger("gan_studio").handlers:
        if isinstance(handler, RecentLog):
            return handler.lines
    return []


def log_file_tail(folder: Path, count: int, since: str = "") -> list[str]:
    """The last lines of the window's log.

    Args:
        folder: the settings folder.
        count: how many lines at most.
        since: a moment as the log writes it; lines before it are left out.
    """
    lines = tail(folder / LOG_FILE).splitlines()
    if since:
        first = next((at for at, line in enumerate(lines) if line[:1] == "2" and line >= since), -1)
        lines = lines[first:] if first >= 0 else []
    return lines[-count:]


def tail(path: Path, most: int = TAIL_BYTES) -> str:
    """The end of a text file, from the start of a line; "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return text if size <= most else text.partition("\n")[2]
