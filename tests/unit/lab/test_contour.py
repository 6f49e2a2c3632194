"""Marching squares against curves that are known."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.lab.contour import crossings

LOW, HIGH = (-2.0, -1.0), (2.0, 3.0)


def places(side=64):
    shares = (np.arange(side) + 0.5) / side
    x, y = LOW[0] + 4 * shares, LOW[1] + 4 * shares
    return np.meshgrid(x, y)


def test_a_circle_is_found_where_it_is():
    x, y = places()
    radius = np.hypot(x - 0.3, y - 0.8)
    pieces = crossings(1.0 - radius / 2, LOW, HIGH, 0.5)  # a radius of 1
    found = np.hypot(pieces[..., 0] - 0.3, pieces[..., 1] - 0.8)
    assert abs(found - 1.0).max() < 2e-3
    length = np.linalg.norm(pieces[:, 0] - pieces[:, 1], axis=1).sum()
    assert length == pytest.approx(2 * np.pi, rel=2e-3)


def test_the_pieces_hang_together():
    x, y = places()
    pieces = crossings(np.sin(2 * x) * np.cos(3 * y), LOW, HIGH, 0.2)
    ends = [tuple(np.round(end, 9)) for piece in pieces for end in piece]
    inside = [
        end for end in ends if abs(end[0]) < 1.9 and -0.9 < end[1] < 2.9
    ]  # those at the border end there
    assert inside
    assert all(ends.count(end) == 2 for end in inside)


@pytest.mark.parametrize("level", [0.4, 0.6])
def test_a_saddle_is_cut_by_its_middle(level):
    heat = np.array([[1.0, 0.0], [0.0, 1.0]])  # its middle is 0.5
    pieces = crossings(heat, (0.0, 0.0), (2.0, 2.0), level)
    assert len(pieces) == 2
    # Below the middle the high corners hang together: pieces cut off the low ones.
    cut_off = np.array([[1.5, 0.5], [0.5, 1.5]] if level < 0.5 else [[0.5, 0.5], [1.5, 1.5]])
    for piece in pieces:
        assert np.linalg.norm(piece.mean(0) - cut_off, axis=1).min() < 0.5


def test_a_flat_function_has_no_line():
    assert crossings(np.full((8, 8), 0.3), LOW, HIGH).shape == (0, 2, 2)
