"""Finds the place of a picture beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gan_studio.core.errors import Cancelled
from gan_studio.gui.bridge.task import Task
from gan_studio.inference.places import Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.inference.search import Search


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is looked for.

    Attributes:
        source: a file, or pixels uint8 ``[H, W, 4]``.
        name: what it is called.
        is_inverted: whether black and white are swapped.
    """

    source: Any
    name: str
    is_inverted: bool = False


class Finder(QObject):
    """One picture at a time; a newer one replaces the one before.

    Attributes:
        found: the `FoundPlace` of now, the best so far while it searches; None before it.
        wanted: the picture of now, None where nothing is looked for.

    Signals:
        changed: `found`, `progress` or `wanted` are others.
        failed: the exception in its place.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, explorer: Explorer, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explorer, self._cache = explorer, cache
        self._task: Task | None = None
        self._stopped = [False]
        self._news: list[Any] = [None]  # the best so far, written by the worker
        self._bundle: Any = None
        self.search: Search | None = None
        self.wanted: Wanted | None = None
        self.found: Any = None
        self.progress: tuple[int, int] | None = None
        explorer.space_changed.connect(self._on_space_changed)

    @property
    def is_busy(self) -> bool:
        """Whether it is under way."""
        return self._task is not None

    @property
    def step(self) -> int | None:
        """Of the run whose weights the picture was looked for in."""
        return None if self._bundle is None else int(self._bundle.step)

    def find(self, source: Any, name: str, *, is_inverted: bool = False) -> None:
        """Look for the place of a picture; going there is one move.

        Args:
            source: a file, or pixels uint8 ``[H, W, 4]``.
            name: what it is called.
            is_inverted: swap black and white first.
        """
        if self._explorer.bundle is None:
            return
        self.close()
        wanted = self.wanted = Wanted(source, name, is_inverted)
        self._bundle = self._explorer.bundle
        self._stopped, self._news = [False], [None]
        self.progress = (0, 0)
        job = _job(self._bundle, wanted, self._cache, self._news, self._stopped, self.search)
        self._task = Task(job, self).on_progress(self._on_progress)
        self._task.on_done(self._on_done).on_error(self._on_error).start()
        self.changed.emit()

    def swap(self) -> None:
        """Look once more with black and white swapped."""
        if self.wanted is not None:
            wanted = self.wanted
            self.find(wanted.source, wanted.name, is_inverted=not wanted.is_inverted)

    def stop(self) -> None:
        """End the search soon; the best so far is gone to."""
        self._stopped[0] = True

    def close(self) -> None:
        """Give up, or put away what was found."""
        if self._task is not None:
            self._stopped[0] = True
            self._task.cancel()
        self._task = self.progress = self.found = self.wanted = None
        self.changed.emit()

    def go(self) -> None:
        """Go to what was found."""
        if self.found is not None and self._explorer.space is not None:
            self._explorer.go_to(Place(np.asarray(self.found.z, np.float32)))

    def _on_space_changed(self) -> None:
        """Newer weights of the same run change nothing; another model has other places."""
        bundle = self._explorer.bundle
        old = self._bundle
        if self.wanted is None or old is None:
            return
        if bundle is None or bundle.run_dir != old.run_dir or bundle.latent != old.latent:
            self.close()

    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.found, self.progress = self._news[0], (done, total)
        self.changed.emit()

    def _on_done(self, found: Any) -> None:
        self._task = self.progress = None
        self.found = found
        self.go()
        self.changed.emit()

    def _on_error(self, problem: Exception) -> None:
        self._task = None
        self.close()
        if not isinstance(problem, Cancelled):
            self.failed.emit(problem)


def _job(
    bundle: Any, wanted: Any, cache: Path, news: list[Any], stopped: list[bool], search: Any
) -> Callable[[Any, Callable[[], bool]], Any]:
    def job(progress: Any, is_cancelled: Callable[[], bool]) -> Any:
        from gan_studio.gui.pages.explore.find_work import find_place

        def show(found: Any, done: int, total: int) -> None:
            news[0] = found
            progress(done, total, "search")

        def is_stopped() -> bool:
            return stopped[0] or is_cancelled()

        return find_place(bundle, wanted, cache, show, is_stopped, search)

    return job
