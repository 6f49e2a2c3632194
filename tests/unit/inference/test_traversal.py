"""Strips of latents: one number moves, the others stay, the telling ones come first."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.errors import BadCodes, Unsupported
from gan_studio.inference.codes import Codes
from gan_studio.inference.traversal import INFORMATION, MEASURES, VARIANCE, traverse
from gan_studio.models._copying import ENCODER
from tests.unit.inference.test_renderer import bundle_of


@pytest.fixture
def bundle():
    """An autoencoder whose second number spreads most, and whose third stands still."""
    found = bundle_of("autoencoder", latent_dim=3)
    statistics = found.nets[ENCODER][-1]
    statistics.mean.copy_(torch.tensor([1.0, -2.0, 5.0]))
    statistics.variance.copy_(torch.tensor([4.0, 9.0, 0.0]))
    return found


def test_one_number_moves_from_minus_to_plus_three_sigma(bundle):
    found = traverse(bundle, steps=7)
    assert found.order.tolist() == [1, 0, 2]
    assert found.measure == VARIANCE
    assert found.weights.tolist() == [9.0, 4.0, 0.0]
    assert found.offsets.tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert found.latents.shape == (3, 7, 3)
    assert found.latents.dtype == np.float32
    assert found.latents[0, :, 1].tolist() == [-11, -8, -5, -2, 1, 4, 7]
    assert found.values[1].tolist() == [-5, -3, -1, 1, 3, 5, 7]
    assert (found.latents[0][:, [0, 2]] == [1.0, 5.0]).all()
    assert (found.latents[2] == [1.0, -2.0, 5.0]).all()
    assert (found.home == 0).all()


def test_the_others_stay_at_the_centre_and_the_strip_around_the_mean(bundle):
    found = traverse(bundle, np.array([3.0, 4.0, 5.0]), steps=3)
    assert (found.latents[0][:, [0, 2]] == [3.0, 5.0]).all()
    assert found.latents[0, :, 1].tolist() == [-11, -2, 7]
    assert found.home.tolist() == [2.0, 1.0, 0.0]


def test_only_the_first_of_many_and_a_shorter_reach(bundle):
    found = traverse(bundle, most=2, steps=2, reach=1.0)
    assert len(found) == 2
    assert found.values.tolist() == [[-5.0, 1.0], [-1.0, 3.0]]


def test_information_goes_before_variance_where_the_model_knows_it():
    bundle = bundle_of("vae", latent_dim=3)
    bundle.nets[ENCODER][-1].nats.copy_(torch.tensor([0.1, 2.0, float("nan")]))
    found = traverse(bundle)
    assert found.measure == INFORMATION
    assert found.order.tolist() == [1, 0, 2]
    assert found.weights == pytest.approx([2.0, 0.1, 0.0])
    assert {INFORMATION, VARIANCE} == set(MEASURES)


def test_an_encoded_set_may_say_how_far(bundle):
    latents = np.array([[0, 0, 0], [2, 4, 20]], dtype=np.float32)
    found = traverse(bundle, codes=Codes(latents, np.arange(2), None), steps=3)
    assert found.order.tolist() == [2, 1, 0]
    assert found.values[0].tolist() == [-20, 10, 40]
    nothing = Codes(latents[:0], np.arange(0), None)
    assert traverse(bundle, codes=nothing).order.tolist() == [1, 0, 2]


def test_a_prior_is_where_drawing_models_move():
    normal = traverse(bundle_of("gan", latent_dim=4), steps=3)
    assert normal.order.tolist() == [0, 1, 2, 3]
    assert normal.values[2].tolist() == [-3, 0, 3]


def test_a_uniform_prior_ends_where_it_ends(bundle, monkeypatch):
    spec = type(bundle.latent)(3, "uniform")
    monkeypatch.setattr(type(bundle), "latent", spec)
    flat = (torch.zeros(3), torch.full((3,), 3**-0.5))
    monkeypatch.setattr(type(bundle), "latent_range", lambda self: flat)
    found = traverse(bundle, steps=3)
    assert found.values.tolist() == [[-1, 0, 1]] * 3
    assert found.offsets == pytest.approx([-(3**0.5), 0, 3**0.5])


def test_the_latents_are_what_the_decoder_takes(bundle):
    strip = traverse(bundle, steps=5).latents[0]
    assert bundle.generate(torch.from_numpy(strip)).shape == (5, 1, 28, 28)


def test_bad_asking_is_refused(bundle):
    with pytest.raises(BadCodes):
        traverse(bundle, np.array([0.0, np.nan, 0.0]))
    with pytest.raises(ValueError, match="3 numbers"):
        traverse(bundle, np.zeros(4))
    with pytest.raises(ValueError, match="codes of 2 numbers"):
        traverse(bundle, codes=Codes(np.zeros((5, 2)), np.arange(5), None))
    for wrong in ({"steps": 1}, {"reach": 0.0}, {"most": 0}):
        with pytest.raises(ValueError, match="two latents"):
            traverse(bundle, **wrong)
    bundle.nets[ENCODER][-1].mean[0] = float("inf")
    with pytest.raises(BadCodes):
        traverse(bundle)


def test_a_family_without_latents_is_told_apart(bundle, monkeypatch):
    monkeypatch.setattr(type(bundle.family), "latent", None)
    with pytest.raises(Unsupported):
        traverse(bundle)


def test_a_uniform_prior_ends_where_it_ends_whatever_was_encoded(bundle, monkeypatch):
    monkeypatch.setattr(type(bundle), "latent", type(bundle.latent)(3, "uniform"))
    latents = np.array([[0, -0.5, 0], [0, 0.5, 0.1]], dtype=np.float32)  # the first stands still
    found = traverse(bundle, np.zeros(3), codes=Codes(latents, np.arange(2), None), steps=3)
    assert found.order.tolist() == [1, 2, 0]
    assert found.values.tolist() == [[-1, 0, 1]] * 3
    assert found.offsets == pytest.approx([-(3**0.5), 0, 3**0.5])
    assert (found.home == 0).all()
