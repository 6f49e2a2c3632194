"""Encoded sets and the planes that show them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.errors import Cancelled, Unsupported
from gan_studio.data.base import Split
from gan_studio.inference.codes import CHUNK, encode_split
from gan_studio.inference.planes import Codes, plane_of_most_variance, plane_of_two
from gan_studio.training.sampling import to_pictures
from tests.unit.inference.test_renderer import bundle_of


def split_of(count, labels=True):
    draw = np.random.default_rng(3)
    pictures = draw.integers(0, 255, (count, 1, 28, 28), dtype=np.uint8)
    return Split(pictures, draw.integers(0, 10, count) if labels else None)


def random_codes(dim, count=500):
    draw = np.random.default_rng(dim)
    latents = (draw.standard_normal((count, dim)) * np.arange(dim, 0, -1)).astype(np.float32) + 2
    return Codes(latents, np.arange(count), None)


def test_codes_are_those_of_the_encoder_with_their_labels():
    bundle, split, told = bundle_of("autoencoder", latent_dim=3), split_of(CHUNK + 7), []
    codes = encode_split(bundle, split, progress=lambda *pair: told.append(pair))
    last = bundle.encode(to_pictures(split.samples[-1:]))
    assert np.allclose(codes.latents[-1], last, atol=1e-5)
    assert (codes.labels == split.labels).all()
    assert (codes.rows == np.arange(CHUNK + 7)).all()
    assert told == [(CHUNK, CHUNK + 7), (CHUNK + 7, CHUNK + 7)]


def test_some_of_many_are_spread_over_the_set():
    codes = encode_split(bundle_of("autoencoder", latent_dim=3), split_of(100), most=10)
    assert len(codes) == 10
    assert (codes.rows[0], codes.rows[-1]) == (0, 99)
    assert codes.labels is not None
    assert encode_split(bundle_of("autoencoder", latent_dim=3), split_of(9, False)).labels is None


def test_it_can_be_cancelled_and_needs_an_encoder():
    with pytest.raises(Cancelled):
        encode_split(bundle_of("autoencoder", latent_dim=3), split_of(9), is_cancelled=lambda: True)
    with pytest.raises(Unsupported):
        encode_split(bundle_of("gan", latent_dim=3), split_of(9))


def test_a_latent_of_two_numbers_is_its_own_plane():
    codes = random_codes(2)
    plane = plane_of_two(codes)
    assert np.allclose(plane.latents_at(plane.points), codes.latents, atol=1e-6)
    assert plane.explained == pytest.approx(1.0)


def test_the_plane_of_most_variance():
    codes = random_codes(6)
    plane = plane_of_most_variance(codes)
    spread = codes.latents - codes.latents.mean(0)
    values = np.linalg.svd(spread, compute_uv=False) ** 2
    assert plane.explained == pytest.approx(values[:2].sum() / values.sum(), rel=1e-4)
    assert np.allclose(plane.points.mean(0), 0, atol=1e-4)
    # The way back is the nearest latent on the plane: what is lost is what was not explained.
    lost = np.square(plane.latents_at(plane.points) - codes.latents).sum()
    assert lost == pytest.approx(values[2:].sum(), rel=1e-3)


def test_one_number_lies_on_a_line():
    plane = plane_of_most_variance(random_codes(1))
    assert np.allclose(plane.points[:, 1], 0)
    assert torch.from_numpy(plane.latents_at(plane.points)).shape == (500, 1)


def test_a_plane_without_a_way_back_says_so():
    from gan_studio.inference.planes import Plane

    with pytest.raises(ValueError, match="no way back"):
        Plane(np.zeros((2, 2)), None, None, None).latents_at(np.zeros((1, 2)))


@pytest.mark.parametrize(("dim", "index"), [(1, 0), (5, 3)])
def test_one_number_of_its_own_lies_on_a_line_and_leads_back(dim, index):
    codes = random_codes(dim)
    plane = plane_of_two(codes, index, index)
    assert plane.names == (f"z{index}", "")
    assert (plane.points == np.stack([codes.latents[:, index], 0 * codes.latents[:, 0]], 1)).all()
    assert 0 < plane.explained <= 1
    back = plane.latents_at(plane.points)
    assert np.allclose(back[:, index], codes.latents[:, index])
    others = np.delete(back - codes.latents.mean(0), index, axis=1)
    assert np.allclose(others, 0, atol=1e-4)
    assert np.allclose(plane.points_of(codes.latents), plane.points, atol=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("dim", [1, 2, 6])
def test_few_codes_have_a_plane(count, dim):
    codes = random_codes(dim, count)
    plane = plane_of_most_variance(codes)
    assert plane.points.shape == (count, 2)
    assert 0 <= plane.explained < 1 + 1e-5
    expected = codes.latents if min(count, dim) < 3 else plane.latents_at(plane.points)
    assert np.allclose(plane.latents_at(plane.points), expected, atol=1e-4)


def test_codes_that_are_all_the_same_have_a_plane():
    plane = plane_of_most_variance(Codes(np.full((50, 3), 7, np.float32), np.arange(50), None))
    assert (plane.points == 0).all()
    assert plane.explained == 0


def test_a_number_that_stands_still_has_no_spread():
    latents = np.full((60_000, 2), 0.1, np.float32)
    mean, deviation = Codes(latents, np.arange(len(latents)), None).spread
    assert (mean == np.float32(0.1)).all()
    assert deviation.max() < 1e-12
