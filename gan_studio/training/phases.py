"""How one phase is run: zero, forward, penalties, backward, reduce, clip, step.

Families compute losses; only this module knows optimisers, autocast, clipping and several GPUs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from gan_studio.models.base import Family, Phase, StepContext
from gan_studio.training import distributed
from gan_studio.training.optimisers import make_optimiser

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.training.scalars import ScalarWindow


@dataclass
class PhaseState:
    """A phase with its optimiser and its counters."""

    phase: Phase
    optimiser: torch.optim.Optimizer
    parameters: list[nn.Parameter]
    rate: float
    updates: int = 0
    factor: float = field(default=-1.0)

    def set_rate(self, factor: float) -> None:
        """Apply the live rate times the schedule's factor."""
        self.factor = factor
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * factor


class PhaseRunner:
    """Runs the phases of one family.

    Args:
        family: computes the losses.
        nets: all nets by name, on their device.
        device: decides between fused and plain optimisers.
        precision: "fp32" or "bf16" (autocast around losses; penalties always in fp32).
        clip_norm: longest gradient per phase, 0 for no limit.
    """

    def __init__(
        self,
        family: Family,
        nets: Mapping[str, nn.Module],
        device: torch.device,
        precision: str = "fp32",
        clip_norm: float = 0.0,
    ) -> None:
        self.family = family
        self.nets = nets
        self.device = device
        self.uses_bf16 = precision == "bf16"
        self.clip_norm = clip_norm
        self.states = {phase.name: self._make_state(phase) for phase in family.phases()}
        self._moving: str | None = None
        # Walking through the modules of small nets takes a tenth of a step.
        self._weights = {name: list(net.parameters()) for name, net in nets.items()}

    def _make_state(self, phase: Phase) -> PhaseState:
        parameters = [item for name in phase.nets for item in self.nets[name].parameters()]
        optimiser = make_optimiser(phase, parameters, self.device)
        return PhaseState(phase, optimiser, parameters, phase.rate)

    def run(self, state: PhaseState, context: StepContext, scalars: ScalarWindow) -> None:
        """One update of one phase; its loss and read-outs go into `scalars`."""
        phase = state.phase
        self._freeze_others(phase)
        state.optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.uses_bf16):
            output = self.family.compute(phase.name, context)
        torch.autograd.backward(output.loss)
        scalars.add({phase.name: output.loss}, prefix="loss/")
        scalars.add(output.scalars)
        self._penalise(state, context, scalars)
        distributed.average_gradients(state.parameters)
        if self.clip_norm > 0:
            torch.nn.utils.clip_grad_norm_(state.parameters, self.clip_norm)
        state.optimiser.step()
        state.updates += 1

    def _penalise(self, state: PhaseState, context: StepContext, scalars: ScalarWindow) -> None:
        for name, term in state.phase.penalties:
            interval = int(getattr(term, "interval", 1))
            if state.updates % interval:
                continue
            value = self.family.penalty(state.phase.name, name, term, context)
            torch.autograd.backward(value * interval)
            scalars.add({name: value}, prefix="penalty/")

    def _freeze_others(self, phase: Phase) -> None:
        """Only the phase's nets need gradients of their weights; others just pass them on."""
        if self._moving == phase.name:
            return
        self._moving = phase.name
        for name, weights in self._weights.items():
            is_moving = name in phase.nets
            for weight in weights:
                weight.requires_grad_(is_moving)

    def live_tensors(self) -> list[Tensor]:
        """All weights, for the check that they are finite."""
        return [item for state in self.states.values() for item in state.parameters]
