import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRect

from gan_studio.core.config import RunConfig
from gan_studio.core.events import (
    Failed,
    Finished,
    ParameterChanged,
    RunState,
    SamplesReady,
    StateChanged,
)
from gan_studio.core.presets import Preset
from gan_studio.core.schema import default_plug
from gan_studio.core.schema_io import from_plain, replace_path
from gan_studio.gui import theme
from gan_studio.gui.pages.train import TrainPage, drafts
from gan_studio.gui.pages.train.buttons import Main, Situation, buttons_for
from gan_studio.gui.pages.train.sheets import read_sheet, steps_in
from gan_studio.gui.pages.train.view import PLAYERS
from gan_studio.gui.plots.series import History
from gan_studio.jobs.sinks import save_grid
from tests.gui.fakes import scalars, started

pytestmark = pytest.mark.gui

GAN = Preset(
    "g", "Good", "gan", "It works.", "A minute.",
    {"model": {"name": "gan", "penalties": {"r1": {}}}, "train": {"steps": 500}}, 1,
)  # fmt: skip
PLAIN = Preset("p", "Plain", "gan", "", "", {"model": {"name": "gan"}, "train": {"steps": 50}})
CODER = Preset(
    "a", "Two", "autoencoder", "", "Blurry.",
    {"model": {"name": "autoencoder"}, "data": {"name": "digits"}, "train": {"steps": 7}},
)  # fmt: skip
PRESETS = {preset.key: preset for preset in (GAN, PLAIN, CODER)}


@pytest.fixture
def real_session(new_session, engine, qtbot, monkeypatch):
    engine.config = lambda plain: from_plain(RunConfig, plain)
    monkeypatch.setattr(new_session, "presets", lambda: PRESETS)
    with qtbot.waitSignal(new_session.engine_ready, timeout=3000):
        new_session.start_engine()
    return new_session


@pytest.fixture
def page(qtbot, real_session):
    page = TrainPage(real_session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.resize(900, 700)
    page.show()
    return page


def pictures(count=64, value=7):
    return np.full((count, 1, 28, 28), value, np.uint8)


def run_script(qtbot, page, engine, *events, holds=True):
    """Train with a run that says these events, up to the state that they lead to."""
    engine.script, engine.holds = list(events), holds
    page.main_action()


def test_before_a_run_the_page_says_what_to_do(page):
    assert page.main.text() == "Train"
    assert page.main.isEnabled()
    assert not page.stop.isEnabled()
    assert "Nothing is being trained" in page.view.pictures._hint.text()
    assert page.head.chips() == ["GAN (MLP)", "Digits", "seed 1"]


def test_the_page_waits_for_the_engine(qtbot, new_session, engine):
    page = TrainPage(new_session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    assert not page.form.is_ready
    page.main_action()
    assert "as soon as" in page.view.pictures._hint.text()
    engine.config = lambda plain: from_plain(RunConfig, plain)
    with qtbot.waitSignal(new_session.engine_ready, timeout=3000):
        new_session.start_engine()
    page.on_engine_ready()
    assert page.form.is_ready
    assert len(engine.jobs) == 1


def test_a_run_is_shown_while_it_goes_on(qtbot, page, engine):
    run_script(
        qtbot, page, engine,
        started(), StateChanged(0, 0.0, RunState.TRAINING),
        *[scalars(i, loss__discriminator=0.5, loss__generator=1.5, d__real=0.7, d__fake=0.2,
                  value=-0.9, jsd=0.24) for i in range(1, 30)],
        SamplesReady(29, 1.0, images=pictures()),
    )  # fmt: skip
    qtbot.waitUntil(lambda: page.view.pictures.grid.count() == 64, timeout=3000)
    assert page.main.text() == "Pause"
    assert page.step_buttons["generator"].isEnabled()
    assert not page.step_buttons["generator"].isHidden()
    assert page.step_buttons[""].isHidden()
    assert page.view.losses.legend_text() == "D 0.500, G 1.500"
    assert page.view.beliefs.plot is not None
    qtbot.waitUntil(lambda: "0.240" in page.view.distance._note.text(), timeout=3000)
    assert not page.form.live.isHidden()
    assert not page.form.form.row("train.steps").editor.isEnabled()


def test_pause_step_and_resume(qtbot, page, engine, real_session):
    run_script(qtbot, page, engine, started(), StateChanged(0, 0.0, RunState.TRAINING))
    qtbot.waitUntil(lambda: page.main.text() == "Pause", timeout=3000)
    page.step_buttons["discriminator"].click()
    qtbot.waitUntil(lambda: page.main.text() == "Resume", timeout=3000)
    page.step_buttons["generator"].click()
    qtbot.waitUntil(lambda: len(engine.jobs[0].commands) == 2, timeout=3000)
    assert [item.phase for item in engine.jobs[0].commands] == ["discriminator", "generator"]
    page.main_action()
    qtbot.waitUntil(lambda: page.main.text() == "Pause", timeout=3000)


def test_rates_move_while_it_trains(qtbot, page, engine):
    run_script(qtbot, page, engine, started(), StateChanged(0, 0.0, RunState.TRAINING))
    qtbot.waitUntil(lambda: not page.form.live.isHidden(), timeout=3000)
    slider = page.form.live.slider("rate/generator")
    slider._choose(4e-4)
    qtbot.waitUntil(lambda: bool(engine.jobs[0].commands), timeout=3000)
    command = engine.jobs[0].commands[0]
    assert command.name == "rate/generator"
    assert command.value == pytest.approx(4e-4)
    page._on_notice(ParameterChanged(5, 0.1, "rate/discriminator", 1e-4, 2e-4))
    assert page.form.live.slider("rate/discriminator").value() == pytest.approx(1e-4)


def test_a_finished_run_offers_what_comes_next(qtbot, page, engine, real_session):
    went = []
    real_session.navigate.connect(lambda key, payload: went.append(key))
    run_script(
        qtbot, page, engine, started(run_dir="a run"), Finished(1000, 62.0, totals={"seconds": 62})
    )
    qtbot.waitUntil(lambda: page.main.text() == "Train again", timeout=3000)
    assert page.banner.title == "Done."
    assert "1,000 steps in 1 min 2 s" in page.banner.text
    page.banner._action.click()
    assert went == ["explore"]
    assert page.form.live.isHidden()
    assert page.form.form.row("train.steps").editor.isEnabled()


def test_a_changed_form_trains_again_with_these(qtbot, page, engine, real_session):
    run_script(qtbot, page, engine, started(), Finished(1000, 1.0))
    qtbot.waitUntil(lambda: page.main.text() == "Train again", timeout=3000)
    field = page.form.form.row("train.batch_size").editor
    field.set_value(32)
    field.changed.emit()
    assert page.main.text() == "Train again with these"
    assert real_session.config.train.batch_size == 32


def test_a_stopped_run_can_go_on(qtbot, page, engine):
    run_script(
        qtbot, page, engine, started(run_dir="a run"), scalars(10, loss__generator=1.0),
        StateChanged(0, 0.0, RunState.TRAINING),
    )  # fmt: skip
    qtbot.waitUntil(lambda: page.main.text() == "Pause", timeout=3000)
    page.stop.click()
    qtbot.waitUntil(lambda: page.main.text() == "Resume", timeout=3000)
    assert not page.again.isHidden()
    assert page.stop.isHidden()
    assert page.banner.title == "Stopped and saved."
    assert "Resume goes on to step 1,000" in page.banner.text


def test_the_focus_does_not_jump_when_a_run_begins(qtbot, page, engine):
    page.main.setFocus()
    run_script(qtbot, page, engine, started())
    qtbot.waitUntil(lambda: page.main.text() == "Pause", timeout=3000)
    assert page.focusWidget() in (None, page, page.main)


def test_other_data_puts_the_ended_run_aside(qtbot, page, engine, real_session):
    run_script(qtbot, page, engine, started(), scalars(5, loss__generator=1.0), Finished(1000, 1.0))
    qtbot.waitUntil(lambda: page.main.text() == "Train again", timeout=3000)
    assert page.head.chips()[1] == "Digits"
    page.receive(data=("mnist", default_plug("dataset", "mnist").options))
    assert page.main.text() == "Train"
    assert page.head.chips()[1] != "Digits"
    assert page.banner.isHidden()
    assert page.view.losses.legend_text() == "" or page.view.losses._legend.isHidden()
    run_script(qtbot, page, engine, started(), StateChanged(0, 0.0, RunState.TRAINING))
    qtbot.waitUntil(lambda: page.main.text() == "Pause", timeout=3000)


def test_the_preset_comes_before_the_familys_options(page):
    first = page.form.form.row("model").pick
    steps = [page.form._pick]
    while steps[-1] is not first and len(steps) < 20:
        steps.append(steps[-1].nextInFocusChain())
    assert steps[-1] is first


def test_a_promise_is_shown_only_for_the_data_it_was_measured_on(page, real_session):
    page.form.show_config(from_plain(RunConfig, CODER.values))
    assert page.form._expects.text() == CODER.expects
    mnist = replace(page.form.config(), data=default_plug("dataset", "mnist"))
    page.form.show_config(mnist)
    assert page.form._expects.text() == ""


def test_a_failed_run_leaves_the_page_usable(qtbot, page, engine):
    run_script(qtbot, page, engine, Failed(0, 0.1, message="No.", hint="Yes."))
    qtbot.waitUntil(lambda: page.main.isEnabled(), timeout=3000)
    assert page.strip.isHidden()
    assert "Nothing is being trained" in page.view.pictures._hint.text()


def test_preparing_shows_progress_and_can_be_cancelled(qtbot, page, engine, real_session):
    run_script(qtbot, page, engine)
    qtbot.waitUntil(lambda: not page.strip.isHidden(), timeout=3000)
    real_session.progress.emit(12_300_000, 31_000_000, "download")
    assert page.strip.words == "Downloading: 12.3 of 31.0 MB"
    assert not page.main.isEnabled()
    with qtbot.waitSignal(real_session.run_ended, timeout=3000):
        page.strip._cancel.click()


def test_an_autoencoder_shows_copies_and_its_error(qtbot, page, engine, real_session):
    real_session.set_draft(from_plain(RunConfig, {"model": {"name": "autoencoder"}}))
    assert page.view.pictures._title.text() == "Originals above their copies"
    assert not page.view.error.isHidden()
    assert page.view.beliefs.isHidden()
    assert not page.step_buttons[""].isHidden()
    assert page.step_buttons["generator"].isHidden()


def test_a_vae_shows_its_bound_in_place_of_its_loss(page):
    page.view.arrange(("autoencoder",), is_game=False, copies=False, encodes=True)
    assert not page.view.losses.isHidden()
    history = History()
    page.view.follow(history)
    assert page.view.bound.isHidden()
    history.add([scalars(1, elbo=-300.0, reconstruction=290.0, kl=10.0, mse=0.1)])
    page.view.refresh()
    view = page.view
    for card in (view.error, view.bound, view.parts):
        assert not card.isHidden()
    for card in (view.losses, view.beliefs, view.units, view.distance):
        assert card.isHidden()
    view.follow(None)
    assert view.bound.isHidden()
    assert not view.losses.isHidden()


def test_use_of_z_is_shown_where_it_is_reported(page):
    page.view.arrange(("autoencoder",), is_game=False, copies=True)
    history = History()
    history.add([scalars(1, mse=0.1, dead=0.25, used=0.1)])
    page.view.follow(history)
    assert not page.view.units.isHidden()
    assert page.view.bound.isHidden()
    assert page.view.losses.isHidden()


def test_spoilt_pictures_are_called_so(page):
    page.view.arrange(("autoencoder",), is_game=False, copies=True, restores=True)
    assert page.view.pictures._title.text() == "Spoilt pictures above what is made of them"
    assert [mark.words for mark in page.view.pictures.grid._row_marks] == ["spoilt", "copy"]


def test_an_adversarial_autoencoder_shows_its_error_and_its_game(page):
    phases = ("autoencoder", *PLAYERS)
    page.view.arrange(phases, is_game=True, copies=False, encodes=True)
    for card in (page.view.error, page.view.losses, page.view.beliefs, page.view.distance):
        assert not card.isHidden()


def test_a_page_made_late_catches_up(qtbot, real_session, engine):
    engine.script = [
        started(), StateChanged(0, 0.0, RunState.TRAINING),
        scalars(5, loss__discriminator=1.0), SamplesReady(5, 1.0, images=pictures()),
    ]  # fmt: skip
    real_session.start_training()
    qtbot.waitUntil(lambda: real_session.run.last_samples is not None, timeout=3000)
    page = TrainPage(real_session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    assert page.main.text() == "Pause"
    assert page.view.pictures.grid.count() == 64
    assert not page.form.live.isHidden()


# --- presets ---------------------------------------------------------------------------------


def test_a_preset_is_laid_over_the_draft(page, real_session):
    page.form._pick.set_value("g")
    page.form._pick.changed.emit()
    config = real_session.config
    assert config.train.steps == 500
    assert [item.key for item in config.model.options.penalties] == ["r1"]
    page.form._pick.set_value("p")
    page.form._pick.changed.emit()
    assert real_session.config.model.options.penalties == ()
    assert page.form.form.changes() == 0


def test_changes_from_the_preset_are_marked(page):
    page.form._pick.set_value("p")
    page.form._pick.changed.emit()
    row = page.form.form.row("train.steps")
    row.editor.set_value(51)
    row.editor.changed.emit()
    assert not row.dot.isHidden()
    row.dot.click()
    assert page.form.config().train.steps == 50


def test_another_family_brings_its_presets_and_keeps_the_data(page, real_session):
    fashion = replace(real_session.config, data=default_plug("dataset", "fashion-mnist"))
    real_session.set_draft(fashion)
    pick = page.form.form.row("model").pick
    pick.set_value("autoencoder")
    pick.changed.emit()
    assert page.form.preset is CODER
    assert real_session.config.train.steps == 7
    assert real_session.config.data.key == "fashion-mnist"
    assert page.form._pick.findData("g") < 0


def test_a_draft_from_elsewhere_finds_its_preset(page, real_session):
    real_session.set_draft(drafts.apply_preset(GAN, real_session.config, keeps_data=True))
    assert page.form.preset is GAN


def test_a_preset_keeps_what_belongs_to_the_person():
    draft = replace_path(replace_path(RunConfig(), "train.seed", 9), "train.device", "cpu")
    config = drafts.apply_preset(CODER, draft, keeps_data=False)
    assert config.train.seed == 9
    assert config.train.device == "cpu"
    assert config.data.key == "digits"


def test_problems_are_shown_and_block_the_start(page):
    field = page.form.form.row("train.batch_size").editor
    field.set_value(0)
    field.changed.emit()
    assert not page.main.isEnabled()
    assert page.form.form.row("train.batch_size")._problem.text() == "0 is below 1"


# --- history of pictures ---------------------------------------------------------------------


def test_the_slider_goes_back_through_the_pictures(qtbot, page, engine, tmp_path):
    for step in (50, 100):
        (tmp_path / "samples").mkdir(exist_ok=True)
        save_grid(pictures(value=step), tmp_path / "samples" / f"{step:06d}.png")
    run_script(
        qtbot, page, engine,
        started(run_dir=str(tmp_path)), StateChanged(0, 0.0, RunState.TRAINING),
        SamplesReady(120, 1.0, images=pictures(value=200)),
    )  # fmt: skip
    card = page.view.pictures
    qtbot.waitUntil(lambda: card.grid.count() == 64, timeout=3000)
    assert card.is_following
    assert card.shown_step == 120
    card._slider.setValue(0)
    assert card.shown_step == 50
    assert card.grid.image(0).pixelColor(3, 3).red() == 50
    card.take(SamplesReady(150, 1.0, images=pictures(value=9), is_milestone=True))
    assert card.shown_step == 50
    card._slider.setValue(card._slider.maximum())
    assert card.shown_step == 150
    assert card.grid.image(0).pixelColor(3, 3).red() == 9


@pytest.mark.parametrize("channels", [1, 3])
def test_a_sheet_is_cut_as_it_was_laid(tmp_path, channels):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (12, channels, 5, 7)).astype(np.uint8)
    (tmp_path / "samples").mkdir()
    save_grid(images, tmp_path / "samples" / "000010.png")
    assert steps_in(tmp_path) == [10]
    assert (read_sheet(tmp_path, 10, (channels, 5, 7), 12) == images).all()
    assert read_sheet(tmp_path, 11, (channels, 5, 7)) is None
    assert steps_in(None) == []


# --- buttons ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "main", "is_enabled"),
    [
        (Situation(), Main.TRAIN, True),
        (Situation(has_problems=True), Main.TRAIN, False),
        (Situation(RunState.PREPARING), Main.NOTHING, False),
        (Situation(RunState.TRAINING), Main.PAUSE, True),
        (Situation(RunState.PAUSED), Main.GO_ON, True),
        (Situation(RunState.STOPPING), Main.NOTHING, False),
        (Situation(RunState.ENDED), Main.TRAIN, True),
        (Situation(RunState.ENDED, is_unfinished=True), Main.RESUME, True),
        (Situation(RunState.ENDED, is_changed=True, is_unfinished=True), Main.TRAIN, True),
    ],
)
def test_the_main_button_in_every_situation(situation, main, is_enabled):
    buttons = buttons_for(situation)
    assert buttons.main is main
    assert buttons.is_enabled is is_enabled
    assert buttons.text
    assert buttons.tooltip


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(900, 640), (700, 560), (620, 320), (1500, 980)])
def test_cards_never_overlap(qtbot, page, engine, real_session, size, scale):
    theme.restyle("light", scale)
    try:
        values = {"loss__discriminator": 1.0, "loss__generator": 1.0, "d__real": 0.5}
        more = {"d__fake": 0.4, "jsd": 0.24, "value": -1.0, "mse": 0.1}
        engine.script = [started(), scalars(1, **values, **more)]
        real_session.start_training()
        qtbot.waitUntil(lambda: page.view.losses.plot is not None, timeout=3000)
        page.view.resize(*size)
        pictures, scroll = page.view.pictures, page.view._scroll
        qtbot.waitUntil(lambda: pictures.geometry().right() < scroll.geometry().left())
        cards = [*page.view.plots, page.view.distance]
        shown = sorted((card.geometry() for card in cards if card.isVisible()), key=QRect.top)
        assert len(shown) >= 3
        for upper, lower in itertools.pairwise(shown):
            assert upper.bottom() < lower.top()
        assert all(card.height() >= card.minimumSizeHint().height() for card in cards)
    finally:
        theme.restyle("light", 1.0)


def test_rows_of_copies_are_named(page):
    page.view.arrange(("autoencoder",), is_game=False, copies=True)
    marks = [(mark.token, mark.words) for mark in page.view.pictures.grid._row_marks]
    assert marks == [("real", "original"), ("generated", "copy")]
    page.view.arrange(PLAYERS, is_game=True, copies=False)
    assert page.view.pictures.grid._row_marks == ()


def test_a_d_that_is_worse_than_guessing_measures_no_distance(page):
    history = History()
    history.add([scalars(1, value=-3.0, jsd=-0.8)])
    page.view.distance.refresh(history)
    assert "worse than guessing" in page.view.distance._note_texts[0]
    assert page.view.distance.gauge._value is None
    history.add([scalars(2, value=-1.0, jsd=0.19)])
    page.view.distance.refresh(history)
    assert page.view.distance.gauge._value == 0.19
