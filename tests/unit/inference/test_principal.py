"""Principal components against what they must be."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.inference.principal import find_components


def pictures(count=400, seed=0):
    """Mixtures of three fixed patterns, so that three numbers are all there is."""
    draw = np.random.default_rng(seed)
    patterns = draw.random((3, 1, 6, 6)) * 80
    shares = draw.random((count, 3))
    return np.tensordot(shares, patterns, 1).round().astype(np.uint8)


def test_three_patterns_need_three_components():
    data = pictures()
    found = find_components(data, 6)
    errors = found.errors(data, [1, 2, 3, 6])
    assert errors[1] > errors[2] > errors[3] >= errors[6]
    assert errors[3] < 1e-5  # what rounding to whole grey values leaves
    assert found.explained[:3].sum() == pytest.approx(1.0, abs=1e-3)
    assert found.copy(data, 3).shape == data.shape


def test_directions_are_orthonormal_and_sorted():
    found = find_components(pictures(), 5)
    assert np.allclose(found.directions @ found.directions.T, np.eye(5), atol=1e-5)
    assert (np.diff(found.explained) <= 0).all()


def test_the_error_is_the_variance_that_is_left():
    data = pictures()
    found = find_components(data, 36)
    total = np.square(data / 255 - data.mean(0) / 255).mean()
    expected = total * (1 - found.explained[:2].sum())
    assert found.errors(data, [2])[2] == pytest.approx(expected, rel=1e-3)


def test_more_components_than_there_can_be():
    found = find_components(pictures(count=4), 30)
    assert len(found.directions) <= 4
    with pytest.raises(ValueError, match="30"):
        found.encode(pictures(), 30)


def test_large_pictures_are_approximated():
    draw = np.random.default_rng(1)
    data = draw.integers(0, 255, (60, 3, 32, 32), dtype=np.uint8)
    found = find_components(data, 4)
    assert found.directions.shape == (4, 3 * 32 * 32)
    assert np.allclose(found.directions @ found.directions.T, np.eye(4), atol=1e-4)
