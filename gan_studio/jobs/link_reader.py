"""What a process says, in the order in which it matters to whoever listens from now on.

A process keeps only the newest megabyte of what it says, so a listener that comes late, or was
held up, first gets the recap: how the run began and how things stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.core.events import EVENT_TYPES, Delivery, Event, Failed, Finished, RunStarted
from gan_studio.jobs.links import EVENTS, Link
from gan_studio.jobs.spool import SpoolReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class LinkReader:
    """Reads events; those of one process in the order of their numbers, without gaps that matter.

    Args:
        link: from where.
        progress: called with what the process says of its preparation.
        is_late: whether the process may have been speaking for a while.
        after_step: only scalars after this step are wanted; None: those that the recap is too old
            to know of.
    """

    def __init__(
        self,
        link: Link,
        progress: Callable[[int, int, str], None] | None = None,
        is_late: bool = False,
        after_step: int | None = -1,
    ) -> None:
        self._link, self._progress = link, progress
        self._after_step = after_step
        self._lines = SpoolReader(link.folder, EVENTS)
        self._must_catch_up = is_late
        self._last = 0  # number of the newest line
        self._heard = 0  # number of the newest event that was handed over
        self._told = 0  # the recap has all that matters up to this number
        self._end: Event | None = None

    def read(self) -> Iterator[Event]:
        """All events that are new; an end comes last."""
        if self._must_catch_up:
            yield from self._catch_up()
        for plain in self._lines.read():
            if "progress" in plain:
                self._report(plain["progress"])
            elif isinstance(number := plain.pop("n", None), int) and number > self._last:
                if number > self._last + 1:
                    yield from self._catch_up()
                self._last = number
                yield from self._pass(number, plain)
        if self._end is not None:
            end, self._end = self._end, None
            yield end

    def close(self) -> None:
        """Close the files."""
        self._lines.close()

    def _pass(self, number: int, plain: dict[str, Any]) -> Iterator[Event]:
        if not self._is_wanted(number, plain):
            return
        event = self._event(plain)
        if event is not None:
            self._heard = max(self._heard, number)
            yield from self._held_back(event)

    def _is_wanted(self, number: int, plain: dict[str, Any]) -> bool:
        """What the recap has told is not said again; scalars are in no recap."""
        is_new = number > self._told
        cls = EVENT_TYPES.get(str(plain.get("event")))
        if cls is None or cls.delivery is not Delivery.BATCH:
            return is_new
        if self._after_step is None:
            return is_new
        return bool(plain.get("step", 0) > self._after_step)

    def _catch_up(self) -> Iterator[Event]:
        self._must_catch_up = False
        head, plains = self._link.told()
        told = int(head.get("number", 0))
        events = []
        for plain in plains:
            if plain.pop("n", 0) > self._heard and (event := self._event(plain)) is not None:
                events.append(event)
        self._told, self._heard = max(self._told, told), max(self._heard, told)
        for event in sorted(events, key=lambda event: not isinstance(event, RunStarted)):
            yield from self._held_back(event)

    def _held_back(self, event: Event) -> Iterator[Event]:
        """The event, but an end only when all else has been read."""
        if isinstance(event, (Finished, Failed)):
            self._end = event
        else:
            yield event

    def _event(self, plain: dict[str, Any]) -> Event | None:
        """None where it cannot be understood, or its pictures are gone."""
        from safetensors import SafetensorError

        from gan_studio.jobs.wire import unpack

        try:
            return unpack(plain, self._link.arrays)
        except (ValueError, KeyError, TypeError, OSError, SafetensorError):
            return None

    def _report(self, words: Any) -> None:
        if self._progress is not None and isinstance(words, list) and len(words) == 3:
            self._progress(*words)
