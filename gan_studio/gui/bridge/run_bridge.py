"""The one place where a run's thread meets Qt: a mailbox, a timer, and batched signals."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from gan_studio.core.control import RunControl
from gan_studio.core.events import (
    Event,
    Failed,
    Finished,
    ProbeReady,
    RunStarted,
    SamplesReady,
    SnapshotReady,
    StateChanged,
)
from gan_studio.core.i18n import N_
from gan_studio.gui.machine import HAS_FEW_CORES
from gan_studio.jobs.mailbox import Mailbox

Work = Callable[[RunControl, Mailbox], None]
"""Puts every event of a run into the mailbox and returns when the run has ended."""

DRAIN_MS, SLOWEST_DRAIN_MS = (100 if HAS_FEW_CORES else 50), 400
SLOW_DRAIN_S = 0.025  # a drain that took longer doubles the interval

log = logging.getLogger("gan_studio.gui")


class _WorkThread(QThread):
    """Runs the work and nothing else; no data leaves it but through the mailbox."""

    def __init__(self, work: Work, control: RunControl, mailbox: Mailbox, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("gan-studio-run")
        self._work, self._control, self._mailbox = work, control, mailbox

    def run(self) -> None:
        try:
            self._work(self._control, self._mailbox)
        except Exception as error:  # work reports its own failures; this is one before it could
            self._mailbox.put(failure_of(error))


def failure_of(error: Exception) -> Failed:
    """An unforeseen error as the last event of a run."""
    return Failed(
        0,
        0.0,
        error=type(error).__name__,
        message=N_("The run could not be started: {reason}"),
        values={"reason": f"{type(error).__name__}: {error}"},
        details="".join(traceback.format_exception(error)),
    )


class RunBridge(QObject):
    """Runs one work in a QThread and hands its events to the main thread, batched.

    Data never crosses by signal: the thread fills a mailbox, a timer of the main thread drains it.
    The timer slows down while drains are slow, so that a busy window costs training nothing.

    Args:
        clock: seconds, monotonic; measures drains.
        mailbox: that of a run which has one already.
    """

    started = Signal(object)  # RunStarted
    scalars = Signal(object)  # list[ScalarsReady], oldest first
    samples = Signal(object)  # SamplesReady
    probe = Signal(object)  # ProbeReady
    snapshot = Signal(object)  # SnapshotReady
    state_changed = Signal(object)  # RunState
    notice = Signal(object)  # Notice, ParameterChanged or CheckpointSaved
    progress = Signal(object, object, str)  # done, total (0: unknown), what
    ended = Signal(object)  # Finished or Failed; the thread has ended as well
    left = Signal()  # in place of `ended`: the run goes on without this window

    def __init__(
        self,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
        mailbox: Mailbox | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = RunControl()
        self.mailbox = mailbox or Mailbox()
        self._clock = clock
        self._thread: _WorkThread | None = None
        self._last: Event | None = None
        self._is_leaving = False
        self._progress: tuple[int, int, str] | None = None
        self._progress_lock = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setObjectName("drain")
        self._timer.setInterval(DRAIN_MS)
        self._timer.timeout.connect(self.drain)

    @property
    def interval_ms(self) -> int:
        """How long the drain timer waits at present."""
        return self._timer.interval()

    def start(self, work: Work, control: RunControl | None = None) -> None:
        """Begin; `work` runs in a thread of its own. `control` steers it, where it has its own."""
        self.control = control or self.control
        self._thread = _WorkThread(work, self.control, self.mailbox, self)
        self._thread.finished.connect(self._on_thread_finished)
        self._timer.start()
        self._thread.start()

    def leave(self, detach: Callable[[], None]) -> None:
        """Let go of a run that goes on in its own process; `left` follows.

        Args:
            detach: makes the work return without an end of the run.
        """
        self._is_leaving = True
        detach()

    def report_progress(self, done: int, total: int, what: str) -> None:
        """Say how far the preparation is; called from the run's thread, the newest wins."""
        with self._progress_lock:
            self._progress = (done, total, what)

    def wait(self, timeout_ms: int = 5000) -> bool:
        """Wait for the thread, for use when the event loop has ended; whether it has ended."""
        return self._thread is None or self._thread.wait(timeout_ms)

    @Slot()
    def drain(self) -> None:
        """Hand over what waits, and adapt the timer to how long that took."""
        began = self._clock()
        self._hand_over()
        took, interval = self._clock() - began, self._timer.interval()
        if took > SLOW_DRAIN_S:
            self._timer.setInterval(min(2 * interval, SLOWEST_DRAIN_MS))
        elif interval > DRAIN_MS and took < SLOW_DRAIN_S / 2:
            self._timer.setInterval(max(interval // 2, DRAIN_MS))

    def _hand_over(self) -> None:
        with self._progress_lock:
            progress, self._progress = self._progress, None
        if progress is not None:
            self.progress.emit(*progress)
        delivered = self.mailbox.drain()
        for event in delivered.events:
            self._emit_one(event)
        if delivered.scalars:
            self.scalars.emit(delivered.scalars)
        for event in delivered.latest:
            self._emit_latest(event)

    def _emit_one(self, event: Event) -> None:
        if isinstance(event, (Finished, Failed)):
            # Held back until the thread is gone: whoever hears of the end may start the next run.
            self._last = event
        elif isinstance(event, RunStarted):
            self.started.emit(event)
        elif isinstance(event, StateChanged):
            self.state_changed.emit(event.state)
        else:
            self.notice.emit(event)

    def _emit_latest(self, event: Event) -> None:
        if isinstance(event, SamplesReady):
            self.samples.emit(event)
        elif isinstance(event, SnapshotReady):
            self.snapshot.emit(event)
        elif isinstance(event, ProbeReady):
            self.probe.emit(event)

    @Slot()
    def _on_thread_finished(self) -> None:
        self._timer.stop()
        self._hand_over()
        if self._is_leaving and self._last is None:
            self.left.emit()
            return
        last = self._last or failure_of(RuntimeError("the run ended without saying why"))
        self.ended.emit(last)
