"""What is drawn around the place while nothing moves: neighbours, effects, a map of two numbers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gan_studio.gui.pages.explore.pace import Pace
from gan_studio.inference.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Floats, Point

MAP_SIDE = 13  # tiles of the map of a two-dimensional latent
MOST_ROWS = 16  # pictures per piece
MEASURE_AGAIN_S = 5.0  # while a run is followed, effects and map are not redone more often


class Surroundings(QObject):
    """Side work of an `Explorer`.

    Signals:
        neighbours, chart: uint8 pictures (the chart is the map of two dimensions).
        effects: one number per dimension.
    """

    neighbours = Signal(object)
    chart = Signal(object)
    effects = Signal(object)

    def __init__(
        self,
        explorer: Explorer,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._explorer, self._clock = explorer, clock
        self.distance, self.side = 0.5, 5
        self.has_neighbours = True  # whether anybody sees them
        self._shown_neighbours: Floats | None = None
        self._pace = Pace()
        self._run: Any = None
        self._measured_at = float("-inf")
        self._measured_point: Point | None = None
        self._effects = np.zeros(0, np.float32)  # being measured
        self._left: list[int] = []  # dimensions whose effect is still to be measured
        self._chart_key: Any = None
        self._charted_at = float("-inf")
        explorer.side_work += [self._neighbour_job, self._effect_job, self._chart_job]
        explorer.space_changed.connect(self._on_space_changed)

    def set_neighbourhood(self, side: int, distance: float) -> None:
        """How many neighbours (`side` x `side`), and how far away in standard deviations."""
        self.side, self.distance = side, distance
        self._explorer.refresh()

    def go_to_neighbour(self, index: int) -> None:
        """Go to a picture of the neighbours that were shown last."""
        place = self.neighbour(index)
        if place is not None:
            self._explorer.set_z(place.z, gesture="")

    def neighbour(self, index: int) -> Place | None:
        """The place of a picture of the neighbours that were shown last."""
        points, point = self._shown_neighbours, self._explorer.point
        if points is None or point is None or not 0 <= index < len(points):
            return None
        return Place(points[index], point.label, point.psi)

    def neighbour_points(self) -> Floats:
        """``[side * side, dim]``: the middle one is the place itself.

        A plane's neighbours are a regular grid (up is larger z1); in more dimensions they are
        random directions, the same ones everywhere, so that going twice the same way works.
        """
        point, space = self._explorer.point, self._explorer.space
        assert point is not None, "neighbours are asked for only with a model"
        assert space is not None
        count, middle = self.side**2, self.side**2 // 2
        if space.dim == 2:
            steps = (np.arange(self.side) - self.side // 2) * self.distance
            across, down = np.meshgrid(steps, -steps)
            offsets = np.stack([across.ravel(), down.ravel()], 1)
        else:
            offsets = np.random.default_rng(7).standard_normal((count, space.dim)) * self.distance
            offsets[middle] = 0
        return np.asarray(point.z + offsets * space.spread, np.float32)

    def _on_space_changed(self) -> None:
        bundle = self._explorer.bundle
        run = None if bundle is None else bundle.run_dir
        if bundle is None or run != self._run:
            self._measured_point, self._chart_key, self._left = None, None, []
            self._pace.forget()
        self._run = run

    def _is_due(self) -> bool:
        is_old = self._clock() - self._measured_at >= MEASURE_AGAIN_S
        return is_old or bool(self._left) or self._explorer.point is not self._measured_point

    def _neighbour_job(self) -> SideJob | None:
        return self._draw_neighbours() if self.has_neighbours else None

    def _draw_neighbours(self) -> SideJob:
        points = self.neighbour_points()
        pictures = yield from self._pictures(points)
        self._shown_neighbours = points
        self.neighbours.emit(pictures)

    def _pictures(self, points: Floats) -> Generator[Any, Any, Any]:
        from gan_studio.inference.renderer import PicturesAt

        assert self._explorer.point is not None
        label, parts = self._explorer.point.label, []
        left = self._explorer.drawn(points)
        while len(left):
            piece = left[: self._pace.rows(MOST_ROWS)]
            rendered = yield PicturesAt(piece, label)
            self._pace.note(len(piece), rendered.milliseconds)
            parts.append(rendered.values)
            left = left[len(piece) :]
        return np.concatenate(parts)

    def _effect_job(self) -> SideJob | None:
        return self._measure_effects() if self._is_due() else None

    def _measure_effects(self) -> SideJob:
        """Measure in pieces; what was measured before an interruption is kept."""
        from gan_studio.inference.renderer import EffectsAt

        point, space = self._explorer.point, self._explorer.space
        assert point is not None
        assert space is not None
        if not self._left or len(self._effects) != space.dim:
            self._left = list(range(space.dim))
            self._effects = np.zeros(space.dim, np.float32)
        z = self._explorer.drawn(point.z[None])[0]
        spread = np.asarray(space.spread * point.psi, np.float32)
        while self._left:
            dims = tuple(self._left[: max(1, self._pace.rows(2 * MOST_ROWS) // 2)])
            rendered = yield EffectsAt(z, spread, dims, point.label)
            self._pace.note(2 * len(dims), rendered.milliseconds)
            self._effects[list(dims)] = rendered.values
            self._left = self._left[len(dims) :]
        self._measured_at, self._measured_point = self._clock(), point
        self.effects.emit(self._effects.copy())

    def _chart_job(self) -> SideJob | None:
        space = self._explorer.space
        is_plane = space is not None and space.dim == 2
        return self._draw_chart() if is_plane and self._is_chart_due() else None

    def _is_chart_due(self) -> bool:
        old, new = self._chart_key, self._wanted_chart()
        if old is None or old[1:] != new[1:]:
            return True  # none, or of another class or truncation
        return old != new and self._clock() - self._charted_at >= MEASURE_AGAIN_S

    def _wanted_chart(self) -> tuple[Any, ...]:
        point = self._explorer.point
        assert point is not None, "there is a chart only with a model"
        return self._explorer.bundle, point.label, point.psi

    def _draw_chart(self) -> SideJob:
        """A map of the whole plane, row by row from the top left."""
        space, key = self._explorer.space, self._wanted_chart()
        assert space is not None
        shares = (np.arange(MAP_SIDE) + 0.5) / MAP_SIDE
        low, width = space.lo, space.hi - space.lo
        across, down = np.meshgrid(shares, 1 - shares)
        points = low + width * np.stack([across.ravel(), down.ravel()], 1)
        pictures = yield from self._pictures(np.asarray(points, np.float32))
        self._chart_key, self._charted_at = key, self._clock()
        self.chart.emit(pictures)
