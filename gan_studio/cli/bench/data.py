"""What the bench trains on: MNIST where its files are given, the embedded digits otherwise."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import TYPE_CHECKING

from gan_studio.core.config import RunConfig
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import find_preset, load_presets
from gan_studio.core.schema import Plug, to_plain
from gan_studio.core.schema_io import assign, from_plain
from gan_studio.data.base import DATASETS, DataContext, Prepared, choose_source
from gan_studio.jobs.folders import Folders
from gan_studio.models.base import FAMILIES

if TYPE_CHECKING:
    from pathlib import Path


def data_plug(folder: Path | None) -> Plug:
    """The data set in `folder`, or the embedded digits."""
    if folder is None:
        return Plug("digits", DATASETS.get("digits").options())
    return Plug(*choose_source(folder))


@cache
def bench_data(folder: Path | None) -> Prepared:
    """The prepared data set, read once."""
    plug = data_plug(folder)
    source = DATASETS.get(plug.key).target(plug.options)
    return source.prepare(DataContext(Folders.of_user().cache))


def bench_config(family: str) -> RunConfig:
    """A family with its defaults at batch 64, no penalties, as fast as this machine allows."""
    config = dataclasses.replace(RunConfig(), model=Plug(family, FAMILIES.get(family).options()))
    words = ["train.batch_size=64", "train.precision=auto", "train.sample_every=0"]
    return assign(config, [*words, "train.checkpoint_every=0"])


def preset_config(key: str, data: Plug | None, seed: int, *words: str) -> RunConfig:
    """A preset on some data; without any, on the preset's own."""
    preset = find_preset(load_presets(resources_dir() / "presets"), key)
    config = from_plain(RunConfig, preset.apply(to_plain(RunConfig())))
    if data is not None:
        config = dataclasses.replace(config, data=data)
    return assign(config, [f"train.seed={seed}", *words])
