"""Every loss and penalty on Gaussians against its closed form, its gradients against formulas."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from gan_studio.losses.base import LOSSES, PENALTIES, Critic, Output, as_probability
from gan_studio.models._readouts import read_outs
from gan_studio.models._slopes import slope_of

COUNT = 2**20
NORMAL = torch.distributions.Normal(0.0, 1.0)


def lattice():
    """Equally likely standard normal numbers; their mean square is 1 to a few millionths."""
    shares = (torch.arange(COUNT, dtype=torch.float64) + 0.5) / COUNT
    return torch.special.ndtri(shares)


def loss(key):
    entry = LOSSES.get(key)
    return entry.target(entry.options())


def penalty(key, **options):
    entry = PENALTIES.get(key)
    return entry.target(entry.options(**options))


def expectation(function, mean, spread):
    """``E[function(x)]`` for x normal, by the trapezium rule over 12 standard deviations."""
    x = torch.linspace(-12, 12, 200_001, dtype=torch.float64)
    weights = torch.exp(-x.square() / 2) / math.sqrt(2 * math.pi)
    return torch.trapezoid(weights * function(mean + spread * x), x).item()


def phi(x):
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def Phi(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def softplus(x):
    return torch.logaddexp(x, torch.zeros_like(x))


def rectified(mean, spread):
    """``E[max(0, x)]`` of a normal x."""
    return mean * Phi(mean / spread) + spread * phi(mean / spread)


# D's outputs: on real samples N(0.7, 1.5^2), on fakes N(-0.4, 0.8^2).
M_R, S_R, M_F, S_F = 0.7, 1.5, -0.4, 0.8
CROSS_ENTROPY = expectation(lambda x: softplus(-x), M_R, S_R) + expectation(softplus, M_F, S_F)
CLOSED = {
    "minimax": (CROSS_ENTROPY, -expectation(softplus, M_F, S_F)),
    "non_saturating": (CROSS_ENTROPY, expectation(lambda x: softplus(-x), M_F, S_F)),
    "least_squares": (
        ((M_R - 1) ** 2 + S_R**2 + M_F**2 + S_F**2) / 2,
        ((M_F - 1) ** 2 + S_F**2) / 2,
    ),
    "hinge": (rectified(1 - M_R, S_R) + rectified(1 + M_F, S_F), -M_F),
    "wasserstein": (M_F - M_R, -M_F),
    # Real and fake move together on the lattice, so their difference is N(M_F - M_R, (S_R-S_F)^2).
    "relativistic": (
        expectation(softplus, M_F - M_R, S_R - S_F),
        expectation(softplus, M_R - M_F, S_R - S_F),
    ),
}


def test_every_loss_has_its_closed_form_here():
    own = {entry.key for entry in LOSSES if entry.module.startswith("gan_studio.losses.")}
    assert own == set(CLOSED) == set(SLOPES)


@pytest.mark.parametrize("key", CLOSED)
def test_losses_on_gaussian_outputs(key):
    z = lattice()
    real, fake = M_R + S_R * z, M_F + S_F * z
    discriminator, generator = CLOSED[key]
    chosen = loss(key)
    assert chosen.discriminator(real, fake).item() == pytest.approx(discriminator, abs=1e-5)
    assert chosen.generator(fake, real).item() == pytest.approx(generator, abs=1e-5)


def sigmoid(x):
    return 1 / (1 + torch.exp(-x))


# Derivatives by hand: of D's loss by real and by fake outputs, of G's loss by fake outputs.
SLOPES = {
    "minimax": lambda r, f: (-sigmoid(-r), sigmoid(f), -sigmoid(f)),
    "non_saturating": lambda r, f: (-sigmoid(-r), sigmoid(f), -sigmoid(-f)),
    "least_squares": lambda r, f: (r - 1, f, f - 1),
    "hinge": lambda r, f: (-(r < 1).double(), (f > -1).double(), -torch.ones_like(f)),
    "wasserstein": lambda r, f: (-torch.ones_like(r), torch.ones_like(f), -torch.ones_like(f)),
    "relativistic": lambda r, f: (-sigmoid(f - r), sigmoid(f - r), -sigmoid(r - f)),
}


@pytest.mark.parametrize("key", SLOPES)
def test_gradients_of_losses_are_those_on_paper(key):
    generator = torch.Generator().manual_seed(0)
    real, fake = torch.randn(2, 64, generator=generator, dtype=torch.float64) * 2
    real.requires_grad_(True)
    fake.requires_grad_(True)
    by_real, by_fake, by_generated = SLOPES[key](real.detach(), fake.detach())
    loss(key).discriminator(real, fake).backward()
    torch.testing.assert_close(real.grad * 64, by_real)
    torch.testing.assert_close(fake.grad * 64, by_fake)
    fake.grad = None
    loss(key).generator(fake, real.detach()).backward()
    torch.testing.assert_close(fake.grad * 64, by_generated)


@pytest.mark.parametrize("key", ["minimax", "non_saturating", "least_squares"])
def test_smoothed_labels_move_the_best_discriminator(key):
    """Where p = q the best D answers label / (1 + label) ... as cross entropy or squares demand."""
    label, chosen = 0.8, loss(key)
    real = torch.tensor([0.3], dtype=torch.float64, requires_grad=True)
    value = chosen.discriminator(real, real) + chosen.smoothing(real, label)
    believed = as_probability(chosen.output, real.detach())
    value.backward()
    # d/dr of cross entropy: s - label + s; of squares: r - label + r.
    torch.testing.assert_close(real.grad, 2 * believed - label)


@pytest.mark.parametrize("key", ["hinge", "wasserstein", "relativistic"])
def test_losses_without_labels_have_nothing_to_smooth(key):
    assert loss(key).smoothing(torch.zeros(3), 0.9) is None


# --- penalties: the critic D(x) = w x^2 / 2 has the gradient w x ------------------------------


def bowl(weight):
    return lambda x: weight * x.square().sum(1) / 2


def folded(mean, spread):
    """``E|x|`` of a normal x."""
    return rectified(mean, spread) + rectified(-mean, spread)


def test_zero_centred_penalties_on_gaussians():
    real = (1.0 + 2.0 * lattice())[:, None]
    fake = (-0.5 + 0.3 * lattice())[:, None]
    for key, second_moment in (("r1", 1 + 4), ("r2", 0.25 + 0.09)):
        weight = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
        value = penalty(key, gamma=0.7)(bowl(weight), real, fake)
        assert value.item() == pytest.approx(0.35 * 1.3**2 * second_moment, abs=1e-5)
        (slope,) = torch.autograd.grad(value, weight)
        assert slope.item() == pytest.approx(0.7 * 1.3 * second_moment, rel=1e-5)


PENALISED = {"r1", "r2", "gradient_penalty"}


def test_every_penalty_has_its_closed_form_here():
    own = {entry.key for entry in PENALTIES if entry.module.startswith("gan_studio.losses.")}
    assert own == PENALISED


@pytest.mark.parametrize("key", sorted(PENALISED))
@pytest.mark.parametrize("by_formula", [False, True])
def test_penalties_of_a_bent_line_on_gaussians(key, by_formula):
    """``D(x) = v max(0, w x)`` has the slope v w on the share P(x > 0) and 0 elsewhere."""
    points = (0.4 + 2.0 * lattice())[:, None]
    share, v, w = Phi(0.2), -1.2, 0.9
    net = nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1)).double()
    with torch.no_grad():
        for item, value in zip(net.parameters(), (w, 0.0, v, 0.0), strict=True):
            item.fill_(value)
    critic = Critic(lambda x: net(x).flatten(), slope_of(net) if by_formula else None)
    value = penalty(key)(critic, points, points, torch.full((COUNT,), 0.5, dtype=torch.float64))
    value.backward()
    if key == "gradient_penalty":
        flat = (1 - 1e-6) ** 2  # inside the root, a millionth squared keeps its slope finite
        expected = 10 * (share * (abs(v * w) - 1) ** 2 + (1 - share) * flat)
        by_w = 20 * share * (abs(v * w) - 1) * abs(v)
    else:
        expected, by_w = share * (v * w) ** 2 / 2, share * v * v * w
    assert value.item() == pytest.approx(expected, abs=1e-5)
    assert net[0].weight.grad.item() == pytest.approx(by_w, abs=1e-5)


def test_gradient_penalty_on_gaussians():
    """Real N(1, 2^2), fakes at -3, a share of 0.25: the points between are N(-2, 0.5^2)."""
    real = (1.0 + 2.0 * lattice())[:, None]
    fake = torch.full_like(real, -3.0)
    shares = torch.full((COUNT,), 0.25, dtype=torch.float64)
    weight = torch.tensor(-0.6, dtype=torch.float64, requires_grad=True)
    value = penalty("gradient_penalty", weight=10.0)(bowl(weight), real, fake, shares)
    square, size = 4 + 0.25, folded(-2.0, 0.5)
    assert value.item() == pytest.approx(10 * (0.36 * square - 1.2 * size + 1), abs=1e-5)
    (slope,) = torch.autograd.grad(value, weight)
    assert slope.item() == pytest.approx(20 * (-0.6 * square + size), abs=1e-5)


def test_gradient_penalty_of_pictures_needs_shares_and_is_finite_on_a_flat_critic():
    pictures = torch.rand(4, 3, 5, 5)
    chosen = penalty("gradient_penalty")
    flat = torch.zeros(75, requires_grad=True)
    value = chosen(lambda x: x.flatten(1) @ flat, pictures, pictures, torch.rand(4))
    value.backward()
    assert value.item() == pytest.approx(10.0, rel=1e-4)
    assert torch.isfinite(flat.grad).all()
    with pytest.raises(ValueError, match="shares"):
        chosen(lambda x: x.flatten(1).sum(1), pictures, pictures)


def test_a_penalty_may_fade():
    assert penalty("r1").strength(0.5) == 1.0
    chosen = penalty("r1", final=0.1)
    assert [chosen.strength(at) for at in (0.0, 0.5, 1.0)] == pytest.approx([1, 0.1**0.5, 0.1])


# --- what D's output may be read as: p = N(0, 1), q = N(MU, 1) --------------------------------

MU = 1.5


def samples():
    z = lattice()
    return z, z + MU


def densities(x):
    return torch.exp(NORMAL.log_prob(x)), torch.exp(NORMAL.log_prob(x - MU))


def divergence():
    x = torch.linspace(-12, 14, 200_001, dtype=torch.float64)
    p, q = densities(x)
    middle = (p + q) / 2
    halves = torch.special.xlogy(p, p / middle) + torch.special.xlogy(q, q / middle)
    return torch.trapezoid(halves, x).item() / 2


def test_least_squares_is_least_at_p_over_p_plus_q_and_reads_the_divergence():
    real, fake = samples()

    def best(x):
        p, q = densities(x)
        return p / (p + q)

    chosen = loss("least_squares")
    least = chosen.discriminator(best(real), best(fake)).item()
    for wrong in (0.01, -0.01):
        assert chosen.discriminator(best(real) + wrong, best(fake) + wrong).item() > least
    scalars = read_outs(chosen.output, best(real), best(fake))
    assert scalars["d/real"].item() == pytest.approx(best(real).mean().item())
    # Cut to [0.01, 0.99] inside the logarithms, so a little below.
    assert divergence() - 2e-3 < scalars["jsd"].item() <= divergence()
    beside = read_outs(chosen.output, torch.tensor([1.4, 2.0]), torch.tensor([-0.3, -1.0]))
    assert beside["d/real"].item() == 1.0
    assert beside["d/fake"].item() == 0.0
    assert 0 < beside["jsd"].item() < math.log(2)


def test_hinge_reads_the_total_variation_and_no_probability():
    real, fake = samples()
    side = [torch.sign(MU / 2 - x) for x in (real, fake)]
    total_variation = 2 * Phi(MU / 2) - 1
    chosen = loss("hinge")
    assert chosen.discriminator(*side).item() == pytest.approx(2 - 2 * total_variation, abs=1e-5)
    scalars = read_outs(chosen.output, *side)
    assert scalars["tv"].item() == pytest.approx(total_variation, abs=1e-5)
    assert not {"d/real", "d/fake", "value", "jsd"} & set(scalars)
    assert as_probability(chosen.output, side[0]) is None


def test_wasserstein_reads_the_distance_and_no_probability():
    """The best critic of slope 1 between shifted Gaussians is -x; the distance is the shift."""
    real, fake = samples()
    chosen = loss("wasserstein")
    assert chosen.discriminator(-real, -fake).item() == pytest.approx(-MU, abs=1e-5)
    scalars = read_outs(chosen.output, -real, -fake)
    assert scalars["critic/gap"].item() == pytest.approx(MU, abs=1e-5)
    assert set(scalars) == {"critic/real", "critic/fake", "critic/gap"}
    assert as_probability(Output.SCORE, real) is None
