"""Charts: places on a plane, ways back, density and prior, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.core.errors import BadCodes
from gan_studio.inference.chart import NEIGHBOURS, OWN, PRINCIPAL, bent_chart, chart_of
from gan_studio.inference.density import (
    SHARES,
    Ellipse,
    density_of,
    normal_on_plane,
    share_in_holes,
)
from gan_studio.inference.planes import Codes
from tests.unit.inference.test_renderer import bundle_of


def codes_of(dim, count=600, seed=0):
    draw = np.random.default_rng(seed)
    latents = draw.standard_normal((count, dim)) * np.arange(dim, 0, -1) + 1
    return Codes(latents.astype(np.float32), np.arange(count), draw.integers(0, 3, count))


def test_the_nearest_point_is_nearest_in_pixels():
    codes = codes_of(2)
    chart = chart_of(bundle_of("autoencoder", latent_dim=2), codes, OWN)
    place, per_pixel = (0.3, 1.2), (0.05, 0.01)  # the plane is squeezed across
    point, far = chart.nearest(place, per_pixel)
    apart = np.hypot(*((codes.latents - place) / per_pixel).T)
    assert point == apart.argmin()
    assert far == pytest.approx(apart.min(), rel=1e-5)
    assert chart.nearest((1e6, 1e6), per_pixel) == (-1, float("inf"))
    assert chart.nearest_many(place, 5).tolist() == np.argsort(
        np.hypot(*(codes.latents - place).T)
    )[:5].tolist()  # fmt: skip


@pytest.mark.parametrize(("way", "dim"), [(OWN, 2), (OWN, 6), (PRINCIPAL, 2), (PRINCIPAL, 6)])
def test_straight_planes_lead_there_and_back(way, dim):
    chart = chart_of(bundle_of("autoencoder", latent_dim=dim), codes_of(dim), way)
    places = np.random.default_rng(1).standard_normal((20, 2))
    latents = chart.latents_at(places)
    assert latents.shape == (20, dim)
    assert latents.dtype == np.float32
    assert np.allclose(chart.places_of(latents), places, atol=1e-4)
    assert np.allclose(chart.places_of(chart.codes.latents), chart.plane.points, atol=1e-3)


def test_other_numbers_of_z_can_be_seen():
    codes = codes_of(6)
    chart = chart_of(bundle_of("autoencoder", latent_dim=6), codes, OWN, (4, 2))
    assert (chart.plane.points == codes.latents[:, [4, 2]]).all()
    assert chart.plane.names == ("z4", "z2")


def test_a_bent_chart_leads_back_by_its_neighbours():
    codes, draw = codes_of(6), np.random.default_rng(2)
    points = draw.standard_normal((len(codes), 2)).astype(np.float32)
    chart = bent_chart(bundle_of("autoencoder", latent_dim=6), codes, points)
    assert (chart.way, chart.prior, chart.holes) == (NEIGHBOURS, None, None)
    assert np.allclose(chart.latents_at(points[:7]), codes.latents[:7], atol=1e-3)
    assert np.allclose(chart.places_of(codes.latents[:7]), points[:7], atol=1e-3)
    between = chart.latents_at(np.array([[0.05, 0.02]]))[0]
    near = codes.latents[chart.nearest_many((0.05, 0.02), 5)]
    assert (between >= near.min(0) - 1e-5).all()
    assert (between <= near.max(0) + 1e-5).all()


def test_codes_that_are_no_numbers_are_told():
    codes = codes_of(2)
    codes.latents[3, 1] = np.nan
    with pytest.raises(BadCodes, match="1 of 600"):
        chart_of(bundle_of("autoencoder", latent_dim=2), codes, OWN)


def test_an_unknown_way_is_refused():
    with pytest.raises(ValueError, match="sideways"):
        chart_of(bundle_of("autoencoder", latent_dim=2), codes_of(2), "sideways")


def test_the_density_of_normal_points_is_normal():
    points = np.random.default_rng(3).standard_normal((20_000, 2)) * (2.0, 0.5) + (1, -3)
    density = density_of(points)
    middle, away = density.at(np.array([[1.0, -3.0], [5.0, -3.0]]))
    assert away / middle == pytest.approx(np.exp(-2), rel=0.15)  # two deviations off
    inside = density.at(points)
    for share, level in zip(SHARES, density.levels, strict=True):
        assert (inside >= level).mean() == pytest.approx(share, abs=0.005)
    assert density.at(np.array([[1e3, 0.0]])) == 0


def test_too_little_has_no_density():
    assert density_of(np.zeros((500, 2))) is None
    assert density_of(np.random.default_rng(0).standard_normal((5, 2))) is None
    assert density_of(np.full((500, 2), np.nan)) is None


def test_a_normal_prior_on_a_tilted_plane_has_the_covariance_of_its_draws():
    draw = np.random.default_rng(4)
    mean, spread = draw.standard_normal(5), draw.uniform(0.5, 2, 5)
    directions = np.linalg.qr(draw.standard_normal((5, 2)))[0].T
    origin = draw.standard_normal(5)
    ellipse = normal_on_plane(mean, spread, origin, np.linalg.pinv(directions))
    fallen = (mean + spread * draw.standard_normal((200_000, 5)) - origin) @ directions.T
    assert np.allclose(ellipse.centre, fallen.mean(0), atol=0.02)
    assert np.allclose(ellipse.axes.T @ ellipse.axes, np.cov(fallen.T), atol=0.03)


def test_an_outline_is_at_its_deviation():
    ellipse = Ellipse(np.array([1.0, 2.0]), np.diag([3.0, 0.5]))
    line = ellipse.outline(2)
    assert np.allclose(np.square((line - ellipse.centre) / (3, 0.5)).sum(1), 4)
    assert np.allclose(line[0], line[-1])


def test_holes_lie_between_codes_in_all_numbers_of_z():
    draw = np.random.default_rng(6)
    draws = draw.standard_normal((1000, 8))
    assert share_in_holes(draw.standard_normal((2000, 8)), draws) < 0.05
    ring = draw.standard_normal((2000, 3))
    ring[:, :2] *= 3 / np.linalg.norm(ring[:, :2], axis=1, keepdims=True)
    assert share_in_holes(ring, draws[:, :3]) > 0.3  # the middle of a ring is one
    assert share_in_holes(ring[:5], draws[:, :3]) is None
    large = np.array([100.0] + 7 * [1.0])  # what is measured in other units is no hole
    assert share_in_holes(draw.standard_normal((2000, 8)) * large, draws * large) < 0.05


def test_holes_are_counted_where_random_z_fall():
    bundle = bundle_of("vae", latent_dim=2)
    full = Codes(np.random.default_rng(5).standard_normal((3000, 2)), np.arange(3000), None)
    chart = chart_of(bundle, full, OWN)
    assert chart.holes == pytest.approx(0.01, abs=0.02)
    shifted = Codes(full.latents * 0.2 + 3, full.rows, None)
    assert chart_of(bundle, shifted, OWN).holes > 0.95


def test_a_latent_of_one_number_is_a_line():
    chart = chart_of(bundle_of("autoencoder", latent_dim=1), codes_of(1), PRINCIPAL)
    assert (chart.plane.points[:, 0] == chart.codes.latents[:, 0]).all()
    assert (chart.plane.points[:, 1] == 0).all()
    assert chart.plane.names == ("z0", "")
    assert chart.density is None
    assert chart.latents_at(np.array([[0.5, 99.0]])).tolist() == [[0.5]]
    assert np.allclose(chart.prior.outline(2)[:, 1], 0)


def test_a_number_that_stands_still_has_no_density():
    points = np.random.default_rng(0).standard_normal((5000, 2)).astype(np.float32)
    points[:, 1] = 0.1  # its deviation in float32 is not zero
    assert density_of(points) is None


def test_one_point_far_away_leaves_the_others_a_density():
    points = np.random.default_rng(0).standard_normal((5000, 2))
    points[0] = 1e6
    density = density_of(points)
    assert min(density.levels) > 0


def test_a_prior_that_is_no_number_is_left_out(monkeypatch):
    bundle = bundle_of("autoencoder", latent_dim=2)
    bundle.nets["encoder"][-1].mean.fill_(float("nan"))
    chart = chart_of(bundle, codes_of(2), OWN)
    assert chart.prior is None
    assert chart.holes is None
    assert chart.density is not None
