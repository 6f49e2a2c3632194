"""Tiny data that every family can be tried on."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.samples import SampleSpec
from gan_studio.data.base import Prepared, Split


def tiny_pictures(side: int = 28, channels: int = 1, count: int = 48) -> Prepared:
    """Pictures with some structure and three classes."""
    random = np.random.default_rng(0)
    labels = (np.arange(count) % 3).astype("int64")
    pictures = random.integers(0, 60, (count, channels, side, side), dtype="uint8")
    for index, label in enumerate(labels):
        third = side // 3
        pictures[index, :, label * third : (label + 1) * third] += 180
    spec = SampleSpec((channels, side, side), ("top", "middle", "bottom"))
    held_out = Split(pictures[:16], labels[:16])
    return Prepared(spec, Split(pictures, labels), held_out, "0" * 64, "tiny")


@pytest.fixture
def pictures():
    """The function that makes them."""
    return tiny_pictures


@pytest.fixture(autouse=True)
def one_thread():
    """Small nets on a shared machine: one thread is fastest and bit-exact."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
