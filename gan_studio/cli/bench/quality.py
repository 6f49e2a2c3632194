"""What a preset reaches: Fréchet distance and class histogram in the eyes of a small classifier.

Protocol: a classifier (64 features, at least 98 % on the test set) is trained on the training
split; 10,000 pictures from the averaged generator are compared with all test pictures.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import torch

from gan_studio.cli.bench.data import bench_data, data_plug, preset_config
from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.i18n import ngettext
from gan_studio.diagnostics.class_histogram import class_histogram
from gan_studio.diagnostics.classifier import (
    Classifier,
    accuracy,
    split_tensors,
    train_classifier,
)
from gan_studio.diagnostics.frechet import frechet_distance
from gan_studio.inference.bundle import Bundle, make_bundle
from gan_studio.inference.latents import latents_from_seed
from gan_studio.models.base import make_family
from gan_studio.training.trainer import Trainer, trained_state

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared

SAMPLES = 10_000
BARS = {"gan_lecture": (18.0, 0.02), "gan_best": (7.0, 0.01)}


@dataclass(frozen=True)
class Score:
    """What one run reached."""

    preset: str
    seed: int
    distance: float
    divergence: float
    classes_hit: int
    sure: float
    train_seconds: float
    steps: int


def run(args: argparse.Namespace) -> list[Row]:
    """Train each preset with each seed; the worst seed is what counts."""
    prepared = bench_data(args.data)
    net, right = judge_of(args.data)
    rows = [at_least("classifier, share right on the test set", right, 0.98, "", "{:.3f}")]
    for preset, (distance, divergence) in BARS.items():
        if args.preset not in ("", preset):
            continue
        scores = [
            score(preset, prepared, net, args.data, seed) for seed in range(1, args.seeds + 1)
        ]
        count = len(scores)
        worst = max(item.distance for item in scores)
        spread = max(item.divergence for item in scores)
        how = ngettext("{n} seed", "worst of {n} seeds", count).format(n=count) + ", "
        how += ", ".join(f"{item.distance:.1f}" for item in scores)
        rows.append(at_most(f"{preset}: Fréchet distance", worst, distance, how))
        rows.append(at_most(f"{preset}: KL of the class histogram", spread, divergence, how))
        hit = min(item.classes_hit for item in scores)
        rows.append(at_least(f"{preset}: classes drawn", hit, 10, how, "{:.0f}"))
        seconds = max(item.train_seconds for item in scores)
        rows.append(at_most(f"{preset}: seconds of training", seconds, 300, "longest", "{:.0f}"))
    return rows


@cache
def judge_of(folder: Path | None) -> tuple[Classifier, float]:
    """The classifier of a data set and its share right on held-out pictures."""
    prepared = bench_data(folder)
    net = train_classifier(prepared)
    return net, accuracy(net, prepared.held_out)


def score(
    preset: str, prepared: Prepared, net: Classifier, folder: Path | None, seed: int
) -> Score:
    """Train one preset with one seed and judge it."""
    config = preset_config(
        preset, data_plug(folder), seed, "train.sample_every=0", "train.checkpoint_every=0"
    )
    bundle, seconds = train(config, prepared)
    pictures = draw(bundle, SAMPLES)
    real, _ = split_tensors(prepared.held_out)
    classes, sureness = net.classes(pictures)
    histogram = class_histogram(classes, len(prepared.spec.class_names))
    result = Score(
        preset,
        seed,
        frechet_distance(net.features(pictures), net.features(real)),
        histogram.divergence,
        histogram.classes_hit,
        float((sureness > 0.9).float().mean()),
        seconds,
        config.train.steps,
    )
    print(json.dumps(result.__dict__), flush=True)
    return result


def train(config: RunConfig, prepared: Prepared) -> tuple[Bundle, float]:
    """Train to the end without a folder; the model and the seconds that its steps took."""
    family = make_family(config.model.key, config.model.options, prepared.spec)
    trainer = Trainer(config, family, prepared, torch.device("cpu"))
    events: Iterator[Any] = trainer.run(RunControl(), wants_nothing)
    next(events)
    began = time.perf_counter()
    for _ in events:
        pass
    seconds = time.perf_counter() - began
    info = {"sample_shape": prepared.spec.shape, "class_names": prepared.spec.class_names}
    weights = trained_state(trainer).weights()
    return make_bundle(config, info, weights, config.train.steps), seconds


def draw(bundle: Bundle, count: int) -> torch.Tensor:
    """Pictures ``[count, C, H, W]`` from a seed that no training run uses."""
    latents = latents_from_seed(bundle, 2**30, count)
    return torch.cat([bundle.generate(part) for part in torch.split(latents, 500)])
