"""Faults: told in a banner, counted, read and copied as a report; the last end of the window."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from gan_studio.core.errors import StudioError
from gan_studio.core.events import Failed
from gan_studio.gui.crash_watch import CrashWatch
from gan_studio.gui.dialogs.about import AboutDialog
from gan_studio.gui.dialogs.help import show_help
from gan_studio.gui.dialogs.report import ReportDialog
from gan_studio.gui.faults import MOST, QUIET_S, Faults
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.reporter import Reporter
from gan_studio.jobs.open_mark import OpenMark
from tests.gui.fakes import scalars, started

ROOT = Path(__file__).parents[2]


@pytest.fixture
def window(qtbot, session):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def run_dir(folders):
    """A run with a picture."""
    path = folders.runs / "Omas Bilder"
    (path / "samples").mkdir(parents=True)
    (path / "manifest.json").write_text(json.dumps({"device": "a CPU", "state": "training"}))
    data = BytesIO()
    Image.new("L", (8, 8), 90).save(data, "PNG")
    (path / "samples" / "000010.png").write_bytes(data.getvalue())
    return path


@pytest.fixture
def reporter(session):
    return Reporter(session)


def raise_in(reporter, error):
    try:
        raise error
    except Exception as caught:
        reporter._on_exception(type(caught), caught, caught.__traceback__)


def open_dialog(qtbot, window, fault=""):
    window.show_report(fault)
    dialog = window.findChildren(ReportDialog)[-1]
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=20_000)
    return dialog


# -- faults


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_faults_are_told_once_and_counted():
    clock = Clock()
    faults = Faults(clock)
    assert [faults.note("a", "text", "details") for _ in range(100)] == [1] + [0] * 99
    assert faults.note("b", "other", "") == 1
    clock.now = QUIET_S
    assert faults.note("a", "text", "details") == 101
    assert faults.note("a", "text", "details") == 0
    assert [told.partition(", ")[2] for told in faults.told()] == [
        "102 times\ndetails",
        "1 times\n",
    ]


def test_only_some_kinds_of_faults_are_remembered():
    faults = Faults(Clock())
    for number in range(MOST + 5):
        faults.note(number, str(number), "")
    assert len(faults.told()) == MOST


@pytest.mark.expects_logs
def test_a_slot_that_fails_all_the_time_floods_nothing(qtbot, session, reporter, caplog):
    clock = Clock()
    reporter.faults = Faults(clock)
    offers = []
    session.offered.connect(offers.append)
    for _ in range(300):
        raise_in(reporter, RuntimeError("again"))
    clock.now = QUIET_S + 1
    raise_in(reporter, RuntimeError("again"))
    qtbot.waitUntil(lambda: len(offers) == 2)
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]
    assert "Traceback" in offers[0].details
    assert "It happened 301 times." in offers[1].text


@pytest.mark.expects_logs
def test_faults_of_other_threads_come_to_the_banner(qtbot, window, session):
    reporter = Reporter(session)
    reporter.install()
    try:
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: window.page.banner.kind == "error")
    finally:
        reporter.remove()
    assert "ZeroDivisionError" in window.page.banner.text
    assert "in <lambda>" in reporter.faults.told()[0]


# -- the dialog


def test_an_error_in_the_banner_can_be_reported(qtbot, window, session):
    session.error.emit(StudioError(reason="'/home/somebody/secret.png' is torn"))
    banner = window.page.banner
    qtbot.mouseClick(banner._report, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ReportDialog)
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=20_000)
    text = dialog.text.toPlainText()
    assert "What went wrong\n---------------\nThat did not work." in text
    assert "secret" not in text
    dialog.paths.setChecked(True)
    assert "secret" in dialog.text.toPlainText()
    dialog.reject()


def test_what_is_no_error_has_nothing_to_report(window):
    banner = window.page.banner
    banner.show_message("info", "Title", "text", details="x")
    assert banner._report.isHidden()
    banner.show_message("error", "Title", "text")
    assert banner._report.isHidden()
    banner.show_message("error", "Title", "text", details="x")
    assert not banner._report.isHidden()


def test_the_text_is_copied_as_it_is_shown(qtbot, window):
    dialog = open_dialog(qtbot, window)
    assert dialog.text.isReadOnly()
    assert "GAN Studio: report" in dialog.text.toPlainText()
    assert not dialog.picture.isEnabled()  # there was no run
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.text.toPlainText()
    assert "clipboard" in dialog.note.text()
    dialog.reject()


def test_the_run_under_way_is_told(qtbot, window, session, engine, run_dir):
    engine.script = [started(run_dir=str(run_dir)), scalars(400, d__real=0.5)]
    with qtbot.waitSignal(session.scalars):
        session.start_training()
    dialog = open_dialog(qtbot, window)
    text = dialog.text.toPlainText()
    assert "device  a CPU" in text
    assert "state  training" in text
    assert "step  400" in text
    assert "model.name  gan" in text
    assert "Omas" not in text
    assert dialog.picture.isEnabled()
    dialog.reject()


def test_a_run_that_never_began_is_told(qtbot, window, session, engine):
    engine.script = [Failed(0, 0.0, message="no data", details="Traceback of it")]
    with qtbot.waitSignal(session.run_ended):
        session.start_training()
    qtbot.mouseClick(window.page.banner._report, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ReportDialog)
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=20_000)
    assert "Traceback of it" in dialog.text.toPlainText()
    assert "data.name  digits" in dialog.text.toPlainText()
    dialog.reject()


def test_saving_text_and_picture(qtbot, window, session, engine, run_dir, tmp_path):
    engine.script = [started(run_dir=str(run_dir))]
    with qtbot.waitSignal(session.run_started):
        session.start_training()
    dialog = open_dialog(qtbot, window)
    dialog.save_to(tmp_path / "a.txt")
    qtbot.waitUntil(lambda: "a.txt" in dialog.note.text())
    assert (tmp_path / "a.txt").read_text("utf-8") == dialog.text.toPlainText()
    dialog.picture.setChecked(True)
    assert ".zip" in dialog.note.text()
    assert "Save as" in dialog.picture.text()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert "without the picture" in dialog.note.text()
    dialog.save_to(tmp_path / "b.zip")
    qtbot.waitUntil(lambda: "b.zip" in dialog.note.text())
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        picture = (run_dir / "samples" / "000010.png").read_bytes()
        assert archive.read("newest-sample.png") == picture
    (tmp_path / "file").write_text("")
    dialog.save_to(tmp_path / "file" / "c.txt")
    qtbot.waitUntil(lambda: "cannot be written" in dialog.note.text())
    dialog.reject()


def test_the_name_that_is_offered_fits_what_is_saved(qtbot, window, tmp_path, monkeypatch):
    dialog = open_dialog(qtbot, window)
    asked = []

    def choose(parent, title, name, kinds):
        asked.append((name, kinds))
        return str(tmp_path / "mine"), kinds

    monkeypatch.setattr("gan_studio.gui.dialogs.report.QFileDialog.getSaveFileName", choose)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "mine.txt").is_file)
    qtbot.waitUntil(lambda: "mine.txt" in dialog.note.text())
    assert asked == [("gan-studio-report.txt", "Text (*.txt)")]
    dialog.reject()


def test_every_control_of_the_dialog_says_what_it_does(qtbot, window):
    dialog = open_dialog(qtbot, window)
    controls = [dialog.text, dialog.paths, dialog.picture, *dialog.findChildren(QPushButton)]
    assert all(control.toolTip() for control in controls)
    assert all(control.accessibleName() or control.text() for control in controls[1:])
    dialog.reject()


def test_it_is_reached_from_help_and_about_and_by_key(qtbot, window):
    window.actions_by_key["report"].trigger()
    assert len(window.findChildren(ReportDialog)) == 1
    help_window = show_help(window, "problems")
    qtbot.addWidget(help_window)
    assert "report" in help_window.browser.toPlainText().lower()
    qtbot.mouseClick(help_window.report, Qt.MouseButton.LeftButton)
    about = AboutDialog(window)
    button = next(item for item in about.findChildren(QPushButton) if "Report" in item.text())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialogs = window.findChildren(ReportDialog)
    assert len(dialogs) == 3
    for dialog in dialogs:
        qtbot.waitUntil(dialog.copy.isEnabled, timeout=20_000)
        dialog.reject()
    help_window.close()


# -- how the last window ended


class StandInMark(OpenMark):
    def __init__(self):
        self.runs = []

    def note_run(self, run_dir):
        self.runs.append(run_dir)


def test_an_end_without_closing_is_told_once(qtbot, window, session, folders):
    folders.settings.mkdir(parents=True, exist_ok=True)
    about = {"started": "2026-11-20 10:00:00", "version": "0.0.9"}
    (folders.settings / "window-1.open").write_text(json.dumps(about))
    (folders.settings / "window-1.stacks").write_text("Fatal Python error: Segmentation fault")
    watch = CrashWatch(session, StandInMark(), window.show_report)
    with qtbot.waitSignal(session.offered):
        watch.look_back()
    banner = window.page.banner
    assert "without being closed" in banner.title
    qtbot.mouseClick(banner._action, Qt.MouseButton.LeftButton)
    dialog = window.findChild(ReportDialog)
    qtbot.waitUntil(dialog.copy.isEnabled, timeout=20_000)
    assert "Segmentation fault" in dialog.text.toPlainText()
    assert "0.0.9" in dialog.text.toPlainText()
    dialog.reject()
    assert not list(folders.settings.glob("*.open"))


def test_the_mark_knows_the_run(qtbot, window, session, engine, run_dir):
    mark = StandInMark()
    watch = CrashWatch(session, mark, window.show_report)
    engine.script, engine.holds = [started(run_dir=str(run_dir))], False
    with qtbot.waitSignal(session.run_ended):
        session.start_training()
    assert mark.runs == [str(run_dir), ""]
    watch.deleteLater()


WINDOW = """
import faulthandler, os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from gan_studio.gui import app, crash_watch, main_window
from gan_studio.gui.session import Session
from gan_studio.gui.start import Start

Session.start_engine = lambda self: None  # torch is not needed here

def told(self, end):
    print("told" if end else "nothing", flush=True)
    print((end.stacks if end else ""), flush=True)
    {then}

crash_watch.CrashWatch._on_looked_back = told
sys.exit(app.run_app(Start()))
"""


def start_window(home, then):
    environment = {**os.environ, "GAN_STUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    words = [sys.executable, "-c", WINDOW.format(then=then)]
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_window_that_crashed_is_told_of_at_the_next_start(tmp_path):
    first = start_window(tmp_path, "os.kill(os.getpid(), signal.SIGSEGV)")
    assert first.returncode == -signal.SIGSEGV
    assert first.stdout.split() == ["nothing"]
    second = start_window(tmp_path, "QApplication.quit()")
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("told\n")
    assert re.search(r"line \d+ in told", second.stdout)
    third = start_window(tmp_path, "QApplication.quit()")
    assert third.stdout.split() == ["nothing"]
    assert not list((tmp_path / "settings").glob("window-*"))
