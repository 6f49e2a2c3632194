"""Learning rates over the run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gan_studio.core.config import TrainConfig


def rate_factor(train: TrainConfig, step: int) -> float:
    """By what every learning rate is multiplied in the step after `step` completed ones.

    It rises linearly over the warm-up, stays at 1 until ``schedule_start`` of the run and then
    falls to ``final_rate`` at the last step.
    """
    if step < train.warmup_steps:
        return (step + 1) / train.warmup_steps
    start = train.schedule_start * train.steps
    if train.schedule == "constant" or step <= start:
        return 1.0
    share = min(1.0, (step - start) / max(1.0, train.steps - start))
    fall = share if train.schedule == "linear" else (1 - math.cos(math.pi * share)) / 2
    return 1.0 - fall * (1.0 - train.final_rate)
