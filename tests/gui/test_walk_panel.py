"""Explore's tab "Walk": the timeline, the film that plays, and what is saved."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image, ImageSequence
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog

from gan_studio.exporters.films.base import FILMS, read_note
from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore import walk_edits as edits
from gan_studio.gui.pages.explore.walk_panel import WalkPanel
from gan_studio.gui.pages.explore.walk_player import WalkPlayer
from gan_studio.gui.widgets.place_mime import from_mime, to_mime
from gan_studio.inference.places import Place, Places
from gan_studio.inference.walks import Noise, Range, Walk, frames_of
from tests.gui.fakes import file_drop
from tests.gui.model_runs import write_run

pytestmark = pytest.mark.gui


@pytest.fixture
def opened(qtbot, show_page, folders):
    """The page with the tab in front, over a run that was never trained."""

    def open_it(family="gan", size=(1100, 760), **options):
        write_run(folders, family, **{"latent_dim": 6, **options})
        page = show_page(ExplorePage, size)
        qtbot.waitUntil(lambda: page.explorer.point is not None, timeout=10_000)
        (panel,) = (panel for panel in page.panels.all() if isinstance(panel, WalkPanel))
        page.panels.show_panel(panel)
        return page, panel

    return open_it


def some(count=3, dim=6, **more):
    z = np.random.default_rng(5).standard_normal((count, dim)).astype(np.float32)
    return [Place(row, **more) for row in z]


def wait_for_film(qtbot, panel):
    qtbot.waitUntil(lambda: panel.desk.player.frames is not None, timeout=10_000)
    qtbot.waitUntil(lambda: not panel.parts.view.frame().isNull(), timeout=10_000)


# The timeline


def test_the_present_place_is_added_and_drawn(qtbot, opened):
    page, panel = opened()
    assert panel.parts.add.shortcut().toString() == "K"
    panel.parts.add.click()
    assert panel.parts.strip.count() == 1
    assert panel.desk.walk.keys[0].z.tobytes() == page.explorer.point.z.tobytes()
    qtbot.waitUntil(lambda: len(panel.desk.thumbs) == 1, timeout=10_000)
    # One key frame is no film yet, and that is said.
    assert panel.desk.player.frames is None
    assert not panel.parts.film_row.save.isEnabled()
    page.explorer.random()
    panel.parts.add.click()
    wait_for_film(qtbot, panel)
    assert len(panel.desk.player.frames) == 120
    assert panel.parts.slider.maximum() == 119
    assert panel.parts.film_row.save.isEnabled()
    page.grab()


def test_the_first_frame_is_the_pages_picture(qtbot, opened):
    page, panel = opened()
    panel.desk.add_here()
    panel.desk.add_random()
    wait_for_film(qtbot, panel)
    qtbot.waitUntil(lambda: not page.stage.view.image().isNull(), timeout=10_000)
    assert panel.parts.view.frame() == page.stage.view.image()


def test_play_begins_by_itself(qtbot, opened):
    page, panel = opened()
    page.main_action()
    assert panel.parts.strip.count() == 4
    qtbot.waitUntil(lambda: panel.desk.player.is_playing, timeout=10_000)
    qtbot.waitUntil(lambda: panel.desk.player.index > 3, timeout=10_000)
    page.main_action()
    assert not panel.desk.player.is_playing
    panel.parts.undo.click()
    panel.parts.undo.click()
    assert panel.parts.strip.count() == 0


def test_edits_are_taken_back_one_by_one(qtbot, opened):
    _page, panel = opened()
    desk, strip = panel.desk, panel.parts.strip
    places = some()
    desk.add(places)
    strip.setFocus()
    strip.select(0)
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert desk.walk.keys == (places[1], places[0], places[2])
    assert strip.chosen == 1
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert desk.walk.keys == (places[1], places[2])
    desk.set_seconds(0, 0.5)
    desk.set_seconds(0, 0.7)  # one gesture
    assert desk.walk.durations == (0.7, 2.0)
    qtbot.keyClick(strip, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.walk.durations == (2.0, 2.0)
    qtbot.keyClick(strip, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.walk.keys == (places[1], places[0], places[2])
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(strip, Qt.Key.Key_Z, both)
    assert desk.walk.keys == (places[1], places[2])


def test_a_key_frame_is_shown_and_gone_to(qtbot, opened):
    page, panel = opened()
    places = some()
    panel.desk.add(places)
    wait_for_film(qtbot, panel)
    place = panel.parts.strip.thumb_rect(1).center().toPoint()
    qtbot.mouseClick(panel.parts.strip, Qt.MouseButton.LeftButton, pos=place)
    assert panel.desk.player.index == 60
    assert panel.parts.slider.value() == 60 or panel.desk.player.index == 60
    panel.parts.strip.activated.emit(1)
    np.testing.assert_array_equal(page.explorer.point.z, places[1].z)


def drop(widget, mime, x, source=None):
    class Drop(QDropEvent):
        def source(self):
            return source

    event = Drop(
        QPointF(x, 20), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    widget.dropEvent(event)


def test_places_are_dropped_between_others(qtbot, opened):
    page, panel = opened()
    first, strip = some(), panel.parts.strip
    drop(strip, to_mime(Places(tuple(first))), 5)
    assert [key.z.tobytes() for key in panel.desk.walk.keys] == [z.z.tobytes() for z in first]
    more = some(1, psi=0.5)
    drop(strip, to_mime(more), strip.thumb_rect(1).left() - 20)
    assert panel.desk.walk.keys[1].psi == 0.5
    drop(strip, strip.mime_of(1), strip.thumb_rect(3).right() + 10, source=strip)
    # What was dropped of the row itself is moved, not added.
    assert strip.count() == 4
    with qtbot.waitSignal(panel.failed) as caught:
        drop(strip, to_mime(some(1, dim=9)), 5)
    assert "has 9 numbers where the model takes 6" in str(caught.args[0])
    assert page.banner.isVisible()
    assert strip.count() == 4


def test_a_drag_carries_the_place(opened):
    _page, panel = opened()
    places = some(2)
    panel.desk.add(places)
    got = from_mime(panel.parts.strip.mime_of(1), 6)
    assert got.items[0].z.tobytes() == places[1].z.tobytes()


def test_bookmarks_of_the_run_are_added(qtbot, opened):
    page, panel = opened()
    with qtbot.waitSignal(panel.told, timeout=10_000) as caught:
        panel.parts.actions_of["bookmarks"].trigger()
    assert caught.args[0] == "No bookmarks yet."
    page.stage.bookmarks.add(some(3))
    panel.parts.actions_of["bookmarks"].trigger()
    qtbot.waitUntil(lambda: panel.parts.strip.count() == 3, timeout=10_000)


def test_classes_are_kept_and_shown(qtbot, opened):
    page, panel = opened("conditional_gan")
    page.explorer.set_label(3)
    panel.desk.add_here()
    panel.desk.add([some(1)[0]])  # of no class: it gets ours
    panel.desk.add([some(1, label=7)[0]])
    assert [key.label for key in panel.desk.walk.keys] == [3, 3, 7]
    wait_for_film(qtbot, panel)
    assert set(panel.desk.player.frames.labels) == {3, 7}
    panel.desk.set_random(True)
    qtbot.waitUntil(lambda: set(panel.desk.player.frames.labels) == {3}, timeout=10_000)
    page.explorer.set_label(5)
    qtbot.waitUntil(lambda: set(panel.desk.player.frames.labels) == {5}, timeout=10_000)


# Settings


def test_settings_change_the_film(qtbot, opened):
    _page, panel = opened()
    panel.desk.add(some())
    wait_for_film(qtbot, panel)
    form = panel.parts.settings
    form.is_loop.click()
    qtbot.waitUntil(lambda: len(panel.desk.player.frames) == 121, timeout=10_000)
    form.way.setCurrentIndex(form.way.findData("spline"))
    form.way.activated.emit(form.way.currentIndex())
    assert panel.desk.walk.way == "spline"
    form.length.setValue(2.0)
    qtbot.waitUntil(lambda: len(panel.desk.player.frames) == 61, timeout=10_000)
    assert form.to_next.value() == 1.0
    panel.parts.strip.select(0)
    panel.parts.strip.selected.emit(0)
    form.to_next.setValue(3.0)
    form.alike.click()
    assert panel.desk.walk.durations == (3.0, 3.0)
    form.is_even.click()
    assert not form.to_next.isEnabled()
    rate = panel.parts.film_row.rate
    rate.setCurrentIndex(rate.findData(10))
    rate.activated.emit(rate.currentIndex())
    qtbot.waitUntil(lambda: len(panel.desk.player.frames) == 61, timeout=10_000)


def test_a_random_walk(qtbot, opened):
    _page, panel = opened()
    panel.parts.kinds.button(1).click()
    wait_for_film(qtbot, panel)
    assert len(panel.desk.player.frames) == 240
    assert not panel.parts.add.isVisible()
    before = panel.desk.player.frames.z.tobytes()
    panel.parts.noise.seed.setValue(9)
    qtbot.waitUntil(lambda: panel.desk.player.frames.z.tobytes() != before, timeout=10_000)
    panel.parts.kinds.button(0).click()
    assert panel.desk.player.frames is None
    panel.parts.kinds.button(1).click()
    assert panel.desk.walk.noise.seed == 9


# Playing


class Bridge:
    """Frames that are there at once, or not."""

    def __init__(self):
        self.positions, self.have = [], None

    class frame_ready:
        @staticmethod
        def connect(slot):
            pass

    def seek(self, index):
        self.positions.append(index)

    def newest(self, index, back):
        if self.have is None or index in self.have:
            return index, f"picture {index}"
        near = [at for at in self.have if 0 <= index - at <= back]
        return (max(near), f"picture {max(near)}") if near else None


@pytest.fixture
def player(qtbot):
    now, bridge = [100.0], Bridge()
    player = WalkPlayer(bridge, clock=lambda: now[0])
    keys = tuple(Place(z) for z in np.eye(3, dtype=np.float32))
    within = Range(np.zeros(3, np.float32), np.ones(3, np.float32))
    player.set_frames(frames_of(Walk(keys, (1.0, 1.0, 1.0)), within))
    shown = []
    player.shown.connect(lambda index, picture: shown.append(index))
    yield player, bridge, now, shown
    player.pause()


def test_the_clock_says_which_frame_is_shown(player):
    player, _bridge, now, shown = player
    player.play()
    for _frame in range(5):
        now[0] += 1 / 30
        player._on_timeout()
    assert shown == [1, 2, 3, 4, 5]
    now[0] += 0.5  # something held the window
    player._on_timeout()
    assert shown[-1] == 20
    now[0] += 3.0  # a whole round later
    player._on_timeout()
    assert shown == [1, 2, 3, 4, 5, 20]
    assert player.index == 20


def test_a_frame_that_is_not_drawn_yet_is_left_out(player):
    player, bridge, now, shown = player
    bridge.have = {0, 2, 3}
    player.play()
    for _frame in range(3):
        now[0] += 1 / 30
        player._on_timeout()
    assert shown == [2, 3]
    now[0] += 10 / 30
    player._on_timeout()
    assert shown == [2, 3]
    assert bridge.positions[-1] == 13  # what is drawn next


def test_the_rate_is_what_was_painted(player):
    player, _bridge, now, _shown = player
    assert player.rate == 0
    player.play()
    for _frame in range(30):
        now[0] += 1 / 20
        player.note_painted()
    assert player.rate == pytest.approx(20)
    player.pause()
    player.seek(-1)
    assert player.index == 89


def test_it_stops_when_nobody_looks_and_goes_on(qtbot, opened):
    page, panel = opened()
    page.main_action()
    qtbot.waitUntil(lambda: panel.desk.player.is_playing, timeout=10_000)
    page.panels.show_panel(page.slider_panel)
    assert not panel.desk.player.is_playing
    assert panel.desk._bridge._worker is None
    page.panels.show_panel(panel)
    wait_for_film(qtbot, panel)
    assert panel.parts.strip.count() == 4


def test_the_frame_is_brought_to_the_sliders(qtbot, opened):
    page, panel = opened()
    panel.desk.add(some(psi=0.5))
    wait_for_film(qtbot, panel)
    panel.parts.slider.setValue(33)
    panel.parts.here.click()
    frames = panel.desk.player.frames
    assert page.explorer.point.z.tobytes() == frames.z[33].tobytes()
    assert page.explorer.point.psi == 0.5


def test_another_model_of_the_same_space_keeps_the_timeline(qtbot, opened, folders):
    page, panel = opened()
    panel.desk.add(some())
    wait_for_film(qtbot, panel)
    before = panel.parts.view.frame()
    page.picker.choose_step(500)
    qtbot.waitUntil(lambda: page.explorer.bundle.step == 500, timeout=10_000)
    qtbot.waitUntil(lambda: panel.parts.view.frame() != before, timeout=10_000)
    assert panel.parts.strip.count() == 3
    page.picker.choose(write_run(folders, "gan", latent_dim=4))
    qtbot.waitUntil(lambda: panel.parts.strip.count() == 0, timeout=10_000)


# Saving


def save_to(monkeypatch, path):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(path), ""))


def choose_format(panel, key):
    box = panel.parts.film_row.format
    box.setCurrentIndex(box.findData(key))


@pytest.mark.parametrize("key", ["gif", "webp", "frames"])
def test_a_film_is_saved_and_opened_again(qtbot, opened, tmp_path, monkeypatch, key):
    _page, panel = opened()
    panel.desk.add(some())
    panel.desk.set_length(1.0)
    wait_for_film(qtbot, panel)
    qtbot.waitUntil(lambda: len(panel.desk.player.frames) == 30)
    choose_format(panel, key)
    suffix = FILMS.get(key).extra["suffix"]
    save_to(monkeypatch, tmp_path / "mine")
    with qtbot.waitSignal(panel.told, timeout=20_000) as caught:
        panel.parts.film_row.save.click()
        assert panel.parts.film_row.cancel.isVisible()
    path = tmp_path / f"mine{suffix}"
    assert str(path) in caught.args[1]
    assert panel.parts.film_row.save.isVisible()
    assert json.loads(read_note(path))["model"]["step"] == 1000
    if suffix:
        with Image.open(path) as image:
            assert sum(1 for _frame in ImageSequence.Iterator(image)) == 30
    keys = panel.desk.walk.keys
    panel.desk.clear()
    with file_drop(path if suffix else path / "walk.json") as event:
        panel.parts.strip.dropEvent(event)
    qtbot.waitUntil(lambda: panel.parts.strip.count() == 3, timeout=10_000)
    assert [key.z.tobytes() for key in panel.desk.walk.keys] == [key.z.tobytes() for key in keys]


def test_saving_is_cancelled_and_leaves_nothing(qtbot, opened, tmp_path, monkeypatch):
    _page, panel = opened()
    panel.desk.add(some())
    panel.desk.set_length(300.0)
    wait_for_film(qtbot, panel)
    save_to(monkeypatch, tmp_path / "long.gif")
    with qtbot.waitSignal(panel.saver.progress, timeout=10_000):
        panel.parts.film_row.save.click()
    task = panel.saver._task
    panel.parts.film_row.cancel.click()
    assert not panel.saver.is_busy
    task.future.result(timeout=20)
    assert list(tmp_path.glob("*long*")) == []


def test_a_film_that_cannot_be_written_is_told(qtbot, opened, tmp_path, monkeypatch):
    _page, panel = opened()
    panel.desk.add(some())
    wait_for_film(qtbot, panel)
    (tmp_path / "file").write_text("no folder")
    save_to(monkeypatch, tmp_path / "file" / "mine.gif")
    with qtbot.waitSignal(panel.failed, timeout=10_000) as caught:
        panel.parts.film_row.save.click()
    assert "cannot be written" in str(caught.args[0])
    assert not panel.saver.is_busy


def test_formats_say_what_they_cannot_do(qtbot, opened, monkeypatch):
    _page, panel = opened()
    panel.desk.add(some())
    wait_for_film(qtbot, panel)
    panel.desk.set_setting("fps", 60)
    assert "at most 50" in panel.parts.hint.text()
    monkeypatch.setattr(FILMS.get("mp4").target, "missing", classmethod(lambda cls: "Get av."))
    panel.parts.film_row.format.clear()
    panel.parts.film_row.fill_formats()
    choose_format(panel, "mp4")
    assert "not installed" in panel.parts.film_row.format.currentText()
    assert panel.parts.hint.text() == "Get av."
    assert not panel.parts.film_row.save.isEnabled()


def test_a_damaged_walk_is_told(qtbot, opened, tmp_path):
    _page, panel = opened()
    (tmp_path / "walk.json").write_text("{}")
    with (
        qtbot.waitSignal(panel.failed, timeout=10_000) as caught,
        file_drop(tmp_path / "walk.json") as event,
    ):
        panel.parts.strip.dropEvent(event)
    assert "holds no walk" in str(caught.args[0])


# Edits


def test_durations_go_along_with_their_key_frames():
    places = some(3)
    walk = Walk(tuple(places), (1.0, 2.0, 3.0))
    there = edits.moved(walk, 0, 2)
    assert there.keys == (places[1], places[2], places[0])
    assert there.seconds == (2.0, 3.0, 1.0)
    more = edits.added(walk, some(1), 1)
    assert more.seconds == (1.0, 1.0, 2.0, 3.0)
    assert edits.removed(more, 1).seconds == (1.0, 2.0, 3.0)
    assert edits.stretched(walk, 12.0).seconds == (2.0, 4.0, 6.0)
    assert edits.stretched(Walk(), 5.0).seconds == ()
    assert edits.stretched(Walk(walk.keys, walk.seconds, pause=1.0), 9.0).length == 9.0


def test_noise_is_kept_while_there_are_key_frames():
    assert Walk(noise=Noise(seconds=3.0)).length == 3.0


def test_a_walk_of_another_space_that_comes_late_is_dropped(opened):
    _page, panel = opened()
    panel.desk.load(Walk(keys=tuple(some(2, dim=4))))
    assert panel.desk.walk.keys == ()
    panel.desk.load(Walk(keys=tuple(some(2))))
    assert len(panel.desk.walk.keys) == 2


def test_thumbnails_go_with_their_model(qtbot, opened):
    page, panel = opened()
    panel.desk.add(some(2))
    qtbot.waitUntil(lambda: len(panel.desk.thumbs) == 2, timeout=10_000)
    page.explorer.set_bundle(None)
    assert panel.desk.thumbs == {}
