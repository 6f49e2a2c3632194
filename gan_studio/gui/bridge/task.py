"""Work beside the window: `Task(job, parent).on_done(f).on_error(g).start()`."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from gan_studio.core.errors import Cancelled

Progress = Callable[[int, int, str], None]
"""``progress(done, total, what)``; a total of 0 means unknown."""
Job = Callable[[Progress, Callable[[], bool]], Any]
"""``job(progress, is_cancelled)``: plain Python, runs in a thread of the pool."""

log = logging.getLogger("gan_studio.gui")
_pool: ThreadPoolExecutor | None = None
_alive: set[Task] = set()  # a task lives until it has reported, whoever holds it


class Task(QObject):
    """One job in a background thread; its results are delivered in the main thread.

    Only a wake-up crosses by signal; what the job said waits in a locked slot. After `cancel`, or
    once `parent` or the receiver is gone, nothing more is delivered. Make it in the main thread.
    """

    _woken = Signal()

    def __init__(self, job: Job, parent: QObject | None = None) -> None:
        super().__init__()
        self._job = job
        self._parent = parent
        self._done: Callable[[Any], None] | None = None
        self._error: Callable[[Exception], None] | None = None
        self._progress: Callable[[int, int, str], None] | None = None
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._news: tuple[int, int, str] | None = None
        self._outcome: tuple[Any, Exception | None] | None = None
        self._is_wake_up_sent = False
        self.future: Future[None] | None = None
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)

    def on_done(self, done: Callable[[Any], None]) -> Task:
        """Call ``done(result)`` at the end."""
        self._done = done
        return self

    def on_error(self, error: Callable[[Exception], None]) -> Task:
        """Call ``error(exception)`` when the job raised; without it errors are only logged."""
        self._error = error
        return self

    def on_progress(self, progress: Callable[[int, int, str], None]) -> Task:
        """Call ``progress(done, total, what)`` with the newest state now and then."""
        self._progress = progress
        return self

    def start(self) -> Task:
        """Begin as soon as a thread of the pool is free."""
        _alive.add(self)
        self.future = _threads().submit(self._run)
        return self

    def cancel(self) -> None:
        """Ask the job to end and deliver nothing more."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self._cancelled.is_set()

    @property
    def is_running(self) -> bool:
        """Whether it has still to report."""
        return self in _alive and not self.is_cancelled

    def _run(self) -> None:
        """In the pool's thread."""
        result, problem = None, None
        try:
            if not self._cancelled.is_set():
                result = self._job(self._report, self._is_unwanted)
        except Exception as error:  # delivered to the main thread, which decides
            problem = error
        with self._lock:
            self._outcome = (result, problem)
        self._wake()

    def _report(self, done: int, total: int, what: str = "") -> None:
        with self._lock:
            self._news = (done, total, what)
        self._wake()

    def _is_unwanted(self) -> bool:
        return self._cancelled.is_set()

    def _wake(self) -> None:
        with self._lock:
            if self._is_wake_up_sent:
                return
            self._is_wake_up_sent = True
        if shiboken6.isValid(self):
            self._woken.emit()

    @Slot()
    def _on_woken(self) -> None:
        with self._lock:
            self._is_wake_up_sent = False
            news, self._news = self._news, None
            outcome = self._outcome
        is_wanted = not self.is_cancelled and self._is_parent_there()
        if (
            news is not None
            and self._progress is not None
            and is_wanted
            and _is_there(self._progress)
        ):
            self._progress(*news)
        if outcome is not None:
            _alive.discard(self)
            if is_wanted:
                self._deliver(*outcome)

    def _deliver(self, result: Any, problem: Exception | None) -> None:
        if problem is None:
            if self._done is not None and _is_there(self._done):
                self._done(result)
        elif self._error is not None:
            if _is_there(self._error):
                self._error(problem)
        elif not isinstance(problem, Cancelled):
            log.error("a task failed", exc_info=problem)

    def _is_parent_there(self) -> bool:
        return self._parent is None or shiboken6.isValid(self._parent)


def _is_there(receiver: Callable[..., None]) -> bool:
    """Whether the Qt object that a method belongs to still lives."""
    owner = getattr(receiver, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)


def _threads() -> ThreadPoolExecutor:
    global _pool
    if _pool is None:
        # An export, a search and a direction under way must not keep a model from being read.
        _pool = ThreadPoolExecutor(8, thread_name_prefix="ThreadPoolExecutor-task")
    return _pool


def cancel_all(timeout_s: float) -> bool:
    """Cancel every task and wait for the jobs; whether all of them have ended."""
    tasks = list(_alive)
    for task in tasks:
        task.cancel()
        if task.future is not None and task.future.cancel():
            _alive.discard(task)
    futures = [task.future for task in tasks if task.future is not None]
    return not wait(futures, timeout_s).not_done
