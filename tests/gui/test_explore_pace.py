"""Side work in pieces that a move does not wait for."""

from __future__ import annotations

import pytest

from gan_studio.gui.pages.explore.pace import PIECE_MS, UNKNOWN_MS, Pace

pytestmark = pytest.mark.gui


def test_pieces_grow_with_a_quick_model_and_never_beyond_what_is_asked():
    pace = Pace()
    assert pace.rows(16) == PIECE_MS // UNKNOWN_MS
    for _ in range(20):
        pace.note(4, 1.0)
    assert pace.rows(100) > 16
    assert pace.rows(16) == 16


def test_one_slow_piece_makes_the_next_one_small():
    pace = Pace()
    for _ in range(20):
        pace.note(4, 1.0)
    pace.note(16, 16 * 20.0)
    assert pace.rows(16) == 1
    pace.note(1, 500.0)
    assert pace.rows(16) == 1
    pace.forget()
    assert pace.rows(16) == PIECE_MS // UNKNOWN_MS
