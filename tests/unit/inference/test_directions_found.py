"""Directions that a model has by itself: closed forms, and what a family cannot give."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from gan_studio.core.errors import BadCodes, Cancelled, Unsupported
from gan_studio.inference.directions import FOUND, KINDS, find_directions
from gan_studio.inference.directions.sefa import first_weight
from tests.unit.inference.test_renderer import bundle_of

DIM = 5
SIZES = (8.0, 4.0, 2.0, 1.0, 0.5)


def drawing(bundle, *layers):
    """The same family with another generator."""
    net = nn.Sequential(*layers, nn.Unflatten(1, (1, 28, 28))).eval().requires_grad_(False)
    return replace(bundle, nets={"generator": net})


def a_rotation(seed=3, dim=DIM):
    values = np.random.default_rng(seed).normal(size=(dim, dim))
    return np.linalg.qr(values)[0]


@pytest.fixture
def rotation():
    return a_rotation()


def linear_bundle(rotation, **options):
    """x = U S Vᵀ z with V the rows of `rotation`."""
    left = np.linalg.qr(np.random.default_rng(4).normal(size=(784, DIM)))[0]
    layer = nn.Linear(DIM, 784, bias=False)
    weight = left @ np.diag(SIZES) @ rotation
    layer.weight.data = torch.from_numpy(weight).float()
    return drawing(bundle_of("gan", latent_dim=DIM, **options), layer)


def alike(found, wanted):
    """How much each direction points as wanted, whatever its sign."""
    ways = [each.vector / np.linalg.norm(each.vector) for each in found]
    return [abs(float(way @ right)) for way, right in zip(ways, wanted, strict=True)]


def test_sefa_finds_the_singular_vectors(rotation):
    found = find_directions(linear_bundle(rotation), "sefa", 20)
    assert len(found) == DIM
    assert alike(found, rotation) == pytest.approx([1.0] * DIM, abs=1e-5)
    shares = np.square(SIZES) / np.square(SIZES).sum()
    assert [each.facts["explained"] for each in found] == pytest.approx(shares.tolist(), rel=1e-4)
    assert [each.name for each in found][:2] == ["SeFa 1", "SeFa 2"]


def test_components_of_the_activations_come_back_to_z(rotation):
    found = find_directions(linear_bundle(rotation), "activation_pca", 3)
    assert min(alike(found, rotation[:3])) > 0.999
    shares = np.square(SIZES) / np.square(SIZES).sum()
    assert found[0].facts["explained"] == pytest.approx(shares[0], abs=0.01)


def test_components_of_codes_are_as_long_as_the_codes_spread(rotation):
    bundle = bundle_of("autoencoder", latent_dim=DIM)
    noise = np.random.default_rng(1).normal(size=(4000, DIM))
    codes = (noise * SIZES @ rotation).astype(np.float32)
    found = find_directions(bundle, "latent_pca", 3, codes=codes)
    assert min(alike(found, rotation[:3])) > 0.999
    lengths = [float(np.linalg.norm(each.vector)) for each in found]
    assert lengths == pytest.approx(SIZES[:3], rel=0.05)
    assert found[0].facts["of"] == "data"


def test_without_data_an_encoder_looks_at_its_own_pictures():
    found = find_directions(bundle_of("autoencoder", latent_dim=DIM), "latent_pca", samples=300)
    assert found
    assert found[0].facts["of"] == "samples"


def test_the_first_layer_is_taken_before_its_batch_norm():
    bundle = bundle_of("dcgan", latent_dim=DIM, channels=8)
    weight = bundle.nets["generator"][0].weight
    assert np.array_equal(first_weight(bundle), weight.double().numpy())


def test_a_transposed_convolution_may_take_z():
    layer = nn.ConvTranspose2d(DIM, 16, 7, bias=False)
    net = (nn.Unflatten(1, (DIM, 1, 1)), layer, nn.Flatten())
    found = first_weight(drawing(bundle_of("gan", latent_dim=DIM), *net))
    assert found.shape == (16 * 49, DIM)
    assert np.array_equal(found, layer.weight.detach().flatten(1).T.double().numpy())


def test_beside_a_class_only_the_columns_of_z_count():
    bundle = bundle_of("conditional_gan", latent_dim=DIM)
    weight = bundle.nets["generator"][0].weight.double().numpy()
    assert np.array_equal(first_weight(bundle, label=2), weight[:, :DIM])
    assert len(find_directions(bundle, "activation_pca", 2, samples=300, label=2)) == 2


def test_a_family_that_bends_z_first_has_no_factors():
    bundle = drawing(bundle_of("gan", latent_dim=DIM), nn.Tanh(), nn.Linear(DIM, 784))
    with pytest.raises(Unsupported, match="linear layer first"):
        find_directions(bundle, "sefa")


def test_noise_has_no_components():
    with pytest.raises(Unsupported, match="drawn alike in every direction"):
        find_directions(bundle_of("gan", latent_dim=DIM), "latent_pca")


def test_broken_weights_and_codes_are_told():
    layer = nn.Linear(DIM, 784)
    layer.weight.data[0, 0] = float("nan")
    bundle = drawing(bundle_of("gan", latent_dim=DIM), layer)
    for kind in ("sefa", "activation_pca"):
        with pytest.raises(BadCodes):
            find_directions(bundle, kind, samples=100)
    codes = np.full((10, DIM), np.inf, np.float32)
    with pytest.raises(BadCodes):
        find_directions(bundle_of("autoencoder", latent_dim=DIM), "latent_pca", codes=codes)


def test_a_unit_is_a_deviation_and_a_uniform_prior_has_edges(rotation):
    for direction in find_directions(linear_bundle(rotation), "sefa"):
        assert np.linalg.norm(direction.vector) == pytest.approx(1, abs=1e-5)
        assert direction.reach == 4
    for direction in find_directions(linear_bundle(rotation, prior="uniform"), "sefa"):
        assert np.linalg.norm(direction.vector) == pytest.approx(3**-0.5, abs=1e-5)
        end = direction.moved(direction.origin, direction.reach)
        assert np.abs(end).max() <= 1 + 1e-5


def test_the_same_seed_finds_the_same_and_nobody_elses_stream_is_touched():
    bundle = bundle_of("gan", latent_dim=DIM)
    state, legacy = torch.get_rng_state(), np.random.get_state()[1].copy()
    first, second = (find_directions(bundle, "activation_pca", samples=500) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(np.random.get_state()[1], legacy)
    assert all(
        np.array_equal(one.vector, other.vector) for one, other in zip(first, second, strict=True)
    )


def test_the_nets_are_left_as_they_were():
    bundle = bundle_of("gan", latent_dim=DIM)
    find_directions(bundle, "activation_pca", samples=100)
    find_directions(bundle, "sefa")
    assert not any(net._forward_pre_hooks for net in bundle.nets["generator"].modules())


def test_it_tells_how_far_it_is_and_can_be_cancelled():
    bundle, told = bundle_of("gan", latent_dim=DIM), []
    find_directions(bundle, "activation_pca", samples=600, progress=lambda *done: told.append(done))
    assert told[-1] == (600, 600)
    with pytest.raises(Cancelled):
        find_directions(bundle, "activation_pca", samples=600, is_cancelled=lambda: True)


def test_a_window_may_know_the_kinds_before_torch_is_loaded():
    code = "import sys, gan_studio.inference.directions; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert set(FOUND) < set(KINDS)
