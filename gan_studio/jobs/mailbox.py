"""Where a run leaves its events and a view collects them: one delivery rule per event class."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gan_studio.core.events import (
    Delivery,
    Event,
    SamplesReady,
    ScalarsReady,
)

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_BATCH = 20_000  # scalars waiting for a view that never looks; the log on disk has them all


@dataclass
class Delivered:
    """What one drain hands over."""

    events: list[Event] = field(default_factory=list)  # EVERY, in order
    scalars: list[ScalarsReady] = field(default_factory=list)  # BATCH
    latest: list[Event] = field(default_factory=list)  # LATEST: one per class and kind

    def __bool__(self) -> bool:
        return bool(self.events or self.scalars or self.latest)


class Mailbox:
    """Thread-safe; putting never blocks and never grows without bound.

    Args:
        picture_interval_s: shortest time between two costly events of one class.
        clock: seconds, monotonic.
    """

    def __init__(
        self, picture_interval_s: float = 0.25, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lock = threading.Lock()
        self._every: deque[Event] = deque()
        self._batch: deque[ScalarsReady] = deque(maxlen=MAX_BATCH)
        self._latest: dict[tuple[type[Event], str], Event] = {}
        self._interests: set[type[Event]] = {SamplesReady}
        self._last: dict[type[Event], float] = {}
        self._picture_interval_s = picture_interval_s
        self._clock = clock

    def put(self, event: Event) -> None:
        """Take an event from the run."""
        with self._lock:
            if event.delivery is Delivery.EVERY:
                self._every.append(event)
            elif isinstance(event, ScalarsReady):
                self._batch.append(event)
            else:
                self._latest[type(event), event.kind] = event

    def drain(self) -> Delivered:
        """Hand over everything that waits."""
        with self._lock:
            delivered = Delivered(list(self._every), list(self._batch), list(self._latest.values()))
            self._every.clear()
            self._batch.clear()
            self._latest.clear()
        return delivered

    def set_interest(self, event_type: type[Event], is_interested: bool) -> None:
        """Say whether anybody looks at costly events of this class (`SnapshotReady`: Explore)."""
        with self._lock:
            if is_interested:
                self._interests.add(event_type)
            else:
                self._interests.discard(event_type)

    def wants(self, event_type: type[Event], step: int) -> bool:
        """Whether the run should make such an event now.

        Yes when somebody is interested, the previous one was collected, and the last yes is at
        least the picture interval ago.
        """
        with self._lock:
            if event_type not in self._interests:
                return False
            if any(waiting is event_type for waiting, _ in self._latest):
                return False
            now = self._clock()
            if now - self._last.get(event_type, float("-inf")) < self._picture_interval_s:
                return False
            self._last[event_type] = now
            return True
