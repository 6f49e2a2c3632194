"""Every family that draws pictures can be taken away, and draws the same elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch

from gan_studio.core.capabilities import Capability
from gan_studio.core.config import RunConfig
from gan_studio.core.errors import ShapeMismatch
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.exporters.base import EXPORTERS, Source, Watch
from gan_studio.inference.bundle import make_bundle
from gan_studio.models.base import FAMILIES, make_family

NAMES = ("top", "middle", "bottom")
LIMIT = 1e-4
DRAWS = {Capability.GENERATES, Capability.ENCODES}
FAMILIES_THAT_DRAW = [entry.key for entry in FAMILIES if entry.capabilities & DRAWS]
MODELS = [entry.key for entry in EXPORTERS if entry.extra["group"] == "model"]
# Options that choose other layers.
VARIANTS = [
    ("vae", "nets.kind=conv", "nets.channels=4"),
    ("aae", "nets.kind=conv", "nets.channels=4", "prior=uniform"),
    ("denoising_autoencoder", "nets.kind=conv", "nets.channels=4", "nets.activation=silu"),
    ("autoencoder", "depth=0", "activation=tanh"),
    ("small_gan", "generator.activation=softplus"),
    ("gan", "batch_norm=true"),
]


def bundle_of(key, shape, words=()):
    """A model with fresh weights, and statistics as after a training."""
    config = assign(RunConfig(), [f"model={key}", *(f"model.{word}" for word in words)])
    family = make_family(key, config.model.options, SampleSpec(shape, NAMES))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        nets = family.build()
        for net in nets.values():
            for name, value in net.named_buffers():
                if value.is_floating_point():
                    value.copy_(torch.rand_like(value) + (0.5 if "var" in name else -0.5))
    weights = {
        f"net.{name}.{item}": value
        for name in family.picture_nets
        for item, value in nets[name].state_dict().items()
    }
    facts = {"sample_shape": list(shape), "class_names": list(NAMES), "data_title": "tiny"}
    return make_bundle(config, facts, weights, 1)


def exported(bundle, format_key, out):
    entry = EXPORTERS.get(format_key)
    return entry.target(entry.options()).write(Source(bundle), out, Watch())


def note(key, format_key, shape, difference):
    """Keep what was measured where somebody asks for it."""
    if path := os.environ.get("GAN_STUDIO_MEASURED"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, format_key, shape, difference]) + "\n")


@pytest.mark.parametrize("format_key", MODELS)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 16, 16)], ids=str)
@pytest.mark.parametrize("key", FAMILIES_THAT_DRAW)
def test_it_draws_the_same_elsewhere(key, shape, format_key, tmp_path):
    try:
        bundle = bundle_of(key, shape)
    except ShapeMismatch:
        pytest.skip("the family does not take this shape")
    found = exported(bundle, format_key, tmp_path / "out")
    note(key, format_key, shape, found.facts["max_difference"])
    assert found.facts["max_difference"] <= LIMIT
    assert (tmp_path / "out" / found.facts["files"][1]).is_file()


@pytest.mark.parametrize("format_key", MODELS)
@pytest.mark.parametrize("variant", VARIANTS, ids=" ".join)
def test_other_layers_as_well(variant, format_key, tmp_path):
    key, *words = variant
    bundle = bundle_of(key, (3, 19, 19), words)
    found = exported(bundle, format_key, tmp_path / "out")
    note(" ".join(variant), format_key, (3, 19, 19), found.facts["max_difference"])
    assert found.facts["max_difference"] <= LIMIT
