"""A slot for places: dropped on, pasted into, filled by keys and by its menu."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
)
from PySide6.QtWidgets import QApplication, QMenu, QSpinBox

from gan_studio.core.errors import BadLatents
from gan_studio.gui.widgets.place_mime import PLACES_MIME, to_mime
from gan_studio.gui.widgets.place_slot import PlaceSlot
from gan_studio.inference.places import Place

pytestmark = pytest.mark.gui
COPY, LEFT, NONE = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)


def drop(widget, mime):
    """What Qt sends while something is dragged onto a widget and let go; whether it was taken."""
    point = QPoint(10, 10)
    enter = QDragEnterEvent(point, COPY, mime, LEFT, NONE)
    enter.ignore()
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(widget, QDragMoveEvent(point, COPY, mime, LEFT, NONE))
    QApplication.sendEvent(widget, QDropEvent(QPointF(point), COPY, mime, LEFT, NONE))
    return True


def places(count, dim=4, **facts):
    z = np.random.default_rng(count).standard_normal((count, dim)).astype(np.float32)
    return [Place(row, **facts) for row in z]


@pytest.fixture
def make_slot(qtbot):
    def make(**options):
        slot = PlaceSlot("A", **options)
        qtbot.addWidget(slot)
        slot.set_space(4, 3)
        slot.resize(120, 160)
        slot.show()
        return slot

    return make


def heard(signal):
    found = []
    signal.connect(lambda *values: found.append(values))
    return found


def test_a_place_is_dropped(make_slot):
    slot, (first, second) = make_slot(), places(2, label=2)
    changes = heard(slot.changed)
    assert drop(slot.picture, to_mime([first]))
    assert slot.places[0].z.tobytes() == first.z.tobytes()
    assert slot.places[0].label == 2
    assert drop(slot.picture, to_mime([second]))
    assert len(slot.places) == 1  # another one replaces it
    assert slot.places[0].z.tobytes() == second.z.tobytes()
    assert len(changes) == 2


def test_several_places_are_gathered_once_each(make_slot):
    slot, three = make_slot(is_single=False), places(3)
    drop(slot.picture, to_mime(three))
    drop(slot.picture, to_mime(three[:1]))
    assert len(slot.places) == 3
    assert slot.picture.accessibleName() == "A: mean of 3"
    slot.show_place(three[0], np.zeros((1, 8, 8), np.uint8))
    slot.grab()


def test_what_is_no_place_is_not_taken(make_slot):
    slot, mime = make_slot(), QMimeData()
    mime.setText("1 2 3 4")
    assert not drop(slot.picture, mime)
    assert not drop(make_slot(takes=False).picture, to_mime(places(1)))
    mime = to_mime(places(1))  # the event does not keep it alive
    entered = QDragEnterEvent(QPoint(5, 5), COPY, mime, LEFT, NONE)
    QApplication.sendEvent(slot.picture, entered)
    assert slot.picture._is_aimed_at
    QApplication.sendEvent(slot.picture, QDragLeaveEvent())
    assert not slot.picture._is_aimed_at


def test_places_of_another_model_are_told(make_slot):
    slot = make_slot()
    problems, changes = heard(slot.failed), heard(slot.changed)
    drop(slot.picture, to_mime(places(1, dim=5)))
    assert isinstance(problems[0][0], BadLatents)
    damaged = QMimeData()
    damaged.setData(PLACES_MIME, b"{")
    drop(slot.picture, damaged)
    assert len(problems) == 2
    assert not changes
    assert slot.places == ()


def test_text_is_copied_and_pasted_by_keys(qtbot, make_slot):
    slot, (place,) = make_slot(), places(1, psi=0.5)
    QGuiApplication.clipboard().setText("1, 2, 3, 4")
    slot.picture.setFocus()
    qtbot.keyClick(slot.picture, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert slot.places[0].z.tolist() == [1, 2, 3, 4]
    slot.show_place(place, np.full((1, 8, 8), 9, np.uint8))
    qtbot.keyClick(slot.picture, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().mimeData().hasFormat(PLACES_MIME)
    assert not QGuiApplication.clipboard().image().isNull()
    other = make_slot()
    qtbot.keyClick(other.picture, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert other.places[0].z.tobytes() == place.z.tobytes()
    assert other.places[0].psi == 0.5
    QGuiApplication.clipboard().setText("nothing")
    problems = heard(other.failed)
    qtbot.keyClick(other.picture, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "The clipboard" in str(problems[0][0])


def test_keys_ask_for_here_and_empty_it(qtbot, make_slot):
    slot = make_slot(is_single=False)
    here, go = heard(slot.here_asked), heard(slot.go_asked)
    qtbot.keyClick(slot.picture, Qt.Key.Key_Return)
    qtbot.mouseClick(slot.here, LEFT)
    assert len(here) == 2
    qtbot.mouseDClick(slot.picture, LEFT)
    assert not go  # there is nothing yet
    slot.put(places(2))
    slot.show_place(slot.places[0], np.zeros((1, 8, 8), np.uint8))
    qtbot.mouseDClick(slot.picture, LEFT)
    assert len(go) == 1
    qtbot.keyClick(slot.picture, Qt.Key.Key_Delete)
    assert slot.places == ()
    assert slot.picture.place is None
    assert slot.picture.image().isNull()


def entries(menu):
    return {action.text(): action for action in menu.actions()}


def test_the_menu_takes_out_and_brings_back(make_slot):
    slot = make_slot(is_single=False)
    slot.put(places(3))
    menu = slot.make_menu()
    entries(menu)["Take the last one out"].trigger()
    assert len(slot.places) == 2
    entries(slot.make_menu())["Empty"].trigger()
    assert slot.places == ()
    entries(slot.make_menu())["Bring back what was here"].trigger()
    assert len(slot.places) == 2


def test_the_menu_offers_seeds_and_bookmarks(qtbot, make_slot):
    slot, (mark,) = make_slot(), places(1, name="the best four")
    seeds = heard(slot.seed_asked)
    menu = slot.make_menu()
    assert "Bookmarks" not in entries(menu)
    box = menu.findChild(QSpinBox)
    box.setValue(41)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert seeds == [(41,)]
    assert slot.make_menu().findChild(QSpinBox).value() == 42
    slot.shelf = lambda: [mark]
    menu = slot.make_menu()
    entries(menu.findChild(QMenu))["the best four"].trigger()
    assert slot.places == (mark,)


def test_a_slot_that_takes_nothing_shows_a_result(qtbot, make_slot):
    slot, (place,) = make_slot(takes=False), places(1)
    assert slot.here.isHidden()
    assert "Empty" not in entries(slot.make_menu())
    slot.show_place(place, np.zeros((3, 8, 8), np.uint8))
    assert entries(slot.make_menu())["Go there"].isEnabled()
    slot.grab()
