"""A run in a child process, behind the same `Run` protocol as a thread.

A crash of the child is an event here, and torchrun can start several at once. The child prints
events as JSON lines and reads commands as JSON lines; arrays (pictures, weights) travel as
safetensors files in a folder that the parent owns. Costly events are made on credit: the parent
says when the mailbox wants one. When the parent dies, the child's input ends, and it stops at a
checkpoint.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gan_studio.core.control import (
    Command,
    RunControl,
    SampleNow,
    SaveNow,
    SetParameter,
    StepPhase,
)
from gan_studio.core.errors import StudioError
from gan_studio.core.events import (
    Event,
    Failed,
    Finished,
    SamplesReady,
    SnapshotReady,
)
from gan_studio.core.i18n import N_
from gan_studio.core.schema import to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.links import (
    AlreadyWatched,
    EndedRun,
    LivingRun,
    NotRunning,
    living,
    take_ended,
)
from gan_studio.jobs.mailbox import Mailbox
from gan_studio.jobs.sinks import event_from_plain, event_to_plain
from gan_studio.jobs.training_job import RunRequest, training_events

if TYPE_CHECKING:
    from collections.abc import Callable

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

COMMANDS: dict[str, type[Any]] = {
    cls.__name__: cls for cls in (SetParameter, StepPhase, SampleNow, SaveNow)
}
COSTLY: dict[str, type[Event]] = {cls.__name__: cls for cls in (SamplesReady, SnapshotReady)}
REQUEST = "request.json"


class ProcessDied(StudioError):
    """The process that trained has ended without saying why."""

    message = N_("The process that trained has ended unexpectedly ({reason}).")
    hint = N_("What was saved is still there: resume the run to go on.")


# --- the parent's side ----------------------------------------------------------------------------


class PipeControl(RunControl):
    """A control whose every wish is also written to a child process."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._pipe: IO[str] | None = None
        self._waiting: list[str] = []

    def connect(self, pipe: IO[str]) -> None:
        """Write to `pipe` from now on, first what was wished for before."""
        with self._lock:
            self._pipe = pipe
            waiting, self._waiting = self._waiting, []
        for line in waiting:
            self._write_line(line)

    def disconnect(self) -> None:
        """Close the pipe; later wishes go nowhere."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            if self._pipe is not None:
                self._pipe.close()

    def stop(self) -> None:
        """Ask the run to save a checkpoint and end."""
        super().stop()
        self.write("stop")

    def pause(self) -> None:
        """Ask the run to wait at the next phase boundary."""
        super().pause()
        self.write("pause")

    def resume(self) -> None:
        """Let a paused run go on."""
        super().resume()
        self.write("resume")

    def send(self, command: Command) -> None:
        """Pass a command on; it does not stay in this inbox."""
        self.write(type(command).__name__, **asdict(command))

    def write(self, command: str, /, **values: Any) -> None:
        """Write one line, or keep it until there is a pipe."""
        self._write_line(json.dumps({"command": command, **values}) + "\n")

    def _write_line(self, line: str) -> None:
        with self._lock:
            if self._pipe is None:
                self._waiting.append(line)
                return
            # A child that has ended is told of by its last event, not by the pipe.
            with contextlib.suppress(OSError, ValueError):
                self._pipe.write(line)
                self._pipe.flush()


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
        self.control: RunControl = PipeControl()
        self.mailbox = mailbox or Mailbox()
        self._request = request
        self._processes = processes
        self._child: subprocess.Popen[str] | None = None
        self._step, self._time = 0, 0.0
        self._has_ended = False
        self._granted: set[type[Event]] = set()
        self._thread = threading.Thread(target=self._run, name="gan-studio-process", daemon=True)

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
        raise NotImplementedError

    @classmethod
    def attach(
        cls, found: LivingRun, mailbox: Mailbox | None = None, after_step: int = -1
    ) -> ProcessRun:
        """A run that a child is busy with already; `start` it to hear of it.

        The mailbox gets `RunStarted` first, as it was sent at the beginning, then how things stand
        (the newest `StateChanged`, `ParameterChanged` per name, `CheckpointSaved`, notices, the
        newest fixed `SamplesReady`), and then all that is new.

        Args:
            found: one of `living`.
            mailbox: where events go.
            after_step: scalars up to this step are left out, because the caller has read them
                from the run's ``metrics.csv``.

        Raises:
            AlreadyWatched: another window attends to it.
            NotRunning: it has ended, and somebody else has heard of that.
        """
        raise NotImplementedError

    def _run(self) -> None:
        with tempfile.TemporaryDirectory(prefix="gan-studio-") as name:
            folder = Path(name)
            try:
                reason = self._attend(folder)
            except Exception as error:  # whatever it is, the views must hear of the end
                reason = f"{type(error).__name__}: {error}"
            if not self._has_ended:
                self._take(self._death(reason, _tail(folder / "stderr.txt")))
        for sink in self._request.extra_sinks:
            sink.close()

    def _attend(self, folder: Path) -> str:
        """Start the child and pass on all that it says; how it ended."""
        assert isinstance(self.control, PipeControl)
        (folder / REQUEST).write_text(json.dumps(request_to_plain(self._request)), "utf-8")
        with (folder / "stderr.txt").open("wb") as errors:
            self._child = subprocess.Popen(
                child_command(folder, self._processes),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                errors="replace",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self.control.connect(self._child.stdin)
        try:
            with self._child.stdout as lines:
                for line in lines:
                    self._hear(line, folder)
        finally:
            self.control.disconnect()
            code = self._child.wait()
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def _hear(self, line: str, folder: Path) -> None:
        """Pass one line of the child on; a torn or foreign line is left out."""
        try:
            plain = json.loads(line)
            if "progress" in plain:
                if self._request.progress is not None:
                    self._request.progress(*plain["progress"])
                return
            event = unpack(plain, folder)
        except (ValueError, KeyError, TypeError, OSError):
            return
        self._granted.discard(type(event))
        self._take(event)
        self._grant(event.step)

    def _take(self, event: Event) -> None:
        self._step, self._time = event.step, event.time
        self._has_ended = self._has_ended or isinstance(event, (Finished, Failed))
        for sink in self._request.extra_sinks:
            sink.handle(event)
        self.mailbox.put(event)

    def _grant(self, step: int) -> None:
        """Tell the child which costly events somebody would look at."""
        assert isinstance(self.control, PipeControl)
        for name, cls in COSTLY.items():
            if cls not in self._granted and self.mailbox.wants(cls, step):
                self._granted.add(cls)
                self.control.write("want", event=name)

    def _death(self, reason: str, details: str) -> Failed:
        problem = ProcessDied(reason=reason)
        return Failed(
            self._step,
            self._time,
            error=type(problem).__name__,
            message=problem.message,
            hint=problem.hint,
            values=problem.values,
            details=details,
        )


def child_command(folder: Path, processes: int) -> list[str]:
    """How the child is started: by this program itself, under torchrun for several."""
    worker = ["worker", str(folder)]
    if getattr(sys, "frozen", False):
        return [sys.executable, *worker]
    if processes == 1:
        return [sys.executable, "-m", "gan_studio", *worker]
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    return [sys.executable, *torchrun, "-m", "gan_studio", *worker]


def _tail(path: Path, length: int = 4000) -> str:
    """The last words of the child, for "copy details"."""
    try:
        return path.read_text("utf-8", errors="replace")[-length:]
    except OSError:
        return ""


# --- what travels ---------------------------------------------------------------------------------


def request_to_plain(request: RunRequest) -> dict[str, Any]:
    """A request as plain values."""
    folders = {name: str(path) for name, path in asdict(request.folders).items()}
    return {
        "config": to_plain(request.config),
        "folders": folders,
        "run_dir": None if request.run_dir is None else str(request.run_dir.absolute()),
        "is_resumed": request.is_resumed,
    }


def request_from_plain(
    plain: dict[str, Any], progress: Callable[[int, int, str], None]
) -> RunRequest:
    """The reverse of `request_to_plain`."""
    from gan_studio.core.config import RunConfig

    return RunRequest(
        from_plain(RunConfig, plain["config"]),
        Folders(**{name: Path(path) for name, path in plain["folders"].items()}),
        None if plain["run_dir"] is None else Path(plain["run_dir"]),
        plain["is_resumed"],
        progress,
    )


def pack(event: Event, folder: Path, number: int) -> dict[str, Any]:
    """An event as plain values; its arrays go into a file below `folder`."""
    plain = event_to_plain(event)
    if isinstance(event, SamplesReady) and event.images is not None:
        from safetensors.numpy import save_file

        plain["file"] = f"{number}.safetensors"
        save_file({"images": event.images}, folder / plain["file"])
    elif isinstance(event, SnapshotReady) and event.weights is not None:
        from safetensors.torch import save_file as save_tensors

        plain["file"] = f"{number}.safetensors"
        save_tensors(dict(event.weights), folder / plain["file"])
    return plain


def unpack(plain: dict[str, Any], folder: Path) -> Event:
    """The reverse of `pack`; the file is removed.

    Raises:
        KeyError: an unknown event.
        TypeError: fields are missing or unknown.
        OSError: the file is gone.
    """
    name = plain.pop("file", None)
    if name is None:
        return event_from_plain(plain)
    path = folder / name
    if plain["event"] == SamplesReady.__name__:
        from safetensors.numpy import load_file

        plain["images"] = load_file(path)["images"]
    else:
        from safetensors.torch import load_file as load_tensors

        plain["weights"] = load_tensors(path)
    # Windows refuses while the weights are still mapped; the folder goes at the end in any case.
    with contextlib.suppress(OSError):
        path.unlink()
    return event_from_plain(plain)


# --- the child's side -----------------------------------------------------------------------------


class Credits:
    """The child's `wants`: each grant of the parent is good for one event."""

    def __init__(self) -> None:
        self._granted: set[type[Event]] = set()

    def grant(self, name: str) -> None:
        """Allow one event of the class `name`."""
        self._granted.add(COSTLY[name])

    def wants(self, event_type: type[Event], step: int) -> bool:
        """Whether the parent waits for such an event; a yes uses the grant up."""
        if event_type not in self._granted:
            return False
        self._granted.discard(event_type)
        return True


class Voice:
    """Writes JSON lines; falls silent when nobody listens any more, so that training ends well."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._is_heard = True

    def say(self, plain: dict[str, Any]) -> None:
        """Write one line."""
        if not self._is_heard:
            return
        try:
            self._out.write(json.dumps(plain) + "\n")
            self._out.flush()
        except (OSError, ValueError):
            self._is_heard = False


def serve(folder: Path, commands: IO[str], out: IO[str]) -> None:
    """Run the request in `folder`, obey `commands` and write events to `out`.

    In all but the first of several processes nothing is read or written.
    """
    is_main = int(os.environ.get("RANK", "0")) == 0
    voice, control, granted = Voice(out), RunControl(), Credits()
    plain = json.loads((folder / REQUEST).read_text("utf-8"))
    request = request_from_plain(
        plain, lambda done, total, what: voice.say({"progress": [done, total, what]})
    )
    if is_main:
        arguments = (commands, control, granted)
        threading.Thread(target=listen, args=arguments, name="commands", daemon=True).start()
    for number, event in enumerate(training_events(request, control, granted.wants)):
        if is_main:
            voice.say(_packed(event, folder, number))


def _packed(event: Event, folder: Path, number: int) -> dict[str, Any]:
    try:
        return pack(event, folder, number)
    except OSError:  # the parent is gone, and its folder with it; the run must still end well
        return event_to_plain(event)


def listen(commands: IO[str], control: RunControl, granted: Credits) -> None:
    """Obey lines until they end; their end means that the parent is gone, so the run stops."""
    for line in commands:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            obey(json.loads(line), control, granted)
    control.stop()


def obey(plain: dict[str, Any], control: RunControl, granted: Credits) -> None:
    """Carry out one command.

    Raises:
        KeyError: an unknown command.
        TypeError: its values do not fit.
    """
    name = plain.pop("command")
    if name == "want":
        granted.grant(plain["event"])
    elif name in ("stop", "pause", "resume"):
        getattr(control, name)()
    else:
        control.send(COMMANDS[name](**plain))
