"""The tab "Sliders" and the section "Sampling" of Explore, over real models."""

from __future__ import annotations

import gc
from functools import partial

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from gan_studio.gui.pages.explore import ExplorePage
from gan_studio.gui.pages.explore.history import LONGEST
from gan_studio.gui.widgets.latent_rows import BY_EFFECT, BY_INDEX
from tests.gui.model_runs import write_run

pytestmark = pytest.mark.gui


@pytest.fixture
def page(qtbot, show_page, folders):
    """Explore with eight sliders."""
    write_run(folders, "gan", latent_dim=8)
    found = show_page(ExplorePage)
    qtbot.waitUntil(lambda: found.stage.grid.count() > 0, timeout=10_000)
    return found


def z_of(page):
    return page.explorer.point.z.tolist()


def test_locks_are_held_by_random_draws_and_reset(page):
    sliders, before = page.slider_panel.sliders, z_of(page)
    sliders.set_chosen({2, 5})
    sliders.toggle_locks()
    assert page.explorer.locked == {2, 5}
    assert page.slider_panel.card._note_texts[0] == "2 chosen · 2 locked"
    assert page.slider_panel.commands.lock.text() == "Unlock"
    page.random.click()
    assert [z_of(page)[dim] for dim in (2, 5)] == [before[dim] for dim in (2, 5)]
    assert z_of(page)[0] != before[0]
    page.reset.click()
    assert [dim for dim in range(8) if z_of(page)[dim] == 0] == [0, 1, 3, 4, 6, 7]
    page.explorer.set_locks(())
    assert not sliders.marks.locked


def test_only_the_chosen_are_drawn_anew(page):
    sliders, before = page.slider_panel.sliders, z_of(page)
    sliders.set_chosen({1, 2, 3})
    page.explorer.set_locks({3})
    page.slider_panel.commands.randomise.click()
    after = z_of(page)
    assert [dim for dim in range(8) if after[dim] != before[dim]] == [1, 2]
    page.slider_panel.commands.randomise.click()
    assert z_of(page)[1] not in (before[1], after[1])
    page.undo.click()
    page.undo.click()
    assert z_of(page) == before
    sliders.set_chosen(())
    page.explorer.set_locks(())
    page.slider_panel.commands.randomise.click()
    assert all(now != then for now, then in zip(z_of(page), before, strict=True))


def test_linked_sliders_are_one_move_to_undo(qtbot, page):
    sliders, before = page.slider_panel.sliders, z_of(page)
    sliders.set_chosen({0, 4})
    page.slider_panel.commands.link.click()
    assert page.slider_panel.commands.link.text() == "Unlink"
    sliders.set_chosen(())
    for way in (0.1, 0.2, 0.3):
        sliders.choose(0, before[0] - way)
    assert z_of(page)[4] == pytest.approx(before[4] - 0.3, abs=1e-5)
    sliders.reset_marked()
    assert z_of(page)[0] == z_of(page)[4] == 0
    page.undo.click()
    assert z_of(page)[0] == pytest.approx(before[0] - 0.3)
    page.undo.click()
    assert z_of(page) == before


def test_another_model_forgets_groups_and_locks(qtbot, page, folders):
    sliders = page.slider_panel.sliders
    sliders.set_chosen({0, 4})
    sliders.toggle_link()
    sliders.toggle_locks()
    write_run(folders, "gan", latent_dim=8)
    page.session.runs_changed.emit()
    qtbot.waitUntil(lambda: page.picker.runs.count() == 2)
    before = page.explorer.bundle
    page.picker.runs.setCurrentIndex(0)
    page.picker.runs.activated.emit(0)
    qtbot.waitUntil(lambda: page.explorer.bundle not in (None, before))
    assert not sliders.marks.links
    assert not sliders.marks.chosen
    assert sliders.marks.locked == page.explorer.locked


def test_truncation_is_drawn_undone_and_reset(qtbot, page):
    psi, before = page.controls.sampling.psi, page.stage.view.image()
    psi._choose(0.25)
    assert page.explorer.point.psi == 0.25
    qtbot.waitUntil(lambda: page.stage.view.image() != before)
    psi._choose(0.5)
    page.undo.click()
    assert psi.value() == 1.0
    page.redo.click()
    assert psi.value() == 0.5
    page.random.click()
    assert psi.value() == 0.5
    page.reset.click()
    assert psi.value() == 1.0
    assert page.explorer.drawn(page.explorer.point.z[None]).tolist() == [[0.0] * 8]


def test_strength_moves_a_place_of_a_seed_in_one_step(page):
    before = z_of(page)
    for strength in (0.9, 0.7, 0.5):
        page.controls.strength._choose(strength)
    assert z_of(page) == pytest.approx([value / 2 for value in before])
    page.controls.strength.released.emit()
    page.undo.click()
    assert z_of(page) == before


def test_many_sliders_stand_by_effect_until_a_person_says_otherwise(qtbot, show_page, folders):
    write_run(folders, "gan", latent_dim=30)
    page = show_page(ExplorePage)
    sorting, sliders = page.slider_panel.sorting, page.slider_panel.sliders
    qtbot.waitUntil(lambda: sliders.effects is not None, timeout=10_000)
    assert sorting.currentData() == BY_EFFECT
    strongest = max(range(30), key=sliders.effects.__getitem__)
    assert sliders.shown()[0] == strongest
    sorting.setCurrentIndex(sorting.findData(BY_INDEX))
    sorting.activated.emit(sorting.currentIndex())
    assert sliders.shown() == list(range(30))
    page.slider_panel._choose_order(100)
    assert sorting.currentData() == BY_INDEX


def test_few_sliders_stand_by_number(page):
    assert page.slider_panel.sorting.currentData() == BY_INDEX
    assert page.slider_panel.sliders.shown() == list(range(8))


def test_the_pad_leaves_locked_numbers_alone(qtbot, show_page, folders):
    write_run(folders, "autoencoder", latent_dim=2)
    page = show_page(ExplorePage)
    qtbot.waitUntil(lambda: page.stage.grid.count() > 0, timeout=10_000)
    before = z_of(page)
    page.explorer.set_locks({0})
    page.slider_panel.pad.moved.emit(0.5, -1.0)
    assert z_of(page) == [before[0], -1.0]
    assert page.slider_panel.pad.value() == (before[0], -1.0)


def test_everything_is_reached_by_keys(qtbot, page):
    sliders = page.slider_panel.sliders
    sliders.setFocus()
    before = z_of(page)
    qtbot.keyClick(sliders, Qt.Key.Key_L)
    qtbot.keyClick(sliders, Qt.Key.Key_R)
    assert z_of(page)[0] == before[0]
    assert z_of(page)[1] != before[1]
    names = [button.accessibleDescription() for button in buttons_of(page)]
    assert all(names)
    assert all(button.focusPolicy() != Qt.FocusPolicy.NoFocus for button in buttons_of(page))


def buttons_of(page):
    commands = page.slider_panel.commands
    return [commands.randomise, commands.middle, commands.lock, commands.link]


def test_hundreds_of_moves_leave_nothing_behind(qtbot, page):
    sliders = page.slider_panel.sliders
    move_about(qtbot, page, sliders, 100)
    before = counted(page)
    move_about(qtbot, page, sliders, LONGEST + 100)
    after = counted(page)
    assert after == before
    assert len(page.explorer.history._past) == LONGEST


def move_about(qtbot, page, sliders, count):
    """Moves that are all undone on their own, and their pictures."""
    for number in range(count):
        sliders.choose(number % 8, (number % 50) / 10 - 2.5)
        sliders.released.emit()
        if number % 20 == 0:
            bridge = page.bridge
            qtbot.waitUntil(partial(is_shown, bridge, bridge.newest))
    qtbot.waitUntil(lambda: page.bridge.shown >= page.bridge.newest)


def is_shown(bridge, ticket):
    return bridge.shown >= ticket


def counted(page):
    """How many Qt objects there are below the page, and how many widgets and answers at all."""
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    gc.collect()
    widgets = len(QApplication.allWidgets())
    return len(page.findChildren(QObject)), widgets, len(page.bridge._answers)
