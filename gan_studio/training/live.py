"""Values that a person may change while a run is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gan_studio.training.state import TrainingState

HALF_LIFE = "ema/half_life"
RATE = "rate/"


def live_values(state: TrainingState) -> dict[str, float]:
    """All such values by name: ``rate/generator`` (before the schedule), ``ema/half_life`` ..."""
    values = {f"{RATE}{name}": item.rate for name, item in state.runner.states.items()}
    if state.ema is not None:
        values[HALF_LIFE] = state.ema.half_life
    return values


def set_live_value(state: TrainingState, name: str, value: float) -> float | None:
    """Change one value; what it was before, or None where there is no such value."""
    previous = live_values(state).get(name)
    if previous is None:
        return None
    if name == HALF_LIFE and state.ema is not None:
        state.ema.half_life = max(0.0, value)
    else:
        phase = state.runner.states[name.removeprefix(RATE)]
        phase.rate = max(0.0, value)
        phase.factor = -1.0  # the optimiser takes it at the next update
    return previous
