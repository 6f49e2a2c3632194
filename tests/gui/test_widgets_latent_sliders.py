"""A hundred sliders that stay usable."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent, QWheelEvent

from gan_studio.gui.widgets import latent_list
from gan_studio.gui.widgets.latent_marks import Marks, between
from gan_studio.gui.widgets.latent_menu import menu_of
from gan_studio.gui.widgets.latent_rows import (
    BY_EFFECT,
    BY_INDEX,
    BY_LINK,
    BY_VALUE,
    arrange,
    matching,
)
from gan_studio.gui.widgets.latent_sliders import LatentSliders

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def sliders(qtbot):
    return make(qtbot, 100)


def make(qtbot, dim):
    widget = LatentSliders()
    qtbot.addWidget(widget)
    widget.resize(460, 300)
    widget.set_space([-3.0] * dim, [3.0] * dim, [0.0] * dim)
    widget.show()
    widget.moves, widget.all_moves, widget.ends = [], [], []
    widget.moved.connect(lambda values: widget.moves.extend(values.items()))
    widget.moved.connect(widget.all_moves.append)
    widget.released.connect(lambda: widget.ends.append(len(widget.all_moves)))
    widget.locks_asked.connect(widget.set_locked)
    return widget


def drag(sliders, dim, way, modifier=NONE, start=0):
    """Hold a slider at its handle, or `start` beside it, move it by `way` pixels and let go."""
    at = QPointF(sliders.track_rect(dim).center()) + QPointF(start, 0)
    for kind, place in (
        (QEvent.Type.MouseButtonPress, at),
        (QEvent.Type.MouseMove, at + QPointF(way, 0)),
        (QEvent.Type.MouseButtonRelease, at + QPointF(way, 0)),
    ):
        where = sliders.viewport().mapToGlobal(place)
        event = QMouseEvent(kind, place, where, LEFT, LEFT, modifier)
        QGuiApplication.sendEvent(sliders.viewport(), event)
    return sliders.values()[dim]


def click(sliders, dim, modifier=NONE):
    """Click the name of a row."""
    place = sliders.label_rect(dim).center()
    where = sliders.viewport().mapToGlobal(place)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        event = QMouseEvent(kind, place, where, LEFT, LEFT, modifier)
        QGuiApplication.sendEvent(sliders.viewport(), event)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", list(range(100))),
        ("z41", [41]),
        ("41", [41]),
        ("z4", [4, *range(40, 50)]),
        ("10-12", [10, 11, 12]),
        ("z10 – z11, 7", [10, 11, 7, *range(70, 80)]),
        ("nonsense", []),
        ("z500", []),
    ],
)
def test_search(text, found):
    assert matching(text, 100) == found


def test_rows_are_grouped_by_number_by_effect_and_by_value():
    away = [2.0, -2.0, 0.0, 0.5]
    effects = [1.0, 0.02, 9.0, 8.0]
    assert [group.dims for group in arrange(range(4), BY_INDEX, away, None)] == [(0, 1, 2, 3)]
    by_effect = arrange(range(4), BY_EFFECT, away, effects)
    assert [group.dims for group in by_effect] == [(2, 3), (0,), (1,)]
    by_value = arrange(range(4), BY_VALUE, away, effects)
    assert [group.dims for group in by_value] == [(0,), (3, 2), (1,)]
    assert arrange(range(4), BY_EFFECT, away, None)[0].title == ""
    assert len(arrange(range(100), BY_INDEX, [0] * 100, None)) == 5


def test_pressing_a_groove_brings_the_handle_and_dragging_moves_it(qtbot, sliders):
    track = sliders.track_rect(1)
    viewport = sliders.viewport()
    start = QPoint(int(track.center().x()), int(track.center().y()))
    qtbot.mousePress(viewport, LEFT, pos=start)
    qtbot.mouseMove(viewport, start + QPoint(30, 0))
    assert sliders.is_dragging
    coarse = sliders.values()[1]
    assert coarse > 0.4
    released = []
    sliders.released.connect(lambda: released.append(1))
    qtbot.mouseRelease(viewport, LEFT, pos=start + QPoint(30, 0))
    assert released
    assert not sliders.is_dragging
    assert {index for index, _value in sliders.moves} == {1}


@pytest.mark.parametrize(("modifier", "factor"), [(CTRL, 0.1), (ALT, 0.1), (SHIFT, 10)])
def test_modifiers_drag_finely_and_coarsely(sliders, modifier, factor):
    plain = drag(sliders, 2, 8)
    assert plain > 0.1
    assert drag(sliders, 3, 8, modifier) == pytest.approx(plain * factor)


def test_a_modifier_beside_the_handle_does_not_make_it_jump(sliders):
    assert drag(sliders, 2, 20, CTRL, start=60) == pytest.approx(drag(sliders, 3, 20) / 10)


def test_double_click_goes_to_the_middle_and_on_the_number_it_types(qtbot, sliders):
    sliders.choose(4, 2.5)
    qtbot.mouseDClick(sliders.viewport(), LEFT, pos=sliders.track_rect(4).center().toPoint())
    assert sliders.values()[4] == 0.0
    qtbot.mouseDClick(sliders.viewport(), LEFT, pos=sliders.number_rect(4).center().toPoint())
    editor = sliders._editor
    assert editor.isVisible()
    qtbot.keyClicks(editor, "1,25")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert sliders.values()[4] == 1.25
    assert not editor.isVisible()
    sliders.edit(4)
    qtbot.keyClicks(editor, "9")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert sliders.values()[4] == 1.25


def test_keys_walk_and_step(qtbot, sliders):
    sliders.setFocus()
    keys = Qt.Key
    qtbot.keyClick(sliders, keys.Key_Down)
    qtbot.keyClick(sliders, keys.Key_Right)
    assert sliders.moves[-1] == (1, pytest.approx(0.1))
    qtbot.keyClick(sliders, keys.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert sliders.moves[-1] == (1, pytest.approx(1.1))
    qtbot.keyClick(sliders, keys.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert sliders.moves[-1] == (1, pytest.approx(1.09))
    qtbot.keyClick(sliders, keys.Key_Delete)
    assert sliders.moves[-1] == (1, 0.0)
    qtbot.keyClick(sliders, keys.Key_End)
    assert sliders.current == 99
    assert sliders.verticalScrollBar().value() > 0
    qtbot.keyClick(sliders, keys.Key_Minus)
    qtbot.keyClicks(sliders._editor, "0.5")
    qtbot.keyClick(sliders._editor, keys.Key_Return)
    assert sliders.moves[-1] == (99, -0.5)


def test_the_wheel_steps_over_a_number_and_scrolls_elsewhere(sliders):
    def turn(place):
        position = QPointF(place)
        event = QWheelEvent(
            position, QPointF(sliders.viewport().mapToGlobal(place)), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QGuiApplication.sendEvent(sliders.viewport(), event)

    turn(sliders.number_rect(3).center().toPoint())
    assert sliders.moves == [(3, pytest.approx(-0.1))]
    assert sliders.verticalScrollBar().value() == 0
    turn(sliders.track_rect(5).center().toPoint())
    assert sliders.verticalScrollBar().value() > 0
    assert len(sliders.moves) == 1


def test_search_sort_and_fold(qtbot, sliders):
    sliders.set_effects([float(index) for index in range(100)])
    sliders.set_order(BY_EFFECT)
    assert sliders.shown()[0] == 99
    sliders.set_order(BY_INDEX)
    head = QPoint(30, 5)
    qtbot.mouseClick(sliders.viewport(), LEFT, pos=head)
    assert sliders.shown()[0] == 20
    qtbot.mouseClick(sliders.viewport(), LEFT, pos=head)
    assert sliders.shown()[0] == 0
    sliders.set_search("z41")
    assert sliders.shown() == [41]
    assert sliders.current == 41
    assert "41" in sliders.tip(41)
    sliders.set_search("nothing")
    sliders.grab()
    assert sliders.shown() == []


@pytest.fixture
def painted(monkeypatch):
    """The names of rows, as they are painted."""
    names = []

    class Watched(latent_list.Row):
        def draw(self, *args):
            names.append(self.name)
            super().draw(*args)

    monkeypatch.setattr(latent_list, "Row", Watched)
    return names


def test_512_sliders_paint_only_what_is_seen(qtbot, painted):
    sliders = make(qtbot, 512)
    sliders.viewport().grab()
    assert 5 < len(painted) < 30


def test_a_move_paints_its_own_row_only(qtbot, painted):
    sliders = make(qtbot, 512)
    qtbot.waitUntil(lambda: len(painted) > 0)
    QGuiApplication.processEvents()
    painted.clear()
    sliders.choose(3, 1.0)
    sliders.set_values([0.0, 0.0, 0.0, 1.0, 0.0, 0.5, *[0.0] * 506])
    qtbot.waitUntil(lambda: len(painted) > 0)
    assert painted == ["z3", "z5"]


# Several at once


def test_marks_know_what_moves_together():
    marks = Marks()
    marks.link({1, 2, 3})
    marks.link({5, 6})
    assert marks.links == {"A": frozenset({1, 2, 3}), "B": frozenset({5, 6})}
    assert marks.together(2) == {1, 2, 3}
    assert marks.together(4) == {4}
    marks.chosen = frozenset({2, 4, 5})
    assert marks.together(4) == {1, 2, 3, 4, 5, 6}
    marks.locked = frozenset({3, 4})
    assert marks.together(5) == {1, 2, 5, 6}
    marks.link({3, 5})
    assert marks.links == {"A": frozenset({1, 2}), "B": frozenset({3, 5})}
    marks.unlink({1})
    assert list(marks.links) == ["B"]


def test_the_rows_between_two():
    assert between([4, 2, 9, 1], 9, 4) == {4, 2, 9}
    assert between([4, 2, 9, 1], 7, 2) == {2}


def test_chosen_rows_move_by_the_same_number_of_deviations(qtbot):
    sliders = make(qtbot, 4)
    sliders.set_space([-3.0, -6.0, -3.0, -3.0], [3.0, 6.0, 3.0, 3.0], [0.0] * 4)
    click(sliders, 0)
    click(sliders, 1, CTRL)
    assert sliders.marks.chosen == {0, 1}
    sliders.choose(0, 0.5)
    assert sliders.all_moves == [{0: 0.5, 1: pytest.approx(1.0)}]
    click(sliders, 3, SHIFT)
    assert sliders.marks.chosen == {1, 2, 3}
    click(sliders, 2)
    sliders.choose(2, 1.0)
    assert sliders.values() == [0.5, pytest.approx(1.0), 1.0, 0.0]
    assert "more" not in sliders.tip(2)


def test_a_drag_to_the_end_and_back_keeps_their_distance(sliders):
    sliders.choose(0, 2.5)
    sliders.marks.link({0, 1})
    track = sliders.track_rect(1)
    sliders._begin_drag(1, track.center(), NONE)
    sliders._drag_to(sliders._drag, track.center().x() + 100, NONE)
    assert sliders.values()[0] == 3.0
    sliders._drag_to(sliders._drag, track.center().x(), NONE)
    assert sliders.values()[:2] == [pytest.approx(2.5), pytest.approx(0.0)]
    sliders._end_drag(sliders._drag, NONE)


def test_a_group_is_linked_named_sorted_and_let_go(qtbot, sliders):
    sliders.setFocus()
    qtbot.keyClick(sliders, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(sliders, Qt.Key.Key_G)
    assert sliders.marks.links == {"A": frozenset({0, 1})}
    assert sliders._name(1) == "z1 A"
    qtbot.keyClick(sliders, Qt.Key.Key_Escape)
    assert not sliders.marks.chosen
    qtbot.keyClick(sliders, Qt.Key.Key_Right)
    assert sliders.values()[:3] == [pytest.approx(0.1), pytest.approx(0.1), 0.0]
    assert "1 more" in sliders.tip(0)
    assert "1 more" in sliders.accessibleDescription()
    sliders.set_order(BY_LINK)
    assert sliders._rows[0].title == "linked group A"
    assert sliders._rows[3].title == "not linked"
    sliders.grab()
    qtbot.keyClick(sliders, Qt.Key.Key_G)
    assert not sliders.marks.links


def test_choosing_by_keys(qtbot, sliders):
    sliders.setFocus()
    qtbot.keyClick(sliders, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(sliders, Qt.Key.Key_Down, CTRL)
    qtbot.keyClick(sliders, Qt.Key.Key_Down, CTRL)
    qtbot.keyClick(sliders, Qt.Key.Key_Space, CTRL)
    assert sliders.marks.chosen == {0, 1, 3}
    qtbot.keyClick(sliders, Qt.Key.Key_Down)
    assert not sliders.marks.chosen
    sliders.set_search("10-19")
    qtbot.keyClick(sliders, Qt.Key.Key_A, CTRL)
    assert sliders.marks.chosen == set(range(10, 20))


def test_ctrl_click_on_a_groove_chooses_and_moves_nothing(qtbot, sliders):
    place = sliders.track_rect(4).center().toPoint() + QPoint(50, 0)
    qtbot.mouseClick(sliders.viewport(), LEFT, CTRL, pos=place)
    assert sliders.marks.chosen == {4}
    assert not sliders.moves


# Locks


def test_a_locked_slider_is_moved_by_nothing(qtbot, sliders):
    sliders.setFocus()
    qtbot.keyClick(sliders, Qt.Key.Key_L)
    assert sliders.marks.locked == {0}
    assert "locked" in sliders.accessibleDescription()
    assert "Locked" in sliders.tip(0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Delete, Qt.Key.Key_5):
        qtbot.keyClick(sliders, key)
    drag(sliders, 0, 30)
    sliders.choose(0, 1.0)
    assert not sliders._editor.isVisible()
    assert not sliders.moves
    sliders.grab()
    qtbot.keyClick(sliders, Qt.Key.Key_L)
    qtbot.keyClick(sliders, Qt.Key.Key_Right)
    assert sliders.moves


def test_the_lock_is_clicked_and_a_group_leaves_locked_ones_behind(qtbot, sliders):
    place = sliders.lock_rect(2).center().toPoint()
    qtbot.mouseClick(sliders.viewport(), LEFT, pos=place)
    assert sliders.marks.locked == {2}
    sliders.set_chosen({1, 2, 3})
    sliders.choose(1, 1.0)
    assert sliders.all_moves == [{1: 1.0, 3: pytest.approx(1.0)}]
    sliders.toggle_locks()
    assert sliders.marks.locked == {1, 2, 3}
    sliders.toggle_locks()
    assert not sliders.marks.locked


# One move each


def test_pressing_beside_the_handle_twice_is_one_move_to_the_middle(qtbot, sliders):
    place = sliders.track_rect(4).center().toPoint() + QPoint(60, 0)
    qtbot.mouseClick(sliders.viewport(), LEFT, pos=place)
    assert sliders.values()[4] > 0.5
    assert not sliders.ends
    qtbot.mouseDClick(sliders.viewport(), LEFT, pos=place)
    assert sliders.values()[4] == 0.0
    assert sliders.ends[0] == len(sliders.all_moves)


def test_delete_and_a_typed_value_are_moves_of_their_own(qtbot, sliders):
    sliders.setFocus()
    qtbot.keyClick(sliders, Qt.Key.Key_Right)
    qtbot.keyClick(sliders, Qt.Key.Key_Delete)
    assert sliders.ends == [1, 2]
    qtbot.keyClick(sliders, Qt.Key.Key_7)
    qtbot.keyClick(sliders._editor, Qt.Key.Key_Return)
    assert sliders.ends == [1, 2, 2, 3]
    qtbot.keyClick(sliders, Qt.Key.Key_0, CTRL)
    assert sliders.moves[-1] == (0, 0.0)


def test_the_menu_does_what_its_words_say(sliders):
    sliders.choose(0, 2.0)
    wished = []
    sliders.random_asked.connect(lambda: wished.append(1))
    menu = menu_of(sliders)
    by_key = {action.text().partition("\t")[2]: action for action in menu.actions()}
    assert not by_key["G"].isEnabled()
    by_key["Del"].trigger()
    assert sliders.values()[0] == 0.0
    by_key["R"].trigger()
    assert wished
    by_key["Ctrl+A"].trigger()
    by_key["L"].trigger()
    assert len(sliders.marks.locked) == 100
    menu.deleteLater()
    menu = menu_of(sliders)
    texts = [action.text() for action in menu.actions()]
    assert "Unlock\tL" in texts
    menu.deleteLater()


def test_another_range_keeps_values_and_effects(sliders):
    sliders.choose(1, 2.0)
    sliders.set_effects([1.0] * 100)
    sliders.set_space([-4.0] * 100, [4.0] * 100, [0.5] * 100)
    assert sliders.values()[1] == 2.0
    sliders.reset(1)
    assert sliders.values()[1] == 0.5
    sliders.set_space([-1.0] * 3, [1.0] * 3, [0.0] * 3)
    assert sliders.values() == [0.0] * 3
