"""The Map: pictures as places, walks, gathering, and what follows a choice."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from safetensors.torch import load_file, save_file

from gan_studio.core.events import SnapshotReady
from gan_studio.data.base import empty_like
from gan_studio.gui import theme
from gan_studio.gui.pages.map import MapPage
from gan_studio.gui.pages.map.charter import NEIGHBOURS, OWN, PRINCIPAL, TRAINING
from gan_studio.gui.pages.map.look import Look, fitting
from gan_studio.gui.pages.map.saving import write_points
from gan_studio.gui.pages.map.scene import Tool
from gan_studio.gui.pages.map.walker import evenly_spaced, within
from gan_studio.gui.widgets.class_legend import ClassLegend
from gan_studio.gui.widgets.point_cloud import cloud_image
from gan_studio.jobs.run_data import NotHere, prepare
from tests.gui.fakes import started
from tests.gui.model_runs import FACTS, a_run_config, weights_of, write_run

pytestmark = pytest.mark.gui
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def open_page(show_page):
    return partial(show_page, MapPage, size=(880, 680))


def wait_for_chart(qtbot, page, way=None):
    def is_there():
        chart = page.stage.scene.chart
        return chart is not None and not page.charter.is_busy and way in (None, chart.way)

    qtbot.waitUntil(is_there, timeout=30_000)
    return page.stage.scene.chart


@pytest.fixture
def page(qtbot, open_page, folders):
    """A page with a chart of two numbers."""
    write_run(folders, "autoencoder", latent_dim=2)
    made = open_page()
    wait_for_chart(qtbot, made)
    return made


def pixel_of(scene, place):
    return scene.axes().point(*map(float, place)).toPoint()


def drag(scene, way, modifiers=NONE):
    QTest.mousePress(scene, LEFT, modifiers, way[0])
    for position in way[1:]:
        at = QPointF(position)
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, scene.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT,
            modifiers,
        )  # fmt: skip
        QApplication.sendEvent(scene, event)
    QTest.mouseRelease(scene, LEFT, modifiers, way[-1])


# The page


def test_without_an_encoder_it_says_what_to_do(qtbot, open_page, folders, session):
    write_run(folders, "gan", latent_dim=8)
    page = open_page()
    qtbot.waitUntil(lambda: "encoder" in page.empty.title)
    assert not page.random.isEnabled()
    session.presets = dict
    with qtbot.waitSignal(session.navigate) as caught:
        page.empty.button.click()
    assert caught.args[0] == "train"


def test_held_out_pictures_are_places(page):
    chart = page.stage.scene.chart
    assert len(chart.codes) == len(page.data.prepared.held_out)
    assert np.allclose(chart.plane.points, chart.codes.latents)
    assert page.stage.legend.hidden == frozenset()
    assert "held out" in page.head.chips()[1]
    assert page.stack.currentIndex() == 1
    page.grab()


def test_training_pictures_and_fewer_of_them(qtbot, page):
    page.controls.source.setCurrentIndex(1)
    page.controls.count.setCurrentIndex(0)
    total = len(page.data.prepared.train)
    qtbot.waitUntil(lambda: len(page.stage.scene.chart.codes) == min(1000, total), timeout=30_000)
    assert page.charter.split is page.data.prepared.train


def test_what_was_interrupted_begins_again(qtbot, page):
    page.controls.source.setCurrentIndex(1)
    page.on_hidden()
    assert not page.charter.is_busy
    page.on_shown()
    qtbot.waitUntil(lambda: page.charter.split is page.data.prepared.train, timeout=20_000)


def test_a_click_decodes_that_place(qtbot, page):
    scene, bundle = page.stage.scene, page.charter.bundle
    at = scene.rect().center() + QPoint(30, -20)
    QTest.mouseClick(scene, LEFT, NONE, at)
    qtbot.waitUntil(lambda: not page.here.decoded.image().isNull(), timeout=10_000)
    expected = scene.axes().numbers(QPointF(at))
    assert page.walker.z == pytest.approx(expected, abs=1e-3)
    import torch

    from gan_studio.training.sampling import to_bytes

    drawn = to_bytes(bundle.generate(torch.tensor(page.walker.z)[None]))[0, 0]
    image = page.here.decoded.image()
    assert image.pixelColor(13, 14).red() == drawn[14, 13]
    assert not page.here.nearest.image().isNull()
    assert page.found.film.count() == 0  # a click is no walk


def test_a_drag_is_a_walk_with_a_film(qtbot, page):
    scene = page.stage.scene
    middle = scene.rect().center()
    drag(scene, [middle + QPoint(4 * step, 2 * step) for step in range(20)])
    qtbot.waitUntil(lambda: page.found.film.count() == 10, timeout=10_000)
    end = scene.axes().numbers(QPointF(middle + QPoint(76, 38)))
    assert page.walker.z == pytest.approx(end, abs=1e-3)
    page.found.film.picked.emit(0)
    start = scene.axes().numbers(QPointF(middle))
    assert page.walker.z == pytest.approx(start, abs=0.1 * np.hypot(*start) + 1e-2)


def test_the_lasso_gathers_what_is_inside(qtbot, page):
    scene = page.stage.scene
    chart = scene.chart
    box = [(-60, -60), (60, -60), (60, 60), (-60, 60)]
    corners = [scene.rect().center() + QPoint(*corner) for corner in box]
    drag(scene, corners, Qt.KeyboardModifier.ShiftModifier)
    low = scene.axes().numbers(QPointF(corners[3]))
    high = scene.axes().numbers(QPointF(corners[1]))
    points = chart.plane.points
    inside = np.flatnonzero(((points > low) & (points < high)).all(1))
    chosen = scene.layers.selected
    assert len(inside) > 3
    assert abs(len(chosen) - len(inside)) <= 2  # those on the line itself
    assert page.found.gathered.count() == min(100, len(chosen))
    assert page.found.bar.currentIndex() == 1
    qtbot.waitUntil(lambda: not page.found.mean.image().isNull(), timeout=10_000)
    page.found.gathered.picked.emit(0)
    assert scene.layers.marked == chosen[0]
    assert page.walker.z == pytest.approx(chart.codes.latents[chosen[0]])
    QTest.mouseClick(scene, LEFT, NONE, corners[0])
    assert scene.layers.selected is None  # a click lets all stand out again


def test_return_gathers_the_nearest(page):
    scene = page.stage.scene
    QTest.mouseClick(scene, LEFT, NONE, scene.rect().center())
    QTest.keyClick(scene, Qt.Key.Key_Return)
    assert len(scene.layers.selected) == 50


def test_hovering_a_point_shows_its_picture(qtbot, page):
    scene = page.stage.scene
    chart = scene.chart
    at = pixel_of(scene, chart.plane.points[5])
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), scene.mapToGlobal(QPointF(at)),
        Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, NONE,
    )  # fmt: skip
    QApplication.sendEvent(scene, event)
    hover = scene.layers.hover
    assert hover is not None
    row = chart.codes.rows[hover.point]
    sample = page.data.prepared.held_out.samples[row][0]
    assert hover.image.pixelColor(14, 10).red() == sample[10, 14]
    assert hover.words == scene.layers.names[chart.codes.labels[hover.point]]
    QApplication.sendEvent(scene, QEvent(QEvent.Type.Leave))
    assert scene.layers.hover is None


def test_moving_and_zooming_keep_what_is_under_the_pointer(page):
    scene = page.stage.scene
    at = QPointF(scene.rect().center() + QPoint(50, 30))
    before = scene.axes().numbers(at)
    scene.wheelEvent(
        QWheelEvent(
            at,
            scene.mapToGlobal(at),
            QPoint(),
            QPoint(0, 240),
            Qt.MouseButton.NoButton,
            NONE,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
    )
    assert scene.axes().numbers(at) == pytest.approx(before)
    scene.set_tool(Tool.MOVE)
    start = at.toPoint()
    before = scene.axes().numbers(QPointF(start))
    drag(scene, [start, start + QPoint(20, 10), start + QPoint(40, -5)])
    assert scene.axes().numbers(QPointF(start + QPoint(40, -5))) == pytest.approx(before)
    scene.fit()
    assert scene._is_fitted


def test_the_keyboard_walks_and_zooms(page):
    scene = page.stage.scene
    QTest.keyClick(scene, Qt.Key.Key_Right)
    first = np.array(scene.layers.place)
    QTest.keyClick(scene, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert scene.layers.place[0] > first[0]
    assert scene.layers.place[1] == pytest.approx(first[1])
    width = np.diff([scene.axes().low[0], scene.axes().high[0]])
    QTest.keyClick(scene, Qt.Key.Key_Plus)
    assert np.diff([scene.axes().low[0], scene.axes().high[0]]) < width
    assert page.walker.z == pytest.approx(scene.layers.place, abs=1e-4)


def test_space_goes_to_a_random_place_of_the_prior(qtbot, page):
    from gan_studio.inference.latents import latents_from_seed

    page.main_action()
    expected = latents_from_seed(page.charter.bundle, 1, 1)[0].numpy()
    assert page.walker.z == pytest.approx(expected)
    qtbot.waitUntil(lambda: not page.here.decoded.image().isNull(), timeout=10_000)


def test_pictures_lie_under_the_points_and_follow_the_zoom(qtbot, page):
    scene = page.stage.scene
    page.controls.ground.setChecked(True)
    qtbot.waitUntil(lambda: scene.layers.ground is not None, timeout=10_000)
    first = scene.layers.ground
    axes = scene.axes()
    assert first.low[0] <= axes.low[0] < axes.high[0] <= first.high[0]
    scene.zoom(4.0)
    qtbot.waitUntil(lambda: scene.layers.ground is not first, timeout=10_000)
    assert scene.layers.ground.high[0] - scene.layers.ground.low[0] < first.high[0] - first.low[0]
    page.controls.ground.setChecked(False)
    assert scene.layers.ground is None


def test_ground_pictures_are_those_of_their_places(qtbot, page):
    import torch

    from gan_studio.training.sampling import to_bytes

    scene = page.stage.scene
    page.controls.ground.setChecked(True)
    qtbot.waitUntil(lambda: scene.layers.ground is not None, timeout=10_000)
    ground = scene.layers.ground
    image = ground.image.toImage()
    columns, rows = image.width() // 28, image.height() // 28
    cell = (np.array(ground.high) - ground.low) / (columns, rows)
    place = (np.array(ground.low)[0] + 2.5 * cell[0], ground.high[1] - 1.5 * cell[1])
    drawn = to_bytes(page.charter.bundle.generate(torch.tensor([place], dtype=torch.float32)))[0, 0]
    shown = image.pixelColor(2 * 28 + 13, 1 * 28 + 14).red()
    assert abs(shown - int(drawn[14, 13])) <= 1


def test_a_larger_latent_is_seen_by_its_directions(qtbot, open_page, folders):
    write_run(folders, "vae", latent_dim=6)
    page = open_page()
    chart = wait_for_chart(qtbot, page)
    assert chart.way == PRINCIPAL
    assert 0 < chart.plane.explained < 1
    page.controls.way.setCurrentIndex(0)
    page.controls.across.setCurrentIndex(3)
    chart = wait_for_chart(qtbot, page, "own")
    qtbot.waitUntil(lambda: page.stage.scene.chart.plane.names == ("z3", "z1"), timeout=10_000)
    page.found.bar.setCurrentIndex(2)
    page.main_action()
    qtbot.waitUntil(lambda: page.found.strips.count() == 6 * 7, timeout=20_000)
    page.found.strips.picked.emit(7 + 3)
    assert page.walker.z is not None


def test_neighbours_unfold_and_can_be_cancelled(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=6)
    page = open_page()
    wait_for_chart(qtbot, page)
    page.controls.perplexity.setValue(12)
    page.controls.way.setCurrentIndex(2)
    qtbot.waitUntil(lambda: page.stage.strip.isVisible(), timeout=20_000)
    page.stage.strip.cancelled.emit()
    assert not page.charter.is_busy
    page.controls.perplexity.setValue(10)
    chart = wait_for_chart(qtbot, page, NEIGHBOURS)
    assert not page.controls.prior.isEnabled()
    page.stage.scene.place_chosen.emit(*map(float, chart.plane.points[3]))
    assert page.walker.z == pytest.approx(chart.codes.latents[3], abs=1e-2)


def test_a_run_is_followed_and_the_look_stays(qtbot, open_page, session, engine, folders):
    config = a_run_config("autoencoder", latent_dim=2)
    first, later = (SnapshotReady(step, 0.0, weights_of(config, step)) for step in (10, 20))
    engine.script = [started(run_dir=str(folders.runs / "live"), **FACTS)]
    page = open_page()
    with qtbot.waitSignal(session.run_started):
        session.start_training(config)
    qtbot.waitUntil(lambda: page.follower.is_following, timeout=10_000)
    session.snapshot.emit(first)
    before = wait_for_chart(qtbot, page)
    page.stage.scene.zoom(2.0)
    axes = page.stage.scene.axes()
    session.snapshot.emit(later)
    qtbot.waitUntil(lambda: page.stage.scene.chart is not before, timeout=20_000)
    assert page.stage.scene.axes() == axes
    assert "following the run" in page.head.chips()


def test_another_page_shows_a_picture_here(qtbot, page, folders):
    run = page.charter.bundle.run_dir
    page.receive(run_dir=run, row=7, source="held_out")
    chart = page.stage.scene.chart
    marked = page.stage.scene.layers.marked
    assert chart.codes.rows[marked] == 7
    page.receive(run_dir=run, row=3, source="train")
    qtbot.waitUntil(lambda: page.controls.source.currentData() == "train")
    wait_for_chart(qtbot, page)
    qtbot.waitUntil(lambda: page.charter.split is page.data.prepared.train, timeout=20_000)
    scene = page.stage.scene
    assert scene.chart.codes.rows[scene.layers.marked] == 3
    page.receive(run_dir=run, z=[0.5, float("nan")])
    assert np.isfinite(page.walker.z).all()


def test_points_are_saved_as_a_table(page, tmp_path):
    chart = page.stage.scene.chart
    target = tmp_path / "map.csv"
    write_points(target, chart, page.stage.scene.layers.names)
    rows = list(csv.reader(target.read_text("utf-8").splitlines()))
    assert rows[0] == ["picture", "class", "x", "y", "z0", "z1"]
    assert len(rows) == 1 + len(chart.codes)
    assert float(rows[9][4]) == pytest.approx(float(chart.codes.latents[8, 0]), rel=1e-4)


def test_a_latent_of_one_number_is_a_line(qtbot, open_page, folders):
    write_run(folders, "autoencoder", latent_dim=1)
    page = open_page()
    chart = wait_for_chart(qtbot, page)
    assert (chart.plane.points[:, 1] == 0).all()
    for box in (page.controls.prior, page.controls.ground):
        box.setChecked(True)
    qtbot.waitUntil(lambda: page.stage.scene.layers.ground is not None, timeout=10_000)
    page.found.bar.setCurrentIndex(2)
    page.main_action()
    assert page.walker.z.shape == (1,)
    assert page.stage.scene.layers.place == pytest.approx((page.walker.z[0], 0))
    qtbot.waitUntil(lambda: page.found.strips.count() == 7, timeout=20_000)
    page.controls.way.setCurrentIndex(0)
    assert wait_for_chart(qtbot, page, OWN).plane.names == ("z0", "")
    page.grab()


def test_the_place_is_decoded_before_its_traversals(qtbot, open_page, folders):
    write_run(folders, "vae", latent_dim=6)
    page = open_page()
    wait_for_chart(qtbot, page)
    page.found.bar.setCurrentIndex(2)
    for _ in range(5):
        came = []
        page.guide.here.connect(lambda *_picture, came=came: came.append("here"))
        page.guide.strips.connect(lambda _drawn, came=came: came.append("strips"))
        page.main_action()
        qtbot.waitUntil(lambda came=came: "strips" in came, timeout=20_000)
        assert came == ["here", "strips"]


def test_hidden_classes_are_not_gathered(page):
    scene = page.stage.scene
    QTest.mouseClick(scene, LEFT, NONE, scene.rect().center())
    labels = scene.chart.codes.labels
    nearest = int(labels[scene.chart.nearest_many(scene.layers.place, 1)[0]])
    page.stage.legend._buttons[nearest].click()
    QTest.keyClick(scene, Qt.Key.Key_Return)
    assert 0 < len(scene.layers.selected) < 50
    assert nearest not in labels[scene.layers.selected]
    scene.layers.shows_points = False
    assert not scene.layers.are_seen(np.arange(5)).any()


def test_data_that_is_not_here_is_told_for_every_run_on_it(qtbot, open_page, folders, monkeypatch):
    def missing(*_what, **_how):
        raise NotHere

    monkeypatch.setattr("gan_studio.gui.bridge.run_data.prepare", missing)
    for _ in range(2):
        write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    qtbot.waitUntil(lambda: "not on this computer" in page.empty.title, timeout=20_000)
    page.picker.runs.setCurrentIndex(1)
    page.picker.runs.activated.emit(1)
    assert "not on this computer" not in page.empty.title
    qtbot.waitUntil(lambda: "not on this computer" in page.empty.title, timeout=20_000)


def test_data_that_holds_nothing_back_shows_what_was_trained_on(
    qtbot, open_page, folders, monkeypatch
):
    def prepared(*what, **how):
        found = prepare(*what, **how)
        return replace(found, held_out=empty_like(found.held_out))

    monkeypatch.setattr("gan_studio.gui.bridge.run_data.prepare", prepared)
    write_run(folders, "autoencoder", latent_dim=2)
    page = open_page()
    wait_for_chart(qtbot, page)
    assert "holds nothing back" in page.banner.title
    page.banner.clear()
    page.controls.source.setCurrentIndex(0)
    assert page.controls.source.currentData() == TRAINING
    assert "holds nothing back" in page.banner.title
    assert page.charter.split is page.data.prepared.train


def test_a_run_without_labels_is_drawn_in_one_colour(qtbot, open_page, folders, monkeypatch):
    def prepared(*what, **how):
        found = prepare(*what, **how)
        parts = {name: replace(getattr(found, name), labels=None) for name in ("train", "held_out")}
        return replace(found, **parts)

    monkeypatch.setattr("gan_studio.gui.bridge.run_data.prepare", prepared)
    write_run(folders, "vae", latent_dim=2)
    page = open_page()
    chart = wait_for_chart(qtbot, page)
    assert chart.centres == {}
    assert len(page.stage.scene.layers.colors()) == 1
    assert page.stage.legend.isHidden()
    scene = page.stage.scene
    QTest.mouseClick(scene, LEFT, NONE, scene.rect().center())
    QTest.keyClick(scene, Qt.Key.Key_Return)
    assert len(scene.layers.selected) == 50
    page.grab()


def test_broken_weights_are_told_and_a_deleted_run_gives_way(qtbot, open_page, folders, session):
    other = write_run(folders, "autoencoder", latent_dim=3)
    run = write_run(folders, "autoencoder", latent_dim=2)
    path = run / "checkpoints" / "001000" / "weights.safetensors"
    weights = {name: torch.full_like(value, torch.nan) for name, value in load_file(path).items()}
    save_file(weights, path)
    page = open_page()
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=20_000)
    assert "not finite numbers" in page.banner.text
    assert page.stage.scene.chart is None
    page.main_action()
    page.picker.choose_step(500)
    chart = wait_for_chart(qtbot, page)
    assert chart.codes.latents.shape[1] == 2
    shutil.rmtree(run)
    session.runs_changed.emit()
    qtbot.waitUntil(
        lambda: page.charter.bundle is not None and page.charter.bundle.run_dir == other,
        timeout=20_000,
    )
    assert wait_for_chart(qtbot, page).codes.latents.shape[1] == 3
    assert page.walker.z is None


# Pieces


def test_points_cover_their_pixels():
    colors = [QColor("#ff0000"), QColor("#0000ff")]
    places = (np.array([5.2, 30.5, -200.0, 19.7]), np.array([5.4, 10.5, 3.0, 19.9]))
    image = cloud_image((40, 20), places, np.array([0, 1, 0, 1]), colors, 2.0)
    assert (image.width(), image.height()) == (40, 20)
    assert image.pixelColor(5, 5) == colors[0]
    assert image.pixelColor(30, 10) == colors[1]
    assert image.pixelColor(19, 19) == colors[1]  # cut by the edge, not lost
    assert image.pixelColor(12, 15).alpha() == 0
    soft = image.pixelColor(7, 5)
    assert 0 < soft.alpha() < 255


def test_later_points_lie_above():
    colors = [QColor("red"), QColor("blue")]
    places = (np.array([8.0, 8.0]), np.array([8.0, 8.0]))
    image = cloud_image((16, 16), places, np.array([0, 1]), colors, 3.0)
    assert image.pixelColor(8, 8) == colors[1]


def test_a_look_keeps_circles_round_unless_spreads_differ_much():
    draw = np.random.default_rng(0)
    even = fitting(draw.standard_normal((500, 2)), (400, 300))
    assert even.per_pixel[0] == even.per_pixel[1]
    uneven = fitting(draw.standard_normal((500, 2)) * (50, 1), (400, 300))
    assert uneven.per_pixel[0] > 10 * uneven.per_pixel[1]
    assert fitting(np.zeros((3, 2)), (400, 300)).per_pixel[0] > 0
    assert Look((0, 0), (1, 1)).moved(3, 4).centre == (-3, 4)


def test_places_along_a_walk_are_evenly_spaced():
    way = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 3.0]])
    places = evenly_spaced(way, 5)
    assert np.allclose(places, [[0, 0], [1, 0], [1, 1], [1, 2], [1, 3]])


def test_within_follows_the_line_and_not_its_box():
    points = np.random.default_rng(1).uniform(-1, 1, (4000, 2))
    triangle = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    inside = within(points, triangle)
    expected = np.flatnonzero(points.sum(1) < 0)
    assert len(np.setxor1d(inside, expected)) < 20
    assert len(within(points, np.array([[5.0, 5.0], [6.0, 5.0], [6.0, 6.0]]))) == 0


def test_the_legend_grows_with_the_text(qtbot):
    theme.restyle("light", 1.0)
    legend = ClassLegend()
    qtbot.addWidget(legend)
    legend.resize(300, 40)
    legend.set_names(("cat", "dog", "owl"))
    theme.restyle("light", 2.0)
    try:
        assert legend.height() >= legend._buttons[0].sizeHint().height()
    finally:
        theme.restyle("light", 1.0)


def test_the_legend_hides_classes(qtbot):
    legend = ClassLegend()
    qtbot.addWidget(legend)
    legend.resize(300, 40)
    legend.set_names(("cat", "dog", "owl"))
    with qtbot.waitSignal(legend.changed):
        legend._buttons[1].click()
    assert legend.hidden == {1}
    legend.isolate(2)
    assert legend.hidden == {0, 1}
    legend.isolate(2)
    assert legend.hidden == frozenset()
    legend.set_names(tuple(str(number) for number in range(40)))
    legend._switches()[7].setChecked(False)
    assert legend.hidden == {7}
