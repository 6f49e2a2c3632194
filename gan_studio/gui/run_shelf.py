"""The part of the session that deals with runs on disk: list, open, delete, bring back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.engine import Engine, with_runs
from gan_studio.gui.run_list import RunSummary, is_in_training, move_back, move_to_trash, scan

if TYPE_CHECKING:
    from gan_studio.core.events import Failed
    from gan_studio.gui.run_view import RunView
    from gan_studio.gui.settings import Settings
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.links import LivingRun

log = logging.getLogger("gan_studio.gui")


@dataclass(frozen=True)
class Offer:
    """A message for the banner of the visible page, with a remedy.

    Attributes:
        kind: "info", "warning" or "error".
        waits: for what nobody has asked for: it waits for its turn and is not lost, and is dropped
            once this says False. None is shown at once, in place of what is there.
        holds: for what is shown at once, where it may become untrue: it goes once this says False.
    """

    kind: str
    title: str
    text: str
    action_text: str = ""
    on_action: Callable[[], None] | None = None
    details: str = ""
    waits: Callable[[], bool] | None = None
    holds: Callable[[], bool] | None = None


def always() -> bool:
    """For an `Offer` that waits however long it takes."""
    return True


def offer_of_failure(
    event: Failed, on_resume: Callable[[], None] | None = None, saved: int | None = None
) -> Offer:
    """A failure as a banner: what went wrong, what helps, and the details to copy.

    `saved` is the step that `on_resume` goes on from, where it is known.
    """
    values = {str(key): value for key, value in event.values.items()}
    try:
        message, hint = _(event.message).format(**values), _(event.hint).format(**values)
    except (KeyError, IndexError, ValueError):  # a template of another version
        message, hint = event.message, event.hint
    text = " ".join(part for part in (message, hint) if part)
    return Offer(
        "error",
        _("Training stopped."),
        text,
        "" if on_resume is None else resume_words(saved),
        on_resume,
        event.details or text,
    )


def resume_words(saved: int | None) -> str:
    """``Resume from step 250``: how much is lost should be known before."""
    return _("Resume") if saved is None else _("Resume from step {n}").format(n=f"{saved:,}")


def offer_to_stop(stop: Callable[[], None]) -> Offer:
    """Another run is in the way of what a person wants to start."""
    return Offer(
        "warning",
        _("Another run is under way."),
        _("One run trains at a time. It stops at a checkpoint; you can go on with it later."),
        _("Stop it and start this one"),
        stop,
    )


class RunInUse(StudioError):
    """A run that is being trained cannot be moved."""

    message = N_("{name} is being trained.")
    hint = N_("Stop it first, then delete it.")


class RunShelf(QObject):
    """Base of the session; see there for the attributes."""

    runs_changed = Signal()
    error = Signal(object)  # StudioError; the window shows it on the visible page
    offered = Signal(object)  # Offer; the window shows it on the visible page

    def __init__(
        self, folders: Folders, settings: Settings, engine: Engine, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._user_folders = folders
        self.folders = with_runs(folders, settings.runs_folder)
        self.settings = settings
        self.engine = engine
        self.run: RunView | None = None
        self.guests: tuple[Path, ...] = ()  # runs that lie elsewhere and were opened

    def welcome(self, run_dir: Path) -> None:
        """List a run as well, which may lie anywhere, until the window is closed."""
        if run_dir.parent != self.folders.runs and run_dir not in self.guests:
            self.guests = (*self.guests, run_dir)
            self.runs_changed.emit()

    def set_runs_folder(self, folder: str) -> None:
        """Keep runs in `folder` from now on; "" is the platform's place."""
        self.settings.set(runs_folder=folder)
        self.folders = with_runs(self._user_folders, folder)
        self.runs_changed.emit()

    def list_runs(self, on_done: Callable[[list[RunSummary]], None]) -> Task:
        """Scan the runs folder and the guests in a background thread, newest run first."""
        runs, guests = self.folders.runs, self.guests
        task = Task(lambda progress, is_cancelled: scan(runs, is_cancelled, guests), self)
        return task.on_done(on_done).start()

    def load_bundle(
        self,
        run_dir: Path,
        step: int | None = None,
        on_done: Callable[[Any], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
    ) -> Task:
        """Load a trained model in a background thread."""
        task = Task(lambda progress, is_cancelled: self.engine.load_bundle(run_dir, step), self)
        if on_done is not None:
            task.on_done(on_done)
        return task.on_error(on_error or self.report).start()

    def delete_run(self, path: Path) -> None:
        """Move a run to the trash; an offer to undo it follows."""
        path, trash, run = Path(path), self.folders.trash, self.run
        if run is not None and run.is_active and run.run_dir == path:
            self.error.emit(RunInUse(name=path.name))
            return
        Task(lambda progress, is_cancelled: self._move_away(path, trash), self).on_done(
            partial(self._on_deleted, path)
        ).on_error(self.report).start()

    def _move_away(self, path: Path, trash: Path) -> Path:
        """In a background thread: another window may train the run, or a process without one."""
        where = path.resolve()
        if is_in_training(path) or any(
            run.run_dir and run.run_dir.resolve() == where for run in self._living()
        ):
            raise RunInUse(name=path.name)
        return move_to_trash(path, trash)

    def _living(self) -> list[LivingRun]:
        return self.engine.living(self.folders)

    def restore_run(self, trashed: Path, path: Path) -> None:
        """Bring a run back from the trash."""
        Task(lambda progress, is_cancelled: move_back(trashed, path), self).on_done(
            self._on_restored
        ).on_error(self.report).start()

    def report(self, problem: Exception) -> None:
        """Show an error in the banner of the visible page; what was not foreseen is logged."""
        if not isinstance(problem, StudioError):
            log.error("a task failed", exc_info=problem)
            problem = StudioError(reason=f"{type(problem).__name__}: {problem}")
        self.error.emit(problem)

    def _on_deleted(self, path: Path, trashed: Path) -> None:
        self.runs_changed.emit()
        text = _("{name} is in {folder} until you empty it.")
        offer = Offer(
            "info",
            _("Moved to the trash."),
            text.format(name=path.name, folder=trashed.parent),
            _("Undo"),
            partial(self.restore_run, trashed, path),
        )
        self.offered.emit(offer)

    def _on_restored(self, path: Path) -> None:
        self.runs_changed.emit()
