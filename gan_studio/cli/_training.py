"""Running a training in this process: the console, Ctrl+C, and the exit code."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import print_json
from gan_studio.cli.app import BAD_WORD_ERRORS, BAD_WORDS, FAILED, INTERRUPTED, OK
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.events import Event, Failed, Finished, SamplesReady
from gan_studio.core.i18n import _
from gan_studio.jobs.console import Console, failure_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from gan_studio.jobs.training_job import RunRequest


class JsonLines:
    """A sink that prints every event as one line of JSON, but pictures only where they are kept."""

    def handle(self, event: Event) -> None:
        """Print one event."""
        from gan_studio.jobs.sinks import event_to_plain

        if not isinstance(event, SamplesReady) or event.is_milestone:
            print_json(event_to_plain(event))

    def close(self) -> None:
        """Nothing waits."""

    def progress(self, done: int, total: int, what: str) -> None:
        """Preparation is not an event."""

    def say(self, text: str) -> None:
        """Words for people go to stderr."""
        print(text, file=sys.stderr, flush=True)


class Silent(JsonLines):
    """What the other processes of a distributed run print: errors that are theirs alone."""

    def handle(self, event: Event) -> None:
        """Say nothing but why this process failed."""
        if isinstance(event, Failed):
            Console().complain(f"[{os.environ.get('RANK')}] {failure_sentence(event)}")

    def say(self, text: str) -> None:
        """The main process says it."""


def train_here(request: RunRequest, *, as_json: bool) -> int:
    """Train in this process until it ends or a person stops it; the exit code."""
    from gan_studio.jobs.training_job import training_events

    view = choose_view(as_json)
    control = RunControl()
    request = replace(request, progress=view.progress)
    last: Event | None = None
    with stopping_gently(control, view.say):
        for event in training_events(request, control, wants_nothing):
            view.handle(event)
            last = event
    view.close()
    return exit_code(last)


def choose_view(as_json: bool) -> Console | JsonLines:
    """Who shows the run: nobody in all but the first process of a distributed one."""
    if int(os.environ.get("RANK", "0")) > 0:
        return Silent()
    return JsonLines() if as_json else Console()


@contextmanager
def stopping_gently(control: RunControl, say: Callable[[str], None]) -> Iterator[None]:
    """Let the first Ctrl+C (or SIGTERM) stop at a checkpoint and a second one abort."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        if control.is_stopping:
            raise KeyboardInterrupt
        control.stop()
        say(_("Stopping at a checkpoint. Ctrl+C once more aborts at once."))

    before: dict[int, Any] = {
        number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_code(last: Event | None) -> int:
    """What the last event of a run means to a shell."""
    if isinstance(last, Finished):
        return OK if last.reason == "done" else INTERRUPTED
    if isinstance(last, Failed):
        if last.error == "Cancelled":
            return INTERRUPTED
        return BAD_WORDS if last.error in BAD_WORD_ERRORS else FAILED
    return FAILED
