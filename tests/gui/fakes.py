"""Stand-ins for torch, and short ways to write events."""

import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from gan_studio.core.config import RunConfig, TrainConfig
from gan_studio.core.control import RunControl
from gan_studio.core.events import (
    Event,
    Finished,
    RunStarted,
    RunState,
    ScalarsReady,
    StateChanged,
)
from gan_studio.core.registry import NoOptions
from gan_studio.core.schema import Plug, merge
from gan_studio.jobs.lab.start import START
from gan_studio.jobs.links import EndedRun, LivingRun
from gan_studio.jobs.mailbox import Mailbox


def a_config(family: str = "gan", data: str = "digits", **train) -> RunConfig:
    """A config that needs no registry."""
    return RunConfig(Plug(family, NoOptions()), Plug(data, NoOptions()), TrainConfig(**train))


def started(step: int = 0, **info) -> RunStarted:
    """The first thing that most runs say."""
    facts = {
        "total_steps": 1000,
        "device": "CPU",
        "threads": 1,
        "precision": "fp32",
        "family": "gan",
        "data": "digits",
        "sample_shape": (1, 28, 28),
        "class_names": (),
        "phases": ("discriminator", "generator"),
        "rates": {"rate/discriminator": 2e-4, "rate/generator": 2e-4},
        "run_dir": "",
        "resumed_from": None,
        "parameters": {"generator": 10, "discriminator": 20},
    }
    return RunStarted(step, 0.0, config={}, info={**facts, **info})


def scalars(step: int, **values: float) -> ScalarsReady:
    """One report; ``loss__generator=1.0`` stands for the name ``loss/generator``."""
    named = {name.replace("__", "/"): value for name, value in values.items()}
    return ScalarsReady(
        step, step / 100, values=named, images_per_second=3870.0, memory_bytes=412 * 2**20
    )


class FakeJob:
    """A run that says what it was told to, and reads its control as a trainer does.

    One with a `control` stands for a run in a process of its own, which can be left.
    """

    control: RunControl | None = None
    is_apart = False
    is_attached = False

    def __init__(
        self, config: RunConfig, script: Iterable[Event], holds: bool, run_dir: Path | None = None
    ) -> None:
        self.config, self.run_dir, self.history = config, run_dir, None
        self.script, self.holds = list(script), holds
        self.commands: list[object] = []
        self.left = threading.Event()
        self.last: Event | None = None

    def end(self, last: Event) -> None:
        """Let it end like this."""
        self.last = last

    def apart(self, is_attached: bool = False) -> "FakeJob":
        """The same with a control of its own."""
        self.control, self.is_apart, self.is_attached = RunControl(), True, is_attached
        return self

    def show_progress(self, to) -> None:
        pass

    def detach(self) -> None:
        self.left.set()

    def __call__(self, control: RunControl, mailbox: Mailbox) -> None:
        for event in self.script:
            mailbox.put(event)
        has_end = any(type(event).__name__ in ("Finished", "Failed") for event in self.script)
        was_paused = False
        while self.holds and not has_end and not control.is_stopping:
            if self.left.is_set():
                return
            if self.last is not None:
                mailbox.put(self.last)
                return
            while (command := control.take()) is not None:
                self.commands.append(command)
            if control.is_paused != was_paused:
                was_paused = control.is_paused
                state = RunState.PAUSED if was_paused else RunState.TRAINING
                mailbox.put(StateChanged(0, 0.0, state=state))
            control.wait(0.02)
        if not has_end:
            reason = "stopped" if control.is_stopping else "done"
            mailbox.put(Finished(0, 0.0, reason=reason))


TINY_LAB = {
    "model": {"generator": {"depth": 1, "width": 5}, "discriminator": {"depth": 1, "width": 5}},
    "data": {"count": 200},
    "train": {"batch_size": 16},
}


class FakeEngine:
    """Stands in for torch.

    Attributes:
        script: what the next run says.
        holds: whether a run without an end in its script goes on until it is stopped.
        jobs: the runs so far.
        bundle: what `load_bundle` gives, or the exception that it raises.
        drawn: what `architecture` gives, or the exception that it raises.
        drafts: what `architecture` was asked for.
        runs_alive: processes that train; `attached` plays the script.
        runs_ended: processes that have ended unwatched.
    """

    def __init__(self) -> None:
        self.script: list[Event] = [started()]
        self.holds = True
        self.jobs: list[FakeJob] = []
        self.bundle: object = None
        self.drawn: object = None
        self.drafts: list[RunConfig] = []
        self.load: Callable[[], None] = lambda: None
        self.runs_alive: list[LivingRun] = []
        self.runs_ended: list[EndedRun] = []

    def config(self, plain) -> RunConfig:
        model, data = plain.get("model", {}), plain.get("data", {})
        return a_config(
            model.get("name", "gan"), data.get("name", "digits"), **plain.get("train", {})
        )

    def new_run(self, config, folders, progress):
        self.jobs.append(FakeJob(config, self.script, self.holds))
        return self.jobs[-1]

    def resumed_run(self, run_dir, folders, steps, progress):
        config = a_config(steps=steps or 1000)
        self.jobs.append(FakeJob(config, self.script, self.holds, run_dir))
        return self.jobs[-1]

    def apart(self, job, mailbox):
        return job.apart()

    def living(self, folders):
        return list(self.runs_alive)

    def take_ended(self, folders):
        ended, self.runs_ended = self.runs_ended, []
        return ended

    def attached(self, found, mailbox):
        config = self.config(found.config)
        self.jobs.append(FakeJob(config, self.script, self.holds, found.run_dir))
        self.runs_alive.remove(found)
        return self.jobs[-1].apart(is_attached=True)

    def load_bundle(self, run_dir, step):
        if isinstance(self.bundle, Exception):
            raise self.bundle
        return self.bundle

    def lab_config(self, plain) -> RunConfig:
        from gan_studio.core.schema_io import from_plain

        return from_plain(RunConfig, merge(merge(START, TINY_LAB), plain))

    def lab_player(self, config, folders):
        """The real one: its nets are tiny."""
        from gan_studio.data.base import DataContext
        from gan_studio.jobs.lab.player import Player

        return partial(Player, config, DataContext(folders.cache))

    def architecture(self, config, facts, folders):
        """What `drawn` says: an architecture, None, or an exception to raise."""
        self.drafts.append(config)
        if isinstance(self.drawn, Exception):
            raise self.drawn
        return self.drawn

    def title_of(self, kind, key):
        return {"gan": "GAN (MLP)", "digits": "Digits"}.get(key, key)


@contextmanager
def file_drop(path):
    """The event of a file that is dropped with the mouse; what it carries lives as long."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    yield QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
