"""Properties of pictures whose value is known."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.inference.directions import PROPERTIES


def picture(*strokes, size=28, ground=0, ink=255):
    """Rectangles (top, left, bottom, right) on an even ground."""
    pixels = np.full((1, 1, size, size), ground, np.uint8)
    for top, left, bottom, right in strokes:
        pixels[0, 0, top:bottom, left:right] = ink
    return pixels


def leaning(degrees, ground=0, ink=255):
    """A bar of 3 pixels that leans to the right."""
    pixels = np.full((1, 1, 40, 40), ground, np.uint8)
    for row in range(8, 32):
        left = round(20 + (20 - row) * np.tan(np.radians(degrees)))
        pixels[0, 0, row, left - 1 : left + 2] = ink
    return pixels


def measured(key, pictures):
    return PROPERTIES[key].measure(pictures)[0]


@pytest.mark.parametrize("thick", [1, 2, 4])
def test_strokes_are_as_thick_as_drawn(thick):
    bar = picture((4, 10, 24, 10 + thick))
    wanted = thick * 20 / (thick + 20)  # the ends of a bar belong to its edge
    assert measured("thickness", bar) == pytest.approx(wanted, rel=0.12)
    assert measured("thickness", 255 - bar) == pytest.approx(measured("thickness", bar))


@pytest.mark.parametrize("degrees", [-30, 0, 20])
def test_a_bar_leans_as_drawn(degrees):
    assert measured("slant", leaning(degrees)) == pytest.approx(degrees, abs=1.5)
    assert measured("slant", leaning(degrees, 255, 0)) == pytest.approx(degrees, abs=1.5)


def test_width_and_height_are_those_of_a_box():
    box = picture((6, 4, 16, 24))
    assert measured("width", box) == pytest.approx(20, abs=0.1)
    assert measured("height", box) == pytest.approx(10, abs=0.1)
    assert measured("brightness", box) == pytest.approx(255 * 200 / 784)


def test_an_even_picture_has_no_slant_and_no_contrast():
    empty = picture()
    for key in ("slant", "thickness", "width", "height"):
        assert np.isnan(measured(key, empty))
    assert measured("contrast", empty) == 0


def test_colours():
    pixels = np.zeros((2, 3, 8, 8), np.uint8)
    pixels[0, 0] = 200
    pixels[1] = 200
    assert PROPERTIES["saturation"].measure(pixels).tolist() == [200, 0]
    assert PROPERTIES["warmth"].measure(pixels).tolist() == [200, 0]
    assert {key for key, each in PROPERTIES.items() if each.needs_colour} == {
        "saturation", "warmth"
    }  # fmt: skip
