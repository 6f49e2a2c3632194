"""The Lab page over a real player with tiny nets: what a person does, and what is then shown."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from gan_studio.core.paths import resources_dir
from gan_studio.gui.pages.lab import LabPage
from gan_studio.gui.pages.lab.drawing import Spray, keep_text
from gan_studio.gui.pages.lab.lesson_maker import GROUPS, LessonDialog, Wording
from gan_studio.gui.pages.lab.take_away import film_steps
from gan_studio.jobs.lab import commands as do
from gan_studio.jobs.lab.frame import Stage
from tests.gui.fakes import file_drop

pytestmark = pytest.mark.gui


@pytest.fixture
def page(lab_page):
    return lab_page


def until(qtbot, condition, timeout=10_000):
    qtbot.waitUntil(condition, timeout=timeout)


def errors_of(session):
    problems = []
    session.error.connect(problems.append)
    return problems


def test_space_plays_and_pauses(qtbot, page):
    page.main_action()
    until(qtbot, lambda: page.frame.newest_step > 20)
    assert page.main.text() == "Pause"
    assert any("step" in chip for chip in page.head.chips())
    page.main_action()
    until(qtbot, lambda: not page.frame.is_playing)
    assert page.main.text() == "Play"


def test_single_steps(qtbot, page):
    page.step.click()
    until(qtbot, lambda: page.frame.newest_step == 1)
    before = page.frame.games[0].line.judged
    page.step_d.click()
    until(qtbot, lambda: (page.frame.games[0].line.judged != before).any())
    assert page.frame.newest_step == 1


def test_slow_motion_lights_and_explains(qtbot, page):
    seen = []
    for stage in Stage:
        page.walk.click()
        until(qtbot, lambda wanted=stage: page.frame.stage is wanted)
        seen.append(page.stage.sentence.text())
        assert page.stage.panes[0].line.lit
    assert len(set(seen)) == 5
    page.main_action()
    until(qtbot, lambda: page.frame.stage is None)
    assert not page.stage.panes[0].line.lit


def test_the_past_is_shown_and_gone_on_from(qtbot, page):
    page.main_action()
    until(qtbot, lambda: page.frame.newest_step > 40)
    page.main_action()
    until(qtbot, lambda: not page.frame.is_playing)
    newest = page.frame.newest_step
    page.timeline.track.moved.emit(10 / newest)
    until(qtbot, lambda: page.frame.is_past and page.frame.games[0].step == 10)
    assert page.main.text() == "Play from here"
    QTest.keyClick(page, Qt.Key.Key_Left)
    until(qtbot, lambda: page.frame.games[0].step == 9)
    page.timeline.newest.click()
    until(qtbot, lambda: not page.frame.is_past)
    assert page.frame.newest_step == newest


def test_settings_change_while_it_plays(qtbot, page):
    page.main_action()
    until(qtbot, lambda: page.frame.newest_step > 5)
    page.setup.model.row("loss").pick.set_value("hinge")
    page.setup.model.row("loss")._on_picked()
    until(qtbot, lambda: page.frame.configs[0].model.options.loss.key == "hinge")
    assert page.frame.newest_step > 5
    until(qtbot, lambda: page.view.beliefs.spec.title == "What D puts out")
    assert page.setup.config().model.options.loss.key == "hinge"


def test_the_plane_has_its_own_arrangement(qtbot, page):
    page.setup.space.set_value("points_2d")
    page.setup._on_space_changed()
    until(qtbot, lambda: page.frame.games[0].plane is not None)
    assert page.frame.configs[0].model.options.latent_dim == 2
    until(qtbot, lambda: "of 8" in page.view.numbers._labels[3][1].text())
    estimate, spec = page.frame.games[0].plane.estimate, page.view.divergence.spec
    assert spec.references[0].value == estimate.floor
    assert (spec.band.low, spec.band.high) == (estimate.low, estimate.high)
    page.setup.shape.set_value("moons")
    page.setup._on_shape_changed()
    until(qtbot, lambda: page.frame.configs[0].data.options.shape == "moons")
    assert not page.grab().isNull()


def test_two_games(qtbot, page):
    page.compare.click()
    until(qtbot, lambda: len(page.frame.games) == 2)
    page.setup.model.row("loss").pick.set_value("minimax")
    page.setup.model.row("loss")._on_picked()
    until(qtbot, lambda: page.frame.configs[1].model.options.loss.key == "minimax")
    assert page.frame.configs[0].model.options.loss.key == "non_saturating"
    until(qtbot, lambda: "minimax" in page.stage.panes[1].words.text())
    page.setup.side.set_value(0)
    page.setup.side_chosen.emit()
    assert page.setup.config().model.options.loss.key == "non_saturating"
    page.compare.click()
    until(qtbot, lambda: len(page.frame.games) == 1)


def test_a_failure_and_its_cure(qtbot, page):
    page.menu.fill()
    from gan_studio.lab.museum import load_museum

    exhibit = next(iter(load_museum(resources_dir() / "museum").values()))
    page.menu.exhibit_chosen.emit(exhibit)
    until(qtbot, lambda: page.frame.configs[0].data.options.shape == "ring")
    assert exhibit.title in page.story.shown_text()
    until(qtbot, lambda: page.frame.is_playing)
    page.story.action.click()
    until(qtbot, lambda: page.frame.configs[0].model.options.loss.key == "relativistic")
    assert exhibit.cure_title in page.story.shown_text()
    page.story.close_button.click()
    assert page.story.isHidden()


LESSON = {
    "schema": 1,
    "title": "A lesson",
    "summary": "For the test.",
    "config": {
        "model": {"name": "small_gan", "latent_dim": 1,
                  "generator": {"depth": 1, "width": 5}, "discriminator": {"depth": 1, "width": 5}},
        "data": {"name": "points_1d", "shape": "gaussian", "count": 200},
        "train": {"batch_size": 16, "threads": 1, "ema_half_life": 0.0, "sample_every": 0},
    },
    "start_step": 3,
    "hidden": ["loss", "compare", "museum", "time"],
    "pages": [
        {"text": "Look.", "do": "play", "button": "Play a little", "until_step": 8},
        {"text": "Think.", "ask": {"question": "What now?", "options": ["Up", "Down"],
                                   "answer": 1, "reveal": "Because."}},
        {"text": "Changed.", "change": {"model": {"loss": "hinge"}}},
    ],
}  # fmt: skip


@pytest.fixture
def lesson_file(tmp_path) -> Path:
    path = tmp_path / "lesson.json"
    path.write_text(json.dumps(LESSON))
    return path


def test_a_lesson_leads_through_its_pages(qtbot, page, lesson_file):
    page.receive(lesson=lesson_file)
    until(qtbot, lambda: page.frame.newest_step == 3)
    assert "Look." in page.story.shown_text()
    assert page.compare.isHidden()
    assert page.setup.model.row("loss").isHidden()
    page.story.action.click()
    until(qtbot, lambda: page.frame.newest_step == 8 and not page.frame.is_playing)
    page.story.next.click()
    assert not page.story.next.isEnabled()  # first a guess
    page.story.answers[0].click()
    assert "Not quite: Down." in page.story.shown_text()
    page.story.next.click()
    until(qtbot, lambda: page.frame.configs[0].model.options.loss.key == "hinge")
    page.story.back.click()
    assert "Because." in page.story.shown_text()
    page.story.close_button.click()
    assert not page.compare.isHidden()
    assert not page.setup.model.row("loss").isHidden()


def test_return_goes_through_a_lesson(qtbot, page, lesson_file):
    page.receive(lesson=lesson_file)
    until(qtbot, lambda: page.frame.newest_step == 3)
    page.story._on_return()
    until(qtbot, lambda: page.frame.newest_step == 8 and not page.frame.is_playing)
    page.story._on_return()  # what is done is not done again
    qtbot.wait(50)
    assert page.frame.newest_step == 8
    page.story.next.click()
    page.story._on_return()  # there is nothing to press before the question is answered
    assert "Think." in page.story.shown_text()
    page.story.answers[1].click()
    page.story._on_return()
    assert "Changed." in page.story.shown_text()


def test_no_page_is_turned_while_its_game_is_on_its_way(qtbot, page, lesson_file):
    lesson = json.loads(lesson_file.read_text())
    lesson["pages"][0]["until_step"] = 1_000_000
    lesson_file.write_text(json.dumps(lesson))
    page.receive(lesson=lesson_file)
    until(qtbot, lambda: page.frame.newest_step == 3)
    page.story.action.click()
    until(qtbot, lambda: page.frame.is_playing and not page.story.next.isEnabled())
    at_once = page.frame.newest_step
    page.story.next.click()
    assert "Look." in page.story.shown_text()
    page.main_action()
    until(qtbot, lambda: page.story.next.isEnabled())
    assert at_once <= page.frame.newest_step < 1_000_000
    page.story.next.click()
    assert "Think." in page.story.shown_text()


def test_a_failure_waits_to_be_looked_at_and_can_be_shown_again(qtbot, page):
    from gan_studio.lab.museum import load_museum

    exhibit = load_museum(resources_dir() / "museum")["cycling"]
    page.menu.exhibit_chosen.emit(exhibit)
    steps = exhibit.after_steps
    until(qtbot, lambda: page.frame.newest_step == steps and not page.frame.is_playing, 30_000)
    page.story.action.click()
    until(qtbot, lambda: page.frame.newest_step > steps)
    page.main_action()
    assert "failure" in page.story.action.text()
    page.story.action.click()
    until(qtbot, lambda: exhibit.title in page.story.shown_text())
    until(qtbot, lambda: page.frame.newest_step < steps)


def test_after_a_story_the_page_has_the_keys(qtbot, page, lesson_file):
    page.receive(lesson=lesson_file)
    page.activateWindow()
    page.story.close_button.setFocus()
    page.story.close_button.click()
    assert page.focusWidget() is None or page.focusWidget() is page


def test_a_lesson_that_waited_shows_its_settings(qtbot, session, lesson_file):
    page = LabPage(session)
    qtbot.addWidget(page)
    page.show()
    page.receive(lesson=lesson_file)  # as from the command line: before there is a game
    page.on_engine_ready()
    until(qtbot, lambda: page.frame is not None and page.frame.games[0].step == 3)
    assert page.setup.config() == page.frame.configs[0]
    assert page.setup.config().model.options.generator.width == 5
    page.bridge.close()


def test_a_lesson_with_points_of_its_own_is_handed_out_whole(qtbot, page, session, tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("\n".join(f"{i % 7}" for i in range(60)))
    page.receive(lesson=table)  # a table on the command line is data
    until(qtbot, lambda: page.frame.configs[0].data.key == "points")
    folder, moved = tmp_path / "one", tmp_path / "another"
    folder.mkdir()
    page.lesson_maker.save(page.frame, 20.0, Wording("Mine", "Text."), folder / "mine.json")
    assert json.loads((folder / "mine.json").read_text())["config"]["data"]["path"] == "mine.csv"
    folder.rename(moved)
    page.bridge.send(do.Begin(session.engine.lab_config({})))
    until(qtbot, lambda: page.frame.configs[0].data.key != "points")
    page.receive(lesson=moved / "mine.json")
    until(qtbot, lambda: page.frame.configs[0].data.key == "points")
    assert (moved / "mine.csv").read_text() == table.read_text()


def test_a_lesson_whose_points_are_missing_is_not_told(qtbot, page, session, lesson_file):
    problems = errors_of(session)
    lesson = json.loads(lesson_file.read_text())
    lesson["config"]["data"] = {"name": "points", "path": "gone.csv"}
    lesson_file.write_text(json.dumps(lesson))
    page.receive(lesson=lesson_file)
    until(qtbot, lambda: bool(problems))
    assert "gone.csv" in str(problems[0])
    assert page.story.isHidden()


def dropped(page, path):
    with file_drop(path) as event:
        page.dropEvent(event)


def test_a_lesson_can_be_dropped_and_a_bad_one_is_explained(qtbot, page, session, lesson_file):
    problems = errors_of(session)
    dropped(page, lesson_file)
    assert not page.story.isHidden()
    lesson_file.write_text('{"schema": 1, "titel": "x"}')
    dropped(page, lesson_file)
    assert "titel" in problems[0].sentence()


def test_points_from_a_file_and_from_the_clipboard(qtbot, page, session, tmp_path):
    problems = errors_of(session)
    table = tmp_path / "points.csv"
    table.write_text("x,y\n" + "\n".join(f"{i % 7},{i % 5}" for i in range(60)))
    dropped(page, table)
    until(qtbot, lambda: page.frame.configs[0].data.key == "points")
    assert page.frame.games[0].plane is not None
    QGuiApplication.clipboard().setText("\n".join(str(i % 9) for i in range(50)))
    QTest.keyClick(page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: page.frame.games[0].line is not None)
    table.write_text("1,2\n3,zwei\n")
    dropped(page, table)
    until(qtbot, lambda: bool(problems))
    assert "2" in problems[0].sentence()  # the row
    assert page.frame.games[0].line is not None


def test_points_that_are_drawn_become_the_data(qtbot, page):
    page.setup.space.set_value("points_2d")
    page.setup._on_space_changed()
    until(qtbot, lambda: page.frame.games[0].plane is not None)
    page.setup.draw.click()
    scene = page.stage.panes[0].scene
    middle = scene.rect().center()
    QTest.mousePress(scene, Qt.MouseButton.LeftButton, pos=middle)
    for move in range(5):
        QTest.mouseMove(scene, middle + QPoint(4 * move, 0))
    assert len(scene.sprayed()) >= 24
    scene.grab()
    QTest.mouseRelease(scene, Qt.MouseButton.LeftButton, pos=middle)
    until(qtbot, lambda: page.frame.configs[0].data.key == "points")
    first = page.frame.configs[0].data.options.path
    QTest.mousePress(scene, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 40))
    QTest.mouseRelease(scene, Qt.MouseButton.LeftButton, pos=middle)
    until(qtbot, lambda: page.frame.configs[0].data.options.path != first)
    both = Path(page.frame.configs[0].data.options.path).read_text()
    assert both.startswith(Path(first).read_text())  # a second stroke adds to the first
    assert page.setup.draw.isChecked()
    page.setup.draw.click()
    assert page.stage.sentence.isHidden()
    assert Path(page.frame.configs[0].data.options.path).is_file()


def test_take_away(qtbot, page, tmp_path):
    from PIL import Image

    page.main_action()
    until(qtbot, lambda: page.frame.newest_step > 30)
    page.main_action()
    until(qtbot, lambda: not page.frame.is_playing)
    for kind, name in (("png", "a.png"), ("curves", "c.csv"), ("points", "p.csv")):
        page.exporter.save(kind, tmp_path / name)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size[0] > 200
    assert (tmp_path / "c.csv").read_text().splitlines()[0].startswith("step,")
    assert (
        len((tmp_path / "p.csv").read_text().splitlines()) == 1 + 20 + 48
    )  # a tenth of 200 is held out
    newest = page.frame.newest_step
    page.exporter.save("gif", tmp_path / "f.gif")
    until(qtbot, lambda: (tmp_path / "f.gif").is_file() and "f.gif" in page.banner.text, 30_000)
    with Image.open(tmp_path / "f.gif") as film:
        assert film.n_frames == len(film_steps(newest))
    until(qtbot, lambda: not page.frame.is_past)
    assert page.frame.newest_step == newest


def test_what_cannot_be_written_is_said(page, session, tmp_path):
    problems = errors_of(session)
    page.exporter.save("curves", tmp_path / "nowhere" / "c.csv")
    assert "c.csv cannot be written" in problems[0].sentence()


def test_a_change_that_is_refused_shows_what_is_played(qtbot, page, session):
    problems = errors_of(session)
    from gan_studio.core.schema_io import assign

    page.bridge.send(do.Change(assign(page.frame.configs[0], ["data=digits"])))
    until(qtbot, lambda: bool(problems))
    assert page.setup.config() == page.frame.configs[0]


def test_hidden_it_waits(qtbot, page):
    page.main_action()
    until(qtbot, lambda: page.frame.is_playing)
    page.on_hidden()
    until(qtbot, lambda: not page.frame.is_playing)
    step = page.frame.newest_step
    qtbot.wait(50)
    assert page.frame.newest_step == step


def test_a_spray_is_bounded_and_the_same_text_has_the_same_name(tmp_path):
    spray = Spray()
    for _ in range(2000):
        spray.add((0.0, 0.0), 1.0)
    assert len(spray.points) == 20_000
    assert keep_text("1\n2\n", tmp_path) == keep_text("1\n2\n", tmp_path)


def test_a_benchmark_is_played_with_its_average(qtbot, page):
    page.menu.fill()
    from gan_studio.core.presets import load_presets

    preset = load_presets(resources_dir() / "presets")["lab_grid"]
    page.menu.preset_chosen.emit(preset)
    until(qtbot, lambda: page.frame.configs[0].data.options.shape == "grid")
    until(qtbot, lambda: page.bridge._player._games[0].is_averaged)
    assert preset.expects in page.story.shown_text()
    page.main_action()


def test_a_story_ends_a_comparison_and_shows_its_speed(qtbot, page, tmp_path):
    page.compare.click()
    until(qtbot, lambda: len(page.frame.games) == 2)
    path = tmp_path / "slow.json"
    path.write_text(json.dumps({**LESSON, "speed": 20}))
    page.receive(lesson=path)
    until(qtbot, lambda: len(page.frame.games) == 1 and page.frame.newest_step == 3)
    assert not page.compare.isChecked()
    assert page.setup.side_row.isHidden()
    assert page.timeline.speed.value() == 20
    until(qtbot, lambda: page.setup.config() == page.frame.configs[0])


def test_curves_that_do_not_fit_go_the_last_one_first(qtbot, page):
    view = page.view
    shown = lambda: [not plot.isHidden() for plot in view.plots]  # noqa: E731
    page.resize(1500, 800)
    until(qtbot, lambda: shown() == [True, True, True])
    page.resize(900, 800)
    until(qtbot, lambda: shown() == [True, True, False])
    on_the_plane(qtbot, page)
    page.resize(1200, 560)
    until(qtbot, lambda: shown()[1:] == [False, False])
    page.resize(1200, 1000)
    until(qtbot, lambda: shown() == [True, True, True])
    page.setup.model.row("loss").pick.set_value("hinge")  # has no value V(D, G)
    page.setup.model.row("loss")._on_picked()
    until(qtbot, lambda: shown() == [True, True, False])
    assert view.beliefs.spec.title == "What D puts out"


def test_in_a_low_window_a_line_has_its_numbers_beside_it(qtbot, page):
    view = page.view
    page.resize(1000, 760)
    until(qtbot, lambda: view.numbers.y() > view.stage.y())
    page.resize(1000, 560)
    until(qtbot, lambda: view.numbers.x() > view.stage.x() and view.numbers.y() == view.stage.y())
    assert view.stage.panes[0].line.height() >= view.stage.panes[0].line.minimumHeight()
    page.compare.click()
    until(qtbot, lambda: len(page.frame.games) == 2)
    assert view.numbers.y() > view.stage.y()


# --- what is drawn, and lessons of one's own -----------------------------------------------------


def on_the_plane(qtbot, page):
    page.setup.space.set_value("points_2d")
    page.setup._on_space_changed()
    until(qtbot, lambda: page.frame.games[0].plane is not None)


def count_of_shapes(scene):
    return sum(item.isVisible() for item in scene.canvas.scene().items())


def test_lattice_and_arrows_are_drawn_or_not(qtbot, page):
    assert not page.stage.menu.lattice.isEnabled()  # on a line there is none
    on_the_plane(qtbot, page)
    until(qtbot, lambda: page.stage.menu.lattice.isEnabled())
    scene = page.stage.panes[0].plane
    whole = count_of_shapes(scene)
    page.stage.menu.lattice.trigger()
    assert count_of_shapes(scene) == whole - 1
    page.stage.menu.pushes.trigger()
    assert count_of_shapes(scene) == whole - 2
    page.stage.menu.lattice.trigger()
    assert count_of_shapes(scene) == whole - 1


def test_the_average_is_shown_where_there_is_one(qtbot, page):
    average = page.stage.menu.average
    assert not average.isEnabled()
    config = page.session.engine.lab_config({"train": {"ema_half_life": 10.0}})
    page.bridge.send(do.Begin(config, 5))
    until(qtbot, lambda: average.isEnabled())
    itself = page.frame.games[0].line.fake_points
    average.trigger()
    until(qtbot, lambda: page.frame.is_averaged)
    assert average.isChecked()
    assert (page.frame.games[0].line.fake_points != itself).any()


def test_the_state_becomes_a_lesson(qtbot, page, tmp_path):
    page.bridge.send(do.Begin(page.session.engine.lab_config({"train": {"seed": 5}}), 7))
    until(qtbot, lambda: page.frame.games[0].step == 7)
    shown = page.frame.games[0].line.fake_points
    path = tmp_path / "mine.json"
    page.lesson_maker.save(page.frame, 20.0, Wording("Mine", "Look **here**.", ("data",)), path)
    assert path.stat().st_size < 10_000
    page.bridge.send(do.Reset(seed=9))
    until(qtbot, lambda: page.frame.configs[0].train.seed == 9)
    assert page.banner.title == "Saved."
    page.receive(lesson=path)
    assert not page.banner.kind  # it told of another game
    until(qtbot, lambda: page.frame.games[0].step == 7 and page.frame.configs[0].train.seed == 5)
    assert (page.frame.games[0].line.fake_points == shown).all()
    assert "Mine" in page.story.shown_text()
    assert page.timeline.steps_per_s == pytest.approx(20.0)
    assert page.setup._data_rows[0].isHidden()
    assert page.setup.shape_row.isHidden()


def test_a_lesson_that_begins_later_has_its_curves_from_the_start(qtbot, page, session, tmp_path):
    path = tmp_path / "mine.json"
    page.bridge.send(do.Begin(session.engine.lab_config({"train": {"seed": 5}}), 250))
    until(qtbot, lambda: page.frame.games[0].step == 250)
    page.lesson_maker.save(page.frame, 20.0, Wording("Mine", "Text."), path)
    again = LabPage(session)
    qtbot.addWidget(again)
    again.resize(1000, 700)
    again.show()
    again.receive(lesson=path)  # as from the command line: before there is a game
    again.on_engine_ready()
    until(qtbot, lambda: again.frame is not None and again.frame.games[0].step == 250)
    history = again.view.recorder.history
    steps, values = history["d/real"].points()
    assert (steps[0], steps[-1]) == (0, 250)
    assert len(steps) > 100
    assert again.view.beliefs.has_history
    assert len(history["jsd"]) == len(steps)
    # Another game begins with its own curves, not with those of the one before.
    page.bridge.send(do.Begin(session.engine.lab_config({"train": {"seed": 6}}), 20))
    until(qtbot, lambda: page.frame.games[0].step == 20)
    assert page.view.recorder.history["d/real"].points()[1][0] != values[0]
    again.bridge.close()


def test_a_lesson_that_cannot_be_written_is_named(page, session, tmp_path):
    problems = errors_of(session)
    page.lesson_maker.save(page.frame, 20.0, Wording("Mine", "Text."), tmp_path / "no" / "a.json")
    assert "a.json" in str(problems[0])


def test_the_dialog_says_what_is_missing(qtbot, page):
    dialog = LessonDialog(page.frame, page)
    qtbot.addWidget(dialog)
    assert "title" in dialog.problem
    dialog._title.setText("Mine")
    assert "text" in dialog.problem
    dialog._text.setPlainText("word " * 61)
    assert "60" in dialog.problem
    dialog._text.setPlainText("A few words.")
    assert not dialog.problem
    dialog._shown["data"].setChecked(False)
    assert dialog.wording() == Wording("Mine", "A few words.", ("data", "museum"))


def test_every_group_of_controls_has_words():
    from gan_studio.lab.lessons import CONTROLS

    assert set(GROUPS) == set(CONTROLS)
