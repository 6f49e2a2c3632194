"""Latest wins: one worker, one slot; a newer request replaces one that has not begun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from gan_studio.jobs.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable

Q = TypeVar("Q")
R = TypeVar("R")


@dataclass(frozen=True)
class Answer(Generic[Q, R]):
    """A result (or the error in its place) with the ticket of its request."""

    ticket: int
    request: Q
    result: R | None
    error: Exception | None


class LatestWorker(Background, Generic[Q, R]):
    """A thread that works on the newest request only.

    Args:
        work: request to result; runs in the worker's thread.
        on_answer: called in the worker's thread; hand the answer over, do not work here.
        name: of the thread.
        after: a worker that was closed; nothing begins before it has ended.
    """

    def __init__(
        self,
        work: Callable[[Q], R],
        on_answer: Callable[[Answer[Q, R]], None],
        name: str,
        after: LatestWorker[Q, R] | None = None,
    ) -> None:
        super().__init__(name, after)
        self._work = work
        self._on_answer = on_answer
        self._slot: tuple[int, Q] | None = None
        self._ticket = 0
        self._start()

    def ask(self, request: Q) -> int:
        """Put a request into the slot; returns its ticket (higher is newer)."""
        with self._condition:
            self._ticket += 1
            self._slot = (self._ticket, request)
            self._condition.notify()
            return self._ticket

    def _run(self) -> None:
        while (item := self._next()) is not None:
            ticket, request = item
            try:
                answer = Answer[Q, R](ticket, request, self._work(request), None)
            except Exception as error:  # a failed picture must not end the worker
                answer = Answer[Q, R](ticket, request, None, error)
            self._on_answer(answer)

    def _next(self) -> tuple[int, Q] | None:
        with self._condition:
            while self._slot is None and not self._is_closed:
                self._condition.wait()
            if self._is_closed:
                return None
            item, self._slot = self._slot, None
            return item
