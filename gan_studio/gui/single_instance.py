"""One window for each folder of settings: a later start hands over what it was asked to open.

The first window holds a lock, which the system releases when the process ends, however that
happens: nothing is left behind by a crash. A later start writes a letter, a small JSON file, into a
folder that only this person may use, and the window takes it away as its answer. So nothing
listens anywhere, and the later start loads neither Qt nor torch.

Standard library only.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import sys
import time
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from gan_studio.core.file_lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1
PAGES = ("", "lab")
MOST_PATHS = 64
LONGEST_PATH, LONGEST_TOKEN, LONGEST_LETTER = 4096, 512, 64 * 1024
ENDING = ".json"
PATIENCE_S = 6.0  # a window that starts on a busy machine may need some of it
PAUSE_S = 0.02
STALE_S = 60.0  # nobody waits for an answer any more


@dataclass(frozen=True)
class Wish:
    """What a start of the program asks a window for.

    Attributes:
        paths: absolute paths of what is to be opened.
        page: "lab" where it was asked for by name, and takes the paths as its files.
        token: what the desktop gave the later start for the window to come to the front with.
    """

    paths: tuple[Path, ...] = ()
    page: str = ""
    token: str = ""

    def to_text(self) -> str:
        """The wish as a letter."""
        table = {
            "version": VERSION,
            "page": self.page,
            "open": [str(path) for path in self.paths[:MOST_PATHS]],
            "token": self.token[:LONGEST_TOKEN],
        }
        return json.dumps(table)

    @classmethod
    def from_text(cls, text: str) -> Wish:
        """The reverse of `to_text`.

        Raises:
            ValueError: it is no letter of this version.
        """
        table = json.loads(text)
        if not isinstance(table, dict) or table.get("version") != VERSION:
            raise ValueError("no letter of this version")
        page, token, paths = table.get("page"), table.get("token"), table.get("open")
        if page not in PAGES or not _is_text(token, LONGEST_TOKEN):
            raise ValueError("the page or the token cannot be used")
        if not isinstance(paths, list) or len(paths) > MOST_PATHS:
            raise ValueError("no list of paths, or too long a one")
        if not all(_is_text(path, LONGEST_PATH) and os.path.isabs(path) for path in paths):
            raise ValueError("a path is not absolute, or too long")
        return cls(tuple(map(Path, paths)), page, token)


def _is_text(value: Any, longest: int) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= longest and "\0" not in value


class Answer(Enum):
    """What came of a wish."""

    FIRST = auto()  # there is no other window: show it here
    TAKEN = auto()  # the window that is open shows it
    SILENCE = auto()  # a window is open and does not answer
    UNKNOWN = auto()  # the folder of settings cannot be used for this


@dataclass
class Desk:
    """Where the windows of one folder of settings and one machine find each other.

    A folder of settings on a network drive has a desk for each machine.
    """

    folder: Path
    _lock: FileLock | None = field(default=None, repr=False)

    @classmethod
    def of(cls, settings: Path) -> Desk:
        """The desk of a folder of settings."""
        return cls(settings / f"instance-{_machine()}")

    @property
    def letters(self) -> Path:
        """The folder of the letters."""
        return self.folder / "letters"

    def ask(
        self,
        wish: Wish,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> Answer:
        """Become the first window, or hand the wish to the one that is."""
        try:
            if self.take():
                return Answer.FIRST
            return self._hand_over(wish, patience_s, clock, sleep)
        except OSError:  # read-only, or a drive without locks
            return Answer.UNKNOWN

    def is_free(self) -> bool:
        """Become the first window where there is none; nobody is asked for anything."""
        try:
            return self.take()
        except OSError:
            return False

    def take(self) -> bool:
        """Become the first window; False where there is one.

        Raises:
            OSError: the folder cannot be used.
        """
        self.letters.mkdir(mode=0o700, parents=True, exist_ok=True)
        if hasattr(os, "getuid") and self.letters.stat().st_uid == os.getuid():
            self.folder.chmod(0o700)
            self.letters.chmod(0o700)
        lock = FileLock(self.folder / "lock")
        if not lock.acquire():
            return False
        self._lock = lock
        return True

    def leave(self) -> None:
        """Be no window any more: the next start is the first one."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _hand_over(
        self,
        wish: Wish,
        patience_s: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> Answer:
        _let_come_to_the_front()
        letter = self._write(wish)
        try:
            end = clock() + patience_s
            while clock() < end:
                if not letter.exists():
                    return Answer.TAKEN
                if self.take():  # it has ended meanwhile
                    return Answer.FIRST
                sleep(PAUSE_S)
            return Answer.SILENCE if letter.exists() else Answer.TAKEN
        finally:
            letter.unlink(missing_ok=True)

    def _write(self, wish: Wish) -> Path:
        name = os.urandom(8).hex()
        hidden = self.letters / f".{name}"
        with open(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(wish.to_text().encode())
        letter = self.letters / f"{name}{ENDING}"
        os.replace(hidden, letter)  # whole, or not there
        return letter

    def collect(self) -> list[Wish]:
        """Take the letters away, oldest first; what is no letter is thrown away."""
        found: list[tuple[float, Path]] = []
        with contextlib.suppress(OSError):
            for path in self.letters.glob(f"*{ENDING}"):
                with contextlib.suppress(OSError):  # it has been taken back
                    found.append((path.lstat().st_mtime, path))
        wishes = (_read(path) for _time, path in sorted(found))
        return [wish for wish in wishes if wish is not None]


def _read(letter: Path) -> Wish | None:
    """A letter that is taken away; None where it was taken back, is old, or is none."""
    try:
        about = letter.lstat()
        text = _content(letter) if _is_ours(about) else ""
        letter.unlink()  # the answer
        return Wish.from_text(text) if time.time() - about.st_mtime < STALE_S else None
    except (OSError, ValueError, RecursionError):
        with contextlib.suppress(OSError):
            letter.unlink(missing_ok=True)
        return None


def _is_ours(about: os.stat_result) -> bool:
    is_own = not hasattr(os, "getuid") or about.st_uid == os.getuid()
    return is_own and stat.S_ISREG(about.st_mode) and about.st_size <= LONGEST_LETTER


def _content(path: Path) -> str:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:
        return file.read(LONGEST_LETTER).decode("utf-8")


def _machine() -> str:
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return re.sub(r"[^\w-]+", "-", name)[:64] or "here"


def _let_come_to_the_front() -> None:
    """Windows lets only the program in front hand that right on; others have tokens or nothing."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
