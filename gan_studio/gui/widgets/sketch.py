"""What a pad holds: a small picture, strokes of a soft round brush, and the way back. No Qt."""

from __future__ import annotations

from typing import Any

import numpy as np

MOST_UNDO = 200
SOFT = 1.0  # pixels over which a stroke fades out, as MNIST's do


class Sketch:
    """A picture, uint8 ``[C, H, W]``, on black.

    A stroke is `begin`, `line_to` as often as wanted, `end`; it lies evenly on what was there
    before, however often it crosses itself. Places are (x, y) in pixels from the upper left corner.
    """

    def __init__(self, shape: tuple[int, int, int] = (1, 28, 28)) -> None:
        self.pixels: Any = np.zeros(shape, np.uint8)
        self._before: Any = self.pixels  # the picture below the stroke
        self._cover: Any = None  # how much of it the stroke covers, [H, W]
        self._ink = 255.0
        self._width = 2.0
        self._at = (0.0, 0.0)
        self._past: list[Any] = []
        self._future: list[Any] = []

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width."""
        channels, height, width = self.pixels.shape
        return channels, height, width

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke has begun and not ended."""
        return self._cover is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._future)

    def begin(self, x: float, y: float, width: float, ink: int = 255) -> None:
        """Put the brush down; `ink` 0 erases."""
        self.end()
        self._keep()
        self._before, self._cover = self.pixels, np.zeros(self.shape[1:], np.float32)
        self._width, self._ink, self._at = width, float(ink), (x, y)
        self.line_to(x, y)

    def line_to(self, x: float, y: float) -> None:
        """Draw on in a straight line."""
        if self._cover is None:
            return
        area, cover = self._covered(self._at, (x, y))
        self._at = (x, y)
        if cover is None:
            return
        np.maximum(self._cover[area], cover, out=self._cover[area])
        below = self._before[(slice(None), *area)].astype(np.float32)
        mixed = below + (self._ink - below) * self._cover[area]
        self.pixels = self.pixels.copy()  # who was given the last picture keeps it
        self.pixels[(slice(None), *area)] = np.rint(mixed)

    def end(self) -> None:
        """Lift the brush."""
        self._cover = None

    def replace(self, pixels: Any) -> None:
        """Another picture of any size; it can be undone where the size stays."""
        self.end()
        if pixels.shape == self.pixels.shape:
            self._keep()
        else:
            self._past, self._future = [], []
        self.pixels = np.array(pixels, np.uint8)

    def clear(self) -> None:
        """Begin with black again."""
        if self.pixels.any():
            self.replace(np.zeros_like(self.pixels))

    def undo(self) -> None:
        """Take the last stroke back."""
        self.end()
        if self._past:
            self._future.append(self.pixels)
            self.pixels = self._past.pop()

    def redo(self) -> None:
        """Put back what was taken back."""
        self.end()
        if self._future:
            self._past.append(self.pixels)
            self.pixels = self._future.pop()

    def _keep(self) -> None:
        self._past = [*self._past, self.pixels][-MOST_UNDO:]
        self._future = []

    def _covered(
        self, start: tuple[float, float], stop: tuple[float, float]
    ) -> tuple[tuple[slice, slice], Any]:
        """Rows and columns near a line, and how much of each pixel it covers."""
        reach = self._width / 2 + SOFT
        _channels, height, width = self.shape
        columns = _span(start[0], stop[0], reach, width)
        rows = _span(start[1], stop[1], reach, height)
        area = (rows, columns)
        if rows.stop <= rows.start or columns.stop <= columns.start:
            return area, None
        x = np.arange(columns.start, columns.stop, dtype=np.float32)[None, :] + 0.5
        y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None] + 0.5
        across, down = stop[0] - start[0], stop[1] - start[1]
        length = across * across + down * down
        dx, dy = x - start[0], y - start[1]
        share = np.clip((dx * across + dy * down) / length, 0, 1) if length else 0.0
        far = np.hypot(dx - share * across, dy - share * down)
        return area, np.clip((reach - SOFT / 2 - far) / SOFT, 0, 1)


def _span(one: float, other: float, reach: float, extent: int) -> slice:
    first, last = min(one, other) - reach, max(one, other) + reach
    return slice(min(max(int(first), 0), extent), min(max(int(last) + 1, 0), extent))
