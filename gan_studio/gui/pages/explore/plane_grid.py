"""The pictures of a plane, drawn as side work a few at a time; a move only interrupts them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.gui.pages.explore.pace import Pace
from gan_studio.inference.again import where_from
from gan_studio.inference.places import BATCH, Place, Places
from gan_studio.inference.slices import Slice, Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.explorer import Explorer

AGAIN_S = 5.0  # while a run is followed, its weights change faster than a grid is worth
WAIT_MS = 150  # after the last turn of the wheel


@dataclass(frozen=True, eq=False)
class Tiling:
    """Which pictures: of what plane, how many, and how they are drawn."""

    plane: Slice
    window: Window
    side: int
    label: int | None
    psi: float
    bundle: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Columns and rows; one of them is 1 where the plane is a line."""
        across, up = self.plane.moves
        return (self.side if across else 1), (self.side if up else 1)

    def is_like(self, other: Tiling) -> bool:
        """Whether the same places are drawn in the same way by the same weights."""
        return self.is_of(other) and self.window == other.window and self.bundle is other.bundle

    def is_of(self, other: Tiling) -> bool:
        """Whether only the window or the weights may differ."""
        mine, theirs = (self.side, self.label, self.psi), (other.side, other.label, other.psi)
        return self.plane is other.plane and mine == theirs


class PlaneGrid(QObject):
    """Side work of an `Explorer`, before all other: a grid of pictures over a plane.

    Signals:
        restarted: a new grid begins (window, columns, rows, whether the last one still fits).
        grown: its next pictures, uint8 ``[N, C, H, W]``.
        completed: all have come.
    """

    restarted = Signal(object, int, int, bool)
    grown = Signal(object)
    completed = Signal()

    def __init__(
        self,
        explorer: Explorer,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._explorer, self._clock = explorer, clock
        self._plane: Slice | None = None
        self._window: Window | None = None
        self._side = 0
        self.is_wanted = False
        self._tiling: Tiling | None = None
        self._points = np.zeros((0, 0), np.float32)
        self._drawn = 0
        self._pace = Pace()
        self._began_at = float("-inf")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)
        explorer.side_work.insert(0, self._job)

    def set_plane(self, plane: Slice | None, window: Window | None) -> None:
        """Draw this part of this plane; None draws nothing."""
        if plane is not self._plane or window != self._window:
            self._plane, self._window = plane, window
            self._timer.start(WAIT_MS)

    def set_side(self, side: int) -> None:
        """So many pictures in a row; 0 draws none."""
        self._side = side
        self._timer.start(WAIT_MS)

    def set_wanted(self, is_wanted: bool) -> None:
        """Whether anybody looks."""
        self.is_wanted = is_wanted
        if not is_wanted:
            self._timer.stop()

    @property
    def is_whole(self) -> bool:
        """Whether all pictures of what is wanted now have come."""
        wish = self._wish()
        done, wanted = self._tiling, len(self._points)
        return (
            wish is not None
            and done is not None
            and wish.is_like(done)
            and (self._drawn == wanted > 0)
        )

    @property
    def bundle(self) -> Any:
        """The model that drew it, or None."""
        return None if self._tiling is None else self._tiling.bundle

    def places(self) -> Places:
        """All places of the grid, to be drawn again bit for bit."""
        tiling = self._tiling
        assert tiling is not None, "the caller asks whether it is whole"
        items = tuple(Place(z, tiling.label, tiling.psi) for z in self._points)
        facts = {**where_from(tiling.bundle), "columns": tiling.shape[0]}
        return Places(items, BATCH, facts)

    def _wish(self) -> Tiling | None:
        point, bundle = self._explorer.point, self._explorer.bundle
        if point is None or self._plane is None or self._window is None or not self._side:
            return None
        return Tiling(self._plane, self._window, self._side, point.label, point.psi, bundle)

    def _on_due(self) -> None:
        if self.is_wanted and not self.is_whole:
            self._explorer.run_side_work()

    def _job(self) -> SideJob | None:
        wish = self._wish() if self.is_wanted else None
        if wish is None or self.is_whole or self._is_too_early(wish):
            return None
        return self._draw(wish)

    def _is_too_early(self, wish: Tiling) -> bool:
        """Whether only newer weights are there, and the last grid is hardly older."""
        done = self._tiling
        if done is None or not wish.is_of(done) or wish.window != done.window:
            return False
        left = self._began_at + AGAIN_S - self._clock()
        if wish.bundle is done.bundle or left <= 0 or self._drawn < len(self._points):
            return False
        self._timer.start(int(left * 1000) + 1)
        return True

    def _draw(self, wish: Tiling) -> SideJob:
        """Goes on where it was interrupted, as long as the same is wanted."""
        from gan_studio.inference.renderer import PicturesAt

        if self._tiling is None or not wish.is_like(self._tiling):
            self._begin(wish)
        tiling = self._tiling
        assert tiling is not None
        latents = self._explorer.drawn(self._points, tiling.psi)
        while self._drawn < len(latents):
            piece = latents[self._drawn :][: self._pace.rows(BATCH)]
            rendered = yield PicturesAt(piece, tiling.label)
            if self._tiling is not tiling:
                return
            self._pace.note(len(piece), rendered.milliseconds)
            self._drawn += len(piece)
            self.grown.emit(rendered.values)
        self.completed.emit()

    def _begin(self, wish: Tiling) -> None:
        still_fits = self._tiling is not None and wish.is_of(self._tiling)
        columns, rows = wish.shape
        self._tiling, self._drawn = wish, 0
        self._points = wish.plane.places(wish.window.tiles(columns, rows))
        self._began_at = self._clock()
        self.restarted.emit(wish.window, columns, rows, still_fits)
