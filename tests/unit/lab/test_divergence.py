"""Divergences of sampled points with their floor, modes by the published protocol, slopes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gan_studio.data.distributions import ON_LINE, ON_PLANE
from gan_studio.lab.divergence import SampledDivergence, jensen_shannon
from gan_studio.lab.modes import PROTOCOL_COUNT, count_modes
from gan_studio.lab.slopes import generator_slopes
from gan_studio.losses.base import LOSSES, Output

ALL = {**ON_LINE, **ON_PLANE}


def test_jensen_shannon_of_two_coins():
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.5, 0.0, 0.5])
    assert jensen_shannon(p, q) == pytest.approx(math.log(2) / 2)
    assert jensen_shannon(p, p) == 0
    assert jensen_shannon(np.eye(2), np.eye(2)[::-1]) == pytest.approx([math.log(2)] * 2)


@pytest.mark.parametrize("name", ALL)
def test_the_truth_is_within_its_band(name):
    """99 % of repeats should be; 95 of 100 must."""
    distribution = ALL[name].make(1.0)
    measure = SampledDivergence(distribution, count=4000, bins=48)
    random = np.random.default_rng(11)
    repeats = [measure.measure(distribution.sample(4000, random)) for _ in range(100)]
    assert sum(estimate.is_within for estimate in repeats) >= 95
    mean = np.mean([estimate.value for estimate in repeats])
    assert measure.low < measure.floor < measure.high
    assert mean == pytest.approx(measure.floor, rel=0.05)


def test_anything_else_is_above_the_band():
    distribution = ON_PLANE["ring"].make(1.0)
    measure = SampledDivergence(distribution, count=4000)
    random = np.random.default_rng(1)
    collapsed = distribution.modes[0] + 0.01 * random.standard_normal((4000, 2))
    far = np.full((4000, 2), 50.0)
    spread = ON_PLANE["ring"].make(3.0).sample(4000, random)
    found = [measure.measure(points) for points in (far, collapsed, spread)]
    assert found[0].value == pytest.approx(math.log(2), abs=1e-5)
    assert found[0].value > found[1].value > found[2].value > measure.high
    assert not any(estimate.is_within for estimate in found)
    with pytest.raises(ValueError, match="4000"):
        measure.measure(far[:10])


# --- modes ------------------------------------------------------------------------------------


def test_the_data_itself_by_the_protocol():
    distribution = ON_PLANE["grid"].make(1.0)
    points = distribution.sample(PROTOCOL_COUNT, np.random.default_rng(5))
    report = count_modes(points, distribution)
    assert (report.covered, report.total) == (25, 25)
    # Within 3 standard deviations on the plane: 1 - exp(-9 / 2).
    assert report.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.005)
    assert report.reverse_kl == pytest.approx(report.floor, abs=0.004)
    assert sum(report.counts) == round(report.high_quality * PROTOCOL_COUNT)


def test_collapse_by_the_protocol():
    distribution = ON_PLANE["ring"].make(1.0)
    one = np.repeat(distribution.modes[:1], 100, axis=0)
    report = count_modes(one, distribution)
    assert (report.covered, report.high_quality) == (1, 1.0)
    assert report.reverse_kl == pytest.approx(math.log(8))
    nothing = count_modes(one * 7, distribution)
    assert nothing.covered == nothing.high_quality == 0
    assert math.isnan(nothing.reverse_kl)


def test_uneven_data_wants_uneven_points():
    distribution = ON_LINE["bimodal"].make(1.0)
    points = np.repeat([[-0.5], [0.5]], [75, 25], axis=0)
    assert count_modes(points, distribution).reverse_kl == pytest.approx(0.0)


def test_curves_have_no_modes():
    assert count_modes(np.zeros((3, 2)), ON_PLANE["moons"].make(1.0)) is None


# --- the push on the generator ----------------------------------------------------------------


def curve(key):
    entry = LOSSES.get(key)
    return generator_slopes(entry.target(entry.options()))


@pytest.mark.parametrize("key", [entry.key for entry in LOSSES])
def test_every_loss_has_a_curve(key):
    found = curve(key)
    assert (np.diff(found.outputs) > 0).all()
    assert found.cost.shape == found.push.shape == found.outputs.shape
    assert (found.push >= 0).all()
    has_probability = found.output in (Output.LOGIT, Output.LEVEL, Output.PROBABILITY)
    assert (found.believed is not None) == has_probability
    # The push is minus the slope of the cost, where the cost depends on D's output alone.
    if found.output is not Output.LEVEL:
        slopes = np.diff(found.cost) / np.diff(found.outputs)
        middle = (found.push[1:] + found.push[:-1]) / 2
        np.testing.assert_allclose(-slopes[9:-9], middle[9:-9], atol=0.01)


def test_formulas_of_the_push():
    minimax, other = curve("minimax"), curve("non_saturating")
    np.testing.assert_allclose(minimax.push, minimax.believed)  # nothing at D(G(z)) = 0
    np.testing.assert_allclose(other.push, 1 - other.believed)  # everything there
    squares = curve("least_squares")
    np.testing.assert_allclose(squares.push, 1 - squares.believed)
    pairs = curve("relativistic")
    odds = (1 - pairs.believed) ** 2
    np.testing.assert_allclose(pairs.push, odds / (odds + pairs.believed**2))
    for key in ("hinge", "wasserstein"):
        assert set(curve(key).push) == {1.0}
