"""What the window knows about the run that is, or was last, under way."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.events import (
    Failed,
    Finished,
    RunStarted,
    RunState,
    SamplesReady,
    ScalarsReady,
)

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig  # noqa: TC004 - only a dataclass's annotation
    from gan_studio.gui.plots.series import History  # noqa: TC004 - numpy must not load before the paint

SPEED_WINDOW_S = 20.0


@dataclass
class RunView:
    """A run as the window sees it. Only the session changes it.

    Attributes:
        info: `RunStarted.info`, empty while the run prepares.
        first_step: where this session of it began, above 0 after a resume.
        history: every scalar so far, thinned, earlier sessions included.
        images_per_second: of the newest report.
        memory_bytes: of the newest report.
        ended: its last event, None while it is under way.
    """

    config: RunConfig
    history: History
    run_dir: Path | None = None
    info: Mapping[str, Any] = field(default_factory=dict)
    state: RunState = RunState.PREPARING
    step: int = 0
    first_step: int = 0
    total_steps: int = 0
    last_samples: SamplesReady | None = None
    images_per_second: float = 0.0
    memory_bytes: int = 0
    ended: Finished | Failed | None = None
    clock: Callable[[], float] = time.monotonic
    _pace: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=400))

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.state is not RunState.ENDED

    @property
    def is_unfinished(self) -> bool:
        """Whether it was stopped or failed before its last step, and can be gone on with."""
        is_stopped = isinstance(self.ended, Finished) and self.ended.reason == "stopped"
        return (is_stopped or isinstance(self.ended, Failed)) and 0 < self.step < self.total_steps

    @property
    def seconds_left(self) -> float | None:
        """How long it will take at the speed of the last seconds; None while nobody can tell."""
        if self.state is not RunState.TRAINING or len(self._pace) < 2:
            return None
        (began, first), (now, last) = self._pace[0], self._pace[-1]
        if now - began < 0.5 or last <= first:
            return None
        return max(0.0, (self.total_steps - last) * (now - began) / (last - first))

    def begin(
        self, event: RunStarted, history: History | None = None, is_under_way: bool = False
    ) -> None:
        """Take what the run says at its start, and the scalars from before, where there are any.

        `is_under_way`: it began some time ago, and `history` tells how far it is.
        """
        self.info = event.info
        self.step = self.first_step = event.step
        self.total_steps = int(event.info.get("total_steps", self.total_steps))
        if event.info.get("run_dir"):
            self.run_dir = Path(event.info["run_dir"])
        if history is not None:
            self.history = history
            self.step = max(self.step, history.step) if is_under_way else self.step

    def add(self, batch: Sequence[ScalarsReady]) -> None:
        """Take a batch of reports."""
        self.history.add(batch)
        last = batch[-1]
        self.step = last.step
        self.images_per_second = last.images_per_second
        self.memory_bytes = last.memory_bytes
        now = self.clock()
        if self._pace and last.step < self._pace[-1][1]:
            self._pace.clear()  # a rollback
        self._pace.append((now, last.step))
        while now - self._pace[0][0] > SPEED_WINDOW_S:
            self._pace.popleft()

    def enter(self, state: RunState) -> None:
        """Take a new state; a pause must not count as slow training."""
        self.state = state
        self._pace.clear()
