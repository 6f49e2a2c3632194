"""Where the pictures of a contact sheet stand. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

GAP = 3
SMALLEST = 28  # px: smaller pictures tell nothing, so the sheet scrolls instead
OVERFLOW = 1.3  # of the height
LARGEST = 112  # px: pictures beyond it are shrunk before the sheet scrolls


@dataclass(frozen=True)
class Grid:
    """All in logical pixels.

    Attributes:
        columns: pictures per row.
        scale: how large a pixel of a picture is.
        width: of one picture.
        height: of one picture.
        left: where the first one begins; row names stand left of it.
        top: where the first one begins; column names stand above it.
        gap: between pictures.
    """

    columns: int
    scale: float
    width: float
    height: float
    left: float
    top: float
    gap: float = GAP

    def corner(self, index: int) -> tuple[float, float]:
        """The top left corner of a picture."""
        row, column = divmod(index, self.columns)
        x = self.left + column * (self.width + self.gap)
        return x, self.top + row * (self.height + self.gap)

    def index_at(self, x: float, y: float, count: int) -> int:
        """Which picture is there, or -1."""
        column, rest_x = divmod(x - self.left, self.width + self.gap)
        row, rest_y = divmod(y - self.top, self.height + self.gap)
        is_within = 0 <= column < self.columns and row >= 0
        index = int(row * self.columns + column)
        is_hit = is_within and rest_x < self.width and rest_y < self.height
        return index if is_hit and index < count else -1

    def size(self, count: int) -> tuple[float, float]:
        """Width and height of everything."""
        rows = math.ceil(count / self.columns)
        wide = self.left + self.columns * (self.width + self.gap) - self.gap
        return wide, self.top + rows * (self.height + self.gap) - self.gap


@dataclass(frozen=True)
class Room:
    """What there is to lay a sheet out in.

    Attributes:
        width: of the widget without scroll bars.
        height: of the widget without scroll bars.
        bar: how wide a scroll bar is.
        left: what row names take.
        top: what column names take.
        ratio: device pixels per logical pixel.
    """

    width: float
    height: float
    bar: float = 10
    left: float = 0
    top: float = 0
    ratio: float = 1


def lay_out(count: int, size: tuple[int, int], room: Room, columns: int = 0, zoom: int = 0) -> Grid:
    """Pictures as large as whole multiples allow without scrolling; never too small to be seen.

    Args:
        count: how many, from 1.
        size: width and height of one in its own pixels.
        room: what there is.
        columns: how many side by side; 0 chooses.
        zoom: the multiple; 0 chooses.
    """
    if zoom:
        scale = max(1, math.floor(zoom * room.ratio)) / room.ratio
    else:
        fitting = _fitting(count, size, room, columns)
        scale = _smallest(max(size), room.ratio)
        if fitting is not None:
            larger = _larger(fitting, count, size, room, columns)
            return fitting if larger is None else larger
    chosen = columns or _columns_beside(count, size, room, scale)
    return _grid(chosen, size, room, scale)


def _fitting(count: int, size: tuple[int, int], room: Room, columns: int) -> Grid | None:
    """The largest that needs no scrolling; among equal ones the fullest rectangle."""
    best: tuple[tuple[float, int], int] | None = None
    for tried in [columns] if columns else range(1, count + 1):
        rows = math.ceil(count / tried)
        scale = min(
            _whole((room.width - room.left + GAP) / tried - GAP, size[0], room.ratio),
            _whole((room.height - room.top + GAP) / rows - GAP, size[1], room.ratio),
        )
        key = (scale, -(rows * tried - count))
        if best is None or key > best[0]:
            best = (key, tried)
    if best is None or best[0][0] < _smallest(max(size), room.ratio):
        return None
    return _grid(best[1], size, room, best[0][0])


def _larger(
    fitting: Grid, count: int, size: tuple[int, int], room: Room, columns: int
) -> Grid | None:
    """The next multiple for small pictures, where it runs over the foot by little only."""
    scale = fitting.scale + 1 / room.ratio
    chosen = columns or _columns_beside(count, size, room, scale)
    found = _grid(chosen, size, room, scale)
    width, height = found.size(count)
    is_small = 1 / room.ratio <= fitting.scale and fitting.width < 2 * SMALLEST
    is_near = width <= room.width - room.bar and height <= OVERFLOW * room.height
    return found if is_small and is_near else None


def _columns_beside(count: int, size: tuple[int, int], room: Room, scale: float) -> int:
    free = room.width - room.left - room.bar + GAP
    return max(1, min(count, int(free // (size[0] * scale + GAP))))


def _grid(columns: int, size: tuple[int, int], room: Room, scale: float) -> Grid:
    return Grid(columns, scale, size[0] * scale, size[1] * scale, room.left, room.top)


def _whole(space: float, extent: int, ratio: float) -> float:
    """The largest scale that makes whole device pixels of each pixel; 0 where there is none."""
    return math.floor(max(space, 0) * ratio / extent) / ratio


def _smallest(extent: int, ratio: float) -> float:
    if extent > LARGEST:
        return 1 / math.ceil(extent / LARGEST)
    return math.ceil(SMALLEST * ratio / extent) / ratio
