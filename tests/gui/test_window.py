"""The window: pages, keys, banners, the inspector, closing; Home and Runs; settings and help."""

import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QWidget

from gan_studio.core.errors import StudioError
from gan_studio.gui import run_list, theme
from gan_studio.gui.actions import SPECS
from gan_studio.gui.dialogs.about import AboutDialog
from gan_studio.gui.dialogs.help import show_help
from gan_studio.gui.dialogs.settings import SettingsDialog
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.pages import PAGES, PageEntry
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.home import HomePage, folder_in
from gan_studio.gui.pages.runs import RunsPage
from gan_studio.gui.run_model import Column
from gan_studio.gui.settings import FILE, Settings
from gan_studio.gui.widgets.banner import Banner
from gan_studio.gui.widgets.run_words import when_was
from tests.gui.fake_runs import make_run
from tests.gui.fakes import scalars, started


class PlainPage(Page):
    """Stands in for the pages of others."""

    key = "train"
    title = "Train"

    def __init__(self, session):
        super().__init__(session)
        self.calls = []
        self.inspector = QWidget()

    def on_engine_ready(self):
        self.calls.append("ready")

    def on_shown(self):
        self.calls.append("shown")

    def on_hidden(self):
        self.calls.append("hidden")

    def main_action(self):
        self.calls.append("main")

    def receive(self, **payload):
        self.calls.append(payload)


class BrokenPage(Page):
    key = "data"

    def __init__(self, session):
        raise RuntimeError("half written")


@pytest.fixture
def window(qtbot, session, monkeypatch):
    stand_ins = {"train": PlainPage, "explore": PlainPage, "data": BrokenPage}
    real = PageEntry.load
    monkeypatch.setattr(PageEntry, "load", lambda entry: stand_ins.get(entry.key) or real(entry))
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    qtbot.waitExposed(window)
    return window


# -- the window


def test_pages_are_made_on_their_first_visit_and_told(window, qtbot):
    assert list(window.pages) == ["home"]
    window.session.go_to("train", run_dir=Path("x"))
    page = window.pages["train"]
    assert page.calls == ["ready", "shown", {"run_dir": Path("x")}]
    assert window.rail.buttons["train"].isChecked()
    qtbot.keyClick(page, Qt.Key.Key_Space)
    assert page.calls[-1] == "main"
    qtbot.mouseClick(window.rail.buttons["home"], Qt.MouseButton.LeftButton)
    assert window.page is window.pages["home"]
    assert page.calls[-1] == "hidden"


@pytest.mark.expects_logs
def test_a_broken_page_leaves_the_window_in_order(window):
    window.show_page("data")
    assert window.page is window.pages["home"]
    assert "half written" in window.page.banner.text


def test_every_key_of_the_table_has_its_action(window):
    assert set(window.actions_by_key) == {spec.key for spec in SPECS}
    window.actions_by_key["page:train"].trigger()
    assert type(window.page) is PlainPage


def test_errors_and_offers_come_to_the_visible_page(window, session):
    session.error.emit(StudioError(reason="no disk"))
    banner = window.page.banner
    assert banner.kind == "error"
    assert "no disk" in banner.text
    window.actions_by_key["dismiss"].trigger()
    assert banner.isHidden()


def test_the_inspector_becomes_a_drawer(window, qtbot, settings):
    assert not window.inspector.isVisible()
    window.show_page("train")
    assert window.inspector.isVisible()
    window.toggle_inspector()
    assert not window.inspector.isVisible()
    assert settings.is_inspector_visible is False
    window.toggle_inspector()
    window.resize(1000, 760)
    assert not window.inspector.isVisible()
    qtbot.waitUntil(lambda: window.pages["train"].width() > 800, timeout=1000)
    window.toggle_inspector()
    assert window.inspector.isVisible()
    assert window.inspector.geometry().right() == window.stack.geometry().right()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.inspector.isVisible()


def test_the_drawer_leaves_buttons_and_messages_in_reach(window, qtbot, session):
    window.show_page("train")
    window.resize(1000, 700)
    window.toggle_inspector()
    page, area = window.page, window.centralWidget()

    def is_below(widget):
        bottom = widget.mapTo(area, widget.rect().bottomLeft()).y()
        return window.inspector.geometry().top() > bottom

    assert is_below(page.head)
    session.error.emit(StudioError(reason="Something"))
    qtbot.waitUntil(lambda: page.banner.isVisible() and is_below(page.banner), timeout=1000)
    page.banner.clear()
    qtbot.waitUntil(lambda: window.inspector.geometry().top() < 100, timeout=1000)
    assert is_below(page.head)
    window.resize(1000, 600)
    bottom = window.status.geometry().top()
    qtbot.waitUntil(lambda: window.inspector.geometry().bottom() == bottom - 1, timeout=1000)


def test_with_large_text_the_words_of_the_status_bar_keep_their_room(window, qtbot, session):
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    window.resize(1240, 740)
    session.settings.set(text_scale=2.0)
    theme.restyle("light", 2.0)
    try:
        step, left, bar = window.status.step, window.status.left, window.status.bar
        qtbot.waitUntil(lambda: step.width() >= step.sizeHint().width())
        assert not bar.geometry().intersects(left.geometry())
    finally:
        theme.restyle("light", 1.0)


def test_the_status_bar_follows_the_run(window, qtbot, session, engine):
    assert window.status.device.text() == "Ready"
    engine.script = [
        started(total_steps=20_000, precision="bf16"),
        *(scalars(step) for step in range(0, 12_401, 100)),
    ]
    with qtbot.waitSignal(session.scalars, timeout=3000):
        session.start_training()
    qtbot.waitUntil(lambda: window.status.step.text() == "Step 12,400 of 20,000", timeout=3000)
    assert window.status.device.text() == "CPU · 1 thread · bf16"
    assert window.status.memory.text() == "Memory 412 MB"
    session.progress.emit(3_000_000_000, 6_000_000_000, "mnist")
    assert window.status.bar.value() == 500


# -- Home


@pytest.fixture
def home(window) -> HomePage:
    return window.pages["home"]


def test_one_click_trains_and_shows_it(window, qtbot, home, session, engine):
    if not home.quick_cards:
        pytest.skip("there are no quick starts")
    with qtbot.waitSignal(session.run_started, timeout=3000):
        qtbot.mouseClick(home.quick_cards[0], Qt.MouseButton.LeftButton)
    assert type(window.page) is PlainPage
    assert engine.jobs[0].config.model.key == home.quick_cards[0].preset.family


def test_a_click_before_the_engine_is_there_is_carried_out_later(qtbot, new_session, engine):
    home = HomePage(new_session)
    qtbot.addWidget(home)
    if not home.quick_cards:
        pytest.skip("there are no quick starts")
    home.main_action()
    assert home.banner.title == "Starting …"
    with qtbot.waitSignal(new_session.run_started, timeout=3000):
        new_session.start_engine()


def test_a_folder_leads_to_the_data_page(qtbot, home, session, tmp_path, monkeypatch):
    went = []
    session.navigate.disconnect()
    session.navigate.connect(lambda key, payload: went.append((key, payload)))
    monkeypatch.setattr(
        "gan_studio.gui.pages.home.QFileDialog.getExistingDirectory", lambda *args: str(tmp_path)
    )
    home.folder_card.click()
    assert went == [("data", {"folder": tmp_path})]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(__file__), QUrl.fromLocalFile(str(tmp_path))])
    assert folder_in(data) == tmp_path


def test_recent_runs_and_the_offer_to_go_on(qtbot, new_session, folders):
    make_run(folders)
    make_run(folders, "2026-11-19_1000_gan_digits", created="2026-11-19T10:00:00", state="done")
    (folders.runs / "broken" / "checkpoints").mkdir(parents=True)
    # What was trained last counts, not what was begun last.
    os.utime(folders.runs / "2026-11-19_1000_gan_digits" / "manifest.json", (1, 1))
    home = HomePage(new_session)
    qtbot.addWidget(home)
    offers = []
    new_session.offered.connect(offers.append)
    new_session.engine_ready.connect(home.on_engine_ready)
    home.show()
    home.on_shown()
    new_session.start_engine()
    qtbot.waitUntil(lambda: len(home.recent.tiles) == 2 and bool(offers), timeout=3000)
    assert offers[0].title == "Go on with GAN (MLP) · Digits?"
    with qtbot.waitSignal(new_session.run_started, timeout=3000):
        offers[0].on_action()


def test_without_runs_home_says_where_they_will_appear(qtbot, home):
    qtbot.waitUntil(lambda: "click a card" in home.recent._hint.text().lower(), timeout=3000)


# -- Runs


@pytest.fixture
def runs(window, qtbot, folders) -> RunsPage:
    make_run(folders)
    make_run(folders, "2026-11-18_0900_gan_digits", created="2026-11-18T09:00:00",
             state="done", total_steps=500)  # fmt: skip
    damaged = folders.runs / "2026-11-17_0900_gan_digits"
    damaged.mkdir()
    (damaged / "run.toml").write_text("schema = 1\n")
    (damaged / "manifest.json").write_text("{")
    newer = make_run(folders, "2026-11-16_0900_gan_digits", schema=99)
    assert newer.is_dir()
    (folders.runs / "not a run").mkdir()
    window.show_page("runs")
    page = window.pages["runs"]
    qtbot.waitUntil(lambda: len(page.model.runs) == 4, timeout=3000)
    return page


def test_runs_are_listed_newest_first_and_damaged_ones_with_their_reason(runs):
    assert [run.path.name[:10] for run in runs.model.runs] == [
        "2026-11-20", "2026-11-18", "2026-11-17", "2026-11-16",
    ]  # fmt: skip
    assert "cannot be read" in runs.model.runs[2].problem
    assert "newer version" in runs.model.runs[3].problem
    assert runs.selected.path.name == "2026-11-20_1430_gan_digits"
    assert runs.explore_button.isEnabled()
    assert runs.reconstruct_button.isEnabled()  # what a GAN lacks in an encoder is searched for
    runs.table.selectRow(2)
    assert not runs.explore_button.isEnabled()
    assert not runs.resume_button.isEnabled()
    assert runs.delete_button.isEnabled()
    assert "cannot be read" in runs.details._problem.text()
    runs.grab()


def test_runs_are_filtered_and_sorted(runs):
    runs.search.setText("damaged")
    assert runs.filter.rowCount() == 2
    runs.search.setText("nothing like it")
    assert runs.filter.rowCount() == 0
    assert not runs.table.isVisible()
    runs.search.setText("")
    runs.table.sortByColumn(Column.STATE, Qt.SortOrder.AscendingOrder)
    assert runs.filter.index(0, Column.STATE).data() == "damaged"


def test_space_explores_and_a_finished_run_gets_as_many_steps_again(
    window, qtbot, runs, session, engine
):
    qtbot.keyClick(runs.table, Qt.Key.Key_Space)
    assert window.pages["explore"].calls[-1] == {"run_dir": runs.model.runs[0].path}
    window.show_page("runs")
    runs.table.selectRow(1)
    assert runs.resume_button.text() == "Train 500 more"
    with qtbot.waitSignal(session.run_started, timeout=3000):
        runs.resume_button.click()
    assert engine.jobs[0].config.train.steps == 1000


def test_a_run_goes_to_the_trash_and_comes_back(window, qtbot, runs, folders):
    path = runs.selected.path
    qtbot.keyClick(runs.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(runs.model.runs) == 3, timeout=3000)
    assert not path.exists()
    assert (folders.trash / path.name / "manifest.json").is_file()
    assert runs.banner.action_text == "Undo"
    runs.banner._action.click()
    qtbot.waitUntil(lambda: len(runs.model.runs) == 4, timeout=3000)
    assert (path / "manifest.json").is_file()


def test_a_run_that_trains_cannot_be_deleted(runs, qtbot, session, engine):
    path = runs.selected.path
    engine.script = [started(run_dir=str(path))]
    problems = []
    session.error.connect(problems.append)
    with qtbot.waitSignal(session.run_started, timeout=3000):
        session.start_training()
    assert not runs.delete_button.isEnabled()
    session.delete_run(path)
    assert "is being trained" in str(problems[0])
    assert path.is_dir()


def test_a_run_without_a_checkpoint_cannot_be_opened(folders):
    run = run_list.read_summary(make_run(folders, saved=False, state="training"))
    assert not run.can_open
    assert not run.is_interrupted
    assert not run.is_damaged


def test_a_milestone_is_nothing_to_go_on_from(folders):
    path = make_run(folders, state="stopped")
    milestone = path / "checkpoints" / "000512"
    milestone.mkdir()
    (milestone / "state.json").write_text("{}")
    assert run_list.read_summary(path).saved_step == 500


def test_dates_as_people_say_them():
    today = date(2026, 11, 21)
    assert when_was(datetime(2026, 11, 21, 14, 30), today) == "14:30"
    assert when_was(datetime(2026, 11, 20, 14, 30), today) == "yesterday"
    assert when_was(datetime(2026, 11, 2), today) == "2 Nov"
    assert when_was(datetime(2025, 11, 2), today) == "Nov 2025"


# -- banners, settings, help


def test_a_banner_shows_the_newest_message_and_copies_details(qtbot, qapp):
    banner = Banner()
    qtbot.addWidget(banner)
    done = []
    banner.show_message(
        "error", "Gone.", "<b>not</b> markup", "Mend", "trace", lambda: done.append(1)
    )
    assert "&lt;b&gt;" in banner._text.text()
    banner._copy.click()
    assert qapp.clipboard().text().endswith("trace")
    banner._action.click()
    assert done == [1]
    assert banner.isHidden()
    banner.show_message("info", "A", "B", "Do")
    with qtbot.waitSignal(banner.action_clicked, timeout=1000):
        banner._action.click()


def test_settings_survive_and_damage_gives_defaults(settings, folders):
    settings.set(theme="dark", text_scale=1.5)
    settings.remember("explore", seed=7)
    again = Settings(folders.settings)
    assert (again.theme, again.text_scale) == ("dark", 1.5)
    assert again.of_page("explore") == {"seed": 7}
    table = json.loads((folders.settings / FILE).read_text())
    (folders.settings / FILE).write_text(json.dumps({**table, "theme": 3, "unknown": 1}))
    assert Settings(folders.settings).theme == "system"
    assert Settings(folders.settings).text_scale == 1.5


@pytest.mark.expects_logs
def test_a_damaged_settings_file_gives_the_defaults(folders):
    folders.settings.mkdir(parents=True)
    (folders.settings / FILE).write_text("{")
    assert Settings(folders.settings).theme == "system"


def test_the_settings_dialog_changes_things_at_once(window, qtbot, session, tmp_path, qapp):
    dialog = SettingsDialog(session, window)
    dialog.theme_box.setCurrentIndex(dialog.theme_box.findData("dark"))
    dialog.scale_box.setCurrentIndex(1)
    assert theme.is_dark()
    assert session.settings.text_scale == 1.25
    dialog.folder_field.setText(str(tmp_path / "elsewhere"))
    dialog.folder_field.editingFinished.emit()
    assert session.folders.runs == tmp_path / "elsewhere"
    window.actions_by_key["smaller"].trigger()
    assert session.settings.text_scale == 1.0
    dialog.close()
    theme.apply_theme(qapp, "light", 1.0)


def test_help_finds_the_page_and_its_links(window, qtbot, tmp_path):
    (tmp_path / "home.md").write_text("# First steps\n\nSee [Runs](runs.md).")
    (tmp_path / "runs.md").write_text("# Runs\n\nTrash.")
    shown = show_help(window, "runs", tmp_path)
    assert "Trash" in shown.browser.toPlainText()
    assert show_help(window, "home", tmp_path) is shown
    assert "First steps" in shown.browser.toPlainText()
    shown.browser._on_anchor_clicked(QUrl("runs.md"))
    assert "Trash" in shown.browser.toPlainText()
    shown.search.setText("trash")
    assert [shown.topics.item(row).isHidden() for row in range(3)] == [True, False, True]
    shown.search.setText("quantum")
    assert "Nothing found" in shown.browser.toPlainText()
    shown.search.setText("trash")
    assert "Trash" in shown.browser.toPlainText()
    shown.open_topic("keys")
    assert "Ctrl+1" in shown.browser.toPlainText()
    shown.close()


def test_about_names_the_versions(window):
    dialog = AboutDialog(window)
    assert "gan-studio" in dialog.versions.text()
    dialog.close()


def test_everything_has_a_name_for_those_who_cannot_see_it(window, runs):
    from PySide6.QtWidgets import QAbstractButton

    nameless = [
        button
        for button in window.findChildren(QAbstractButton)
        if not (button.accessibleName() or button.text() or button.toolTip())
        and type(button).__name__ != "QAbstractButton"
        and not button.objectName().startswith("qt_")
    ]
    assert [(button, button.parent()) for button in nameless if button.isVisible()] == []


def test_the_first_paint_needs_no_torch():
    code = (
        "import sys; from gan_studio.__main__ import main; code = main(['--measure-first-paint']);"
        "heavy = [name for name in ('torch', 'numpy', 'pyqtgraph') if name in sys.modules];"
        "print(heavy); sys.exit(code or len(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[0]) > 0


def test_all_pages_are_there():
    for entry in PAGES:
        page = entry.load()
        assert issubclass(page, Page)
        assert page.key == entry.key
