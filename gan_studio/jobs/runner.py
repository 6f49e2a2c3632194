"""Running a job beside the caller: the `Run` protocol and its plain-thread form."""

from __future__ import annotations

import threading
from typing import Protocol

from gan_studio.core.control import RunControl
from gan_studio.jobs.mailbox import Mailbox
from gan_studio.jobs.training_job import RunRequest, training_events


class Run(Protocol):
    """A run that is under way somewhere: a thread, a QThread or a child process."""

    control: RunControl
    mailbox: Mailbox

    def start(self) -> None:
        """Begin."""

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; whether it has ended."""


def run_into(request: RunRequest, control: RunControl, mailbox: Mailbox) -> None:
    """Put every event of the run into the mailbox; returns when the run has ended."""
    for event in training_events(request, control, mailbox.wants):
        mailbox.put(event)


class ThreadRun:
    """A run in a plain thread."""

    def __init__(self, request: RunRequest, mailbox: Mailbox | None = None) -> None:
        self.control = RunControl()
        self.mailbox = mailbox or Mailbox()
        self._thread = threading.Thread(
            target=run_into, args=(request, self.control, self.mailbox), name="gan-studio-run"
        )

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def join(self, timeout_s: float | None = None) -> bool:
        """Wait for the end; whether it has ended."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()
