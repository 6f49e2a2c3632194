"""Where a window and a process that trains meet: one folder per process, and who is in it.

Below ``<cache>/running/<id>``:

    request.json        what to train; written by the window that started it
    process.json        who trains; written by the process itself
    child.lock          held by the process as long as it lives
    reader.lock         held by whoever attends to it: one window at most
    events-*.jsonl      what it says, the newest megabyte of it
    recap.jsonl         what somebody who comes later has to hear first
    arrays/             pictures and weights, as safetensors
    commands-*.jsonl    what it is asked to do
    reserve             a little room for its last word on a disk that is full
    stderr.txt          its last words where it could not say them properly
    end.json            how it ended while nobody attended; all else is removed then

Quick to load: no torch, no numpy, so that a window can ask at its start.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import StudioError
from gan_studio.core.events import (
    EVENT_TYPES,
    Event,
    Failed,
    Finished,
    RunState,
    SamplesReady,
    SnapshotReady,
)
from gan_studio.core.file_lock import FileLock, is_held
from gan_studio.core.i18n import N_
from gan_studio.core.paths import naming_disk_problems, write_atomically
from gan_studio.jobs.spool import SpoolReader, SpoolWriter

if TYPE_CHECKING:
    from gan_studio.jobs.folders import Folders

EVENTS, COMMANDS = "events", "commands"  # the streams
# Made on credit: the window says each time that it would look at one.
COSTLY: tuple[type[Event], ...] = (SamplesReady, SnapshotReady)
STARTING_S = 60.0  # a process that has not spoken for so long never will
REMEMBERED_S = 30 * 24 * 3600.0
PATIENCE_S = 0.5  # with somebody who only looks whether a lock is held
NO_CODE = "nothing is known of its end"
TAIL = 4000  # characters


class ProcessDied(StudioError):
    """The process that trained has ended without saying why."""

    message = N_("The process that trained has ended unexpectedly ({reason}).")
    hint = N_("What was saved is still there: resume the run to go on.")


class AlreadyWatched(StudioError):
    """Two windows cannot attend to one process."""

    message = N_("Another window watches this run already.")
    hint = N_("Close it there, or steer the run from there.")


class NotRunning(StudioError):
    """The process was there a moment ago."""

    message = N_("This run is not in training any more.")
    hint = N_("Open it from the list of runs.")


class InTraining(StudioError):
    """Two processes cannot train one run."""

    message = N_("{run} is in training already, in a process of its own.")
    hint = N_("Wait for it, or end it: gan-studio running --stop {id}.")


@dataclass(frozen=True)
class LivingRun:
    """A run whose process is alive.

    Attributes:
        folder: where the process is talked to; its name is the id that ``gan-studio running``
            shows.
        pid: of the process (of the first one, where several train together).
        config: what is trained, as plain tables (a `RunConfig` needs torch to be made).
        run_dir: the run's folder; None while it is not known yet.
        is_resumed: whether it went on from a checkpoint.
        started_at: seconds since the epoch.
        state: where it stood at most a second or so ago.
        step: likewise.
        total_steps: how far it goes; 0 while that is not known yet.
        is_watched: whether a window attends to it.
    """

    folder: Path
    pid: int
    config: Mapping[str, Any]
    run_dir: Path | None
    is_resumed: bool
    started_at: float = 0.0
    state: RunState = RunState.PREPARING
    step: int = 0
    total_steps: int = 0
    is_watched: bool = False


@dataclass(frozen=True)
class EndedRun:
    """A run whose process ended while nobody watched.

    Attributes:
        config: what was trained, as plain tables.
        run_dir: the run's folder; None where it ended before it had one.
        last: how it ended; `Failed` with the error ``ProcessDied`` where it could not say.
    """

    config: Mapping[str, Any]
    run_dir: Path | None
    last: Finished | Failed


@dataclass(frozen=True)
class Link:
    """The folder of one process."""

    folder: Path

    @property
    def request(self) -> Path:
        """What to train."""
        return self.folder / "request.json"

    @property
    def process(self) -> Path:
        """Who trains."""
        return self.folder / "process.json"

    @property
    def child_lock(self) -> Path:
        """Held by the process."""
        return self.folder / "child.lock"

    @property
    def reader_lock(self) -> Path:
        """Held by who attends to it."""
        return self.folder / "reader.lock"

    @property
    def recap(self) -> Path:
        """What somebody who comes later has to hear first."""
        return self.folder / "recap.jsonl"

    @property
    def arrays(self) -> Path:
        """The folder of pictures and weights."""
        return self.folder / "arrays"

    @property
    def reserve(self) -> Path:
        """Removed where the last word finds the disk full."""
        return self.folder / "reserve"

    @property
    def errors(self) -> Path:
        """What the process printed."""
        return self.folder / "stderr.txt"

    @property
    def end(self) -> Path:
        """How it ended while nobody attended."""
        return self.folder / "end.json"

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return is_held(self.child_lock)

    def last_words(self) -> str:
        """The end of what the process printed, for "copy details"."""
        try:
            return self.errors.read_text("utf-8", errors="replace")[-TAIL:]
        except OSError:
            return ""

    def told(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The recap: its head (number, step, time, state) and events in the order of their making.

        Empty where there is none yet.
        """
        plain = [_table(line) for line in _text(self.recap).splitlines()]
        return (plain[0], plain[1:]) if plain else ({}, [])

    def remove(self) -> None:
        """Forget the process; what cannot be removed now is nothing that anybody takes for one."""
        for path in (self.request, self.end):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def new_link(folders: Folders) -> tuple[Link, FileLock]:
    """A new folder, and its reader's lock, which is held already.

    Raises:
        DiskProblem: the cache folder cannot be written.
    """
    name = f"{datetime.now():%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    link = Link(home(folders) / name)
    with naming_disk_problems(link.folder):
        link.folder.parent.mkdir(parents=True, exist_ok=True)
        link.folder.mkdir(mode=0o700)  # whoever writes here commands a process of its owner
        link.arrays.mkdir()
        lock = FileLock(link.reader_lock)
        lock.acquire(PATIENCE_S)
    return link, lock


def home(folders: Folders) -> Path:
    """Where the folders of all processes are."""
    return folders.cache / "running"


def attend(found: LivingRun) -> FileLock:
    """The lock of the only reader of a run.

    Raises:
        AlreadyWatched: another window attends to it.
        NotRunning: it has ended, and somebody else has heard of that.
    """
    link = Link(found.folder)
    lock = FileLock(link.reader_lock)
    try:
        if not lock.acquire(PATIENCE_S):
            raise AlreadyWatched
    except OSError as error:
        raise NotRunning from error
    if link.end.exists() or not link.request.exists():
        lock.release()
        raise NotRunning
    return lock


def ask_to_stop(found: LivingRun) -> None:
    """Ask a run to save a checkpoint and end, whoever else attends to it.

    Raises:
        OSError: it has ended meanwhile.
    """
    writer = SpoolWriter(found.folder, COMMANDS)
    try:
        writer.write([json.dumps({"command": "stop"})])
    finally:
        writer.close()


def living(folders: Folders) -> list[LivingRun]:
    """The runs whose process is alive right now, the oldest first; reads a few small files.

    What is left of processes that have ended is tidied away; how they ended is kept for
    `take_ended`.
    """
    found = []
    for link in _links(folders):
        if not link.is_alive:
            _tidy(link)
        elif link.process.exists():  # else it is just being born
            found.append(_described(link))
    return found


def check_idle(run_dir: Path, folders: Folders) -> None:
    """Make sure that no process trains the run in `run_dir`.

    Raises:
        InTraining: one does.
    """
    for found in living(folders):
        if found.run_dir is not None and found.run_dir.resolve() == run_dir.resolve():
            raise InTraining(run=run_dir.name, id=found.folder.name)


def take_ended(folders: Folders) -> list[EndedRun]:
    """The runs that ended unwatched since this was last asked, the oldest first; told once."""
    living(folders)  # tidies up
    found = []
    for link in _links(folders):
        if not link.end.exists() or link.is_alive:
            continue
        plain = _table(_text(link.end))
        link.remove()
        with contextlib.suppress(KeyError, TypeError):  # of another version
            cls, values = EVENT_TYPES[plain["last"].pop("event")], plain["last"]
            last = cls(**values)
            if isinstance(last, (Finished, Failed)):
                found.append(EndedRun(plain["config"], _path(plain["run_dir"]), last))
    return found


def _links(folders: Folders) -> list[Link]:
    try:
        return [Link(path) for path in sorted(home(folders).iterdir()) if _is_own(path)]
    except OSError:
        return []


def _is_own(path: Path) -> bool:
    """What is tidied away must not lie elsewhere."""
    return path.is_dir() and not path.is_symlink()


def _described(link: Link) -> LivingRun:
    try:
        return _told(link)
    except (ValueError, TypeError, AttributeError):  # damaged, or of another version
        return LivingRun(link.folder, 0, {}, None, False)


def _told(link: Link) -> LivingRun:
    request, process = _table(_text(link.request)), _table(_text(link.process))
    head, events = link.told()
    started = next((plain for plain in events if plain.get("event") == "RunStarted"), {})
    info = started.get("info", {})
    return LivingRun(
        folder=link.folder,
        pid=int(process.get("pid", 0)),
        config=started.get("config") or request.get("config", {}),
        run_dir=_path(info.get("run_dir") or request.get("run_dir")),
        is_resumed=bool(request.get("is_resumed")),
        started_at=float(process.get("started_at", 0.0)),
        state=RunState(head.get("state", RunState.PREPARING.value)),
        step=int(head.get("step", 0)),
        total_steps=int(info.get("total_steps", 0)),
        is_watched=is_held(link.reader_lock),
    )


def _tidy(link: Link) -> None:
    """Turn what a process left behind into a note of its end, unless somebody attends to it."""
    if link.end.exists():
        if _age_s(link.end) > REMEMBERED_S:
            link.remove()
        return
    if not link.process.exists() and _age_s(link.folder) < STARTING_S:
        return
    if not link.request.exists():  # left over, because on Windows a file was in use
        link.remove()
        return
    lock = FileLock(link.reader_lock)
    with contextlib.suppress(OSError, StudioError):
        if not lock.acquire():
            return
        try:
            if not link.is_alive:
                _note_end(link)
        finally:
            lock.release()


def _note_end(link: Link) -> None:
    described = _described(link)
    head, events = link.told()
    stream = SpoolReader(link.folder, EVENTS)
    events += stream.read()  # a disk that was full may have taken only one of the two
    stream.close()
    last = next((plain for plain in events if plain.get("event") in ("Finished", "Failed")), None)
    if last is None:
        step, time_s = int(head.get("step", 0)), float(head.get("time", 0.0))
        last = {"event": "Failed", **asdict(death(step, time_s, NO_CODE, link.last_words()))}
    last.pop("n", None)
    run_dir = None if described.run_dir is None else str(described.run_dir)
    with contextlib.suppress(OSError):
        link.reserve.unlink(missing_ok=True)  # the room may be needed for the note
    note = {"config": dict(described.config), "run_dir": run_dir, "last": last}
    write_atomically(link.end, json.dumps(note).encode())
    for path in link.folder.iterdir():
        if path == link.arrays:
            shutil.rmtree(path, ignore_errors=True)
        elif path != link.end and path != link.reader_lock:
            with contextlib.suppress(OSError):
                path.unlink()


def death(step: int, time_s: float, reason: str, details: str) -> Failed:
    """The last event of a process that has ended without one."""
    problem = ProcessDied(reason=reason)
    return Failed(
        step,
        time_s,
        error=type(problem).__name__,
        message=problem.message,
        hint=problem.hint,
        values=problem.values,
        details=details,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def _table(text: str) -> dict[str, Any]:
    """JSON as a table; an empty one where it is none."""
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _path(name: str | None) -> Path | None:
    return Path(name) if name else None


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0
