"""Runs on disk with models that were never trained: enough for pages that draw and copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.inference.bundle import load_bundle, make_bundle
from gan_studio.models.base import make_family
from gan_studio.training.run_folder import RunFolder

NAMES = tuple("0123456789")
FACTS = {
    "data_title": "Digits",
    "sample_shape": [1, 28, 28],
    "class_names": list(NAMES),
    "train_count": 1500,
    "held_out_count": 297,
}
_clock = [datetime(2026, 11, 20, 14, 30)]


def a_run_config(family, **options):
    words = [f"model={family}", "data=digits", "train.steps=1000"]
    words += [f"model.{name}={value}" for name, value in options.items()]
    return assign(RunConfig(), words)


def weights_of(config, seed=1):
    """Fresh weights of the nets that draw, as a checkpoint holds them."""
    spec = SampleSpec((1, 28, 28), NAMES)
    family = make_family(config.model.key, config.model.options, spec)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        nets = family.build()
    return {
        f"{name}.{key}": value.clone()
        for name in family.picture_nets
        for key, value in nets[name].state_dict().items()
    }


def write_run(folders, family="gan", steps=(500, 1000), **options):
    """A run with checkpoints at `steps`; each has other weights. Later calls are newer runs."""
    config = a_run_config(family, **options)
    folder = RunFolder(folders.runs / f"run-{len(list(folders.runs.glob('*')))}-{family}")
    _clock[0] += timedelta(minutes=1)
    folder.create(config, FACTS, _clock[0])
    for step in steps:
        weights = {f"net.{name}": value for name, value in weights_of(config, step).items()}
        counters = {
            "step": step, "images_seen": 0, "updates": {}, "rates": {}, "batches": {}, "threads": 1
        }  # fmt: skip
        folder.checkpoints.save(weights, {"rng": torch.zeros(1)}, counters)
        folder.update_manifest(step=step, state="done")
    return folder.path


def a_bundle(family="gan", seed=1, step=100, **options):
    """A model that is in memory only."""
    config = a_run_config(family, **options)
    return make_bundle(config, FACTS, weights_of(config, seed), step)


def use_real_models(engine):
    """Let a `FakeEngine` load what `write_run` wrote."""
    engine.load_bundle = load_bundle
    return engine


def replaced(bundle, **changes):
    """A bundle with other facts."""
    return replace(bundle, **changes)
