"""The generated density and its divergence on the line, against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from gan_studio.core.samples import LatentSpec
from gan_studio.data.distributions import ON_LINE, Boxes, Gaussians
from gan_studio.lab.divergence import jensen_shannon
from gan_studio.lab.line import Line, best_probability, generated_masses

NORMAL = LatentSpec(1)
UNIFORM = LatentSpec(1, "uniform")
EDGES = np.linspace(-1.5, 1.5, 513)
WHOLE = np.concatenate([[-np.inf], EDGES, [np.inf]])


def gaussian(mean, spread):
    return Gaussians(np.array([[mean]]), spread)


def cdf_of_square(x):
    return np.array([math.erf(math.sqrt(max(0.0, value) / 2)) for value in x])


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 0.2), (0.7, 0.01), (-1.4, 0.5), (9.0, 0.1)])
def test_straight_generators_of_normal_noise_make_gaussians(mean, spread):
    found = generated_masses(lambda z: mean + spread * z, NORMAL, EDGES)
    expected = gaussian(mean, spread).cell_masses([WHOLE])
    assert found.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_straight_generators_of_uniform_noise_make_boxes():
    found = generated_masses(lambda z: 0.3 - 0.6 * z, UNIFORM, EDGES)
    expected = Boxes(np.array([[-0.3]]), np.array([[0.9]])).cell_masses([EDGES])
    np.testing.assert_allclose(found[1:-1], expected, atol=1e-6)


def test_folds_add_up():
    """G(z) = |z| / 2: twice the half Gaussian; G(z) = z^2 / 4: a chi-squared variable over 4."""
    folded = generated_masses(lambda z: z.abs() / 2, NORMAL, EDGES)
    half = gaussian(0.0, 0.5).cell_masses([WHOLE])
    expected = np.where(WHOLE[:-1] >= 0, 2 * half, 0.0)
    np.testing.assert_allclose(folded, expected, atol=2e-5)
    squared = generated_masses(lambda z: z.square() / 4, NORMAL, EDGES)
    cdf = cdf_of_square(4 * EDGES)
    np.testing.assert_allclose(squared[1:-1], np.diff(cdf), atol=2e-5)


def test_a_constant_generator_is_one_spike():
    found = generated_masses(lambda z: z * 0 + 0.5, NORMAL, EDGES)
    assert found.max() == pytest.approx(1.0)
    assert (found > 0).sum() == 1


@pytest.mark.parametrize("prior", ["normal", "uniform"])
@pytest.mark.parametrize("dim", [2, 3])
def test_noise_of_more_numbers(dim, prior):
    """Sums of independent noise: Gaussian for normal noise, a convolution of boxes for uniform."""
    found = generated_masses(lambda z: 0.2 * z.sum(1, keepdim=True), LatentSpec(dim, prior), EDGES)
    if prior == "normal":
        expected = gaussian(0.0, 0.2 * math.sqrt(dim)).cell_masses([WHOLE])
    else:
        x = np.random.default_rng(0).uniform(-0.2, 0.2, (4_000_000, dim)).sum(1)
        expected = np.pad(np.histogram(x, EDGES)[0] / len(x), 1)
    assert jensen_shannon(found, expected) < 1.5e-3


def test_noise_that_no_direction_cuts_well():
    """G(z) = |z| / 3 for z on the plane: a Rayleigh variable."""
    found = generated_masses(lambda z: z.norm(dim=1, keepdim=True) / 3, LatentSpec(2), EDGES)
    cdf = np.where(WHOLE > 0, 1 - np.exp(-np.square(3 * WHOLE) / 2), 0.0)
    assert jensen_shannon(found, np.diff(cdf)) < 1e-2


@pytest.mark.parametrize("lively", [0, 1, 2])
def test_noise_is_cut_along_the_liveliest_number(lively):
    weights = torch.full((3,), 0.02)
    weights[lively] = 0.4
    found = generated_masses(lambda z: (z @ weights)[:, None], LatentSpec(3), EDGES)
    expected = gaussian(0.0, float(weights.norm())).cell_masses([WHOLE])
    assert jensen_shannon(found, expected) < 1e-4


def exact_divergence(left, right):
    x = np.linspace(-6, 6, 2_000_001)
    p, q = left.pdf(x[:, None]), right.pdf(x[:, None])
    return float(
        np.trapezoid(jensen_shannon(np.stack([p, 0 * p], -1), np.stack([q, 0 * q], -1)), x)
    )


@pytest.mark.parametrize(("mean", "spread"), [(0.5, 0.15), (0.3, 0.15), (0.5, 0.4), (-0.6, 0.3)])
@pytest.mark.parametrize("name", ["gaussian", "two_gaussians", "bimodal"])
def test_divergence_meets_the_integral(name, mean, spread):
    data = ON_LINE[name].make(1.0)
    view = Line(data).look(lambda z: mean + spread * z, NORMAL)
    assert view.jsd == pytest.approx(exact_divergence(data, gaussian(mean, spread)), abs=1e-4)


def test_divergence_of_uniform_data():
    """Data on [0.1, 0.9], fakes on [0.5, 1.3]: half of each is alone, half is common."""
    view = Line(ON_LINE["uniform"].make(1.0)).look(lambda z: 0.9 + 0.4 * z, UNIFORM)
    # The cells that the steps of both densities cut through cost a thousandth.
    assert view.jsd == pytest.approx(math.log(2) / 2, abs=2e-3)


def test_the_ends_of_the_scale():
    data = ON_LINE["gaussian"].make(1.0)
    line = Line(data)
    assert line.look(lambda z: 0.5 + 0.15 * z, NORMAL).jsd == pytest.approx(0.0, abs=1e-7)
    assert line.look(lambda z: 50 + z, NORMAL).jsd == pytest.approx(math.log(2), abs=1e-6)
    assert line.look(lambda z: z * 0 - 1.2, NORMAL).jsd == pytest.approx(math.log(2), abs=1e-6)


def test_the_best_discriminator():
    data = ON_LINE["gaussian"].make(1.0)
    line = Line(data)
    view = line.look(lambda z: 0.2 + 0.15 * z, NORMAL)
    logits = ((view.x - 0.2) ** 2 - (view.x - 0.5) ** 2) / (2 * 0.15**2)
    expected = 1 / (1 + np.exp(-logits))
    seen = view.real + view.generated > 1e-2
    np.testing.assert_allclose(view.best[seen], expected[seen], atol=5e-3)
    assert line.distance_from_best(view.best, view) == 0.0
    assert line.distance_from_best(1 - view.best, view) > 0.3
    nowhere = best_probability(np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 2.0]))
    assert nowhere.tolist() == [0.5, 1.0, 0.0]


def test_a_small_net_is_looked_at_in_its_own_precision():
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(1, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    with torch.no_grad():
        fine = net(torch.randn(2_000_000, 1, generator=torch.Generator().manual_seed(1)))
    counts = np.histogram(fine.double().numpy(), WHOLE)[0] / len(fine)
    assert jensen_shannon(generated_masses(net, NORMAL, EDGES), counts) < 1e-4


@pytest.mark.parametrize("mean", [-0.4, 0.1, 0.6])
def test_the_distance_of_shifted_gaussians_is_the_shift(mean):
    view = Line(ON_LINE["gaussian"].make(1.0)).look(lambda z: mean + 0.15 * z, NORMAL)
    assert view.wasserstein == pytest.approx(abs(mean - 0.5), abs=1e-5)
    near = np.abs(view.x - (mean + 0.5) / 2) < 0.3
    slopes = np.diff(view.critic[near]) / np.diff(view.x[near])
    np.testing.assert_allclose(slopes, np.sign(0.5 - mean), atol=1e-6)
    gap = (view.critic * (view.real - view.generated)).sum() * (view.x[1] - view.x[0])
    assert gap == pytest.approx(view.wasserstein, abs=1e-4)


def test_the_distance_of_equals_is_nothing():
    view = Line(ON_LINE["gaussian"].make(1.0)).look(lambda z: 0.5 + 0.15 * z, NORMAL)
    assert view.wasserstein == pytest.approx(0.0, abs=1e-5)
