"""The digits in the package, what the Data page is told, and fingerprints."""

import dataclasses

import numpy as np
import pytest

from gan_studio.core.registry import NoOptions
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import VALUE, spec_of
from gan_studio.data.base import DATASETS, Prepared, Split
from gan_studio.data.fingerprint import fingerprint
from gan_studio.data.kinds.digits import Digits
from gan_studio.data.preview import ClassCount, sample_grid, summary


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    from gan_studio.data.base import DataContext

    return Digits(NoOptions()).prepare(DataContext(tmp_path_factory.mktemp("cache")))


def test_digits(digits):
    assert digits.spec == SampleSpec((1, 28, 28), tuple("0123456789"))
    assert len(digits.train) + len(digits.held_out) == 1797
    assert digits.train.samples.dtype == np.uint8
    # The border is empty as in MNIST, and strokes reach full white.
    assert digits.train.samples[:, :, [0, -1]].max() == 0
    assert digits.train.samples.max() == 255


def test_the_held_out_digits_have_a_fifth_of_each_class(digits):
    kept, held = np.bincount(digits.train.labels), np.bincount(digits.held_out.labels)
    assert np.allclose(held / (held + kept), 0.2, atol=0.005)


def test_digits_are_the_same_everywhere(digits, context):
    assert Digits(NoOptions()).prepare(context).fingerprint == digits.fingerprint


def test_digits_are_those_of_scikit_learn(digits):
    from sklearn.datasets import load_digits

    assert np.array_equal(
        np.bincount(digits.train.labels) + np.bincount(digits.held_out.labels),
        np.bincount(load_digits().target),
    )


def test_every_option_explains_itself():
    for entry in DATASETS:
        assert entry.title
        assert entry.help
        for spec in spec_of(entry.options):
            assert spec.label
            assert spec.help.count(". ") >= 1
            assert spec.help.endswith(".")
            if spec.kind == VALUE and spec.type in (int, float):
                assert None not in (spec.lo, spec.hi)


def prepared_of(flip=False, labels=True) -> Prepared:
    samples = np.arange(10 * 12, dtype=np.uint8).reshape(10, 1, 3, 4)
    numbers = np.array([0, 1] * 5) if labels else None
    train = Split(samples[:8], None if numbers is None else numbers[:8])
    held_out = Split(samples[8:], None if numbers is None else numbers[8:])
    spec = SampleSpec((1, 3, 4), ("even", "odd") if labels else ())
    return Prepared(spec, train, held_out, "f", "Ten", flip=flip)


def test_the_summary_counts():
    told = summary(prepared_of())
    assert (told.title, told.shape, told.dtype) == ("Ten", (1, 3, 4), "uint8")
    assert (told.train, told.held_out, told.byte_count) == (8, 2, 120)
    assert told.classes == (ClassCount("even", 4, 1), ClassCount("odd", 4, 1))
    assert summary(prepared_of(labels=False)).classes == ()


def test_a_grid_draws_without_repeating():
    grid = sample_grid(prepared_of(), 100, seed=1)
    assert sorted(grid.indices.tolist()) == list(range(8))
    assert np.array_equal(grid.samples, prepared_of().train.samples[grid.indices])
    assert grid.indices.tolist() != sample_grid(prepared_of(), 100, seed=2).indices.tolist()
    assert len(sample_grid(prepared_of(), 3, seed=1).samples) == 3


def test_a_grid_of_one_class_or_split():
    assert set(sample_grid(prepared_of(), 9, 1, class_index=1).labels.tolist()) == {1}
    assert len(sample_grid(prepared_of(), 9, 1, split="held_out").samples) == 2
    assert len(sample_grid(prepared_of(labels=False), 9, 1, class_index=1).samples) == 0
    assert sample_grid(prepared_of(labels=False), 9, 1).labels is None


def test_a_grid_shows_the_mirroring_of_training():
    prepared = prepared_of(flip=True)
    grid = sample_grid(prepared, 8, seed=1)
    plain = prepared.train.samples[grid.indices]
    turned = (grid.samples == plain[..., ::-1]).all((1, 2, 3))
    assert 0 < turned.sum() < 8
    assert ((grid.samples == plain).all((1, 2, 3)) ^ turned).all()
    assert np.array_equal(prepared.train.samples, prepared_of().train.samples)


def test_any_change_of_the_content_changes_the_fingerprint():
    base = Split(np.zeros((4, 1, 8, 8), np.uint8), np.zeros(4, np.int64))
    changed = base.samples.copy()
    changed[3, 0, 7, 7] = 1
    others = [
        dataclasses.replace(base, samples=changed),
        dataclasses.replace(base, labels=np.array([0, 0, 0, 1])),
        dataclasses.replace(base, labels=None),
        dataclasses.replace(base, samples=base.samples.reshape(4, 1, 4, 16)),
        dataclasses.replace(base, extras={"target": base.samples}),
    ]
    assert len({fingerprint(split) for split in [base, *others]}) == 6
    assert fingerprint(base, base) != fingerprint(base)
    assert fingerprint(base) == fingerprint(dataclasses.replace(base, samples=base.samples.copy()))
