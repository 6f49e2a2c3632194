"""What the Explore page does, without its widgets: a model, a place, and the pictures around it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.core.capabilities import Capability
from gan_studio.gui.pages.explore.latent_state import Floats, History, Point

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from gan_studio.gui.bridge.render_bridge import RenderBridge, SideJob
    from gan_studio.inference.bundle import Bundle

REACH = 3.0  # sliders go this many standard deviations to either side
CHUNK = 9  # pictures per piece of side work: it must give way quickly
MAP_SIDE = 13  # tiles of the map of a two-dimensional latent
GESTURE_MS = 700  # a key or a wheel that rests so long has ended its move
MEASURE_AGAIN_S = 5.0  # while a run is followed, effects and map are not redone more often


@dataclass(frozen=True, eq=False)
class Space:
    """The latent space of a model: float32 ``[dim]`` each."""

    lo: Floats
    hi: Floats
    mean: Floats
    spread: Floats
    prior: str

    @property
    def dim(self) -> int:
        """How many numbers."""
        return len(self.mean)


def space_of(bundle: Bundle) -> Space:
    """The range of the sliders: mean ± 3 standard deviations, or a uniform prior's own ends."""
    mean, spread = (np.asarray(part.numpy(), np.float32) for part in bundle.latent_range())
    prior = bundle.latent.prior if bundle.latent is not None else "normal"
    spread = np.maximum(spread, 1e-6)
    reach = np.ones_like(spread) if prior == "uniform" else REACH * spread
    return Space(mean - reach, mean + reach, mean, spread, prior)


class Explorer(QObject):
    """Holds the state; widgets show it and call it.

    Signals:
        space_changed: other dimensions, ranges or classes.
        moved: the place changed, by whatever means.
        picture: `Rendered` with one picture.
        neighbours, chart: uint8 pictures (the chart is the map of two dimensions).
        effects: one number per dimension.
        failed: the exception of a picture that could not be drawn.
    """

    space_changed = Signal()
    moved = Signal()
    picture = Signal(object)
    neighbours = Signal(object)
    chart = Signal(object)
    effects = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        bridge: RenderBridge,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._clock = bridge, clock
        self.bundle: Bundle | None = None
        self.space: Space | None = None
        self.history: History | None = None
        self.strength, self.distance, self.side = 1.0, 0.5, 5
        self._shown_neighbours: Floats | None = None
        self._measured_at = float("-inf")
        self._measured_point: Point | None = None
        self._effects = np.zeros(0, np.float32)  # being measured
        self._left: list[int] = []  # dimensions whose effect is still to be measured
        self._chart_key: Any = None
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setSingleShot(True)
        self._gesture_timer.setInterval(GESTURE_MS)
        self._gesture_timer.timeout.connect(self.end_gesture)
        bridge.picture_ready.connect(self.picture)
        bridge.idle.connect(self._on_idle)
        bridge.failed.connect(self.failed)

    # The model

    @property
    def point(self) -> Point | None:
        """Where we are."""
        return None if self.history is None else self.history.now

    @property
    def class_names(self) -> tuple[str, ...]:
        """What can be asked for, where the family takes a class."""
        bundle = self.bundle
        if bundle is None or not bundle.can(Capability.CONDITIONAL):
            return ()
        return bundle.spec.class_names

    def set_bundle(self, bundle: Bundle | None) -> None:
        """Draw with another model; the place stays where the space is the same."""
        old, old_space = self.bundle, self.space
        is_followed = old is not None and bundle is not None and old.run_dir == bundle.run_dir
        self.bundle = bundle
        self._bridge.set_model(bundle)
        if bundle is None:
            self.space = self.history = None
            self.space_changed.emit()
            return
        self.space = space_of(bundle)
        if not self._can_stay(old, old_space, is_followed=is_followed):
            label = 0 if self.class_names else None
            self.history = History(replace(self._seeded(1), label=label))
        if not is_followed:
            self._measured_point, self._chart_key, self._left = None, None, []
        self.space_changed.emit()
        self._show()

    def _can_stay(self, old: Any, old_space: Space | None, *, is_followed: bool) -> bool:
        """Whether the old place means something in the new model."""
        if old is None or old_space is None or self.space is None or self.bundle is None:
            return False
        is_alike = (old_space.dim, old_space.prior) == (self.space.dim, self.space.prior)
        has_classes = old.can(Capability.CONDITIONAL) == self.bundle.can(Capability.CONDITIONAL)
        same_names = old.spec.class_names == self.bundle.spec.class_names
        # The latents of two autoencoders have nothing to do with each other.
        own_space = self.space.prior == "encoded" and not is_followed
        return is_alike and has_classes and same_names and not own_space

    # Moves

    def random(self) -> None:
        """Go where the next seed leads."""
        if self.point is not None:
            self.go_to_seed(self.point.seed + 1)

    def go_to_seed(self, seed: int) -> None:
        """Go where a seed leads; the strength shortens or lengthens the way from the mean."""
        if self.point is not None:
            self._move(replace(self._seeded(seed), label=self.point.label))

    def set_strength(self, strength: float) -> None:
        """How far seeds lead; a place that came from a seed moves along."""
        self.strength = strength
        if self.point is not None and not self.point.is_moved:
            self._move(replace(self._seeded(self.point.seed), label=self.point.label), "strength")

    def set_dim(self, dim: int, value: float, *, is_drag: bool = False) -> None:
        """Move one number; moves of one number in a row count as one."""
        if self.point is not None:
            self._move(self.point.with_dim(dim, value), f"z{dim}")
            self._time_gesture(is_drag=is_drag)

    def set_z(self, values: tuple[float, ...], *, is_drag: bool = False) -> None:
        """Move all numbers at once (the pad)."""
        if self.point is not None:
            self._move(self.point.with_z(np.asarray(values, np.float32)), "pad")
            self._time_gesture(is_drag=is_drag)

    def set_label(self, label: int) -> None:
        """Ask for another class with the same z."""
        if self.point is not None and self.point.label != label:
            self._move(replace(self.point, label=label))

    def go_to_neighbour(self, index: int) -> None:
        """Go to a picture of the neighbours that were shown last."""
        points = self._shown_neighbours
        if self.point is not None and points is not None and 0 <= index < len(points):
            self._move(self.point.with_z(points[index]))

    def reset(self) -> None:
        """Bring every number to its middle."""
        if self.point is not None and self.space is not None:
            self._move(self.point.with_z(self.space.mean))

    def undo(self) -> None:
        """Take the last move back."""
        if self.history is not None and self.history.undo():
            self._show()

    def redo(self) -> None:
        """Repeat a move that was taken back."""
        if self.history is not None and self.history.redo():
            self._show()

    def end_gesture(self) -> None:
        """A drag was let go of: the next move can be undone on its own."""
        self._gesture_timer.stop()
        if self.history is not None:
            self.history.end_gesture()

    def set_neighbourhood(self, side: int, distance: float) -> None:
        """How many neighbours (`side` x `side`), and how far away in standard deviations."""
        self.side, self.distance = side, distance
        self.refresh()

    def refresh(self) -> None:
        """Draw everything again where we are (the page is shown again)."""
        if self.point is not None:
            self._ask()

    def rest(self) -> None:
        """End the worker; `refresh` goes on."""
        self._bridge.close()

    def _seeded(self, seed: int) -> Point:
        from gan_studio.inference.latents import latents_from_seed

        assert self.bundle is not None, "there is a point only with a model"
        assert self.space is not None
        z = np.asarray(latents_from_seed(self.bundle, seed, 1)[0].numpy(), np.float32)
        mean = self.space.mean
        return Point(np.asarray(mean + self.strength * (z - mean), np.float32), seed=seed)

    def _move(self, point: Point, gesture: str = "") -> None:
        assert self.history is not None
        self.history.move_to(point, gesture)
        self._show()

    def _time_gesture(self, *, is_drag: bool) -> None:
        if is_drag:
            self._gesture_timer.stop()
        else:
            self._gesture_timer.start()

    def _show(self) -> None:
        self.moved.emit()
        self._ask()

    def _ask(self) -> None:
        from gan_studio.inference.renderer import PicturesAt

        point = self.point
        if point is not None:
            self._bridge.ask(PicturesAt(point.z[None], point.label))

    # Side work, only while nothing moves

    def _on_idle(self) -> None:
        if self.space is None:
            return
        jobs: list[SideJob] = [self._neighbour_job()]
        is_old = self._clock() - self._measured_at >= MEASURE_AGAIN_S
        if is_old or self._left or self.point is not self._measured_point:
            jobs.append(self._effect_job())
            if self.space.dim == 2:
                jobs.append(self._chart_job())
        self._bridge.run_side(jobs)

    def neighbour_points(self) -> Floats:
        """``[side * side, dim]``: the middle one is the place itself.

        A plane's neighbours are a regular grid (up is larger z1); in more dimensions they are
        random directions, the same ones everywhere, so that going twice the same way works.
        """
        point, space = self.point, self.space
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

    def _neighbour_job(self) -> SideJob:
        points = self.neighbour_points()
        pictures = yield from self._pictures(points)
        self._shown_neighbours = points
        self.neighbours.emit(pictures)

    def _pictures(self, points: Floats) -> Generator[Any, Any, Any]:
        from gan_studio.inference.renderer import PicturesAt

        assert self.point is not None
        label, parts = self.point.label, []
        for start in range(0, len(points), CHUNK):
            rendered = yield PicturesAt(points[start : start + CHUNK], label)
            parts.append(rendered.values)
        return np.concatenate(parts)

    def _effect_job(self) -> SideJob:
        """Measure in pieces; what was measured before an interruption is kept."""
        from gan_studio.inference.renderer import EffectsAt

        assert self.point is not None
        assert self.space is not None
        if not self._left or len(self._effects) != self.space.dim:
            self._left = list(range(self.space.dim))
            self._effects = np.zeros(self.space.dim, np.float32)
        point, spread = self.point, self.space.spread
        while self._left:
            dims = tuple(self._left[:8])
            rendered = yield EffectsAt(point.z, spread, dims, point.label)
            self._effects[list(dims)] = rendered.values
            self._left = self._left[8:]
        self._measured_at, self._measured_point = self._clock(), self.point
        self.effects.emit(self._effects.copy())

    def _chart_job(self) -> SideJob:
        """A map of the whole plane, row by row from the top left."""
        assert self.space is not None
        assert self.point is not None
        key = (self.bundle, self.point.label)
        if key == self._chart_key:
            return
        shares = (np.arange(MAP_SIDE) + 0.5) / MAP_SIDE
        low, width = self.space.lo, self.space.hi - self.space.lo
        across, down = np.meshgrid(shares, 1 - shares)
        points = low + width * np.stack([across.ravel(), down.ravel()], 1)
        pictures = yield from self._pictures(np.asarray(points, np.float32))
        self._chart_key = key
        self.chart.emit(pictures)
