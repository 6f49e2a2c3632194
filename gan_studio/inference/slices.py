"""Planes cut through latent space around a place: by two numbers, two directions, three pictures.

No torch: a window may hold them before it is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_
from gan_studio.inference.planes import Plane

if TYPE_CHECKING:
    from collections.abc import Collection

Wide = npt.NDArray[np.floating[Any]]
Floats = npt.NDArray[np.float32]
NARROWEST = 1e-4  # the sine of an angle below which two ways count as one
ON_IT = 1e-4  # of the length of z: what is nearer to a plane lies on it
PICTURE_A, PICTURE_B, PICTURE_C = (0.0, 0.0), (1.0, 0.0), (0.0, 1.0)


class NoPlane(StudioError):
    """What was chosen spans no plane."""


class SameWay(NoPlane):
    """Two directions are one, or each other's opposite."""

    message = N_("“{first}” and “{second}” lead the same way, so they span no plane.")
    hint = N_("Choose two that differ.")


class OnOneLine(NoPlane):
    """Three pictures have no area between them."""

    message = N_("The three pictures lie on one line of the latent space.")
    hint = N_("Replace one of them.")


class AlikePictures(NoPlane):
    """Three pictures are one."""

    message = N_("The three pictures are the same one.")
    hint = N_("Replace two of them.")


class AllHeld(NoPlane):
    """Locks leave nothing to move."""

    message = N_("Every number that this plane would move is locked.")
    hint = N_("Unlock one of them, or span the plane by something else.")


class Way(Protocol):
    """What a plane needs of a direction (`inference.directions.Direction`)."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def vector(self) -> Floats:
        """One unit of it ``[dim]``."""

    @property
    def origin(self) -> Floats:
        """Where its number is 0 ``[dim]``."""


@dataclass(frozen=True, eq=False)
class Slice(Plane):
    """A plane that no codes were put on; float64, so that what it does not move keeps its bits.

    One of its directions is 0 where it is a line.
    """

    @property
    def moves(self) -> tuple[bool, bool]:
        """Whether the first, and whether the second number of a point moves anything."""
        assert self.directions is not None, "a slice has a way back"
        return bool(self.directions[0].any()), bool(self.directions[1].any())

    def back(self) -> Wide | None:
        """As of every plane, but worked out once: a drag asks for it again and again."""
        return self._back

    @cached_property
    def _back(self) -> Wide | None:
        found: Wide | None = super().back()
        return found

    def places(self, points: Any) -> Floats:
        """The latents float32 ``[M, dim]`` of points ``[M, 2]``."""
        return np.asarray(self.latents_at(np.asarray(points, np.float64)), np.float32)

    def point_of(self, z: Floats) -> tuple[float, float]:
        """The two numbers of the point that is nearest to `z` ``[dim]``."""
        x, y = self.points_of(np.asarray(z, np.float64)[None])[0]
        return float(x), float(y)

    def left_over(self, z: Floats) -> float:
        """How far `z` ``[dim]`` lies from the plane; see `holds` for what is only rounding."""
        nearest = self.latents_at(np.array([self.point_of(z)]))[0]
        return float(np.linalg.norm(z - nearest))

    def holds(self, z: Floats) -> bool:
        """Whether `z` ``[dim]`` lies on it."""
        return self.left_over(z) <= ON_IT * max(1.0, float(np.linalg.norm(z)))

    def held(self, locked: Collection[int], z: Floats) -> Slice:
        """The same plane, but the `locked` numbers stay what they are in `z` ``[dim]``.

        Raises:
            AllHeld: nothing else is moved.
        """
        if not locked:
            return self
        assert self.origin is not None
        assert self.directions is not None
        dims = list(locked)
        origin, directions = self.origin.copy(), self.directions.copy()
        origin[dims], directions[:, dims] = z[dims], 0.0
        if not directions.any():
            raise AllHeld
        if not directions[0].any() or _is_one_way(*directions):
            directions = _one_way(directions)
        return _slice(origin, directions, self.names)


def slice_of_numbers(z: Floats, first: int, second: int) -> Slice:
    """Two numbers of `z` ``[dim]``, the others as they are; points are the numbers themselves.

    The same number twice gives a line.
    """
    origin, directions = np.asarray(z, np.float64).copy(), np.zeros((2, len(z)))
    for row, index in enumerate((first,) if first == second else (first, second)):
        origin[index], directions[row, index] = 0.0, 1.0
    names = (f"z{first}", "" if first == second else f"z{second}")
    return _slice(origin, directions, names)


def slice_of_directions(z: Floats, first: Way, second: Way) -> Slice:
    """The plane through `z` ``[dim]`` along two directions.

    At `z` itself points are what the directions' own sliders show there, where the directions are
    at right angles or begin at the same place.

    Raises:
        SameWay: they are parallel.
    """
    ways = np.stack([np.asarray(way.vector, np.float64) for way in (first, second)])
    if _is_one_way(*ways):
        raise SameWay(first=first.name, second=second.name)
    here = np.asarray(z, np.float64)
    shadows = [(here - way.origin) @ row for way, row in zip((first, second), ways, strict=True)]
    point = np.linalg.solve(ways @ ways.T, np.array(shadows))
    return _slice(here - point @ ways, ways, (first.name, second.name))


def slice_of_places(a: Floats, b: Floats, c: Floats) -> Slice:
    """The plane through three latents ``[dim]``: points are the shares of `b` and `c`.

    What is left to 1 is the share of `a` (`shares_at`); outside the triangle shares are below 0.

    Raises:
        AlikePictures: all three are the same.
        OnOneLine: they have no area between them.
    """
    origin = np.asarray(a, np.float64)
    directions = np.stack([b - origin, c - origin])
    size = max(1.0, float(np.abs(np.stack([a, b, c])).max()))
    if float(np.abs(directions).max()) <= 1e-6 * size:
        raise AlikePictures
    if _is_one_way(*directions):
        raise OnOneLine
    return _slice(origin, directions, ("A", "B", "C"))


def shares_at(x: float, y: float) -> tuple[float, float, float]:
    """The weights of three pictures at a point of their plane; they sum up to 1."""
    return 1.0 - x - y, x, y


def point_with_share(point: tuple[float, float], index: int, share: float) -> tuple[float, float]:
    """The point where picture `index` has this share and the others keep their ratio."""
    shares = list(shares_at(*point))
    others = [at for at in range(3) if at != index]
    rest, wanted = sum(shares[at] for at in others), 1.0 - share
    for at in others:
        shares[at] = shares[at] * wanted / rest if abs(rest) > 1e-9 else wanted / 2
    shares[index] = share
    return shares[1], shares[2]


def _slice(origin: Wide, directions: Wide, names: tuple[str, ...]) -> Slice:
    return Slice(np.zeros((0, 2)), origin, directions, None, names)


def _is_one_way(first: Wide, second: Wide) -> bool:
    """Whether two ways are parallel, or one of them leads nowhere."""
    lengths = float(np.linalg.norm(first)), float(np.linalg.norm(second))
    if min(lengths) <= 1e-9 * max(*lengths, 1e-9):
        return True
    one, other = first / lengths[0], second / lengths[1]
    return float(np.linalg.norm(other - (one @ other) * one)) < NARROWEST


def _one_way(directions: Wide) -> Wide:
    """Of two parallel ways the first that leads anywhere; it stays in its own row."""
    kept, row = np.zeros_like(directions), int(not directions[0].any())
    kept[row] = directions[row]
    return kept


@dataclass(frozen=True)
class Window:
    """The part of a plane that a square shows; (0, 0) is its lower left corner, (1, 1) the other.

    Attributes:
        corner: the point of the plane at (0, 0).
        right: what (1, 0) adds to it.
        up: what (0, 1) adds.
    """

    corner: tuple[float, float]
    right: tuple[float, float]
    up: tuple[float, float]

    @classmethod
    def between(cls, lo: tuple[float, float], hi: tuple[float, float]) -> Window:
        """An upright window."""
        return cls(lo, (hi[0] - lo[0], 0.0), (0.0, hi[1] - lo[1]))

    @classmethod
    def around_triangle(cls, side: float = 0.62) -> Window:
        """Pictures A, B and C at the corners of an equilateral triangle in the middle.

        A is at the lower left, B at the lower right, C at the top.
        """
        height = side * 3**0.5 / 2
        left, foot = 0.5 - side / 2, 0.5 - height / 2
        columns = np.array([[side, 0.0], [side / 2, height]]).T
        back = np.linalg.inv(columns)
        corner = back @ np.array([-left, -foot])
        return cls(_pair(corner), _pair(back[:, 0]), _pair(back[:, 1]))

    def at(self, across: float, up: float) -> tuple[float, float]:
        """The point of the plane at a place of the square."""
        return (
            self.corner[0] + across * self.right[0] + up * self.up[0],
            self.corner[1] + across * self.right[1] + up * self.up[1],
        )

    def of(self, x: float, y: float) -> tuple[float, float]:
        """The place of the square that shows a point of the plane."""
        (a, c), (b, d) = self.right, self.up
        area = a * d - b * c
        dx, dy = x - self.corner[0], y - self.corner[1]
        return (d * dx - b * dy) / area, (a * dy - c * dx) / area

    def zoomed(self, factor: float, across: float, up: float) -> Window:
        """`factor` times as much of the plane; the point at a place of the square stays there."""
        x, y = self.at(across, up)
        right = (self.right[0] * factor, self.right[1] * factor)
        upward = (self.up[0] * factor, self.up[1] * factor)
        corner = (
            x - across * right[0] - up * upward[0],
            y - across * right[1] - up * upward[1],
        )
        return Window(corner, right, upward)

    def showing(self, x: float, y: float) -> Window:
        """The window, shifted as little as needed until it shows a point."""
        across, up = self.of(x, y)
        corner = self.at(across - min(max(across, 0.0), 1.0), up - min(max(up, 0.0), 1.0))
        return Window(corner, self.right, self.up)

    def tiles(self, columns: int, rows: int) -> list[tuple[float, float]]:
        """The points in the middle of as many tiles, row by row from the top left."""
        return [
            self.at((column + 0.5) / columns, 1 - (row + 0.5) / rows)
            for row in range(rows)
            for column in range(columns)
        ]


def _pair(values: Wide) -> tuple[float, float]:
    return float(values[0]), float(values[1])
