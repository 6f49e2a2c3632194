"""Reconstruct: originals, copies and errors, of one run and of several."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PIL import Image

from gan_studio.core.events import SnapshotReady
from gan_studio.data.placing import Placing
from gan_studio.gui.bridge import task as task_module
from gan_studio.gui.pages.reconstruct import ReconstructPage
from gan_studio.gui.pages.reconstruct.pictures import PictureSource
from gan_studio.gui.pages.reconstruct.wishes import NoneUsable, load_own
from gan_studio.gui.widgets.reconstruction_numbers import TableColumn, decibels, similarity
from gan_studio.gui.widgets.reconstruction_table import ReconstructionTable, lay_out
from gan_studio.jobs.run_data import NotHere, prepare
from tests.gui.fakes import started
from tests.gui.model_runs import FACTS, a_run_config, weights_of, write_run

pytestmark = pytest.mark.gui


@pytest.fixture
def open_page(show_page):
    return partial(show_page, ReconstructPage)


def wait_for_rows(qtbot, page, count=8, columns=1):
    table = page.view.table
    qtbot.waitUntil(
        lambda: table.row_count() == count and len(table.columns()) == columns, timeout=20_000
    )


def write_points_run(folders):
    """A run of the lab: it draws points."""
    path = write_run(folders, "small_gan")
    facts = json.loads((path / "manifest.json").read_text())
    (path / "manifest.json").write_text(json.dumps({**facts, "sample_shape": [2]}))
    return path


def test_without_pictures_it_says_why(qtbot, open_page, folders, session):
    path = write_points_run(folders)
    page = open_page()
    qtbot.waitUntil(lambda: page.view.empty.title == "No model that can reconstruct")
    page.receive(run_dir=path)
    assert "neither encodes" in page.banner.text
    with qtbot.waitSignal(session.navigate) as caught:
        session.presets = dict
        page.view.empty.button.click()
    assert caught.args[0] == "train"


def test_it_says_that_another_run_is_shown(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    path = write_points_run(folders)
    page = open_page()
    page.receive(run_dir=path)
    wait_for_rows(qtbot, page)
    assert "neither encodes" in page.banner.text
    assert not page.banner.isHidden()


def test_held_out_pictures_are_copied_and_measured(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    column = page.view.table.columns()[0]
    assert column.title == "latent 2 · step 1,000"
    assert column.errors.shape == (8, 1, 28, 28)
    mse = np.square(column.errors).mean(axis=(1, 2, 3))
    assert column.mse == pytest.approx(mse.tolist(), rel=1e-4)
    assert page.head.chips()[0].endswith("held out")
    assert page.another.text() == "Another 8"
    before = page.view.shown.wish.images
    page.main_action()
    qtbot.waitUntil(lambda: page.view.shown.wish.images is not before)
    assert page.controls.seed.value() == 2
    page.grab()


def test_worst_first_of_one_class(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    page.controls.class_box.setCurrentIndex(4)
    page.controls.order.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.view.shown.wish.order == "worst")
    errors = page.view.table.columns()[0].mse
    assert errors == sorted(errors, reverse=True)
    assert set(page.view.table._captions) == {"3"}


def test_a_second_run_is_another_column_and_can_be_taken_away(qtbot, open_page, folders):
    other = write_run(folders, "autoencoder", latent_dim=5)
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    page.run_menu.fill()
    assert len(page.run_menu.actions()) == 1
    page.run_menu.actions()[0].trigger()
    wait_for_rows(qtbot, page, columns=2)
    titles = [column.title for column in page.view.table.columns()]
    assert titles == ["latent 2 · step 1,000", "latent 5 · step 1,000"]
    page.controls.columns.removed.emit(other)
    wait_for_rows(qtbot, page, columns=1)


def test_it_follows_the_run_that_trains(qtbot, open_page, session, engine, folders):
    config = a_run_config("autoencoder", latent_dim=2)
    engine.script = [started(run_dir=str(folders.runs / "live"), **FACTS)]
    page = open_page()
    with qtbot.waitSignal(session.run_started):
        session.start_training(config)
    qtbot.waitUntil(lambda: page.view.empty.title.startswith("Waiting"))
    session.snapshot.emit(SnapshotReady(100, 1.0, weights=weights_of(config, 1)))
    wait_for_rows(qtbot, page)
    assert "following the run · step 100" in page.head.chips()


def test_own_pictures_are_brought_to_the_models_shape(qtbot, open_page, folders, tmp_path):
    write_run(folders, "autoencoder", latent_dim=2)
    for number, size in enumerate([(90, 60), (30, 200)]):
        Image.new("RGB", size, "white").save(tmp_path / f"{number}.png")
    (tmp_path / "text.png").write_text("no picture")
    page = open_page()
    wait_for_rows(qtbot, page)
    page.receive(files=[tmp_path / "0.png", tmp_path / "1.png", tmp_path / "text.png"])
    wait_for_rows(qtbot, page, count=2)
    assert "28 × 28" in page.banner.text
    assert "text.png" in page.banner.text
    assert page.view.shown.wish.images.max() == 255
    page.controls.placing.is_inverted.setChecked(True)
    qtbot.waitUntil(lambda: page.view.shown.wish.images.max() == 0)
    page.main_action()
    wait_for_rows(qtbot, page)


def test_a_hidden_page_computes_nothing(qtbot, open_page, folders):
    other = write_run(folders, "autoencoder", latent_dim=5)
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    page.on_hidden()
    page.models.add(other, "by the queue, say")
    qtbot.waitUntil(lambda: len(page.models.loaded) == 2, timeout=20_000)
    page.redraw()
    assert page.comparator.bridge._worker is None
    page.on_shown()
    wait_for_rows(qtbot, page, columns=2)


def test_missing_pictures_are_told_for_every_run(qtbot, open_page, folders, monkeypatch):
    def missing(*_args, **_more):
        raise NotHere

    monkeypatch.setattr("gan_studio.gui.bridge.run_data.prepare", missing)
    other = write_run(folders, "autoencoder", latent_dim=5)
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    words = "The pictures of this run are not on this computer"
    qtbot.waitUntil(lambda: page.view.empty.title == words, timeout=20_000)
    page.picker.choose(other)
    is_other = lambda: page.models.first is not None and page.models.first.run_dir == other  # noqa: E731
    qtbot.waitUntil(lambda: is_other() and page.view.empty.title == words, timeout=20_000)


def test_own_pictures_of_another_shape_come_too_late(qtbot, folders, tmp_path, monkeypatch):
    loaded, release = [], threading.Event()

    def slowly(*args):
        release.wait(60)
        return load_own(*args)

    monkeypatch.setattr("gan_studio.gui.pages.reconstruct.pictures.load_own", slowly)
    Image.new("RGB", (30, 30), "white").save(tmp_path / "a.png")
    source, config = PictureSource(folders), a_run_config("autoencoder")
    source.own_ready.connect(lambda: loaded.append(source.own))
    with qtbot.waitSignal(source.ready, timeout=20_000):
        source.use(config.data)
    source.open_files([tmp_path / "a.png"])
    source.convert(tmp_path / "a.png", loaded.append)
    tasks = [source._loading, source._converting]
    source.use(replace(config.data, key="no such data"))
    assert all(task.is_cancelled for task in tasks)
    release.set()
    qtbot.waitUntil(lambda: task_module._alive.isdisjoint(tasks))  # they have reported
    assert loaded == []
    source.deleteLater()


def test_own_pictures_come_back_only_when_they_are_wanted(qtbot, folders, tmp_path, monkeypatch):
    digits = a_run_config("autoencoder").data
    monkeypatch.setattr(
        "gan_studio.gui.bridge.run_data.prepare",
        lambda data, *args, **more: prepare(digits, *args, **more),
    )
    Image.new("RGB", (30, 30), "white").save(tmp_path / "a.png")
    source, brought = PictureSource(folders), []
    source.own_ready.connect(lambda: brought.append(source.own.names))
    source.use(digits)
    source.open_files([tmp_path / "a.png"])  # before there is data
    qtbot.waitUntil(lambda: brought == [("a.png",)], timeout=20_000)
    source.choose("held_out", 8, "drawn", 1, None)
    with qtbot.waitSignal(source.ready, timeout=20_000):
        source.use(replace(digits, key="others"))
    source.set_placing(Placing(is_inverted=True))
    assert not source._is_loading  # a person looks at held-out pictures
    assert source.load_again()
    qtbot.waitUntil(lambda: len(brought) == 2, timeout=20_000)
    source.choose("own", 8, "drawn", 1, None)
    source.use(digits)
    qtbot.waitUntil(lambda: len(brought) == 3, timeout=20_000)
    source.deleteLater()


def test_what_cannot_be_measured_is_told(qtbot, open_page, folders, monkeypatch):
    def broken(*_args):
        raise MemoryError

    monkeypatch.setattr("gan_studio.inference.held_out.losses_on", broken)
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    qtbot.waitUntil(lambda: "MemoryError" in getattr(page.banner, "text", ""), timeout=20_000)
    assert not page.view.is_empty


def test_files_of_which_none_is_a_picture(tmp_path):
    from gan_studio.core.samples import SampleSpec
    from gan_studio.data.placing import Habit, Placing

    (tmp_path / "a.png").write_text("no")
    with pytest.raises(NoneUsable, match=r"a\.png"):
        load_own(
            [tmp_path / "a.png"],
            SampleSpec((1, 28, 28)),
            a_run_config("autoencoder").data,
            Placing(),
            Habit(20, (14.5, 14.5)),
        )


def test_a_picture_is_opened_in_explore(qtbot, open_page, folders, session):
    path = write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    with qtbot.waitSignal(session.navigate) as caught:
        page.view.table.explore_requested.emit(3, 0)
    assert caught.args[0] == "explore"
    assert caught.args[1]["run_dir"] == path
    assert len(caught.args[1]["z"]) == 2


def test_the_scale_can_be_fixed(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    assert page.view._limit() < 1
    page.controls.scale.setCurrentIndex(1)
    assert page.view._limit() == 1.0


@pytest.mark.parametrize(("count", "columns"), [(8, 1), (8, 3), (16, 1), (32, 2), (1, 1)])
@pytest.mark.parametrize("size", [(840, 640), (1500, 900), (400, 300)])
def test_the_layout_is_legible_and_within_the_width(qtbot, count, columns, size):
    plan = lay_out(count, columns, size, (28, 28))
    assert plan.width >= 48
    assert plan.blocks * plan.rows >= count
    if plan.blocks > 1:
        assert plan.blocks * plan.block_width <= size[0]


def test_the_table_shows_its_cells(qtbot):
    table = ReconstructionTable()
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    pictures = np.zeros((3, 1, 28, 28), np.uint8)
    errors = np.zeros((3, 1, 28, 28), np.float32)
    numbers = [0.1, 0.2, 0.3]
    column = TableColumn("latent 2", pictures, errors, numbers, [1.0, 2.0, float("inf")], numbers)
    table.set_content(pictures, [column], ["a", "b", "c"], 0.5)
    place = table.cell_rect(1, 2).center().toPoint()
    assert table.cell_at(place) == (1, 2)
    assert "0.2" in table.tip(1, 2)
    assert table.tip(0, 0) == "a"
    assert table.as_image().width() > 200
    table.grab()
    assert decibels(float("inf")) == "∞ dB"
    assert similarity(float("nan")) == "SSIM –"


def test_the_whole_held_out_set_is_measured_beside_principal_components(qtbot, open_page, folders):
    from gan_studio.inference.held_out import baseline, losses_on

    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    qtbot.waitUntil(lambda: len(page.view.table._feet[0]) == 2, timeout=20_000)
    prepared, bundle = page.source.prepared, page.models.first
    losses = losses_on(bundle, prepared.held_out)
    first, second = page.view.table._feet[0]
    assert first == f"all {len(prepared.held_out):,}: {losses.mean:.4f} ± {losses.spread:.4f}"
    assert second == f"PCA of 2: {baseline(prepared, [2])[2]:.4f}"
    assert not page.view.table.grab().isNull()


def test_what_is_known_is_not_measured_again(qtbot, open_page, folders, monkeypatch):
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_rows(qtbot, page)
    qtbot.waitUntil(lambda: len(page.view.table._feet[0]) == 2, timeout=20_000)
    page.comparator.totals.measure(page.models.loaded, page.source.prepared)
    assert page.comparator.totals._task is None
    page.comparator.totals.measure(page.models.loaded, None)
    assert page.comparator.totals.feet(page.models.loaded) == [()]
