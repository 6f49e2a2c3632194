"""Undo and redo of whatever is moved: a place, a walk. No Qt."""

from __future__ import annotations

from typing import Generic, TypeVar

LONGEST = 500  # moves that can be undone

T = TypeVar("T")


class History(Generic[T]):
    """Undo and redo; moves of one gesture (a drag, a turn of the wheel) count as one."""

    def __init__(self, start: T) -> None:
        self._now = start
        self._past: list[T] = []
        self._future: list[T] = []
        self._gesture = ""

    @property
    def now(self) -> T:
        """What is shown."""
        return self._now

    @property
    def can_undo(self) -> bool:
        """Whether there is a move to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a move to repeat."""
        return bool(self._future)

    def move_to(self, item: T, gesture: str = "") -> None:
        """Go on to `item`; the same non-empty `gesture` as before extends that move."""
        if not gesture or gesture != self._gesture:
            self._past.append(self._now)
            del self._past[:-LONGEST]
        self._gesture = gesture
        self._future.clear()
        self._now = item

    def end_gesture(self) -> None:
        """The next move is another one, whatever its gesture is called."""
        self._gesture = ""

    def undo(self) -> bool:
        """Take the last move back; False when there is none."""
        return self._shift(self._past, self._future)

    def redo(self) -> bool:
        """Repeat the move that was taken back; False when there is none."""
        return self._shift(self._future, self._past)

    def around(self, most: int) -> tuple[list[T], int]:
        """At most so many before and after the present one, oldest first.

        Returns:
            What they were, and which of them is the present one.
        """
        past, future = self._past[-most:], self._future[-most:]
        return [*past, self._now, *future[::-1]], len(past)

    def jump(self, moves: int) -> bool:
        """Repeat so many moves, or take them back where it is negative; as far as there are."""
        step = self.undo if moves < 0 else self.redo
        return sum(step() for _move in range(abs(moves))) > 0

    def _shift(self, source: list[T], target: list[T]) -> bool:
        self.end_gesture()
        if not source:
            return False
        target.append(self._now)
        self._now = source.pop()
        return True
