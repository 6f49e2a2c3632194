"""Errors on whole sets are those of their pictures."""

from __future__ import annotations

import numpy as np
import pytest

from gan_studio.core.errors import Cancelled, Unsupported
from gan_studio.core.samples import SampleSpec
from gan_studio.data.base import Prepared, Split
from gan_studio.inference.held_out import CHUNK, baseline, losses_on
from gan_studio.inference.reconstruct import reconstruct
from gan_studio.training.sampling import to_pictures
from tests.unit.inference.test_renderer import bundle_of


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 255, (count, 1, 28, 28), dtype=np.uint8)


def test_they_equal_those_of_single_pictures():
    bundle, data = bundle_of("autoencoder", latent_dim=3), pictures(CHUNK + 5)
    told = []
    found = losses_on(bundle, Split(data), lambda done, total: told.append((done, total)))
    expected = reconstruct(bundle, to_pictures(data[-5:])).mse.numpy()
    assert found.mse[-5:] == pytest.approx(expected, rel=1e-4)
    assert told == [(CHUNK, CHUNK + 5), (CHUNK + 5, CHUNK + 5)]
    assert found.mean == pytest.approx(found.mse.mean())
    assert found.spread == pytest.approx(found.mse.std())


def test_worst_and_best():
    found = losses_on(bundle_of("autoencoder", latent_dim=3), Split(pictures(40)))
    worst = found.ranked(worst_first=True)
    assert found.mse[worst[0]] == found.mse.max()
    assert found.ranked(worst_first=False) == worst[::-1]


def test_it_can_be_cancelled_and_needs_an_encoder():
    bundle = bundle_of("autoencoder", latent_dim=3)
    with pytest.raises(Cancelled):
        losses_on(bundle, Split(pictures(10)), is_cancelled=lambda: True)
    with pytest.raises(Unsupported):
        losses_on(bundle_of("gan", latent_dim=3), Split(pictures(10)))


def test_an_empty_set_has_no_errors():
    assert len(losses_on(bundle_of("autoencoder", latent_dim=3), Split(pictures(0))).mse) == 0


def test_the_baseline_falls_with_the_number_of_components():
    spec = SampleSpec((1, 28, 28), ())
    prepared = Prepared(spec, Split(pictures(60)), Split(pictures(30, seed=1)), "", "noise")
    found = baseline(prepared, [8, 2, 2, 5000])
    assert list(found) == [2, 8]
    assert found[2] > found[8] > 0
    assert baseline(Prepared(spec, Split(pictures(9)), Split(pictures(0)), "", ""), [2]) == {}
