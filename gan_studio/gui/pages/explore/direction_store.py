"""A run's directions on disk: read and written one after the other, beside the window."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_
from gan_studio.core.paths import naming_disk_problems
from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from gan_studio.inference.directions import (
        Direction,  # noqa: TC004 - torch must not load before the paint
    )

PATIENCE_S = 5.0
UNREADABLE = "directions-unreadable.json"


class RunReplaced(StudioError):
    """The folder holds another run than the one whose directions are shown."""

    message = N_("{path} holds another run by now; the directions are kept in this window only.")
    hint = N_("Export them to keep them.")


@dataclass(frozen=True)
class Catalogue:
    """What the engine knows to find, for lists and words; titles are marked for translation."""

    kinds: Mapping[str, str]
    found: Mapping[str, str]
    properties: Mapping[str, tuple[str, str, bool]]  # title, help, whether it needs colours
    least_marks: int


@dataclass(frozen=True)
class Kept:
    """What was read from a run.

    Attributes:
        run_dir: which run; None for a model that is only in memory.
        dim: how many numbers its latents have.
        created: when the run was made, "" where nobody knows; it tells one run from another.
        problem: why its directions could not be read.
    """

    run_dir: Path | None
    dim: int
    directions: tuple[Direction, ...]
    catalogue: Catalogue
    created: str = ""
    problem: StudioError | None = None


class DirectionStore(QObject):
    """Loads and saves; what was asked for last of one run is what stays.

    What the command line or another window has added to the file meanwhile stays as well.

    Signals:
        loaded: `Kept` of the newest `load`.
        joined: a run's folder, and the directions that its file held beside ours.
        failed: the exception of a load or a save.
    """

    loaded = Signal(object)
    joined = Signal(object, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[_Save | _Load] = deque()
        self._under_way: _Save | _Load | None = None
        self._task: Task | None = None
        self._newest: _Load | None = None
        self._known: dict[Path, set[bytes]] = {}  # what a run's file held when we last saw it
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.flush)

    @property
    def is_busy(self) -> bool:
        """Whether something has still to be read or written."""
        return self._under_way is not None

    def load(self, run_dir: Path | None, dim: int) -> None:
        """Read what a run keeps; `loaded` follows. A model without a folder has nothing."""
        self._newest = _Load(run_dir, dim, self._known)
        self._queue.append(self._newest)
        self._next()

    def save(self, kept: Kept, directions: Sequence[Direction]) -> None:
        """Keep these with the run that `kept` was read from."""
        if kept.run_dir is None:
            return
        waiting = self._queue[-1] if self._queue else None
        if isinstance(waiting, _Save) and waiting.kept.run_dir == kept.run_dir:
            self._queue.pop()
        self._queue.append(_Save(kept, tuple(directions), self._known))
        self._next()

    def flush(self) -> None:
        """Write what waits, at once: the program ends."""
        left = [*self._queue]
        self._queue.clear()
        future = None if self._task is None else self._task.future
        if self._under_way is not None and future is not None:
            if future.cancel():
                left.insert(0, self._under_way)
                self._under_way = None  # nothing will report its end
            else:
                wait([future], PATIENCE_S)
        for job in left:
            if isinstance(job, _Save):
                try:
                    job.run()
                except StudioError as problem:
                    self.failed.emit(problem)

    def _next(self) -> None:
        if self._under_way is None and self._queue:
            job = self._under_way = self._queue.popleft()
            task = Task(lambda progress, is_cancelled: job.run(), self)
            self._task = task.on_done(self._on_done).on_error(self._on_error).start()

    def _on_done(self, result: Any) -> None:
        job, self._under_way = self._under_way, None
        if isinstance(job, _Save):
            if result:
                self.joined.emit(job.kept.run_dir, result)
        elif job is self._newest:
            self.loaded.emit(result)
        self._next()

    def _on_error(self, problem: Exception) -> None:
        self._under_way = None
        self.failed.emit(problem)
        self._next()


@dataclass(frozen=True, eq=False)
class _Load:
    run_dir: Path | None
    dim: int
    known: dict[Path, set[bytes]]

    def run(self) -> Kept:
        from gan_studio.inference.directions import load_directions

        catalogue = _catalogue()
        if self.run_dir is None:
            return Kept(None, self.dim, (), catalogue)
        created = created_of(self.run_dir)
        self.known[self.run_dir] = set()
        try:
            found = load_directions(self.run_dir, self.dim)
        except StudioError as problem:
            return Kept(self.run_dir, self.dim, (), catalogue, created, problem)
        self.known[self.run_dir] = set(map(_key, found))
        return Kept(self.run_dir, self.dim, tuple(found), catalogue, created)


@dataclass(frozen=True, eq=False)
class _Save:
    kept: Kept
    directions: tuple[Direction, ...]
    known: dict[Path, set[bytes]]

    def run(self) -> tuple[Direction, ...]:
        """Write ours and what others have added; the latter is returned."""
        from gan_studio.inference.directions import save_directions

        run_dir = self.kept.run_dir
        assert run_dir is not None, "only runs are saved"
        created = created_of(run_dir)
        if self.kept.created and created and created != self.kept.created:
            raise RunReplaced(path=run_dir)
        ours = set(map(_key, self.directions))
        seen = ours | self.known.get(run_dir, set())
        theirs = tuple(each for each in self._there(run_dir) if _key(each) not in seen)
        save_directions(run_dir, [*self.directions, *theirs])
        self.known[run_dir] = ours | set(map(_key, theirs))
        return theirs

    def _there(self, run_dir: Path) -> list[Direction]:
        """What the file holds; one that cannot be read is put aside, not lost."""
        from gan_studio.inference.directions import BadDirections, load_directions

        try:
            return load_directions(run_dir, self.kept.dim)
        except BadDirections:
            path = run_dir / "explore" / "directions.json"
            with naming_disk_problems(path):
                path.replace(path.with_name(UNREADABLE))
            return []


def _key(direction: Direction) -> bytes:
    """Tells directions apart, whatever they are called."""
    return direction.vector.tobytes() + direction.origin.tobytes()


def created_of(run_dir: Path) -> str:
    """When the run in a folder was made; "" where nobody knows."""
    try:
        manifest = json.loads((run_dir / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(manifest.get("created", "")) if isinstance(manifest, dict) else ""


def _catalogue() -> Catalogue:
    from gan_studio.inference.directions import FOUND, KINDS, LEAST_MARKS, PROPERTIES

    properties = {
        key: (each.title, each.help, each.needs_colour) for key, each in PROPERTIES.items()
    }
    return Catalogue(KINDS, FOUND, properties, LEAST_MARKS)
