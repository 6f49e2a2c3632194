"""Finds new directions beside the window: one piece of work at a time, with progress and Cancel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.explore import directions_work as work
from gan_studio.jobs.run_data import NotHere

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gan_studio.gui.bridge.run_data import RunData
    from gan_studio.gui.bridge.task import Job
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.pages.explore.directions_work import Marked
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions import Direction

LATENT_PCA = "latent_pca"
STARTING = N_("Starting")


class DirectionMaker(QObject):
    """Works for a `Directions`; what was begun for another model is dropped.

    Signals:
        busy_changed: whether something is under way.
        progressed: done, total (0: unknown), what.
        made: the places of the directions that were asked for.
        data_missing: a class needs the run's pictures, which are not on this computer: `fetch`.
        failed: the exception in place of directions.
    """

    busy_changed = Signal(bool)
    progressed = Signal(object, object, str)
    made = Signal(list)
    data_missing = Signal()
    failed = Signal(object)

    def __init__(
        self, desk: Directions, data: RunData, cache: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._data = desk, data
        self._task: Task | None = None
        self._wish: Callable[[Any], None] | None = None  # takes the run's data, or None
        self._is_data_needed = False
        self._teacher = work.Teacher(cache)
        self.is_busy = False
        data.ready.connect(self._on_data)
        data.failed.connect(self._on_data_failed)
        data.progressed.connect(self._on_data_progress)

    # What can be asked for

    def find(self, kind: str, count: int) -> None:
        """The model's own directions of a kind."""
        bundle = self._desk.explorer.bundle
        if bundle is None or not self._begin():
            return
        if kind == LATENT_PCA and bundle.can(Capability.ENCODES):
            self._with_data(partial(self._find, kind, count), is_needed=False)
        else:
            self._find(kind, count, None)

    def make_classes(self, indices: Sequence[int]) -> None:
        """A direction towards each of these classes of the run's data."""
        if self._desk.explorer.bundle is not None and self._begin():
            self._with_data(partial(self._make_classes, tuple(indices)), is_needed=True)

    def make_property(self, key: str, name: str) -> None:
        """The direction along which a property of the pictures grows."""
        bundle = self._desk.explorer.bundle
        if bundle is not None and self._begin():
            self._start(work.of_property(bundle, key, name, self._label), self._on_made)

    def make_marked(self, bundle: Any, marked: Marked, name: str) -> None:
        """The direction that a person's marks tell."""
        if self._begin():
            self._start(work.of_marks(bundle, marked, name), self._on_made)

    def make_apart(self, index: int, others: Sequence[int]) -> None:
        """A direction without what it shares with others, beside it."""
        items = self._desk.items
        held = [items[other] for other in others]
        if not held or not self._begin():
            return
        name = _("{name} without {others}").format(
            name=items[index].name, others=", ".join(item.name for item in held)
        )
        job = work.apart(items[index], held, name)
        self._start(job, partial(self._on_made, at=index + 1))

    def offer(self, bundle: Any, marked: Marked, count: int, seed: int, then: Any) -> None:
        """Pictures to be marked; `then` takes them (`work.Offered`)."""
        if self._begin():
            self._start(work.offering(bundle, marked, count, seed), partial(self._hand_over, then))

    def fetch(self) -> None:
        """Download the run's pictures and go on with what needs them."""
        if self._wish is not None and self._begin():
            self._data.fetch()

    def cancel(self) -> None:
        """Give up what is under way."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._wish = None
        self._set_busy(False)

    def forget(self) -> None:
        """Another model: nothing that was begun is wanted."""
        self.cancel()

    # How it is done

    @property
    def _bundle(self) -> Bundle:
        bundle = self._desk.explorer.bundle
        assert bundle is not None, "work is begun with a model, and forgotten with it"
        return bundle

    @property
    def _label(self) -> int | None:
        point = self._desk.explorer.point
        return None if point is None else point.label

    def _find(self, kind: str, count: int, prepared: Any) -> None:
        bundle = self._bundle
        self._start(work.finding(bundle, kind, count, self._label, prepared), self._on_made)

    def _make_classes(self, indices: tuple[int, ...], prepared: Any) -> None:
        name = _("Class {name}")
        job = work.of_classes(self._bundle, prepared, indices, self._label, self._teacher, name)
        self._start(job, self._on_made)

    def _with_data(self, wish: Callable[[Any], None], *, is_needed: bool) -> None:
        self._wish, self._is_data_needed = wish, is_needed
        self._data.use(self._bundle.config.data)
        if self._data.prepared is not None:
            self._on_data()

    def _on_data(self) -> None:
        wish, self._wish = self._wish, None
        if wish is not None and self.is_busy:
            wish(self._data.prepared)

    def _on_data_failed(self, problem: Exception) -> None:
        wish = self._wish
        if wish is None or not self.is_busy:
            return
        if not self._is_data_needed:
            self._wish = None
            wish(None)
            return
        self._set_busy(False)
        if isinstance(problem, NotHere):
            self.data_missing.emit()  # the wish stays: `fetch` goes on with it
        else:
            self._wish = None
            self.failed.emit(problem)

    def _on_data_progress(self, done: int, total: int, what: str) -> None:
        if self._wish is not None and self.is_busy:
            self.progressed.emit(done, total, what)

    def _begin(self) -> bool:
        """Whether nothing else is under way; from now on something is."""
        if self.is_busy or not self._desk.is_ready:
            return False
        self._set_busy(True)
        self.progressed.emit(0, 0, STARTING)
        return True

    def _start(self, job: Job, done: Callable[[Any], None]) -> None:
        self._wish = None
        task = Task(job, self).on_progress(self.progressed.emit)
        self._task = task.on_done(done).on_error(self._on_error).start()

    def _on_made(self, directions: list[Direction], at: int | None = None) -> None:
        self._end()
        self.made.emit(self._desk.add(directions, at=at))

    def _hand_over(self, then: Any, offered: Any) -> None:
        self._end()
        then(offered)

    def _on_error(self, problem: Exception) -> None:
        self._end()
        self.failed.emit(problem)

    def _end(self) -> None:
        self._task = None
        self._set_busy(False)

    def _set_busy(self, is_busy: bool) -> None:
        if is_busy != self.is_busy:
            self.is_busy = is_busy
            self.busy_changed.emit(is_busy)
