"""Reconstruct: models without an encoder, whose z is searched for beside the window."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from PySide6.QtGui import QGuiApplication

from gan_studio.core.errors import NoNumbers
from gan_studio.core.events import SnapshotReady
from gan_studio.gui.pages.reconstruct import ReconstructPage, search_work
from gan_studio.gui.pages.reconstruct.columns import empty_column
from gan_studio.gui.pages.reconstruct.found import better, course_of
from gan_studio.gui.pages.reconstruct.search_plot import SearchPlot
from gan_studio.gui.pages.reconstruct.searches import Searches
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.search import Search
from gan_studio.training.sampling import to_pictures
from tests.gui.fakes import started
from tests.gui.model_runs import (
    FACTS,
    a_bundle,
    a_run_config,
    replaced,
    weights_of,
    write_run,
)

pytestmark = pytest.mark.gui

QUICK = Search(starts=2, steps=12)
MARK = "inversion: found by search"


def digits(count=3, seed=1):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 256, (count, 1, 28, 28), dtype=np.uint8)


@pytest.fixture
def searches(qtbot):
    made = Searches()
    made.settings = QUICK
    yield made
    made.rest()
    made.deleteLater()


@pytest.fixture
def gan(folders):
    return replaced(a_bundle("gan", latent_dim=8), run_dir=folders.runs / "gan")


@pytest.fixture
def open_page(show_page):
    def make_quick(page):
        page.inspector.show()
        page.controls.search.starts.setValue(QUICK.starts)
        page.controls.search.steps.setValue(QUICK.steps)
        page.controls.count.setCurrentIndex(0)

    return partial(show_page, ReconstructPage, prepare=make_quick)


def wait_for(qtbot, page, column=0, mark=MARK):
    table = page.view.table
    qtbot.waitUntil(
        lambda: len(table.columns()) > column and table.columns()[column].mark == mark,
        timeout=30_000,
    )
    return table.columns()[column]


def wait_until_found(qtbot, searches, bundle):
    def is_found():
        column = searches.column(bundle)
        return column.is_settled and all(map(column.has, range(len(column.mse))))

    qtbot.waitUntil(is_found, timeout=30_000)


@pytest.fixture
def slow_steps(monkeypatch):
    """Steps that wait until they are let: ``release.set()``."""
    import threading

    release = threading.Event()
    step = search_work.Hunt.step

    def wait(hunt):
        release.wait(60)
        step(hunt)

    monkeypatch.setattr(search_work.Hunt, "step", wait)
    yield release
    release.set()


# Searches


def test_it_finds_pictures_and_keeps_them(qtbot, searches, gan):
    images = digits()
    searches.want([gan], images)
    assert searches.column(gan).mark.startswith("search: step")
    wait_until_found(qtbot, searches, gan)
    column = searches.column(gan)
    assert column.mark == MARK
    z = torch.from_numpy(column.latents)
    error = (gan.generate(z) - to_pictures(images)).square().flatten(1).mean(1) / 4
    assert column.mse == pytest.approx(error.tolist(), rel=1e-4)
    assert "2 starts" in column.notes[0]
    searches.want([], images)
    searches.want([gan], images[::-1].copy())
    assert searches.progress is None  # known, whatever their order
    assert searches.column(gan).mse == column.mse[::-1]
    more = np.concatenate([images, digits(1, 2)])
    searches.want([gan], more)
    assert searches._job.prints == searches._prints[3:]  # only what is new
    wait_until_found(qtbot, searches, gan)
    assert searches.column(gan).mse[:3] == column.mse


def test_other_settings_and_other_weights_are_searched_anew(qtbot, searches, gan):
    searches.want([gan], digits(1))
    wait_until_found(qtbot, searches, gan)
    searches.want([replaced(gan, step=200)], digits(1))
    assert searches.progress is not None
    searches.want([gan], digits(1))
    assert searches.progress is None
    searches.set_settings(replace(QUICK, seed=9))
    wait_until_found(qtbot, searches, gan)
    assert {start.seed for start in searches.found(gan)[0].starts} == {9}


def test_more_starts_never_lose_a_better_copy(qtbot, searches, gan):
    searches.want([gan], digits())
    wait_until_found(qtbot, searches, gan)
    before = searches.column(gan).mse
    searches.again()
    assert all(math.isfinite(error) for error in searches.column(gan).mse)  # still to be seen
    wait_until_found(qtbot, searches, gan)
    found = searches.found(gan)
    assert [item.rounds for item in found] == [2, 2, 2]
    assert [start.seed for start in found[0].starts] == [0, 0, 1, 1]
    assert all(item.mse <= old for item, old in zip(found, before, strict=True))
    course = course_of("GAN", found)
    assert course.steps[-1] == 2 * QUICK.steps
    assert (np.diff(course.errors) <= 1e-9).all()
    assert len(course.starts) == 3 * 4


def test_cancel_keeps_the_best_so_far_and_stays_cancelled(qtbot, searches, gan, slow_steps):
    images = digits()
    searches.want([gan], images)
    qtbot.waitUntil(lambda: searches.found(gan)[0] is not None, timeout=20_000)
    searches.cancel()
    column = searches.column(gan)
    assert column.mark == "inversion, cut short"
    assert all(math.isfinite(error) for error in column.mse)
    other = replaced(gan, step=7)
    searches.want([gan, other], images)
    assert searches.progress is None
    assert searches.column(other).mark == "search cancelled"
    slow_steps.set()
    searches.again()
    wait_until_found(qtbot, searches, other)
    assert searches.column(gan).mark == "inversion, cut short"
    searches.again()
    qtbot.waitUntil(lambda: searches.column(gan).mark == MARK, timeout=20_000)


def test_other_pictures_end_a_search(qtbot, searches, gan, slow_steps):
    searches.want([gan], digits())
    job, task = searches._job, searches._task
    searches.want([gan], digits(seed=3))
    assert task.is_cancelled
    assert searches._job is not job
    slow_steps.set()
    wait_until_found(qtbot, searches, gan)
    assert len(searches._known) == 3


def test_a_diverged_model_is_told_and_the_next_one_searched(qtbot, searches, gan):
    broken = replaced(a_bundle("gan", latent_dim=8), run_dir=gan.run_dir.with_name("broken"))
    for net in broken.nets.values():
        for weights in net.parameters():
            weights.fill_(float("nan"))
    with qtbot.waitSignal(searches.failed, timeout=20_000) as caught:
        searches.want([broken, gan], digits())
    assert isinstance(caught.args[0], NoNumbers)
    assert "NaN" in str(caught.args[0])
    wait_until_found(qtbot, searches, gan)
    assert searches.column(broken).mark == "cannot be searched"
    assert not searches.column(broken).has(0)


def test_only_so_many_are_kept(qtbot, searches, gan, monkeypatch):
    monkeypatch.setattr("gan_studio.gui.pages.reconstruct.searches.MOST_KEPT", 4)
    searches.want([gan], digits(3))
    wait_until_found(qtbot, searches, gan)
    searches.want([gan], digits(3, seed=2))
    wait_until_found(qtbot, searches, gan)
    assert len(searches._known) == 4


def test_the_nearer_of_two_rounds_is_shown(qtbot, searches, gan):
    searches.want([gan], digits(1))
    wait_until_found(qtbot, searches, gan)
    found = searches.found(gan)[0]
    worse = replace(found, mse=found.mse + 1, copy=found.copy * 0)
    assert better(worse, found).copy is found.copy
    assert better(found, worse).copy is found.copy
    assert better(None, found) is found
    assert better(found, None) is found


# The page


def test_a_gan_is_searched_and_labelled(qtbot, open_page, folders, session):
    path = write_run(folders, "gan", latent_dim=8)
    page = open_page()
    column = wait_for(qtbot, page)
    assert page.view.table.row_count() == 4
    assert column.title == "latent 8 · step 1,000"
    assert page.view.strip.isHidden()
    assert not page.controls.search.plot.isHidden()
    assert not page.controls.order.isEnabled()  # ranking 1,000 pictures would be 1,000 searches
    assert MARK in page.view.table.tip(0, 1)
    assert "2 starts" in page.view.table.tip(0, 1)
    assert MARK in page.view.table.accessibleDescription()
    qtbot.waitUntil(lambda: len(page.view.table._feet[0]) == 2, timeout=20_000)
    assert page.view.table._feet[0][0].endswith("not searched")
    assert page.comparator.totals._known.totals == {}
    page.view.table.z_requested.emit(1, 0)
    copied = QGuiApplication.clipboard().text()
    z = page.view.latent(1, 0)
    assert [float(part) for part in copied.strip("[]").split(",")] == pytest.approx(z, rel=1e-4)
    with qtbot.waitSignal(session.navigate) as caught:
        page.view.table.explore_requested.emit(1, 0)
    assert caught.args[1] == {"run_dir": path, "step": 1000, "z": z}
    page.grab()
    page.inspector.grab()


def test_an_encoders_column_does_not_wait_for_the_search(qtbot, open_page, folders, slow_steps):
    gan = write_run(folders, "gan", latent_dim=8)
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    page.run_menu.fill()
    qtbot.waitUntil(lambda: len(page.view.table.columns()) == 1, timeout=20_000)
    page.models.add(gan, "GAN")
    wait_for(qtbot, page, 1, "search: step 0 of 12")
    qtbot.waitUntil(lambda: page.view.shown.columns[1].has(0), timeout=20_000)
    assert page.view.table.columns()[0].mark == ""
    assert all(math.isfinite(error) for error in page.view.table.columns()[0].mse)
    assert not page.view.strip.isHidden()
    assert page.controls.order.isEnabled()
    assert not page.controls.search.button.isEnabled()
    assert page.pad._titles == [page.view.table.columns()[0].title]  # nothing is searched there
    assert len(page.pad.bridge.model) == 1
    with qtbot.waitSignal(page.session.navigate) as caught:
        page.view.table.map_requested.emit(0, 1)
    assert caught.args[1]["run_dir"] == page.models.first.run_dir  # a GAN has no Map
    page.view.strip.cancel.click()
    column = wait_for(qtbot, page, 1, "inversion, cut short")
    assert all(math.isfinite(error) for error in column.mse)
    assert page.view.strip.isHidden()
    slow_steps.set()
    page.controls.search.button.click()
    wait_for(qtbot, page, 1)
    page.models.remove(gan)
    qtbot.waitUntil(lambda: len(page.view.table.columns()) == 1)
    assert page.controls.search.button.isHidden()


def test_a_search_ends_with_its_run_and_brings_nothing_back(
    qtbot, open_page, folders, engine, slow_steps
):
    gan = write_run(folders, "gan", latent_dim=8)
    other = write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    page.picker.choose(gan)
    wait_for(qtbot, page, mark="search: step 0 of 12")
    # As from a slow disk.
    engine.load_bundle = lambda *which: slow_steps.wait(60) and load_bundle(*which)
    page.picker.choose(other)
    qtbot.waitUntil(lambda: page.view.is_empty, timeout=20_000)
    searches = page.comparator.inversions.searches
    assert searches.progress is None
    searches.changed.emit()
    page.controls.search.seed.setValue(3)
    assert page.view.is_empty
    assert page.view.strip.isHidden()
    page.on_hidden()


def test_encoders_are_taken_before_newer_gans(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    gan = write_run(folders, "gan", latent_dim=8)
    page = open_page()
    qtbot.waitUntil(lambda: page.view.table.row_count() == 4, timeout=20_000)
    assert page.view.table.columns()[0].title.startswith("latent 2")
    page.receive(run_dir=gan)
    assert wait_for(qtbot, page).title.startswith("latent 8")


def test_a_gan_that_trains_is_searched_when_asked(qtbot, open_page, session, engine, folders):
    config = a_run_config("gan", latent_dim=8)
    engine.script = [started(run_dir=str(folders.runs / "live"), **FACTS)]
    page = open_page()
    with qtbot.waitSignal(session.run_started):
        session.start_training(config)
    qtbot.waitUntil(lambda: page.view.empty.title.startswith("Waiting"))
    session.snapshot.emit(SnapshotReady(100, 1.0, weights=weights_of(config, 1)))
    wait_for(qtbot, page, mark="it trains: search by hand")
    assert page.controls.search.button.text() == "Search now"
    assert page.view.latent(0, 0) is None
    page.controls.search.button.click()
    assert wait_for(qtbot, page).title == "latent 8 · step 100"
    with qtbot.waitSignal(page.comparator.compared, timeout=5000):
        session.snapshot.emit(SnapshotReady(200, 1.0, weights=weights_of(config, 2)))
    assert wait_for(qtbot, page).title == "latent 8 · step 100"  # the weights that were searched
    page.controls.search.button.click()
    qtbot.waitUntil(lambda: page.view.table.columns()[0].title.endswith("step 200"))
    wait_for(qtbot, page)


def test_a_diverged_encoder_is_told_and_others_are_shown(qtbot, open_page, folders, engine):
    write_run(folders, "autoencoder", latent_dim=2)
    other = write_run(folders, "autoencoder", latent_dim=5)
    load = engine.load_bundle

    def load_broken(run_dir, step):
        bundle = load(run_dir, step)
        if run_dir != other:
            for weights in bundle.nets["encoder"].parameters():
                weights.fill_(float("nan"))
        return bundle

    engine.load_bundle = load_broken
    page = open_page()
    page.picker.choose(other)
    qtbot.waitUntil(lambda: page.view.table.row_count() == 4, timeout=20_000)
    page.run_menu.fill()
    page.run_menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: len(page.view.table.columns()) == 2, timeout=20_000)
    qtbot.waitUntil(lambda: "NaN" in getattr(page.banner, "text", ""))
    assert math.isfinite(page.view.table.columns()[0].mse[0])
    assert not page.view.shown.columns[1].has(0)
    page.grab()


def test_the_page_loads_no_torch():
    words = "import sys, gan_studio.gui.pages.reconstruct; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", words], check=True, timeout=60)


def test_the_plot_draws_what_there_is(qtbot, searches, gan):
    plot = SearchPlot()
    qtbot.addWidget(plot)
    plot.resize(260, 132)
    plot.show()
    empty = plot.grab().toImage()
    searches.want([gan], digits())
    wait_until_found(qtbot, searches, gan)
    course = course_of("GAN", searches.found(gan))
    plot.show_courses([course])
    assert f"{course.errors[-1]:.4f} after 12 steps" in plot.accessibleDescription()
    assert plot.grab().toImage() != empty
    plot.show_courses([course] * 5)
    plot.grab()
    assert course_of("GAN", [None]) is None


def test_an_empty_column_has_nothing():
    column = empty_column((3, 1, 28, 28), "waits")
    assert column.largest_error == 0
    assert not any(map(column.has, range(3)))
