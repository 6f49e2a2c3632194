"""Explore's tab "Sheet", and the nearest training pictures below it."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QGuiApplication

from gan_studio.cli.app import main
from gan_studio.exporters.png import places_of_png
from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore import sheet_saving as saving
from gan_studio.gui.pages.explore.sheet_leaves import Leaf, Leaves
from gan_studio.gui.pages.explore.sheet_tools import SheetTools
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.place_mime import from_mime
from gan_studio.inference.again import draw_again
from gan_studio.inference.places import BATCH, read_places
from gan_studio.inference.sheets import NEAR, PSIS, Recipe, Sheet
from gan_studio.jobs.run_data import NotHere
from tests.gui.model_runs import replaced, write_run
from tests.unit.inference.test_sheets import some_places

pytestmark = pytest.mark.gui


@pytest.fixture
def open_panel(qtbot, show_page, folders):
    """The panel over a new run, and its first sheet."""

    def open_it(family="gan", count=None, **options):
        write_run(folders, family, latent_dim=8, **options)
        page = show_page(partial(ExplorePage), (1000, 760))
        panel = page.sheet_panel
        qtbot.waitUntil(lambda: page.explorer.point is not None, timeout=10_000)
        if count:
            panel.desk.count = count
        page.panels.show_panel(panel)
        wait_for_sheet(qtbot, panel)
        return page, panel

    return open_it


def wait_for_sheet(qtbot, panel, other_than=None):
    """Until a sheet is drawn that is not the one before."""

    def is_there():
        now = panel.desk.now
        return now is not None and now is not other_than and now.is_complete

    qtbot.waitUntil(is_there, timeout=15_000)
    return panel.desk.now


def click(qtbot, panel, index, modifier=Qt.KeyboardModifier.NoModifier):
    place = panel.sheet.mapFromScene(panel.sheet.rect_of(index).center())
    qtbot.mouseClick(panel.sheet.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def key(qtbot, panel, which, modifier=Qt.KeyboardModifier.NoModifier):
    panel.sheet.setFocus()
    qtbot.keyClick(panel.sheet, which, modifier)


def test_a_sheet_of_consecutive_seeds_is_drawn(open_panel):
    page, panel = open_panel()
    leaf = panel.desk.now
    assert [place.seed for place in leaf.places] == list(range(1, 65))
    assert panel.sheet.count() == 64
    assert all(not panel.sheet.image(index).isNull() for index in range(64))
    assert page.random.text() == "Another 64"
    assert panel.card._note_texts[0] == "seeds 1–64 · step 1,000"
    page.grab()


def test_space_draws_the_seeds_that_follow_and_alt_left_goes_back(qtbot, open_panel):
    page, panel = open_panel(count=16)
    first = panel.desk.now
    page.main_action()
    second = wait_for_sheet(qtbot, panel, first)
    assert [second.places[0].seed, second.places[-1].seed] == [17, 32]
    panel.tools.back.click()
    assert panel.desk.now is first
    assert not panel.tools.back.isEnabled()
    panel.tools.on.click()
    assert panel.desk.now is second
    panel.tools.back.click()
    page.main_action()
    third = wait_for_sheet(qtbot, panel, first)
    assert third.places[0].seed == 33  # always some that were not seen
    assert not panel.tools.on.isEnabled()


def test_a_click_or_enter_brings_a_picture_to_the_sliders(qtbot, open_panel):
    page, panel = open_panel(count=16)
    click(qtbot, panel, 6)
    assert page.explorer.point.seed == 7
    assert (page.explorer.point.z == panel.desk.now.places[6].z).all()
    key(qtbot, panel, Qt.Key.Key_Right)
    assert page.explorer.point.seed == 7
    key(qtbot, panel, Qt.Key.Key_Return)
    assert page.explorer.point.seed == 8
    page.undo.click()
    assert page.explorer.point.seed == 7


def test_stars_and_rejections_by_keys(qtbot, open_panel):
    _page, panel = open_panel(count=16)
    leaf = panel.desk.now
    click(qtbot, panel, 2)
    click(qtbot, panel, 5, Qt.KeyboardModifier.ControlModifier)
    assert panel.sheet.chosen == {2, 5}
    key(qtbot, panel, Qt.Key.Key_S)
    assert leaf.starred == {2, 5}
    key(qtbot, panel, Qt.Key.Key_X)
    assert (leaf.starred, leaf.rejected) == (set(), {2, 5})
    assert panel.tools.change.text() == "Replace 2"
    assert panel.sheet._cells[2]._item.opacity() < 0.5
    key(qtbot, panel, Qt.Key.Key_R)
    assert leaf.rejected == set()
    assert not panel.tools.change.isEnabled()
    click(qtbot, panel, 9, Qt.KeyboardModifier.ShiftModifier)
    assert panel.sheet.chosen == set(range(5, 10))
    key(qtbot, panel, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(panel.sheet.chosen) == 16
    assert "16 chosen" in panel.words.text()


def test_rejected_ones_are_replaced_and_stars_stay(qtbot, open_panel):
    _page, panel = open_panel(count=16)
    first = panel.desk.now
    panel.desk.star([3])
    panel.desk.reject([0, 7])
    panel.tools.change.click()
    now = wait_for_sheet(qtbot, panel, first)
    assert [now.places[index].seed for index in (0, 3, 7)] == [17, 4, 18]
    assert (now.starred, now.rejected) == ({3}, set())
    assert "2 replaced" in panel.card._note_texts[0]
    assert (now.pictures[1] == first.pictures[1]).all()
    assert (now.pictures[0] != first.pictures[0]).any()
    panel.tools.back.click()
    assert panel.desk.now.rejected == {0, 7}


def test_more_like_these(qtbot, open_panel):
    page, panel = open_panel(count=16)
    first = panel.desk.now
    assert not panel.tools.like.isEnabled()
    panel.desk.star([4, 8])
    panel.tools.share._choose(0.2)
    panel.tools.like.click()
    second = wait_for_sheet(qtbot, panel, first)
    assert second.sheet.recipe.kind == NEAR
    assert second.sheet.recipe.share == 0.2
    assert [place.seed for place in second.places[:3]] == [5, 9, None]
    assert second.starred == {0, 1}
    assert panel.tools.kind.currentData() == NEAR
    page.main_action()
    third = wait_for_sheet(qtbot, panel, second)
    assert (third.places[5].z != second.places[5].z).any()
    assert third.places[0] is first.places[4]


def test_without_a_choice_it_asks_for_one(qtbot, open_panel):
    page, panel = open_panel(count=16)
    panel.tools.kind_chosen.emit(NEAR)
    assert page.banner.title == "Like which ones?"
    assert panel.tools.kind.currentData() == "seeds"


def test_a_truncation_sweep_has_named_rows_and_columns(qtbot, open_panel):
    page, panel = open_panel()
    first = panel.desk.now
    panel.tools.kind_chosen.emit("sweep")
    now = wait_for_sheet(qtbot, panel, first)
    assert now.sheet.columns == panel.sheet.columns() == 9
    names = panel.sheet._names
    assert [item.text() for item in names._rows if item.isVisible()][-1] == "ψ 1.2"
    assert [item.text() for item in names._columns if item.isVisible()] == list("123456789")
    assert (now.pictures[:9] == now.pictures[0]).all()  # psi 0 is one and the same picture
    click(qtbot, panel, 9 * 2 + 4)
    assert page.explorer.point.psi == PSIS[2]
    assert page.explorer.point.seed == 5
    assert page.random.text() == "Another 9 seeds"
    panel.tools.kind_chosen.emit("seeds")
    back = wait_for_sheet(qtbot, panel, now)
    assert back.places[0].seed == 1
    assert not [item for item in names._rows if item.isVisible()]


def test_a_conditional_family_shows_every_class_or_one(qtbot, open_panel):
    page, panel = open_panel("conditional_gan")
    first = panel.desk.now
    assert {place.label for place in first.places} == {0}
    kinds = [panel.tools.kind.itemData(row) for row in range(panel.tools.kind.count())]
    assert "classes" in kinds
    panel.tools.kind_chosen.emit("classes")
    second = wait_for_sheet(qtbot, panel, first)
    assert second.sheet.rows == tuple("0123456789")
    click(qtbot, panel, 6 * 7)
    assert page.explorer.point.label == 7
    panel.tools.kind_chosen.emit("seeds")
    third = wait_for_sheet(qtbot, panel, second)
    assert {place.label for place in third.places} == {7}
    page.explorer.set_label(2)
    panel.menus.again.trigger()
    fourth = wait_for_sheet(qtbot, panel, third)
    assert {place.label for place in fourth.places} == {2}
    assert fourth.places[0].seed == third.places[0].seed


def test_other_families_have_no_rows_by_class(open_panel):
    _page, panel = open_panel(count=16)
    kinds = [panel.tools.kind.itemData(row) for row in range(panel.tools.kind.count())]
    assert "classes" not in kinds


def test_a_move_interrupts_the_sheet_and_it_goes_on(qtbot, open_panel):
    page, panel = open_panel(count=16)
    first = panel.desk.now
    panel.desk.count = 400
    drawn = []

    def move(batch):
        drawn.append(batch)
        if len(drawn) == 3:
            page.explorer.set_dim(0, 1.5)

    panel.desk.drew.connect(move, Qt.ConnectionType.QueuedConnection)
    page.main_action()
    now = wait_for_sheet(qtbot, panel, first)
    assert page.explorer.point.z[0] == 1.5
    starts = [batch.start for batch in drawn]
    assert starts == sorted(set(starts))  # nothing is drawn twice
    qtbot.waitUntil(lambda: len(drawn) == -(-400 // BATCH))
    assert now.pictures.any(axis=(1, 2, 3)).all()


def test_it_follows_other_weights_and_lets_go_of_another_space(qtbot, open_panel, folders):
    page, panel = open_panel(count=16)
    leaf, before = panel.desk.now, panel.desk.now.pictures.copy()
    panel.desk.star([3])
    steps = page.picker.steps
    steps.setCurrentIndex(2)
    steps.activated.emit(2)
    qtbot.waitUntil(lambda: leaf.bundle.step == 500 and leaf.is_complete, timeout=10_000)
    assert panel.desk.now is leaf
    assert leaf.starred == {3}
    assert (leaf.pictures != before).any()
    assert "step 500" in panel.card._note_texts[0]
    write_run(folders, "gan", latent_dim=5)
    page.session.runs_changed.emit()
    qtbot.waitUntil(lambda: page.picker.runs.count() == 2)
    page.picker.runs.activated.emit(0)
    other = wait_for_sheet(qtbot, panel, leaf)
    assert len(other.places[0].z) == 5
    assert not panel.tools.back.isEnabled()


def test_newer_weights_wait_until_the_sheet_was_seen_whole(qtbot, open_panel):
    page, panel = open_panel(count=16)
    leaf, bundle = panel.desk.now, page.explorer.bundle
    qtbot.waitUntil(panel.desk._pause.isActive)
    for step in (1100, 1200):
        page.explorer.set_bundle(replaced(bundle, step=step))
    assert leaf.bundle.step == 1000  # as long as the pause lasts
    panel.desk._pause.setInterval(0)
    panel.desk._pause.start()
    qtbot.waitUntil(lambda: leaf.bundle.step == 1200 and leaf.is_complete, timeout=10_000)
    assert "step 1,200" in panel.card._note_texts[0]
    page.explorer.set_bundle(replaced(bundle, step=500))  # chosen by hand: at once
    assert leaf.bundle.step == 500


def test_pictures_are_dragged_as_places(qtbot, open_panel, monkeypatch):
    _page, panel = open_panel(count=16)
    dragged = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_actions: dragged.append(drag.mimeData()))
    click(qtbot, panel, 2)
    click(qtbot, panel, 5, Qt.KeyboardModifier.ControlModifier)
    for index, seeds in ((5, [3, 6]), (9, [10])):
        panel.sheet.dragged.emit(index)
        mime = dragged.pop()
        assert [place.seed for place in from_mime(mime, 8).items] == seeds
        assert mime.hasImage()


def test_nothing_is_drawn_while_nobody_looks(qtbot, open_panel):
    page, panel = open_panel(count=16)
    page.panels.show_panel(page.slider_panel)
    assert panel.desk._bridge._worker is None
    page.explorer.set_psi(0.5)
    page.panels.show_panel(panel)
    page.main_action()
    now = wait_for_sheet(qtbot, panel, panel.desk.now)
    assert {place.psi for place in now.places} == {0.5}


def test_the_tools_take_more_rows_where_there_is_little_room(qtbot):
    tools = SheetTools()
    qtbot.addWidget(tools)
    tools.show()
    tools.resize(700, 100)
    assert tools._rows.count() == 2
    tools.resize(tools.minimumSizeHint().width(), 200)
    assert tools._rows.count() == 4
    tools.resize(700, 200)
    assert tools._rows.count() == 2
    assert all(part.isVisible() for part in (tools.kind, tools.more, tools.change, tools.share))


# Taking away


def test_a_sheet_is_saved_with_latents_that_give_the_same_bits(qtbot, open_panel, tmp_path):
    _page, panel = open_panel(count=25)
    leaf, path = panel.desk.now, tmp_path / "sheet.png"
    saving.write_sheet(
        path, leaf.pictures, saving.latents_of(leaf.bundle, leaf.sheet), panel.sheet.columns()
    )
    places = places_of_png(path, 8)
    assert places.batch == BATCH
    assert places.facts["sheet"] == "seeds 1–25 · step 1,000"
    assert (draw_again(leaf.bundle, places) == leaf.pictures).all()
    out, columns = tmp_path / "again.png", str(panel.sheet.columns())
    words = ["--latents", str(path), "--columns", columns, "--out", str(out)]
    assert main(["sample", str(leaf.bundle.run_dir), *words]) == 0
    with Image.open(path) as image, Image.open(out) as again:
        assert (np.asarray(image)[:28, :28] == leaf.pictures[0, 0]).all()
        assert (np.asarray(again) == np.asarray(image)).all()


def test_saving_asks_where_to_and_tells(qtbot, open_panel, tmp_path, monkeypatch):
    page, panel = open_panel(count=16)
    panel.desk.star([1, 4])
    for action, name in ((panel.menus.save_sheet, "a.png"), (panel.menus.save_starred, "b")):
        path = tmp_path / name
        monkeypatch.setattr(
            pictures.QFileDialog, "getSaveFileName", lambda *_args, path=path: (str(path), "")
        )
        page.banner.clear()
        action.trigger()
        qtbot.waitUntil(lambda: page.banner.kind == "info", timeout=10_000)
    assert (tmp_path / "a.png").exists()
    starred = read_places(tmp_path / "b.json", 8)
    assert [place.seed for place in starred.items] == [2, 5]


def test_a_folder_that_cannot_be_written_is_told(qtbot, open_panel, tmp_path, monkeypatch):
    page, panel = open_panel(count=16)
    (tmp_path / "file").write_text("no folder", "utf-8")
    path = tmp_path / "file" / "sheet.png"
    monkeypatch.setattr(pictures.QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    panel.menus.save_sheet.trigger()
    qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=10_000)
    assert "cannot be written" in page.banner.text


def test_places_are_copied_and_kept(qtbot, open_panel):
    page, panel = open_panel(count=16)
    click(qtbot, panel, 2)
    click(qtbot, panel, 5, Qt.KeyboardModifier.ControlModifier)
    panel.menus.copy_latent.trigger()
    clipboard = QGuiApplication.clipboard()
    places = from_mime(clipboard.mimeData(), 8)
    assert [place.seed for place in places.items] == [3, 6]
    assert json.loads(clipboard.text())["format"] == "gan-studio latents"
    panel.menus.copy_picture.trigger()
    assert clipboard.image().width() == 28
    panel.desk.star([5, 1])
    with qtbot.waitSignal(panel.keep) as caught:
        panel.menus.keep.trigger()
    assert [place.seed for place in caught.args[0]] == [2, 6]
    assert [item.place.seed for item in page.stage.bookmarks.items] == [2, 6]


def test_a_picture_is_opened_in_reconstruct(qtbot, open_panel, session):
    _page, panel = open_panel(count=16)
    click(qtbot, panel, 2)
    with qtbot.waitSignal(session.navigate) as caught:
        panel.menus.reconstruct.trigger()
    key_, payload = caught.args
    assert key_ == "reconstruct"
    with Image.open(payload["files"][0]) as image:
        assert (np.asarray(image.convert("L")) == panel.desk.now.pictures[2, 0]).all()


def test_the_menu_of_a_picture_chooses_it(qtbot, open_panel, monkeypatch):
    _page, panel = open_panel(count=16)
    opened = []
    monkeypatch.setattr(panel.menus, "open_for", lambda index, leaf, place: opened.append(index))
    click(qtbot, panel, 2)
    place = panel.sheet.mapFromScene(panel.sheet.rect_of(7).center())
    qtbot.mousePress(panel.sheet.viewport(), Qt.MouseButton.RightButton, pos=place)
    assert panel.sheet.chosen == {7}
    panel.sheet.menu_requested.emit(7, QPoint())
    assert opened == [7]


def test_tooltips_say_what_a_picture_is(open_panel):
    page, panel = open_panel(count=16)
    page.explorer.set_psi(0.7)
    panel.menus.again.trigger()
    panel.desk.set_near(panel.desk.now, {3: 4.5})
    assert "picture 4 · seed 4" in panel._hint(3)
    assert panel.sheet.accessibleDescription().startswith("picture 1 · seed 1")
    assert "4.5 grey levels from a training picture" in panel._hint(3)


# The history, without widgets


def a_leaf(count=16, size=28, kind="seeds"):
    places = tuple(some_places(count, 4))
    leaf = Leaf(Sheet(Recipe(kind, count), places, next_seed=count + 1))
    while not leaf.is_complete:
        leaf.take(np.ones((len(leaf.next_batch()), 1, size, size), np.uint8))
    return leaf


def test_pictures_far_from_the_present_sheet_are_let_go(monkeypatch):
    one = a_leaf().pictures.nbytes
    monkeypatch.setattr("gan_studio.gui.pages.explore.sheet_leaves.MOST_BYTES", 3 * one)
    leaves, added = Leaves(), [a_leaf() for _ in range(5)]
    for leaf in added:
        leaves.add(leaf)
    assert [leaf.is_complete for leaf in added] == [False, False, True, True, True]
    assert [leaf.pictures is None for leaf in added[:2]] == [True, True]


def test_a_sheet_is_drawn_in_the_same_batches_whenever_it_was_interrupted():
    leaf = a_leaf(25)
    assert leaf.had == 25
    leaf.redraw(None)
    assert leaf.next_batch() == range(BATCH)
    leaf.take(np.zeros((BATCH, 1, 28, 28), np.uint8))
    assert leaf.next_batch() == range(BATCH, 2 * BATCH)
    assert leaf.had == 25  # older pictures stay until newer ones come
    leaf.let_go()
    assert (leaf.drawn, leaf.had) == (0, 0)


# Nearest training pictures


def test_the_nearest_training_pictures_are_shown_when_the_place_rests(qtbot, open_panel):
    page, panel = open_panel(count=16)
    card = panel.nearest
    assert not card.grid.isVisible()
    assert card.finder.data.prepared is None  # nobody asked yet
    card.toggle.click()
    qtbot.waitUntil(lambda: card.grid.count() == 8, timeout=20_000)
    qtbot.waitUntil(lambda: card.finder.scale is not None, timeout=20_000)
    assert "no copy, pixel by pixel" in card.words.text()  # an untrained model draws noise
    assert card.grid._captions[0] == "drawn"
    before = card.grid.image(0)
    page.explorer.random()
    qtbot.waitUntil(lambda: card.grid.image(0) != before, timeout=10_000)
    card.way.setCurrentIndex(1)
    qtbot.waitUntil(lambda: card.finder.scale is not None, timeout=30_000)
    card.toggle.click()
    assert not card.grid.isVisible()


def test_memorised_pictures_are_marked(qtbot, open_panel):
    page, panel = open_panel(count=16)
    card, leaf = panel.nearest, panel.desk.now
    card.toggle.click()
    qtbot.waitUntil(lambda: card.finder.scale is not None, timeout=20_000)
    leaf.pictures[[2, 9]] = card.finder.data.prepared.train.samples[[40, 41]]
    panel.menus.near_wanted.emit(0.02)
    qtbot.waitUntil(lambda: bool(leaf.near), timeout=20_000)
    assert leaf.near == {2: 0.0, 9: 0.0}
    assert "2 of 16 pictures are nearer" in page.banner.text
    assert "0.32 would be by chance" in page.banner.text
    assert "2 near training pictures" in panel.words.text()
    panel.menus.unmark.trigger()
    assert not leaf.near


def test_marking_needs_no_open_card(qtbot, open_panel):
    _page, panel = open_panel(count=16)
    panel.menus.near_wanted.emit(0.1)
    with qtbot.waitSignal(panel.nearest.finder.marked, timeout=20_000) as caught:
        pass
    assert caught.args == [panel.desk.now, {}]


def test_data_that_is_not_here_can_be_fetched(qtbot, open_panel, monkeypatch):
    _page, panel = open_panel(count=16)
    card = panel.nearest
    card.toggle.click()
    card.finder.data.failed.emit(NotHere())
    assert card.fetch.isVisible()
    assert "not on this computer" in card.words.text()
    fetched = []
    monkeypatch.setattr(card.finder.data, "fetch", lambda: fetched.append(1))
    card.fetch.click()
    assert fetched == [1]


# While the run goes on


def test_the_main_button_says_what_this_sheet_would_draw(qtbot, open_panel):
    page, _panel = open_panel(count=16)
    assert page.random.text() == page.random.accessibleName() == "Another 16"
    page.panels.show_panel(page.slider_panel)
    assert page.random.accessibleName() == "New random"


def test_going_back_gives_up_the_sheet_that_is_being_drawn(qtbot, open_panel):
    page, panel = open_panel(count=16)
    first = panel.desk.now
    panel.desk.count = 400
    page.main_action()
    qtbot.waitUntil(lambda: panel.desk.now is not first and panel.desk.now.drawn > 0)
    half = panel.desk.now
    drew = []
    panel.desk.drew.connect(drew.append)
    panel.desk.go(-1)
    assert panel.desk.now is first
    assert not panel.desk._bridge._side
    assert not drew
    panel.desk.go(1)
    assert wait_for_sheet(qtbot, panel) is half


def test_sheets_that_nobody_looks_at_hold_no_older_weights(qtbot, open_panel):
    page, panel = open_panel(count=16)
    first, old = panel.desk.now, page.explorer.bundle
    page.main_action()
    second = wait_for_sheet(qtbot, panel, first)
    assert first.bundle is old  # all share these
    page.explorer.set_bundle(replaced(old, step=2000))
    qtbot.waitUntil(lambda: second.bundle.step == 2000 and second.is_complete, timeout=10_000)
    assert first.bundle is None
    panel.desk.go(-1)
    assert first.bundle is page.explorer.bundle
    wait_for_sheet(qtbot, panel)


def test_signs_of_pictures_that_were_drawn_anew_are_dropped(qtbot, open_panel):
    _page, panel = open_panel(count=16)
    leaf, acts = panel.desk.now, panel.acts
    acts._compared = leaf.bundle
    acts._on_marked(leaf, {3: 0.5})
    assert leaf.near == {3: 0.5}
    leaf.redraw(replaced(leaf.bundle, step=2000))
    acts._on_marked(leaf, {3: 0.5})
    assert leaf.near == {}


def test_each_run_is_asked_whether_its_data_has_changed(qtbot, open_panel, folders, monkeypatch):
    asked = []

    def is_other(prepared, run_dir):
        asked.append(run_dir)
        return len(asked) == 1

    monkeypatch.setattr("gan_studio.jobs.run_data.is_other_than_learned", is_other)
    page, panel = open_panel(count=16)
    card = panel.nearest
    card.open()
    qtbot.waitUntil(lambda: "changed" in card._note_texts[0], timeout=20_000)
    other = write_run(folders, "gan", latent_dim=8)
    page.receive(run_dir=other)
    qtbot.waitUntil(lambda: len(asked) == 2, timeout=20_000)
    qtbot.waitUntil(lambda: "grey levels" in card._note_texts[0], timeout=10_000)
    assert asked[1] == other
    qtbot.waitUntil(lambda: card._found is not None, timeout=20_000)


def test_a_picture_that_cannot_be_saved_is_told(qtbot, open_panel, tmp_path, monkeypatch):
    page, panel = open_panel(count=16)
    (tmp_path / "file").write_text("no folder", "utf-8")
    path = tmp_path / "file" / "picture.png"
    monkeypatch.setattr(pictures.QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    for save in (panel.menus.save_picture.trigger, page.controls.save.click):
        page.banner.clear()
        save()
        qtbot.waitUntil(lambda: page.banner.kind == "error", timeout=10_000)
    path = tmp_path / "picture"
    page.controls.save.click()
    qtbot.waitUntil(lambda: page.banner.kind == "info", timeout=10_000)
    with Image.open(tmp_path / "picture.png") as image:
        assert image.width == 28 * page.controls.multiple.currentData()


def test_a_picture_of_the_sheet_is_saved_with_its_latent(qtbot, open_panel, tmp_path, monkeypatch):
    _page, panel = open_panel(count=16)
    path = tmp_path / "picture.png"
    monkeypatch.setattr(pictures.QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    panel.sheet.choose([3], 3)
    panel.menus.save_picture.trigger()
    qtbot.waitUntil(path.exists, timeout=10_000)
    (place,) = places_of_png(path, 8).items
    assert (place.z == panel.desk.now.places[panel.sheet.current].z).all()
