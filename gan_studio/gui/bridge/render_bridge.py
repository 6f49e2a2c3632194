"""Slider to picture: the newest request wins, and what is out of date is never shown.

One worker thread draws. A picture that a person waits for goes first; side work (neighbours,
effects, a map) runs in small pieces only while nothing moves, and gives way at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from gan_studio.jobs.latest import Answer, LatestWorker

IDLE_MS = 120  # nothing moved for so long: time for side work

Render = Callable[[Any, Any], Any]
"""``render(model, request) -> result``; runs in the worker's thread."""
SideJob = Generator[Any, Any, None]
"""Yields requests and is sent their results, in the main thread; one piece at a time."""

PICTURE, SIDE = "picture", "side"


@dataclass(frozen=True)
class _Order:
    generation: int
    kind: str
    model: Any
    request: Any


class RenderBridge(QObject):
    """The Qt side of a `LatestWorker`; lives in the main thread.

    Only a wake-up crosses by signal; results wait in a locked list.

    Signals:
        picture_ready: the result of the newest `ask` that is worth showing.
        idle: nothing was asked for `IDLE_MS`; call `run_side` now.
        failed: the sentence of an error in place of a picture.
    """

    picture_ready = Signal(object)
    idle = Signal()
    failed = Signal(object)  # Exception
    _woken = Signal()

    def __init__(
        self, render: Render, parent: QObject | None = None, idle_ms: int = IDLE_MS
    ) -> None:
        super().__init__(parent)
        self._render = render
        self._worker: LatestWorker[_Order, Any] | None = None
        self._ending: LatestWorker[_Order, Any] | None = None  # closed, and perhaps still at work
        self._model: Any = None
        self._generation = 0
        self._shown = 0
        self._newest = 0
        self._awaited = 0  # the ticket of a picture that was asked for and has not come yet
        self._lock = threading.Lock()
        self._answers: list[Answer[_Order, Any]] = []
        self._side: list[SideJob] = []
        self._is_side_held = False  # until the picture that was asked for has come
        self._side_request: Any = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(idle_ms)
        self._timer.timeout.connect(self.idle)
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    @property
    def model(self) -> Any:
        """What pictures are made with, or None."""
        return self._model

    @property
    def newest(self) -> int:
        """The ticket of the newest request, 0 before the first."""
        return self._newest

    @property
    def shown(self) -> int:
        """The ticket of the newest picture that was handed over."""
        return self._shown

    @property
    def is_waiting(self) -> bool:
        """Whether the picture that was asked for last has still to come."""
        return bool(self._awaited)

    def set_model(self, model: Any) -> None:
        """Draw with another model from now on; results of the one before are dropped."""
        self._generation += 1
        self._model, self._awaited = model, 0
        self.cancel_side()

    def ask(self, request: Any) -> None:
        """Ask for a picture; it replaces whatever waits, side work included."""
        self.cancel_side()
        if self._model is None:
            return
        self._awaited = self._put(PICTURE, request)
        self._timer.start()

    def run_side(self, jobs: Sequence[SideJob]) -> None:
        """Work through `jobs` one after the other until the next `ask` or model.

        They begin once the picture that was asked for has come: a request replaces what waits.
        """
        self.cancel_side()
        self._side, self._is_side_held = list(jobs), bool(self._awaited)
        if not self._is_side_held:
            self._next_side(None, is_first=True)

    def cancel_side(self) -> None:
        """Give up side work; what is under way is dropped when it comes."""
        self._timer.stop()
        for job in self._side:
            job.close()
        self._side, self._side_request, self._is_side_held = [], None, False

    def close(self) -> None:
        """Let the worker's thread end; a later `ask` starts another, once this one is done.

        The window does not wait: a strip of all checkpoints may be under way, which takes seconds.
        """
        self.cancel_side()
        self._generation += 1
        self._awaited = 0
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close(timeout_s=0)
            self._ending = worker

    def end(self) -> None:
        """`close`, and wait for the thread: the program ends."""
        self.close()
        if self._ending is not None:
            self._ending.close()

    def _put(self, kind: str, request: Any) -> int:
        if self._worker is None:
            name, after, self._ending = "gan-studio-render", self._ending, None
            self._worker = LatestWorker(self._work, self._take, name, after)
            self._shown = 0
        self._newest = self._worker.ask(_Order(self._generation, kind, self._model, request))
        return self._newest

    def _work(self, order: _Order) -> Any:
        """In the worker's thread."""
        return self._render(order.model, order.request)

    def _take(self, answer: Answer[_Order, Any]) -> None:
        """In the worker's thread: leave the answer, wake the main thread."""
        with self._lock:
            self._answers.append(answer)
            is_first = len(self._answers) == 1
        if is_first and shiboken6.isValid(self):  # the page may have gone meanwhile
            self._woken.emit()

    @Slot()
    def _on_woken(self) -> None:
        with self._lock:
            answers, self._answers = self._answers, []
        for answer in answers:
            if answer.request.generation != self._generation:
                continue
            if answer.request.kind == SIDE:
                self._on_side_answer(answer)
            elif answer.ticket > self._shown:
                self._on_picture(answer)

    def _on_picture(self, answer: Answer[_Order, Any]) -> None:
        self._shown = answer.ticket
        if answer.ticket == self._awaited:
            self._awaited = 0
        if answer.error is None:
            self.picture_ready.emit(answer.result)
        else:
            self.failed.emit(answer.error)
        if self._is_side_held and not self._awaited:
            self._is_side_held = False
            self._next_side(None, is_first=True)

    def _on_side_answer(self, answer: Answer[_Order, Any]) -> None:
        # A request may belong to a job that was given up since: then it is not the one awaited.
        if not self._side or answer.request.request is not self._side_request:
            return
        if answer.error is not None:
            self.cancel_side()
            self.failed.emit(answer.error)
            return
        self._next_side(answer.result, is_first=False)

    def _next_side(self, result: Any, *, is_first: bool) -> None:
        while self._side:
            job = self._side[0]
            try:
                request = next(job) if is_first else job.send(result)
            except StopIteration:
                if self._side and self._side[0] is job:
                    self._side.pop(0)
                is_first = True
                continue
            if self._model is not None and self._side and self._side[0] is job:
                self._side_request = request
                self._put(SIDE, request)
            return
