"""A thread that works beside the window until it is closed."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod


class Background(ABC):
    """One daemon thread and the condition that it waits on.

    Args:
        name: of the thread.
        after: one that was closed; nothing begins before it has ended.
    """

    def __init__(self, name: str, after: Background | None = None) -> None:
        self._after = after
        self._condition = threading.Condition()
        self._is_closed = False
        self._thread = threading.Thread(target=self._begin, name=name, daemon=True)

    def close(self, timeout_s: float = 5.0) -> None:
        """End the thread after the piece that it works on, and wait so long for that."""
        with self._condition:
            self._is_closed = True
            self._condition.notify()
        self._thread.join(timeout_s)

    def _start(self) -> None:
        """Begin; subclasses call it once they are complete."""
        self._thread.start()

    def _begin(self) -> None:
        """In the thread."""
        after, self._after = self._after, None
        if after is not None:
            after._thread.join()
        self._run()

    @abstractmethod
    def _run(self) -> None:
        """Work in the thread until `_is_closed`, which `_condition` guards."""
