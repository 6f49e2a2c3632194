"""The search for the nearest training pictures, against brute force and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from gan_studio.core.errors import Cancelled
from gan_studio.core.samples import SampleSpec
from gan_studio.data.base import Prepared, Split
from gan_studio.inference import nearest
from gan_studio.inference.nearest import SHIFTED, OtherSize, Scale, TrainingPictures, scale_of


def pictures(count, shape=(1, 8, 8), seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)


def brute_force(queries, samples):
    """Root mean square differences in grey levels, ``[N, M]``."""
    apart = queries[:, None].astype(np.int64) - samples[None].astype(np.int64)
    return np.sqrt((apart**2).reshape(*apart.shape[:2], -1).mean(2))


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 24, 24)])  # within one exact sum, and beyond
def test_it_finds_what_brute_force_finds(shape, monkeypatch):
    monkeypatch.setattr(nearest, "CHUNK_BYTES", 40 * int(np.prod(shape)))  # several chunks
    monkeypatch.setattr(nearest, "QUERIES", 3)
    samples, queries = pictures(101, shape), pictures(7, shape, seed=1)
    found = TrainingPictures(Split(samples)).nearest(queries, 5)
    expected = brute_force(queries, samples)
    order = np.argsort(expected, axis=1, kind="stable")[:, :5]
    assert (found.rows == order).all()
    assert found.distances == pytest.approx(np.take_along_axis(expected, order, 1), abs=1e-9)
    assert not found.is_mirrored.any()


def test_it_finds_what_scikit_learn_finds():
    samples, queries = pictures(300), pictures(20, seed=1)
    known = NearestNeighbors(n_neighbors=4, algorithm="brute").fit(samples.reshape(300, -1))
    distances, rows = known.kneighbors(queries.reshape(20, -1).astype(float))
    found = TrainingPictures(Split(samples)).nearest(queries, 4)
    assert (found.rows == rows).all()
    assert found.distances * 8 == pytest.approx(distances)


def test_copies_are_at_exactly_zero_and_the_first_of_them_is_named(monkeypatch):
    monkeypatch.setattr(nearest, "CHUNK_BYTES", 64 * 10)
    samples = pictures(50, (1, 8, 8))
    samples[[12, 17, 18, 44]] = samples[3]
    training = TrainingPictures(Split(samples))
    for _again in range(2):  # the second time the sums of squares are known
        found = training.nearest(samples[[3, 7]], 3)
        assert found.rows.tolist()[0] == [3, 12, 17]
        assert found.distances[0].tolist() == [0.0, 0.0, 0.0]
        assert found.rows[1, 0] == 7


@pytest.mark.parametrize("extreme", [0, 255])
def test_large_pictures_of_extreme_values_are_exact(extreme):
    """Sums beyond 2^24 would be rounded in float32."""
    samples = np.full((3, 3, 64, 64), extreme, np.uint8)
    samples[1, 0, 0, 0] ^= 1
    samples[2] = 255 - extreme
    found = TrainingPictures(Split(samples)).nearest(samples[:1], 3)
    assert found.rows.tolist() == [[0, 1, 2]]
    size = 3 * 64 * 64
    assert found.distances[0].tolist() == pytest.approx([0.0, (1 / size) ** 0.5, 255.0], rel=1e-12)


def test_mirror_images_count_where_the_run_learned_them():
    samples = pictures(30)
    query = samples[[4]][..., ::-1]
    plain = TrainingPictures(Split(samples)).nearest(query, 1)
    assert plain.distances[0, 0] > 0
    found = TrainingPictures(Split(samples), flip=True).nearest(query, 2)
    assert (found.rows[0, 0], found.distances[0, 0], found.is_mirrored[0, 0]) == (4, 0, True)
    assert not TrainingPictures(Split(samples), flip=True).nearest(samples, 1).is_mirrored.any()


def test_a_picture_that_was_moved_by_one_pixel_is_found():
    samples = np.zeros((20, 1, 8, 8), np.uint8)
    samples[:, :, 2:6, 2:6] = pictures(20, (1, 4, 4))
    moved = np.roll(samples[[9]], (1, -1), (2, 3))
    training = TrainingPictures(Split(samples))
    assert training.nearest(moved, 1).distances[0, 0] > 0
    found = training.nearest(moved, 3, SHIFTED)
    assert (found.rows[0, 0], found.distances[0, 0]) == (9, 0)
    assert (np.diff(found.distances[0]) >= 0).all()
    mirrored = TrainingPictures(Split(samples), flip=True).nearest(moved[..., ::-1], 1, SHIFTED)
    assert (mirrored.rows[0, 0], mirrored.distances[0, 0]) == (9, 0)
    assert mirrored.is_mirrored[0, 0]


def test_there_are_no_more_than_there_are():
    training = TrainingPictures(Split(pictures(3)))
    assert training.nearest(pictures(2, seed=1), 8).rows.shape == (2, 3)
    assert training.nearest(pictures(0), 8).rows.shape == (0, 3)
    with pytest.raises(OtherSize, match=r"1 x 9 x 9 .* 1 x 8 x 8"):
        training.nearest(pictures(1, (1, 9, 9)), 1)


def test_it_says_how_far_it_is_and_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(nearest, "CHUNK_BYTES", 64 * 10)
    monkeypatch.setattr(nearest, "QUERIES", 2)
    training, told = TrainingPictures(Split(pictures(25))), []
    training.nearest(pictures(4, seed=1), 1, progress=lambda *done: told.append(done))
    assert told == [(piece, 6) for piece in range(1, 7)]
    with pytest.raises(Cancelled):
        training.nearest(pictures(4), 1, is_cancelled=lambda: True)


def test_a_memory_map_is_read_in_parts(tmp_path):
    path = tmp_path / "samples"
    pictures(40).tofile(path)
    samples = np.memmap(path, np.uint8, "r", shape=(40, 1, 8, 8))
    found = TrainingPictures(Split(samples, is_streamed=True)).nearest(pictures(40)[5:6], 1)
    assert (found.rows[0, 0], found.distances[0, 0]) == (5, 0)


def test_the_scale_is_that_of_held_out_pictures():
    train, held_out = pictures(60), pictures(31, seed=1)
    spec = SampleSpec((1, 8, 8), ())
    prepared = Prepared(spec, Split(train), Split(held_out), "", "noise")
    scale = scale_of(prepared, TrainingPictures(prepared.train), most=1000)
    expected = np.sort(brute_force(held_out, train).min(1))
    assert scale.distances == pytest.approx(expected)
    assert scale.share_nearer(0) == 0
    assert scale.share_nearer(expected[30]) == 1
    assert scale.share_nearer(expected[15]) == pytest.approx(16 / 31)
    assert scale.limit(0.5) == pytest.approx(expected[15])
    assert len(scale_of(prepared, TrainingPictures(prepared.train), most=7).distances) == 7


def test_without_held_out_pictures_there_is_no_scale():
    spec = SampleSpec((1, 8, 8), ())
    prepared = Prepared(spec, Split(pictures(9)), Split(pictures(0)), "", "noise")
    scale = scale_of(prepared, TrainingPictures(prepared.train))
    assert len(scale.distances) == 0
    assert np.isnan(scale.share_nearer(1.0))
    assert Scale(np.zeros(0)).limit(0.02) == 0
