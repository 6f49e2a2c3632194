"""The slope of a piecewise linear net by formula equals the one by differentiation."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_studio.losses.base import PENALTIES, Critic, critic_gradient
from gan_studio.models._mlp import leaky, mlp
from gan_studio.models._slopes import slope_of


def net(activation=nn.ReLU, sizes=(6, 16, 16, 1), **more):
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), *mlp(sizes, activation=activation, **more)).double()


def samples(seed):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(32, 2, 3, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("activation", [nn.ReLU, leaky])
@pytest.mark.parametrize("sizes", [(6, 1), (6, 16, 1), (6, 16, 12, 1)])
def test_it_is_the_gradient(activation, sizes):
    chosen = net(activation, sizes)
    by_formula = slope_of(chosen)
    expected = critic_gradient(lambda x: chosen(x).flatten(), samples(0))
    torch.testing.assert_close(by_formula(samples(0)), expected)


@pytest.mark.parametrize("key", ["r1", "r2", "gradient_penalty"])
@pytest.mark.parametrize("activation", [nn.ReLU, leaky])
def test_penalties_and_what_weights_learn_from_them_stay_the_same(key, activation):
    chosen = net(activation)
    entry = PENALTIES.get(key)
    term = entry.target(entry.options())
    shares = torch.linspace(0, 1, 32, dtype=torch.float64)
    found = []
    for slope in (None, slope_of(chosen)):
        chosen.zero_grad()
        critic = Critic(lambda x: chosen(x).flatten(), slope)
        value = term(critic, samples(0), samples(1), shares)
        value.backward()
        grads = [item.grad for item in chosen.parameters() if item.ndim == 2]
        found.append([value.detach(), *grads])
    for plain, fast in zip(*found, strict=True):
        torch.testing.assert_close(fast, plain)


def test_a_corner_slopes_as_on_its_left():
    chosen = nn.Sequential(nn.Linear(1, 1), nn.ReLU(), nn.Linear(1, 1))
    with torch.no_grad():
        for item in chosen.parameters():
            item.copy_(torch.ones_like(item) if item.ndim == 2 else torch.zeros_like(item))
    assert slope_of(chosen)(torch.zeros(1, 1)).item() == 0.0


def test_other_nets_have_none():
    assert slope_of(net(nn.Tanh)) is None
    assert slope_of(net(dropout=0.1)) is None
    assert slope_of(net(batch_norm=True)) is None
    assert slope_of(net(sizes=(6, 16, 2))) is None
    assert slope_of(nn.Sequential()) is None
    assert slope_of(nn.Linear(2, 1)) is None
    normed = net()
    nn.utils.parametrizations.spectral_norm(normed[1])
    assert slope_of(normed) is None
