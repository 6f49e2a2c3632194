"""What comes to an open window: later starts, files of the desktop, drops; and safe mode."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QFileDialog

from gan_studio.core import safe_mode
from gan_studio.core.registry import Registry
from gan_studio.exporters.png import places_of_png, png_bytes
from gan_studio.gui import reception as module
from gan_studio.gui.dialogs.settings import SettingsDialog
from gan_studio.gui.letter_box import LetterBox
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.opening import KnownRuns, door_of
from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.home import HomePage
from gan_studio.gui.reception import Reception
from gan_studio.gui.settings import Settings
from gan_studio.gui.single_instance import Answer, Desk, Wish
from gan_studio.gui.start import Start
from gan_studio.inference.places import Place, Places
from tests.gui.fake_runs import make_run
from tests.gui.fakes import file_drop
from tests.gui.model_runs import write_run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(folders):
    desk = Desk.of(folders.settings)
    yield desk
    desk.leave()


@pytest.fixture
def window(qtbot, session):
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def asked(session):
    """Where the window was sent, in order; the pages themselves are not made."""
    places = []
    session.navigate.disconnect()
    session.navigate.connect(lambda key, payload: places.append((key, payload)))
    return places


@pytest.fixture
def quiet(monkeypatch):
    """Offscreen, a window cannot be raised, and Qt says so."""
    raised = []
    monkeypatch.setattr(module, "come_to_the_front", lambda window, token: raised.append(token))
    return raised


def test_a_later_start_hands_over_what_it_was_asked_to_open(
    qtbot, window, asked, quiet, desk, folders, tmp_path
):
    run = make_run(folders)
    assert desk.take()
    Reception(Start(desk=desk), window).open()
    letter = Desk(desk.folder)._write(Wish((run,), token="from the desktop"))
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [("explore", {"run_dir": run, "step": None})]
    assert quiet == ["from the desktop"]
    assert not letter.exists()


def test_letters_that_wait_are_taken_at_once(window, asked, quiet, desk):
    assert desk.take()
    Desk(desk.folder)._write(Wish((Path("/x.json").absolute(),), page="lab"))
    Reception(Start(desk=desk), window).open()
    assert asked == [("lab", {"lesson": Path("/x.json").absolute()})]


def test_a_window_that_is_closing_leaves_letters_to_the_next_one(window, asked, quiet, desk):
    assert desk.take()
    reception = Reception(Start(desk=desk), window)
    reception.open()
    window.closing.waiting.emit(True)
    letter = Desk(desk.folder)._write(Wish())
    reception.letter_box.look()
    assert letter.exists()
    assert quiet == []


def test_without_a_watch_the_letters_are_looked_for(qtbot, desk, monkeypatch):
    assert desk.take()
    box = LetterBox(desk, lambda: True)
    monkeypatch.setattr(box._watcher, "addPath", lambda path: False)
    box._timer.setInterval(5)
    box.open()
    with qtbot.waitSignal(box.arrived):
        Desk(desk.folder)._write(Wish())
    box._timer.stop()


def test_a_window_that_was_minimised_comes_back(window, monkeypatch):
    tokens = []
    monkeypatch.setattr(window, "raise_", lambda: tokens.append(os.environ.get(module.TOKEN)))
    window.showMinimized()
    module.come_to_the_front(window, "token")
    assert not window.isMinimized()
    assert tokens == ["token"]
    assert module.TOKEN not in os.environ


def test_what_cannot_be_opened_is_said_and_the_rest_is_offered(qtbot, window, asked, tmp_path):
    reception = Reception(Start(), window)
    reception.open_paths([tmp_path / "no.png", tmp_path])
    banner = window.page.banner
    qtbot.waitUntil(lambda: banner.kind == "error")
    assert "there is no such file or folder" in banner.text
    assert asked == []
    banner._action.click()
    assert asked == [("data", {"folder": tmp_path})]


def test_a_run_from_elsewhere_is_listed_from_then_on(qtbot, window, asked, folders, tmp_path):
    run = make_run(folders)
    guest = tmp_path / "guest"
    run.rename(guest)
    Reception(Start(wish=Wish((guest,))), window).open()
    qtbot.waitUntil(lambda: bool(asked))
    assert window.session.guests == (guest,)
    found = []
    window.session.list_runs(found.extend)
    qtbot.waitUntil(lambda: bool(found))
    assert [item.path for item in found] == [guest]


def test_what_is_asked_for_before_the_engine_is_ready_waits(
    qtbot, new_session, folders, tmp_path, monkeypatch
):
    window = MainWindow(new_session)
    qtbot.addWidget(window)
    window.show()
    reception = Reception(Start(wish=Wish((tmp_path,))), window)
    reception.open()
    qtbot.waitUntil(lambda: "data" in window.pages)
    assert window.page is window.pages["data"]
    assert window.page._folder == tmp_path


# -- dropping


def drag(widget, path):
    """Whether a widget takes a file that is dragged over it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    widget.dragEnterEvent(event)
    return event.isAccepted()


def test_what_no_page_takes_is_dropped_on_the_window(qtbot, window, asked, tmp_path):
    lesson = tmp_path / "a.ganlesson"
    lesson.write_text("{}")
    reception = Reception(Start(), window)
    assert drag(window, lesson)
    with file_drop(lesson) as event:
        window.dropEvent(event)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [("lab", {"lesson": lesson})]
    assert reception.parent() is window


def test_pages_leave_lessons_and_runs_to_the_window(qtbot, session, folders, tmp_path):
    page = HomePage(session)
    qtbot.addWidget(page)
    assert drag(page, tmp_path)
    assert not drag(page, make_run(folders))
    assert not drag(page, tmp_path / "a.ganlesson")


# -- Explore


def test_explore_goes_to_the_place_of_a_file(qtbot, show_page, folders, tmp_path):
    run = write_run(folders, "gan", latent_dim=6)
    write_run(folders, "gan", latent_dim=6)
    z = np.linspace(-1, 1, 6).astype(np.float32)
    path = tmp_path / "place.png"
    facts = {"family": "gan", "run": run.name, "step": 500}
    path.write_bytes(png_bytes(np.zeros((1, 4, 4), np.uint8), Places((Place(z),), 1, facts)))
    page = show_page(ExplorePage)
    page.receive(run_dir=run, step=500, file=path)
    qtbot.waitUntil(
        lambda: (
            page.explorer.bundle is not None
            and page.explorer.bundle.run_dir == run
            and np.allclose(page.explorer.place.z, z)
        ),
        timeout=10_000,
    )


def test_a_picture_that_explore_saves_leads_back_to_its_place(
    qtbot, show_page, folders, tmp_path, monkeypatch
):
    run, path = write_run(folders, "gan", latent_dim=6), tmp_path / "saved.png"
    page = show_page(ExplorePage)
    qtbot.waitUntil(lambda: not page.stage.view.image().isNull(), timeout=10_000)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args, **more: (str(path), ""))
    page.controls.save.click()
    qtbot.waitUntil(path.exists)
    place = page.explorer.place
    assert np.array_equal(places_of_png(path, 6).items[0].z, place.z)
    door = door_of(path, KnownRuns(folders.runs))
    assert door.payload == {"run_dir": run, "step": 1000, "file": path}


# -- safe mode


@pytest.fixture
def is_safe(monkeypatch):
    monkeypatch.setenv(safe_mode.VARIABLE, safe_mode.ON)


def test_safe_mode_is_said(qtbot, window, session):
    Reception(Start(is_safe=True), window).open()
    banner = window.page.banner
    assert banner.title == "Safe mode."
    assert "close the window and start again" in banner.text
    assert window.windowTitle() == "Safe mode"


def test_leaving_safe_mode_starts_another_window(qtbot, window, monkeypatch, is_safe):
    begun = []

    class Process:
        def setProgram(self, program):
            begun.append(program)

        def setArguments(self, words):
            begun.append(words)

        def setProcessEnvironment(self, environment):
            begun.append(environment.contains(safe_mode.VARIABLE))

        def startDetached(self):
            return True

    monkeypatch.setattr(module, "QProcess", Process)
    Reception(Start(is_safe=True), window).open()
    window.page.banner._action.click()
    assert begun == [sys.executable, ["-m", "gan_studio"], False]
    assert not window.isVisible()


def test_safe_settings_are_the_standard_ones_and_not_kept(folders):
    Settings(folders.settings).set(text_scale=2.0)
    settings = Settings(folders.settings, is_kept=False)
    assert settings.text_scale == 1.0
    settings.set(theme="dark")
    assert settings.theme == "dark"
    assert Settings(folders.settings).values.theme == "system"
    assert Settings(folders.settings).values.text_scale == 2.0


def test_nothing_is_offered_by_itself_in_safe_mode(qtbot, new_session, folders, is_safe):
    make_run(folders, state="stopped")
    window = MainWindow(new_session)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(new_session.engine_ready):
        new_session.start_engine()
    found = []
    new_session.list_runs(found.extend)
    qtbot.waitUntil(lambda: bool(found))
    qtbot.wait(20)
    assert window.page.banner.kind == ""


def test_safe_mode_leaves_plugins_and_other_threads_alone(is_safe):
    from gan_studio.training.device import candidate_threads, pick_device

    assert candidate_threads(8) == [1]
    assert pick_device("auto").type == "cpu"
    group = Registry.of_kind("family").group
    registry = Registry("thing in safe mode", "gan_studio.lab", group)
    registry.discover()
    assert registry.broken == {}
    Registry._by_kind.pop("thing in safe mode")


def test_the_environment_of_a_normal_start():
    environment = {"HOME": "/home/a"}
    safe_mode.turn_on(environment)
    assert environment["CUDA_VISIBLE_DEVICES"] == ""
    assert safe_mode.turned_off(environment) == {"HOME": "/home/a"}


# -- what there is to say


def test_a_note_of_the_start_is_shown(window):
    Reception(Start(note="Another one is silent."), window, "The stick is read-only.").open()
    assert window.page.banner.text == "Another one is silent. The stick is read-only."


def test_a_note_outlives_what_is_said_of_the_file(qtbot, new_session, tmp_path):
    window = MainWindow(new_session)
    qtbot.addWidget(window)
    Reception(Start(wish=Wish((tmp_path / "no",)), note="A note."), window).open()
    qtbot.waitUntil(lambda: window.page.banner.kind == "error")
    window.page.banner.dismiss()
    qtbot.waitUntil(lambda: window.page.banner.text == "A note.")


def test_the_settings_say_where_things_lie(qtbot, session, monkeypatch):
    from gan_studio.gui.dialogs import settings as dialogs
    from gan_studio.jobs.folders import Portable

    dialog = SettingsDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.settings_place.text() == str(session.folders.settings)
    home = session.folders.settings.parent
    monkeypatch.setattr(dialogs.Portable, "of_program", classmethod(lambda cls: Portable(home)))
    dialog = SettingsDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.settings_place.text() == f"{session.folders.settings} (portable)"


# -- real processes

FILE_FROM_THE_DESKTOP = """
import sys
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from gan_studio.gui.app import make_application

app, seen = make_application(), []
app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile("/a b/c.ganrun")))
app.hand_files_to(lambda path: seen.append(path.name))
app.sendEvent(app, QFileOpenEvent(QUrl.fromLocalFile("/d.ganlesson")))
assert seen == ["c.ganrun", "d.ganlesson"], seen
"""


def python(*words, **more):
    return [sys.executable, *words], {"cwd": ROOT, "text": True, **more}


def test_files_of_the_desktop_wait_until_they_are_taken():
    words, more = python("-c", FILE_FROM_THE_DESKTOP, timeout=60)
    assert subprocess.run(words, check=False, **more).returncode == 0


def test_a_second_start_ends_and_the_first_shows_the_run(qtbot, tmp_path):
    """Both as a person starts them; the first one says when it has taken the letter."""
    home = tmp_path / "home"
    environment = {**os.environ, "GAN_STUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    words, more = python("-m", "gan_studio", env=environment, stderr=subprocess.DEVNULL)
    with subprocess.Popen(words, **more) as first:
        try:
            letters = Desk.of(home / "settings").letters
            qtbot.waitUntil((letters.parent / "lock").exists, timeout=60_000)
            words, more = python(
                "-m", "gan_studio", "no/such.ganrun", env=environment, timeout=60, check=True
            )
            second = subprocess.run(words, **more, stdout=subprocess.PIPE)
            assert second.stdout == "GAN Studio is open already; that window shows it.\n"
            assert first.poll() is None
            assert list(letters.iterdir()) == []
        finally:
            first.kill()
    alone = Desk.of(home / "settings")
    assert alone.ask(Wish()) is Answer.FIRST  # a window that was killed leaves nothing behind
    alone.leave()
