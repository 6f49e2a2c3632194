"""Carrying a queue of runs out, one after the other, in the thread of the caller."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import StudioError
from gan_studio.core.events import Event, Failed, Finished, RunStarted
from gan_studio.core.schema_io import from_plain
from gan_studio.jobs.queue import DONE, FAILED, RUNNING, WAITING, Entry, Queue, QueueFile
from gan_studio.jobs.training_job import RunRequest, resume_request, training_events
from gan_studio.training.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gan_studio.core.control import RunControl, Wants
    from gan_studio.jobs.folders import Folders

BEGUN, COMPLETE, NEW = "begun", "complete", "new"


def standing(entry: Entry) -> str:
    """Whether an entry's run is still to be made, can be gone on with, or is complete."""
    if not entry.run_dir:
        return NEW
    folder = RunFolder(Path(entry.run_dir))
    try:
        steps = folder.checkpoints.steps()
        if not folder.is_run() or not steps:
            return NEW  # cut short before its first checkpoint, or moved away
        return COMPLETE if steps[-1] >= folder.config().train.steps else BEGUN
    except (StudioError, OSError):
        return NEW


def queue_events(
    queue: Queue,
    file: QueueFile,
    folders: Folders,
    control: RunControl,
    wants: Wants,
    progress: Callable[[int, int, str], None] | None = None,
) -> Iterator[tuple[Queue, Event | None]]:
    """Train what waits; after every event the queue as it is then, and None where there was none.

    The file follows every change. A run that fails does not keep the others from being trained;
    a stop through `control` leaves what ran waiting, so that the queue can go on.

    Raises:
        DiskProblem: the queue cannot be written.
    """
    queue = queue.interrupted()
    file.write(queue)
    while (index := queue.following) is not None and not control.is_stopping:
        entry = queue.entries[index]
        if standing(entry) == COMPLETE:
            queue = queue.change(index, state=DONE)
            file.write(queue)
            yield queue, None
            continue
        queue = queue.change(index, state=RUNNING)
        file.write(queue)
        for event in _events_of(entry, folders, control, wants, progress):
            changed = after(queue, index, event)
            if changed != queue:
                queue = changed
                file.write(queue)
            yield queue, event


def after(queue: Queue, index: int, event: Event) -> Queue:
    """The queue after the run at `index` has said something."""
    if isinstance(event, RunStarted) and event.info.get("run_dir"):
        return queue.change(index, run_dir=str(event.info["run_dir"]))
    if isinstance(event, Finished):
        return queue.change(index, state=DONE if event.reason == "done" else WAITING)
    if isinstance(event, Failed):
        if event.error == "Cancelled":
            return queue.change(index, state=WAITING)
        return queue.change(index, state=FAILED, reason=_reason(event))
    return queue


def _reason(event: Failed) -> str:
    try:
        return event.message.format(**event.values)
    except (KeyError, IndexError, ValueError):  # a template of another version
        return event.message


def _events_of(
    entry: Entry,
    folders: Folders,
    control: RunControl,
    wants: Wants,
    progress: Callable[[int, int, str], None] | None,
) -> Iterator[Event]:
    try:
        if standing(entry) == BEGUN:
            request = resume_request(Path(entry.run_dir), folders, progress=progress)
        else:
            config = from_plain(RunConfig, entry.config)
            request = RunRequest(config, folders, progress=progress)
    except StudioError as problem:
        yield Failed(
            0,
            0.0,
            error=type(problem).__name__,
            message=problem.message,
            hint=problem.hint,
            values={key: str(value) for key, value in problem.values.items()},
        )
        return
    yield from training_events(request, control, wants)
