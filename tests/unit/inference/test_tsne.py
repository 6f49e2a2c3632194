"""Codes unfolded to a plane: who is whose neighbour, and what happens on the way."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from gan_studio.core.errors import BadCodes, Cancelled, MissingLibrary
from gan_studio.inference import tsne
from gan_studio.inference.tsne import Unfolding, unfold

FEW_STEPS = Unfolding(perplexity=10, steps=60)


def groups(count, number=4, dim=8, seed=0):
    """Codes in groups that are well apart, and the group of each."""
    draw = np.random.default_rng(seed)
    centres = np.eye(number, dim) * 12
    which = np.arange(count) % number
    return (centres[which] + draw.standard_normal((count, dim))).astype(np.float32), which


def purity(points, which):
    """How many have a nearest neighbour of their own group."""
    nearest = KNeighborsClassifier(2).fit(points, which).kneighbors(points)[1]
    other = np.where(nearest[:, 0] == np.arange(len(points)), nearest[:, 1], nearest[:, 0])
    return float((which[other] == which).mean())


def never_told(*_told):
    raise AssertionError("nothing should be told")


@pytest.mark.parametrize("many", [10_000, 1], ids=["trees", "interpolation"])
def test_groups_stay_apart(many, monkeypatch):
    monkeypatch.setattr(tsne, "_MANY", many)
    codes, which = groups(160)
    points = unfold(codes, Unfolding(perplexity=10, steps=250))
    assert points.shape == (160, 2)
    assert points.dtype == np.float32
    assert purity(points, which) > 0.98
    assert np.abs(points.mean(0)).max() < 0.01 * points.std()


def test_neighbours_along_a_curve_stay_neighbours():
    """A spiral in three numbers, which no plane can show unrolled."""
    along = np.linspace(0.5, 3.0, 300)
    spiral = np.stack([along * np.cos(5 * along), along * np.sin(5 * along), 0 * along], 1)
    points = unfold(spiral, Unfolding(perplexity=10, steps=250))
    between = np.linalg.norm(np.diff(points, axis=0), axis=1)
    far = np.linalg.norm(points[:150] - points[150:], axis=1)
    assert np.median(between) < 0.1 * np.median(far)


def test_a_seed_gives_the_same_points_and_another_gives_others():
    codes, _ = groups(60)
    once, again = unfold(codes, FEW_STEPS), unfold(codes, FEW_STEPS)
    assert (once == again).all()
    other = unfold(codes, Unfolding(perplexity=10, steps=60, seed=1))
    assert not np.allclose(once, other)


def test_it_shows_how_it_unfolds():
    codes, _ = groups(80)
    told = []
    result = unfold(codes, FEW_STEPS, report=lambda *news: told.append(news))
    assert [done for done, _, _ in told] == [0, 10, 20, 30, 40, 50, 60, 60]
    assert {total for _, total, _ in told} == {60}
    assert all(points.shape == (80, 2) and points.dtype == np.float32 for _, _, points in told)
    spread = [float(points.std()) for _, _, points in told]
    assert spread[0] < 0.001 < spread[3]
    assert (told[-1][2] == result).all()
    # Each is a copy: what was shown is not moved by what came after.
    assert not np.allclose(told[3][2], told[4][2])


@pytest.mark.parametrize("looks", [1, 2, 3, 4])
def test_it_can_be_cancelled_at_any_moment(looks, monkeypatch):
    monkeypatch.setattr(tsne, "_CHUNK", 16)
    asked, told = [], []

    def is_cancelled():
        asked.append(None)
        return len(asked) == looks

    with pytest.raises(Cancelled):
        unfold(
            groups(40)[0],
            FEW_STEPS,
            report=lambda *news: told.append(news),
            is_cancelled=is_cancelled,
        )
    assert len(asked) == looks
    assert len(told) == min(1, looks - 1)


def test_it_can_be_cancelled_while_it_descends():
    told = []
    with pytest.raises(Cancelled):
        unfold(
            groups(40)[0],
            FEW_STEPS,
            report=lambda *news: told.append(news),
            is_cancelled=lambda: len(told) == 3,
        )
    assert [done for done, _, _ in told] == [0, 10, 20]


@pytest.mark.parametrize("count", range(9))
def test_few_codes_are_enough(count):
    points = unfold(groups(count)[0], FEW_STEPS)
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()
    assert len(np.unique(points, axis=0)) == count


@pytest.mark.parametrize("dim", [1, 2])
def test_few_numbers_are_enough(dim):
    codes, which = groups(80, number=dim, dim=dim)
    assert purity(unfold(codes, FEW_STEPS), which) > 0.98


def test_equal_codes_are_no_problem():
    alike = unfold(np.full((50, 3), 7.0, dtype=np.float32), FEW_STEPS)
    assert np.isfinite(alike).all()
    codes, _which = groups(8)
    copies = np.repeat(codes, 20, axis=0)
    assert np.isfinite(unfold(copies, Unfolding(perplexity=5, steps=60))).all()


@pytest.mark.parametrize("scale", [1e-30, 1e-6, 1e30, 3e38])
def test_the_size_of_codes_changes_nothing(scale):
    codes, which = groups(80)
    scaled = (codes / np.abs(codes).max() * scale).astype(np.float32)
    assert purity(unfold(scaled, FEW_STEPS), which) > 0.95


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf])
def test_codes_that_are_not_numbers_are_refused(broken):
    codes, _ = groups(40)
    codes[[3, 5], [0, 1]] = broken
    with pytest.raises(BadCodes, match="2 of 40 codes"):
        unfold(codes, FEW_STEPS, report=never_told)


def test_without_its_library_it_says_so(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openTSNE.affinity", None)
    with pytest.raises(MissingLibrary, match="pip install openTSNE"):
        unfold(groups(40)[0], FEW_STEPS)


def test_nobody_is_his_own_neighbour():
    codes = np.zeros((30, 2), dtype=np.float32)
    codes[20:] = np.random.default_rng(0).standard_normal((10, 2)) + 5
    nothing = tsne._Look(1, None, lambda: False)
    indices, distances = tsne._neighbours(codes, 4, nothing)
    assert indices.shape == distances.shape == (30, 4)
    assert not (indices == np.arange(30)[:, None]).any()
    assert (np.diff(distances) >= 0).all()
    assert (distances[:20] == 0).all()
