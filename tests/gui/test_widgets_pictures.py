"""Pictures, grids and sliders as a person uses them."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QWheelEvent

from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.class_picker import ClassPicker
from gan_studio.gui.widgets.error_colors import ErrorLegend, color_errors, nice_limit
from gan_studio.gui.widgets.picture_grid import PictureGrid, best_columns
from gan_studio.gui.widgets.picture_view import PictureView
from gan_studio.gui.widgets.value_slider import ValueSlider
from gan_studio.gui.widgets.xy_pad import XYPad

pytestmark = pytest.mark.gui


def digits(count, channels=1, size=28):
    generator = np.random.default_rng(1)
    return generator.integers(0, 256, (count, channels, size, size), dtype=np.uint8)


def test_arrays_become_images_with_the_same_pixels():
    grey, colour = digits(1)[0], digits(1, 3, 5)[0]
    assert pictures.to_image(grey).pixelColor(3, 2).red() == grey[0, 2, 3]
    found = pictures.to_image(colour).pixelColor(4, 1)
    assert (found.red(), found.green(), found.blue()) == tuple(colour[:, 1, 4])


@pytest.mark.parametrize(
    ("space", "extent", "ratio", "scale"),
    [(100, 28, 1, 3), (84, 28, 1, 3), (14, 28, 1, 0.5), (100, 28, 1.5, 5 / 1.5), (70, 28, 2, 2.5)],
)
def test_scales_are_whole_multiples_of_device_pixels(space, extent, ratio, scale):
    assert pictures.whole_scale(space, extent, ratio) == pytest.approx(scale)


def test_the_view_centres_at_a_whole_multiple(qtbot):
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(200, 150)
    view.set_picture(digits(1)[0])
    place = view.picture_rect()
    assert (place.width(), place.height()) == (140, 140)
    assert (place.left(), place.top()) == (30, 5)
    view.grab()
    view.copy()
    assert QGuiApplication.clipboard().image().width() == 28
    view.set_picture(None)
    view.set_empty_text("nothing")
    view.grab()
    assert view.picture_rect().isEmpty()


def test_columns_make_pictures_large():
    assert best_columns(64, (600, 600), (28, 28)) == 8
    assert best_columns(10, (1000, 90), (28, 28)) == 10
    assert best_columns(1, (10, 10), (28, 28)) == 1


def test_the_grid_is_picked_by_mouse_and_keys(qtbot):
    grid = PictureGrid(columns=5)
    qtbot.addWidget(grid)
    grid.resize(320, 320)
    grid.set_pictures(digits(25), [str(number) for number in range(25)])
    grid.show()
    picked, activated = [], []
    grid.picked.connect(picked.append)
    grid.activated.connect(activated.append)
    place = grid.picture_rect(7).center().toPoint()
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert picked == [7, 8, 13]
    assert activated == [13]
    assert grid.index_at(QPoint(0, 0)) == -1
    assert grid.sheet(2).width() == 5 * 58 - 2
    grid.grab()
    grid.set_pictures(None)
    grid.set_empty_text("none")
    grid.grab()
    assert grid.selected == -1


def test_a_value_slider_is_dragged_typed_stepped_and_reset(qtbot):
    slider = ValueSlider("Rate", 0.0, 10.0, 5.0, 2, reset_value=2.0)
    qtbot.addWidget(slider)
    slider.resize(300, 30)
    slider.show()
    moved = []
    slider.moved.connect(moved.append)
    track, number = slider._track, slider._number
    track.setFocus()
    qtbot.keyClick(track, Qt.Key.Key_Right)
    assert moved[-1] == pytest.approx(5.1)
    qtbot.keyClick(track, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert moved[-1] == pytest.approx(6.1)
    qtbot.keyClick(track, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert moved[-1] == pytest.approx(6.09)
    number.selectAll()
    qtbot.keyClicks(number, "7,5")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert slider.value() == 7.5
    number.selectAll()
    qtbot.keyClicks(number, "abc")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    assert slider.value() == 7.5
    assert number.text() == "7.50"
    qtbot.mouseDClick(track, Qt.MouseButton.LeftButton)
    assert moved[-1] == 2.0
    slider.grab()


def test_a_logarithmic_slider_moves_by_factors(qtbot):
    slider = ValueSlider("Rate", 1e-6, 1e-2, 1e-4, 3, log=True)
    qtbot.addWidget(slider)
    assert slider._track.share == pytest.approx(0.5)
    slider._track.set_share(0.75)
    slider._track.moved.emit(0.75)
    assert slider.value() == pytest.approx(1e-3)
    slider.set_value(2e-5)
    assert slider.text() == "2e-5"
    slider.set_value(99)
    assert slider.value() == 1e-2


def wheel(widget, notches):
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, widget.mapToGlobal(centre), QPoint(), QPoint(0, notches * 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QGuiApplication.sendEvent(widget, event)


def test_the_wheel_needs_the_focus(qtbot):
    slider = ValueSlider("x", 0.0, 1.0, 0.5)
    qtbot.addWidget(slider)
    slider.show()
    slider._number.setFocus()
    wheel(slider._track, 5)
    assert slider.value() == 0.5
    slider._track.setFocus()
    qtbot.waitUntil(slider._track.hasFocus)
    wheel(slider._track, 5)
    assert slider.value() == pytest.approx(0.55)


def test_the_pad_moves_two_values(qtbot):
    pad = XYPad()
    qtbot.addWidget(pad)
    pad.resize(300, 300)
    pad.set_space((-3, -3), (3, 3), (0, 0))
    pad.show()
    moved, released = [], []
    pad.moved.connect(lambda x, y: moved.append((x, y)))
    pad.released.connect(lambda: released.append(1))
    place = pad.position_of(1.5, -2).toPoint()
    qtbot.mouseClick(pad.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert moved[-1] == pytest.approx((1.5, -2), abs=0.03)
    assert released
    qtbot.keyClick(pad, Qt.Key.Key_Up)
    assert moved[-1][1] == pytest.approx(-1.9, abs=0.03)
    qtbot.mouseDClick(pad.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 150))
    assert moved[-1] == (0, 0)
    pad.set_map(digits(9), 3)
    assert pad.has_map
    pad.grab()


def test_few_classes_are_buttons_and_many_a_list(qtbot):
    picker = ClassPicker()
    qtbot.addWidget(picker)
    picked = []
    picker.picked.connect(picked.append)
    picker.set_classes(tuple("0123456789"))
    picker.set_current(3)
    assert picker.current() == 3
    picker._group.button(5).click()
    picker.set_classes([f"class number {number}" for number in range(40)])
    picker.set_current(7)
    picker._combo.setCurrentIndex(9)
    assert picked == [5, 9]
    assert picker.current() == 9
    picker.set_classes(())
    assert picker.isHidden()


def test_errors_are_blue_where_too_dark_and_vermilion_where_too_bright(qtbot):
    errors = np.zeros((1, 1, 1, 3), np.float32)
    errors[0, 0, 0] = [-1, 0, 1]
    dark, right, bright = color_errors(errors, 1.0)[0, :, 0].T.tolist()
    assert dark[2] > dark[0]
    assert bright[0] > bright[2]
    assert len(set(right)) <= 2
    assert nice_limit(0.04) == 0.05
    assert nice_limit(0.53) == 0.5
    assert nice_limit(3) == 1.0
    legend = ErrorLegend()
    qtbot.addWidget(legend)
    legend.set_limit(0.5)
    legend.grab()


def test_a_picture_is_enlarged_in_its_tooltip():
    image = pictures.to_image(digits(1)[0])
    words = pictures.zoom_html(image, "a < b")
    data = base64.b64decode(words.split("base64,")[1].split('"')[0])
    shown = QImage.fromData(data)
    assert shown.width() % image.width() == 0
    assert shown.width() > image.width()
    assert words.endswith("a &lt; b")
