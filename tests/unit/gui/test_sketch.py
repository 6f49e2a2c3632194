"""Strokes on a small picture, without a window."""

import numpy as np
import pytest

from gan_studio.gui.widgets.sketch import Sketch


def stroke(sketch, *places, width=2.5, ink=255):
    sketch.begin(*places[0], width, ink)
    for place in places[1:]:
        sketch.line_to(*place)
    sketch.end()


def test_a_stroke_is_bright_inside_soft_at_its_edge_and_as_wide_as_the_pen():
    sketch = Sketch()
    stroke(sketch, (14, 4), (14, 24))
    row = sketch.pixels[0, 14].astype(int)
    assert row[13] == row[14] == 255
    assert 0 < row[12] < 255
    assert row[:12].sum() == row[16:].sum() == 0
    assert row.sum() / 255 == pytest.approx(2.5, abs=0.1)


def test_a_dot_is_round():
    sketch = Sketch()
    stroke(sketch, (14, 14), width=6)
    dot = sketch.pixels[0]
    assert np.array_equal(dot, dot.T)
    assert np.array_equal(dot, dot[::-1, ::-1])
    assert dot.sum() / 255 == pytest.approx(np.pi * 9, rel=0.05)


def test_a_stroke_that_crosses_itself_is_not_brighter():
    once, often = Sketch(), Sketch()
    stroke(once, (5, 14), (20, 14), ink=150)
    stroke(often, (5, 14), (20, 14), (5, 14), (20, 14), ink=150)
    assert np.array_equal(once.pixels, often.pixels)
    assert once.pixels.max() == 150


def test_black_ink_rubs_out():
    sketch = Sketch()
    stroke(sketch, (5, 14), (20, 14))
    stroke(sketch, (3, 14), (22, 14), width=5, ink=0)
    assert not sketch.pixels.any()


def test_undo_and_redo_go_stroke_by_stroke():
    sketch = Sketch()
    empty = sketch.pixels
    stroke(sketch, (5, 5), (20, 5))
    first = sketch.pixels
    stroke(sketch, (5, 15), (20, 15))
    second = sketch.pixels
    sketch.undo()
    assert sketch.pixels is first
    sketch.undo()
    assert sketch.pixels is empty
    assert not sketch.can_undo
    sketch.undo()
    sketch.redo()
    sketch.redo()
    assert sketch.pixels is second
    sketch.undo()
    stroke(sketch, (5, 25), (20, 25))
    assert not sketch.can_redo


def test_a_picture_that_was_handed_out_does_not_change():
    sketch = Sketch()
    sketch.begin(5, 5, 2.5)
    given = sketch.pixels
    copy = given.copy()
    sketch.line_to(20, 20)
    assert np.array_equal(given, copy)
    assert not np.array_equal(sketch.pixels, copy)


def test_clearing_can_be_undone_and_black_is_not_cleared():
    sketch = Sketch()
    sketch.clear()
    assert not sketch.can_undo
    stroke(sketch, (5, 5), (20, 5))
    drawn = sketch.pixels
    sketch.clear()
    assert not sketch.pixels.any()
    sketch.undo()
    assert sketch.pixels is drawn


def test_beyond_the_edge_nothing_is_drawn_and_nothing_fails():
    sketch = Sketch((3, 12, 20))
    stroke(sketch, (-30, -30), (-10, 5), (50, 40))
    stroke(sketch, (-5, 6), (40, 6))
    assert sketch.pixels.shape == (3, 12, 20)
    assert sketch.pixels[:, 6].min() == 255


def test_a_line_outside_of_a_stroke_draws_nothing():
    sketch = Sketch()
    sketch.line_to(20, 20)
    assert not sketch.pixels.any()


def test_another_size_begins_anew():
    sketch = Sketch()
    stroke(sketch, (5, 5))
    sketch.replace(np.full((3, 16, 16), 9, np.uint8))
    assert sketch.shape == (3, 16, 16)
    assert not sketch.can_undo
    before = sketch.pixels
    stroke(sketch, (8, 8))
    sketch.undo()
    assert sketch.pixels is before
