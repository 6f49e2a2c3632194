"""How far long work is, and whether a person has had enough of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gan_studio.core.errors import Cancelled

Progress = Callable[[int, int], None]


@dataclass
class Watch:
    """Tells `progress` how much of `total` is done, and stops where `is_cancelled` says so.

    Attributes:
        progress: is told (done, all), or None.
        is_cancelled: asked whenever something is done.
        total: all of the work, in whatever unit `done` counts.
        done: how much of it is.
    """

    progress: Progress | None
    is_cancelled: Callable[[], bool]
    total: int
    done: int = 0

    def advance(self, amount: int) -> None:
        """So much more is done.

        Raises:
            Cancelled: it was.
        """
        if self.is_cancelled():
            raise Cancelled
        self.done = min(self.total, self.done + amount)
        if self.progress is not None:
            self.progress(self.done, self.total)

    def finish(self) -> None:
        """All of it is done, also what turned out not to be needed.

        Raises:
            Cancelled: it was.
        """
        self.advance(self.total - self.done)
