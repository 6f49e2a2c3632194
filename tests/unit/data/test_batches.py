"""Batches: their order, their values, and going on exactly where one stopped."""

import json
import threading
from collections import Counter

import numpy as np
import pytest
import torch

from gan_studio.core.errors import BadConfig
from gan_studio.data.base import Split
from gan_studio.data.batches import BatchStream


def split_of(count=50, shape=(1, 4, 4), **how) -> Split:
    random = np.random.default_rng(3)
    samples = random.integers(0, 256, (count, *shape), dtype=np.uint8)
    return Split(samples, np.arange(count) % 10, **how)


def mapped(split: Split, path) -> Split:
    split.samples.tofile(path)
    samples = np.memmap(path, np.uint8, "r", shape=split.samples.shape)
    return Split(samples, split.labels, split.extras, is_streamed=True)


@pytest.fixture
def stream_of():
    streams = []

    def make(split, batch_size=8, seed=1, **how):
        streams.append(BatchStream(split, batch_size, "cpu", seed, **how))
        return streams[-1]

    yield make
    for stream in streams:
        stream.close()


def take(stream, count):
    return [stream.next() for _ in range(count)]


def assert_equal(left, right):
    for one, other in zip(left, right, strict=True):
        assert torch.equal(one.images, other.images)
        assert torch.equal(one.indices, other.indices)
        assert (one.labels is None) == (other.labels is None)
        assert one.labels is None or torch.equal(one.labels, other.labels)


def test_values_and_labels(stream_of):
    split = split_of()
    batch = stream_of(split).next()
    assert (batch.images.shape, batch.images.dtype) == ((8, 1, 4, 4), torch.float32)
    assert batch.labels.dtype == torch.int64
    expected = split.samples[batch.indices.numpy()] / 127.5 - 1
    assert np.allclose(batch.images.numpy(), expected, atol=1e-6)
    assert np.array_equal(batch.labels.numpy(), split.labels[batch.indices.numpy()])


def test_the_range_is_met_exactly(stream_of):
    samples = np.array([0, 255], dtype=np.uint8).reshape(2, 1, 1, 1)
    images = stream_of(Split(samples), 2).next().images
    assert sorted(images.flatten().tolist()) == [-1.0, 1.0]


def test_an_epoch_shows_every_sample_at_most_once_and_the_next_another_order(stream_of):
    stream = stream_of(split_of(50))
    assert stream.steps_per_epoch == 6
    first, second = (torch.cat([b.indices for b in take(stream, 6)]).tolist() for _ in range(2))
    assert len(set(first)) == len(set(second)) == 48
    assert first != second
    assert stream.epoch == 1


def test_a_small_set_fills_the_batch_evenly(stream_of):
    stream = stream_of(split_of(5), 16)
    for batch in take(stream, 3):
        counts = Counter(batch.indices.tolist())
        assert sorted(counts.values()) == [3, 3, 3, 3, 4]
    assert stream_of(split_of(1), 4).next().images.shape == (4, 1, 4, 4)


def test_the_seed_decides_and_the_global_generator_does_not_matter(stream_of):
    state = torch.get_rng_state()
    first = take(stream_of(split_of(), flip=True), 9)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(7)
    assert_equal(first, take(stream_of(split_of(), flip=True), 9))
    other = take(stream_of(split_of(), seed=2), 1)
    assert not torch.equal(first[0].indices, other[0].indices)


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("before", [0, 3, 6, 13])
def test_resuming_goes_on_bit_for_bit(stream_of, tmp_path, streamed, flip, before):
    split = mapped(split_of(), tmp_path / "m") if streamed else split_of()
    stream = stream_of(split, flip=flip)
    take(stream, before)
    state = json.loads(json.dumps(stream.state_dict()))
    expected = take(stream, 10)
    resumed = stream_of(split, flip=flip)
    take(resumed, 2)
    resumed.load_state_dict(state)
    assert_equal(expected, take(resumed, 10))


def test_another_batch_size_begins_the_next_epoch(stream_of):
    stream = stream_of(split_of(), 8)
    take(stream, 4)
    other = stream_of(split_of(), 16)
    other.load_state_dict(stream.state_dict())
    assert (other.epoch, other.state_dict()["position"]) == (1, 0)


@pytest.mark.parametrize("flip", [False, True])
def test_streaming_gives_the_same_batches(stream_of, tmp_path, flip):
    whole = stream_of(split_of(), flip=flip)
    streamed = stream_of(mapped(split_of(), tmp_path / "m"), flip=flip)
    assert (whole.is_streamed, streamed.is_streamed) == (False, True)
    assert_equal(take(whole, 20), take(streamed, 20))


def test_the_budget_decides_what_is_streamed(stream_of):
    split = split_of()
    assert not stream_of(split, budget=split.samples.nbytes).is_streamed
    assert stream_of(split, budget=split.samples.nbytes - 1).is_streamed


def test_closing_early_often_or_untouched_is_fine(stream_of, tmp_path):
    split = mapped(split_of(), tmp_path / "m")
    before = threading.active_count()
    stream_of(split).close()
    stream = stream_of(split)
    take(stream, 1)
    stream.close()
    stream.close()
    assert threading.active_count() == before


class Failing(np.ndarray):
    """An array that its disk has gone from under."""

    def take(self, *_arguments, **_options):
        raise OSError("the disk is gone")


def test_an_error_of_the_reading_thread_is_raised_where_batches_are_used(stream_of):
    split = split_of()
    stream = stream_of(Split(split.samples.view(Failing), split.labels), budget=0)
    with pytest.raises(OSError, match="the disk is gone"):
        stream.next()


def test_flips_mirror_about_half_and_only_mirror(stream_of):
    split = split_of(400, (3, 4, 4))
    mirrored = 0
    for batch in take(stream_of(split, 50, flip=True), 8):
        plain = torch.from_numpy(split.samples[batch.indices.numpy()]) / 127.5 - 1
        same = torch.isclose(batch.images, plain, atol=1e-6).all(dim=(1, 2, 3))
        turned = torch.isclose(batch.images, plain.flip(-1), atol=1e-6).all(dim=(1, 2, 3))
        assert (same ^ turned).all()
        mirrored += int(turned.sum())
    assert 150 < mirrored < 250


@pytest.mark.parametrize("flip", [False, True])
def test_ranks_share_the_global_batch(stream_of, flip):
    alone = stream_of(split_of(), 8, flip=flip)
    ranks = [stream_of(split_of(), 8, flip=flip, rank=rank, world_size=2) for rank in range(2)]
    for _ in range(14):
        parts = [stream.next() for stream in ranks]
        expected = alone.next()
        assert all(len(part.images) == 4 for part in parts)
        assert torch.equal(torch.cat([part.indices for part in parts]), expected.indices)
        assert torch.equal(torch.cat([part.images for part in parts]), expected.images)


def test_a_batch_smaller_than_the_ranks():
    with pytest.raises(BadConfig, match=r"train\.batch_size"):
        BatchStream(split_of(), 2, "cpu", 1, world_size=4)


def test_points_stay_as_they_are(stream_of):
    points = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    batch = stream_of(Split(points), 10, flip=True).next()
    assert batch.labels is None
    assert np.array_equal(batch.images.numpy(), points[batch.indices.numpy()])


@pytest.mark.parametrize("streamed", [False, True])
def test_extras_come_along_and_pairs_are_mirrored_together(stream_of, streamed):
    samples = split_of(40, (3, 4, 4)).samples
    extras = {
        "target": samples.copy(),
        "attributes": np.arange(80.0, dtype=np.float32).reshape(40, 2),
    }
    stream = stream_of(Split(samples, None, extras), flip=True, budget=0 if streamed else None)
    batch = stream.next()
    assert set(batch.extras) == {"target", "attributes"}
    assert torch.equal(batch.extras["target"], batch.images)
    assert torch.equal(batch.extras["attributes"][:, 0], batch.indices * 2.0)


def test_read_only_arrays_are_taken_too(stream_of):
    split = split_of()
    split.samples.flags.writeable = False
    assert stream_of(split).next().images.shape == (8, 1, 4, 4)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device")
@pytest.mark.parametrize("streamed", [False, True])
def test_a_gpu_sees_the_same_batches(stream_of, streamed):
    stream = BatchStream(split_of(), 8, "cuda", 1, flip=True, budget=0 if streamed else None)
    try:
        for one, other in zip(
            take(stream, 20), take(stream_of(split_of(), flip=True), 20), strict=True
        ):
            assert torch.equal(one.images.cpu(), other.images)
            assert torch.equal(one.labels.cpu(), other.labels)
    finally:
        stream.close()
