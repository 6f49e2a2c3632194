"""Where we are in latent space, and every move that led there. Neither Qt nor torch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gan_studio.inference.places import Place

Floats = npt.NDArray[np.float32]
LONGEST = 500  # moves that can be undone


@dataclass(frozen=True, eq=False)
class Point:
    """One place.

    Attributes:
        z: float32 ``[dim]``; never changed in place.
        label: the class, None without classes.
        seed: the seed that z came from, before it was moved.
        is_moved: whether z is no longer what the seed gave.
        psi: truncation: the model draws ``mean + psi * (z - mean)``.
        strength: how far the seed led; at 1 the seed alone gives z.
        is_from_seed: False where z came from a file, a picture or a sum of others.
    """

    z: Floats
    label: int | None = None
    seed: int = 1
    is_moved: bool = False
    psi: float = 1.0
    strength: float = 1.0
    is_from_seed: bool = True

    @classmethod
    def at(cls, place: Place, label: int | None, seed: int) -> Point:
        """A place of a shelf or a file; `seed` counts on where it came from none."""
        is_seeded = place.seed is not None
        return cls(
            np.asarray(place.z, np.float32).copy(),
            label,
            place.seed if place.seed is not None else seed,
            is_moved=not is_seeded,
            psi=place.psi,
            is_from_seed=is_seeded,
        )

    def place(self) -> Place:
        """As it is saved: the seed only where it gives z again."""
        is_seeded = not self.is_moved and self.strength == 1
        return Place(self.z, self.label, self.psi, self.seed if is_seeded else None)

    def with_dim(self, dim: int, value: float) -> Point:
        """The same place but for one number."""
        z = self.z.copy()
        z[dim] = value
        return replace(self, z=z, is_moved=True)

    def with_z(self, z: Floats) -> Point:
        """Another place reached by a move."""
        return replace(self, z=np.asarray(z, np.float32).copy(), is_moved=True)


class History:
    """Undo and redo; moves of one gesture (a drag, a turn of the wheel) count as one."""

    def __init__(self, start: Point) -> None:
        self._now = start
        self._past: list[Point] = []
        self._future: list[Point] = []
        self._gesture = ""

    @property
    def now(self) -> Point:
        """The place that is shown."""
        return self._now

    @property
    def can_undo(self) -> bool:
        """Whether there is a move to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a move to repeat."""
        return bool(self._future)

    def move_to(self, point: Point, gesture: str = "") -> None:
        """Go to a place; the same non-empty `gesture` as before extends that move."""
        if not gesture or gesture != self._gesture:
            self._past.append(self._now)
            del self._past[:-LONGEST]
        self._gesture = gesture
        self._future.clear()
        self._now = point

    def end_gesture(self) -> None:
        """The next move is another one, whatever its gesture is called."""
        self._gesture = ""

    def undo(self) -> bool:
        """Take the last move back; False when there is none."""
        return self._shift(self._past, self._future)

    def redo(self) -> bool:
        """Repeat the move that was taken back; False when there is none."""
        return self._shift(self._future, self._past)

    def around(self, most: int) -> tuple[list[Point], int]:
        """At most so many places before and after the present one, oldest first.

        Returns:
            The places, and which of them is the present one.
        """
        past, future = self._past[-most:], self._future[-most:]
        return [*past, self._now, *future[::-1]], len(past)

    def jump(self, moves: int) -> bool:
        """Repeat so many moves, or take them back where it is negative; as far as there are."""
        step = self.undo if moves < 0 else self.redo
        return sum(step() for _move in range(abs(moves))) > 0

    def _shift(self, source: list[Point], target: list[Point]) -> bool:
        self.end_gesture()
        if not source:
            return False
        target.append(self._now)
        self._now = source.pop()
        return True
