"""Whatever nobody caught, and what Qt says: logged, and shown in a banner."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _, ngettext
from gan_studio.gui.faults import Faults
from gan_studio.gui.run_shelf import Offer

if TYPE_CHECKING:
    from types import TracebackType

    from gan_studio.gui.session import Session

log = logging.getLogger("gan_studio.gui")


class Reporter(QObject):
    """Whatever nobody caught is logged, and shown in a banner: one at a time, from any thread.

    What fails again and again, a slot of a timer say, is counted: the log and the banner hear of it
    now and then.
    """

    _reported = Signal(str, str, int)

    def __init__(self, session: Session, faults: Faults | None = None) -> None:
        super().__init__(session)
        self._session = session
        self.faults = faults or Faults()
        self._is_showing = False
        # Queued: what failed may be the very slot that paints the banner.
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over Python's hooks and Qt's messages."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        qInstallMessageHandler(_on_qt_message)

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        text = str(error) if isinstance(error, StudioError) else f"{kind.__name__}: {error}"
        count = self.faults.note((kind, _place(trace)), text, details)
        if count == 1:
            log.error("unhandled\n%s", details)
        elif count:
            log.error("unhandled, for the %sth time: %s", count, text)
        if count:
            self._reported.emit(text, details, count)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        error = args.exc_value or args.exc_type()
        self._on_exception(args.exc_type, error, args.exc_traceback)

    @Slot(str, str, int)
    def _on_reported(self, text: str, details: str, count: int) -> None:
        if self._is_showing:
            return
        self._is_showing = True
        try:
            self._session.offered.emit(_offer(text, details, count))
        finally:
            self._is_showing = False


def _offer(text: str, details: str, count: int) -> Offer:
    words = _("You can go on; a training run is not affected. ({reason})").format(reason=text)
    if count > 1:
        times = ngettext("It happened {count} time.", "It happened {count} times.", count)
        words = f"{words} {times.format(count=count)}"
    return Offer("error", _("Something in the program went wrong."), words, details=details)


def _place(trace: TracebackType | None) -> tuple[str, int] | None:
    """The file and the line in which an exception was raised."""
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno


def _on_qt_message(kind: QtMsgType, context: object, text: str) -> None:
    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }.get(kind, logging.ERROR)
    logging.getLogger("gan_studio.qt").log(level, "%s", text)
