"""The side of the process that trains: it speaks and listens through files and needs nobody.

Training happens in the main thread. A second one, the clerk, writes what waits, reads commands and
keeps the files small, some twenty times a second; both cost training nothing that can be measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from gan_studio.core.control import RunControl, SampleNow, SaveNow, SetParameter, StepPhase
from gan_studio.core.events import (
    CheckpointSaved,
    Delivery,
    Event,
    Failed,
    Finished,
    Notice,
    ParameterChanged,
    ProbeReady,
    RunStarted,
    SamplesReady,
    StateChanged,
)
from gan_studio.core.file_lock import FileLock
from gan_studio.core.paths import write_atomically
from gan_studio.jobs.links import COMMANDS, COSTLY, EVENTS, Link, NotRunning
from gan_studio.jobs.spool import SEGMENT_BYTES, SpoolReader, SpoolWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

WISHES: dict[str, type[Any]] = {
    cls.__name__: cls for cls in (SetParameter, StepPhase, SampleNow, SaveNow)
}
BY_NAME: dict[str, type[Event]] = {cls.__name__: cls for cls in COSTLY}
AT_ONCE = (RunStarted, StateChanged, Finished, Failed)  # seldom, and what others look for

TICK_S = 0.05
RECAP_S = 1.0  # how old the recap may be
MAX_SEGMENTS = 8
MAX_NOTICES = 200
RESERVE_BYTES = 2**18
MAX_WAITING = 5000  # lines, while the disk is full
ERROR_BYTES, ERROR_TAIL = 2**20, 2**16
LOCK_PATIENCE_S = 10.0


class Credits:
    """The `wants` of a process: each grant of a window is good for one event."""

    def __init__(self) -> None:
        self._granted: set[type[Event]] = set()

    def grant(self, name: str) -> None:
        """Allow one event of the class `name`."""
        self._granted.add(BY_NAME[name])

    def clear(self) -> None:
        """Forget the grants of a window that has gone."""
        self._granted.clear()

    def wants(self, event_type: type[Event], step: int) -> bool:
        """Whether a window waits for such an event; a yes uses the grant up."""
        if event_type not in self._granted:
            return False
        self._granted.discard(event_type)
        return True


class Recap:
    """What somebody who comes later has to hear first, as lines."""

    def __init__(self) -> None:
        self._standing: dict[str, tuple[int, str]] = {}
        self._notices: deque[tuple[int, str]] = deque(maxlen=MAX_NOTICES)
        self._head: dict[str, Any] = {}

    def note(self, number: int, event: Event, line: str) -> None:
        """Take an event in, where it still matters to who comes later."""
        self._head |= {"number": number, "step": event.step, "time": round(event.time, 3)}
        if isinstance(event, StateChanged):
            self._head["state"] = event.state.value
        if isinstance(event, Notice):
            self._notices.append((number, line))
        elif (slot := _slot(event)) is not None:
            self._standing[slot] = (number, line)

    def lines(self) -> list[str]:
        """The head, and the events in the order of their making."""
        events = sorted([*self._standing.values(), *self._notices])
        return [json.dumps(self._head), *(line for _, line in events)]

    @property
    def files(self) -> frozenset[str]:
        """The files of arrays that belong to it."""
        lines = [line for slot, (_, line) in self._standing.items() if slot == "SamplesReady"]
        return frozenset(json.loads(line)["file"] for line in lines)


def _slot(event: Event) -> str | None:
    """Newer events take the place of older ones of the same slot; None: nobody needs it later."""
    name = type(event).__name__
    if isinstance(event, (RunStarted, StateChanged, CheckpointSaved, Finished, Failed)):
        return name
    if isinstance(event, (ParameterChanged, ProbeReady)):
        return f"{name} {event.name}"
    if isinstance(event, SamplesReady) and event.name == "fixed" and event.images is not None:
        return name
    return None


class Voice:
    """Says events; never fails and never waits, so that training ends well whatever happens here.

    Args:
        link: where to.
        segment_bytes: how much of it goes into one file; there are `MAX_SEGMENTS` of them.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        link: Link,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        from gan_studio.jobs.wire import ArrayStore

        self._link, self._clock = link, clock
        self._lock = threading.Lock()
        self._out = SpoolWriter(link.folder, EVENTS, segment_bytes)
        self._arrays = ArrayStore(link.arrays)
        self._waiting: list[str] = []
        self._progress: str | None = None
        self._number = 0
        self._recap = Recap()
        self._is_stale, self._wrote_recap = False, float("-inf")
        self._kept_files: frozenset[str] = frozenset()  # of the recap on disk
        with contextlib.suppress(OSError):
            link.reserve.write_bytes(bytes(RESERVE_BYTES))

    def say(self, event: Event) -> None:
        """Pass an event on: at once where none may be missed, else with the next tick."""
        with self._lock:
            number = self._number + 1
            try:
                plain = self._arrays.pack(event, number)
            except OSError:  # the disk is full: the picture is lost, not the run
                return
            line = json.dumps({**plain, "n": number})
            self._number, self._is_stale = number, True
            self._recap.note(number, event, line)
            self._waiting.append(line)
            if event.delivery is Delivery.EVERY:
                self._flush()
            if self._waiting and isinstance(event, (Finished, Failed)):
                self._insist(line)
            if isinstance(event, AT_ONCE):
                self._write_recap()

    def progress(self, done: int, total: int, what: str) -> None:
        """Say how far the preparation is; only the newest is passed on."""
        self._progress = json.dumps({"progress": [done, total, what]})

    def tick(self) -> None:
        """Write what waits, and make room."""
        with self._lock:
            self._flush()
            if self._is_stale and self._clock() - self._wrote_recap >= RECAP_S:
                self._write_recap()
                self._out.keep(MAX_SEGMENTS)
                self._arrays.make_room(self._kept_files | self._recap.files)

    def close(self) -> None:
        """Write what waits and close the files."""
        with self._lock:
            self._flush()
            self._write_recap()
            self._out.close()

    def _flush(self) -> None:
        progress, self._progress = self._progress, None
        lines, self._waiting = self._waiting, []
        try:
            self._out.write([*lines, progress] if progress is not None else lines)
        except OSError:
            # A reader finds gaps by the numbers, and what matters of them in the recap.
            self._waiting = lines[-MAX_WAITING:]

    def _insist(self, line: str) -> None:
        """Have the last word on a full disk, which it may be about."""
        with contextlib.suppress(OSError):
            self._link.reserve.unlink(missing_ok=True)
        self._waiting = [line]
        self._flush()

    def _write_recap(self) -> None:
        """Replace the recap; who reads it sees the old one or the new one."""
        temporary = self._link.recap.with_suffix(".part")
        text = "".join(f"{line}\n" for line in self._recap.lines())
        with contextlib.suppress(OSError):  # full, or just being read on Windows: another time
            temporary.write_bytes(text.encode())
            os.replace(temporary, self._link.recap)
            self._kept_files = self._recap.files
            self._is_stale, self._wrote_recap = False, self._clock()


class Clerk(threading.Thread):
    """Beside training: obeys commands and keeps the voice's files going.

    Args:
        link: where commands come from.
        voice: ticks.
        control: what commands steer.
        credits: what windows wait for.
        is_asked_to_stop: whether the system wants this process to end.
    """

    def __init__(
        self,
        link: Link,
        voice: Voice,
        control: RunControl,
        credits: Credits,
        is_asked_to_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(name="gan-studio-clerk", daemon=True)
        self._link, self._voice = link, voice
        self._control, self._credits = control, credits
        self._is_asked_to_stop = is_asked_to_stop
        self._commands = SpoolReader(link.folder, COMMANDS, removes=True)
        self._done = threading.Event()

    def run(self) -> None:
        """Tick until it is closed."""
        ticks = 0
        while not self._done.wait(TICK_S):
            self.tick()
            ticks += 1
            if ticks % 100 == 0:
                shorten(self._link.errors)

    def tick(self) -> None:
        """Obey what came and let the voice write."""
        for plain in self._commands.read():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                obey(plain, self._control, self._credits)
        if self._is_asked_to_stop():
            self._control.stop()
        self._voice.tick()

    def close(self) -> None:
        """End the thread."""
        self._done.set()
        self.join()
        self._commands.close()


def obey(plain: dict[str, Any], control: RunControl, credits: Credits) -> None:
    """Carry out one command.

    Raises:
        KeyError: an unknown command.
        TypeError: its values do not fit.
    """
    name = plain.pop("command")
    if name == "want":
        credits.grant(plain["event"])
    elif name in ("attached", "detached"):
        credits.clear()  # grants are the business of one window
    elif name in ("stop", "pause", "resume"):
        getattr(control, name)()
    else:
        control.send(WISHES[name](**plain))


def shorten(path: Path) -> None:
    """Keep only the end of a file of messages that has grown long."""
    with contextlib.suppress(OSError):
        if path.stat().st_size <= ERROR_BYTES:
            return
        with path.open("r+b") as file:
            file.seek(-ERROR_TAIL, os.SEEK_END)
            tail = file.read()
            file.seek(0)
            file.write(tail)
            file.truncate()


class Signals:
    """What the system may say to a process that has no window.

    SIGTERM asks for a checkpoint and the end. A terminal that closes and a Ctrl+C in it mean the
    window that was started there, which has its own words for this process.
    """

    def __init__(self) -> None:
        self._is_asked = False

    def install(self, ignored: Sequence[str] = ("SIGINT", "SIGHUP", "SIGBREAK")) -> None:
        """Take over; in the main thread."""
        for name in ignored:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        # Only a flag: a handler that took a lock could meet the thread that holds it.
        signal.signal(signal.SIGTERM, self._on_term)

    def is_asked_to_stop(self) -> bool:
        """Whether SIGTERM has come."""
        return self._is_asked

    def _on_term(self, number: int, frame: object) -> None:
        self._is_asked = True


def serve(folder: Path, is_asked_to_stop: Callable[[], bool] = lambda: False) -> None:
    """Carry out the request in `folder`, obey commands, say events.

    In all but the first of several processes nothing is read or said.

    Raises:
        NotRunning: another process carries it out.
        OSError: the folder is not there.
    """
    link = Link(folder)
    plain = json.loads(link.request.read_text("utf-8"))
    if int(os.environ.get("RANK", "0")) != 0:
        _train_silently(plain)
        return
    lock = FileLock(link.child_lock)
    if not lock.acquire(LOCK_PATIENCE_S):
        raise NotRunning
    try:
        facts = {"pid": os.getpid(), "started_at": time.time()}
        write_atomically(link.process, json.dumps(facts).encode())
        is_left_behind = orphaned() if "RANK" in os.environ else lambda: False
        _train(link, plain, lambda: is_asked_to_stop() or is_left_behind())
    finally:
        lock.release()


def orphaned() -> Callable[[], bool]:
    """Tells whether the parent of now has ended since.

    One of several processes must not outlive torchrun: nobody would end the others any more.
    Windows does not tell.
    """
    parent = os.getppid()
    return lambda: os.getppid() != parent


def _train(link: Link, plain: dict[str, Any], is_asked_to_stop: Callable[[], bool]) -> None:
    # Only now: torch takes seconds to load, and the process should be known to live by then.
    from gan_studio.jobs.training_job import training_events
    from gan_studio.jobs.wire import request_from_plain

    voice, control, credits = Voice(link), RunControl(), Credits()
    clerk = Clerk(link, voice, control, credits, is_asked_to_stop)
    clerk.tick()  # what was wished for before the first step is known at the first step
    clerk.start()
    try:
        request = request_from_plain(plain, voice.progress)
        for event in training_events(request, control, credits.wants):
            voice.say(event)
    finally:
        clerk.close()
        voice.close()


def _train_silently(plain: dict[str, Any]) -> None:
    from gan_studio.jobs.training_job import training_events
    from gan_studio.jobs.wire import request_from_plain

    request = request_from_plain(plain, lambda done, total, what: None)
    for _ in training_events(request, RunControl(), lambda kind, step: False):
        pass
