"""What the Explore page does, without its widgets: a model, a place, and every move of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.core.capabilities import Capability
from gan_studio.gui.pages.explore.history import History
from gan_studio.gui.pages.explore.latent_state import Floats, Point
from gan_studio.inference.places import Place, truncated

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from gan_studio.gui.bridge.render_bridge import RenderBridge, SideJob
    from gan_studio.inference.bundle import Bundle

REACH = 3.0  # sliders go this many standard deviations to either side
MOST_LEFT = 12  # runs whose moves are remembered
GESTURE_MS = 700  # a key or a wheel that rests so long has ended its move


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
    """Holds the state; panels show it and call it.

    Attributes:
        side_work: each gives a job for the render thread, or None where there is nothing to do;
            they are asked in this order whenever nothing has moved for a moment.
        locked: the latent numbers that random draws, directions and resets leave alone.

    Signals:
        space_changed: other weights, and perhaps other dimensions, ranges or classes.
        moved: the place changed, by whatever means.
        locks_changed: `locked` is another set.
        picture: `Rendered` with one picture.
        failed: the exception of a picture that could not be drawn.
    """

    space_changed = Signal()
    moved = Signal()
    locks_changed = Signal()
    picture = Signal(object)
    failed = Signal(object)

    def __init__(self, bridge: RenderBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.bundle: Bundle | None = None
        self.space: Space | None = None
        self.history: History[Point] | None = None
        self.strength = 1.0
        self.locked: frozenset[int] = frozenset()
        self._left: dict[tuple[Any, ...], tuple[History[Point], frozenset[int]]] = {}
        self.side_work: list[Callable[[], SideJob | None]] = []
        self._is_resting = False  # nobody looks: moves count, and are drawn later
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setSingleShot(True)
        self._gesture_timer.setInterval(GESTURE_MS)
        self._gesture_timer.timeout.connect(self.end_gesture)
        bridge.picture_ready.connect(self.picture)
        bridge.idle.connect(self.run_side_work)
        bridge.failed.connect(self.failed)

    # The model

    @property
    def point(self) -> Point | None:
        """Where we are."""
        return None if self.history is None else self.history.now

    @property
    def place(self) -> Place | None:
        """Where we are, as it is saved, copied and put on shelves."""
        point = self.point
        return None if point is None else point.place()

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
        self._remember()
        is_followed = old is not None and bundle is not None and old.run_dir == bundle.run_dir
        self.bundle = bundle
        self._bridge.set_model(bundle)
        if bundle is None:
            self.space = self.history = None
            self.set_locks(())
            self.space_changed.emit()
            return
        self.space = space_of(bundle)
        if not self._can_stay(old, old_space, is_followed=is_followed):
            self._begin()
        self.space_changed.emit()
        self._show()

    def _remember(self) -> None:
        """Who comes back to a run finds the place, the moves and the locks that were left there."""
        if self.bundle is not None and self.bundle.run_dir is not None and self.history is not None:
            key = self._key()
            self._left.pop(key, None)  # the newest stands last
            self._left[key] = self.history, self.locked
            for oldest in list(self._left)[:-MOST_LEFT]:
                del self._left[oldest]

    def _begin(self) -> None:
        label = 0 if self.class_names else None
        start = History(replace(self._seeded(1), label=label)), frozenset[int]()
        self.history, locked = self._left.get(self._key(), start)
        self.set_locks(locked)

    def _key(self) -> tuple[Any, ...]:
        """A run and its space: one that was replaced may have another."""
        assert self.bundle is not None, "there is a place only with a model"
        assert self.space is not None
        return self.bundle.run_dir, self.space.dim, self.space.prior, self.class_names

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

    def drawn(self, points: Floats, psi: float | None = None) -> Floats:
        """What the model is given for `points` ``[N, dim]``, truncated as asked or as here."""
        assert self.space is not None, "there are points only with a model"
        if psi is None:
            psi = 1.0 if self.point is None else self.point.psi
        return truncated(points, self.space.mean, psi)

    # Moves

    def random(self, dims: Collection[int] | None = None) -> None:
        """Go where the next seed leads; with `dims`, in these numbers only."""
        if self.point is not None:
            self.move_to(self._kept(self._seeded(self.point.seed + 1), dims))

    def go_to_seed(self, seed: int) -> None:
        """Go where a seed leads; the strength shortens or lengthens the way from the mean."""
        if self.point is not None:
            self.move_to(self._kept(self._seeded(seed)))

    def place_of_seed(self, seed: int) -> Place | None:
        """Where a seed would lead from here, without going there; locks do not hold it."""
        if self.point is None:
            return None
        label, psi = self.point.label, self.point.psi
        return replace(self._seeded(seed), label=label, psi=psi).place()

    def set_strength(self, strength: float, *, is_drag: bool = False) -> None:
        """How far seeds lead; a place that came from a seed moves along."""
        self.strength = strength
        if self.point is not None and not self.point.is_moved:
            self.move_to(self._kept(self._seeded(self.point.seed)), "strength")
            self._time_gesture(is_drag=is_drag)

    def set_psi(self, psi: float, *, is_drag: bool = False) -> None:
        """Truncate: draw nearer to the mean than z lies."""
        if self.point is not None:
            self.move_to(replace(self.point, psi=psi), "psi")
            self._time_gesture(is_drag=is_drag)

    def set_dim(self, dim: int, value: float, *, is_drag: bool = False) -> None:
        """Move one number; moves of one number in a row count as one."""
        if self.point is not None:
            self.move_to(self.point.with_dim(dim, value), f"z{dim}")
            self._time_gesture(is_drag=is_drag)

    def set_dims(self, values: Mapping[int, float], *, is_drag: bool = False) -> None:
        """Move several numbers; moves of the same ones in a row count as one."""
        if self.point is not None and values:
            z = self.point.z.copy()
            z[list(values)] = list(values.values())
            gesture = "+".join(f"z{dim}" for dim in sorted(values))
            self.set_z(z, is_drag=is_drag, gesture=gesture)

    def set_z(
        self, values: Iterable[float], *, is_drag: bool = False, gesture: str = "pad"
    ) -> None:
        """Move all numbers at once; equal gestures in a row count as one move."""
        if self.point is not None:
            self.move_to(self.point.with_z(np.asarray(values, np.float32)), gesture)
            self._time_gesture(is_drag=is_drag)

    def push(self, vector: Floats, *, is_drag: bool = False, gesture: str = "direction") -> None:
        """Move by `vector` ``[dim]``; locked numbers stay."""
        if self.point is not None:
            z = self._unlocked(self.point.z + vector, self.point.z)
            self.set_z(z, is_drag=is_drag, gesture=gesture)

    def set_label(self, label: int) -> None:
        """Ask for another class with the same z."""
        if self.point is not None and self.point.label != label:
            self.move_to(replace(self.point, label=label))

    def go_to(self, place: Place) -> None:
        """Go to a place of a shelf, a sheet, a walk, a file; locks do not hold it."""
        if self.point is not None:
            label = self.point.label if place.label is None else place.label
            self.move_to(Point.at(place, label if self.class_names else None, self.point.seed))

    def reset(self) -> None:
        """Bring every number that is not locked to its middle."""
        if self.point is not None and self.space is not None:
            z = self._unlocked(self.space.mean, self.point.z)
            self.move_to(replace(self.point, psi=1.0).with_z(z))

    def set_locks(self, dims: Iterable[int]) -> None:
        """Hold these numbers, and no others."""
        if frozenset(dims) != self.locked:
            self.locked = frozenset(dims)
            self.locks_changed.emit()

    def undo(self) -> None:
        """Take the last move back."""
        if self.history is not None and self.history.undo():
            self._show()

    def redo(self) -> None:
        """Repeat a move that was taken back."""
        if self.history is not None and self.history.redo():
            self._show()

    def jump(self, moves: int) -> None:
        """Several undos (below 0) or redos at once."""
        if self.history is not None and self.history.jump(moves):
            self._show()

    def end_gesture(self) -> None:
        """A drag was let go of: the next move can be undone on its own."""
        self._gesture_timer.stop()
        if self.history is not None:
            self.history.end_gesture()

    def move_to(self, point: Point, gesture: str = "") -> None:
        """Go there; equal, non-empty gestures in a row count as one move."""
        if self.history is not None:
            self.history.move_to(point, gesture)
            self._show()

    # Pictures

    @property
    def is_settled(self) -> bool:
        """Whether the picture that came last is of the present place."""
        return not self._bridge.is_waiting

    def refresh(self) -> None:
        """Draw everything again where we are (the page is shown again)."""
        self._is_resting = False
        if self.point is not None:
            self._ask()

    def rest(self) -> None:
        """End the worker, and draw nothing until `refresh`."""
        self._is_resting = True
        self._bridge.close()

    def run_side_work(self) -> None:
        """Begin what panels want drawn beside the picture; the next move interrupts it."""
        if self.space is not None and not self._is_resting:
            jobs = (make() for make in self.side_work)
            self._bridge.run_side([job for job in jobs if job is not None])

    def _seeded(self, seed: int) -> Point:
        from gan_studio.inference.latents import latents_from_seed

        assert self.bundle is not None, "there is a point only with a model"
        assert self.space is not None
        z = np.asarray(latents_from_seed(self.bundle, seed, 1)[0].numpy(), np.float32)
        mean = self.space.mean
        if self.strength != 1:  # at 1 not a bit may differ from what the seed gives
            z = np.asarray(mean + self.strength * (z - mean), np.float32)
        return Point(z, seed=seed, strength=self.strength)

    def _kept(self, point: Point, dims: Collection[int] | None = None) -> Point:
        """A random place, perhaps in `dims` only, with what is held: locks, class, truncation."""
        assert self.point is not None, "only a place can be left"
        assert self.space is not None
        others = () if dims is None else set(range(self.space.dim)) - set(dims)
        held = self.locked.union(others)
        z, label, psi = point.z.copy(), self.point.label, self.point.psi
        z[list(held)] = self.point.z[list(held)]
        return replace(point, z=z, label=label, psi=psi, is_moved=bool(held))

    def _unlocked(self, z: Floats, held: Floats) -> Floats:
        z = np.asarray(z, np.float32).copy()
        dims = list(self.locked)
        z[dims] = held[dims]
        return z

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
        if point is not None and not self._is_resting:
            self._bridge.ask(PicturesAt(self.drawn(point.z[None]), point.label))
