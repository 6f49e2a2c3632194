"""Which of many numbered things are chosen, and which is the current one. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Choice:
    """Changes as lists do everywhere: click, Ctrl adds and removes, Shift takes a range.

    Attributes:
        chosen: the numbers.
        current: what keys go from; -1 for none.
    """

    def __init__(self) -> None:
        self.chosen: frozenset[int] = frozenset()
        self.current = -1
        self._count = 0
        self._anchor = 0

    def reset(self, count: int) -> None:
        """There are `count` other things; none is chosen."""
        self._count, self._anchor = count, 0
        self.chosen, self.current = frozenset(), 0 if count else -1

    def set(self, indices: Iterable[int], current: int | None = None) -> None:
        """Choose these and no others."""
        self.chosen = frozenset(index for index in indices if 0 <= index < self._count)
        if current is not None:
            self.current = self._anchor = current

    def toggle(self, index: int) -> None:
        """Choose one more, or one less."""
        self.chosen ^= {index}
        self.current = self._anchor = index

    def extend(self, index: int) -> None:
        """Choose all from where the last single choice was to here."""
        low, high = sorted((self._anchor, index))
        self.chosen, self.current = frozenset(range(low, high + 1)), index

    def step(self, by: int, *, is_range: bool) -> bool:
        """Go to another one, alone or as a range; False where there is none."""
        index = self.current + by
        if not 0 <= index < self._count:
            return False
        if is_range:
            self.extend(index)
        else:
            self.set((index,), index)
        return True

    def meant(self) -> frozenset[int]:
        """What a key is pressed for: the chosen ones if the current one is among them."""
        if self.current in self.chosen:
            return self.chosen
        return frozenset({self.current}) if 0 <= self.current < self._count else frozenset()
