"""How the window closes while a run is under way: it asks once, or the system does not wait."""

from __future__ import annotations

import contextlib
import os
import signal
from enum import Enum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from gan_studio.core.events import Finished, RunState
from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.core.events import Failed
    from gan_studio.gui.dialogs.leave import LeaveDialog
    from gan_studio.gui.session import Session

PATIENCE_MS = 20_000  # a run that has not saved by then may be left behind on request
SYSTEM_PATIENCE_MS = 4_000  # systems end programs that take longer when a person logs out


class Way(Enum):
    """What closing has come to."""

    OPEN = "open"
    STOPPING = "stopping"  # the window closes when the run has saved
    KEEPING = "keeping"  # the window closes when the run goes on without it


class Closing(QObject):
    """Decides whether the window may close, and sees to the run that is under way.

    Args:
        window: its parent; `QWidget.close` is called when nothing is in the way any more.

    Signals:
        waiting: the window should take no input (or again), as the run is being seen to.
        said: kind, title, text, words of the button and what it does, for the banner.
    """

    waiting = Signal(bool)
    said = Signal(str, str, str, str, object)

    def __init__(self, window: Any, session: Session) -> None:
        super().__init__(window)
        self._window, self._session = window, session
        self._way = Way.OPEN
        self.dialog: LeaveDialog | None = None
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._offer_to_leave)
        session.run_ended.connect(self._on_run_ended)
        session.run_started.connect(self._on_run_started)
        session.background.left.connect(self._on_left)

    def may_close(self) -> bool:
        """Whether nothing is under way; else what happens next is seen to."""
        session = self._session
        if not session.is_running:
            return True
        if self._way is Way.OPEN and self.dialog is None:
            if session.run is not None and session.run.state is RunState.STOPPING:
                self.stop_and_save()
            else:
                self._ask()
        return False

    def stop_and_save(self) -> None:
        """Close as soon as the run has saved and ended."""
        if self._way is Way.KEEPING:  # it is being saved already
            return
        self._dismiss()
        if not self._session.is_running:
            self._window.close()
            return
        self._session.forget_pending()
        self._way = Way.STOPPING
        self._session.stop()
        text = _("The run is stopping at a checkpoint; the window closes by itself.")
        self._wait(_("Saving …"), text)

    def keep_training(self) -> None:
        """Close as soon as the run goes on without the window."""
        if not self._session.is_running:  # it ended while the dialog was open
            self._window.close()
            return
        self._session.forget_pending()
        self._way = Way.KEEPING
        text = _("The run goes on in the background; the window closes by itself.")
        self._wait(_("Handing over …"), text)
        self._session.background.keep_training()

    def end_at_once(self, patience_ms: int = SYSTEM_PATIENCE_MS) -> None:
        """Save what is under way and return; for the end of the person's session."""
        self._dismiss()
        if self._session.is_running:
            self._session.forget_pending()
            self._way = Way.STOPPING
            self._session.stop()
            self._session.wait(patience_ms)

    def _ask(self) -> None:
        from gan_studio.gui.dialogs.leave import LeaveDialog

        self.dialog = LeaveDialog(
            self._session, self.keep_training, self.stop_and_save, self._window
        )
        self.dialog.finished.connect(self._on_answered)
        self.dialog.open()

    @Slot()
    def _on_answered(self) -> None:
        self.dialog = None

    def _dismiss(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.reject()

    def _wait(self, title: str, text: str) -> None:
        self.said.emit("info", title, text, "", None)
        self.waiting.emit(True)
        # Said late and only then: losing the last steps should not be one careless click away.
        self._patience.start(PATIENCE_MS)  # anew, where the person has chosen before

    def _offer_to_leave(self) -> None:
        if not self._session.is_running or self._way is Way.OPEN:
            return
        self.waiting.emit(False)
        if self._session.background.hand_over.is_saved:
            title = _("Handing over takes long.")
            text = _("The run is saved, and the process that goes on with it needs no window.")
        else:
            title = _("Saving takes long.")
            text = _("What was saved before is safe. Closing now loses the steps since then.")
        self.said.emit("warning", title, text, _("Close without waiting"), QApplication.quit)

    @Slot()
    def _on_left(self) -> None:
        self._way = Way.STOPPING
        self._window.close()

    @Slot(object)
    def _on_run_started(self, _event: object) -> None:
        if self.dialog is not None:  # the next one of a queue
            self.dialog.refresh()

    @Slot(object)
    def _on_run_ended(self, event: Finished | Failed) -> None:
        is_done = isinstance(event, Finished) and event.reason == "done"
        if self._way is Way.STOPPING or (self._way is Way.KEEPING and is_done):
            self._window.close()
        elif self._way is Way.KEEPING:  # it is said why; the person decides anew
            self._way = Way.OPEN
            self.waiting.emit(False)
        elif self.dialog is not None and not self._session.queue.is_active:
            self._dismiss()  # the window stays: nobody has answered


class SystemEnd(QObject):
    """Hears that the system wants the program to end: a logout, a shutdown, or SIGTERM."""

    def __init__(self, closing: Closing) -> None:
        super().__init__(closing)
        self._closing = closing
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.commitDataRequest.connect(self._on_commit_data)
        self._ends: tuple[int, int] | None = None
        if os.name != "nt":  # there is no such signal
            self._listen()

    def _listen(self) -> None:
        """A signal's handler runs in Python, which sleeps in Qt: a pipe wakes it."""
        reader, writer = self._ends = os.pipe()
        for end in self._ends:
            os.set_blocking(end, False)
        self._previous = signal.signal(signal.SIGTERM, _do_nothing)
        self._previous_fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)

    def close(self) -> None:
        """Give the signals back."""
        if self._ends is None:
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._previous_fd)
        signal.signal(signal.SIGTERM, self._previous)
        for end in self._ends:
            os.close(end)
        self._ends = None

    @Slot()
    def _on_signal(self) -> None:
        numbers = b""
        with contextlib.suppress(OSError):
            numbers = os.read(self._ends[0], 64) if self._ends is not None else b""
        if signal.SIGTERM in numbers:
            self._closing.stop_and_save()

    @Slot(QSessionManager)
    def _on_commit_data(self, _manager: QSessionManager) -> None:
        self._closing.end_at_once()


def _do_nothing(number: int, frame: object) -> None:
    """The pipe has told it."""
