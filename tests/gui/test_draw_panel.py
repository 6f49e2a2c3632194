"""Draw on the pad: every model follows; pictures are pasted, dropped, placed and handed on."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gan_studio.data.placing import Habit, Placing, place
from gan_studio.gui import theme
from gan_studio.gui.pages.reconstruct import ReconstructPage
from gan_studio.gui.pages.reconstruct.pad.columns import height_needed, plan_blocks
from gan_studio.gui.pages.reconstruct.pad.drawing import Drawing
from gan_studio.gui.pages.reconstruct.pad.squeeze import squeeze
from gan_studio.gui.pages.reconstruct.totals import Totals
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.drop_files import named_files
from gan_studio.gui.widgets.placing_switches import PlacingSwitches
from gan_studio.gui.widgets.sketch_pad import SketchPad
from gan_studio.inference.reconstruct import reconstruct
from gan_studio.training.sampling import to_pictures
from tests.gui.model_runs import a_bundle, use_real_models, write_run

pytestmark = pytest.mark.gui

NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def pad(qtbot):
    pad = SketchPad()
    qtbot.addWidget(pad)
    pad.resize(280, 280)
    pad.show()
    return pad


@pytest.fixture
def page(qtbot, session, engine, folders, monkeypatch):
    """Reconstruct with an autoencoder and the pad in front; nobody asks for totals here."""
    monkeypatch.setattr(Totals, "measure", lambda *_models: None)
    use_real_models(engine)
    write_run(folders, "autoencoder", latent_dim=2)
    page = ReconstructPage(session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.resize(900, 760)
    page.show()
    page.on_shown()
    page.panels.show_panel(page.pad)
    qtbot.waitUntil(lambda: page.pad.view.shown is not None, timeout=20_000)
    yield page
    page.on_hidden()
    QGuiApplication.clipboard().clear()


def drag(pad, *places, button=LEFT):
    """A stroke by the mouse through places of the picture."""
    points = [pad.place_of(*place).toPoint() for place in places]
    QTest.mousePress(pad.viewport(), button, NO_KEYS, points[0])
    for point in points[1:]:
        move(pad, point, button)
    QTest.mouseRelease(pad.viewport(), button, NO_KEYS, points[-1])


def move(pad, point, button):
    """A move with the button held: QTest's own tells widgets of no buttons."""
    where = QPointF(point)
    there = QPointF(pad.viewport().mapToGlobal(point))
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, there, Qt.MouseButton.NoButton, button, NO_KEYS
    )
    QApplication.sendEvent(pad.viewport(), event)


def shows(page, pixels):
    """Whether all that is seen belongs to this drawing."""
    panel = page.pad
    placed = place(pixels, panel.switches.placing(), page.source.habit)
    shown = panel.view.shown
    return shown is not None and np.array_equal(shown.placed.pixels, placed.pixels)


# The pad


def test_the_left_button_draws_and_the_right_one_rubs_out(qtbot, pad):
    with qtbot.waitSignal(pad.changed):
        drag(pad, (5, 14.5), (22, 14.5))
    assert pad.pixels[0, 14, 6:22].min() == 255
    drag(pad, (3, 14.5), (25, 14.5), button=RIGHT)
    assert not pad.pixels.any()
    pad.undo()
    assert pad.pixels[0, 14, 6:22].min() == 255
    pad.redo()
    assert not pad.pixels.any()
    assert not pad.grab().isNull()


def test_moves_without_a_button_draw_nothing(pad):
    move(pad, QPoint(100, 100), Qt.MouseButton.NoButton)
    assert not pad.pixels.any()


def test_keys_draw(pad):
    pad.setFocus()
    for _step in range(4):
        QTest.keyClick(pad, Qt.Key.Key_Left)
    assert not pad.pixels.any()
    for _step in range(6):
        QTest.keyClick(pad, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    line = pad.pixels
    assert line[0, 14, 10:17].min() > 200
    QTest.keyClick(pad, Qt.Key.Key_Backspace)
    assert pad.pixels[0, 14, 16] < 50
    QTest.keyClick(pad, Qt.Key.Key_Return)
    assert pad.pixels[0, 14, 16] > 200
    for _step in range(8):
        QTest.keyClick(pad, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert not pad.pixels[0, 14, 10:15].any()
    QTest.keyClick(pad, Qt.Key.Key_Delete)
    assert not pad.pixels.any()


def test_space_is_left_to_the_page(pad):
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, NO_KEYS)
    pad.keyPressEvent(event)
    assert not event.isAccepted()


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64), (1, 20, 40)])
def test_pixels_are_squares_of_whole_device_pixels(pad, shape):
    pad.set_picture(np.zeros(shape, np.uint8))
    area = pad.area()
    assert area.width() % shape[2] == 0
    assert area.height() / shape[1] == area.width() / shape[2]
    assert QRect(0, 0, pad.width(), pad.height()).contains(area.toAlignedRect())


# One picture through several models


def test_numbers_are_those_of_the_table():
    bundles = [a_bundle("autoencoder", seed=n, latent_dim=n) for n in (2, 5)]
    pixels = np.random.default_rng(1).integers(0, 256, (1, 28, 28), dtype=np.uint8)
    found = squeeze(bundles, Drawing(pixels, Placing(), Habit(20, (14.5, 14.5))))
    assert found.placed.pixels is pixels
    assert [len(code) for code in found.codes] == [2, 5]
    for index, bundle in enumerate(bundles):
        wanted = reconstruct(bundle, to_pictures(pixels[None]))
        assert found.mse[index] == pytest.approx(float(wanted.mse), rel=1e-5)
        assert found.psnr[index] == pytest.approx(float(wanted.psnr), rel=1e-5)
        assert found.ssim[index] == pytest.approx(float(wanted.ssim), rel=1e-4)
        assert found.errors[index] == pytest.approx(wanted.errors[0].numpy(), abs=1e-6)


@pytest.mark.parametrize("count", [1, 3, 6])
@pytest.mark.parametrize("size", [(520, 590), (900, 400), (300, 200)])
def test_blocks_are_within_the_width_and_none_overlap(count, size):
    plan = plan_blocks(count, size, (28, 28))
    rows = -(-count // plan.across)
    assert plan.across * rows >= count
    assert plan.block_height >= plan.height
    if size[0] >= 520:
        assert plan.across * plan.block_width <= size[0]
    assert height_needed(6, 200) > height_needed(1, 200)


# The panel


def test_every_model_follows_the_drawing(qtbot, page, folders):
    other = write_run(folders, "autoencoder", latent_dim=5)
    page.models.add(other, "other")
    qtbot.waitUntil(lambda: len(page.pad.view.shown.mse) == 2, timeout=20_000)
    drag(page.pad.pad, (4, 4), (10, 4), (8, 14))
    drawn = page.pad.pad.pixels
    qtbot.waitUntil(lambda: shows(page, drawn), timeout=20_000)
    shown = page.pad.view.shown
    wanted = reconstruct(page.models.first, to_pictures(shown.placed.pixels[None]))
    assert shown.mse[0] == pytest.approx(float(wanted.mse), rel=1e-5)
    image = page.pad.seen.view.shown
    assert pictures.to_array(image)[..., 0].tolist() == shown.placed.pixels[0].tolist()
    assert page.pad.seen.words.text() != "left as it is"
    assert not page.grab().isNull()


def test_switches_decide_what_goes_in(qtbot, page):
    switches = page.pad.switches
    assert switches.is_centred.isChecked()  # the embedded digits keep to a frame of 24
    assert switches.is_scaled.text() == "scale to 24 px"
    drag(page.pad.pad, (4, 4), (10, 4), (8, 14))
    drawn = page.pad.pad.pixels
    switches.is_centred.setChecked(False)
    switches.is_scaled.setChecked(False)
    qtbot.waitUntil(
        lambda: np.array_equal(page.pad.view.shown.placed.pixels, drawn), timeout=20_000
    )
    assert page.pad.seen.words.text() == "left as it is"
    switches.is_inverted.setChecked(True)
    qtbot.waitUntil(
        lambda: np.array_equal(page.pad.view.shown.placed.pixels, 255 - drawn), timeout=20_000
    )


def test_the_main_action_begins_with_a_held_out_picture(qtbot, page):
    assert page.another.text() == "Another picture"
    held_out = page.source.prepared.held_out.samples
    seen = []
    for _press in range(2):
        page.main_action()
        seen.append(page.pad.pad.pixels)
        assert any(np.array_equal(seen[-1], item) for item in held_out)
    assert not np.array_equal(*seen)
    page.pad.drawing.undo.click()
    assert np.array_equal(page.pad.pad.pixels, seen[0])
    page.pad.drawing.clear.click()
    assert not page.pad.pad.pixels.any()
    page.panels.show_panel(page.view)
    assert page.another.text() == "Another 8"


def test_pens(page):
    drawing, pad = page.pad.drawing, page.pad.pad
    drawing.grey.setChecked(True)
    drag(pad, (5, 14), (20, 14))
    assert pad.pixels.max() == 150
    drawing.width_slider._choose(6.0)
    drawing.rubber.setChecked(True)
    drag(pad, (3, 14), (22, 14))
    assert not pad.pixels.any()


def test_drawings_go_to_compare_beside_each_other(qtbot, page):
    table = page.view.table
    for end in (10, 20):
        page.panels.show_panel(page.pad)
        page.pad.pad.clear()
        drag(page.pad.pad, (4, 4), (end, 14))
        drawn = page.pad.pad.pixels
        qtbot.waitUntil(lambda drawn=drawn: shows(page, drawn), timeout=20_000)
        page.pad.seen.use.click()
        assert page.panels.current is page.view
        placed = page.pad.seen.view.placed.pixels
        count = 1 if end == 10 else 2
        qtbot.waitUntil(lambda count=count: table.row_count() == count, timeout=20_000)
        assert np.array_equal(page.view.shown.wish.images[-1], placed)
    assert "From the pad" in page.banner.text


def test_it_computes_only_while_it_is_seen(qtbot, page):
    page.panels.show_panel(page.view)
    before = page.pad.bridge.newest
    page.pad.pad.clear()
    page.pad.main_action()
    assert page.pad.bridge.newest == before
    page.panels.show_panel(page.pad)
    drawn = page.pad.pad.pixels
    qtbot.waitUntil(lambda: shows(page, drawn), timeout=20_000)


def test_without_a_model_it_says_so(qtbot, session):
    page = ReconstructPage(session)
    qtbot.addWidget(page)
    qtbot.addWidget(page.inspector)
    page.panels.show_panel(page.pad)
    page.pad.main_action()
    assert page.pad._stack.currentWidget() is page.pad.empty
    page.on_hidden()


@pytest.mark.parametrize("size", [(820, 620), (1500, 900)])
@pytest.mark.parametrize(("name", "scale"), [("light", 1.0), ("dark", 2.0)])
def test_the_panel_is_painted_in_all_sizes(qtbot, page, size, name, scale):
    theme.restyle(name, scale)
    try:
        page.resize(*size)
        page.main_action()
        drawn = page.pad.pad.pixels
        qtbot.waitUntil(lambda: shows(page, drawn), timeout=20_000)
        assert not page.grab().isNull()
        assert page.pad.pad.area().width() >= 4 * 28
    finally:
        theme.restyle("light", 1.0)


def test_a_picture_of_the_columns_can_be_taken(page):
    place, image = page.pad.view._cells[0]
    assert page.pad.view.image_at(place.center()) is image
    assert page.pad.view.image_at(QPointF(-5, -5)) is None


# Pasted and dropped


def a_file(folder, name="mine.png", size=(90, 60), color="white"):
    Image.new("RGB", size, color).save(folder / name)
    return folder / name


def test_a_pasted_picture_goes_onto_the_pad(qtbot, page):
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    QGuiApplication.clipboard().setImage(image)
    page.intake.paste()
    qtbot.waitUntil(lambda: page.pad.pad.pixels.all(), timeout=20_000)
    assert "28 × 28" in page.banner.text
    assert "light" in page.banner.text
    page.banner._action.click()
    assert page.pad.switches.is_inverted.isChecked()
    page.pad.drawing.undo.click()
    assert not page.pad.pad.pixels.any()


def test_pasted_pictures_go_into_the_table(qtbot, page, tmp_path):
    page.panels.show_panel(page.view)
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    QGuiApplication.clipboard().setImage(image)
    for count in (1, 2):
        page.intake.paste()
        qtbot.waitUntil(lambda n=count: page.view.table.row_count() == n, timeout=20_000)
    files = [a_file(tmp_path, f"{n}.png") for n in range(3)]
    QGuiApplication.clipboard().setText("\n".join(str(path) for path in files))
    page.intake.paste()
    qtbot.waitUntil(lambda: page.view.table.row_count() == 3, timeout=20_000)
    assert page.source.own.names == ("0.png", "1.png", "2.png")


@pytest.mark.parametrize("text", ["", "no path at all", "/nowhere/at/all.png"])
def test_an_empty_clipboard_gets_one_sentence(page, text):
    QGuiApplication.clipboard().setText(text)
    page.intake.paste()
    assert page.banner.title == "There is no picture on the clipboard."
    assert not page.pad.pad.pixels.any()


def test_a_file_is_dropped_onto_the_pad(qtbot, page, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(a_file(tmp_path, color="grey")))])
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, LEFT, NO_KEYS)
    page.dropEvent(event)
    qtbot.waitUntil(lambda: (page.pad.pad.pixels == 128).all(), timeout=20_000)
    assert page.panels.current is page.pad


def test_a_damaged_file_is_told(qtbot, page, tmp_path):
    path = tmp_path / "bad.png"
    path.write_text("no picture")
    page.intake.open_files([path])
    qtbot.waitUntil(lambda: not page.banner.isHidden(), timeout=20_000)
    assert "bad.png" in page.banner.text
    assert not page.pad.pad.pixels.any()


def test_own_pictures_are_placed_as_the_switches_say(qtbot, page, tmp_path):
    page.panels.show_panel(page.view)
    pixels = np.zeros((28, 28), np.uint8)
    pixels[2:12, 3:7] = 255
    Image.fromarray(pixels).save(tmp_path / "corner.png")
    page.intake.open_files([tmp_path / "corner.png"])
    qtbot.waitUntil(lambda: page.view.table.row_count() == 1, timeout=20_000)
    assert "size or place" in page.banner.text
    placed = place(pixels[None], Placing(True, True), page.source.habit).pixels
    assert np.array_equal(page.view.shown.wish.images[0], placed)
    page.controls.placing.is_scaled.setChecked(False)
    page.controls.placing.is_centred.setChecked(False)
    qtbot.waitUntil(
        lambda: np.array_equal(page.view.shown.wish.images[0], pixels[None]), timeout=20_000
    )
    assert "size or place" not in page.banner.text


def test_texts_that_name_files(tmp_path):
    path = a_file(tmp_path, "a b.png")
    (tmp_path / "note.txt").write_text("x")
    address = QUrl.fromLocalFile(str(path)).toString()
    text = f'"{path}"\n{address}\n{tmp_path / "note.txt"}\n{tmp_path / "gone.png"}\n\nwords'
    assert named_files(text) == [path, path]


def test_images_become_arrays_with_the_same_pixels():
    image = QImage(5, 3, QImage.Format.Format_RGB888)  # its lines are padded to 16 bytes
    image.fill(Qt.GlobalColor.black)
    image.setPixelColor(4, 1, Qt.GlobalColor.red)
    array = pictures.to_array(image)
    assert array.shape == (3, 5, 4)
    assert array[1, 4].tolist() == [255, 0, 0, 255]
    assert array[1, 3].tolist() == [0, 0, 0, 255]


def test_a_persons_choice_lasts_while_the_data_is_the_same(qtbot):
    switches = PlacingSwitches()
    qtbot.addWidget(switches)
    habit = Habit(20, (14.5, 14.5), is_sized=True, is_centred=True)
    with qtbot.waitSignal(switches.changed):
        switches.set_habit(habit)
    assert switches.placing() == Placing(True, True, False)
    switches.is_centred.setChecked(False)
    switches.set_habit(Habit(20, (14.5, 14.5), is_sized=True, is_centred=True))
    assert switches.placing() == Placing(False, True, False)
    switches.set_habit(Habit(20, (14.0, 14.0)))
    assert switches.placing() == Placing()
