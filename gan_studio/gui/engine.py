"""What the window needs of torch and all that stands on it, behind one object.

Nothing here imports torch before `Engine.load`, which a background thread calls after the first
paint. Tests put a fake in its place.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.core.control import RunControl
    from gan_studio.gui.bridge.lab_bridge import MakePlayer
    from gan_studio.gui.plots.series import History
    from gan_studio.gui.process_job import ProcessJob
    from gan_studio.inference.architecture import Architecture
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.links import EndedRun, LivingRun
    from gan_studio.jobs.mailbox import Mailbox

Progress = Callable[[int, int, str], None]


class Engine:
    """The real thing."""

    def load(self) -> None:
        """Import torch and everything that a person can choose from; takes seconds."""
        from gan_studio.core.registry import REGISTRY_HOMES, Registry

        for module in ("gan_studio.jobs.runner", "gan_studio.inference.bundle"):
            import_module(module)
        for kind in REGISTRY_HOMES:
            Registry.of_kind(kind).discover()

    def config(self, plain: Mapping[str, Any]) -> RunConfig:
        """A config from plain tables.

        Raises:
            BadConfig: naming every fault.
        """
        from gan_studio.core.config import RunConfig
        from gan_studio.core.schema_io import from_plain

        return from_plain(RunConfig, plain)

    def new_run(self, config: RunConfig, folders: Folders, progress: Progress) -> Job:
        """The work of a new run."""
        from gan_studio.jobs.training_job import RunRequest

        return Job(RunRequest(config, folders, progress=progress))

    def resumed_run(
        self, run_dir: Path, folders: Folders, steps: int | None, progress: Progress
    ) -> Job:
        """The work of going on with a run, up to `steps` in total where given.

        Raises:
            StudioError: it cannot be resumed.
        """
        from gan_studio.jobs.training_job import resume_request

        return Job(resume_request(run_dir, folders, steps, progress=progress))

    def apart(self, job: Job | ProcessJob, mailbox: Mailbox) -> ProcessJob:
        """The same work in a process of its own, which puts its events into `mailbox`."""
        from gan_studio.gui.process_job import ProcessJob
        from gan_studio.jobs.process_run import ProcessRun

        assert isinstance(job, Job), "it has no process yet"
        request = job.request
        return ProcessJob(ProcessRun(request, mailbox), request.config, request.run_dir)

    def living(self, folders: Folders) -> list[LivingRun]:
        """Runs that train in processes of their own right now, oldest first; reads files."""
        from gan_studio.jobs.links import living

        return living(folders)

    def take_ended(self, folders: Folders) -> list[EndedRun]:
        """Runs whose process ended while no window was there; each is told once. Reads files."""
        from gan_studio.jobs.links import take_ended

        return take_ended(folders)

    def attached(self, found: LivingRun, mailbox: Mailbox) -> ProcessJob:
        """The work of following a run that another window left behind; reads its history.

        Raises:
            StudioError: it has ended, another window follows it, or its settings are unknown here.
        """
        from gan_studio.gui.process_job import ProcessJob, Relay
        from gan_studio.jobs.process_run import ProcessRun

        config = self.config(found.config)
        history = None if found.run_dir is None else history_of(found.run_dir)
        last_step = history.step if history is not None and history.names else -1
        relay = Relay()
        run = ProcessRun.attach(found, mailbox, last_step, relay)
        return ProcessJob(run, config, found.run_dir, history, relay)

    def lab_config(self, plain: Mapping[str, Any]) -> RunConfig:
        """What the lab plays: its own defaults with `plain` on top.

        Raises:
            BadConfig: naming every fault.
        """
        from gan_studio.core.schema import merge
        from gan_studio.jobs.lab.start import START

        return self.config(merge(START, plain))

    def lab_player(self, config: RunConfig, folders: Folders) -> MakePlayer:
        """What makes the player of the lab's games, given where pictures and errors go."""
        from gan_studio.data.base import DataContext
        from gan_studio.jobs.lab.player import Player

        return partial(Player, config, DataContext(folders.cache))

    def load_bundle(self, run_dir: Path, step: int | None) -> Any:
        """The model of a run; runs in a background thread.

        Raises:
            StudioError: it cannot be read.
        """
        from gan_studio.inference.bundle import load_bundle

        return load_bundle(run_dir, step)

    def architecture(
        self, config: RunConfig, facts: Mapping[str, Any], folders: Folders
    ) -> Architecture | None:
        """What a draft would build, or None where its data have to be prepared to know.

        Runs in a background thread. `facts` are those of a run on the same data, or empty.

        Raises:
            StudioError: an option cannot be used, or the family cannot take the data.
        """
        from gan_studio.data.base import DataContext
        from gan_studio.inference.tracing import draft_architecture
        from gan_studio.training.device import use_threads

        use_threads(1)  # the cores belong to training
        return draft_architecture(config, facts, DataContext(folders.cache))

    def title_of(self, kind: str, key: str) -> str:
        """The title of a registry's entry, or the key where nobody knows it."""
        from gan_studio.core.registry import Registry

        registry = Registry.of_kind(kind)
        return registry.get(key).title if key in registry else key


class Job:
    """One run as a work for `RunBridge`.

    Attributes:
        control: None, the run obeys that of the bridge; a `ProcessJob` brings its own.
        history: the scalars of earlier sessions; set in the run's thread before its first event.
        is_apart: whether it trains in a process of its own.
        is_attached: whether it was under way before this window.
    """

    control: RunControl | None = None
    is_apart = False
    is_attached = False

    def __init__(self, request: Any) -> None:
        self.request = request
        self.history: History | None = None

    @property
    def config(self) -> RunConfig:
        """What is trained."""
        return self.request.config

    @property
    def run_dir(self) -> Path | None:
        """The folder, once it is known."""
        return self.request.run_dir

    def __call__(self, control: RunControl, mailbox: Mailbox) -> None:
        """Run to the end, in the thread of the caller."""
        from gan_studio.jobs.runner import run_into

        if self.request.is_resumed:
            self.history = history_of(self.request.run_dir)
        run_into(self.request, control, mailbox)

    def detach(self) -> None:
        """Nothing: a thread cannot be left behind, it is handed over."""


def history_of(run_dir: Path) -> History:
    """The scalars that a run has written down."""
    from gan_studio.gui.plots.series import History
    from gan_studio.training.run_folder import RunFolder

    return History.from_rows(RunFolder(run_dir).metrics())


def with_runs(folders: Folders, runs_folder: str) -> Folders:
    """The folders with another place for runs, where a person chose one."""
    return dataclasses.replace(folders, runs=Path(runs_folder)) if runs_folder else folders
