"""Locks on files, which the system releases when a process ends, however that happens."""

from __future__ import annotations

import os
from typing import IO, Any

_AT = 1 << 30  # Windows lets nobody read what is locked, so that is beyond the end


def try_lock(file: IO[Any]) -> bool:
    """Lock an open file for this process; False where another one holds the lock.

    Raises:
        OSError: there are no locks on this drive.
    """
    if os.name == "nt":
        import msvcrt

        windows: Any = msvcrt
        file.seek(_AT)
        try:
            windows.locking(file.fileno(), windows.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
