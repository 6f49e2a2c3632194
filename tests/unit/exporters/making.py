"""Small models that were never trained, of known data, and ways to export them."""

from __future__ import annotations

import csv
import errno
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from gan_studio.core.config import RunConfig
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.data.base import Prepared, Split
from gan_studio.exporters.base import EXPORTERS, Source, Watch
from gan_studio.inference.bundle import make_bundle
from gan_studio.models.base import make_family

NAMES = ("top", "middle", "bottom")


def model(family="gan", shape=(1, 8, 8), names=NAMES, seed=1, words=("latent_dim=5",)):
    """A model with fresh weights and statistics that are not 0 and 1."""
    config = assign(RunConfig(), [f"model={family}", "data=digits"])
    config = assign(config, [f"model.{word}" for word in words])
    facts = {"sample_shape": list(shape), "class_names": list(names), "data_title": "Stripes"}
    made = make_family(family, config.model.options, SampleSpec(shape, names))
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        nets = made.build()
        for net in nets.values():
            stir(net)
    weights = {
        f"net.{name}.{key}": value
        for name in made.picture_nets
        for key, value in nets[name].state_dict().items()
    }
    return make_bundle(config, facts, weights, 100)


def stir(net):
    """Batch norm's and the latent's statistics as after a training, not 0 and 1."""
    for name, value in net.named_buffers():
        if value.is_floating_point():
            noise = torch.rand_like(value)
            value.copy_(noise + 0.5 if "var" in name else noise - 0.5)


def export(key, bundle, out, *, places=None, prepare=None, watch=None, **options):
    """Write one format."""
    entry = EXPORTERS.get(key)
    exporter = entry.target(replace(entry.options(), **options))
    return exporter.write(Source(bundle, places, prepare), out, watch or Watch())


def pixels(path):
    """A PNG as uint8 ``[C, H, W]``."""
    with Image.open(path) as image:
        array = np.asarray(image)
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)


def table(path):
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def about(folder):
    return json.loads((folder / "about.json").read_text("utf-8"))


def left_over(folder):
    """What lies in a folder, hidden things as well."""
    return sorted(path.name for path in folder.iterdir())


def cancelling_after(calls, what="draw"):
    """A watch that cancels once `what` was told so often."""
    told = []
    return Watch(
        progress=lambda done, total, kind: told.append(kind),
        is_cancelled=lambda: told.count(what) >= calls,
    )


def filling_disk(monkeypatch, after):
    """The disk is full after so many files."""
    write, count = Path.write_bytes, [0]

    def write_bytes(self, data):
        count[0] += 1
        if count[0] > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


def stripes(count=600, side=8):
    """Data with three classes that are easily told: which third is bright."""
    random = np.random.default_rng(0)
    labels = (np.arange(count) % 3).astype("int64")
    samples = random.integers(0, 60, (count, 1, side, side), dtype="uint8")
    for index, label in enumerate(labels):
        samples[index, :, label * side // 3 : (label + 1) * side // 3] += 180
    held = Split(samples[:60], labels[:60])
    return Prepared(SampleSpec((1, side, side), NAMES), Split(samples, labels), held, "0", "s")
