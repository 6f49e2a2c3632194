"""A run in a process of its own, behind the same `Run` protocol as a thread.

A crash of the process is an event here, torchrun can start several at once, and training goes on
when the window that started it has gone, however it went. So nothing ties the two together: the
process has a session of its own, and they talk through files in a folder below the cache
(`links`). No pipe can break, nothing listens, and another window can go on listening.

`child` is the process's side, `link_reader` reads what it says, `wire` is what travels. Costly
events are made on credit: the window says when its mailbox wants one; who has no window makes none.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from gan_studio.core.control import Command, RunControl
from gan_studio.core.errors import StudioError
from gan_studio.core.events import (
    Event,
    Failed,
    Finished,
    RunState,
    StateChanged,
)
from gan_studio.core.paths import naming_disk_problems, own_program
from gan_studio.jobs.link_reader import LinkReader
from gan_studio.jobs.links import (
    COMMANDS,
    COSTLY,
    NO_CODE,
    AlreadyWatched,
    EndedRun,
    Link,
    LivingRun,
    NotRunning,
    ProcessDied,
    attend,
    death,
    living,
    new_link,
    take_ended,
)
from gan_studio.jobs.mailbox import Mailbox
from gan_studio.jobs.spool import SpoolWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gan_studio.core.file_lock import FileLock
    from gan_studio.jobs.sinks import Sink
    from gan_studio.jobs.training_job import RunRequest

__all__ = [
    "AlreadyWatched",
    "EndedRun",
    "LivingRun",
    "NotRunning",
    "ProcessDied",
    "ProcessRun",
    "living",
    "take_ended",
]

POLL_S = 0.05
LOOK_AFTER = 10  # polls between two looks whether a process is still there
ENDING_S = 15.0  # that a process may take to go once it has said its last word

_left: list[subprocess.Popen[bytes]] = []  # detached, of this window: their end must be collected


class FileControl(RunControl):
    """A control whose every wish is also passed on; a thread collects them and writes them down."""

    def __init__(self) -> None:
        super().__init__()
        self.news = threading.Event()
        self._wishes: deque[str] = deque()

    def stop(self) -> None:
        """Ask the run to save a checkpoint and end."""
        super().stop()
        self.wish("stop")

    def pause(self) -> None:
        """Ask the run to wait at the next phase boundary."""
        super().pause()
        self.wish("pause")

    def resume(self) -> None:
        """Let a paused run go on."""
        super().resume()
        self.wish("resume")

    def send(self, command: Command) -> None:
        """Pass a command on; it does not stay in this inbox."""
        self.wish(type(command).__name__, **asdict(command))

    def wish(self, command: str, /, **values: Any) -> None:
        """Have one command written soon."""
        self._wishes.append(json.dumps({"command": command, **values}))
        self.news.set()

    def take_wishes(self) -> list[str]:
        """What was wished for since the last call, as lines."""
        return [self._wishes.popleft() for _ in range(len(self._wishes))]

    def mirror(self, state: RunState) -> None:
        """Stand as the run stands that another window has steered so far."""
        if state is RunState.PAUSED:
            super().pause()
        elif state is RunState.TRAINING:
            super().resume()
        elif state is RunState.STOPPING:
            super().stop()


class Child(Protocol):
    """The process, as far as it concerns us."""

    pid: int

    def is_over(self) -> bool:
        """Whether it has ended; what it said before is then in its files."""

    def settle(self) -> None:
        """Wait until it has gone, and see that it goes."""

    def leave(self) -> None:
        """Let it live on."""

    def reason(self) -> str:
        """How it ended."""


class OwnChild:
    """A process that this window has started."""

    def __init__(self, process: subprocess.Popen[bytes], link: Link) -> None:
        self._process, self._link = process, link
        self.pid = process.pid

    def is_over(self) -> bool:
        """Whether it has ended, and, where it is torchrun, the one that speaks has as well."""
        return self._process.poll() is not None and not self._link.is_alive

    def settle(self) -> None:
        """Wait; one that said its last word and then hangs is ended."""
        try:
            self._process.wait(ENDING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def leave(self) -> None:
        """Keep it in mind until it has ended."""
        _left.append(self._process)

    def reason(self) -> str:
        """The signal or the exit code."""
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"


class FoundChild:
    """A process that another window has started."""

    def __init__(self, link: Link, pid: int) -> None:
        self._link = link
        self._looks = -1
        self.pid = pid

    def is_over(self) -> bool:
        """Whether it has ended."""
        self._looks += 1
        return self._looks % LOOK_AFTER == 0 and not self._link.is_alive

    def settle(self) -> None:
        """Wait, but not for ever."""
        waiting = threading.Event()
        for _ in range(int(ENDING_S / POLL_S)):
            if not self._link.is_alive:
                return
            waiting.wait(POLL_S)

    def leave(self) -> None:
        """Nothing is to be done."""

    def reason(self) -> str:
        """Only a parent is told of codes."""
        return NO_CODE


class ProcessRun:
    """A run in a child process (or in several, with torchrun).

    Args:
        request: what should be run; its `progress` and `extra_sinks` are called in this process.
        mailbox: where events go.
        processes: how many processes train together.
    """

    def __init__(
        self, request: RunRequest, mailbox: Mailbox | None = None, processes: int = 1
    ) -> None:
        self._prepare(mailbox, request.progress, request)
        self._processes = processes

    def _prepare(
        self,
        mailbox: Mailbox | None,
        progress: Callable[[int, int, str], None] | None,
        request: RunRequest | None = None,
    ) -> None:
        self._control = FileControl()
        self.control: RunControl = self._control
        self.mailbox = mailbox or Mailbox()
        self._request = request
        self._sinks: Sequence[Sink] = () if request is None else request.extra_sinks
        self._progress = progress
        self._after_step: int | None = -1
        self._link: Link | None = None
        self._lock: FileLock | None = None
        self._child: Child | None = None
        self._commands: SpoolWriter | None = None
        self._unsaid: list[str] = []  # wishes that a full disk refused
        self._step, self._time = 0, 0.0
        self._has_ended = False
        self._is_leaving, self._is_left = False, False
        self._granted: set[type[Event]] = set()
        self._thread = threading.Thread(target=self._run, name="gan-studio-process", daemon=True)

    @classmethod
    def attach(
        cls,
        found: LivingRun,
        mailbox: Mailbox | None = None,
        after_step: int | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> ProcessRun:
        """A run that a child is busy with already; `start` it to hear of it.

        The mailbox gets `RunStarted` first, as it was sent at the beginning, then how things stand
        (the newest `StateChanged`, `ParameterChanged` per name, `CheckpointSaved`, probes, notices
        and the newest fixed `SamplesReady`), and then all that is new.

        Args:
            found: one of `living`.
            mailbox: where events go.
            after_step: the last step whose scalars the caller has read from the run's
                ``metrics.csv``: what came between that and now is handed over. None: only what is
                new, and that of the last second or so.
            progress: called as ``progress(done, total, what)`` while data is prepared.

        Raises:
            AlreadyWatched: another window attends to it.
            NotRunning: it has ended, and somebody else has heard of that.
        """
        lock = attend(found)
        run = cls.__new__(cls)
        run._prepare(mailbox, progress)
        run._after_step = after_step
        run._link, run._lock = Link(found.folder), lock
        run._child = FoundChild(run._link, found.pid)
        return run

    @property
    def pid(self) -> int | None:
        """The child's process id, None before it is there."""
        return None if self._child is None else self._child.pid

    def start(self) -> None:
        """Begin; a child that cannot be started becomes a `Failed` event."""
        self._thread.start()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def detach(self) -> None:
        """Leave the child to itself: it trains on, and this object hears and says nothing more.

        The reader thread ends (`join`) without any `Finished` or `Failed`; wishes that were spoken
        before are still passed on. Nothing happens when the run has ended.
        """
        self._is_leaving = True
        self._control.news.set()
        if self._thread.ident is None and self._lock is not None:  # attached, but never started
            self._lock.release()

    # --- in the reader's thread -------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._begin()
            self._attend()
        except StudioError as problem:
            self._fail(problem)
            self._abandon()
        except Exception as error:  # whatever it is, the views must hear of the end
            self._die(f"{type(error).__name__}: {error}")
            self._abandon()
        self._let_go()
        for sink in self._sinks:
            sink.close()

    def _begin(self) -> None:
        """Start the child, where there is none yet.

        Raises:
            DiskProblem: the folder of the link cannot be made.
            OSError: the program cannot be started.
        """
        _left[:] = [process for process in _left if process.poll() is None]
        if self._request is not None:
            from gan_studio.jobs.wire import request_to_plain

            self._link, self._lock = new_link(self._request.folders)
            with naming_disk_problems(self._link.request):
                text = json.dumps(request_to_plain(self._request))
                self._link.request.write_text(text, "utf-8")
        assert self._link is not None
        self._commands = SpoolWriter(self._link.folder, COMMANDS)
        self._control.wish("attached")
        self._pass_on_wishes()  # a pause that was wished for before the start is there in time
        if self._child is None:
            self._child = OwnChild(spawn(self._link, self._processes), self._link)

    def _attend(self) -> None:
        """Pass on all that the child says and all that it is asked."""
        assert self._link is not None
        assert self._child is not None
        is_late = self._request is None
        reader = LinkReader(self._link, self._progress, is_late, self._after_step)
        try:
            while not self._has_ended:
                is_over = self._child.is_over()  # before the look: what it said is then there
                for event in reader.read():
                    if is_late and isinstance(event, StateChanged):
                        self._control.mirror(event.state)
                    self._take(event)
                is_late = False
                if self._has_ended or is_over:
                    break
                if self._is_leaving:
                    self._is_left = True
                    return
                self._grant()
                self._pass_on_wishes()
                self._control.news.wait(POLL_S)
                self._control.news.clear()
            if not self._has_ended:
                self._die(self._child.reason())
        finally:
            reader.close()

    def _take(self, event: Event) -> None:
        self._step, self._time = event.step, event.time
        self._granted.discard(type(event))
        self._has_ended = self._has_ended or isinstance(event, (Finished, Failed))
        for sink in self._sinks:
            sink.handle(event)
        self.mailbox.put(event)

    def _grant(self) -> None:
        """Tell the child which costly events somebody would look at."""
        for cls in COSTLY:
            if cls not in self._granted and self.mailbox.wants(cls, self._step):
                self._granted.add(cls)
                self._control.wish("want", event=cls.__name__)

    def _pass_on_wishes(self) -> None:
        # A child that has ended is told of by its last event, not by files that are gone.
        with contextlib.suppress(OSError):
            if self._commands is not None:
                self._unsaid += self._control.take_wishes()
                self._commands.write(self._unsaid)
                self._unsaid = []

    def _abandon(self) -> None:
        """Something of ours is broken: the child is asked to save and end, and not waited for."""
        if self._child is not None and not self._child.is_over():
            self._control.stop()
            self._is_left = True

    def _let_go(self) -> None:
        """Leave the child alone, or tidy up after it."""
        if self._is_left:
            self._control.wish("detached")
            self._pass_on_wishes()
        if self._commands is not None:
            self._commands.close()
        if self._child is not None and self._is_left:
            self._child.leave()
        elif self._child is not None:
            self._child.settle()
        if self._link is not None and not self._is_left:
            self._link.remove()  # before others may look at it: they would tell of this end again
        if self._lock is not None:
            self._lock.release()
        if self._link is not None and not self._is_left:
            self._link.remove()  # on Windows the lock was in the way

    def _fail(self, problem: StudioError) -> None:
        values = {key: str(value) for key, value in problem.values.items()}
        self._take(
            Failed(
                self._step,
                self._time,
                error=type(problem).__name__,
                message=problem.message,
                hint=problem.hint,
                values=values,
            )
        )

    def _die(self, reason: str) -> None:
        details = "" if self._link is None else self._link.last_words()
        self._take(death(self._step, self._time, reason, details))


def spawn(link: Link, processes: int) -> subprocess.Popen[bytes]:
    """Start the child, tied to nothing of ours.

    Raises:
        OSError: the program cannot be started.
    """
    with link.errors.open("ab") as errors:
        return subprocess.Popen(
            child_command(link.folder, processes),
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            start_new_session=True,
            creationflags=_creation_flags(),
        )


def _creation_flags() -> int:
    """On Windows: no console of ours, and none that is seen, not even by its own children."""
    if sys.platform != "win32":
        return 0
    return subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP


def child_command(folder: Path, processes: int) -> list[str]:
    """How the child is started: by this program itself, under torchrun for several."""
    worker = ["worker", str(folder)]
    if processes == 1:
        return [*own_program(), *worker]
    return [*own_program(), "torchrun", str(processes), *worker]
