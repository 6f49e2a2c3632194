"""Reconstruct: any epoch, kept columns, principal components, marks, rankings, other data."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from gan_studio.core.events import CheckpointSaved
from gan_studio.core.samples import SampleSpec
from gan_studio.gui.bridge.bundle_cache import BundleCache
from gan_studio.gui.pages.reconstruct import ReconstructPage
from gan_studio.gui.pages.reconstruct.models import Models, difference
from gan_studio.gui.pages.reconstruct.wishes import WORST, draw, rank
from gan_studio.gui.widgets.error_colors import ErrorLegend, color_errors
from gan_studio.gui.widgets.reconstruction_numbers import (
    ALL,
    MSE,
    PSNR,
    SSIM,
    TableColumn,
    lines_of,
    mean_lines,
    placing,
)
from gan_studio.gui.widgets.reconstruction_table import ReconstructionTable
from gan_studio.inference.bundle import load_bundle, make_bundle
from gan_studio.models.base import make_family
from gan_studio.training.run_folder import RunFolder
from tests.gui.model_runs import (
    a_bundle,
    a_run_config,
    replaced,
    weights_of,
    write_run,
)

pytestmark = pytest.mark.gui
COUNTERS = {"images_seen": 0, "updates": {}, "rates": {}, "batches": {}, "threads": 1}


@pytest.fixture
def open_page(show_page):
    return partial(show_page, ReconstructPage)


def titles(page):
    return [column.title for column in page.view.table.columns()]


def wait_for(qtbot, page, *expected):
    qtbot.waitUntil(lambda: titles(page) == list(expected), timeout=20_000)


def add_moments(path, *steps):
    """Milestones: weights without an optimiser."""
    config = RunFolder(path).config()
    for step in steps:
        weights = {f"net.{name}": value for name, value in weights_of(config, step).items()}
        RunFolder(path).checkpoints.save_milestone(weights, {"step": step, **COUNTERS})
    return path


def a_run(folders, latent_dim=2, moments=(8, 64)):
    return add_moments(write_run(folders, "autoencoder", latent_dim=latent_dim), *moments)


# --- any epoch -------------------------------------------------------------------------------


def test_the_slider_goes_through_the_moments_in_step_with_the_list(qtbot, open_page, folders):
    a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    bar, steps = page.view.epochs, page.picker.steps
    assert (bar.slider.maximum(), bar.slider.value()) == (3, 3)
    bar.slider.setValue(0)
    wait_for(qtbot, page, "latent 2 · step 8")
    assert steps.currentData() == 8
    assert bar.words.text().endswith("step 8")
    assert bar.words.text().startswith("epoch 0.")
    assert bar.slider.accessibleDescription() == bar.words.text()
    steps.setCurrentIndex(steps.findData(500))
    steps.activated.emit(steps.currentIndex())
    wait_for(qtbot, page, "latent 2 · step 500")
    assert bar.slider.value() == 2
    bar.slider.setValue(3)
    wait_for(qtbot, page, "latent 2 · step 1,000")
    assert steps.currentIndex() == 0
    assert not page.grab().isNull()


def test_a_slider_that_is_dragged_shows_where_it_stops(qtbot, open_page, folders):
    a_run(folders, moments=(1, 8, 27, 64, 125, 216))
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    for position in (6, 5, 4, 3, 2, 1, 0, 1, 2):
        page.view.epochs.slider.setValue(position)
    wait_for(qtbot, page, "latent 2 · step 27")
    expected = load_bundle(page.models.first.run_dir, 27)
    images = torch.zeros(1, 1, 28, 28)
    torch.testing.assert_close(page.models.first.encode(images), expected.encode(images))


def test_models_are_loaded_once(qtbot, open_page, folders, engine):
    a_run(folders)
    page = open_page()
    loads = []
    engine.load_bundle = lambda run_dir, step: loads.append(step) or load_bundle(run_dir, step)
    wait_for(qtbot, page, "latent 2 · step 1,000")
    page.view.epochs.slider.setValue(0)  # the others are loaded ahead
    qtbot.waitUntil(lambda: {8, 64, 500} <= set(loads), timeout=10_000)
    qtbot.waitUntil(lambda: not page.cache._ahead.is_running, timeout=10_000)
    before = len(loads)
    for position in (1, 2, 0):
        page.view.epochs.slider.setValue(position)
    wait_for(qtbot, page, "latent 2 · step 8")
    assert len(loads) == before


def test_the_cache_forgets_what_was_written_anew_and_what_is_too_much(qtbot, session, folders):
    import os

    session.engine.load_bundle = load_bundle
    path = a_run(folders)
    cache, got = BundleCache(session, most_bytes=1), []

    def load(step):
        found = []
        task = cache.load(path, step, found.append, lambda problem: None)
        qtbot.waitUntil(lambda: len(found) == 1)
        got.extend(found)
        return task

    assert load(8) is not None
    assert load(8) is None
    assert got[0] is got[1]
    assert load(64) is not None
    assert load(8) is not None  # it gave way
    os.utime(RunFolder(path).checkpoints.path(8), (1, 1))
    assert load(8) is not None


def test_a_checkpoint_is_kept_as_a_column(qtbot, open_page, folders):
    path = a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    page.view.epochs.slider.setValue(0)
    wait_for(qtbot, page, "latent 2 · step 8")
    page.view.epochs.add.click()
    page.view.epochs.add.click()  # no second time
    page.view.epochs.all_columns.setChecked(True)
    page.view.epochs.slider.setValue(1)
    wait_for(qtbot, page, "latent 2 · step 64", "latent 2 · step 8")
    page.controls.columns.removed.emit((path, 8))
    wait_for(qtbot, page, "latent 2 · step 64")


def test_all_columns_move_to_their_nearest_moment(qtbot, open_page, folders):
    other = a_run(folders, latent_dim=5, moments=(70,))
    a_run(folders, latent_dim=2)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    page.models.add(other, "other")
    wait_for(qtbot, page, "latent 2 · step 1,000", "latent 5 · step 1,000")
    bar = page.view.epochs
    bar.slider.setValue(1)
    wait_for(qtbot, page, "latent 2 · step 64", "latent 5 · step 1,000")
    bar.all_columns.setChecked(True)
    wait_for(qtbot, page, "latent 2 · step 64", "latent 5 · step 70")
    bar.slider.setValue(2)
    wait_for(qtbot, page, "latent 2 · step 500", "latent 5 · step 500")
    bar.all_columns.setChecked(False)
    wait_for(qtbot, page, "latent 2 · step 500", "latent 5 · step 1,000")


def test_new_checkpoints_of_a_run_come_to_the_slider(qtbot, open_page, folders, session):
    path = a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    add_moments(path, 216)
    session.notice.emit(CheckpointSaved(1000, 1.0, path=str(path)))
    assert page.view.epochs.slider.maximum() == 4
    assert page.picker.moments() == [8, 64, 216, 500, 1000]


def test_late_answers_do_not_touch_a_column_that_moved_on(session, folders):
    path, asked, failed = folders.runs / "a", [], []
    models = Models(session, load=lambda *order: asked.append(order))
    models.failed.connect(failed.append)
    newest, early = a_bundle("autoencoder", step=90), a_bundle("autoencoder", step=8)
    models.add(path, "a")
    models.added = [replace(item, step=8) for item in models.added]
    _path, wanted, take, give_up = asked[0]
    assert wanted is None
    take(newest)
    give_up(OSError())
    assert [item.bundle for item in models.added] == [None]
    assert failed == []
    models.added = [replace(item, bundle=early) for item in models.added]
    models.put(path, "a", newest)  # it trains, and a person looks at an earlier moment
    assert models.added[0].bundle is early
    models.added = [replace(item, step=None) for item in models.added]
    models.put(path, "a", newest)
    assert models.added[0].bundle is newest
    models.deleteLater()


# --- principal components --------------------------------------------------------------------


def test_principal_components_are_a_column(qtbot, open_page, folders):
    a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    field = page.controls.baseline
    field.kind.setCurrentIndex(1)
    wait_for(qtbot, page, "latent 2 · step 1,000", "PCA, 2")
    rival = page.view.table.columns()[1]
    assert rival.mse == pytest.approx(np.square(rival.errors).mean((1, 2, 3)).tolist(), rel=1e-4)
    assert page.models.loaded == (page.models.first,)  # other panels compare models only
    qtbot.waitUntil(lambda: len(page.view.table._feet[1]) == 1, timeout=20_000)
    qtbot.waitUntil(lambda: len(page.view.table._feet[0]) == 2, timeout=20_000)
    whole = page.view.table._feet[1][0].split(": ")[1].split(" ")[0]
    assert page.view.table._feet[0][1] == f"PCA of 2: {whole}"
    field.kind.setCurrentIndex(2)
    field.number.setValue(7)
    wait_for(qtbot, page, "latent 2 · step 1,000", "PCA, 7")
    field.kind.setCurrentIndex(0)
    wait_for(qtbot, page, "latent 2 · step 1,000")


def test_there_are_never_more_components_than_can_be(qtbot, open_page, folders):
    a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    page.controls.baseline.number.setValue(3000)
    page.controls.baseline.kind.setCurrentIndex(2)
    wait_for(qtbot, page, "latent 2 · step 1,000", "PCA, 784")


# --- numbers and maps ------------------------------------------------------------------------


def a_column(title, mse, ssim=0.5):
    pictures = np.zeros((len(mse), 1, 28, 28), np.uint8)
    return TableColumn(title, pictures, pictures.astype(np.float32), mse, [20.0] * len(mse), ssim)


def test_best_and_worst_of_a_row():
    columns = [a_column(name, [mse], [ssim]) for name, mse, ssim in
               (("a", 0.2, 0.9), ("b", 0.1, 0.1), ("c", 0.3, 0.5))]  # fmt: skip
    assert placing(columns, 0, ALL) == placing(columns, 0, PSNR) == {1: True, 2: False}
    assert placing(columns, 0, SSIM) == {0: True, 1: False}
    assert placing(columns[:1], 0, ALL) == {}
    assert placing([columns[0]] * 2, 0, ALL) == {}
    assert placing([columns[0], a_column("nan", [float("nan")], [0.1])], 0, MSE) == {}
    assert placing(columns, 0, ALL).words(1) == ["best of the row"]


def test_one_number_or_all():
    column = a_column("a", [0.25, 0.75], [0.5, 0.7])
    assert lines_of(column, 0, ALL, is_best=True) == ("0.2500 ▲", "20.0 dB", "SSIM 0.50")
    assert lines_of(column, 0, SSIM, is_best=False) == ("SSIM 0.50 ▽",)
    assert lines_of(column, 0, PSNR) == ("20.0 dB",)
    assert mean_lines(column, MSE) == ("mean 0.5000",)
    assert mean_lines(column, SSIM) == ("mean SSIM 0.60",)


def test_maps_without_signs_use_no_hue(qtbot):
    errors = np.zeros((1, 1, 2, 2), np.float32)
    errors[0, 0, 0] = (-0.5, 0.5)
    signed, absolute = color_errors(errors, 0.5), color_errors(errors, 0.5, is_absolute=True)
    assert not np.array_equal(signed[0, :, 0, 0], signed[0, :, 0, 1])
    assert np.array_equal(absolute[0, :, 0, 0], absolute[0, :, 0, 1])
    assert not np.array_equal(absolute[0, :, 0, 0], absolute[0, :, 1, 1])
    legend = ErrorLegend()
    qtbot.addWidget(legend)
    legend.set_absolute(True)
    assert legend._words()[0] == "right"
    legend.grab()


def test_the_inspector_chooses_number_and_map(qtbot, open_page, folders):
    a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    before = page.view.table.as_image()
    page.controls.map.setCurrentIndex(1)
    page.controls.measure.setCurrentIndex(2)
    assert page.view.table._measure == PSNR
    assert page.view.table.as_image() != before


def test_the_feet_stay_in_sight(qtbot):
    table = ReconstructionTable()
    qtbot.addWidget(table)
    table.resize(400, 260)
    table.show()
    column = a_column("a", [0.1] * 12, [0.5] * 12)
    table.set_content(column.copies, [column])
    table.set_feet([("all 355: 0.1 ± 0.1",)])
    assert table.verticalScrollBar().maximum() > 0
    bottom = table.viewport().height() - table._foot_height()
    image = table.viewport().grab().toImage()
    ground = image.pixelColor(2, image.height() - 2)
    drawn = {image.pixelColor(x, bottom + 10).name() for x in range(image.width())}
    assert drawn != {ground.name()}


# --- rankings --------------------------------------------------------------------------------


def test_worst_first_looks_through_the_whole_held_out_set(qtbot, open_page, folders):
    a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    page.controls.seed.setValue(5)
    page.controls.order.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.view.shown.wish.is_ranked, timeout=20_000)
    assert page.controls.seed.value() == 1
    key = page.comparator.totals.errors_of(page.models.first, page.source.prepared)
    worst = np.argsort(key)[::-1]
    assert page.view.shown.wish.indices.tolist() == worst[:8].tolist()
    assert page.view.table.columns()[0].mse == pytest.approx(key[worst[:8]].tolist(), rel=1e-3)
    assert page.head.chips()[1] == f"8 worst of {len(key):,}"
    assert page.another.text() == "Next 8"
    page.main_action()
    qtbot.waitUntil(lambda: page.view.shown.wish.indices.tolist() == worst[8:16].tolist())


def test_any_column_may_decide(qtbot, open_page, folders):
    other = a_run(folders, latent_dim=5)
    a_run(folders, latent_dim=2)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    assert page.controls.decider.isHidden()
    page.models.add(other, "other")
    wait_for(qtbot, page, "latent 2 · step 1,000", "latent 5 · step 1,000")
    page.controls.order.setCurrentIndex(2)
    assert not page.controls.decider.isHidden()
    page.controls.decider.setCurrentIndex(1)
    errors = lambda: page.comparator.totals.errors_of(page.models.loaded[1], page.source.prepared)  # noqa: E731
    qtbot.waitUntil(lambda: errors() is not None, timeout=20_000)
    best = np.argsort(errors(), kind="stable")[:8].tolist()
    qtbot.waitUntil(lambda: page.view.shown.wish.indices.tolist() == best, timeout=20_000)
    assert page.view.shown.wish.is_ranked


def test_a_ranking_within_a_class_goes_round(qtbot, open_page, folders):
    a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    prepared = page.source.prepared
    mse = np.arange(len(prepared.held_out), dtype=np.float32)
    rows = np.flatnonzero(prepared.held_out.labels == 3)
    first = rank(draw(prepared, "held_out", 8, WORST, 1, 3), prepared, mse)
    assert first.indices.tolist() == rows[::-1][:8].tolist()
    assert set(first.captions) == {"3"}
    assert first.total == len(rows)
    parts = -(-len(rows) // 8)
    again = rank(draw(prepared, "held_out", 8, WORST, 1 + parts, 3), prepared, mse)
    assert again.indices.tolist() == first.indices.tolist()


# --- other data ------------------------------------------------------------------------------


def of_other_shape(bundle, shape):
    config = a_run_config("autoencoder", latent_dim=4)
    family = make_family(config.model.key, config.model.options, SampleSpec(shape))
    weights = {
        f"{name}.{key}": value
        for name, net in family.build().items()
        for key, value in net.state_dict().items()
    }
    facts = {"sample_shape": list(shape), "class_names": [], "data_title": "Flowers"}
    return make_bundle(config, facts, weights, 1000, "cpu", bundle.run_dir)


def test_other_data_are_told_and_converted_not_refused(qtbot, open_page, folders, engine):
    other = a_run(folders, latent_dim=4)
    a_run(folders, latent_dim=2)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    made = of_other_shape(load_bundle(other), (3, 16, 16))
    engine.load_bundle = lambda run_dir, step: made if run_dir == other else None
    page.models.add(other, "my flowers")
    wait_for(qtbot, page, "latent 2 · step 1,000", "latent 4 · step 1,000")
    assert "my flowers" in page.banner.text
    assert "Flowers" in page.banner.text
    assert "16 × 16" in page.banner.text
    assert page.view.table.columns()[1].copies.shape == (8, 1, 28, 28)


def test_the_same_data_need_no_words(folders):
    bundle = load_bundle(a_run(folders))
    assert difference("x", bundle, bundle) == ""
    told = difference("x", replaced(bundle, data_title="Fashion"), bundle)
    assert "Fashion" in told
    assert "converted" not in told


def test_points_are_refused(qtbot, session, folders, engine):
    path = a_run(folders)
    picture = load_bundle(path)
    points = replaced(picture, spec=SampleSpec((2,)))
    engine.load_bundle = lambda run_dir, step: points
    models = Models(session)
    models.set_first(picture)
    with qtbot.waitSignal(models.failed) as caught:
        models.add(folders.runs / "points", "points")
    assert "cannot be compared" in str(caught.args[0])
    assert models.added == []
    models.deleteLater()


# --- links -----------------------------------------------------------------------------------


def test_a_picture_is_shown_on_the_map(qtbot, open_page, folders, session):
    path = a_run(folders)
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    with qtbot.waitSignal(session.navigate) as caught:
        page.view.table.map_requested.emit(3, 0)
    key, payload = caught.args
    assert key == "map"
    assert {**payload, "row": None} == {
        "run_dir": path, "step": 1000, "row": None, "source": "held_out"
    }  # fmt: skip
    pictures = page.source.prepared.held_out.samples
    assert np.array_equal(pictures[payload["row"]], page.view.shown.wish.images[3])


def test_own_pictures_have_no_place_on_the_map(qtbot, open_page, folders, session, tmp_path):
    from PIL import Image

    a_run(folders)
    Image.new("RGB", (30, 30), "white").save(tmp_path / "a.png")
    page = open_page()
    wait_for(qtbot, page, "latent 2 · step 1,000")
    assert page.view.table.has_map
    page.receive(files=[tmp_path / "a.png"])
    qtbot.waitUntil(lambda: page.view.table.row_count() == 1, timeout=20_000)
    assert not page.view.table.has_map
    with qtbot.assertNotEmitted(session.navigate):
        page.view.table.map_requested.emit(0, 0)
