"""Which latent sliders are chosen, locked and linked into groups. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


class Marks:
    """What a person has marked.

    Attributes:
        chosen: these move together while they are chosen.
        locked: these are moved by nobody.
        links: groups made by hand, by letter; each dimension is in one of them at most.
    """

    def __init__(self) -> None:
        self.chosen: frozenset[int] = frozenset()
        self.locked: frozenset[int] = frozenset()
        self.links: dict[str, frozenset[int]] = {}

    def clear(self) -> None:
        """Forget everything: another model's numbers are others."""
        self.chosen, self.locked, self.links = frozenset(), frozenset(), {}

    def letter(self, dim: int) -> str:
        """The group of a dimension, "" without one."""
        return next((letter for letter, dims in self.links.items() if dim in dims), "")

    def linked(self, dim: int) -> frozenset[int]:
        """The group of a dimension, or it alone."""
        return self.links.get(self.letter(dim), frozenset((dim,)))

    def together(self, dim: int) -> frozenset[int]:
        """All that move when `dim` is moved, itself included; locked ones are left out."""
        chosen = self.chosen if dim in self.chosen else frozenset((dim,))
        return frozenset().union(*map(self.linked, chosen)) - self.locked

    def toggled(self, dims: Collection[int]) -> frozenset[int]:
        """The locks after `dims` were locked, or unlocked where all of them are."""
        dims = frozenset(dims)
        return self.locked - dims if dims <= self.locked else self.locked | dims

    def is_linked(self, dims: Iterable[int]) -> bool:
        """Whether these are one group, or part of one."""
        dims = frozenset(dims)
        return any(dims <= group for group in self.links.values())

    def link(self, dims: Iterable[int]) -> None:
        """Make these a group; groups that lose all members but one are gone."""
        dims = frozenset(dims)
        self.unlink(dims)
        if len(dims) > 1:
            free = (chr(code) for code in range(ord("A"), 0x110000))
            letter = next(letter for letter in free if letter not in self.links)
            self.links = dict(sorted({**self.links, letter: dims}.items()))

    def unlink(self, dims: Iterable[int]) -> None:
        """Take these out of their groups."""
        dims = frozenset(dims)
        left = {letter: group - dims for letter, group in self.links.items()}
        self.links = {letter: group for letter, group in left.items() if len(group) > 1}


def between(shown: Sequence[int], first: int, last: int) -> frozenset[int]:
    """The rows from one to another, both included; only the last where the first is not shown."""
    if first not in shown or last not in shown:
        return frozenset((last,))
    here, there = sorted((shown.index(first), shown.index(last)))
    return frozenset(shown[here : there + 1])
