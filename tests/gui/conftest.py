"""Fixtures of the window's tests, and tripwires: an unexpected Qt message or a leaked thread fails.

Pages are fed with lists of events: `session` is a real `Session` over a `FakeEngine` that knows no
torch; `engine.script` is what its next run says (`tests/gui/fakes.py`).
"""

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

import pytest

from gan_studio.jobs.folders import Folders

PySide6 = pytest.importorskip("PySide6", reason="the window's tests need PySide6")

from PySide6.QtCore import QObject, QThread, QTimer, QtMsgType, qInstallMessageHandler  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from gan_studio.gui.session import Session  # noqa: E402
from gan_studio.gui.settings import Settings  # noqa: E402
from tests.gui.fakes import FakeEngine  # noqa: E402

# What Qt says for reasons of the machine and not of the program.
HARMLESS_MESSAGES = (
    "This plugin does not support",
    "propagateSizeHints",
    "QFontDatabase: Cannot find font directory",
    "Populating font family aliases",
    "Failed to register with host portal",
)


EXIT_STATUS = pytest.StashKey[int]()


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.gui)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    """Remember how it ended, for `pytest_unconfigure`."""
    session.config.stash[EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """End as the program does (`gan_studio.gui.app`): without taking Python down below Qt.

    What is left of Qt after a thousand windows may call a Python that has ended already, and the
    process then crashed now and then after all tests had passed.
    """
    status = config.stash.get(EXIT_STATUS, None)
    if status is not None and QApplication.instance() is not None:
        config.get_terminal_writer().flush()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@pytest.fixture(autouse=True)
def no_qt_messages():
    """Fail a test during which Qt complained."""
    messages: list[str] = []

    def note(kind, context, text):
        is_serious = kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg)
        if is_serious and not any(part in text for part in HARMLESS_MESSAGES):
            messages.append(text)

    previous = qInstallMessageHandler(note)
    yield
    qInstallMessageHandler(previous)
    assert not messages, f"Qt said: {messages}"


@pytest.fixture(autouse=True)
def garbage_goes_in_the_main_thread():
    """As in the program (`gan_studio.gui.garbage`): widgets must not die in another thread."""
    gc.disable()
    # What is here already belongs to no test: looking through all of torch costs half a second.
    gc.freeze()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def no_leaks(request):
    """Fail a test that leaves a running QThread, a repeating QTimer or a thread of ours behind."""
    yield
    if QApplication.instance() is None:
        return
    deadline = time.monotonic() + 2.0
    while (left := _left_over()) and time.monotonic() < deadline:
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
        gc.collect()
    assert not left, f"left behind by {request.node.name}: {left}"


def _left_over() -> list[str]:
    names = [
        f"{type(item).__name__} {item.objectName() or '(no name)'} of {_owner(item)}"
        for item in _objects()
        if (isinstance(item, QThread) and item.isRunning() and item is not _main_thread())
        or (isinstance(item, QTimer) and item.isActive() and not item.isSingleShot())
    ]
    harmless = ("gan-studio-task", "pytest", "MainThread", "Dummy", "asyncio")
    names += [
        f"thread {thread.name}"
        for thread in threading.enumerate()
        if thread.name.startswith("gan-studio") and not thread.name.startswith(harmless)
    ]
    return names


def _objects() -> Iterator[QObject]:
    import shiboken6

    for item in gc.get_objects():
        # type(), not isinstance(): proxies among all objects may do anything when asked.
        if issubclass(type(item), (QThread, QTimer)) and shiboken6.isValid(item):
            yield item


def _owner(item: QObject) -> str:
    parent = item.parent()
    return type(parent).__name__ if parent is not None else "nobody"


def _main_thread() -> QThread:
    return QApplication.instance().thread()


@pytest.fixture
def folders(tmp_path) -> Folders:
    return Folders.below(tmp_path / "home")


@pytest.fixture
def settings(folders) -> Settings:
    return Settings(folders.settings)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def new_session(qtbot, folders, settings, engine):
    """A session whose engine is not loaded yet. Its run is stopped at the end of the test."""
    session = Session(folders, settings, engine=engine)
    yield session
    if session.is_running:
        with qtbot.waitSignal(session.run_ended, timeout=3000):
            session.stop()
    session.deleteLater()


@pytest.fixture
def session(qtbot, new_session):
    """A session that is ready to train."""
    with qtbot.waitSignal(new_session.engine_ready, timeout=3000):
        new_session.start_engine()
    return new_session


@pytest.fixture
def show_page(qtbot, session, engine):
    """Shows a page over real models; every page that was shown is hidden at the end."""
    from tests.gui.model_runs import use_real_models

    use_real_models(engine)
    pages = []

    def show(kind, size=(900, 760), prepare=None):
        page = kind(session)
        for part in (page, page.inspector):
            qtbot.addWidget(part)
        page.resize(*size)
        if prepare is not None:
            prepare(page)
        page.show()
        page.on_shown()
        pages.append(page)
        return page

    yield show
    for page in pages:
        page.on_hidden()


@pytest.fixture
def lab_page(qtbot, session):
    """The Lab over a real player."""
    from gan_studio.gui.pages.lab import LabPage

    page = LabPage(session)
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.on_engine_ready()
    qtbot.waitUntil(lambda: page.frame is not None, timeout=10_000)
    yield page
    page.bridge.close()
