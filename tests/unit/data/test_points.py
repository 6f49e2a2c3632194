"""Points with a known density, and points from a file."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.core.errors import BadData, BadFile, BadRow
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import DATASETS, DataContext, choose_source
from gan_studio.data.distributions import ON_LINE, ON_PLANE, from_points
from gan_studio.data.points_file import parse_points

ALL = {**ON_LINE, **ON_PLANE}
every = pytest.mark.parametrize("name", ALL)


def prepare(key, tmp_path, **values):
    entry = DATASETS.get(key)
    return entry.target(from_plain(entry.options, values)).prepare(DataContext(tmp_path))


def edges_of(distribution, cells):
    low, high = distribution.bounds()
    return [np.linspace(a, b, cells + 1) for a, b in zip(low, high, strict=True)]


@every
def test_cells_hold_all_of_the_probability(name):
    distribution = ALL[name].make(1.0)
    masses = distribution.cell_masses(edges_of(distribution, 30))
    assert masses.shape == (30,) * distribution.dim
    assert masses.min() >= 0
    assert masses.sum() == pytest.approx(1.0, abs=2e-6)


@every
def test_the_density_integrates_to_the_cells(name):
    """Density times area on a fine lattice against the exact mass of 15 cells per axis."""
    distribution = ALL[name].make(2.0)
    cells, fine = 15, 300 if distribution.dim == 1 else 20
    edges = edges_of(distribution, cells)
    middles = [
        np.linspace(cuts[0], cuts[-1], cells * fine, endpoint=False)
        + (cuts[-1] - cuts[0]) / cells / fine / 2
        for cuts in edges
    ]
    lattice = np.stack(np.meshgrid(*middles, indexing="ij"), -1).reshape(-1, distribution.dim)
    area = np.prod([axis[1] - axis[0] for axis in middles])
    density = distribution.pdf(lattice).reshape([cells, fine] * distribution.dim)
    found = density.sum(axis=tuple(range(1, 2 * distribution.dim, 2))) * area
    np.testing.assert_allclose(found, distribution.cell_masses(edges), atol=2e-3)


@every
def test_samples_follow_the_density(name):
    """Chi squared over cells of the exact masses; 5 standard deviations of slack."""
    distribution = ALL[name].make(1.0)
    edges = edges_of(distribution, 12)
    masses = distribution.cell_masses(edges)
    points = distribution.sample(40_000, np.random.default_rng(3))
    counts = np.histogramdd(points, edges)[0]
    expected = masses * len(points)
    usable = expected > 5
    chi_squared = (np.square(counts - expected)[usable] / expected[usable]).sum()
    freedom = usable.sum()
    assert chi_squared < freedom + 5 * np.sqrt(2 * freedom)


@pytest.mark.parametrize(("key", "named"), [("points_1d", ON_LINE), ("points_2d", ON_PLANE)])
def test_kinds_draw_the_same_points_every_time(key, named, tmp_path):
    for shape in named:
        first, second = (prepare(key, tmp_path, shape=shape, count=64) for _ in range(2))
        assert first.spec.shape == (1,) if key == "points_1d" else (2,)
        assert not first.spec.is_image
        assert first.train.samples.dtype == np.float32
        assert (len(first.train), len(first.held_out)) == (64, 6)
        assert first.fingerprint == second.fingerprint
        assert np.abs(first.train.samples).max() < 1.5
    assert prepare(key, tmp_path, count=64).fingerprint != first.fingerprint


def test_published_mixtures():
    grid, ring = ON_PLANE["grid"].make(1.0), ON_PLANE["ring"].make(1.0)
    assert grid.modes.shape == (25, 2)
    assert sorted(set((grid.modes * 4)[:, 0])) == [-4, -2, 0, 2, 4]
    assert set(grid.mode_spread * 4) == {0.05}
    assert ring.modes.shape == (8, 2)
    np.testing.assert_allclose(np.linalg.norm(ring.modes, axis=1), 1.0)
    assert ON_PLANE["spiral"].make(1.0).modes is None


# --- from a file ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("x,y\n1,2\n", [[1, 2]]),
        ("# note\n\n1.5\n-2e-1\n", [[1.5], [-0.2]]),
        ("1,5;2,5\n3;4\n", [[1.5, 2.5], [3, 4]]),
        ("1 2\n3\t4\n", [[1, 2], [3, 4]]),
        ("\ufeff7\r\n8\r\n", [[7], [8]]),
    ],
)
def test_readable_rows(text, expected):
    assert parse_points(text, "pasted").tolist() == expected


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("1,2\n3,4,5\n", 2),
        ("1,2\n\n3\n", 3),
        ("x\n1\nabc\n", 3),
        ("1\nnan\n", 2),
        ("1,2\n3,\n", 2),
        ("x,y\nu,v\n1,2\n", 2),
    ],
)
def test_a_bad_row_is_named(text, row):
    with pytest.raises(BadRow, match=rf"the list, row {row}: ") as caught:
        parse_points(text, "the list")
    assert caught.value.values["row"] == row


def test_no_rows():
    with pytest.raises(BadData, match="no points"):
        parse_points("x,y\n", "the list")


def test_file_of_points(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(f"{100 + i},{i / 2}" for i in range(21)), "utf-8")
    key, options = choose_source(path)
    assert key == "points"
    prepared = DATASETS.get(key).target(options).prepare(DataContext(tmp_path))
    assert prepared.title == "mine"
    assert prepared.spec.shape == (2,)
    assert (len(prepared.train), len(prepared.held_out)) == (19, 2)
    assert prepared.train.samples.min(0).tolist() == [-1.0, -0.5]
    assert "-110, -5" in prepared.notes[0]
    raw = prepare("points", tmp_path, path=str(path), fit=False)
    assert raw.train.samples.max() == 120


def test_files_that_are_none(tmp_path):
    with pytest.raises(BadData, match="no file"):
        prepare("points", tmp_path)
    with pytest.raises(BadFile):
        prepare("points", tmp_path, path=str(tmp_path / "none.csv"))
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile, match="UTF-8"):
        prepare("points", tmp_path, path=str(tmp_path / "binary.csv"))


def test_points_become_a_density():
    points = ON_PLANE["blobs"].make(1.0).sample(5000, np.random.default_rng(0))
    density = from_points(points, 20)
    assert density.cell_masses(edges_of(density, 10)).sum() == pytest.approx(1.0)
    assert (density.pdf(points) > 0).all()


@pytest.mark.parametrize("key", ["points_1d", "points_2d"])
def test_kinds_know_their_density(key, tmp_path):
    entry = DATASETS.get(key)
    source = entry.target(from_plain(entry.options, {"count": 64, "width": 2.0}))
    prepared = source.prepare(DataContext(tmp_path))
    density = source.density(prepared)
    assert density.dim == prepared.spec.size
    assert np.isfinite(density.log_pdf(prepared.train.samples)).all()


def test_a_file_has_the_density_of_its_histogram(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(str(value) for value in range(100)), "utf-8")
    key, options = choose_source(path)
    source = DATASETS.get(key).target(options)
    prepared = source.prepare(DataContext(tmp_path))
    density = source.density(prepared)
    assert (density.pdf(prepared.train.samples) > 0).all()
    digits = DATASETS.get("digits")
    assert digits.target(digits.options()).density(prepared) is None
