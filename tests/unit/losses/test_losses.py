"""Losses and read-outs against closed forms and a second implementation."""

import math

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from gan_studio.losses.base import LOSSES, PENALTIES, squared_gradient_norm
from gan_studio.models._readouts import game_scalars, with_absolute_level

REAL = torch.tensor([2.0, -1.0, 0.5])
FAKE = torch.tensor([-3.0, 0.25, 1.0])


def loss(key):
    entry = LOSSES.get(key)
    return entry.target(entry.options())


def penalty(key, **options):
    entry = PENALTIES.get(key)
    return entry.target(entry.options(**options))


@pytest.mark.parametrize("key", ["minimax", "non_saturating"])
def test_discriminator_loss_is_binary_cross_entropy(key):
    expected = binary_cross_entropy_with_logits(
        REAL, torch.ones(3)
    ) + binary_cross_entropy_with_logits(FAKE, torch.zeros(3))
    torch.testing.assert_close(loss(key).discriminator(REAL, FAKE), expected)


def test_minimax_generator_is_the_papers_formula():
    probability = 1 / (1 + np.exp(-FAKE.numpy().astype(np.float64)))
    assert loss("minimax").generator(FAKE).item() == pytest.approx(np.log(1 - probability).mean())


def test_non_saturating_generator_is_cross_entropy_against_real():
    expected = binary_cross_entropy_with_logits(FAKE, torch.ones(3))
    torch.testing.assert_close(loss("non_saturating").generator(FAKE), expected)


@pytest.mark.parametrize(("key", "slope"), [("minimax", 0.0), ("non_saturating", -1.0)])
def test_slope_where_the_discriminator_is_sure(key, slope):
    """The lecture's point: at D(G(z)) = 0 minimax is flat and the non-saturating loss is steep."""
    logit = torch.tensor([-20.0], requires_grad=True)
    loss(key).generator(logit).backward()
    assert logit.grad.item() == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("key", ["minimax", "non_saturating", "relativistic"])
def test_extreme_logits_stay_finite(key):
    far = torch.tensor([1e4, -1e4])
    assert torch.isfinite(loss(key).discriminator(far, far.flip(0)))
    assert torch.isfinite(loss(key).generator(far, far.flip(0)))


def test_relativistic_pairs_by_position():
    pairs = FAKE.numpy().astype(np.float64) - REAL.numpy().astype(np.float64)
    chosen = loss("relativistic")
    assert chosen.discriminator(REAL, FAKE).item() == pytest.approx(np.logaddexp(0, pairs).mean())
    assert chosen.generator(FAKE, REAL).item() == pytest.approx(np.logaddexp(0, -pairs).mean())
    with pytest.raises(ValueError, match="real logits"):
        chosen.generator(FAKE)


def test_gradient_norm_of_a_linear_critic_is_its_weight():
    weight = torch.tensor([3.0, -4.0])
    samples = torch.randn(7, 2, generator=torch.Generator().manual_seed(0))
    assert squared_gradient_norm(lambda x: x @ weight, samples).item() == pytest.approx(25.0)


def test_r1_looks_at_real_and_r2_at_fake():
    """For D(x) = |x|^2 / 2 the gradient is x itself, so the penalty is gamma / 2 E|x|^2."""
    real, fake = torch.full((4, 2), 1.0), torch.full((4, 2), 3.0)

    def critic(samples):
        return samples.square().sum(1) / 2

    assert penalty("r1", gamma=5.0)(critic, real, fake).item() == pytest.approx(2.5 * 2)
    assert penalty("r2", gamma=5.0)(critic, real, fake).item() == pytest.approx(2.5 * 18)


def test_penalty_moves_the_critics_weights():
    net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Softplus(), torch.nn.Linear(8, 1))
    penalty("r1")(lambda x: net(x).flatten(), torch.randn(4, 2), torch.randn(4, 2)).backward()
    assert all(item.grad is not None for item in [net[0].weight, net[2].weight])


def test_read_outs_at_the_equilibrium():
    """D = 1/2 everywhere: V = -2 ln 2 and the divergence is zero."""
    scalars = game_scalars(torch.zeros(5), torch.zeros(5))
    assert scalars["d/real"].item() == scalars["d/fake"].item() == 0.5
    assert scalars["value"].item() == pytest.approx(-2 * math.log(2))
    assert scalars["jsd"].item() == pytest.approx(0.0, abs=1e-6)


def test_jensen_shannon_estimate_is_exact_for_the_optimal_discriminator():
    """Two Gaussians, D* = p / (p + q): the estimate meets the integral of the definition."""
    generator = torch.Generator().manual_seed(1)
    real = torch.randn(400_000, generator=generator, dtype=torch.float64)
    fake = torch.randn(400_000, generator=generator, dtype=torch.float64) + 1.5

    def optimal_logit(x):  # log p(x) - log q(x)
        return (-(x**2) + (x - 1.5) ** 2) / 2

    grid = np.linspace(-12, 14, 200_001)
    p = np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
    q = np.exp(-((grid - 1.5) ** 2) / 2) / np.sqrt(2 * np.pi)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log(2 * p / (p + q)), 0.0)
        right = np.where(q > 0, q * np.log(2 * q / (p + q)), 0.0)
    exact = np.trapezoid(left + right, grid) / 2
    logits = optimal_logit(real), optimal_logit(fake)
    estimate = game_scalars(*logits)["jsd"].item()
    assert estimate == pytest.approx(exact, abs=2e-3)
    # A pairing loss leaves the level open; it is found again.
    levelled = with_absolute_level(logits[0] + 7.0, logits[1] + 7.0)
    assert game_scalars(*levelled)["jsd"].item() == pytest.approx(exact, abs=2e-3)


def test_the_level_of_a_pairing_loss_is_the_best_one():
    """Skewed logits: no shift on a fine grid gives a greater value of the game."""
    generator = torch.Generator().manual_seed(2)
    real = 40 + torch.randn(4096, generator=generator).exp()
    fake = 40 - torch.randn(4096, generator=generator)
    found = game_scalars(*with_absolute_level(real, fake))["value"].item()
    shifts = torch.linspace(38, 44, 601)
    best = max(game_scalars(real - c, fake - c)["value"].item() for c in shifts)
    assert found == pytest.approx(best, abs=1e-3)
