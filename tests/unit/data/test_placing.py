"""Pictures are brought to the place and size that a data set's pictures have."""

import numpy as np
import pytest

from gan_studio.data.base import DataContext
from gan_studio.data.kinds.digits import Digits
from gan_studio.data.placing import FRAME, MASS, Habit, Placing, habit_of, measure_habit, place

MNIST = Habit(box=20, middle=(14.5, 14.5), is_sized=True, is_centred=True)
BOTH = Placing(is_centred=True, is_scaled=True)


def drawn(corner=(2, 3), size=(9, 6), shape=(1, 28, 28), seed=1):
    """An L, whose centre of mass is not the centre of its frame, with uneven ink."""
    pixels = np.zeros(shape, np.uint8)
    top, left = corner
    ink = np.random.default_rng(seed).integers(120, 256, shape).astype(np.uint8)
    pixels[:, top : top + size[0], left : left + 2] = ink[:, top : top + size[0], left : left + 2]
    bottom = top + size[0]
    pixels[:, bottom - 2 : bottom, left : left + size[1]] = ink[
        :, bottom - 2 : bottom, left : left + size[1]
    ]
    return pixels


def centre_of_mass(pixels):
    """In numbers of rows and columns, as in the description of MNIST."""
    level = pixels.mean(axis=0)
    rows, columns = np.mgrid[: level.shape[0], : level.shape[1]]
    return (level * rows).sum() / level.sum(), (level * columns).sum() / level.sum()


def frame(pixels):
    is_ink = pixels.max(axis=0) > 40
    rows, columns = np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))
    return rows[0], rows[-1] + 1, columns[0], columns[-1] + 1


@pytest.mark.parametrize("corner", [(0, 0), (2, 3), (19, 22), (10, 1)])
@pytest.mark.parametrize("size", [(9, 6), (5, 6), (7, 4)])
def test_the_centre_of_mass_comes_to_14_14_within_half_a_pixel(corner, size):
    before = drawn(corner, size)
    placed = place(before, Placing(is_centred=True), MNIST)
    assert centre_of_mass(placed.pixels) == pytest.approx((14, 14), abs=0.5)
    assert placed.scale == 1
    assert np.sort(placed.pixels, axis=None).tolist() == np.sort(before, axis=None).tolist()


@pytest.mark.parametrize("size", [(9, 6), (5, 6), (26, 12), (4, 25)])
def test_the_longer_side_becomes_20(size):
    top, bottom, left, right = frame(place(drawn((1, 1), size), BOTH, MNIST).pixels)
    assert max(bottom - top, right - left) == pytest.approx(20, abs=1)
    wanted = 20 * min(size) / max(size)
    assert min(bottom - top, right - left) == pytest.approx(wanted, abs=1.5)


@pytest.mark.parametrize("seed", range(20))
def test_what_was_placed_stays_as_it_is(seed):
    draw = np.random.default_rng(seed)
    corner, size = tuple(draw.integers(0, 14, 2)), tuple(draw.integers(4, 15, 2))
    once = place(drawn(corner, size, seed=seed), BOTH, MNIST)
    twice = place(once.pixels, BOTH, MNIST)
    assert np.array_equal(twice.pixels, once.pixels)
    assert (twice.scale, twice.down, twice.right) == (1, 0, 0)


def test_what_lies_rightly_is_left_to_the_bit():
    right = place(drawn((4, 8), (20, 14)), Placing(is_centred=True), MNIST).pixels
    assert place(right, BOTH, MNIST).pixels is right


def test_a_small_figure_comes_out_as_a_large_one():
    small = place(drawn((1, 1), (10, 6)), BOTH, MNIST).pixels / 255
    large = place(drawn((8, 12), (20, 12)), BOTH, MNIST).pixels / 255
    before = np.square(drawn((1, 1), (10, 6)) / 255 - large).mean()
    assert np.square(small - large).mean() < 0.5 * before


def test_nothing_leaves_the_picture():
    spread = drawn((0, 0), (28, 28))
    placed = place(spread, Placing(is_centred=True), MNIST)
    assert (placed.down, placed.right) == (0, 0)
    assert np.array_equal(placed.pixels, spread)


def test_the_frame_is_centred_where_the_data_does_so():
    habit = Habit(box=24, middle=(14.0, 14.0), centre=FRAME)
    top, bottom, left, right = frame(place(drawn(), BOTH, habit).pixels)
    assert bottom - top == pytest.approx(24, abs=1)
    assert ((top + bottom) / 2, (left + right) / 2) == pytest.approx((14, 14), abs=1)


def test_black_on_white_needs_to_be_inverted_first():
    light = 255 - drawn()
    left = place(light, BOTH, MNIST)
    assert left.is_light
    assert left.is_empty
    assert left.pixels is light
    swapped = place(light, Placing(True, True, True), MNIST)
    assert not swapped.is_light
    assert np.array_equal(swapped.pixels, place(drawn(), BOTH, MNIST).pixels)


def test_the_halo_of_a_dark_figure_on_a_light_ground_is_not_the_figure():
    light = 235 - np.minimum(drawn(), 200)
    light[0, 1, 2:12] = 255
    placed = place(light, BOTH, MNIST)
    assert placed.pixels is light
    assert placed.is_light


def test_a_ground_that_is_not_even_is_not_taken_for_ink():
    noise = np.random.default_rng(1).integers(20, 41, (1, 28, 28)).astype(np.uint8)
    photographed = np.maximum(noise, drawn((2, 3), (9, 6)))
    placed = place(photographed, Placing(is_centred=True), MNIST)
    clean = place(drawn((2, 3), (9, 6)), Placing(is_centred=True), MNIST)
    assert (placed.down, placed.right) == (clean.down, clean.right)
    assert int(placed.pixels[0, 0, 0]) == pytest.approx(30, abs=5)  # the ground goes on


@pytest.mark.parametrize("level", [0, 130, 255])
def test_an_empty_picture_stays_empty(level):
    empty = np.full((1, 28, 28), level, np.uint8)
    placed = place(empty, BOTH, MNIST)
    assert placed.is_empty
    assert placed.pixels is empty


@pytest.mark.parametrize("shape", [(3, 28, 28), (1, 32, 20), (3, 64, 64)])
def test_colours_and_other_sizes(shape):
    habit = Habit(box=14, middle=(shape[1] / 2, shape[2] / 2))
    placed = place(drawn(shape=shape), BOTH, habit)
    assert placed.pixels.shape == shape
    top, bottom, left, right = frame(placed.pixels)
    assert max(bottom - top, right - left) == pytest.approx(14, abs=1)
    assert place(placed.pixels, Placing(is_inverted=True), habit).pixels.dtype == np.uint8


def test_mnists_habit_is_found():
    draw = np.random.default_rng(3)
    figures = [
        place(drawn((1, 1), (20, int(draw.integers(6, 21))), seed=seed), BOTH, MNIST).pixels
        for seed in range(40)
    ]
    habit = measure_habit(np.stack(figures))
    assert (habit.box, habit.centre, habit.ground) == (20, MASS, 0)
    assert habit.middle == pytest.approx((14.5, 14.5), abs=0.5)
    assert habit.is_sized
    assert habit.is_centred


def test_the_embedded_digits_keep_to_another_habit(tmp_path):
    prepared = Digits(None).prepare(DataContext(tmp_path))
    habit = habit_of(prepared)
    assert (habit.box, habit.centre) == (24, FRAME)
    assert habit.is_sized
    placed = [place(item, BOTH, habit) for item in prepared.held_out.samples[:50]]
    assert all(item.scale == 1 for item in placed)
    assert max(abs(item.down) for item in placed) == 0


@pytest.mark.parametrize(
    "samples",
    [
        np.random.default_rng(1).integers(0, 256, (20, 3, 16, 16), dtype=np.uint8),
        np.full((20, 1, 28, 28), 230, np.uint8),
        np.stack([255 - drawn() for _ in range(20)]),
        np.zeros((0, 1, 28, 28), np.uint8),
        np.stack([drawn((n, n), (n + 3, 4)) for n in range(12)]),
    ],
    ids=["photographs", "white", "black on white", "none", "anywhere"],
)
def test_data_without_a_habit_is_left_alone(samples):
    habit = measure_habit(samples)
    assert not habit.is_sized
    assert not habit.is_centred
    assert habit.box == round(min(samples.shape[2:]) * 20 / 28)
