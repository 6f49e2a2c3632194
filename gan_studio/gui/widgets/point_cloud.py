"""Many thousand points as one image, fast enough to be drawn anew at every move of the mouse.

Qt draws a dot at a time; here all dots are stamped together, one pixel of the stamp after another.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:
    from collections.abc import Sequence

Pixels = npt.NDArray[np.floating[Any]]
_SHADES = 4  # steps of a dot's soft edge


def cloud_image(
    size: tuple[int, int],
    places: tuple[Pixels, Pixels],
    kinds: npt.NDArray[Any],
    colors: Sequence[QColor],
    radius: float,
) -> QImage:
    """Dots on a transparent ground.

    Args:
        size: width and height in pixels of the device.
        places: columns and rows ``[N]`` in those pixels; what lies outside is left out.
        kinds: which of `colors` each dot has ``[N]``; later dots lie above earlier ones.
        colors: may be transparent.
        radius: of a dot, in the same pixels.
    """
    width, height = size
    offsets, shades = _stamp(round(radius, 1))
    reach = int(np.abs(offsets).max())
    pad = 2 * reach + 1  # a dot whose middle is just outside still reaches in
    columns, rows = (np.floor(part).astype(np.int64) for part in places)
    is_near = (columns >= -reach) & (columns < width + reach)
    is_near &= (rows >= -reach) & (rows < height + reach)
    columns, rows, kinds = columns[is_near] + pad, rows[is_near] + pad, kinds[is_near]
    wide = width + 2 * pad
    pixels = np.zeros((height + 2 * pad, wide), dtype=np.uint32)
    flat, middles = pixels.reshape(-1), rows * wide + columns
    table = _table(colors)
    # Soft edges first: no dot's edge may eat into the middle of its neighbour.
    for (down, right), shade in zip(offsets, shades, strict=True):
        flat[middles + (down * wide + right)] = table[shade][kinds]
    inside = np.ascontiguousarray(pixels[pad : pad + height, pad : pad + width])
    image_format = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(inside.tobytes(), width, height, 4 * width, image_format).copy()


@lru_cache(maxsize=32)
def _stamp(radius: float) -> tuple[npt.NDArray[np.int64], tuple[int, ...]]:
    """The pixels of a dot ``[P, 2]`` (down, right) and how strongly each is covered."""
    reach = int(np.ceil(radius))
    fine = (np.arange(8) + 0.5) / 8 - 0.5
    found = []
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            far = np.hypot(down + fine[:, None], right + fine[None])
            shade = round(float((far <= radius).mean()) * _SHADES)
            if shade:
                found.append((shade, down, right))
    found = sorted(found) or [(_SHADES, 0, 0)]
    return np.array([(down, right) for _shade, down, right in found]), tuple(
        shade for shade, _down, _right in found
    )


def _table(colors: Sequence[QColor]) -> npt.NDArray[np.uint32]:
    """``[shades, colours]``: premultiplied, as Qt holds them."""
    parts = np.array([[c.red(), c.green(), c.blue(), c.alpha()] for c in colors], dtype=float)
    parts = parts.reshape(-1, 4)
    table = np.zeros((_SHADES + 1, len(parts)), dtype=np.uint32)
    for shade in range(_SHADES + 1):
        alpha = parts[:, 3] / 255 * shade / _SHADES
        red, green, blue = (np.rint(parts[:, i] * alpha).astype(np.uint32) for i in range(3))
        opacity = np.rint(alpha * 255).astype(np.uint32)
        table[shade] = (opacity << 24) | (red << 16) | (green << 8) | blue
    return table
