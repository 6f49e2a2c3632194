"""Planes through latent space by closed forms, and windows on them."""

import numpy as np
import pytest

from gan_studio.inference.slices import (
    PICTURE_A,
    PICTURE_B,
    PICTURE_C,
    AlikePictures,
    AllHeld,
    OnOneLine,
    SameWay,
    Window,
    point_with_share,
    shares_at,
    slice_of_directions,
    slice_of_numbers,
    slice_of_places,
)


class Straight:
    def __init__(self, vector, origin=None, name="way"):
        self.name = name
        self.vector = np.float32(vector)
        self.origin = np.zeros_like(self.vector) if origin is None else np.float32(origin)


@pytest.fixture
def z():
    return np.random.default_rng(5).standard_normal(512).astype(np.float32)


def test_two_numbers_move_themselves_and_nothing_else(z):
    plane = slice_of_numbers(z, 41, 7)
    assert plane.names == ("z41", "z7")
    assert plane.moves == (True, True)
    assert plane.point_of(z) == pytest.approx((z[41], z[7]), abs=1e-12)
    moved = plane.places([(1.5, -2.25)])[0]
    assert (moved[41], moved[7]) == (1.5, -2.25)
    rest = np.delete(np.arange(512), [41, 7])
    assert moved[rest].tobytes() == z[rest].tobytes()
    assert plane.holds(moved)
    assert plane.places([plane.point_of(z)])[0].tobytes() == z.tobytes()


def test_what_is_left_over_is_the_distance_to_the_plane(z):
    plane, other = slice_of_numbers(z, 0, 1), z.copy()
    other[2] += 3
    other[3] -= 4
    other[0] += 9  # along the plane
    assert plane.left_over(other) == pytest.approx(5, rel=1e-6)
    assert not plane.holds(other)
    assert plane.point_of(other)[0] == pytest.approx(z[0] + 9)


@pytest.mark.parametrize("dim", [1, 2, 512])
def test_one_number_is_a_line(dim):
    z = np.linspace(-1, 1, dim).astype(np.float32)
    line = slice_of_numbers(z, 0, 0)
    assert line.moves == (True, False)
    assert line.names == ("z0", "")
    assert line.places([(0.5, 7.0)])[0][0] == 0.5  # the second number means nothing
    assert line.point_of(z) == pytest.approx((z[0], 0), abs=1e-12)
    assert line.holds(z)


def test_orthogonal_directions_show_what_their_sliders_show():
    first = Straight([2, 0, 0], origin=[1, 0, 0])
    second = Straight([0, 0, 0.5], origin=[0, 0, -1])
    z = np.float32([5, 3, 1])
    plane = slice_of_directions(z, first, second)
    assert plane.point_of(z) == pytest.approx((2, 4))  # (5 - 1) / 2 and (1 + 1) / 0.5
    assert plane.places([(0, 0)])[0].tolist() == [1, 3, -1]
    assert plane.places([(3, 4)])[0].tolist() == [7, 3, 1]


def test_oblique_directions_pass_through_the_place(z):
    rng = np.random.default_rng(1)
    ways = [Straight(rng.standard_normal(512)) for _each in range(2)]
    plane = slice_of_directions(z, *ways)
    x, y = plane.point_of(z)
    np.testing.assert_allclose(plane.places([(x, y)])[0], z, atol=1e-6)
    there = plane.places([(x + 1, y - 2)])[0]
    np.testing.assert_allclose(there, z + ways[0].vector - 2 * ways[1].vector, atol=1e-5)
    assert plane.point_of(there) == pytest.approx((x + 1, y - 2), abs=1e-5)


def test_parallel_directions_are_told(z):
    way = Straight(z, name="Slant")
    against = Straight(-3 * z, name="PCA 1")
    with pytest.raises(SameWay, match="“Slant” and “PCA 1” lead the same way"):
        slice_of_directions(z, way, against)
    with pytest.raises(SameWay):
        slice_of_directions(z, way, Straight(np.zeros(512)))


def test_three_pictures_stand_at_their_corners():
    a, b, c = np.float32([[0, 0, 1], [4, 0, 1], [0, 2, 1]])
    plane = slice_of_places(a, b, c)
    corners = plane.places([PICTURE_A, PICTURE_B, PICTURE_C])
    np.testing.assert_array_equal(corners, [a, b, c])
    np.testing.assert_allclose(plane.places([(1 / 3, 1 / 3)])[0], (a + b + c) / 3, atol=1e-6)
    assert plane.places([(1, 1)])[0].tolist() == [4, 2, 1]  # B + C - A, beyond the triangle
    above = np.float32([4, 2, 8])
    assert plane.left_over(above) == pytest.approx(7)
    assert shares_at(*plane.point_of(above)) == pytest.approx((-1, 1, 1))


def test_pictures_without_an_area_are_told(z):
    with pytest.raises(AlikePictures, match="same"):
        slice_of_places(z, z, z)
    with pytest.raises(OnOneLine, match="one line"):
        slice_of_places(z, z, -z)
    with pytest.raises(OnOneLine):
        slice_of_places(z, -z, 2 * z)
    one = np.float32([0.5])
    with pytest.raises(OnOneLine):  # a latent of one number has no planes
        slice_of_places(one, -one, 2 * one)


def test_shares_are_set_one_by_one_and_sum_up_to_one():
    point = point_with_share((0.25, 0.25), 0, 0.8)
    assert shares_at(*point) == pytest.approx((0.8, 0.1, 0.1))
    assert shares_at(*point_with_share(point, 1, -0.5)) == pytest.approx((12 / 9, -0.5, 1.5 / 9))
    assert shares_at(*point_with_share((0.0, 0.0), 0, 0.5)) == pytest.approx((0.5, 0.25, 0.25))


def test_locked_numbers_stay(z):
    plane = slice_of_directions(z, Straight(np.ones(512)), Straight(np.arange(512.0)))
    held = plane.held({3, 4}, z)
    moved = held.places([(20, -7)])[0]
    assert moved[[3, 4]].tobytes() == z[[3, 4]].tobytes()
    assert moved[5] != z[5]
    assert plane.held((), z) is plane


def test_locks_may_leave_a_line_or_nothing(z):
    plane = slice_of_numbers(z, 0, 1)
    line = plane.held({0}, z)
    assert line.moves == (False, True)
    assert line.places([(99, 0.5)])[0][:2].tolist() == [z[0], 0.5]
    with pytest.raises(AllHeld, match="locked"):
        plane.held({0, 1, 2}, z)
    a, b, c = np.eye(3, dtype=np.float32)
    assert slice_of_places(a, b, c).held({0, 1}, a).moves == (False, True)


@pytest.mark.parametrize("window", [Window.between((-3, 0), (3, 12)), Window.around_triangle()])
def test_windows_lead_there_and_back(window):
    for place in [(0, 0), (1, 1), (0.2, 0.7), (-1, 3)]:
        assert window.of(*window.at(*place)) == pytest.approx(place, abs=1e-9)


def test_the_triangle_is_equilateral_and_in_the_middle():
    window = Window.around_triangle(0.6)
    a, b, c = (np.array(window.of(*corner)) for corner in (PICTURE_A, PICTURE_B, PICTURE_C))
    sides = [np.linalg.norm(b - a), np.linalg.norm(c - b), np.linalg.norm(a - c)]
    assert sides == pytest.approx([0.6] * 3)
    assert (a[0] + b[0]) / 2 == pytest.approx(0.5)
    assert c[0] == pytest.approx(0.5)
    assert (a[1] + c[1]) / 2 == pytest.approx(0.5)


def test_zooming_keeps_the_place_under_it():
    window = Window.between((-3, -3), (3, 3))
    near = window.zoomed(0.5, 0.75, 0.25)
    assert near.at(0.75, 0.25) == pytest.approx(window.at(0.75, 0.25))
    assert near.right == pytest.approx((3, 0))
    again = near.zoomed(2, 0.75, 0.25)
    assert again.corner == pytest.approx((-3, -3))


def test_a_window_follows_a_point():
    window = Window.between((0, 0), (2, 2))
    assert window.showing(1, 2) == window
    moved = window.showing(5, -1)
    assert moved.corner == pytest.approx((3, -1))
    assert moved.of(5, -1) == pytest.approx((1, 0))


def test_tiles_go_row_by_row_from_the_top_left():
    points = Window.between((0, 0), (3, 2)).tiles(3, 2)
    assert np.allclose(
        points, [(0.5, 1.5), (1.5, 1.5), (2.5, 1.5), (0.5, 0.5), (1.5, 0.5), (2.5, 0.5)]
    )
