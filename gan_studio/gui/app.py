"""Starting and ending the window."""

from __future__ import annotations

import logging
import os
import sys
import time
from datetime import datetime
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from gan_studio.core.i18n import _
from gan_studio.core.paths import resources_dir
from gan_studio.gui import theme
from gan_studio.gui.bridge import task
from gan_studio.gui.closing import SystemEnd
from gan_studio.gui.crash_watch import CrashWatch
from gan_studio.gui.garbage import MainThreadCollector
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.reporter import Reporter
from gan_studio.gui.session import Session
from gan_studio.gui.settings import Settings
from gan_studio.gui.tooltips import break_long_tooltips
from gan_studio.jobs.folders import Folders, Portable
from gan_studio.jobs.open_mark import OpenMark
from gan_studio.jobs.report.log_tail import LOG_FILE, RecentLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gan_studio.gui.start import Start

SMOKE = "GAN_STUDIO_SMOKE"  # a folder: the window tries itself out and tells there how it went
PATIENCE_S = 2.0  # for background jobs, once the window is closed


def run_app(start: Start) -> int:
    """Show the window and return the exit code when it is closed.

    Where only the first paint is measured, it closes after that and prints the milliseconds since
    the process began.
    """
    portable = Portable.of_program()
    folders = Folders.of_user(portable)
    app = make_application()
    _start_log(folders)
    mark = OpenMark(folders.settings, datetime.now())
    mark.open()  # before all that may crash, and only where a window follows
    settings = Settings(folders.settings, is_kept=not start.is_safe)
    theme.apply_theme(app, settings.theme, settings.text_scale)
    session = Session(folders, settings)
    collector = MainThreadCollector(session)
    collector.start()
    session.engine_ready.connect(collector.freeze)
    reporter = Reporter(session)
    reporter.install()
    window = MainWindow(session)
    watch = CrashWatch(session, mark, window.show_report)
    system_end = SystemEnd(window.closing)
    if start.measures:
        window.first_painted.connect(_print_first_paint)
    else:
        # Queued: the first picture must reach the screen before torch takes the interpreter.
        queued = Qt.ConnectionType.QueuedConnection
        window.first_painted.connect(session.start_engine, queued)
        if not start.is_safe:  # which keeps to itself
            window.first_painted.connect(watch.look_back, queued)
        window.first_painted.connect(partial(_receive, start, window, portable.problem))
    if start.wish.page:
        window.show_page(start.wish.page)
    if SMOKE in os.environ:
        from gan_studio.gui.smoke import Smoke

        Smoke(window, Path(os.environ[SMOKE]), process_age_s)
    window.show()
    code = app.exec()
    mark.close()
    if start.desk is not None:
        start.desk.leave()  # a start from now on is the first one
    system_end.close()
    collector.stop()
    reporter.remove()
    return _end(session, code)


def _receive(start: Start, window: MainWindow, problem: str) -> None:
    """Open what was asked for and hear later starts; loaded once the window is painted."""
    from gan_studio.gui.reception import Reception

    Reception(start, window, problem).open()


class Application(QApplication):
    """The application object. On macOS the system hands it the files that are double-clicked.

    They wait until somebody takes them.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        super().__init__(argv)
        self._waiting: list[Path] = []
        self._on_file: Callable[[Path], None] | None = None

    def hand_files_to(self, on_file: Callable[[Path], None]) -> None:
        """Call `on_file` with every path, those that wait first."""
        self._on_file = on_file
        waiting, self._waiting = self._waiting, []
        for path in waiting:
            on_file(path)

    def event(self, event: Any) -> bool:
        """Only events for this very object come here, which are few."""
        if event.type() != QEvent.Type.FileOpen:
            return super().event(event)
        path = Path(event.file())  # a QFileOpenEvent
        if self._on_file is None:
            self._waiting.append(path)
        else:
            self._on_file(path)
        return True


def make_application() -> QApplication:
    """The application object with its name and its neutral base style."""
    app = QApplication.instance() or Application(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("gan-studio")
    app.setApplicationDisplayName(_("GAN Studio"))
    app.setDesktopFileName("gan-studio")
    app.setStyle("Fusion")
    break_long_tooltips()
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


class _LogFile(RotatingFileHandler):
    """A window without a log is better than a traceback for each line that cannot be written."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def _start_log(folders: Folders) -> None:
    """Warnings and worse go to a small file beside the settings, and to the console.

    The last records, also of what is less than a warning, are kept for a report.
    """
    root = logging.getLogger("gan_studio")
    if root.handlers:
        return
    root.setLevel(logging.INFO)
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:
        handlers.append(logging.StreamHandler())
    try:
        folders.settings.mkdir(parents=True, exist_ok=True)
        path = folders.settings / LOG_FILE
        handlers.append(_LogFile(path, maxBytes=500_000, backupCount=1, delay=True))
    except OSError:
        pass  # a window without a log is better than none
    for handler in handlers:
        handler.setLevel(logging.WARNING)
    for handler in (*handlers, RecentLog()):
        handler.setFormatter(form)
        root.addHandler(handler)
