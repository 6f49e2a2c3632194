"""Moments of a run that stay, so that any epoch can be looked at: weights without an optimiser.

Which steps these are follows from the step alone, never from the clock: a run that was killed and
resumed keeps the same ones as a run that went straight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.training.moments import next_moment
from gan_studio.training.state import picture_weights

if TYPE_CHECKING:
    from torch import Tensor

    from gan_studio.core.config import TrainConfig
    from gan_studio.models.base import Family
    from gan_studio.training.checkpoint import CheckpointStore
    from gan_studio.training.state import TrainingState


class Milestones:
    """Keeps the moments of a run that is under way.

    Args:
        store: where they go; None keeps none.
        state: what is kept. Only read.
        family: says which nets pictures are made with; the others are left out.
        train: how many are kept, and how large one may be.
    """

    def __init__(
        self,
        store: CheckpointStore | None,
        state: TrainingState,
        family: Family,
        train: TrainConfig,
    ) -> None:
        self._store, self._state = store, state
        self._nets = family.picture_nets
        self._count = train.milestones if store is not None else 0
        limit = train.milestone_mb * 2**20
        if limit and _bytes(picture_weights(state, self._nets)) > limit:
            self._count = 0
        if store is not None:
            store.milestones = self._count
        self._next = next_moment(state.step, self._count)

    def keep(self) -> None:
        """Keep this moment if it is one. Asked after every step: mostly one comparison.

        Raises:
            DiskProblem: the disk is full or read-only; the run can go on without this moment.
        """
        if self._state.step < self._next or self._store is None:
            return
        self._next = next_moment(self._state.step, self._count)
        if self._state.is_finite():  # else the next report ends the run
            counters = {**self._state.counters(), "batches": {}}
            self._store.save_milestone(picture_weights(self._state, self._nets), counters)


def _bytes(tensors: dict[str, Tensor]) -> int:
    return sum(value.numel() * value.element_size() for value in tensors.values())
