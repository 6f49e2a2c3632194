"""Scores against closed forms and a second implementation."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg
import torch

from gan_studio.core.errors import Unsupported
from gan_studio.core.samples import SampleSpec
from gan_studio.data.base import Prepared, Split
from gan_studio.diagnostics.class_histogram import class_histogram
from gan_studio.diagnostics.classifier import accuracy, train_classifier
from gan_studio.diagnostics.frechet import frechet_distance
from gan_studio.diagnostics.variety import Variety


def test_distance_to_itself_is_zero():
    features = torch.randn(500, 8, generator=torch.Generator().manual_seed(0))
    assert frechet_distance(features, features) == pytest.approx(0, abs=1e-6)


def test_a_shift_costs_its_squared_length():
    features = torch.randn(500, 4, generator=torch.Generator().manual_seed(0))
    shift = torch.tensor([3.0, 0.0, 4.0, 0.0])
    assert frechet_distance(features, features + shift) == pytest.approx(25, rel=1e-5)


def test_against_the_matrix_root_of_scipy():
    generator = torch.Generator().manual_seed(1)
    left = torch.randn(3000, 6, generator=generator) @ torch.randn(6, 6, generator=generator)
    right = torch.randn(2000, 6, generator=generator) + 0.5
    first, second = np.cov(left.double().numpy().T), np.cov(right.double().numpy().T)
    gap = left.double().mean(0) - right.double().mean(0)
    root = scipy.linalg.sqrtm(first @ second).real
    expected = float(gap @ gap) + np.trace(first + second - 2 * root)
    assert frechet_distance(left, right) == pytest.approx(expected, rel=1e-6)


def test_histogram_of_one_class_is_ln_of_their_number():
    histogram = class_histogram(torch.zeros(50, dtype=torch.int64), 10)
    assert histogram.divergence == pytest.approx(math.log(10))
    assert histogram.classes_hit == 1


def test_even_histogram_diverges_by_nothing():
    histogram = class_histogram(torch.arange(100) % 10, 10)
    assert histogram.divergence == pytest.approx(0, abs=1e-12)
    assert histogram.counts == (10,) * 10


def bars(count):
    """Pictures whose class is the third that is bright."""
    labels = np.arange(count) % 3
    pictures = np.random.default_rng(0).integers(0, 80, (count, 1, 12, 12), dtype="uint8")
    for index, label in enumerate(labels):
        pictures[index, 0, label * 4 : label * 4 + 4] += 150
    return Split(pictures, labels.astype("int64"))


def test_classifier_learns_easy_classes():
    spec = SampleSpec((1, 12, 12), ("a", "b", "c"))
    prepared = Prepared(spec, bars(90), bars(30), "0" * 64, "bars")
    net = train_classifier(prepared, min_steps=100)
    assert accuracy(net, prepared.held_out) == 1.0
    assert net.features(torch.zeros(3, 1, 12, 12)).shape == (3, 64)


def test_classifier_needs_classes():
    spec = SampleSpec((1, 12, 12))
    split = Split(bars(6).samples)
    with pytest.raises(Unsupported, match="has classes"):
        train_classifier(Prepared(spec, split, split, "0" * 64, "bars"))


def test_variety_of_real_pictures_is_one_and_of_a_collapse_zero():
    real = torch.randn(32, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    probe = Variety()
    assert probe.measure(real, real)["variety"] == pytest.approx(1)
    assert probe.measure(real * 0.5, real)["variety"] == pytest.approx(0.5)
    assert probe.measure(real[:1].expand(8, -1, -1, -1), real)["variety"] == pytest.approx(0)
    assert probe.measure(real[:1], real) == {}
