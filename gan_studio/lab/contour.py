"""Where a function on a grid crosses a level: marching squares, all cells at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from gan_studio.data.distributions import Floats

Indices = npt.NDArray[np.intp]


def crossings(
    heat: Floats, low: tuple[float, float], high: tuple[float, float], level: float = 0.5
) -> Floats:
    """Loose pieces ``[M, 2, 2]`` (piece, end, x or y) of the line where `heat` is `level`.

    Linear between the middles of neighbouring cells; a saddle is cut by the mean of its corners.

    Args:
        heat: ``[rows, columns]``, values at the middles of the cells of a grid, from below.
        low: lower left corner of the grid.
        high: its upper right corner.
        level: the value to follow.
    """
    rows, columns = heat.shape
    x = low[0] + (np.arange(columns) + 0.5) * (high[0] - low[0]) / columns
    y = low[1] + (np.arange(rows) + 0.5) * (high[1] - low[1]) / rows
    above = heat > level
    corners = (above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1])
    case = np.zeros(above[1:, 1:].shape, dtype=np.int8)
    for bit, corner in enumerate(corners):
        case |= corner.astype(np.int8) << bit
    row, column = np.nonzero((case > 0) & (case < 15))
    if not len(row):
        return np.empty((0, 2, 2))
    case = case[row, column]
    ends = _edge_points(heat, level, x, y, row, column)
    middle = heat[row, column] + heat[row, column + 1]
    middle = (middle + heat[row + 1, column] + heat[row + 1, column + 1]) / 4
    # Both saddles are the same pair of pieces, one where the middle is above, one where below.
    case = np.where((case == 5) & (middle > level), 16, case)
    case = np.where((case == 10) & (middle > level), 17, case)
    first, second = _FIRST[case], _SECOND[case]
    which = np.arange(len(case))
    cut_twice = second[:, 0] >= 0
    pieces = [ends[which[:, None], first], ends[which[cut_twice, None], second[cut_twice]]]
    return np.concatenate(pieces)


# Edges of a cell: 0 below, 1 right, 2 above, 3 left. Corners: 1 lower left, 2 lower right, 4 upper
# right, 8 upper left.
_PIECES = {
    1: ((3, 0),),
    2: ((0, 1),),
    3: ((3, 1),),
    4: ((1, 2),),
    5: ((3, 0), (1, 2)),
    6: ((0, 2),),
    7: ((3, 2),),
    8: ((2, 3),),
    9: ((0, 2),),
    10: ((0, 1), (2, 3)),
    11: ((1, 2),),
    12: ((1, 3),),
    13: ((0, 1),),
    14: ((0, 3),),
    16: ((3, 2), (0, 1)),
    17: ((3, 0), (1, 2)),
}

_FIRST, _SECOND = np.full((18, 2), -1), np.full((18, 2), -1)
for _number, (_pair, *_more) in _PIECES.items():
    _FIRST[_number] = _pair
    if _more:
        _SECOND[_number] = _more[0]


def _edge_points(
    heat: Floats,
    level: float,
    x: Floats,
    y: Floats,
    row: Indices,
    column: Indices,
) -> Floats:
    """Where each of a cell's four edges is crossed ``[N, 4, 2]``, as if every one were."""
    values = (
        heat[row, column],
        heat[row, column + 1],
        heat[row + 1, column + 1],
        heat[row + 1, column],
    )
    lower_left, lower_right, upper_right, upper_left = values
    x0, x1, y0, y1 = x[column], x[column + 1], y[row], y[row + 1]
    below = _between(x0, x1, lower_left, lower_right, level)
    above = _between(x0, x1, upper_left, upper_right, level)
    left = _between(y0, y1, lower_left, upper_left, level)
    right = _between(y0, y1, lower_right, upper_right, level)
    points = [(below, y0), (x1, right), (above, y1), (x0, left)]
    return np.stack([np.stack(point, 1) for point in points], 1)


def _between(start: Floats, end: Floats, at_start: Floats, at_end: Floats, level: float) -> Floats:
    change = at_end - at_start
    share = np.divide(level - at_start, change, out=np.full_like(change, 0.5), where=change != 0)
    return start + np.clip(share, 0.0, 1.0) * (end - start)
