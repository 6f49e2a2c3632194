"""A film that is drawn while it plays: one thread works ahead of where it is shown.

What is wanted now comes first, whatever was wanted before; a film that cannot be drawn in time
loses frames and never falls behind. What was drawn is kept, within bounds, so that a film that
repeats is drawn once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from gan_studio.jobs.background import Background

AHEAD = 45  # frames drawn before they are wanted
AT_ONCE = 4  # frames in one piece of work; one where somebody waits for it
SOON = 8  # frames that go before stills
STILLS_AT_ONCE = 4
MEMORY = 128 * 2**20  # bytes of pictures that are kept


class Film(Protocol):
    """What is played: a number of frames, and how any of them are drawn."""

    def __len__(self) -> int: ...

    def draw(self, indexes: Sequence[int]) -> Sequence[Any]:
        """Pictures with ``nbytes``, one per index; called in the worker's thread."""


Make = Callable[[], Film]
DrawStills = Callable[[Sequence[Any]], Sequence[Any]]


class AheadWorker(Background):
    """Draws one film at a time, and single pictures beside it (stills).

    Args:
        on_news: called in the worker's thread when there is a film, a still, a problem, or a frame
            that was waited for; hand it over, do not work there.
        name: of the thread.
        after: a worker that was closed; nothing begins before it has ended.
    """

    def __init__(
        self, on_news: Callable[[], None], name: str, after: AheadWorker | None = None
    ) -> None:
        super().__init__(name, after)
        self._on_news = on_news
        self._make: Make | None = None
        self._film: Film | None = None
        self._problem: Exception | None = None
        self._frames: dict[int, Any] = {}
        self._position = 0
        self._generation = 0
        self._wanted_stills: dict[Any, Any] = {}
        self._draw_stills: DrawStills | None = None
        self._stills: dict[Any, Any] = {}
        self._start()

    # In the thread that looks

    def set_film(self, make: Make | None) -> None:
        """Play another film, which the worker makes; pictures of the one before are dropped."""
        with self._condition:
            self._generation += 1
            self._make, self._film, self._problem = make, None, None
            self._frames.clear()
            self._condition.notify()

    def set_stills(self, draw: DrawStills | None, wanted: Mapping[Any, Any]) -> None:
        """Draw these when there is time; stills that were wanted before are dropped."""
        with self._condition:
            self._draw_stills, self._wanted_stills = draw, dict(wanted)
            self._stills.clear()
            self._condition.notify()

    def seek(self, index: int) -> None:
        """Where the film is shown now."""
        with self._condition:
            self._position = index
            self._condition.notify()

    @property
    def film(self) -> Film | None:
        """The film, once it is made."""
        return self._film

    @property
    def problem(self) -> Exception | None:
        """What went wrong with this film; nothing more is drawn of it."""
        return self._problem

    def take_stills(self) -> dict[Any, Any]:
        """Stills that were drawn since the last call."""
        with self._condition:
            found, self._stills = self._stills, {}
            return found

    def newest(self, index: int, back: int) -> tuple[int, Any] | None:
        """The frame at `index`, or the nearest of the `back` frames before it that is drawn."""
        with self._condition:
            count = 0 if self._film is None else len(self._film)
            for step in range(min(back + 1, count)):
                at = (index - step) % count
                if at in self._frames:
                    return at, self._frames[at]
            return None

    # In the worker's thread

    def _run(self) -> None:
        while (work := self._next()) is not None:
            work()

    def _next(self) -> Callable[[], None] | None:
        with self._condition:
            while not self._is_closed:
                work = self._work()
                if work is not None:
                    return work
                self._condition.wait()
            return None

    def _work(self) -> Callable[[], None] | None:
        """What is most urgent."""
        generation, film, make = self._generation, self._film, self._make
        if film is None and make is not None and self._problem is None:
            return lambda: self._make_film(generation, make)
        missing = self._missing() if film is not None and self._problem is None else []
        has_stills = bool(self._wanted_stills) and self._draw_stills is not None
        if missing and film is not None:
            away = (missing[0] - self._position) % len(film)
            if away < SOON or not has_stills:
                return lambda: self._draw_frames(generation, film, missing)
        return self._draw_some_stills if has_stills else None

    def _missing(self) -> list[int]:
        """The next frames to draw: one where it is waited for, else a few."""
        assert self._film is not None, "asked for only with a film"
        count = len(self._film)
        found: list[int] = []
        ahead = min(AHEAD, count)
        for step in range(ahead):
            at = (self._position + step) % count
            if at in self._frames:
                if found:
                    break
                continue
            if not step:
                return [at]
            found.append(at)
            if len(found) == AT_ONCE:
                break
        return found

    def _make_film(self, generation: int, make: Make) -> None:
        try:
            film, problem = make(), None
        except Exception as error:  # told to whoever looks
            film, problem = None, error
        with self._condition:
            if generation != self._generation:
                return
            self._film, self._problem = film, problem
        self._on_news()

    def _draw_frames(self, generation: int, film: Film, indexes: list[int]) -> None:
        try:
            drawn, problem = film.draw(indexes), None
        except Exception as error:  # told to whoever looks
            drawn, problem = [], error
        with self._condition:
            if generation != self._generation:
                return
            is_waited_for = self._position in indexes
            self._problem = problem
            self._frames.update(zip(indexes, drawn, strict=False))
            self._make_room(len(film))
        if is_waited_for or problem is not None:
            self._on_news()

    def _make_room(self, count: int) -> None:
        """Drop the frames that are wanted last: those just behind."""
        size = max(1, int(next(iter(self._frames.values())).nbytes)) if self._frames else 1
        most = max(2 * AHEAD, MEMORY // size)
        while len(self._frames) > most:
            del self._frames[max(self._frames, key=lambda at: (at - self._position) % count)]

    def _draw_some_stills(self) -> None:
        with self._condition:
            draw = self._draw_stills
            wanted = dict(list(self._wanted_stills.items())[:STILLS_AT_ONCE])
        if draw is None or not wanted:
            return
        try:
            drawn = dict(zip(wanted, draw(list(wanted.values())), strict=False))
        except Exception as error:  # told to whoever looks
            drawn = {}
            with self._condition:
                self._problem, self._draw_stills = error, None
        with self._condition:
            if self._draw_stills is draw:
                for key in wanted:
                    self._wanted_stills.pop(key, None)
                self._stills.update(drawn)
        self._on_news()
