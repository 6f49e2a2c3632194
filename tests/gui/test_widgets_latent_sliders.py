"""A hundred sliders that stay usable."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent

from gan_studio.gui.widgets.latent_rows import BY_EFFECT, BY_INDEX, BY_VALUE, arrange, matching
from gan_studio.gui.widgets.latent_sliders import LatentSliders

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def sliders(qtbot):
    return make(qtbot, 100)


def make(qtbot, dim):
    widget = LatentSliders()
    qtbot.addWidget(widget)
    widget.resize(460, 300)
    widget.set_space([-3.0] * dim, [3.0] * dim, [0.0] * dim)
    widget.show()
    widget.moves = []
    widget.moved.connect(lambda index, value: widget.moves.append((index, value)))
    return widget


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


def test_dragging_with_ctrl_is_ten_times_finer(qtbot, sliders):
    def drag(dim, modifier):
        track = sliders.track_rect(dim)
        at = QPointF(track.center())
        sliders._set_current(dim)
        sliders._begin_drag(dim, at)
        from PySide6.QtCore import QEvent
        from PySide6.QtGui import QMouseEvent

        there = at + QPointF(40, 0)
        event = QMouseEvent(QEvent.Type.MouseMove, there, there, LEFT, LEFT, modifier)
        sliders.mouseMoveEvent(event)
        sliders._drag_x = None
        return sliders.values()[dim]

    coarse = drag(2, Qt.KeyboardModifier.NoModifier)
    fine = drag(3, Qt.KeyboardModifier.ControlModifier)
    assert fine == pytest.approx(coarse / 10)


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


def test_512_sliders_paint_only_what_is_seen(qtbot):
    sliders = make(qtbot, 512)
    painted = []
    paint_row = sliders._paint_row
    sliders._paint_row = lambda *args: (painted.append(args[1]), paint_row(*args))
    sliders.viewport().grab()
    assert 5 < len(painted) < 30


def test_another_range_keeps_values_and_effects(sliders):
    sliders.choose(1, 2.0)
    sliders.set_effects([1.0] * 100)
    sliders.set_space([-4.0] * 100, [4.0] * 100, [0.5] * 100)
    assert sliders.values()[1] == 2.0
    sliders.reset(1)
    assert sliders.values()[1] == 0.5
    sliders.set_space([-1.0] * 3, [1.0] * 3, [0.0] * 3)
    assert sliders.values() == [0.0] * 3
