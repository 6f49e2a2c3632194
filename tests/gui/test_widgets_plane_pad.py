"""Pads over planes: by mouse, wheel and keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication

from gan_studio.gui.widgets.triangle_pad import MIDDLE, TrianglePad
from gan_studio.gui.widgets.xy_pad import XYPad
from gan_studio.inference.slices import PICTURE_B, Window, shares_at

pytestmark = pytest.mark.gui


def wheel(widget, notches):
    event = QWheelEvent(
        QPointF(150, 150),
        widget.mapToGlobal(QPointF(150, 150)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget.viewport(), event)


def tiles(count, shade=200):
    return np.full((count, 1, 8, 8), shade, np.uint8)


@pytest.fixture
def pad(qtbot):
    pad = XYPad()
    pad.can_zoom = True
    qtbot.addWidget(pad)
    pad.resize(320, 320)
    pad.set_space((-3, -3), (3, 3), (0.5, 0))
    pad.set_value(0, 0)
    pad.show()
    return pad


@pytest.fixture
def triangle(qtbot):
    pad = TrianglePad()
    qtbot.addWidget(pad)
    pad.resize(320, 320)
    pad.show()
    return pad


def moves_of(pad):
    moves = []
    pad.moved.connect(lambda x, y: moves.append((x, y)))
    return moves


def test_arrows_step_and_home_goes_to_the_middle(qtbot, pad):
    moves, step = moves_of(pad), 6 / 60
    qtbot.keyClick(pad, Qt.Key.Key_Right)
    assert moves[-1] == pytest.approx((step, 0))
    qtbot.keyClick(pad, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert moves[-1] == pytest.approx((step, 10 * step))
    for fine in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        before = moves[-1]
        qtbot.keyClick(pad, Qt.Key.Key_Left, fine)
        assert moves[-1] == pytest.approx((before[0] - step / 10, before[1]))
    qtbot.keyClick(pad, Qt.Key.Key_Home)
    assert moves[-1] == (0.5, 0)


def test_the_wheel_zooms_around_the_handle_and_a_double_click_resets(qtbot, pad):
    pad.set_value(1.5, -1.5)
    before = pad.position_of(1.5, -1.5)
    wheel(pad, 3)
    assert pad.position_of(1.5, -1.5) == before
    assert pad.window_shown.right[0] == pytest.approx(6 / 1.2**3)
    wheel(pad, -100)
    assert pad.window_shown.right[0] == pytest.approx(4 * 6)
    qtbot.keyClick(pad, Qt.Key.Key_Plus)
    assert pad.window_shown.right[0] == pytest.approx(4 * 6 / 1.2)
    qtbot.mouseDClick(pad.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert pad.window_shown.right[0] == 6
    assert pad.value() == (0.5, 0)


def test_a_small_window_follows_the_handle(qtbot, pad):
    wheel(pad, 10)
    moves = moves_of(pad)
    for _press in range(12):
        qtbot.keyClick(pad, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert moves[-1][0] == pytest.approx(12 * 10 / 60 * 6 / 1.2**10)
    across, up = pad.window_shown.of(*moves[-1])
    assert across == pytest.approx(1)
    assert up == pytest.approx(0.5)
    pad.set_value(-2.9, 2.9)
    assert pad.window_shown.of(-2.9, 2.9) == pytest.approx((0, 1))


def test_a_line_moves_one_value(qtbot, pad):
    pad.moves = (True, False)
    moves = moves_of(pad)
    qtbot.mouseClick(pad.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 40))
    assert moves[-1][1] == 0
    assert pad.position_of(*moves[-1]).x() == pytest.approx(100)
    assert pad.position_of(*moves[-1]).y() == pytest.approx(pad.area().center().y())
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert moves[-1][1] == 0
    pad.grab()


def test_nothing_moves_without_a_plane(qtbot, pad):
    moves = moves_of(pad)
    pad.set_hint("The three pictures are the same one. Replace two of them.")
    qtbot.mouseClick(pad.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 40))
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    pad.grab()
    assert moves == []


def test_a_map_grows_and_the_last_one_stays_below_until_it_is_whole(pad):
    window = pad.window_shown
    pad.begin_map(window, 3, 3)
    pad.add_tiles(tiles(5))
    assert not pad.has_map
    pad.add_tiles(tiles(4))
    assert pad.has_map
    first = pad._map
    wheel(pad, 2)
    pad.begin_map(pad.window_shown, 3, 3, keeps_last=True)
    assert pad._map_before is first
    pad.add_tiles(tiles(2))
    pad.begin_map(pad.window_shown, 3, 3, keeps_last=True)
    assert pad._map_before is first  # rather than the one that hardly began
    pad.add_tiles(tiles(9))
    assert pad._map_before is None
    pad.grab()


def test_tiles_lie_where_they_were_drawn(pad):
    """A tile of another window is seen where its places are."""
    window = Window.between((0, 0), (3, 3))
    pad.begin_map(window, 3, 3)
    pad.add_tiles(np.concatenate([tiles(8, 0), tiles(1, 255)]))  # the last one is at (2.5, 0.5)
    image = pad.grab().toImage()

    def shade(x, y):
        return image.pixelColor(pad.position_of(x, y).toPoint() * image.devicePixelRatio()).value()

    assert shade(2.5, 0.5) == 255
    assert shade(1.5, 1.5) == 0


def test_large_tiles_are_shown_smaller(pad):
    pad.begin_map(pad.window_shown, 2, 1)
    pad.add_tiles(np.zeros((2, 3, 256, 128), np.uint8))
    assert pad._map.pixmap.width() == 2 * 64


def test_the_triangle_mixes_three_pictures(qtbot, triangle):
    moves = moves_of(triangle)
    corner = triangle.position_of(*PICTURE_B).toPoint()
    qtbot.mouseClick(triangle.viewport(), Qt.MouseButton.LeftButton, pos=corner)
    assert shares_at(*moves[-1]) == pytest.approx((0, 1, 0), abs=0.02)
    assert triangle.accessibleDescription().startswith("A ")
    assert "B 100 %" in triangle.words() or "B 99 %" in triangle.words()
    qtbot.keyClick(triangle, Qt.Key.Key_Home)
    assert moves[-1] == MIDDLE
    outside = triangle.area().bottomRight().toPoint() - QPoint(2, 2)
    qtbot.mouseClick(triangle.viewport(), Qt.MouseButton.LeftButton, pos=outside)
    shares = shares_at(*moves[-1])
    assert sum(shares) == pytest.approx(1)
    assert min(shares) < 0 < 1 < max(shares)


def test_thumbnails_stand_at_the_corners(triangle):
    image = QImage(28, 28, QImage.Format.Format_Grayscale8)
    image.fill(128)  # no ground is of this grey
    bare = triangle.grab().toImage()
    triangle.set_thumbnails([QImage(), QImage(), QImage()])
    assert triangle.grab().toImage() == bare  # null pictures leave their corners empty
    triangle.set_thumbnails([image, QImage(), image])
    assert triangle.grab().toImage() != bare
    triangle.begin_map(triangle.window_shown, 5, 5)
    triangle.add_tiles(tiles(25, 0))
    triangle.is_off = True
    triangle.set_value(-0.5, 1.2)
    triangle.grab()


def test_a_drag_is_one_gesture(qtbot, pad):
    moves, released = moves_of(pad), []
    pad.released.connect(lambda: released.append(len(moves)))
    view, left = pad.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=QPoint(100, 100))
    assert pad.is_dragging
    for x in (120, 140, 5000):
        qtbot.mouseMove(view, QPoint(x, 100))
    qtbot.mouseRelease(view, left, pos=QPoint(200, 100))
    assert not pad.is_dragging
    assert released == [len(moves)]
    assert max(x for x, _y in moves) <= 3
