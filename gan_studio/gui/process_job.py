"""A run in a process of its own as a work for `RunBridge`: pages cannot tell it from a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.gui.engine import history_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gan_studio.core.config import RunConfig
    from gan_studio.core.control import RunControl
    from gan_studio.gui.plots.series import History
    from gan_studio.jobs.mailbox import Mailbox
    from gan_studio.jobs.process_run import ProcessRun


class Relay:
    """Passes on how far a preparation is; a run is found before there is a bridge to show it."""

    def __init__(self) -> None:
        self.to: Callable[[int, int, str], None] | None = None

    def __call__(self, done: int, total: int, what: str) -> None:
        if self.to is not None:
            self.to(done, total, what)


class ProcessJob:
    """What `gan_studio.gui.engine.Job` is, for a child process; see there for the attributes.

    Args:
        run: made with the mailbox of the bridge, and not begun.
        run_dir: the folder, where it is known.
        history: of a run that is followed; that of a resumed one is read in its thread.
        relay: of a run that is followed, which was there before this window; else None.
    """

    is_apart = True

    def __init__(
        self,
        run: ProcessRun,
        config: RunConfig,
        run_dir: Path | None,
        history: History | None = None,
        relay: Relay | None = None,
    ) -> None:
        self._run, self._relay = run, relay
        self.config, self.run_dir, self.is_attached = config, run_dir, relay is not None
        self.control: RunControl = run.control
        self.history = history

    def __call__(self, control: RunControl, mailbox: Mailbox) -> None:
        """Follow the process until the run has ended, or is left; in the thread of the caller."""
        if self.history is None and self.run_dir is not None:
            self.history = history_of(self.run_dir)
        self._run.start()
        self._run.join()

    def show_progress(self, to: Callable[[int, int, str], None]) -> None:
        """Say how far the preparation of a run that is followed is."""
        if self._relay is not None:
            self._relay.to = to

    def detach(self) -> None:
        """Leave the process to itself; the call above returns without an end of the run."""
        self._run.detach()
