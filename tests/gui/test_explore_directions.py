"""Explore's directions: kept with the run, found beside the window, and moved along."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gan_studio.core.errors import Cancelled
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.explore import ExplorePage, direction_menu
from gan_studio.gui.pages.explore.direction_menu import make_menu
from gan_studio.gui.pages.explore.direction_store import UNREADABLE, RunReplaced
from gan_studio.gui.pages.explore.direction_strips import MEAN, PICTURES
from gan_studio.gui.pages.explore.direction_words import note_of, sentences_of
from gan_studio.gui.pages.explore.directions_desk import Directions, unique_name
from gan_studio.gui.pages.explore.explorer import Explorer
from gan_studio.gui.pages.explore.mark_grid import MarkGrid, MarkScroll
from gan_studio.gui.pages.explore.marking import COUNT, Marking
from gan_studio.inference import directions as engine_of_directions
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.directions import (
    BadDirections,
    Direction,
    TooFewMarks,
    load_directions,
    save_directions,
)
from gan_studio.inference.renderer import Rendered
from gan_studio.jobs.run_data import NotHere
from tests.gui.model_runs import write_run

pytestmark = pytest.mark.gui

DIM = 8


def a_direction(name="Slant", *ways, kind="property", **facts):
    """Along one number or more of the latent, from the middle."""
    vector = np.zeros(DIM, np.float32)
    vector[list(ways or (0,))] = 0.5
    return Direction(name, kind, vector, np.zeros(DIM, np.float32), 4.0, facts)


def draw_nothing(model, request):
    latents = getattr(request, "latents", np.zeros((1, DIM)))
    if latents.ndim == 1:
        return Rendered(np.zeros(len(request.dims), np.float32), 0.1)
    return Rendered(np.zeros((len(latents), 1, 28, 28), np.uint8), 0.1)


@pytest.fixture
def explorer(qtbot):
    owner = QObject()
    bridge = RenderBridge(draw_nothing, owner)
    made = Explorer(bridge, owner)
    yield made
    bridge.close()
    owner.deleteLater()


@pytest.fixture
def run(folders):
    return write_run(folders, "gan", latent_dim=DIM)


@pytest.fixture
def open_desk(qtbot, explorer, folders):
    """A desk over a run, as the page makes it; it has read the run."""
    desks = []

    def open_(run_dir, wait=True):
        if desks:
            explorer.set_bundle(None)
        desk = Directions(explorer, folders, explorer)
        desk.problems = []
        desk.failed.connect(desk.problems.append)
        desks.append(desk)
        explorer.set_bundle(load_bundle(run_dir))
        if wait:
            qtbot.waitUntil(lambda: desk.is_ready, timeout=10_000)
        return desk

    yield open_
    for desk in desks:
        desk.maker.cancel()
        qtbot.waitUntil(lambda desk=desk: not desk.store.is_busy)


@pytest.fixture
def desk(open_desk, run):
    return open_desk(run)


def names(desk):
    return [item.name for item in desk.items]


def saved(qtbot, desk, run_dir):
    qtbot.waitUntil(lambda: not desk.store.is_busy)
    return [item.name for item in load_directions(run_dir, DIM)]


# Kept with the run


def test_every_change_is_saved_and_read_again(qtbot, open_desk, run):
    desk = open_desk(run)
    desk.add([a_direction("Slant", 0), a_direction("Bold", 1)])
    desk.rename(1, "Thickness")
    assert saved(qtbot, desk, run) == ["Slant", "Thickness"]
    assert desk.current == 0
    again = open_desk(run)
    assert names(again) == ["Slant", "Thickness"]
    assert np.array_equal(again.items[1].vector, a_direction("", 1).vector)


def test_a_deletion_is_undone_without_being_asked_about(qtbot, desk, run):
    desk.add([a_direction(name, at) for at, name in enumerate("abcd")])
    desk.select(3)
    desk.delete([1, 2])
    assert (names(desk), desk.current) == (["a", "d"], 1)
    assert saved(qtbot, desk, run) == ["a", "d"]
    desk.delete([0])
    assert "“a”" in desk.removed_words
    desk.bring_back()
    assert "2 directions" in desk.removed_words
    desk.bring_back()
    assert names(desk) == ["a", "b", "c", "d"]
    assert not desk.removed_words
    assert saved(qtbot, desk, run) == ["a", "b", "c", "d"]


def test_names_are_never_given_twice(desk):
    desk.add([a_direction("PCA 1", 0), a_direction("PCA 1", 1)])
    assert names(desk) == ["PCA 1", "PCA 1 (2)"]
    desk.rename(1, " PCA 1 ")
    desk.rename(0, "  ")
    assert names(desk) == ["PCA 1", "PCA 1 (2)"]
    assert unique_name("a", ["a", "a (2)"]) == "a (3)"


def test_what_is_there_already_is_not_added_again(desk):
    desk.add([a_direction("a", 0), a_direction("b", 1)])
    assert desk.add([a_direction("b again", 1), a_direction("c", 2)]) == [1, 2]
    assert names(desk) == ["a", "b", "c"]
    assert desk.add([a_direction("a again", 0)]) == [0]
    assert desk.current == 0


def test_a_damaged_file_is_told_and_kept_aside(qtbot, open_desk, run):
    path = run / "explore" / "directions.json"
    path.parent.mkdir()
    path.write_text("{ broken", "utf-8")
    desk = open_desk(run)
    assert isinstance(desk.problems[0], BadDirections)
    desk.add([a_direction()])
    desk.rename(0, "mine")
    assert saved(qtbot, desk, run) == ["mine"]
    assert path.with_name(UNREADABLE).read_text("utf-8") == "{ broken"


def test_what_others_add_to_the_file_stays(qtbot, desk, run):
    desk.add([a_direction("a", 0), a_direction("b", 1)])
    assert saved(qtbot, desk, run) == ["a", "b"]
    save_directions(run, [*load_directions(run, DIM), a_direction("from the terminal", 5)])
    desk.delete([1])
    assert saved(qtbot, desk, run) == ["a", "from the terminal"]
    assert (names(desk), desk.current) == (["a", "from the terminal"], 0)
    desk.delete([1])
    assert saved(qtbot, desk, run) == ["a"]


def test_a_run_that_was_deleted_meanwhile_is_one_sentence(qtbot, desk, run):
    shutil.rmtree(run)
    desk.add([a_direction()])
    qtbot.waitUntil(lambda: bool(desk.problems))
    assert "gone" in str(desk.problems[0])
    assert names(desk) == ["Slant"]
    assert not run.exists()


def test_a_run_that_was_replaced_meanwhile_keeps_its_own(qtbot, desk, run):
    manifest = run / "manifest.json"
    facts = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**facts, "created": "2031-01-01T00:00:00"}), "utf-8")
    desk.add([a_direction()])
    qtbot.waitUntil(lambda: bool(desk.problems))
    assert isinstance(desk.problems[0], RunReplaced)
    assert load_directions(run, DIM) == []


def test_another_model_has_its_own_directions(qtbot, desk, explorer, run, folders):
    desk.add([a_direction()])
    other = write_run(folders, "gan", latent_dim=DIM)
    explorer.set_bundle(load_bundle(other))
    assert desk.items == ()
    explorer.set_bundle(load_bundle(run))  # at once: what waits to be written is read
    qtbot.waitUntil(lambda: desk.is_ready)
    assert names(desk) == ["Slant"]


def test_newer_weights_of_the_run_keep_the_directions(desk, explorer):
    desk.add([a_direction()])
    explorer.set_bundle(replace(explorer.bundle, step=2000))
    assert names(desk) == ["Slant"]


def test_a_model_without_a_folder_keeps_them_in_memory(qtbot, desk, explorer):
    explorer.set_bundle(replace(explorer.bundle, run_dir=None))
    qtbot.waitUntil(lambda: desk.is_ready)
    desk.add([a_direction()])
    explorer.set_bundle(replace(explorer.bundle, step=2000))
    assert names(desk) == ["Slant"]
    assert not desk.problems


def test_what_waits_is_written_when_the_program_ends(desk, run):
    desk.add([a_direction("a", 0)])
    desk.add([a_direction("b", 1)])
    desk.store.flush()
    assert [item.name for item in load_directions(run, DIM)] == ["a", "b"]


# Moves


def test_the_slider_is_where_we_are(desk, explorer):
    desk.add([a_direction("a", 0), a_direction("b", 1)])
    explorer.set_dim(0, 1.0)
    assert desk.values()[0] == pytest.approx(2.0)
    desk.move(0, -1.0)
    assert explorer.point.z[0] == pytest.approx(-0.5)
    assert desk.values()[0] == pytest.approx(-1.0)
    explorer.undo()
    assert desk.values()[0] == pytest.approx(2.0)


def test_a_drag_there_and_back_leads_to_the_same_place_and_is_one_move(desk, explorer):
    rng = np.random.default_rng(3)
    odd = replace(a_direction(), vector=rng.standard_normal(DIM).astype(np.float32))
    desk.add([odd])
    start, begun = explorer.point.z.copy(), desk.values()[0]
    for value in np.linspace(begun, begun + 3, 40):
        desk.move(0, float(value), is_drag=True)
    desk.move(0, begun, is_drag=True)
    assert explorer.point.z == pytest.approx(start, abs=1e-6)
    desk.move(0, 1.0, is_drag=True)
    desk.end_move()
    explorer.undo()
    assert np.array_equal(explorer.point.z, start)


def test_locked_numbers_stay_and_the_slider_says_so(desk, explorer):
    desk.add([a_direction("both", 0, 1)])
    desk.move(0, 0.0)
    explorer.set_locks([0])
    held = explorer.point.z[0]
    for value in (1.0, 2.0):  # twice: the way is counted from where the drag began
        desk.move(0, value, is_drag=True)
    assert explorer.point.z[0] == held
    assert desk.values()[0] == pytest.approx(1.0)  # half of it is held


# Found beside the window


def test_directions_are_found_by_the_model_itself(qtbot, desk):
    with qtbot.waitSignal(desk.maker.made, timeout=20_000) as caught:
        desk.maker.find("activation_pca", 3)
    assert names(desk) == ["PCA 1", "PCA 2", "PCA 3"]
    assert caught.args[0] == [0, 1, 2]
    assert desk.items[0].facts["step"] == 1000
    with qtbot.waitSignal(desk.maker.made, timeout=20_000):
        desk.maker.find("activation_pca", 4)
    assert len(desk.items) == 4


def test_what_this_model_has_not_is_told(qtbot, desk):
    with qtbot.waitSignal(desk.failed, timeout=20_000) as caught:
        desk.maker.find("latent_pca", 3)
    assert "encodes" in str(caught.args[0])
    assert not desk.maker.is_busy


@pytest.fixture
def held_work(monkeypatch):
    """`find_directions` waits until it is let go or cancelled."""
    gate = threading.Event()

    def find(bundle, kind, count, *, is_cancelled, **rest):
        while not gate.wait(0.005):
            if is_cancelled():
                raise Cancelled
        return [a_direction("late")]

    monkeypatch.setattr(engine_of_directions, "find_directions", find)
    yield gate
    gate.set()


def test_one_piece_of_work_at_a_time_and_it_can_be_cancelled(qtbot, desk, held_work):
    desk.maker.find("sefa", 1)
    first = desk.maker._task
    desk.maker.find("sefa", 2)
    assert desk.maker._task is first
    desk.maker.cancel()
    assert not desk.maker.is_busy
    held_work.set()
    desk.maker.find("sefa", 1)
    qtbot.waitUntil(lambda: names(desk) == ["late"])
    assert not desk.problems


def test_what_was_found_for_another_model_is_dropped(qtbot, desk, explorer, folders, held_work):
    desk.maker.find("sefa", 1)
    future = desk.maker._task.future
    explorer.set_bundle(load_bundle(write_run(folders, "gan", latent_dim=DIM)))
    held_work.set()
    future.result(5)
    qtbot.waitUntil(lambda: desk.is_ready)
    QApplication.processEvents()
    assert desk.items == ()
    assert not desk.maker.is_busy


def test_a_class_waits_for_the_runs_pictures(qtbot, desk, monkeypatch):
    seen = []

    def prepare(data, cache, progress, is_cancelled, *, may_download):
        if not may_download:
            raise NotHere()
        return SimpleNamespace(spec=SimpleNamespace(class_names=tuple("0123456789")))

    def towards(bundle, prepared, index, **rest):
        seen.append((index, rest["name"], rest["classifier"]))
        if index == 4:
            raise TooFewMarks(name="4", yes=0, no=9, least=20)
        return a_direction(rest["name"], index, kind="class")

    monkeypatch.setattr("gan_studio.gui.bridge.run_data.prepare", prepare)
    monkeypatch.setattr(engine_of_directions, "class_direction", towards)
    desk.maker._teacher.learned = lambda prepared, *rest: "knows digits"
    with qtbot.waitSignal(desk.maker.data_missing):
        desk.maker.make_classes([2, 4])
    assert not desk.maker.is_busy
    with qtbot.waitSignal(desk.maker.made):
        desk.maker.fetch()
    assert seen == [(at, f"Class {at}", "knows digits") for at in (2, 4)]
    assert names(desk) == ["Class 2"]  # the model never draws a 4
    with qtbot.waitSignal(desk.failed) as caught:
        desk.maker.make_classes([4])
    assert "0 samples say yes" in str(caught.args[0])


def test_a_direction_without_another_stands_beside_it(qtbot, desk):
    both = a_direction("both", 0, 1)
    desk.add([both, a_direction("a", 0)])
    with qtbot.waitSignal(desk.maker.made):
        desk.maker.make_apart(0, [1])
    assert names(desk) == ["both", "both without a", "a"]
    assert desk.current == 1
    assert desk.items[1].vector @ desk.items[2].vector == pytest.approx(0, abs=1e-6)
    with qtbot.waitSignal(desk.failed):
        desk.maker.make_apart(1, [0, 2])


def test_export_and_import(qtbot, desk, tmp_path):
    desk.add([a_direction("a", 0), a_direction("b", 1)])
    path = tmp_path / "mine.json"
    with qtbot.waitSignal(desk.told):
        desk.export(path, [1])
    desk.delete([0, 1])
    with qtbot.waitSignal(desk.told) as caught:
        desk.import_from(path)
    assert names(desk) == ["b"]
    assert caught.args[1].startswith("1 of 1")
    path.write_text(path.read_text("utf-8").replace("0.5, ", "", 1), "utf-8")
    with qtbot.waitSignal(desk.failed):
        desk.import_from(path)
    assert names(desk) == ["b"]


# Words


def test_numbers_are_said_in_words():
    told = a_direction(balanced_accuracy=0.914, held_out=3000)
    assert note_of(told) == "tells 0.91 apart"
    assert "0.91 of pictures apart on 3,000 not used" in sentences_of(told)[0]
    weak = a_direction(kind="marks", balanced_accuracy=0.9, marks_accuracy=0.55)
    assert note_of(weak) == "marks learned 0.55 · tells 0.90 apart"
    assert "hardly be learned" in sentences_of(weak)[0]
    found = a_direction(kind="sefa", explained=0.125, marks_accuracy=float("nan"))
    assert note_of(found) == "12.5 % explained"
    assert len(sentences_of(found)) == 1
    assert note_of(a_direction(label=3)) == ""


# Marking


@pytest.fixture
def marking(qtbot, desk, monkeypatch):
    """Pictures are on offer."""
    made = Marking(desk, desk)
    monkeypatch.setattr(
        "gan_studio.gui.pages.explore.directions_work.drawn",
        lambda bundle, latents, *rest: np.zeros((len(latents), 1, 28, 28), np.uint8),
    )
    with qtbot.waitSignal(made.offered, timeout=20_000):
        made.begin()
    return made


def test_marks_on_one_side_are_told_and_not_fitted(marking, desk):
    assert len(marking.marks) == COUNT
    for index in range(5):
        marking.mark(index, True)
    assert not marking.is_enough
    assert "3 more no" in marking.advice()
    marking.make("never")
    assert not desk.maker.is_busy
    for index in range(5, 8):
        marking.mark(index, False)
    assert marking.is_enough
    assert "20 in all" in marking.advice()


def test_marks_become_a_slider(qtbot, marking, desk, monkeypatch):
    given = {}

    def towards(bundle, latents, marks, *, name, **rest):
        given.update(latents=latents, marks=marks, label=rest["label"], bundle=bundle)
        return a_direction(name, 2, kind="marks", balanced_accuracy=0.8, held_out=2000)

    monkeypatch.setattr(engine_of_directions, "marked_direction", towards)
    for index, mark in ((3, True), (9, False), (4, True), (5, False), (8, True), (0, False)):
        marking.mark(index, mark)
    marking.mark(1, True)
    marking.mark(1, None)
    with qtbot.waitSignal(desk.maker.made):
        marking.make("Slanted")
    assert given["marks"].tolist() == [False, True, True, False, True, False]
    assert np.array_equal(given["latents"], marking._latents[[0, 3, 4, 5, 8, 9]])
    assert given["bundle"] is desk.explorer.bundle
    assert names(desk) == ["Slanted"]
    assert (marking.yes, marking.no) == (3, 3)  # one can go on from them


def test_more_pictures_keep_what_is_marked(qtbot, marking, monkeypatch):
    asked = {}

    def doubtful(bundle, latents, marks, count, seed, **rest):
        asked.update(latents=latents, marks=marks)
        return np.full((count, DIM), 7, np.float32)

    monkeypatch.setattr(engine_of_directions, "next_candidates", doubtful)
    before = marking._latents.copy()
    for index in range(6):
        marking.mark(10 * index, index % 2 == 0)
    with qtbot.waitSignal(marking.offered) as caught:
        marking.more()
    assert caught.args[0] == 6
    assert np.array_equal(asked["latents"], before[:60:10])
    assert marking.marks[:7] == [True, False] * 3 + [None]
    assert len(marking.marks) == len(marking.pictures) == COUNT + 6
    assert (marking._latents[6:] == 7).all()


def test_marks_of_another_model_are_forgotten(marking, explorer, folders):
    marking.mark(0, True)
    explorer.set_bundle(load_bundle(write_run(folders, "gan", latent_dim=DIM)))
    assert marking.marks == []
    assert marking.pictures is None


@pytest.fixture
def grid(qtbot):
    made = MarkGrid()
    scroll = MarkScroll(made)
    qtbot.addWidget(scroll)
    made.set_pictures(np.zeros((30, 1, 28, 28), np.uint8))
    made.set_marks([None] * 30)
    marks = [None] * 30

    def mark(index, value):
        marks[index] = value
        made.set_marks(marks)

    made.marked.connect(mark)
    made.area, made.given = scroll, marks
    scroll.resize(400, 200)
    scroll.show()
    return made


def test_marks_by_mouse(qtbot, grid):
    place = grid.picture_rect(2).center().toPoint()
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place)
    assert grid.given[2] is True
    qtbot.mouseClick(grid, Qt.MouseButton.RightButton, pos=place)
    assert grid.given[2] is False
    qtbot.mouseClick(grid, Qt.MouseButton.RightButton, pos=place)
    assert grid.given[2] is None
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert grid.given == [None] * 30


def test_marks_by_keys_go_on_to_the_next(qtbot, grid):
    grid.setFocus()
    qtbot.keyClicks(grid, "yyn")
    assert grid.given[:4] == [True, True, False, None]
    assert grid.selected == 3
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert grid.given[2] is None
    assert "picture 3 of 30: not marked" in grid.accessibleDescription()
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    columns = grid.columns()
    assert grid.selected == 2 + columns
    for _row in range(3):
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    seen = grid.area.viewport().rect().translated(0, grid.area.verticalScrollBar().value())
    assert seen.contains(grid.picture_rect(grid.selected).toAlignedRect())
    grid.grab()


@pytest.mark.parametrize("side", [8, 28, 32, 64, 100, 256])
def test_pictures_of_any_size_are_laid_out_within_the_room(grid, side):
    grid.set_pictures(np.zeros((30, 3, side, side), np.uint8))
    grid.area.fit()
    QApplication.processEvents()
    last, columns = grid.picture_rect(29), grid.columns()
    assert last.bottom() <= grid.height()
    assert grid.picture_rect(columns - 1).right() <= grid.area.viewport().width()
    assert columns >= 3
    assert last.width() >= 40


def test_the_pages_keys_belong_to_the_grid_while_it_has_them(grid):
    for key, is_taken in ((Qt.Key.Key_Space, True), (Qt.Key.Key_F5, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(grid, event)
        assert event.isAccepted() is is_taken


# On the page


@pytest.fixture
def page(qtbot, show_page, run):
    made = show_page(ExplorePage, size=(988, 760))
    made.inspector.resize(292, 700)
    made.inspector.show()
    qtbot.waitUntil(lambda: made.directions.is_ready, timeout=10_000)
    return made


@pytest.fixture
def panel(page):
    page.controls.directions.find_button.click()
    return page.panels.current


def rows_of(page):
    return page.controls.directions.rows


def test_without_directions_it_says_what_to_do(page, panel):
    assert "None yet" in page.controls.directions._note.text()
    assert "marking pictures" in panel.card._hint.text()
    assert not panel.export.isEnabled()
    assert panel.maker.kinds.count() == 2  # noise is drawn alike in every direction
    assert panel.maker.classes.itemText(3) == "3"
    known = [panel.maker.properties.itemText(row) for row in range(panel.maker.properties.count())]
    assert "Slant" in known
    assert "Saturation" not in known  # the pictures are grey
    page.grab()


def test_found_directions_get_sliders_and_pictures_at_once(qtbot, page, panel):
    panel.maker.kinds.setCurrentIndex(panel.maker.kinds.findData("sefa"))
    panel.maker.count.setValue(2)
    panel.maker.find_button.click()
    qtbot.waitUntil(lambda: len(rows_of(page)) == 2, timeout=20_000)
    qtbot.waitUntil(lambda: bool(panel.strips.images(1)), timeout=20_000)
    assert len(panel.strips.images(0)) == PICTURES
    assert page.directions.current == panel.list.currentRow() == 0
    assert "Found from the weights of step 1,000." in panel.facts.text()
    page.grab()
    page.inspector.grab()


def test_sliders_of_the_inspector_move_z(qtbot, page):
    page.directions.add([a_direction("Slant", 0), a_direction("Bold", 1)])
    slider = rows_of(page)[1].slider
    before = page.explorer.point.z.copy()
    slider._number.setFocus()
    slider._number.selectAll()
    qtbot.keyClicks(slider._number, "2.5")
    qtbot.keyClick(slider._number, Qt.Key.Key_Return)
    assert page.explorer.point.z[1] == pytest.approx(1.25)
    assert slider.text() == "+2.50"
    qtbot.keyClick(slider._track, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.directions.values()[1] == pytest.approx(3.3, abs=1e-4)
    qtbot.mouseDClick(slider._track, Qt.MouseButton.LeftButton)
    assert page.directions.values()[1] == pytest.approx(0, abs=1e-6)
    assert page.explorer.point.z[0] == before[0]
    page.explorer.set_dim(1, 9.0)  # beyond the slider's end, and said as it is
    assert slider.text() == "+18.00"
    assert slider._track.share == 1.0


def test_a_row_is_renamed_deleted_and_brought_back_by_keys(qtbot, page):
    page.directions.add([a_direction("a", 0), a_direction("b", 1)])
    row = rows_of(page)[1]
    row.slider._track.setFocus()
    assert page.directions.current == 1
    qtbot.keyClick(row.slider._track, Qt.Key.Key_F2)
    qtbot.keyClicks(row.editor, "Bold")
    qtbot.keyClick(row.editor, Qt.Key.Key_Return)
    assert names(page.directions) == ["a", "Bold"]
    row = rows_of(page)[1]
    row.rename()
    qtbot.keyClicks(row.editor, "nothing")
    qtbot.keyClick(row.editor, Qt.Key.Key_Escape)
    assert names(page.directions) == ["a", "Bold"]
    qtbot.keyClick(row.slider._track, Qt.Key.Key_Delete)
    assert names(page.directions) == ["a"]
    back = page.controls.directions.bring_back
    assert "“Bold” was deleted." in back.toolTip()
    back.click()
    assert names(page.directions) == ["a", "Bold"]


def test_new_directions_do_not_take_the_keys(qtbot, page, panel):
    page.inspector.setParent(page)  # one window
    page.inspector.show()
    page.activateWindow()
    page.directions.add([a_direction("a", 0)])
    rows_of(page)[0].setFocus()
    panel.maker.count.setFocus()
    page.directions.add([a_direction("b", 1)])
    page.directions.delete([0])
    assert page.focusWidget() is panel.maker.count


def test_many_directions_scroll_in_a_section_of_a_fixed_height(page):
    page.directions.add(
        [a_direction(f"d{at}", at % DIM, (at + 1 + at // DIM) % DIM) for at in range(20)]
    )
    section = page.controls.directions
    assert len(section.rows) == 20
    few = section.area.height()
    assert few < 10 * section.rows[0].height() + 30
    page.directions.select(18)
    assert section.area.verticalScrollBar().value() > 0
    page.directions.select(0)
    page.directions.add([a_direction("new", 0, 2, 4)])
    assert page.directions.current == 20
    row, seen = section.rows[20], section.area.viewport()
    assert seen.rect().contains(row.mapTo(seen, row.rect().center()))


def test_the_list_is_used_by_keys_and_clicks(qtbot, page, panel):
    page.directions.add([a_direction("a", 0), a_direction("b", 1)])
    rows = panel.list
    qtbot.waitUntil(lambda: bool(panel.strips.images(0)), timeout=20_000)
    places = rows._painter.picture_rects(rows.visualItemRect(rows.item(0)))
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=places[-1].center().toPoint())
    assert page.directions.values()[0] == pytest.approx(4.0)
    qtbot.keyClick(rows, Qt.Key.Key_Left)
    assert page.directions.values()[0] == pytest.approx(4.0 - 8 / (PICTURES - 1))
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    assert page.directions.current == 1
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert names(page.directions) == ["a"]
    assert "“b”" in panel.undo_words.text()
    panel.bring_back.click()
    item = rows.item(1)
    item.setText("renamed")
    assert names(page.directions) == ["a", "renamed"]
    rows.item(1).setText("a")
    assert rows.item(1).text() == "a (2)"


def test_the_menu_offers_what_can_be_done(qtbot, page, panel):
    desk = page.directions
    desk.add([a_direction("a", 0), a_direction("b", 1), a_direction("c", 2)])
    menu = make_menu(desk, 1, panel, panel.list.rename_current)
    actions = {action.text(): action for action in menu.actions()}
    apart = actions["Make independent of"].menu()
    assert [action.text() for action in apart.actions()] == ["a", "c", "", "all others"]
    desk.move(1, 2.0)
    actions["Back to 0"].trigger()
    assert desk.values()[1] == pytest.approx(0, abs=1e-6)
    actions["Delete (Del)"].trigger()
    assert names(desk) == ["a", "c"]
    menu.deleteLater()


def test_strips_follow_the_place_and_rest_around_the_mean(qtbot, page, panel):
    page.directions.add([a_direction("a", 0), a_direction("b", 1)])
    strips = panel.strips
    qtbot.waitUntil(lambda: bool(strips.images(1)), timeout=20_000)
    qtbot.waitUntil(lambda: not strips._due(), timeout=20_000)
    page.directions.move(0, 3.0)
    assert strips._due() == [1]  # along itself a strip stays what it is
    qtbot.waitUntil(lambda: not strips._due(), timeout=20_000)
    panel.around.setCurrentIndex(panel.around.findData(MEAN))
    qtbot.waitUntil(lambda: not strips._due(), timeout=20_000)
    page.explorer.random()
    assert strips._due() == []


def test_a_hidden_panel_draws_no_strips(page):
    page.directions.add([a_direction()])
    panel = next(item for item in page.panels.all() if hasattr(item, "strips"))
    assert not panel.strips.is_wanted
    assert panel.strips._job() is None


def test_pictures_are_marked_on_the_page_by_keys_alone(qtbot, page, monkeypatch):
    made = a_direction("", 3, kind="marks", balanced_accuracy=0.8, held_out=2000)
    monkeypatch.setattr(
        engine_of_directions,
        "marked_direction",
        lambda bundle, latents, marks, *, name, **rest: replace(made, name=name),
    )
    page.controls.directions.mark_button.click()
    panel = page.panels.current
    card = panel.marks
    assert panel.stack.currentWidget() is card
    qtbot.waitUntil(lambda: card.grid.count() == COUNT, timeout=20_000)
    assert not card.make.isEnabled()
    qtbot.keyClicks(card.grid, "yyynn")
    assert card.counts.text() == "3 yes · 2 no"
    assert not card.make.isEnabled()
    qtbot.keyClicks(card.grid, "n")
    assert card.make.isEnabled()
    card.name.setText("Slanted")
    card.make.click()
    qtbot.waitUntil(lambda: names(page.directions) == ["Slanted"])
    assert panel.stack.currentIndex() == 0
    assert "tells 0.80 of pictures apart on 2,000" in panel.facts.text()
    qtbot.waitUntil(lambda: bool(panel.strips.images(0)), timeout=20_000)
    panel.maker.mark.click()
    assert card.counts.text() == "3 yes · 3 no"  # they are still there, to go on from


def test_failures_come_into_the_pages_banner(qtbot, page, panel, monkeypatch):
    def fail(*args, **rest):
        raise TooFewMarks(name="Slant", yes=1, no=99, least=20)

    monkeypatch.setattr(engine_of_directions, "property_direction", fail)
    panel.maker.make_property.click()
    qtbot.waitUntil(page.banner.isVisible)
    assert "1 samples say yes" in page.banner.text
    assert not panel.maker.strip.isVisible()


def test_an_autoencoder_offers_components_of_its_own_latents(qtbot, show_page, folders):
    write_run(folders, "autoencoder", latent_dim=DIM)
    page = show_page(ExplorePage)
    qtbot.waitUntil(lambda: page.directions.is_ready, timeout=10_000)
    page.directions.maker.find("latent_pca", 2)
    qtbot.waitUntil(lambda: len(page.directions.items) == 2, timeout=20_000)
    assert page.directions.items[0].facts["of"] == "data"


def test_strips_are_drawn_in_short_pieces(qtbot, page, panel):
    page.directions.add([a_direction("Slant", 0)])
    panel.strips._pace.forget()
    job = panel.strips._draw()
    request = next(job)
    assert len(request.latents) < PICTURES
    job.close()


def test_a_name_that_is_typed_when_its_model_goes_changes_nothing(qtbot, page):
    page.directions.add([a_direction("Slant", 0)])
    (row,) = rows_of(page)
    row.rename()
    row.editor.setText("Width")
    page.explorer.set_bundle(None)
    row.editor.editingFinished.emit()
    row.slider.moved.emit(1.0)
    row.deleted.emit()
    assert page.directions.items == ()


def test_a_menu_of_a_direction_closes_when_its_number_may_be_anothers(page, monkeypatch):
    page.directions.add([a_direction("Slant", 0), a_direction("Width", 1)])
    told = []

    class Menu(QObject):
        def exec(self, _position):
            page.directions.delete([0])

        def close(self):
            told.append("closed")

    monkeypatch.setattr(direction_menu, "make_menu", lambda *_args: Menu())
    direction_menu.show_menu(page.directions, 1, page, QPoint(0, 0), list)
    assert told == ["closed"]


def test_directions_that_come_meanwhile_do_not_end_the_marking(page, panel):
    panel.stack.setCurrentWidget(panel.marks)
    panel._on_made(page.directions.add([a_direction("Slant", 0)]))
    assert panel.stack.currentWidget() is panel.marks
    panel._on_made(page.directions.add([a_direction("Mine", 1, kind="marks")]))
    assert panel.stack.currentIndex() == 0


def test_directions_that_come_behind_another_tab_leave_the_keys(qtbot, page, panel):
    page.panels.show_panel(page.slider_panel)
    page.slider_panel.sliders.setFocus()
    panel._on_made(page.directions.add([a_direction("Slant", 0)]))
    assert page.window().focusWidget() is page.slider_panel.sliders
