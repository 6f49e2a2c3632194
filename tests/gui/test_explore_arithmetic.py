"""The tab Arithmetic on real models."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication

from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore.sum_pictures import STRIP
from gan_studio.gui.widgets.place_mime import PLACES_MIME, from_mime
from gan_studio.inference.places import Place
from gan_studio.inference.renderer import PicturesAt, Renderer
from tests.gui.model_runs import write_run
from tests.gui.test_widgets_place_slot import drop, to_mime

pytestmark = pytest.mark.gui


@pytest.fixture
def open_sum(qtbot, show_page, folders):
    """The page with the tab Arithmetic in front of a model that was never trained."""

    def open_page(family="gan", size=(1100, 760), **options):
        write_run(folders, family, **options)
        page = show_page(ExplorePage, size=size)
        qtbot.waitUntil(lambda: page.explorer.space is not None, timeout=10_000)
        page.panels.show_panel(page.arithmetic_panel)
        return page

    return open_page


def places(count, dim=12, **facts):
    z = np.random.default_rng(count).standard_normal((count, dim)).astype(np.float32)
    return [Place(row, **facts) for row in z]


def fill(page, *groups):
    for slot, group in zip(page.arithmetic_panel.slots, groups, strict=False):
        drop(slot.picture, to_mime(group))


def wait_for_strip(qtbot, page):
    panel = page.arithmetic_panel
    qtbot.waitUntil(lambda: panel.strip.count() == STRIP and panel.pictures.is_done, timeout=10_000)


def test_a_minus_b_plus_c_is_drawn_and_gone_to(qtbot, open_sum):
    page = open_sum(latent_dim=12)
    panel, before = page.arithmetic_panel, page.explorer.point.z
    assert page.random.text() == "Go there"
    a, b, c = places(3)
    fill(page, [a], [b], [c])
    wait_for_strip(qtbot, page)
    wanted = a.z - b.z + c.z
    np.testing.assert_allclose(panel.sum.result.z, wanted, atol=1e-5)
    page.main_action()
    assert page.explorer.point.z.tobytes() == panel.sum.result.z.tobytes()
    qtbot.waitUntil(lambda: page.stage.view.image() == panel.result.picture.image(), timeout=10_000)
    page.undo.click()
    assert page.explorer.point.z.tobytes() == before.tobytes()
    page.grab()


def test_pictures_of_the_slots_are_those_of_their_places(qtbot, open_sum):
    page = open_sum("conditional_gan", latent_dim=12)
    panel = page.arithmetic_panel
    groups = [places(2, label=3), places(1, label=5), places(3, label=7, psi=0.6)]
    fill(page, *groups)
    wait_for_strip(qtbot, page)
    renderer = Renderer()
    mean_of_c = np.mean([place.z for place in groups[2]], axis=0) * np.float32(0.6)
    for slot, z, label in (
        (panel.slots[0], np.mean([place.z for place in groups[0]], axis=0), 3),
        (panel.slots[1], groups[1][0].z, 5),
        (panel.slots[2], mean_of_c, 7),
    ):
        drawn = renderer(page.explorer.bundle, PicturesAt(z[None], label)).values[0, 0]
        shown = slot.picture.image()
        gray = [[shown.pixelColor(x, y).value() for x in range(28)] for y in range(28)]
        np.testing.assert_allclose(gray, drawn, atol=1)
    assert panel.sum.result.label == 3
    assert panel.slots[2].picture.accessibleName() == "C: mean of 3"


def test_weights_count_and_nothing_stands_for_an_empty_slot(qtbot, open_sum):
    page = open_sum(latent_dim=12)
    panel, (a, b) = page.arithmetic_panel, places(2)
    fill(page, [a], [b])
    panel.weights[1].setValue(0.5)
    np.testing.assert_allclose(panel.sum.result.z, a.z - 0.5 * b.z, atol=1e-6)
    panel.slots[1].clear()
    assert panel.sum.result.z.tobytes() == a.z.tobytes()
    panel.slots[0].clear()
    assert panel.sum.result is None
    qtbot.waitUntil(lambda: panel.strip.count() == 0)
    assert panel.result.picture.image().isNull()
    assert not panel.copy.isEnabled()
    page.main_action()
    assert page.banner.kind == "info"
    assert "Put pictures into A" in page.banner.text


def test_an_average_is_brought_back_to_the_usual_distance(qtbot, open_sum):
    page = open_sum(latent_dim=400)
    panel = page.arithmetic_panel
    fill(page, places(50, 400))
    result = panel.sum.result.z
    assert np.linalg.norm(result) == pytest.approx(20 / 50**0.5, rel=0.2)
    assert panel.card._note_texts[0].endswith("usually 20.0")
    panel.brings_averages.setChecked(True)
    assert np.linalg.norm(panel.sum.result.z) == pytest.approx(20, rel=1e-4)
    panel.brings_averages.setChecked(False)
    panel.brings_result.setChecked(True)
    assert np.linalg.norm(panel.sum.result.z) == pytest.approx(20, rel=1e-4)
    wait_for_strip(qtbot, page)


def test_no_length_is_offered_where_the_prior_is_not_normal(qtbot, open_sum):
    page = open_sum("gan", latent_dim=12, prior="uniform")
    panel = page.arithmetic_panel
    assert not panel.lengths.isVisible()
    panel.brings_result.setChecked(True)  # by another model, before
    (a,) = places(1)
    fill(page, [a])
    assert panel.sum.result.z.tobytes() == a.z.tobytes()


def test_keys_gather_the_places_where_one_is(qtbot, open_sum):
    page = open_sum(latent_dim=12)
    panel = page.arithmetic_panel
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    for _time in range(3):
        qtbot.keyClick(page, Qt.Key.Key_1)
        qtbot.keyClick(page, Qt.Key.Key_1)  # the same place counts once
        page.explorer.random()
    qtbot.keyClick(page, Qt.Key.Key_3)
    assert [len(slot.places) for slot in panel.slots] == [3, 0, 1]
    assert [place.seed for place in panel.slots[0].places] == [1, 2, 3]
    panel.weights[0].setFocus()
    qtbot.keyClick(panel.weights[0], Qt.Key.Key_2)  # is typed
    assert panel.slots[1].places == ()
    panel.empty_all.click()
    assert not any(slot.places for slot in panel.slots)


def test_the_strip_leads_from_a_to_the_result(qtbot, open_sum):
    page = open_sum(latent_dim=12)
    panel, (a, b, c) = page.arithmetic_panel, places(3)
    fill(page, [a], [b], [c])
    wait_for_strip(qtbot, page)
    end = panel.sum.result.z
    for index in (0, 3, STRIP - 1):
        place = panel.strip.picture_rect(index).center().toPoint()
        qtbot.mouseClick(panel.strip, Qt.MouseButton.LeftButton, pos=place)
        wanted = a.z + (end - a.z) * (index / (STRIP - 1))
        np.testing.assert_allclose(page.explorer.point.z, wanted, atol=1e-5)
    for _move in range(3):
        page.undo.click()
    assert page.explorer.point.seed == 1
    assert not page.explorer.point.is_moved


def test_the_result_is_copied_and_dragged_as_text(qtbot, open_sum):
    page = open_sum(latent_dim=12)
    panel, (a, b) = page.arithmetic_panel, places(2)
    fill(page, [a], [b])
    wait_for_strip(qtbot, page)
    panel.copy.click()
    found = from_mime(QGuiApplication.clipboard().mimeData(), 12)
    assert found.items[0].z.tobytes() == panel.sum.result.z.tobytes()
    drop(panel.slots[2].picture, panel.result.picture.carried())
    assert panel.slots[2].places[0].z.tobytes() == found.items[0].z.tobytes()


def drag(qtbot, monkeypatch, widget, start):
    """What a drag with the mouse from a place of a widget carries."""
    carried = []

    def begin(drag, *_actions):
        carried.append(drag.mimeData().data(PLACES_MIME).data())
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", begin)
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(start + QPoint(40, 0)),
        widget.mapToGlobal(QPointF(start)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, move)
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=start)
    mime = QMimeData()
    mime.setData(PLACES_MIME, carried[0])
    return mime


def test_whatever_shows_a_place_can_be_dragged_into_a_slot(qtbot, open_sum, monkeypatch):
    page = open_sum("conditional_gan", latent_dim=12)
    panel, a = page.arithmetic_panel, page.arithmetic_panel.slots[0]
    page.explorer.set_label(4)
    page.explorer.set_psi(0.8)
    qtbot.waitUntil(lambda: page.surroundings.neighbour(0) is not None, timeout=10_000)
    qtbot.waitUntil(lambda: not page.stage.view.image().isNull(), timeout=10_000)
    here = page.explorer.place
    drop(a.picture, drag(qtbot, monkeypatch, page.stage.view, page.stage.view.rect().center()))
    assert a.places[0].z.tobytes() == here.z.tobytes()
    assert (a.places[0].label, a.places[0].psi, a.places[0].seed) == (4, 0.8, 1)
    wanted = page.surroundings.neighbour(3)
    start = page.stage.grid.picture_rect(3).center().toPoint()
    drop(panel.slots[1].picture, drag(qtbot, monkeypatch, page.stage.grid, start))
    found = panel.slots[1].places[0]
    assert found.z.tobytes() == wanted.z.tobytes()
    assert (found.label, found.psi) == (4, 0.8)
    wait_for_strip(qtbot, page)
    start = panel.strip.picture_rect(2).center().toPoint()
    wanted = panel.pictures.strip[2].z
    drop(panel.slots[2].picture, drag(qtbot, monkeypatch, panel.strip, start))
    assert panel.slots[2].places[0].z.tobytes() == wanted.tobytes()
    wait_for_strip(qtbot, page)
    middle = panel.result.picture.rect().center()
    wanted = panel.sum.result.z
    drop(a.picture, drag(qtbot, monkeypatch, panel.result.picture, middle))
    assert a.places[1].z.tobytes() == wanted.tobytes()


def test_another_run_empties_the_slots(qtbot, open_sum, folders):
    page = open_sum(latent_dim=12)
    panel = page.arithmetic_panel
    fill(page, places(2))
    write_run(folders, "autoencoder", latent_dim=3)
    page.session.runs_changed.emit()
    qtbot.waitUntil(lambda: page.picker.runs.count() == 2)
    page.picker.runs.setCurrentIndex(0)
    page.picker.runs.activated.emit(0)
    qtbot.waitUntil(lambda: page.explorer.space is not None and page.explorer.space.dim == 3)
    assert panel.slots[0].places == ()
    assert panel.sum.result is None
    drop(panel.slots[0].picture, to_mime(places(1)))
    assert "12 numbers where the model takes 3" in page.banner.text
    fill(page, places(2, 3))
    wait_for_strip(qtbot, page)


def test_newer_weights_draw_the_same_places(qtbot, open_sum):
    page = open_sum(latent_dim=12, steps=(500, 1000))
    panel = page.arithmetic_panel
    fill(page, places(1))
    wait_for_strip(qtbot, page)
    before, z = panel.result.picture.image(), panel.sum.result.z
    steps = page.picker.steps
    steps.setCurrentIndex(2)
    steps.activated.emit(2)
    qtbot.waitUntil(lambda: panel.result.picture.image() != before, timeout=10_000)
    assert panel.sum.result.z.tobytes() == z.tobytes()


def test_nothing_is_drawn_while_nobody_looks(qtbot, open_sum):
    page = open_sum(latent_dim=12)
    panel = page.arithmetic_panel
    page.panels.show_panel(page.slider_panel)
    panel.slots[0].put(places(1))
    assert panel.sum.result is None
    page.panels.show_panel(panel)
    wait_for_strip(qtbot, page)
