"""How a run is steered from another thread: stop, pause, single steps, live values."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gan_studio.core.events import Event


@dataclass(frozen=True, slots=True)
class SetParameter:
    """Change a live value, such as ``rate/generator``, at the next phase boundary."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class StepPhase:
    """While paused: run the phase of this name once; an empty name means one whole step."""

    phase: str = ""


@dataclass(frozen=True, slots=True)
class SampleNow:
    """Make pictures at the next phase boundary, whoever asked before."""


@dataclass(frozen=True, slots=True)
class SaveNow:
    """Save a checkpoint at the next step boundary."""


Command = SetParameter | StepPhase | SampleNow | SaveNow

Wants = Callable[[type[Event], int], bool]
"""``wants(event_class, step)``: would anybody look at such an event now?"""


def wants_nothing(event_type: type[Event], step: int) -> bool:
    """The answer of an unwatched run."""
    return False


class RunControl:
    """Two flags and an inbox, safe to use from any thread; the trainer reads it at boundaries."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._running = threading.Event()
        self._running.set()
        self._wake = threading.Event()
        self._inbox: deque[Command] = deque()

    @property
    def is_stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    @property
    def is_paused(self) -> bool:
        """Whether a pause was asked for (a stop ends every pause)."""
        return not self._running.is_set() and not self._stop.is_set()

    def stop(self) -> None:
        """Ask the run to save a checkpoint and end."""
        self._stop.set()
        self._wake.set()

    def pause(self) -> None:
        """Ask the run to wait at the next phase boundary."""
        self._running.clear()

    def resume(self) -> None:
        """Let a paused run go on."""
        self._running.set()
        self._wake.set()

    def send(self, command: Command) -> None:
        """Put a command into the inbox."""
        self._inbox.append(command)
        self._wake.set()

    def take(self) -> Command | None:
        """The oldest command, removed from the inbox, or None."""
        try:
            return self._inbox.popleft()
        except IndexError:
            return None

    def wait(self, timeout_s: float = 0.2) -> None:
        """Wait until something happened: a command, a resume or a stop."""
        self._wake.wait(timeout_s)
        self._wake.clear()
