"""Starting and ending the window."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.core.paths import resources_dir
from gan_studio.gui import theme
from gan_studio.gui.bridge import task
from gan_studio.gui.garbage import MainThreadCollector
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.session import Offer, Session
from gan_studio.gui.settings import Settings
from gan_studio.jobs.folders import Folders

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

MEASURE = "--measure-first-paint"
LAB = "lab"
SMOKE = "GAN_STUDIO_SMOKE"  # a folder: the window tries itself out and tells there how it went
PATIENCE_S = 2.0  # for background jobs, once the window is closed

log = logging.getLogger("gan_studio.gui")


def run_app(argv: Sequence[str]) -> int:
    """Show the window and return the exit code when it is closed.

    With ``--measure-first-paint`` it closes after the first paint and prints the milliseconds
    since the process began.
    """
    folders = Folders.of_user()
    app = make_application(argv)
    _start_log(folders)
    settings = Settings(folders.settings)
    theme.apply_theme(app, settings.theme, settings.text_scale)
    session = Session(folders, settings)
    collector = MainThreadCollector(session)
    collector.start()
    session.engine_ready.connect(collector.freeze)
    reporter = Reporter(session)
    reporter.install()
    window = MainWindow(session)
    if MEASURE in argv:
        window.first_painted.connect(_print_first_paint)
    else:
        # Queued: the first picture must reach the screen before torch takes the interpreter.
        window.first_painted.connect(session.start_engine, Qt.ConnectionType.QueuedConnection)
    if list(argv[:1]) == [LAB]:
        window.show_page(LAB)
        if len(argv) > 1:
            session.go_to(LAB, lesson=Path(argv[1]))
    if SMOKE in os.environ:
        from gan_studio.gui.smoke import Smoke

        Smoke(window, Path(os.environ[SMOKE]), process_age_s)
    window.show()
    code = app.exec()
    collector.stop()
    reporter.remove()
    return _end(session, code)


def make_application(argv: Sequence[str]) -> QApplication:
    """The application object with its name and its neutral base style."""
    app = QApplication.instance() or QApplication([sys.argv[0], *argv])
    assert isinstance(app, QApplication)
    app.setApplicationName("gan-studio")
    app.setApplicationDisplayName(_("GAN Studio"))
    app.setDesktopFileName("gan-studio")
    app.setStyle("Fusion")
    icon = resources_dir() / "icons" / "app.svg"
    if icon.is_file():
        from PySide6.QtGui import QIcon

        app.setWindowIcon(QIcon(str(icon)))
    return app


def _end(session: Session, code: int) -> int:
    """Leave at once: an import of torch under way, say, must not hold the process."""
    has_run_ended = not session.is_running
    if task.cancel_all(PATIENCE_S) and has_run_ended:
        return code
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


def _print_first_paint() -> None:
    print(f"{process_age_s() * 1000:.0f}", flush=True)
    QApplication.quit()


def process_age_s() -> float:
    """Seconds since this process was started, as the system counts them where it can be asked."""
    try:
        with open("/proc/self/stat", encoding="ascii") as file:
            ticks = int(file.read().rpartition(")")[2].split()[19])
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        return time.process_time()


def _start_log(folders: Folders) -> None:
    """Warnings and worse go to a small file beside the settings, and to the console."""
    root = logging.getLogger("gan_studio")
    if root.handlers:
        return
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:
        handlers.append(logging.StreamHandler())
    try:
        folders.settings.mkdir(parents=True, exist_ok=True)
        path = folders.settings / "gan-studio.log"
        handlers.append(RotatingFileHandler(path, maxBytes=500_000, backupCount=1, delay=True))
    except OSError:
        pass  # a window without a log is better than none
    for handler in handlers:
        handler.setFormatter(form)
        handler.setLevel(logging.WARNING)
        root.addHandler(handler)


class Reporter(QObject):
    """Whatever nobody caught is logged, and shown in a banner: one at a time, from any thread."""

    _reported = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
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
        log.error("unhandled\n%s", details)
        text = str(error) if isinstance(error, StudioError) else f"{kind.__name__}: {error}"
        self._reported.emit(text, details)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        error = args.exc_value or args.exc_type()
        self._on_exception(args.exc_type, error, args.exc_traceback)

    @Slot(str, str)
    def _on_reported(self, text: str, details: str) -> None:
        if self._is_showing:
            return
        self._is_showing = True
        try:
            offer = Offer(
                "error",
                _("Something in the program went wrong."),
                _("You can go on; a training run is not affected. ({reason})").format(reason=text),
                details=details,
            )
            self._session.offered.emit(offer)
        finally:
            self._is_showing = False


def _on_qt_message(kind: QtMsgType, context: object, text: str) -> None:
    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
    }.get(kind, logging.ERROR)
    logging.getLogger("gan_studio.qt").log(level, "%s", text)
