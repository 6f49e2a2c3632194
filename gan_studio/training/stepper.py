"""A run that is moved step by step or phase by phase: no clock, no events, no files.

`Trainer` is this plus what is said and saved; the lab and the time machine use it as it is.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import torch

from gan_studio.core.control import SetParameter, StepPhase
from gan_studio.data.batches import Batch, BatchStream
from gan_studio.models.base import Family, StepContext
from gan_studio.training.device import use_threads
from gan_studio.training.distributed import World
from gan_studio.training.ema import UPDATE_INTERVAL
from gan_studio.training.live import set_live_value
from gan_studio.training.scalars import ScalarWindow
from gan_studio.training.schedules import rate_factor
from gan_studio.training.setup import build_state, choose_compute, has_convolutions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared
    from gan_studio.lab.history import History
    from gan_studio.training.checkpoint import Checkpoint
    from gan_studio.training.phases import PhaseState


class Stepper:
    """Nets, data and random streams of a run.

    It has to be made in the thread that uses it: torch's number of threads and its treatment of
    denormal numbers belong to a thread.

    Args:
        config: what to train and how.
        family: made from the config and the data.
        prepared: the data.
        device: where the nets live.
        resume: a state to go on from.
        world: which of several processes this is.
        history: remembers past steps and what was done by hand; None remembers nothing.
    """

    def __init__(
        self,
        config: RunConfig,
        family: Family,
        prepared: Prepared,
        device: torch.device,
        *,
        resume: Checkpoint | None = None,
        world: World | None = None,
        history: History | None = None,
    ) -> None:
        world = world or World()
        compute = choose_compute(config, family, prepared, device, resume, world)
        use_threads(compute.threads)
        train = dataclasses.replace(
            config.train, threads=compute.threads, precision=compute.precision
        )
        self.config = dataclasses.replace(config, train=train)
        self.family = family
        self.state = build_state(self.config, family, device, world)
        self.state.threads = compute.threads
        self.stream = BatchStream(
            prepared.train,
            train.batch_size,
            device,
            train.seed,
            flip=prepared.flip,
            rank=world.rank,
            world_size=world.size,
        )
        self.scalars = ScalarWindow()
        self._batch: Batch | None = None
        self._uses_channels_last = any(map(has_convolutions, self.state.nets.values()))
        if resume is not None:
            self.become(resume.weights, resume.optimiser, resume.counters)
        self.history = history
        if history is not None:
            history.begin(self.config, *self.capture())

    # --- moving ------------------------------------------------------------------------------

    def step(self) -> None:
        """All phases once."""
        for _phase in self.in_slow_motion():
            pass

    def in_slow_motion(self) -> Iterator[str]:
        """One step, update by update: the name of each phase once it was run.

        Nothing else may be done with the stepper until the iterator is used up.
        """
        factor = rate_factor(self.config.train, self.state.step)
        for name, phase_state in self.state.runner.states.items():
            if self.state.step % phase_state.phase.interval:
                continue
            for _ in range(phase_state.phase.repeat):
                self._run(phase_state, factor)
            yield name
        self._finish_step()

    def obey(self, command: SetParameter | StepPhase) -> float | None:
        """Do by hand what a person asked for, and remember it.

        Returns:
            What a live value was before; None where there is no such value, and for phases.
        """
        if isinstance(command, StepPhase) and not command.phase:
            self.step()
            return None
        if self.history is not None:
            self.history.note(self.state.step, command)
        if isinstance(command, SetParameter):
            return set_live_value(self.state, command.name, command.value)
        phase_state = self.state.runner.states.get(command.phase)
        if phase_state is not None:
            self._run(phase_state, rate_factor(self.config.train, self.state.step))
        return None

    def _run(self, phase_state: PhaseState, factor: float) -> None:
        if phase_state.factor != factor:
            phase_state.set_rate(factor)
        if phase_state.phase.draws_batch or self._batch is None:
            self._batch = self._next_batch()
        state = self.state
        progress = min(1.0, state.step / self.config.train.steps)
        context = StepContext(state.nets, self._batch, state.draws, state.step, progress)
        state.runner.run(phase_state, context, self.scalars)

    def _next_batch(self) -> Batch:
        batch = self.stream.next()
        if self._uses_channels_last and batch.images.dim() == 4:
            images = batch.images.contiguous(memory_format=torch.channels_last)
            batch = dataclasses.replace(batch, images=images)
        return batch

    def _finish_step(self) -> None:
        state = self.state
        state.step += 1
        state.images_seen += self.config.train.batch_size
        self._batch = None
        if state.ema is not None and state.step % UPDATE_INTERVAL == 0:
            since = self.config.train.batch_size * UPDATE_INTERVAL
            state.ema.update(state.images_seen, since)
        if self.history is not None and self.history.wants(state.step):
            self.history.keep(*self.capture())

    # --- going elsewhere ---------------------------------------------------------------------

    def capture(self) -> tuple[dict[str, Tensor], dict[str, Tensor], dict[str, Any]]:
        """Weights, optimiser and counters between two steps; tensors are not copied."""
        self.state.batches = self.stream.state_dict()
        return self.state.weights(), self.state.optimiser_tensors(), self.state.counters()

    def become(
        self,
        weights: Mapping[str, Tensor],
        optimiser: Mapping[str, Tensor],
        counters: Mapping[str, Any],
    ) -> None:
        """Go to a state that `capture` gave (copies are taken).

        Raises:
            BadCheckpoint: something is missing or has another shape.
        """
        self.state.restore(dict(weights), dict(optimiser), dict(counters))
        self.stream.load_state_dict(self.state.batches)
        self._batch = None

    def close(self) -> None:
        """Let go of the data."""
        self.stream.close()
