"""Explore: on past runs and on the run that trains."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from gan_studio.core.errors import BadCheckpoint
from gan_studio.core.events import SnapshotReady
from gan_studio.gui.pages.explore import ExplorePage
from tests.gui.fakes import started
from tests.gui.model_runs import FACTS, a_run_config, weights_of, write_run

pytestmark = pytest.mark.gui


@pytest.fixture
def open_page(show_page):
    return partial(show_page, ExplorePage)


def wait_for_pictures(qtbot, page):
    qtbot.waitUntil(lambda: page.stage.grid.count() > 0, timeout=10_000)


def test_without_a_run_it_says_what_to_do(qtbot, open_page, session):
    page = open_page()
    qtbot.waitUntil(lambda: page.empty.title == "No model yet")
    assert not page.random.isEnabled()
    with qtbot.waitSignal(session.navigate) as caught:
        page.empty.button.click()
    assert caught.args[0] == "train"


def test_a_past_run_is_explored(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=100)
    page = open_page()
    wait_for_pictures(qtbot, page)
    assert page.head.chips() == ["GAN (MLP) · Digits · step 1,000"]
    assert page.slider_panel.sliders.count() == 100
    assert page.stage.grid.count() == 25
    qtbot.waitUntil(lambda: page.slider_panel.sliders._effects is not None, timeout=10_000)
    before = page.stage.view.image()
    page.slider_panel.sliders.choose(41, 2.5)
    qtbot.waitUntil(lambda: page.stage.view.image() != before)
    assert "moved" in page.stage.picture_card._note.text()
    assert page.undo.isEnabled()
    page.undo.click()
    assert page.slider_panel.sliders.values()[41] != 2.5
    page.redo.click()
    assert page.slider_panel.sliders.values()[41] == 2.5
    page.grab()


def test_new_random_follows_the_seed(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    first = page.slider_panel.sliders.values()
    page.main_action()
    assert page.controls.seed.value() == 2
    second = page.slider_panel.sliders.values()
    assert second != first
    page.controls.seed.setValue(1)
    assert page.slider_panel.sliders.values() == first
    page.controls.strength._choose(0.5)
    assert page.slider_panel.sliders.values() == pytest.approx([value / 2 for value in first])
    page.reset.click()
    assert page.slider_panel.sliders.values() == [0.0] * 8


def test_a_checkpoint_is_chosen_with_the_same_latent(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    page.slider_panel.sliders.choose(2, 1.5)
    before = page.slider_panel.sliders.values()
    steps = page.picker.steps
    assert [steps.itemData(row) for row in range(steps.count())] == [None, 1000, 500]
    steps.setCurrentIndex(2)
    steps.activated.emit(2)
    qtbot.waitUntil(lambda: page.head.chips() == ["GAN (MLP) · Digits · step 500"])
    assert page.slider_panel.sliders.values() == before


def test_a_plane_gets_a_pad_with_a_map_and_a_regular_neighbourhood(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_pictures(qtbot, page)
    assert page.slider_panel.pad.isVisible()
    assert not page.slider_panel.tools.isVisible()
    qtbot.waitUntil(lambda: page.slider_panel.pad.has_map, timeout=10_000)
    page.slider_panel.pad.moved.emit(0.5, -1.0)
    assert page.slider_panel.sliders.values() == [0.5, -1.0]
    points = page.surroundings.neighbour_points()
    assert points[12].tolist() == [0.5, -1.0]
    assert points[0][0] < 0.5
    assert points[0][1] > -1.0


def test_a_neighbour_is_gone_to(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    there = page.surroundings._shown_neighbours[3].tolist()
    place = page.stage.grid.picture_rect(3).center().toPoint()
    qtbot.mouseClick(page.stage.grid, Qt.MouseButton.LeftButton, pos=place)
    assert page.slider_panel.sliders.values() == there
    page.controls.side.setCurrentIndex(0)
    qtbot.waitUntil(lambda: page.stage.grid.count() == 9)


def test_a_conditional_family_from_elsewhere_gets_a_class_picker(qtbot, open_page, folders):
    write_run(folders, "conditional_gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    assert page.stage.classes.isVisible()
    before, z = page.stage.view.image(), page.slider_panel.sliders.values()
    page.stage.classes.picked.emit(7)
    qtbot.waitUntil(lambda: page.stage.view.image() != before)
    assert page.slider_panel.sliders.values() == z
    assert page.explorer.point.label == 7
    page.undo.click()
    assert page.stage.classes.current() == 0


def test_a_family_without_classes_has_none(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    assert not page.stage.classes.isVisible()


def test_it_follows_the_run_that_trains_and_keeps_its_place(
    qtbot, open_page, session, engine, folders
):
    config = a_run_config("gan", latent_dim=8)
    run_dir = folders.runs / "live"
    engine.script = [started(run_dir=str(run_dir), **FACTS)]
    wanted = []
    session.want_snapshots, want = wanted.append, session.want_snapshots
    page = open_page()
    with qtbot.waitSignal(session.run_started):
        session.start_training(config)
    qtbot.waitUntil(lambda: page.empty.title.startswith("Waiting for the first weights"))
    assert wanted[-1] is True
    session.snapshot.emit(SnapshotReady(100, 1.0, weights=weights_of(config, 1)))
    wait_for_pictures(qtbot, page)
    assert page.head.chips()[1] == "following the run"
    page.slider_panel.sliders.choose(3, 1.25)
    place = page.slider_panel.sliders.values()
    for step in (200, 300, 400):
        session.snapshot.emit(SnapshotReady(step, 2.0, weights=weights_of(config, step)))
    qtbot.waitUntil(lambda: "step 400" in page.head.chips()[0])
    assert page.slider_panel.sliders.values() == place
    page.on_hidden()
    assert wanted[-1] is False
    session.want_snapshots = want


def test_a_damaged_run_is_told(qtbot, open_page, folders, engine):
    write_run(folders, "gan", latent_dim=8)

    def broken(run_dir, step):
        raise BadCheckpoint(path=run_dir, reason="it is damaged")

    engine.load_bundle = broken
    page = open_page()
    qtbot.waitUntil(lambda: page.banner.kind == "error")
    assert "damaged" in page.banner.text
    assert page.empty.title == "This model cannot be shown"


def test_a_place_that_another_page_asks_for(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    path = write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_pictures(qtbot, page)
    page.receive(run_dir=path, z=[0.25, 0.75])
    qtbot.waitUntil(lambda: page.slider_panel.sliders.values() == [0.25, 0.75])


def test_pictures_are_copied_enlarged(qtbot, open_page, folders):
    from PySide6.QtGui import QGuiApplication

    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    page.controls.multiple.setCurrentIndex(2)
    page.controls.copy.click()
    assert QGuiApplication.clipboard().image().width() == 28 * 4


def test_sliders_of_an_autoencoder_span_three_deviations(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=3)
    page = open_page()
    wait_for_pictures(qtbot, page)
    space = page.explorer.space
    assert np.allclose(space.hi - space.lo, 6 * space.spread)
    write_run(folders, "gan", latent_dim=3, prior="uniform")
    page.session.runs_changed.emit()
    qtbot.waitUntil(lambda: page.picker.runs.count() == 2)
    page.picker.runs.activated.emit(0)
    qtbot.waitUntil(lambda: page.head.chips()[:1] == ["GAN (MLP) · Digits · step 1,000"])
    assert page.explorer.space.hi.tolist() == [1.0] * 3


def test_what_is_explored_can_be_taken_away(qtbot, open_page, folders, tmp_path):
    write_run(folders, "gan", latent_dim=5)
    page = open_page()
    take_away = page.controls.take_away
    assert not any(button.isEnabled() for button in take_away.buttons.values())
    wait_for_pictures(qtbot, page)
    assert all(button.isEnabled() for button in take_away.buttons.values())
    page.explorer.set_dim(2, 1.5)
    np.testing.assert_array_equal(take_away._point.z, page.explorer.point.z)
    take_away.done.emit(str(tmp_path / "model.onnx"))
    assert (page.banner.kind, page.banner.text) == ("info", str(tmp_path / "model.onnx"))


def test_nothing_is_drawn_while_the_page_is_hidden(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    wait_for_pictures(qtbot, page)
    before = page.stage.view.image()
    page.on_hidden()
    page.explorer.random()  # as a search that ends meanwhile does
    page.explorer.run_side_work()
    assert page.bridge._worker is None
    page.on_shown()
    qtbot.waitUntil(lambda: page.stage.view.image() != before)


def test_a_map_that_was_interrupted_is_drawn_at_the_next_rest(qtbot, open_page, folders):
    write_run(folders, "conditional_gan", latent_dim=2)
    page = open_page()
    around = page.surroundings
    qtbot.waitUntil(lambda: around._chart_key is not None, timeout=10_000)
    page.explorer.set_label(3)
    around._measured_point = page.explorer.point  # effects came in time, the map did not
    assert around._is_chart_due()
    page.explorer.run_side_work()
    qtbot.waitUntil(lambda: around._chart_key[1] == 3, timeout=10_000)
    assert not around._is_chart_due()


def test_who_comes_back_to_a_run_finds_the_place_and_the_moves(qtbot, open_page, folders):
    first = write_run(folders, "gan", latent_dim=5)
    second = write_run(folders, "gan", latent_dim=7)
    page = open_page()
    wait_for_pictures(qtbot, page)
    assert page.explorer.bundle.run_dir == second
    page.explorer.set_dim(3, 1.25)
    page.explorer.set_locks({3})
    z = page.explorer.point.z
    page.picker.choose(first)
    qtbot.waitUntil(lambda: page.explorer.space is not None and page.explorer.space.dim == 5)
    assert not page.undo.isEnabled()
    assert not page.explorer.locked
    page.picker.choose(second)
    qtbot.waitUntil(lambda: page.explorer.space is not None and page.explorer.space.dim == 7)
    np.testing.assert_array_equal(page.explorer.point.z, z)
    assert page.explorer.locked == {3}
    page.undo.click()
    assert page.explorer.point.z[3] != 1.25


def test_a_wheel_over_a_closed_list_changes_nothing(qtbot, open_page, folders):
    write_run(folders, "gan", latent_dim=5)
    write_run(folders, "gan", latent_dim=5)
    page = open_page()
    wait_for_pictures(qtbot, page)
    for box in (page.picker.runs, page.controls.multiple, page.controls.side):
        before = box.currentIndex()
        event = QWheelEvent(
            QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        box.wheelEvent(event)
        assert not event.isAccepted()
        assert box.currentIndex() == before


def test_a_neighbour_that_is_dragged_away_is_not_gone_to(qtbot, open_page, folders, monkeypatch):
    write_run(folders, "gan", latent_dim=5)
    page = open_page()
    wait_for_pictures(qtbot, page)
    grid, dragged = page.stage.grid, []
    monkeypatch.setattr(
        "gan_studio.gui.widgets.pictures.start_drag", lambda *args, **_: dragged.append(args)
    )
    z = page.explorer.point.z
    start = grid.picture_rect(3).center().toPoint()
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=start)
    move = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(start + QPoint(60, 0)),
        grid.mapToGlobal(QPointF(start + QPoint(60, 0))), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(grid, move)
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=start)
    assert len(dragged) == 1
    np.testing.assert_array_equal(page.explorer.point.z, z)
