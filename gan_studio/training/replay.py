"""Going back to any past step of a run, exactly, and branching off from there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from gan_studio.core.control import SetParameter, StepPhase
from gan_studio.training.checkpoint import Checkpoint
from gan_studio.training.stepper import Stepper

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.lab.history import History, Moment

MakeStepper = Callable[["RunConfig"], Stepper]


class Replayer:
    """Rebuilds past states of a run on nets of its own; the run itself is never touched.

    Like a stepper it belongs to the thread that uses it. Nets that draw from torch's own random
    stream (dropout) are rebuilt exactly as long as nothing else draws from it meanwhile; torch's
    stream is left as it was found.

    Args:
        history: what the run remembers.
        make_stepper: a fresh stepper for a configuration, without a history.
    """

    def __init__(self, history: History, make_stepper: MakeStepper) -> None:
        self.history = history
        self._make_stepper = make_stepper
        self._stepper: Stepper | None = None
        self._era = -1
        self._torch_stream = torch.get_rng_state()  # where its nets' own draws stand
        self._edits = 0  # how many of the history's edits its stepper has seen

    def nearest(self, step: int) -> Stepper:
        """The kept state at or before `step`, at once: for a first picture while dragging.

        Raises:
            ValueError: the history begins later.
        """
        with torch.random.fork_rng(devices=[]):
            return self._go(self.history.before(step))

    def at(self, step: int) -> Stepper:
        """The state after `step` steps and all that was done by hand then.

        The stepper stays the replayer's: read it until the next call.

        Raises:
            ValueError: the history begins later.
        """
        moment = self.history.before(step)
        with torch.random.fork_rng(devices=[]):
            if self._stepper is not None and self._is_on_the_way(moment, step):
                stepper = self._stepper
                torch.set_rng_state(self._torch_stream)
            else:
                stepper = self._go(moment)
            self._catch_up(stepper, step)
            self._torch_stream = torch.get_rng_state()
        stepper.scalars.read()
        return stepper

    def branch(self, step: int) -> tuple[Checkpoint, History]:
        """Where another run may go on: the state, and a history that ends there.

        Hand both to `Stepper` or `Trainer` as `resume` and `history`; the configuration may differ
        in all but the nets. Another kind of optimiser begins with an empty memory.
        """
        weights, optimiser, counters = self.at(step).capture()
        copied = [
            {name: value.detach().clone() for name, value in tensors.items()}
            for tensors in (weights, optimiser)
        ]
        checkpoint = Checkpoint(Path(), copied[0], copied[1], counters)
        return checkpoint, self.history.branch(step)

    def close(self) -> None:
        """Let go of the nets and the data."""
        if self._stepper is not None:
            self._stepper.close()
        self._stepper, self._era = None, -1

    def _is_on_the_way(self, moment: Moment, step: int) -> bool:
        """Whether the state at hand lies between the moment and the step: dragging forward."""
        if self._stepper is None or self._era != moment.era:
            return False
        return moment.step <= self._stepper.state.step <= step and self._edits >= moment.edits

    def _go(self, moment: Moment) -> Stepper:
        if self._stepper is None or self._era != moment.era:
            self.close()
            self._stepper = self._make_stepper(self.history.config(moment.era))
            self._era = moment.era
        self._stepper.become(*moment.unpack())
        self._torch_stream = torch.get_rng_state()
        self._edits = moment.edits
        return self._stepper

    def _catch_up(self, stepper: Stepper, step: int) -> None:
        edits = self.history.edits(self._edits, step)
        while True:
            while edits and edits[0].step == stepper.state.step:
                command = edits.pop(0).command
                assert isinstance(command, (SetParameter, StepPhase))
                stepper.obey(command)
                self._edits += 1
            if stepper.state.step >= step:
                return
            stepper.step()
