"""Whether the window of an earlier day was closed, or ended in another way.

While a window is open, a small file in the settings folder says so, and the system holds a lock on
it that ends with the process, however that ends. A mark without its lock is one that nobody took
away: the program crashed, was killed, or the computer went off. Beside the mark lies what Python
wrote of its stacks when a library crashed.
"""

from __future__ import annotations

import contextlib
import faulthandler
import json
import logging
import secrets
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any

import gan_studio
from gan_studio.core.errors import StudioError
from gan_studio.core.file_lock import FileLock, is_held
from gan_studio.core.paths import write_atomically
from gan_studio.jobs.report.log_tail import log_file_tail, tail

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

MARK, STACKS, LAST_END = ".open", ".stacks", "last-end.json"
LOG_LINES = 40
PATIENCE_S = 0.5  # with a window that only looks whether the lock is held

log = logging.getLogger("gan_studio.jobs")


@dataclass(frozen=True)
class UnexpectedEnd:
    """A window that was ended without being closed.

    Attributes:
        started: when it was opened, as the log writes it.
        version: of GAN Studio.
        run_dir: the run that was under way, "" without one.
        stacks: what all threads were at, "" where no library crashed.
        log: the last lines that it logged.
    """

    started: str
    version: str = ""
    run_dir: str = ""
    stacks: str = ""
    log: tuple[str, ...] = ()


class OpenMark:
    """The mark of this process. Nothing is raised: a window without a mark is better than none."""

    def __init__(self, folder: Path, now: datetime) -> None:
        # Not of the process's number: in a container every window may have the same.
        self._mark = folder / f"window-{secrets.token_hex(4)}{MARK}"
        self._stacks = self._mark.with_suffix(STACKS)
        self._started = f"{now:%Y-%m-%d %H:%M:%S}"
        self._lock = FileLock(self._mark)
        self._file: IO[str] | None = None
        self._stacks_file: IO[bytes] | None = None

    def open(self) -> None:
        """Write the mark, and let Python write its stacks beside it if a library crashes."""
        try:
            self._mark.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._mark.open("w", encoding="utf-8")
            self._lock.acquire(PATIENCE_S)
            self._write("")
            # A file of its own: the packaged window has no stderr to write to.
            self._stacks_file = self._stacks.open("wb")
            faulthandler.enable(self._stacks_file)
        except OSError as error:
            log.info("an unexpected end will not be noticed: %s", error)

    def note_run(self, run_dir: str) -> None:
        """Say which run is under way; "" for none."""
        with contextlib.suppress(OSError):
            self._write(run_dir)

    def close(self) -> None:
        """Take the mark away: the window was closed, and how one before it ended is history."""
        if self._stacks_file is not None:
            faulthandler.disable()
        self._lock.release()
        if self._file is not None:
            with contextlib.suppress(OSError):
                (self._mark.parent / LAST_END).unlink(missing_ok=True)
        for file, path in ((self._stacks_file, self._stacks), (self._file, self._mark)):
            with contextlib.suppress(OSError):
                if file is not None:
                    file.close()
                    path.unlink(missing_ok=True)
        self._file = self._stacks_file = None

    def _write(self, run_dir: str) -> None:
        if self._file is None:
            return
        about = {"started": self._started, "version": gan_studio.__version__, "run_dir": run_dir}
        self._file.seek(0)
        self._file.truncate()
        self._file.write(json.dumps(about))
        self._file.flush()


def unexpected_end(folder: Path) -> UnexpectedEnd | None:
    """The newest window that was ended without being closed since this was last asked.

    Its mark is taken away, and what is known of it is kept for `last_end`.
    """
    marks = sorted(folder.glob(f"window-*{MARK}")) if folder.is_dir() else []
    ends = [end for mark in marks if (end := _end_of(mark)) is not None]
    if not ends:
        return None
    newest = max(ends, key=lambda end: end.started)
    try:
        write_atomically(folder / LAST_END, json.dumps(asdict(newest)).encode())
    except StudioError as error:
        log.info("%s", error)
    return newest


def last_end(folder: Path) -> UnexpectedEnd | None:
    """What `unexpected_end` found last, also on an earlier day.

    None once a window was closed after it.
    """
    return _from_plain(_read(folder / LAST_END))


def _end_of(mark: Path) -> UnexpectedEnd | None:
    """How the window of a mark ended; None where it is open, or where its mark cannot be read."""
    try:
        if is_held(mark):
            return None
    except OSError:  # a drive without locks: nothing is known of it
        return None
    end = _from_plain(_read(mark))
    if end is None:  # being written right now, or of another version
        return None
    stacks = mark.with_suffix(STACKS)
    lines = log_file_tail(mark.parent, LOG_LINES, since=end.started)
    found = UnexpectedEnd(end.started, end.version, end.run_dir, tail(stacks), tuple(lines))
    for path in (mark, stacks):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
    return found


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def _from_plain(plain: Any) -> UnexpectedEnd | None:
    if not isinstance(plain, dict) or not isinstance(plain.get("started"), str):
        return None
    words = {key: str(plain.get(key, "")) for key in ("started", "version", "run_dir", "stacks")}
    lines = plain.get("log")
    return UnexpectedEnd(**words, log=tuple(map(str, lines)) if isinstance(lines, list) else ())
