"""The rows of ``bench autoencoder``, from models that saw a few batches or none."""

from __future__ import annotations

import argparse
import dataclasses

import pytest
import torch

from gan_studio.cli.bench import autoencoder
from gan_studio.cli.bench.data import bench_data, preset_config
from gan_studio.core.errors import BadConfig
from gan_studio.models import vae
from tests.unit.inference.test_renderer import bundle_of


def asked(only, seeds=1):
    return argparse.Namespace(data=None, seeds=seeds, seconds=0.0, preset="", only=only)


@pytest.fixture
def short(monkeypatch):
    """Presets stop after three steps."""

    def shortened(key, data, seed, *words):
        small = ("train.steps=3", "train.batch_size=16", "train.precision=fp32")
        return preset_config(key, data, seed, *words, *small)

    monkeypatch.setattr(autoencoder, "preset_config", shortened)


def test_a_part_that_is_not_there_is_named():
    with pytest.raises(BadConfig, match="d7 is none of d2"):
        autoencoder.run(asked("d2,d7"))


def test_each_part_gives_its_rows_in_the_order_asked_for(monkeypatch):
    called = []
    for name in autoencoder.PARTS:
        monkeypatch.setitem(
            autoencoder.PARTS, name, lambda _args, name=name: called.append(name) or [name]
        )
    assert autoencoder.run(asked("vae,d2")) == ["vae", "d2"]
    assert autoencoder.run(asked("")) == list(autoencoder.PARTS)


def test_the_error_of_the_worst_seed_counts(short):
    error, cost = autoencoder.run(asked("d2", seeds=2))
    assert error.bar == "<= 0.0330"
    assert error.is_reached is False
    worst = max(float(word) for word in error.how.split("seeds ")[1].split(", "))
    assert float(error.measured) == pytest.approx(worst, abs=1e-4)
    assert cost.is_reached
    assert "3 steps of 16" in cost.how


def test_the_bound_and_the_divergence_of_a_vae_are_rows(short):
    bound, equal, _cost = autoencoder.run(asked("vae"))
    assert bound.is_reached is False
    assert "nats, 16 z per held-out picture" in equal.how


@pytest.fixture
def clear_vae(monkeypatch):
    """Clouds that differ from the prior, and draws enough to tell by how much."""
    monkeypatch.setattr(autoencoder, "DRAWS_PER_PICTURE", 1000)
    bundle = bundle_of("vae", latent_dim=4)
    with torch.no_grad():
        bundle.nets["encoder"][-2].weight.mul_(10)
    return bundle


def test_the_closed_divergence_of_a_model_is_the_sampled_one(clear_vae):
    closed, sampled = autoencoder.both_divergences(clear_vae, bench_data(None))
    assert closed > 1
    assert sampled == pytest.approx(closed, rel=0.01)


def test_a_wrong_divergence_would_be_found(clear_vae, monkeypatch):
    right = vae.normal_divergence
    monkeypatch.setattr(vae, "normal_divergence", lambda *parts: right(*parts) * 1.03)
    closed, sampled = autoencoder.both_divergences(clear_vae, bench_data(None))
    assert abs(sampled / closed - 1) > 0.01


def test_convolutions_are_held_to_what_full_connections_reach(short):
    error, _cost = autoencoder.run(asked("conv"))
    assert error.bar == "<= 0.0036"


def test_what_was_encoded_in_the_window_becomes_rows(monkeypatch):
    found = {"autoencoder_2": {"seconds": 6.0, "max_ms": 20.0, "pictures": 60_000}}
    monkeypatch.setattr(autoencoder, "in_window", lambda mode, args: found)
    seconds, late = autoencoder.run(asked("encoding"))
    assert seconds.is_reached is False
    assert "60000 pictures" in seconds.how
    assert late.is_reached


def test_speed_is_that_of_the_presets_without_their_schedules(monkeypatch):
    measured = []

    def ratio(config, prepared, rival, seconds, threads):
        measured.append(config)
        return 96.0, 100.0

    monkeypatch.setattr(autoencoder, "speed_ratio", ratio)
    monkeypatch.setattr(
        autoencoder,
        "resolved",
        lambda config, prepared: dataclasses.replace(
            config, train=dataclasses.replace(config.train, threads=1)
        ),
    )
    rows = autoencoder.run(asked("speed"))
    assert [config.model.key for config in measured] == ["autoencoder", "conv_autoencoder", "vae"]
    assert all(row.is_reached and row.measured == "0.96" for row in rows)
    assert {config.train.schedule for config in measured} == {"constant"}
