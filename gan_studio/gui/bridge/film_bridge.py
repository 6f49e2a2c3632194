"""A film and single pictures from a thread of their own, for who looks in the main thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

from gan_studio.jobs.ahead import AheadWorker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.jobs.ahead import DrawStills, Make


class FilmBridge(QObject):
    """The Qt side of an `AheadWorker`; lives in the main thread.

    Only a wake-up crosses by signal; what was drawn waits behind the worker's lock.

    Signals:
        film_ready: the `Film` that was asked for.
        frame_ready: the frame at the place last sought may have come.
        stills_ready: ``{key: picture}``.
        failed: the exception in their place.
    """

    film_ready = Signal(object)
    frame_ready = Signal()
    stills_ready = Signal(object)
    failed = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: AheadWorker | None = None
        self._ending: AheadWorker | None = None  # closed, and perhaps still at work
        self._told: object = None  # the film or the problem that was said last
        self._lock = threading.Lock()
        self._is_wake_up_sent = False
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    def set_film(self, make: Make | None) -> None:
        """Play another film; `make` is called in the worker's thread."""
        if self._worker is None and make is None:
            return
        self._told = None
        self._open().set_film(make)

    def set_stills(self, draw: DrawStills | None, wanted: Mapping[Any, Any]) -> None:
        """Draw these when there is time; `draw` is called in the worker's thread."""
        if self._worker is not None or wanted:
            self._open().set_stills(draw, wanted)

    def seek(self, index: int) -> None:
        """Where the film is shown now."""
        if self._worker is not None:
            self._worker.seek(index)

    def newest(self, index: int, back: int) -> tuple[int, Any] | None:
        """See `AheadWorker.newest`."""
        return None if self._worker is None else self._worker.newest(index, back)

    def close(self) -> None:
        """Let the thread end; the next film begins another, without what was drawn.

        The window does not wait for what is under way; the next thread does.
        """
        worker, self._worker = self._worker, None
        self._told = None
        if worker is not None:
            worker.close(timeout_s=0)
            self._ending = worker

    def end(self) -> None:
        """`close`, and wait for the thread: the program ends."""
        self.close()
        if self._ending is not None:
            self._ending.close()

    def _open(self) -> AheadWorker:
        if self._worker is None:
            after, self._ending = self._ending, None
            self._worker = AheadWorker(self._wake, "gan-studio-film", after)
        return self._worker

    def _wake(self) -> None:
        """In the worker's thread."""
        with self._lock:
            if self._is_wake_up_sent:
                return
            self._is_wake_up_sent = True
        if shiboken6.isValid(self):  # the page may have gone meanwhile
            self._woken.emit()

    @Slot()
    def _on_woken(self) -> None:
        with self._lock:
            self._is_wake_up_sent = False
        worker = self._worker
        if worker is None:
            return
        film, problem = worker.film, worker.problem
        news = problem if problem is not None else film
        if news is not None and news is not self._told:
            self._told = news
            (self.failed if news is problem else self.film_ready).emit(news)
        stills = worker.take_stills()
        if stills:
            self.stills_ready.emit(stills)
        self.frame_ready.emit()
