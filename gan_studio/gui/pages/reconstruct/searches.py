"""The z of pictures in models without an encoder, searched for beside the window and kept."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.reconstruct.columns import Column, empty_column
from gan_studio.gui.pages.reconstruct.found import Found, better
from gan_studio.gui.pages.reconstruct.totals import Key, key_of
from gan_studio.inference.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.inference.bundle import Bundle

MOST_KEPT = 512  # pictures

Print = bytes
Spot = tuple[Key, Search, Print]


@dataclass(eq=False)
class _Job:
    """A search under way; `found` is written by its thread."""

    key: Key
    base: Search
    search: Search  # as `base`, but a later round has another seed
    prints: tuple[Print, ...]
    done: int = 0
    found: dict[Print, Found] = field(default_factory=dict)


class Searches(QObject):
    """Searches for what is wanted and not known yet, one model after the other.

    Signals:
        changed: `column` says more than before.
        failed: the exception in place of a model's copies.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = Search()
        self._bundles: tuple[Bundle, ...] = ()
        self._images: Any = np.zeros((0, 1, 1, 1), np.uint8)
        self._prints: tuple[Print, ...] = ()
        self._known: dict[Spot, Found] = {}
        self._broken: set[Key] = set()
        self._rounds: list[Bundle] = []  # models that are to be searched once more
        self._is_stopped = False
        self._job: _Job | None = None
        self._task: Task | None = None

    def want(self, bundles: Sequence[Bundle], images: Any) -> None:
        """Find these pictures, uint8 ``[N, C, H, W]``, in these models.

        A search for others is given up; what is known is not searched for again.
        """
        prints = tuple(_print_of(image) for image in images)
        if set(prints) != set(self._prints):
            self._is_stopped = False
        self._bundles, self._images, self._prints = tuple(bundles), images, prints
        if self._job is not None and not self._is_wanted(self._job):
            self.rest()
        self._go_on()
        self.changed.emit()

    def set_settings(self, settings: Search) -> None:
        """Search in another way from now on."""
        if settings != self.settings:
            self.rest()
            self.settings, self._is_stopped = settings, False
            self._go_on()
            self.changed.emit()

    def again(self) -> None:
        """Search from more starts, or for what a cancelled search has left out."""
        self.rest()
        self._is_stopped = False
        self._broken.clear()
        if not any(self._missing(bundle) for bundle in self._bundles):
            self._rounds = list(self._bundles)
        self._go_on()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop searching and keep the best so far."""
        job = self._job
        self.rest()
        self._is_stopped = True
        if job is not None:
            self._keep(job, job.found)
        self.changed.emit()

    def rest(self) -> None:
        """Give up what is under way; `want` begins it anew."""
        if self._task is not None:
            self._task.cancel()
        self._task, self._job, self._rounds = None, None, []

    # What is known

    @property
    def progress(self) -> tuple[int, int] | None:
        """Steps done and all steps of the search under way, None where there is none."""
        return None if self._job is None else (self._job.done, self._job.search.steps)

    def found(self, bundle: Bundle) -> list[Found | None]:
        """The best of each picture so far."""
        key, job = key_of(bundle), self._job
        under_way = job.found if job is not None and job.key == key else {}
        return [
            better(self._known.get((key, self.settings, one)), under_way.get(one))
            for one in self._prints
        ]

    def column(self, bundle: Bundle) -> Column:
        """What the table shows of a model."""
        found, mark = self.found(bundle), self._mark(bundle)
        is_settled = self._job is None or self._job.key != key_of(bundle)
        if all(item is None for item in found):
            return replace(empty_column(self._images.shape, mark), is_settled=is_settled)
        return _column(found, self._images.shape, mark, is_settled=is_settled)

    def _mark(self, bundle: Bundle) -> str:
        if self._job is not None and self._job.key == key_of(bundle):
            return _("search: step {done} of {total}").format(
                done=self._job.done, total=self._job.search.steps
            )
        if key_of(bundle) in self._broken:
            return _("cannot be searched")
        if self._missing(bundle):
            return _("search cancelled") if self._is_stopped else _("waits for its search")
        if any(item is not None and item.is_cut_short for item in self.found(bundle)):
            return _("inversion, cut short")
        return _("inversion: found by search")

    # Searching

    def _missing(self, bundle: Bundle) -> list[int]:
        key = key_of(bundle)
        return [
            row
            for row, one in enumerate(self._prints)
            if (key, self.settings, one) not in self._known
        ]

    def _is_wanted(self, job: _Job) -> bool:
        is_here = any(key_of(bundle) == job.key for bundle in self._bundles)
        return is_here and job.base == self.settings and set(job.prints) <= set(self._prints)

    def _go_on(self) -> None:
        if self._job is not None or self._is_stopped:
            return
        for bundle in self._bundles:
            rows = self._missing(bundle)
            if rows and key_of(bundle) not in self._broken:
                self._start(bundle, rows, self.settings)
                return
        while self._rounds:
            bundle = self._rounds.pop(0)
            done = max((item.rounds for item in self.found(bundle) if item), default=0)
            seed = self.settings.seed + done
            self._start(bundle, range(len(self._prints)), replace(self.settings, seed=seed))
            return

    def _start(self, bundle: Bundle, rows: Sequence[int], search: Search) -> None:
        prints = tuple(self._prints[row] for row in rows)
        job = _Job(key_of(bundle), self.settings, search, prints)
        work = _work(job, bundle, self._images[list(rows)])
        self._job, self._task = job, Task(work, self)
        self._task.on_progress(self._on_progress).on_done(self._on_done).on_error(self._on_error)
        self._task.start()

    def _on_progress(self, done: int, total: int, what: str) -> None:
        if self._job is not None:
            self._job.done = done
            self.changed.emit()

    def _on_done(self, found: dict[Print, Found]) -> None:
        job, self._job, self._task = self._job, None, None
        if job is not None:
            self._keep(job, found)
        self._go_on()
        self.changed.emit()

    def _on_error(self, problem: Exception) -> None:
        job, self._job, self._task = self._job, None, None
        if job is not None:
            self._broken.add(job.key)
        self._go_on()
        self.changed.emit()
        self.failed.emit(problem)

    def _keep(self, job: _Job, found: dict[Print, Found]) -> None:
        for one, item in found.items():
            spot = (job.key, job.base, one)
            best = better(self._known.pop(spot, None), item)
            assert best is not None, "there is at least the new one"
            self._known[spot] = best
        while len(self._known) > MOST_KEPT:
            self._known.pop(next(iter(self._known)))


def _work(job: _Job, bundle: Bundle, images: Any) -> Callable[..., dict[Print, Found]]:
    def search(
        progress: Callable[[int, int], None], is_cancelled: Callable[[], bool]
    ) -> dict[Print, Found]:
        from gan_studio.gui.pages.reconstruct.search_work import find

        def show(found: list[Found], done: int) -> None:
            job.found = dict(zip(job.prints, found, strict=True))
            progress(done, job.search.steps)

        found = find(bundle, images, job.search, show, is_cancelled)
        return dict(zip(job.prints, found, strict=True))

    return search


def _print_of(image: Any) -> Print:
    """What tells pictures of one shape apart."""
    return blake2b(np.ascontiguousarray(image).tobytes(), digest_size=16).digest()


def _column(
    found: Sequence[Found | None], shape: Sequence[int], mark: str, *, is_settled: bool
) -> Column:
    some = next(item for item in found if item is not None)
    copies, errors = np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    latents = np.zeros((len(found), len(some.latent)), np.float32)
    for row, item in enumerate(found):
        if item is not None:
            copies[row], errors[row], latents[row] = item.copy, item.error, item.latent
    return Column(
        copies,
        errors,
        [math.nan if item is None else item.mse for item in found],
        [math.nan if item is None else item.psnr for item in found],
        [math.nan if item is None else item.ssim for item in found],
        latents,
        mark,
        tuple(item is not None for item in found),
        is_settled,
        tuple("" if item is None else item.describe() for item in found),
    )
