"""Calls that may come often, carried out seldom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable


class Throttle(QObject):
    """Calls `func` at once, then at most once per interval with the last arguments.

    Args:
        func: what is called, in the main thread.
        interval_ms: shortest time between two calls.
        clock: seconds, monotonic.
        parent: whose end also ends a waiting call.
    """

    def __init__(
        self,
        func: Callable[..., None],
        interval_ms: int,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._func = func
        self._interval_s = interval_ms / 1000
        self._clock = clock
        self._last = float("-inf")
        self._waiting: tuple[Any, ...] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def __call__(self, *args: Any) -> None:
        """Ask for a call."""
        self._waiting = args
        wait_s = self._last + self._interval_s - self._clock()
        if wait_s <= 0:
            self.flush()
        elif not self._timer.isActive():
            self._timer.start(max(1, round(wait_s * 1000)))

    def flush(self) -> None:
        """Carry a waiting call out now."""
        self._timer.stop()
        if self._waiting is None:
            return
        args, self._waiting = self._waiting, None
        self._last = self._clock()
        self._func(*args)

    def cancel(self) -> None:
        """Forget a waiting call."""
        self._timer.stop()
        self._waiting = None
