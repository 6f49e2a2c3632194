"""Trainers small enough for a unit test."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import Plug
from gan_studio.core.schema_io import assign
from gan_studio.data.base import Prepared, Split
from gan_studio.models.base import FAMILIES, make_family
from gan_studio.training.trainer import Trainer


@pytest.fixture
def prepared():
    """Sixteen noisy pictures of 8 x 8."""
    pictures = np.random.default_rng(0).integers(0, 256, (16, 1, 8, 8), dtype="uint8")
    labels = (np.arange(16) % 2).astype("int64")
    spec = SampleSpec((1, 8, 8), ("a", "b"))
    return Prepared(spec, Split(pictures, labels), Split(pictures[:8], labels[:8]), "0" * 64, "t")


@pytest.fixture
def make_trainer(prepared):
    """``make_trainer(steps, words, family="autoencoder", **trainer arguments)``."""
    before = torch.get_num_threads()

    def make(steps=10, words=(), family="autoencoder", **more):
        config = dataclasses.replace(
            RunConfig(), model=Plug(family, FAMILIES.get(family).options())
        )
        base = ["train.batch_size=4", "train.threads=1", "train.sample_every=0"]
        config = assign(config, [*base, f"train.steps={steps}", *words])
        made = make_family(family, config.model.options, prepared.spec)
        return Trainer(config, made, prepared, torch.device("cpu"), **more)

    yield make
    torch.set_num_threads(before)


class FakeClock:
    """Seconds that pass by `tick` at every look."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now, self.tick = 0.0, tick

    def __call__(self) -> float:
        self.now += self.tick
        return self.now


@pytest.fixture
def fake_clock():
    """The class, so that a test chooses the tick."""
    return FakeClock
