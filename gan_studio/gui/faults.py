"""What nobody caught: told once, counted when it comes again at once. Knows no Qt."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_S = 5.0  # a fault that came this lately is counted and not told
MOST = 20  # kinds of faults that are remembered


@dataclass
class Fault:
    """One kind of fault: what was raised, and where."""

    text: str
    details: str
    first: str
    count: int = 0
    told_at: float = float("-inf")


class Faults:
    """The faults since the start. May be called from any thread.

    Args:
        clock: seconds, monotonic.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[object, Fault] = {}

    def note(self, key: object, text: str, details: str) -> int:
        """Count a fault; how often it came where it is to be told now, else 0.

        Args:
            key: what is equal for faults of one kind.
            text: what it says, in one line.
            details: its traceback.
        """
        now = self._clock()
        with self._lock:
            if key not in self._known and len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            fault = self._known.setdefault(key, Fault(text, details, f"{datetime.now():%H:%M:%S}"))
            fault.count += 1
            if now - fault.told_at < QUIET_S:
                return 0
            fault.told_at = now
            return fault.count

    def told(self) -> list[str]:
        """Each kind with its count, for the report, oldest first."""
        with self._lock:
            return [
                f"{fault.first}, {fault.count} times\n{fault.details.rstrip()}"
                for fault in self._known.values()
            ]
