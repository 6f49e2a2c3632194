"""Looks for the nearest training pictures beside the window, whenever the place rests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.core.errors import Cancelled
from gan_studio.gui.bridge.run_data import RunData
from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.inference.nearest import Scale, TrainingPictures
    from gan_studio.jobs.folders import Folders

REST_MS = 200
COUNT = 7  # training pictures beside the present one
PIXELS, SHIFTED = "pixels", "shifted"  # as inference.nearest names them


@dataclass(frozen=True, eq=False)
class Found:
    """The present picture and what is like it.

    Attributes:
        picture: uint8 ``[C, H, W]``.
        pictures: the training pictures, uint8 ``[k, C, H, W]``.
        nearest: their numbers and distances, of one picture.
    """

    picture: Any
    pictures: Any
    nearest: Any  # a `Nearest`, whose module loads torch


class NearestFinder(QObject):
    """Knows the present picture of an `Explorer`, and the data of its run once somebody asks.

    Signals:
        found: a `Found`.
        scaled: how far held-out pictures are is known (`scale`).
        progressed: how far that is: done, all.
        prepared: the data is there, and whether it is no longer what the run learned from.
        marked: pictures of a sheet (the object given to `mark`), numbers to distances of those that
            are nearer than wanted.
        reset: the data is another one.
        failed: the exception in place of an answer.
    """

    found = Signal(object)
    scaled = Signal()
    progressed = Signal(object, object)
    prepared = Signal(bool)
    marked = Signal(object, object)
    reset = Signal()
    failed = Signal(object)

    def __init__(self, explorer: Explorer, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self.data = RunData(folders, self)
        self.way = PIXELS
        self.scale: Scale | None = None
        self._training: TrainingPictures | None = None
        self._picture: Any = None
        self._search: Task | None = None
        self._scaling: Task | None = None
        self._marking: Task | None = None
        self._checking: Task | None = None
        self._checked: object = None  # the run whose data was compared with what it learned from
        self._wish: tuple[Any, Any, float] | None = None  # pictures that wait for the scale
        self._is_wanted = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._look)
        explorer.picture.connect(self._on_picture)
        explorer.space_changed.connect(self._on_space_changed)
        self.data.ready.connect(self._on_data)
        self.data.failed.connect(self.failed)

    def want(self, is_wanted: bool) -> None:
        """Somebody looks at the neighbours, or nobody does."""
        self._is_wanted = is_wanted
        if is_wanted:
            self._begin()
        else:
            self._rest.stop()
            for task in (self._search, self._scaling):
                _cancel(task)
            self._scaling = None

    def set_way(self, way: str) -> None:
        """Compare in another way."""
        if way != self.way:
            self.way, self.scale = way, None
            _cancel(self._scaling)
            self._scaling = None
            self._rest.start(0)

    def mark(self, owner: object, pictures: Any, share: float) -> None:
        """Which of these are nearer to training pictures than `share` of held-out ones are."""
        self._wish = (owner, pictures, share)
        if self._training is None:
            self._begin()
        elif self.scale is None:
            self._measure_scale()
        else:
            self._mark()

    def stop(self) -> None:
        """Nobody looks at anything."""
        self._wish = None
        _cancel(self._marking)
        self.want(False)

    # The data

    def _begin(self) -> None:
        bundle = self._explorer.bundle
        if bundle is None:
            return
        if self.data.use(bundle.config.data):
            self._forget()
        elif self._training is not None:
            self._check()
            self._look()

    def _forget(self) -> None:
        self._training = self.scale = None
        for task in (self._search, self._scaling, self._marking, self._checking):
            _cancel(task)
        self._scaling = self._checked = None
        self.reset.emit()

    def _on_space_changed(self) -> None:
        bundle, data = self._explorer.bundle, self.data
        if bundle is None:
            self._picture = None
        elif self._is_wanted and data.use(bundle.config.data):
            self._forget()
        elif self._is_wanted and self._training is not None:
            self._check()

    def _on_data(self) -> None:
        from gan_studio.inference.nearest import TrainingPictures

        prepared = self.data.prepared
        if prepared is None or self._explorer.bundle is None:
            return
        self._training = TrainingPictures(prepared.train, flip=prepared.flip)
        self._check()
        self._look()
        if self._wish is not None:
            self._measure_scale()

    def _check(self) -> None:
        """Whether this run learned from what the data is now; two runs may name the same data."""
        from gan_studio.jobs.run_data import is_other_than_learned

        prepared, bundle = self.data.prepared, self._explorer.bundle
        if prepared is None or bundle is None or bundle.run_dir == self._checked:
            return
        run_dir = self._checked = bundle.run_dir

        def job(progress: Any, is_cancelled: Any) -> bool:
            return is_other_than_learned(prepared, run_dir)

        _cancel(self._checking)
        self._checking = Task(job, self).on_done(self.prepared.emit).start()

    # Searches

    def _on_picture(self, rendered: Any) -> None:
        self._picture = rendered.values[0]
        if self._is_wanted:
            self._rest.start(REST_MS)

    def _look(self) -> None:
        training, picture, way = self._training, self._picture, self.way
        if not self._is_wanted or training is None or picture is None or not len(training):
            return
        _cancel(self._search)

        def job(progress: Any, is_cancelled: Any) -> Found:
            from gan_studio.training.device import use_threads

            use_threads(1)
            nearest = training.nearest(picture[None], COUNT, way, None, is_cancelled)
            return Found(picture, training.pictures(nearest)[0], nearest)

        self._search = Task(job, self).on_done(self._on_found).on_error(self._on_error).start()

    def _on_found(self, found: Found) -> None:
        self.found.emit(found)
        if self.scale is None:
            self._measure_scale()

    def _measure_scale(self) -> None:
        training, prepared, way = self._training, self.data.prepared, self.way
        if training is None or prepared is None or self._scaling is not None:
            return
        task = Task(_scaling_job(prepared, training, way), self).on_done(self._on_scaled)
        self._scaling = task.on_error(self._on_error).on_progress(self._on_progress).start()

    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.progressed.emit(done, total)

    def _on_scaled(self, scale: Scale) -> None:
        self.scale, self._scaling = scale, None
        self.scaled.emit()
        self._mark()

    def _mark(self) -> None:
        wish, training, scale, way = self._wish, self._training, self.scale, self.way
        if wish is None or training is None or scale is None:
            return
        self._wish = None
        owner, pictures, share = wish
        limit = scale.limit(share)

        def job(progress: Any, is_cancelled: Any) -> dict[int, float]:
            from gan_studio.training.device import use_threads

            use_threads(1)
            found = training.nearest(pictures, 1, way, None, is_cancelled)
            least = found.distances[:, 0].tolist()
            return {at: far for at, far in enumerate(least) if far < limit or far == 0}

        def tell(near: dict[int, float]) -> None:
            self.marked.emit(owner, near)

        _cancel(self._marking)
        self._marking = Task(job, self).on_done(tell).on_error(self._on_error).start()

    def _on_error(self, problem: Exception) -> None:
        if not isinstance(problem, Cancelled):
            self._scaling = None
            self.failed.emit(problem)


def _scaling_job(prepared: Prepared, training: TrainingPictures, way: str) -> Any:
    def job(progress: Any, is_cancelled: Any) -> Scale:
        from gan_studio.inference.nearest import scale_of
        from gan_studio.training.device import use_threads

        use_threads(1)

        def tell(done: int, total: int) -> None:
            progress(done, total, "")

        return scale_of(prepared, training, way, progress=tell, is_cancelled=is_cancelled)

    return job


def _cancel(task: Task | None) -> None:
    if task is not None:
        task.cancel()
