"""The tab Pad on real models: one, two and many latent numbers, classes, locks, other runs."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore.plane_grid import AGAIN_S
from gan_studio.gui.widgets.pictures import to_array
from gan_studio.inference.again import draw_again
from gan_studio.inference.directions import Direction
from gan_studio.inference.places import BATCH, Place, read_places
from tests.gui.model_runs import replaced, write_run
from tests.gui.test_widgets_place_slot import drop, to_mime

pytestmark = pytest.mark.gui
NUMBERS, DIRECTIONS, PICTURES = range(3)


@pytest.fixture
def open_pad(qtbot, show_page, folders):
    """The page with the tab Pad in front of a model that was never trained."""

    def open_page(family="gan", size=(1100, 760), **options):
        write_run(folders, family, **options)
        page = show_page(ExplorePage, size=size)
        qtbot.waitUntil(lambda: page.explorer.space is not None, timeout=10_000)
        page.panels.show_panel(page.pad_panel)
        page.pad_panel.side.setCurrentIndex(1)  # 9 x 9, to be quick
        return page

    return open_page


def wait_for_grid(qtbot, page):
    qtbot.waitUntil(lambda: page.pad_panel.grid.is_whole, timeout=20_000)


def grid_of(panel):
    """The map as it is shown."""
    return panel.pad._map.pixmap.toImage()


def z_of(page):
    return page.explorer.point.z.copy()


def fill(page, seeds=(3, 8, 12)):
    page.pad_panel.choice.setCurrentIndex(PICTURES)
    for slot, seed in zip(page.pad_panel.pictures.slots, seeds, strict=True):
        slot.seed_asked.emit(seed)


def test_the_plane_begins_with_the_two_strongest_numbers(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel = page.pad_panel
    effects = []
    page.surroundings.effects.connect(effects.append)
    qtbot.waitUntil(lambda: not panel.numbers.is_waiting, timeout=10_000)
    found = panel.numbers._effects
    assert {*panel.numbers.dims} == {*np.argsort(-found)[:2].tolist()}
    wait_for_grid(qtbot, page)
    assert panel.square.has_map
    assert panel.save.isEnabled()
    page.grab()


def test_a_drag_moves_both_numbers_and_is_undone_at_once(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel, before = page.pad_panel, z_of(page)
    panel.numbers.first.setValue(3)
    panel.numbers.second.setValue(7)
    view, left = panel.square.viewport(), Qt.MouseButton.LeftButton
    start = panel.square.position_of(0, 0).toPoint()
    qtbot.mousePress(view, left, pos=start)
    for step in range(1, 6):
        qtbot.mouseMove(view, start + QPoint(6 * step, -4 * step))
    qtbot.mouseRelease(view, left, pos=start)
    moved = z_of(page)
    assert moved[3] > 0
    assert moved[7] > 0
    rest = np.delete(np.arange(12), [3, 7])
    assert moved[rest].tobytes() == before[rest].tobytes()
    assert [box.value() for box in panel.fields.boxes[:2]] == pytest.approx(moved[[3, 7]], abs=0.01)
    qtbot.waitUntil(lambda: page.bridge.shown == page.bridge.newest, timeout=10_000)
    page.explorer.undo()
    assert z_of(page).tobytes() == before.tobytes()


def test_a_grid_is_kept_while_the_point_moves_over_it(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel, begun = page.pad_panel, []
    wait_for_grid(qtbot, page)
    panel.grid.restarted.connect(lambda *facts: begun.append(facts))
    qtbot.keyClick(panel.square, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: page.bridge.shown == page.bridge.newest, timeout=10_000)
    page.explorer.run_side_work()
    assert not begun
    assert panel.grid.is_whole
    other = next(dim for dim in range(12) if dim not in panel.numbers.dims)
    page.explorer.set_dim(other, 2.5)  # leaves the plane, which follows
    assert not panel.grid.is_whole
    wait_for_grid(qtbot, page)
    assert begun[-1][3] is False


@pytest.mark.parametrize("change", ["zoom", "psi", "label"])
def test_a_grid_is_drawn_again_when_what_it_shows_changes(qtbot, open_pad, change):
    page = open_pad("conditional_gan", latent_dim=4)
    panel = page.pad_panel
    wait_for_grid(qtbot, page)
    before = grid_of(panel)
    if change == "zoom":
        panel.square.zoom(-3)
    elif change == "psi":
        page.explorer.set_psi(0.5)
    else:
        page.explorer.set_label(7)
    assert not panel.grid.is_whole
    assert change != "zoom" or not panel.save.isEnabled()
    wait_for_grid(qtbot, page)
    assert grid_of(panel) != before


def test_a_grid_goes_on_where_a_move_interrupted_it(qtbot, open_pad):
    page = open_pad(latent_dim=2)
    panel = page.pad_panel
    parts = []
    panel.grid.grown.connect(lambda drawn: parts.append(len(drawn)))

    def move(_drawn):  # as soon as the part was taken
        QTimer.singleShot(0, lambda: page.explorer.set_dim(0, len(parts) / 10))

    panel.grid.grown.connect(move)
    wait_for_grid(qtbot, page)  # although a move follows every part
    assert sum(parts) == 81
    assert len(parts) >= 81 / BATCH


def test_the_saved_grid_is_drawn_again_bit_for_bit(qtbot, open_pad, tmp_path, monkeypatch):
    page = open_pad("conditional_gan", latent_dim=6)
    page.explorer.set_psi(0.7)
    page.explorer.set_label(4)
    wait_for_grid(qtbot, page)
    path = tmp_path / "plane.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.pad_panel.save.click()
    assert not page.pad_panel.save.isEnabled()
    qtbot.waitUntil(lambda: page.banner.kind == "info", timeout=10_000)
    assert "plane.json" in page.banner.text
    assert page.pad_panel.save.isEnabled()
    saved = read_places(path.with_suffix(".json"), 6, 10)
    assert (len(saved.items), saved.batch, saved.facts["columns"]) == (81, BATCH, 9)
    assert {(place.label, place.psi) for place in saved.items} == {(4, 0.7)}
    again = draw_again(page.explorer.bundle, saved)
    sheet = to_array(QImage(str(path)))[:, :, 0]
    assert sheet.shape == (9 * 28 + 8 * 2,) * 2
    for index, picture in enumerate(again):
        row, column = divmod(index, 9)
        np.testing.assert_array_equal(sheet[30 * row :, 30 * column :][:28, :28], picture[0])


def test_a_grid_that_cannot_be_written_is_told(qtbot, open_pad, tmp_path, monkeypatch):
    page = open_pad(latent_dim=2)
    wait_for_grid(qtbot, page)
    path = tmp_path / "plane.png"
    path.with_suffix(".json").mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.pad_panel.save.click()
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=10_000)
    assert "plane.json" in page.banner.text


def test_one_number_is_a_line(qtbot, open_pad):
    page = open_pad("autoencoder", latent_dim=1)
    panel = page.pad_panel
    wait_for_grid(qtbot, page)
    assert len(panel.grid.places().items) == 9
    assert not panel.numbers.isVisible()
    assert not panel.fields.boxes[1].isVisible()
    before = z_of(page)
    qtbot.keyClick(panel.square, Qt.Key.Key_Up)
    assert z_of(page).tobytes() == before.tobytes()
    qtbot.keyClick(panel.square, Qt.Key.Key_Right)
    assert z_of(page)[0] > before[0]
    fill(page)
    assert "one line" in panel.triangle._hint
    page.grab()


def test_many_numbers(qtbot, open_pad):
    page = open_pad(latent_dim=512)
    panel = page.pad_panel
    panel.numbers.first.setValue(511)
    panel.numbers.second.setValue(511)  # the same one twice
    wait_for_grid(qtbot, page)
    assert panel.grid.places().facts["columns"] == 9
    assert len(panel.grid.places().items) == 9
    panel.fields.boxes[0].setValue(1.25)
    assert z_of(page)[511] == 1.25


def test_three_pictures_are_mixed(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel = page.pad_panel
    panel.choice.setCurrentIndex(PICTURES)
    assert "A, B, C" in panel.triangle._hint
    fill(page)
    assert panel.triangle._hint == ""
    a, b, c = (slot.places[0].z for slot in panel.pictures.slots)
    assert panel.triangle.is_off  # seed 1 is none of them
    assert "beside this plane" in panel.beside.text()
    qtbot.keyClick(panel.triangle, Qt.Key.Key_Home)
    np.testing.assert_allclose(z_of(page), (a + b + c) / 3, atol=1e-5)
    assert not panel.triangle.is_off
    panel.fields.boxes[1].setValue(100)
    np.testing.assert_allclose(z_of(page), b, atol=1e-5)
    assert [box.value() for box in panel.fields.boxes] == [0, 100, 0]
    qtbot.waitUntil(lambda: not panel.pictures.slots[2].picture.image().isNull(), timeout=10_000)
    qtbot.waitUntil(lambda: not panel.triangle._thumbnails[2].isNull())
    wait_for_grid(qtbot, page)
    page.grab()


def test_pictures_without_an_area_are_told(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    fill(page, (3, 3, 3))
    panel = page.pad_panel
    assert "the same one" in panel.triangle._hint
    before = z_of(page)
    qtbot.keyClick(panel.triangle, Qt.Key.Key_Up)
    assert z_of(page).tobytes() == before.tobytes()
    assert not panel.save.isEnabled()
    panel.pictures.slots[1].seed_asked.emit(8)
    assert "one line" in panel.triangle._hint


def test_pictures_are_dropped_and_taken_by_keys(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel = page.pad_panel
    panel.choice.setCurrentIndex(PICTURES)
    slots = panel.pictures.slots
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    qtbot.keyClick(page, Qt.Key.Key_2)
    assert slots[1].places[0].z.tobytes() == z_of(page).tobytes()
    assert slots[1].places[0].seed == 1
    place = Place(np.arange(12, dtype=np.float32))
    drop(slots[0].picture, to_mime([place]))
    assert slots[0].places[0].z.tolist() == list(range(12))
    drop(slots[0].picture, to_mime([Place(np.zeros(3, np.float32))]))
    assert page.banner.kind == "error"
    assert "3 numbers where the model takes 12" in page.banner.text
    page.explorer.random()
    slots[1].show_place(slots[1].places[0], np.zeros((1, 28, 28), np.uint8))
    slots[1].go_asked.emit()
    assert page.explorer.point.seed == 1


def test_pictures_of_other_truncations_stand_as_they_were_drawn(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    fill(page)
    first = page.pad_panel.pictures.slots[0]
    first.put([Place(first.places[0].z, psi=0.5)])
    page.explorer.set_psi(0.8)
    page.pad_panel.fields.boxes[0].setValue(99)
    page.pad_panel.fields.boxes[0].setValue(100)
    drawn = page.explorer.drawn(z_of(page)[None])[0]
    np.testing.assert_allclose(drawn, first.places[0].z * 0.5, atol=1e-5)


def directions(count, dim=12):
    vectors = np.random.default_rng(3).standard_normal((count, dim)).astype(np.float32)
    zero = np.zeros(dim, np.float32)
    return [Direction(f"PCA {at}", "latent_pca", row, zero) for at, row in enumerate(vectors, 1)]


def test_two_directions_span_the_plane(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel = page.pad_panel
    panel.choice.setCurrentIndex(DIRECTIONS)
    assert "Directions" in panel.square._hint
    ways = directions(3)
    panel.directions.set_directions(ways)
    assert panel.square._hint == ""
    before = z_of(page)
    panel.directions.second.setCurrentIndex(2)
    x, y = panel.square.value()
    panel.square._choose(x + 1, y - 0.5)
    expected = before + ways[0].vector - 0.5 * ways[2].vector
    np.testing.assert_allclose(z_of(page), expected, atol=1e-5)
    panel.directions.second.setCurrentIndex(0)
    assert "lead the same way" in panel.square._hint
    panel.directions.set_directions([*ways[1:], ways[0]])  # another order: what was chosen stays
    assert panel.directions.first.currentText() == "PCA 1"


def test_locked_numbers_stay(qtbot, open_pad):
    page = open_pad(latent_dim=12)
    panel = page.pad_panel
    panel.choice.setCurrentIndex(DIRECTIONS)
    panel.directions.set_directions(directions(2))
    page.explorer.set_locks({0, 5})
    before = z_of(page)
    assert "2 numbers locked" in panel.card._note_texts
    qtbot.keyClick(panel.square, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    after = z_of(page)
    assert after[[0, 5]].tobytes() == before[[0, 5]].tobytes()
    assert (after != before).sum() == 10
    panel.choice.setCurrentIndex(NUMBERS)
    panel.numbers.first.setValue(0)
    panel.numbers.second.setValue(5)
    assert "locked" in panel.square._hint
    page.explorer.set_locks({0})
    assert panel.square.moves == (False, True)
    page.explorer.set_locks(())
    assert panel.square.moves == (True, True)


def test_another_run_empties_the_slots(qtbot, open_pad, folders):
    page = open_pad(latent_dim=12)
    fill(page)
    write_run(folders, "gan", latent_dim=12)
    page.session.runs_changed.emit()
    qtbot.waitUntil(lambda: page.picker.runs.count() == 2)
    page.picker.runs.setCurrentIndex(0)
    page.picker.runs.activated.emit(0)
    slots = page.pad_panel.pictures.slots
    qtbot.waitUntil(lambda: not any(slot.places for slot in slots), timeout=10_000)
    assert all(slot.picture.image().isNull() for slot in slots)
    page.pad_panel.choice.setCurrentIndex(NUMBERS)
    wait_for_grid(qtbot, page)


def test_newer_weights_keep_the_plane_and_draw_it_again(qtbot, open_pad):
    page = open_pad(latent_dim=12, steps=(500, 1000))
    panel = page.pad_panel
    fill(page)
    wait_for_grid(qtbot, page)
    before, plane = grid_of(panel), panel._plane
    panel.grid._clock = partial(float, "inf")  # long after
    steps = page.picker.steps
    steps.setCurrentIndex(2)
    steps.activated.emit(2)
    qtbot.waitUntil(lambda: page.explorer.bundle.step == 500, timeout=10_000)
    wait_for_grid(qtbot, page)
    assert panel._plane is plane
    assert grid_of(panel) != before
    assert all(slot.places for slot in panel.pictures.slots)


def test_no_pictures_are_drawn_where_none_are_wanted(qtbot, open_pad):
    page = open_pad(latent_dim=2)
    panel = page.pad_panel
    wait_for_grid(qtbot, page)
    panel.side.setCurrentIndex(0)
    assert not panel.square.has_map
    assert not panel.save.isEnabled()
    assert panel.grid._job() is None
    panel.side.setCurrentIndex(1)
    page.panels.show_panel(page.slider_panel)
    assert panel.grid._job() is None  # nobody looks
    page.panels.show_panel(panel)
    wait_for_grid(qtbot, page)


def test_json_beside_a_grid_is_plain(qtbot, open_pad):
    page = open_pad(latent_dim=2)
    wait_for_grid(qtbot, page)
    from gan_studio.inference.places import to_text

    found = json.loads(to_text(page.pad_panel.grid.places()))
    assert found["family"] == "gan"
    assert found["step"] == 1000


def test_a_grid_of_a_run_that_trains_is_not_drawn_at_every_snapshot(qtbot, open_pad):
    page = open_pad(latent_dim=2, steps=(500, 1000))
    grid = page.pad_panel.grid
    now = [100.0]
    grid._clock = lambda: now[0]
    page.explorer.set_psi(0.9)
    wait_for_grid(qtbot, page)
    page.explorer.set_bundle(replaced(page.explorer.bundle, step=1001))
    assert not grid.is_whole
    assert grid._job() is None
    assert grid._timer.isActive()  # it is drawn later, also when nothing else comes
    now[0] += AGAIN_S
    assert grid._job() is not None
    grid._timer.start(0)
    wait_for_grid(qtbot, page)


def test_bookmarks_and_directions_of_the_run_are_offered(qtbot, open_pad, folders):
    page = open_pad(latent_dim=12)
    panel = page.pad_panel
    qtbot.waitUntil(lambda: page.directions.is_ready, timeout=10_000)
    plane = panel._plane
    page.directions.add(directions(2))
    assert panel._plane is plane  # which is of two numbers
    assert panel.directions.missing() == ""
    slot = panel.pictures.slots[0]
    assert list(slot.shelf()) == []
    page.bookmark.click()
    qtbot.waitUntil(lambda: len(list(slot.shelf())) == 1, timeout=10_000)
    assert next(iter(slot.shelf())).z.tobytes() == z_of(page).tobytes()
