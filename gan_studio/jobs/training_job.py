"""A whole run from a configuration: data, folder, trainer, sinks, and errors as a last event."""

from __future__ import annotations

import contextlib
import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import BadConfig, DiskProblem, Diverged, OutOfMemory, StudioError
from gan_studio.core.events import (
    CheckpointSaved,
    Event,
    Failed,
    Finished,
    Notice,
    RunStarted,
    RunState,
    StateChanged,
)
from gan_studio.core.file_lock import FileLock
from gan_studio.core.i18n import N_
from gan_studio.core.paths import naming_disk_problems, run_name, unused
from gan_studio.core.schema_io import check, from_plain
from gan_studio.data.base import DATASETS, DataContext, Prepared
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.links import check_idle
from gan_studio.jobs.sinks import Sink, folder_sinks
from gan_studio.models.base import make_family
from gan_studio.training import distributed
from gan_studio.training.device import pick_device
from gan_studio.training.run_folder import RunFolder
from gan_studio.training.trainer import Trainer

if TYPE_CHECKING:
    from gan_studio.core.control import RunControl, Wants
    from gan_studio.training.checkpoint import Checkpoint

LOCK = ".lock"  # in a run's folder, held by whoever trains the run
LOCK_PATIENCE_S = 5.0  # with a job that has said its last word and is still tidying up

log = logging.getLogger("gan_studio.jobs")


class TrainedElsewhere(StudioError):
    """Two jobs cannot write into one run's folder, be they threads, processes or windows."""

    message = N_("{run} is in training already, in another window or terminal.")
    hint = N_("Wait for it, or end it where it was started.")


@dataclass(frozen=True)
class RunRequest:
    """What should be run.

    Attributes:
        config: what to train and how. For a resumed run: read from its folder.
        run_dir: the run's folder; None makes a dated one below `folders.runs`.
        is_resumed: go on from the newest checkpoint in `run_dir`.
        progress: called as ``progress(done, total, what)`` while data is prepared.
    """

    config: RunConfig
    folders: Folders
    run_dir: Path | None = None
    is_resumed: bool = False
    progress: Callable[[int, int, str], None] | None = None
    extra_sinks: Sequence[Sink] = field(default_factory=tuple)


def resume_request(
    run_dir: Path, folders: Folders, total_steps: int | None = None, **more: Any
) -> RunRequest:
    """A request that goes on with the run in `run_dir`, up to `total_steps` where given.

    Raises:
        BadRun: it is not a run, or of a newer version.
        BadConfig: a field of its config cannot be used.
        InTraining: a process trains it already.
    """
    config = RunFolder(run_dir).config()
    check_idle(run_dir, folders)
    if total_steps is not None:
        config = replace(config, train=replace(config.train, steps=total_steps))
        if problems := check(config):
            raise BadConfig(*problems)
    return RunRequest(config, folders, run_dir, is_resumed=True, **more)


def training_events(request: RunRequest, control: RunControl, wants: Wants) -> Iterator[Event]:
    """Run the request. The last event is `Finished` or `Failed`; nothing is raised.

    The run's folder gets the log, metrics and samples; a failure leaves it as it was at the last
    checkpoint.
    """
    job = _Job(request, control, wants)
    try:
        yield from job.events()
    except Exception as error:
        problem = _readable(error, request, job)
        job.record_failure(problem)
        yield job.failure(problem, error)
    finally:
        job.close()


class _Job:
    """The pieces of one run while they come into being."""

    def __init__(self, request: RunRequest, control: RunControl, wants: Wants) -> None:
        self.request = request
        self.control = control
        self.wants = wants
        self.began = time.monotonic()
        self.step = 0
        self.folder: RunFolder | None = None
        self.sinks: list[Sink] = list(request.extra_sinks)
        self.writes = True
        self.lock: FileLock | None = None

    def events(self) -> Iterator[Event]:
        yield self._keep(StateChanged(0, 0.0, state=RunState.PREPARING))
        problems = check(self.request.config)
        if problems:
            raise BadConfig(*problems)
        device = pick_device(self.request.config.train.device)
        world = distributed.join_world(device.type)
        self.writes = world.is_main
        prepared = self._prepare()
        family = make_family(
            self.request.config.model.key, self.request.config.model.options, prepared.spec
        )
        checkpoint = self._open_folder(prepared)
        for note in self._notes(prepared):
            yield self._keep(note)
        trainer = Trainer(
            self.request.config,
            family,
            prepared,
            device,
            store=self.folder.checkpoints if self.folder else None,
            resume=checkpoint,
            world=world,
        )
        for event in trainer.run(self.control, self.wants):
            yield self._keep(self._note_in_manifest(event))

    def _prepare(self) -> Prepared:
        data = self.request.config.data
        source = DATASETS.get(data.key).target(data.options)
        context = DataContext(
            self.request.folders.cache,
            self.request.progress or (lambda done, total, what: None),
            lambda: self.control.is_stopping,
        )
        return source.prepare(context)

    def _open_folder(self, prepared: Prepared) -> Checkpoint | None:
        """The folder with its sinks, and the checkpoint to go on from."""
        config, now = self.request.config, datetime.now()
        path = self.request.run_dir or unused(
            self.request.folders.runs / run_name(now, config.model.key, prepared.title.lower())
        )
        folder = RunFolder(path)
        if self.writes:
            self._claim(path)
        checkpoint = folder.checkpoints.load() if self.request.is_resumed else None
        if checkpoint is not None:
            self.step = int(checkpoint.counters["step"])
        if self.writes:
            if checkpoint is not None:
                folder.forget_after(self.step)
                folder.write_config(config)
                folder.update_manifest(total_steps=config.train.steps)
                folder.write_opener()
            else:
                folder.create(config, _data_facts(prepared), now)
            self.sinks += folder_sinks(folder)
        self.folder = folder
        return checkpoint

    def _claim(self, path: Path) -> None:
        """Keep everybody else from writing into the run's folder until this job ends.

        Raises:
            TrainedElsewhere: somebody writes there.
            DiskProblem: the folder cannot be made.
        """
        if not self.request.is_resumed:
            with naming_disk_problems(path):
                path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / LOCK, rights=0o666)  # who may read the run may copy all of it
        try:
            if not lock.acquire(LOCK_PATIENCE_S):
                raise TrainedElsewhere(run=path.name)
        except OSError as error:  # a drive without locks: better to train without one
            log.info("%s is not locked: %s", path, error)
        else:
            self.lock = lock

    def _notes(self, prepared: Prepared) -> Iterator[Notice]:
        if prepared.refused:
            count, first = len(prepared.refused), prepared.refused[0]
            yield Notice(
                self.step,
                self._time(),
                message=N_("One file was left out, {path}: {reason}.")
                if count == 1
                else N_("{count} files were left out, such as {path}: {reason}."),
                values={"count": count, "path": first.path, "reason": first.reason},
            )
        for note in prepared.notes:
            yield Notice(self.step, self._time(), message="{note}", values={"note": note})

    def _note_in_manifest(self, event: Event) -> Event:
        self.step = event.step
        if not self.writes or self.folder is None:
            return event
        if isinstance(event, RunStarted):
            resolved = from_plain(RunConfig, event.config)
            self.folder.write_config(resolved)
            self.folder.update_manifest(state="training", **_started_facts(event))
            event = replace(event, info={**event.info, "run_dir": str(self.folder.path)})
        elif isinstance(event, CheckpointSaved):
            self.folder.update_manifest(step=event.step)
        elif isinstance(event, Finished):
            self.folder.update_manifest(state=event.reason, step=event.step, **event.totals)
        return event

    def _keep(self, event: Event) -> Event:
        for sink in self.sinks:
            sink.handle(event)
        return event

    def _time(self) -> float:
        return time.monotonic() - self.began

    def record_failure(self, problem: StudioError) -> None:
        """Leave the folder consistent with its last checkpoint and say what happened."""
        if self.folder is None or not self.writes or not self.folder.is_run():
            return
        with contextlib.suppress(StudioError, OSError):
            if isinstance(problem, Diverged):
                self.folder.forget_after(int(problem.values["good_step"]))
            self.folder.update_manifest(state="failed", failure=problem.sentence())

    def failure(self, problem: StudioError, error: Exception) -> Failed:
        """The last event; it is logged where the disk still lets us."""
        details = "".join(traceback.format_exception(error))
        log.debug("run failed\n%s", details)
        event = Failed(
            self.step,
            self._time(),
            error=type(problem).__name__,
            message=problem.message,
            hint=problem.hint,
            values={key: str(value) for key, value in problem.values.items()},
            details=details,
        )
        with contextlib.suppress(StudioError, OSError, ValueError):
            self._keep(event)
        return event

    def close(self) -> None:
        for sink in self.sinks:
            with contextlib.suppress(StudioError, OSError):
                sink.close()
        if self.lock is not None:
            self.lock.release()
        distributed.leave_world()


def _data_facts(prepared: Prepared) -> dict[str, Any]:
    return {
        "data_title": prepared.title,
        "fingerprint": prepared.fingerprint,
        "sample_shape": list(prepared.spec.shape),
        "class_names": list(prepared.spec.class_names),
        "attribute_names": list(prepared.spec.attribute_names),
        "target_shape": list(prepared.spec.target_shape) if prepared.spec.target_shape else None,
        "train_count": len(prepared.train),
        "held_out_count": len(prepared.held_out),
        "refused": [{"path": item.path, "reason": item.reason} for item in prepared.refused],
    }


def _started_facts(event: RunStarted) -> dict[str, Any]:
    names = ("device", "device_type", "threads", "precision", "parameters", "processes")
    return {name: event.info[name] for name in names}


def _readable(error: Exception, request: RunRequest, job: _Job) -> StudioError:
    """Whatever went wrong as something that a person can act on."""
    if isinstance(error, StudioError):
        return error
    text = str(error)
    if isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text:
        return OutOfMemory(device=request.config.train.device, step=job.step)
    if isinstance(error, OSError):
        return DiskProblem(path=error.filename or job.folder, reason=error.strerror or text)
    return StudioError(reason=f"{type(error).__name__}: {text}")
