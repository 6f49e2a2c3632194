"""Points that a person draws with the mouse: a spray along the way, and where they are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

PER_MOVE = 12  # points for every place that the mouse reports
SPREAD = 0.02  # of what is shown
MOST = 20_000
FEWEST = 16  # less is no distribution


@dataclass
class Spray:
    """What has been drawn so far.

    Attributes:
        points: ``(x,)`` or ``(x, y)`` each.
    """

    points: list[tuple[float, ...]] = field(default_factory=list)
    _random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def add(self, place: tuple[float, ...], width: float) -> None:
        """Spray around a place; `width` is that of what is shown."""
        room = MOST - len(self.points)
        noise = self._random.normal(0.0, SPREAD * width, (min(PER_MOVE, room), len(place)))
        self.points += [tuple(point) for point in (np.array(place) + noise).tolist()]


def keep_points(points: list[tuple[float, ...]], folder: Path) -> Path:
    """Write points as CSV; the name follows from what is in it, so that a lesson finds it again.

    Raises:
        OSError: it cannot be written.
    """
    text = "\n".join(",".join(f"{value:.5f}" for value in point) for point in points) + "\n"
    return keep_text(text, folder)


def keep_text(text: str, folder: Path) -> Path:
    """Write a CSV text into the folder.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"points-{hashlib.sha256(text.encode()).hexdigest()[:12]}.csv"
    path.write_text(text, "utf-8")
    return path
