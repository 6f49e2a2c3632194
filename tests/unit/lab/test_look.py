"""What the lab draws, against nets whose answers are known."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.lab.look import drawn, evaluating, grid, judge, lattice, pushes
from gan_studio.losses.base import LOSSES
from gan_studio.models.base import FAMILIES, make_family
from gan_studio.models.draws import Draws


def family_of(**options):
    entry = FAMILIES.get("small_gan")
    return make_family("small_gan", from_plain(entry.options, options), SampleSpec((2,)))


def linear(weight, bias=0.0):
    net = nn.Linear(2, 1)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([weight]))
        net.bias.fill_(bias)
    return net


REAL = torch.tensor([[1.0, 0.0], [2.0, 1.0], [1.5, -1.0]])
FAKE = -REAL


@pytest.mark.parametrize("key", [entry.key for entry in LOSSES])
def test_points_stand_between_nought_and_one(key):
    family = family_of(loss=key)
    shown = judge(family, {"discriminator": linear([2.0, 0.0])}, REAL, FAKE)
    heights = shown.height(REAL), shown.height(FAKE)
    assert all(((height >= 0) & (height <= 1)).all() for height in heights)
    assert heights[0].mean() > heights[1].mean()
    has_probability = key not in ("hinge", "wasserstein")
    assert (shown.probability(REAL) is not None) == has_probability


def test_the_level_of_pairs_is_settled():
    family = family_of(loss="relativistic")
    shown = judge(family, {"discriminator": linear([1.0, 0.0], 30.0)}, REAL, FAKE)
    assert shown.level == pytest.approx(30.0, abs=1e-3)
    middle = shown.probability(torch.zeros(1, 2))
    assert middle.item() == pytest.approx(0.5, abs=1e-3)


def test_grid_is_row_by_row_from_below():
    points = grid((-1.0, 0.0), (1.0, 4.0), 2)
    assert points.tolist() == [[-0.5, 1.0], [0.5, 1.0], [-0.5, 3.0], [0.5, 3.0]]


def test_lattices():
    assert lattice(family_of(latent_dim=1), points=5).shape == (1, 5, 1)
    lines = lattice(family_of(latent_dim=3, prior="uniform"), lines=3, points=5)
    assert lines.shape == (6, 5, 3)
    assert lines[..., :2].abs().max() == 1
    assert lines[..., 2].abs().max() == 0


def test_pushes_follow_the_slope_of_the_discriminator():
    """Non-saturating: each point is pushed along D's slope by 1 - D(G(z))."""
    family, nets = family_of(), {"discriminator": linear([3.0, -1.0])}
    found = pushes(family, nets, FAKE)
    share = 1 - torch.sigmoid(FAKE @ torch.tensor([3.0, -1.0]))
    torch.testing.assert_close(found, share[:, None] * torch.tensor([[3.0, -1.0]]))
    paired = pushes(family_of(loss="relativistic"), nets, FAKE, REAL)
    assert (paired[:, 0] > 0).all()


def test_looking_changes_nothing():
    """Spectral norm takes a step of its power iteration in every forward pass of training."""
    family = family_of(game={"spectral_norm": True})
    torch.manual_seed(0)
    nets = family.make_nets()
    before = copy.deepcopy({name: net.state_dict() for name, net in nets.items()})
    latents = Draws(0).latents(family.latent, 8)
    shown = judge(family, nets, REAL, drawn(family, nets, latents))
    shown.height(grid((-1, -1), (1, 1), 4))
    pushes(family, nets, FAKE)
    for name, net in nets.items():
        assert net.training
        for key, value in net.state_dict().items():
            assert torch.equal(value, before[name][key]), (name, key)
        assert all(item.grad is None for item in net.parameters())
    with evaluating(nets):
        assert not nets["discriminator"].training
