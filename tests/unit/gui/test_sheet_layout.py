"""Where the pictures of a contact sheet stand, and which are chosen."""

from __future__ import annotations

import pytest

from gan_studio.gui.widgets.choice import Choice
from gan_studio.gui.widgets.sheet_layout import GAP, Room, lay_out


@pytest.mark.parametrize("count", [16, 36, 64, 100, 225, 400])
@pytest.mark.parametrize("extent", [8, 28, 64, 128])
@pytest.mark.parametrize("ratio", [1, 1.25, 2])
def test_pictures_are_whole_multiples_side_by_side(count, extent, ratio):
    room = Room(560, 440, ratio=ratio)
    grid = lay_out(count, (extent, extent), room)
    device_pixels = grid.scale * ratio
    if extent <= 112:
        assert device_pixels == pytest.approx(round(device_pixels))
        assert grid.width >= 28 - 1e-9
    assert grid.size(count)[0] <= room.width
    corners = {grid.corner(index) for index in range(count)}
    assert len(corners) == count
    for index in (0, count // 2, count - 1):
        x, y = grid.corner(index)
        assert grid.index_at(x + 1, y + 1, count) == index
        assert grid.index_at(x + grid.width + 1, y + 1, count) == -1  # between two pictures


def test_what_fits_is_as_large_as_it_can_be():
    grid = lay_out(16, (28, 28), Room(560, 440))
    assert grid.scale == 3
    assert grid.size(16)[1] <= 440


def test_a_little_scrolling_is_better_than_half_the_size():
    grid = lay_out(64, (28, 28), Room(560, 440))
    assert (grid.scale, grid.columns) == (2, 9)
    assert 440 < grid.size(64)[1] < 1.3 * 440


def test_too_many_to_be_seen_at_once_scroll():
    grid = lay_out(400, (64, 64), Room(560, 440))
    assert grid.scale == 1
    assert grid.columns == (560 - 10 + GAP) // (64 + GAP)
    assert grid.size(400)[1] > 440


def test_large_pictures_shrink_before_they_scroll():
    grid = lay_out(400, (256, 256), Room(560, 440))
    assert grid.scale == 1 / 3


def test_columns_and_multiples_that_were_asked_for():
    grid = lay_out(63, (28, 28), Room(560, 440, left=30, top=18), columns=9)
    assert (grid.columns, grid.left, grid.top) == (9, 30, 18)
    assert grid.corner(9) == (30, 18 + grid.height + GAP)
    assert grid.index_at(5, 30, 63) == -1  # a row's name
    wide = lay_out(400, (28, 28), Room(560, 440), columns=57)
    assert wide.columns == 57
    assert lay_out(16, (28, 28), Room(560, 440), zoom=2).scale == 2
    assert lay_out(16, (28, 28), Room(560, 440, ratio=1.5), zoom=1).scale == pytest.approx(1 / 1.5)


def test_choosing_is_as_in_lists():
    choice = Choice()
    assert choice.meant() == frozenset()
    choice.reset(10)
    assert choice.meant() == {0}
    choice.set((4,), 4)
    choice.extend(7)
    assert (choice.chosen, choice.current) == ({4, 5, 6, 7}, 7)
    choice.extend(2)  # from the same anchor
    assert choice.chosen == {2, 3, 4}
    choice.toggle(9)
    assert choice.chosen == {2, 3, 4, 9}
    choice.toggle(3)
    assert choice.chosen == {2, 4, 9}
    assert choice.meant() == {3}  # the current one is no longer chosen: it alone is meant
    assert choice.step(1, is_range=False)
    assert (choice.chosen, choice.current) == ({4}, 4)
    assert choice.step(2, is_range=True)
    assert choice.chosen == {4, 5, 6}
    assert not choice.step(10, is_range=False)
    choice.set((3, 99))
    assert choice.chosen == {3}
