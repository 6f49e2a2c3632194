"""Explore's shelf: bookmarks, history, neighbours; latents as text; pictures of one's own."""

from __future__ import annotations

import json
import shutil
import threading
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDrag, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gan_studio.core.events import SnapshotReady
from gan_studio.exporters.png import png_bytes
from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore.shelf import BOOKMARKS, HISTORY, NEIGHBOURS
from gan_studio.gui.widgets.place_mime import from_mime, to_mime
from gan_studio.gui.widgets.place_slot import PlaceSlot
from gan_studio.inference.again import draw_again
from gan_studio.inference.bookmarks import (
    FILE,
    new_bookmark,
    picture_path,
    read_bookmarks,
    save_bookmarks,
)
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.places import BATCH, Place, Places, read_places, to_text
from gan_studio.inference.search import Search
from tests.gui.fakes import file_drop, started
from tests.gui.model_runs import FACTS, a_run_config, weights_of, write_run

pytestmark = pytest.mark.gui


@pytest.fixture
def open_page(show_page):
    return partial(show_page, ExplorePage)


@pytest.fixture
def run(folders):
    return write_run(folders, "gan", latent_dim=8)


@pytest.fixture
def page(qtbot, open_page, run):
    return opened(qtbot, open_page)


def opened(qtbot, open_page):
    page = open_page()
    qtbot.waitUntil(lambda: is_at_rest(page), timeout=10_000)
    return page


def is_at_rest(page):
    shelf = page.stage.bookmarks._shelf
    is_drawn = page.stage.shown.of(page.explorer.point) is not None
    return page.explorer.bundle is not None and is_drawn and shelf.is_read and shelf.task is None


def rest(qtbot, page):
    qtbot.waitUntil(lambda: is_at_rest(page), timeout=10_000)


def said(page):
    return page.banner.title if page.banner.kind else ""


def names(path):
    return [item.place.name for item in read_bookmarks(path).bookmarks]


def texts(page):
    page.desk.copy()
    return QGuiApplication.clipboard().text()


# Bookmarks


def test_a_bookmark_appears_at_once_with_the_picture_that_is_seen(qtbot, page, run):
    page.explorer.set_dim(1, 2.5)
    rest(qtbot, page)
    page.bookmark.click()
    (item,) = page.stage.bookmarks.items
    assert page.stage.shelf.tab == BOOKMARKS
    (thumb,) = page.stage.shelf.bookmarks.list.thumbs.thumbs
    assert thumb.image == page.stage.view.image()
    rest(qtbot, page)
    (kept,) = read_bookmarks(run).bookmarks
    assert kept.place.z.tobytes() == page.explorer.point.z.tobytes()
    assert (kept.id, kept.step) == (item.id, 1000)
    np.testing.assert_array_equal(kept.picture, page.stage.shown.of(page.explorer.point))
    page.grab()


def test_a_click_goes_there_and_is_undone(qtbot, page):
    page.bookmark.click()
    there = page.explorer.point.z.copy()
    page.main_action()
    rest(qtbot, page)
    thumbs = page.stage.shelf.bookmarks.list
    center = thumbs.visualRect(thumbs.thumbs.index(0)).center()
    qtbot.mouseClick(thumbs.viewport(), Qt.MouseButton.LeftButton, pos=center)
    np.testing.assert_array_equal(page.explorer.point.z, there)
    page.undo.click()
    assert not np.array_equal(page.explorer.point.z, there)


def test_bookmarks_are_there_in_the_next_window(qtbot, open_page, run):
    place = Place(np.full(8, 0.5, np.float32), name="half")
    save_bookmarks(run, (), (new_bookmark(place, 500, np.zeros((1, 28, 28), np.uint8)),))
    page = opened(qtbot, open_page)
    (thumb,) = page.stage.shelf.bookmarks.list.thumbs.thumbs
    assert (thumb.name, thumb.words, thumb.is_odd) == ("half", "step 500", False)


def test_they_are_renamed_ordered_and_deleted_and_deleting_is_undone(qtbot, page, run):
    keeper, view = page.stage.bookmarks, page.stage.shelf.bookmarks
    for _number in range(3):
        page.main_action()
        rest(qtbot, page)
        page.bookmark.click()
    first, second, third = (item.id for item in keeper.items)
    view.list.choose([second])
    view.list.thumbs.setData(view.list.currentIndex(), "b")
    view.list.moved.emit([third], 0)
    rest(qtbot, page)
    assert names(run) == ["", "", "b"]
    assert [item.id for item in keeper.items] == [third, first, second]
    view.list.choose([third])
    QTest.keyClick(view.list, Qt.Key.Key_Delete)
    rest(qtbot, page)
    assert len(names(run)) == 2
    assert picture_path(run, third).exists()
    page.banner._action.click()
    rest(qtbot, page)
    assert [item.id for item in read_bookmarks(run).bookmarks] == [third, first, second]


def test_two_windows_on_one_run_keep_each_others_bookmarks(qtbot, open_page, run):
    one, two = opened(qtbot, open_page), opened(qtbot, open_page)
    one.bookmark.click()
    rest(qtbot, one)
    two.bookmark.click()
    rest(qtbot, two)
    assert len(read_bookmarks(run).bookmarks) == 2
    assert len(two.stage.bookmarks.items) == 2
    one.stage.bookmarks.refresh()
    rest(qtbot, one)
    assert len(one.stage.bookmarks.items) == 2


def test_places_of_other_panels_are_drawn_as_their_picture_would_be(qtbot, page, run):
    z = np.random.default_rng(3).standard_normal((3, 8)).astype(np.float32)
    keeper = page.stage.bookmarks
    keeper.add(Places(tuple(Place(row, psi=0.5) for row in z)))
    assert [place.z.tobytes() for place in keeper.places] == [row.tobytes() for row in z]
    qtbot.waitUntil(lambda: all(item.picture is not None for item in keeper.items))
    rest(qtbot, page)
    page.explorer.go_to(keeper.places[1])
    rest(qtbot, page)
    shown = page.stage.shown.of(page.explorer.point)
    np.testing.assert_array_equal(keeper.items[1].picture, shown)
    np.testing.assert_array_equal(read_bookmarks(run).bookmarks[1].picture, shown)


def test_bookmarks_of_another_size_are_shown_as_not_fitting(qtbot, open_page, run):
    save_bookmarks(run, (), (new_bookmark(Place(np.zeros(3, np.float32)), 1),))
    page = opened(qtbot, open_page)
    (thumb,) = page.stage.shelf.bookmarks.list.thumbs.thumbs
    assert thumb.is_odd
    assert "3 numbers" in thumb.words
    assert page.stage.bookmarks.places == ()
    before = page.explorer.point
    page.stage.shelf.bookmarks.list.went.emit(thumb.key)
    assert page.explorer.point is before
    assert "3 numbers where the model takes 8" in page.banner.text


def test_a_damaged_file_is_told_and_kept(qtbot, open_page, run):
    (run / "explore").mkdir()
    (run / FILE).write_text("{", "utf-8")
    page = opened(qtbot, open_page)
    assert "bookmarks-damaged.json" in page.banner.text
    page.bookmark.click()
    rest(qtbot, page)
    assert len(read_bookmarks(run).bookmarks) == 1


def test_a_folder_that_cannot_be_written_keeps_bookmarks_in_memory(qtbot, page, run):
    (run / "explore").write_text("in the way of a folder", "utf-8")
    for _number in range(2):
        page.bookmark.click()
        qtbot.waitUntil(lambda: page.stage.bookmarks._shelf.task is None)
    assert page.banner.title == "Bookmarks are not saved."
    assert "until the window is closed" in page.banner.text
    assert len(page.stage.bookmarks.items) == 2
    (run / "explore").unlink()
    page.bookmark.click()
    rest(qtbot, page)
    assert len(read_bookmarks(run).bookmarks) == 3


def test_a_run_that_was_deleted_is_told_and_not_made_again(qtbot, page, run):
    shutil.rmtree(run)
    page.bookmark.click()
    qtbot.waitUntil(lambda: said(page) == "Bookmarks are not saved.")
    assert not run.exists()
    page.session.runs_changed.emit()
    qtbot.waitUntil(lambda: page.empty.title == "No model yet")
    assert page.banner.title == "The run that was explored is gone."
    assert not page.bookmark.isEnabled()


def test_a_run_that_was_replaced_shows_no_places_of_the_old_one(qtbot, page, run, folders):
    page.bookmark.click()
    rest(qtbot, page)
    shutil.rmtree(run)
    write_run(folders, "gan", latent_dim=5).rename(run) if not run.exists() else None
    page.on_hidden()
    page.on_shown()
    qtbot.waitUntil(lambda: not page.stage.bookmarks.items)
    page.picker.choose(run, 500)
    qtbot.waitUntil(lambda: page.explorer.space.dim == 5, timeout=10_000)
    rest(qtbot, page)
    page.bookmark.click()
    rest(qtbot, page)
    assert [item.dim for item in read_bookmarks(run).bookmarks] == [5]


def test_it_bookmarks_while_the_run_trains(qtbot, open_page, session, engine, folders):
    config = a_run_config("gan", latent_dim=8)
    run_dir = folders.runs / "live"
    run_dir.mkdir(parents=True)
    engine.script = [started(run_dir=str(run_dir), **FACTS)]
    page = open_page()
    with qtbot.waitSignal(session.run_started):
        session.start_training(config)
    session.snapshot.emit(SnapshotReady(100, 1.0, weights=weights_of(config, 1)))
    rest(qtbot, page)
    page.bookmark.click()
    session.snapshot.emit(SnapshotReady(200, 1.0, weights=weights_of(config, 2)))
    shown, point = page.stage.shown, page.explorer.point
    qtbot.waitUntil(lambda: shown.step_of(point) == 200, timeout=10_000)
    page.bookmark.click()
    rest(qtbot, page)
    first, second = read_bookmarks(run_dir).bookmarks
    assert (first.step, second.step) == (100, 200)
    assert not np.array_equal(first.picture, second.picture)


def test_a_bookmark_can_be_dragged_to_a_slot_and_one_dropped_here(qtbot, page, monkeypatch):
    page.bookmark.click()
    view = page.stage.shelf.bookmarks
    dragged = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_actions: dragged.append(drag.mimeData()))
    view.list.choose([page.stage.bookmarks.items[0].id])
    view.list.startDrag(Qt.DropAction.CopyAction)
    mime = dragged.pop()
    (place,) = from_mime(mime, 8).items
    assert place.z.tobytes() == page.explorer.point.z.tobytes()
    assert mime.hasImage()
    other = to_mime([Place(np.ones(8, np.float32), name="from elsewhere")])
    view.list.dropped.emit(other)
    assert page.stage.bookmarks.items[1].place.name == "from elsewhere"
    view.list.dropped.emit(to_mime([Place(np.ones(3, np.float32))]))
    assert "3 numbers" in page.banner.text
    rest(qtbot, page)


# History


def test_history_shows_what_was_seen_and_a_click_goes_there(qtbot, page):
    shelf = page.stage.shelf
    shelf.show_tab(HISTORY)
    seen = [page.stage.view.image()]
    for _number in range(3):
        page.main_action()
        rest(qtbot, page)
        seen.append(page.stage.view.image())
    thumbs = shelf.history.list.thumbs
    qtbot.waitUntil(lambda: len(thumbs.thumbs) == 4)
    assert [thumb.image for thumb in thumbs.thumbs] == seen
    assert [thumb.key for thumb in thumbs.thumbs if thumb.is_marked] == [0]
    shelf.history.list.went.emit(-2)
    assert page.explorer.point.seed == 2
    rest(qtbot, page)
    qtbot.waitUntil(lambda: [thumb.key for thumb in thumbs.thumbs] == [-1, 0, 1, 2])
    shelf.history.list.went.emit(2)
    assert page.explorer.point.seed == 4
    page.grab()


def test_a_drag_is_one_thumbnail_and_its_frames_cost_nothing(qtbot, page):
    shelf, made = page.stage.shelf, []
    shelf.show_tab(HISTORY)
    show = shelf.history.refresh
    shelf.history.refresh = lambda: (made.append(1), show())
    for value in np.linspace(0, 2, 50):
        page.explorer.set_dim(1, float(value), is_drag=True)
        QGuiApplication.processEvents()
    assert made == []
    page.explorer.end_gesture()
    qtbot.waitUntil(lambda: len(shelf.history.list.thumbs.thumbs) == 2, timeout=10_000)
    assert shelf.history.list.thumbs.thumbs[1].image == page.stage.view.image()


def test_pictures_of_long_ago_are_forgotten(qtbot, page):
    for _number in range(150):
        page.main_action()
        qtbot.waitUntil(lambda: page.stage.shown.of(page.explorer.point) is not None)
    assert len(page.stage.shown._known) <= 120
    shelf = page.stage.shelf
    shelf.show_tab(HISTORY)
    assert len(shelf.history.list.thumbs.thumbs) == 26


def test_neighbours_are_drawn_only_while_they_are_seen(qtbot, page, settings):
    assert page.surroundings.has_neighbours
    page.stage.shelf.show_tab(BOOKMARKS)
    assert not page.surroundings.has_neighbours
    assert settings.of_page("explore")["shelf"] == BOOKMARKS
    page.stage.grid.set_pictures(None)
    page.stage.shelf.show_tab(NEIGHBOURS)
    qtbot.waitUntil(lambda: page.stage.grid.count() == 25, timeout=10_000)


def test_the_tab_is_remembered(qtbot, open_page, run, settings):
    settings.remember("explore", shelf=HISTORY)
    assert opened(qtbot, open_page).stage.shelf.tab == HISTORY


# Text and files


def test_a_copied_latent_is_pasted_to_the_bit(qtbot, page):
    page.explorer.set_psi(0.7)
    page.explorer.set_dim(2, 1 / 3)
    there = page.explorer.place
    text = texts(page)
    page.main_action()
    page.desk.paste()
    qtbot.waitUntil(lambda: page.explorer.point.psi == there.psi and page.explorer.point.is_moved)
    assert page.explorer.point.z.tobytes() == there.z.tobytes()
    page.undo.click()
    assert page.explorer.point.z.tobytes() != there.z.tobytes()
    QGuiApplication.clipboard().setText(text)  # as from an editor
    page.desk.paste()
    qtbot.waitUntil(lambda: page.explorer.point.z.tobytes() == there.z.tobytes())


def test_bare_numbers_are_pasted(qtbot, page):
    QGuiApplication.clipboard().setText("1, 2, 3, 4, 5, 6, 7, 8")
    page.desk.paste()
    qtbot.waitUntil(lambda: page.explorer.point.z.tolist() == [1, 2, 3, 4, 5, 6, 7, 8])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 2 3", "3 numbers where the model takes 8"),
        ("1 2 3 4 5 6 7 nan", "not finite"),
        ("what is this", "no number"),
        ('{"format": 3}', "not a latents file"),
    ],
)
def test_what_cannot_be_pasted_is_told(qtbot, page, text, words):
    before = page.explorer.point
    QGuiApplication.clipboard().setText(text)
    page.desk.paste()
    qtbot.waitUntil(lambda: page.banner.kind == "error")
    if words != "no number":
        assert words in page.banner.text
    assert page.explorer.point is before


def test_an_empty_clipboard_is_told(page):
    QGuiApplication.clipboard().clear()
    page.desk.paste()
    assert page.banner.title.startswith("There is neither")


def test_a_file_of_several_places_offers_to_keep_them(qtbot, page, tmp_path):
    z = np.random.default_rng(3).standard_normal((4, 8)).astype(np.float32)
    path = tmp_path / "some.json"
    path.write_text(to_text(Places(tuple(Place(row, name=f"n{row[0]:.1f}") for row in z), 9)))
    with file_drop(path) as event:
        assert page.desk.can_take(event.mimeData())
        page.dropEvent(event)
    qtbot.waitUntil(lambda: page.explorer.point.z.tobytes() == z[0].tobytes())
    assert page.banner.title == "some.json: 4 places."
    page.banner._action.click()
    assert len(page.stage.bookmarks.items) == 4
    qtbot.waitUntil(lambda: all(item.picture is not None for item in page.stage.bookmarks.items))
    rest(qtbot, page)


def test_the_place_is_saved_as_a_file(qtbot, page, tmp_path, monkeypatch):
    target = tmp_path / "here"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    page.controls.latent.save.click()
    qtbot.waitUntil(lambda: said(page) == "Saved.")
    found = read_places(tmp_path / "here.json", 8)
    assert found.items[0].z.tobytes() == page.explorer.point.z.tobytes()
    assert (found.batch, found.facts["step"]) == (1, 1000)
    assert json.loads((tmp_path / "here.json").read_text("utf-8"))["family"] == "gan"


# Pictures of one's own


def picture_of(page, path):
    page.stage.view.image().save(str(path))
    return path


def test_a_picture_is_searched_for_in_a_gan(qtbot, page, tmp_path):
    path = picture_of(page, tmp_path / "mine.png")
    page.finder.search = Search(starts=2, steps=20)
    page.main_action()
    rest(qtbot, page)
    before = page.explorer.point
    with file_drop(path) as event:
        page.dropEvent(event)
    qtbot.waitUntil(lambda: not page.stage.find_column.itemAt(0).widget().isHidden())
    qtbot.waitUntil(lambda: not page.finder.is_busy, timeout=30_000)
    found = page.finder.found
    assert page.explorer.point.z.tobytes() == found.z.tobytes()
    strip = page.stage.find_column.itemAt(0).widget()
    assert f"{found.mse:.4f}" in strip.words.text()
    assert "by search" in strip.words.text()
    page.undo.click()
    assert page.explorer.point is before
    strip.go.click()
    assert page.explorer.point.z.tobytes() == found.z.tobytes()
    strip.dismiss.click()
    assert strip.isHidden()
    page.grab()


def test_an_exported_picture_brings_its_place_back(qtbot, page, tmp_path):
    """Nothing is searched for: the PNG names z to the last bit."""
    dim = page.explorer.space.dim
    place = Place(np.linspace(-1.5, 1.5, dim, dtype=np.float32), psi=0.8)
    path = tmp_path / "taken.png"
    path.write_bytes(png_bytes(np.zeros((1, 28, 28), np.uint8), Places((place,))))
    with file_drop(path) as event:
        page.dropEvent(event)
    qtbot.waitUntil(lambda: page.explorer.point.z.tobytes() == place.z.tobytes())
    assert page.explorer.point.psi == 0.8


def test_open_takes_exported_pictures_as_well(qtbot, page, tmp_path, monkeypatch):
    place = Place(np.full(page.explorer.space.dim, 0.5, np.float32))
    path = tmp_path / "sheet.png"
    path.write_bytes(png_bytes(np.zeros((1, 28, 28), np.uint8), Places((place,))))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    page.desk._on_open()
    qtbot.waitUntil(lambda: page.explorer.point.z.tobytes() == place.z.tobytes())


def test_an_exported_picture_of_another_model_is_searched_for(qtbot, page, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(page.desk, "_find", lambda source, name: asked.append(name))
    place = Place(np.zeros(page.explorer.space.dim + 1, np.float32))
    path = tmp_path / "other.png"
    path.write_bytes(png_bytes(np.zeros((1, 28, 28), np.uint8), Places((place,))))
    page.desk.find_file(path)
    qtbot.waitUntil(lambda: asked == ["other.png"])


def test_a_search_that_is_cancelled_gives_the_best_so_far(qtbot, page, tmp_path):
    page.finder.search = Search(starts=1, steps=100_000)
    page.desk.find_file(picture_of(page, tmp_path / "mine.png"))
    strip = page.stage.find_column.itemAt(0).widget()
    qtbot.waitUntil(lambda: page.finder.found is not None, timeout=30_000)
    assert "search: step" in strip.words.text()
    strip.cancel.click()
    qtbot.waitUntil(lambda: not page.finder.is_busy, timeout=10_000)
    assert page.finder.found.is_cut_short
    assert "cut short" in strip.words.text()
    assert page.explorer.point.z.tobytes() == page.finder.found.z.tobytes()


def test_an_encoder_knows_at_once_and_a_pasted_picture_is_taken(qtbot, open_page, folders):
    write_run(folders, "vae", latent_dim=4)
    page = opened(qtbot, open_page)
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    QGuiApplication.clipboard().setImage(image)
    page.desk.paste()
    qtbot.waitUntil(lambda: page.finder.found is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not page.finder.is_busy)
    found = page.finder.found
    assert page.explorer.point.z.tobytes() == found.z.tobytes()
    strip = page.stage.find_column.itemAt(0).widget()
    assert "by the encoder" in strip.words.text()
    assert found.is_light
    assert strip.swap.isVisible()
    strip.swap.click()
    qtbot.waitUntil(lambda: not page.finder.is_busy, timeout=10_000)
    assert page.finder.found.original.max() == 0


def test_what_is_no_picture_is_refused_in_one_sentence(qtbot, page, tmp_path):
    path = tmp_path / "text.png"
    path.write_text("this is text", "utf-8")
    page.desk.find_file(path)
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=30_000)
    assert "text.png" in page.banner.text
    assert "not a picture" in page.banner.text
    assert page.finder.wanted is None


def test_a_family_with_classes_says_that_it_cannot(qtbot, open_page, folders, tmp_path):
    write_run(folders, "conditional_gan", latent_dim=8)
    page = opened(qtbot, open_page)
    page.desk.find_file(picture_of(page, tmp_path / "mine.png"))
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=30_000)
    assert "takes no class" in page.banner.text


def test_a_png_that_holds_latents_is_gone_to_without_a_search(qtbot, page, tmp_path):
    page.explorer.set_dim(3, 1 / 3)
    rest(qtbot, page)
    there = page.explorer.place
    path = tmp_path / "drawn.png"
    path.write_bytes(png_bytes(page.stage.shown.of(page.explorer.point), page.desk.here()))
    page.main_action()
    page.desk.find_file(path)
    qtbot.waitUntil(lambda: page.explorer.point.z.tobytes() == there.z.tobytes())
    assert page.finder.wanted is None
    zeros = Places((Place(np.zeros(3, np.float32)),))
    path.write_bytes(png_bytes(np.zeros((1, 28, 28), np.uint8), zeros))
    page.finder.search = Search(starts=1, steps=2)
    page.desk.find_file(path)  # another model's
    qtbot.waitUntil(lambda: page.finder.found is not None, timeout=30_000)
    qtbot.waitUntil(lambda: not page.finder.is_busy, timeout=30_000)


def test_the_pages_own_pictures_are_not_looked_for(page, tmp_path):
    mime = to_mime([Place(np.zeros(8, np.float32))])
    assert page.desk.can_take(mime, page.stage.view)
    with file_drop(tmp_path / "a.png") as event:
        assert page.desk.can_take(event.mimeData())
        assert not page.desk.can_take(event.mimeData(), page.stage.view)


# Again


def again(path, places):
    """As `gan-studio sample --latents` draws, in a thread of its own as it has a process."""
    found = []
    thread = threading.Thread(target=lambda: found.append(draw_again(load_bundle(path), places)))
    thread.start()
    thread.join()
    return found[0]


def test_everything_shown_is_drawn_again_to_the_bit(qtbot, page, run):
    drawn = []
    page.surroundings.neighbours.connect(drawn.append)
    page.explorer.set_psi(0.7)
    page.explorer.set_dim(1, 2.5)
    rest(qtbot, page)
    seen = page.stage.shown.of(page.explorer.point)
    np.testing.assert_array_equal(again(run, page.desk.here())[0], seen)
    qtbot.waitUntil(lambda: len(drawn) > 0, timeout=10_000)
    points = page.surroundings._shown_neighbours
    places = Places(tuple(Place(row, psi=0.7) for row in points), BATCH)
    np.testing.assert_array_equal(again(run, places), drawn[-1])


# A run that changes on the disk


def test_a_checkpoint_that_is_being_written_is_not_there_yet(qtbot, open_page, run):
    store = run / "checkpoints"
    shutil.copytree(store / "001000", store / ".001500.abcdef")
    page = opened(qtbot, open_page)
    steps = page.picker.steps
    assert [steps.itemData(row) for row in range(steps.count())] == [None, 1000, 500]
    assert page.explorer.bundle.step == 1000


def test_of_a_half_written_newest_checkpoint_the_one_before_is_shown(qtbot, open_page, run):
    store = run / "checkpoints"
    shutil.copytree(store / "001000", store / "001500")
    weights = store / "001500" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    page = opened(qtbot, open_page)
    assert page.explorer.bundle.step == 1000
    before = page.stage.view.image()
    page.picker.choose_step(1500)
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=10_000)
    assert "001500" in page.banner.text
    assert "damaged" in page.banner.text
    assert page.stage.view.image() == before
    page.main_action()
    rest(qtbot, page)


# Keys


def test_the_list_is_used_by_keys(qtbot, page):
    for _number in range(2):
        page.main_action()
        rest(qtbot, page)
        page.bookmark.click()
    view = page.stage.shelf.bookmarks.list
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert page.explorer.point.seed == 2
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(type(page.slider_panel.search))
    QTest.keyClicks(editor, "left one")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.stage.bookmarks.items[0].place.name == "left one")
    rest(qtbot, page)


def test_a_bookmark_is_dropped_before_another(qtbot, page):
    for _number in range(3):
        page.main_action()
        rest(qtbot, page)
        page.bookmark.click()
    keeper, view = page.stage.bookmarks, page.stage.shelf.bookmarks.list
    ids = [item.id for item in keeper.items]
    rect = view.visualRect(view.thumbs.index(1))
    assert view._place_at(rect.center()) == 1
    assert view._place_at(rect.topRight()) == 2
    assert view._place_at(view.rect().bottomRight()) == 3
    view.moved.emit([ids[2]], 1)
    assert [item.id for item in keeper.items] == [ids[0], ids[2], ids[1]]
    mime = to_mime([Place(np.ones(8, np.float32))])
    action, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPointF(3, 3), action, mime, buttons, Qt.KeyboardModifier.NoModifier)
    view.dropEvent(event)
    assert len(keeper.items) == 4
    rest(qtbot, page)


def test_slots_of_other_panels_offer_the_bookmarks(qtbot, page):
    page.bookmark.click()
    rest(qtbot, page)
    slots = [slot for slot in page.findChildren(PlaceSlot) if slot.picture.takes]
    assert len(slots) == 6
    for slot in slots:
        (place,) = slot.shelf()
        assert place.z.tobytes() == page.explorer.point.z.tobytes()
