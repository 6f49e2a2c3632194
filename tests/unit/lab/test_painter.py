"""Pictures of the lab: what is in them, and that painting changes nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.data.distributions import ON_LINE, ON_PLANE
from gan_studio.lab.painter import Painter, view_of
from gan_studio.losses.base import LOSSES
from gan_studio.models.base import make_family
from gan_studio.models.small_gan import SmallGanOptions
from gan_studio.training.run_folder import weights_hash


def a_game(distribution, loss="non_saturating", **more):
    options = from_plain(SmallGanOptions, {"loss": loss, **more})
    family = make_family("small_gan", options, SampleSpec((distribution.dim,)))
    torch.manual_seed(3)
    samples = distribution.sample(1200, np.random.default_rng(1)).astype("float32")
    return family, family.make_nets(), Painter(family, distribution, samples)


@pytest.mark.parametrize("loss", [entry.key for entry in LOSSES])
def test_the_line_of_every_loss(loss):
    _family, nets, painter = a_game(ON_LINE["bimodal"].make(1.0), loss, latent_dim=1)
    frame = painter.paint(nets, 12)
    line = frame.line
    assert frame.step == 12
    assert frame.plane is None
    for heights in (line.judged, line.best, line.real_heights, line.fake_heights):
        assert heights.min() >= 0.0
        assert heights.max() <= 1.0
    assert len(line.fake_points) == len(line.fake_heights) == len(line.noise)
    assert 0.0 <= line.jsd <= np.log(2)
    assert (line.distance is not None) == frame.has_probability
    known = {"value", "d/real", "d/fake"} if frame.has_probability else {"critic/gap"}
    assert known <= set(frame.readings)
    assert frame.readings["jsd"] == line.jsd


def test_heights_lie_on_the_curve():
    _family, nets, painter = a_game(ON_LINE["gaussian"].make(1.0), latent_dim=1)
    line = painter.paint(nets, 0).line
    on_curve = np.interp(line.real_points, line.x, line.judged)
    assert abs(on_curve - line.real_heights).max() < 1e-3


@pytest.mark.parametrize("loss", ["relativistic", "wasserstein", "hinge"])
def test_the_plane(loss):
    _family, nets, painter = a_game(ON_PLANE["ring"].make(1.0), loss)
    plane = painter.paint(nets, 0).plane
    assert plane.modes is None
    assert plane.heat.shape == (128, 128)
    assert plane.heat.min() >= 0.0
    assert plane.heat.max() <= 1.0
    assert (np.linalg.norm(plane.pushes, axis=1) < 1.0).all()
    assert 0 < len(plane.pushes) <= len(plane.fake_points)
    scored = painter.paint(nets, 0, has_scores=True).plane
    assert scored.modes.total == 8
    assert scored.estimate.value > scored.estimate.high  # fresh nets draw nothing like it


def test_painting_changes_nothing_and_repeats():
    _family, nets, painter = a_game(ON_PLANE["moons"].make(1.0))
    before = {name: weights_hash(dict(net.state_dict())) for name, net in nets.items()}
    state = torch.get_rng_state()
    first = painter.paint(nets, 0, has_scores=True)
    second = painter.paint(nets, 0, has_scores=True)
    assert (first.plane.heat == second.plane.heat).all()
    assert first.plane.estimate == second.plane.estimate
    assert torch.equal(state, torch.get_rng_state())
    assert before == {name: weights_hash(dict(net.state_dict())) for name, net in nets.items()}
    assert all(net.training for net in nets.values())


def test_the_view_is_square_on_the_plane():
    low, high = view_of(ON_PLANE["line"].make(1.0))
    assert high[0] - low[0] == pytest.approx(high[1] - low[1])
