"""Moves that can be undone."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.gui.pages.explore.history import LONGEST, History
from gan_studio.gui.pages.explore.latent_state import Point

pytestmark = pytest.mark.gui


@pytest.fixture
def start():
    return Point(np.zeros(3, np.float32))


def test_moves_are_undone_and_redone(start):
    history = History(start)
    first = start.with_dim(0, 1.0)
    history.move_to(first)
    history.move_to(first.with_dim(1, 2.0))
    assert history.undo()
    assert history.now is first
    assert history.undo()
    assert not history.undo()
    assert history.redo()
    assert history.redo()
    assert history.now.z.tolist() == [1.0, 2.0, 0.0]
    assert not history.redo()


def test_one_drag_is_one_move(start):
    history, point = History(start), start
    for value in range(10):
        point = point.with_dim(0, value)
        history.move_to(point, "z0")
    history.end_gesture()
    history.move_to(point.with_dim(0, 50), "z0")
    history.undo()
    assert history.now.z[0] == 9
    history.undo()
    assert history.now is start


def test_another_gesture_is_another_move(start):
    history = History(start)
    history.move_to(start.with_dim(0, 1), "z0")
    history.move_to(start.with_dim(1, 1), "z1")
    assert history.undo()
    assert history.can_undo


def test_a_move_forgets_what_was_undone(start):
    history = History(start)
    history.move_to(start.with_dim(0, 1))
    history.undo()
    history.move_to(start.with_dim(0, 2))
    assert not history.can_redo


def test_the_past_is_bounded(start):
    history = History(start)
    for value in range(LONGEST + 50):
        history.move_to(start.with_dim(0, value))
    assert len(history._past) == LONGEST


def test_points_are_not_changed_in_place(start):
    moved = start.with_dim(0, 1.0)
    assert start.z[0] == 0
    assert moved.is_moved
    assert not start.is_moved
