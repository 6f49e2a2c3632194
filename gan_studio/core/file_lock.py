"""A lock that the system holds for a process and gives free when the process ends, however."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

TAKEN = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)
RETRY_S = 0.02
LOCKED_AT = 1 << 30  # Windows lets nobody read what is locked, so that is beyond the end


class FileLock:
    """One holder at a time, in any process; what is in the file means nothing for it.

    Unlike a process id in a file it cannot be mistaken: ids are used again, and nobody has to tidy
    up after a crash.

    Args:
        path: the file; it is made where it is missing.
        rights: of a new file.
    """

    def __init__(self, path: Path, rights: int = 0o600) -> None:
        self._path, self._rights = path, rights
        self._handle: int | None = None

    def acquire(self, timeout_s: float = 0.0) -> bool:
        """Take the lock; False where somebody else has it for so long.

        A look by `is_held` takes it for a moment, so who must have it should wait a little.

        Raises:
            OSError: the folder is gone or read-only, or its disk knows no locks.
        """
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, self._rights)
        deadline = time.monotonic() + timeout_s
        try:
            while not _lock(handle):
                if time.monotonic() >= deadline:
                    return False
                time.sleep(RETRY_S)
            self._handle, handle = handle, -1
            return True
        finally:
            if handle != -1:
                os.close(handle)

    def release(self) -> None:
        """Give it free; nothing happens where it is not held."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock at `path`; not where there is no such file."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _lock(handle)
    finally:
        os.close(handle)


def _lock(handle: int) -> bool:
    """Try at once; closing the handle unlocks.

    Raises:
        OSError: for another reason than that it is taken.
    """
    try:
        if sys.platform == "win32":
            os.lseek(handle, LOCKED_AT, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in TAKEN:
            return False
        raise
    return True
