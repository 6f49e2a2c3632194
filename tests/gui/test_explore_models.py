"""Explore's tabs that hold several models: through time, and two runs."""

from __future__ import annotations

import shutil
from functools import partial

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from gan_studio.core.events import CheckpointSaved
from gan_studio.exporters.films.base import read_note
from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore.time_panel import TimePanel
from gan_studio.gui.pages.explore.twin_panel import TwinPanel
from gan_studio.gui.pages.explore.twins import Twins
from gan_studio.inference.alike import Likeness
from gan_studio.inference.places import from_text
from tests.gui.model_runs import replaced, write_run

pytestmark = pytest.mark.gui


@pytest.fixture
def open_page(show_page):
    return partial(show_page, ExplorePage)


def panel_of(page, kind):
    (panel,) = (panel for panel in page.panels.all() if isinstance(panel, kind))
    page.panels.show_panel(panel)
    return panel


def opened(qtbot, open_page, kind):
    page = open_page()
    qtbot.waitUntil(lambda: page.stage.grid.count() > 0, timeout=10_000)
    return page, panel_of(page, kind)


def test_every_moment_is_drawn_and_follows_the_place(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    assert panel.words.text() == "step 1,000"
    assert panel.view.image() == page.stage.view.image()  # the newest is the page's model
    before = panel.view.image()
    page.explorer.set_dim(1, 2.5)
    qtbot.waitUntil(lambda: panel.view.image() != before)
    qtbot.waitUntil(lambda: panel.view.image() == page.stage.view.image())


def test_a_moment_that_is_clicked_is_explored(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    z = page.explorer.point.z
    panel.grid.picked.emit(0)
    qtbot.waitUntil(lambda: page.explorer.bundle.step == 500, timeout=10_000)
    np.testing.assert_array_equal(page.explorer.point.z, z)
    qtbot.waitUntil(lambda: panel.view.image() == page.stage.view.image())
    panel.grid.picked.emit(1)
    qtbot.waitUntil(lambda: page.explorer.bundle.step == 1000, timeout=10_000)
    assert page.picker.choice.step is None


def test_the_film_runs_in_a_loop_and_stops_with_the_tab(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    page.main_action()
    assert panel.play.isChecked()
    assert page.random.text() == "Pause"
    seen = []
    for _frame in range(6):
        panel._on_frame()
        seen.append(panel.slider.value())
    assert seen == [1, 1, 1, 0, 1, 1]
    page.panels.show_panel(page.slider_panel)
    assert not panel.play.isChecked()
    assert not panel._timer.isActive()


def test_a_moment_that_was_dropped_meanwhile_is_left_out(qtbot, open_page, folders):
    path = write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    page.panels.show_panel(page.slider_panel)
    (path / "checkpoints" / "000500" / "state.json").unlink()
    panel._moments = None
    page.picker.refresh_steps()
    page.panels.show_panel(panel)
    qtbot.waitUntil(lambda: panel.grid.count() == 1, timeout=10_000)
    assert not panel.play.isEnabled()


def test_an_autoencoders_moments_are_explained(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=3)
    _page, panel = opened(qtbot, open_page, TimePanel)
    assert panel.hint.isVisible()


def test_the_same_place_is_drawn_by_another_run(qtbot, open_page, folders):
    first = write_run(folders, "gan", latent_dim=6, steps=(300,))
    second = write_run(folders, "gan", latent_dim=6, steps=(700,))
    page, panel = opened(qtbot, open_page, TwinPanel)
    assert page.explorer.bundle.run_dir == second
    qtbot.waitUntil(lambda: panel.grid.count() == 12, timeout=10_000)
    assert panel._other.run_dir == first
    assert "the same z" in panel.words.text()
    assert panel.view.image() != page.stage.view.image()
    assert panel.grid.image(0) == page.stage.view.image()  # seed 1 in this model
    assert panel.grid.image(6) == panel.view.image()  # and in the other
    before = panel.view.image()
    page.explorer.set_dim(0, 3.0)
    qtbot.waitUntil(lambda: panel.view.image() != before)
    panel.grid.picked.emit(8)
    assert page.explorer.point.seed == 3


def test_a_model_of_another_size_shares_the_seed(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=4)
    write_run(folders, "gan", latent_dim=6)
    _page, panel = opened(qtbot, open_page, TwinPanel)
    qtbot.waitUntil(lambda: "It takes 4 numbers, not 6" in panel.words.text(), timeout=10_000)


def test_one_run_alone_is_compared_with_its_own_checkpoints(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TwinPanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 12, timeout=10_000)
    assert panel.view.image() == page.stage.view.image()
    panel.picker.choose_step(500)
    qtbot.waitUntil(lambda: panel.view.image() != page.stage.view.image(), timeout=10_000)


def test_a_new_checkpoint_joins_the_strip(qtbot, open_page, folders, session):
    path = write_run(folders, "gan", latent_dim=6)
    _page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    saved = path / "checkpoints" / "001500"
    shutil.copytree(path / "checkpoints" / "001000", saved)
    session.notice.emit(CheckpointSaved(1500, 1.0, path=str(saved)))
    qtbot.waitUntil(lambda: panel.grid.count() == 3, timeout=10_000)


def test_the_film_is_saved_with_its_place_inside(qtbot, open_page, folders, tmp_path, monkeypatch):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    page.controls.multiple.setCurrentIndex(1)
    path = tmp_path / "film"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), "WebP (*.webp)"))
    panel.save.click()
    film = path.with_suffix(".webp")
    qtbot.waitUntil(film.is_file, timeout=10_000)
    with Image.open(film) as image:
        # The newest moment rests: one picture that lasts longer.
        assert image.size == (56, 56)
        image.seek(0)
        first = np.asarray(image.convert("L"))
        assert image.n_frames >= 2
    shown = panel._strip.pictures[0, 0].repeat(2, 0).repeat(2, 1)
    np.testing.assert_array_equal(first, shown)
    place = from_text(read_note(film), 6, "film").items[0]
    np.testing.assert_array_equal(place.z, page.explorer.point.z)
    qtbot.waitUntil(lambda: page.banner.kind == "info")


def test_a_film_that_cannot_be_written_is_told(qtbot, open_page, folders, tmp_path, monkeypatch):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    path = tmp_path / "film.mkv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    panel.save.click()
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=10_000)
    assert not path.exists()


def test_a_strip_is_drawn_again_only_for_another_place(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    newest = panel._bridge.newest
    page.explorer.set_bundle(replaced(page.explorer.bundle, step=2000))
    assert panel._bridge.newest == newest
    page.explorer.set_dim(0, 1.5)
    assert panel._bridge.newest > newest


def test_the_strip_of_a_run_goes_with_it(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    page.panels.show_panel(page.slider_panel)
    page.explorer.set_bundle(None)
    assert panel.grid.count() == 0
    assert panel.view.image().isNull()
    assert not panel.save.isEnabled()


def test_a_move_of_z_leaves_the_pairs_of_seeds(qtbot, open_page, folders):
    for _run in range(2):
        write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TwinPanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 12, timeout=10_000)
    pair, before = panel.grid.image(6), panel.view.image()
    heard = []
    panel._bridge.picture_ready.connect(heard.append)
    page.explorer.set_dim(0, 3.0)
    qtbot.waitUntil(lambda: panel.view.image() != before, timeout=10_000)
    assert heard[-1].pairs is None
    assert panel.grid.image(6) == pair
    page.explorer.set_psi(0.5)
    qtbot.waitUntil(lambda: heard[-1].pairs is not None, timeout=10_000)
    assert panel.grid.image(6) != pair


def test_pictures_of_another_shape_are_named_as_the_others(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=6)
    write_run(folders, "gan", latent_dim=6)
    _page, panel = opened(qtbot, open_page, TwinPanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 12, timeout=10_000)
    assert [mark.words for mark in panel.grid._row_marks] == ["this", "other"]
    picture, row = np.zeros((3, 8, 8), np.uint8), np.zeros((6, 3, 8, 8), np.uint8)
    panel._on_twins(Twins(picture, row, ["1"] * 6, None, Likeness.SEED.value, None))
    assert [mark.words for mark in panel.grid._row_marks] == ["other"]


def test_moments_of_a_run_that_trains_join_with_its_newer_weights(
    qtbot, open_page, folders, monkeypatch
):
    path = write_run(folders, "gan", latent_dim=6)
    page, panel = opened(qtbot, open_page, TimePanel)
    qtbot.waitUntil(lambda: panel.grid.count() == 2, timeout=10_000)
    shutil.copytree(path / "checkpoints" / "001000", path / "checkpoints" / "000729")
    page.explorer.space_changed.emit()
    assert len(page.picker.moments()) == 2  # a finished run gets none
    monkeypatch.setattr(type(page.picker), "is_live_run", property(lambda _self: True))
    page.explorer.space_changed.emit()
    qtbot.waitUntil(lambda: panel.grid.count() == 3, timeout=10_000)
