"""The trainer is a plain generator: ``for event in trainer.run(control, wants)`` is training.

No callbacks, no Qt, no printing. It never sleeps but waits for commands while it is paused.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gan_studio.core.control import (
    Command,
    RunControl,
    SampleNow,
    SaveNow,
    SetParameter,
    StepPhase,
    Wants,
)
from gan_studio.core.errors import DiskProblem, Diverged
from gan_studio.core.events import (
    CheckpointSaved,
    Event,
    Finished,
    Notice,
    ParameterChanged,
    ProbeReady,
    RunStarted,
    RunState,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
    StateChanged,
)
from gan_studio.core.i18n import N_
from gan_studio.core.schema import to_plain
from gan_studio.training import distributed
from gan_studio.training.device import Clock, describe_device, memory_bytes
from gan_studio.training.distributed import World
from gan_studio.training.live import live_values
from gan_studio.training.milestones import Milestones
from gan_studio.training.scalars import first_broken
from gan_studio.training.stepper import Stepper
from gan_studio.training.watching import Watcher

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import torch

    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared
    from gan_studio.lab.history import History
    from gan_studio.models.base import Family
    from gan_studio.training.checkpoint import Checkpoint, CheckpointStore
    from gan_studio.training.state import TrainingState

REPORT_INTERVAL_S = 0.1
MAX_COMMANDS = 50
LOOKING_SHARE = 0.005  # of the time may go into pictures that nobody asked to keep


class Trainer:
    """Trains one family on one data set.

    Args:
        config: what to train and how.
        family: made from the config and the data.
        prepared: the data.
        device: where the nets live.
        store: where checkpoints go; None trains without any.
        resume: a checkpoint to go on from.
        world: which of several processes this is.
        history: remembers past steps, for the time machine.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        config: RunConfig,
        family: Family,
        prepared: Prepared,
        device: torch.device,
        *,
        store: CheckpointStore | None = None,
        resume: Checkpoint | None = None,
        world: World | None = None,
        history: History | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self.config = config
        self.family = family
        self.prepared = prepared
        self.device = device
        self.store = store
        self.world = world or World()
        self.clock = clock
        self._resume = resume
        self._history = history
        self._look_after = 0.0
        self._saved_step = -1
        self._sampled_step = -1  # of the last milestone

    def run(self, control: RunControl, wants: Wants) -> Generator[Event, None, None]:
        """Train until all steps are done or `control` says stop.

        Yields:
            `RunStarted` first and `Finished` last.

        Raises:
            Diverged: a loss or weight is no longer a number; the state was rolled back to the last
                checkpoint, which is still on disk.
            DiskProblem: a checkpoint could not be written.
        """
        self._origin = self.clock()
        self._paused_at: float | None = None
        self._set_up()
        try:
            yield self._started()
            yield StateChanged(*self._now(), state=RunState.TRAINING)
            if self._resume is None:
                yield from self._save()
                if self.config.train.sample_every:  # pure noise, where every history begins
                    yield self._samples(is_milestone=True)
            yield from self._loop(control, wants)
            if not self._scalars.is_empty:  # what came after the last report, or a very short run
                yield self._report()
            if self.config.train.sample_every and self.state.step != self._sampled_step:
                yield self._samples(is_milestone=True)  # a run that is stopped shows its last state
            yield from self._save()
            reason = "done" if self.state.step >= self.config.train.steps else "stopped"
            totals = {"images_seen": float(self.state.images_seen), "seconds": self._now()[1]}
            yield Finished(*self._now(), reason=reason, totals=totals)
        finally:
            self.stepper.close()

    # --- setting up --------------------------------------------------------------------------

    def _set_up(self) -> None:
        """Build everything in the thread that trains: torch's thread count belongs to it."""
        self.stepper = Stepper(
            self.config,
            self.family,
            self.prepared,
            self.device,
            resume=self._resume,
            world=self.world,
            history=self._history,
        )
        self.config, self.state = self.stepper.config, self.stepper.state
        self._scalars = self.stepper.scalars
        train = self.config.train
        self._watcher = Watcher(self.state, self.family, self.prepared, train.seed)
        store = self.store if self.world.is_main else None
        self._milestones = Milestones(store, self.state, self.family, train)
        if self._resume is not None:
            self._saved_step = self.state.step
        self._reported_at, self._reported_images = self.clock(), self.state.images_seen

    def _started(self) -> RunStarted:
        return RunStarted(*self._now(), config=to_plain(self.config), info=facts_of(self))

    # --- the loop ----------------------------------------------------------------------------

    def _loop(self, control: RunControl, wants: Wants) -> Iterator[Event]:
        while self.state.step < self.config.train.steps:
            yield from self._obey(control, wants)
            if distributed.agree(int(control.is_stopping), self.device):
                yield StateChanged(*self._now(), state=RunState.STOPPING)
                return
            self.stepper.step()
            yield from self._after_step(wants)

    def _after_step(self, wants: Wants) -> Iterator[Event]:
        train, step = self.config.train, self.state.step
        if self.clock() - self._reported_at >= REPORT_INTERVAL_S:
            yield self._report()
            yield from self._look(wants)
        if train.sample_every and (step % train.sample_every == 0 or step == train.steps):
            yield from self._milestone()
        if train.checkpoint_every and step % train.checkpoint_every == 0:
            yield from self._save()
        try:
            self._milestones.keep()
        except DiskProblem as problem:  # a moment can be lost; the next checkpoint decides
            message = N_("This moment of the run is not kept: {problem}")
            yield Notice(*self._now(), message=message, values={"problem": str(problem)})

    # --- saying what happened ----------------------------------------------------------------

    def _now(self) -> tuple[int, float]:
        now = self.clock() if self._paused_at is None else self._paused_at
        return self.state.step, now - self._origin

    def _report(self) -> ScalarsReady:
        values = self._scalars.read()
        if (name := first_broken(values)) is not None:
            self._roll_back(name)
        now = self.clock()
        images = self.state.images_seen - self._reported_images
        seconds = max(1e-9, now - self._reported_at)
        self._reported_at, self._reported_images = now, self.state.images_seen
        return ScalarsReady(
            *self._now(),
            values=values,
            images_per_second=images / seconds,
            memory_bytes=memory_bytes(self.device),
        )

    def _look(self, wants: Wants) -> Iterator[Event]:
        """Make what somebody would look at, within a small share of the time."""
        if self.clock() < self._look_after:
            return
        before = self.clock()
        step = self.state.step
        if wants(SamplesReady, step):
            yield self._samples(is_milestone=False)
        if wants(SnapshotReady, step):
            yield self._snapshot()
        spent = self.clock() - before
        self._look_after = self.clock() + spent / LOOKING_SHARE

    def _samples(self, *, is_milestone: bool) -> SamplesReady:
        if is_milestone:
            self._sampled_step = self.state.step
        return SamplesReady(
            *self._now(), images=self._watcher.pictures(), is_milestone=is_milestone
        )

    def _milestone(self) -> Iterator[Event]:
        samples = self._samples(is_milestone=True)
        yield samples
        for name, payload in self._watcher.findings(samples.images):
            yield ProbeReady(*self._now(), name=name, payload=payload)

    def _snapshot(self) -> SnapshotReady:
        return SnapshotReady(*self._now(), weights=self._watcher.weights())

    # --- saving and rolling back -------------------------------------------------------------

    def _save(self) -> Iterator[Event]:
        state = self.state
        if self.store is None or state.step == self._saved_step or not self.world.is_main:
            return
        if not state.is_finite():
            self._roll_back("a weight")
        path = self.store.save(*self.stepper.capture())
        self._saved_step = state.step
        yield CheckpointSaved(*self._now(), path=str(path))

    def _roll_back(self, what: str) -> None:
        step, good_step = self.state.step, 0
        if self.store is not None and self.store.steps():
            good = self.store.load()
            self.stepper.become(good.weights, good.optimiser, good.counters)
            good_step = self.state.step
        raise Diverged(step=step, what=what, good_step=good_step)

    # --- obeying -----------------------------------------------------------------------------

    def _obey(self, control: RunControl, wants: Wants) -> Iterator[Event]:
        for _ in range(MAX_COMMANDS):  # a flood of live edits must not starve training
            command = control.take()
            if command is None:
                break
            yield from self._apply(command, wants)
        if not control.is_paused:
            return
        yield StateChanged(*self._now(), state=RunState.PAUSED)
        self._paused_at = self.clock()  # seconds of training do not grow meanwhile
        while control.is_paused:
            waiting = control.take()
            if waiting is None:
                control.wait()
            else:
                yield from self._apply(waiting, wants)
        self._reported_at = self.clock()  # a pause is not slowness
        self._origin += self._reported_at - self._paused_at
        self._paused_at = None
        if not control.is_stopping:
            yield StateChanged(*self._now(), state=RunState.TRAINING)

    def _apply(self, command: Command, wants: Wants) -> Iterator[Event]:
        if self.world.size > 1 and isinstance(command, (SetParameter, StepPhase)):
            # Only this process has heard of it; alone it would leave the others behind.
            yield Notice(*self._now(), message=N_("Live changes need a run in one process."))
        elif isinstance(command, SetParameter):
            yield from self._set_parameter(command)
        elif isinstance(command, StepPhase):
            yield from self._step_phase(command)
        elif isinstance(command, SampleNow):
            yield self._samples(is_milestone=False)
            yield self._snapshot()
        elif isinstance(command, SaveNow):
            yield from self._save()

    def _set_parameter(self, command: SetParameter) -> Iterator[Event]:
        previous = self.stepper.obey(command)
        if previous is not None:
            yield ParameterChanged(
                *self._now(), name=command.name, value=command.value, previous=previous
            )

    def _step_phase(self, command: StepPhase) -> Iterator[Event]:
        if command.phase and command.phase not in self.state.runner.states:
            return
        self.stepper.obey(command)
        yield self._report()
        yield self._samples(is_milestone=False)
        yield self._snapshot()


def facts_of(trainer: Trainer) -> dict[str, Any]:
    """What a run says of itself at its start, as plain values."""
    train, state, spec = trainer.config.train, trainer.state, trainer.family.spec
    return {
        "total_steps": train.steps,
        "device": describe_device(trainer.device),
        "device_type": trainer.device.type,
        "threads": state.threads,
        "precision": train.precision,
        "sample_shape": list(spec.shape),
        "class_names": list(spec.class_names),
        "data_title": trainer.prepared.title,
        "phases": list(state.runner.states),
        "rates": live_values(state),
        "parameters": state.sizes(),
        "processes": trainer.world.size,
    }


def trained_state(trainer: Trainer) -> TrainingState:
    """The state of a trainer that has begun to run (tests and the bench compare it)."""
    return trainer.state
