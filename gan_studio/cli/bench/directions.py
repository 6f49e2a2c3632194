"""What labelled directions tell and do, on the best `gan` preset, class against class.

Protocol: a classifier of the data marks 15,000 samples; every fifth of each side is held out. Each
direction then moves 200 samples of other classes, drawn apart, by 4 deviations, and the classifier
says what they are; a second classifier of another seed says it, too, because the first one has
taught. For marks, 50 samples are marked as the classifier says, half of them yes.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gan_studio.cli.bench.data import bench_data, data_plug, preset_config
from gan_studio.cli.bench.quality import judge_of
from gan_studio.cli.bench.report import Row, at_least
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.data.base import Prepared
from gan_studio.diagnostics.classifier import Classifier, train_classifier
from gan_studio.inference.bundle import Bundle, load_bundle
from gan_studio.inference.directions import TooFewMarks, class_direction, marked_direction
from gan_studio.inference.directions.boundary import balanced_accuracy, fit_boundary, held_out_rows
from gan_studio.inference.directions.direction import make_direction
from gan_studio.inference.directions.samples import CHUNK, drawn_latents
from gan_studio.inference.latents import latents_from_seed
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.training_job import RunRequest, training_events

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from gan_studio.inference.directions import Direction

PRESET = "gan_best"
SAMPLES, MOVED, MARKS, CHECKED = 15_000, 200, 50, 10_000
ACCURACY_BAR, TURNED_BAR, MARKS_BAR = 0.85, 0.8, 0.8
_SURE = 0.9
_SEEN, _TO_MARK, _SEED = 2**30, 2**30 + 1, 1

Latents = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]


def run(args: argparse.Namespace) -> list[Row]:
    """Train the preset, or take the run that is given, and measure."""
    prepared = bench_data(args.data)
    net, right = judge_of(args.data)
    with tempfile.TemporaryDirectory() as folder:
        run_dir = getattr(args, "run_dir", None) or _trained(args.data, Path(folder) / "run")
        bundle = load_bundle(run_dir)
        second = train_classifier(prepared, seed=1)
        game = Game(bundle, prepared, net, second)
        rows = [at_least("classifier, share right on the test set", right, 0.98, "", "{:.3f}")]
        return [*rows, *class_rows(game), *mark_rows(game)]


def _trained(data: Path | None, run_dir: Path) -> Path:
    config = preset_config(PRESET, data_plug(data), 1, "train.sample_every=0")
    request = RunRequest(config, Folders.of_user(), run_dir)
    for _event in training_events(request, RunControl(), wants_nothing):
        pass
    return run_dir


@dataclass(frozen=True)
class Game:
    """A model and who judges its samples."""

    bundle: Bundle
    prepared: Prepared
    net: Classifier
    second: Classifier

    @property
    def names(self) -> tuple[str, ...]:
        """The classes."""
        return self.prepared.spec.class_names

    def classes(self, latents: Latents, judge: Classifier | None = None) -> Classes:
        """What latents ``[N, dim]`` are drawn as ``[N]``."""
        classes: Classes = self.scores(latents, judge).argmax(1)
        return classes

    @torch.no_grad()
    def scores(self, latents: Latents, judge: Classifier | None = None) -> npt.NDArray[Any]:
        """Probabilities ``[N, classes]``."""
        parts = torch.split(torch.from_numpy(latents), CHUNK)
        net = judge or self.net
        found: npt.NDArray[Any] = torch.cat(
            [net(self.bundle.generate(part)).softmax(1) for part in parts]
        ).numpy()
        return found

    def latents(self, seed: int, count: int) -> Latents:
        """Latents of a seed that nothing else uses."""
        return latents_from_seed(self.bundle, seed, count).numpy()

    def turned(self, direction: Direction, wanted: int) -> tuple[float, float]:
        """The share of other samples that become the class, in the eyes of both."""
        latents = self.latents(_SEEN, 2 * MOVED)
        others = latents[self.classes(latents) != wanted][:MOVED]
        moved = direction.moved(others, 4.0)
        first, second = (self.classes(moved, judge) == wanted for judge in (self.net, self.second))
        return float(first.mean()), float(second.mean())


def class_rows(game: Game) -> list[Row]:
    """One direction per class, beside what a plane alone gives."""
    everything = range(len(game.names))
    found = [
        class_direction(
            game.bundle, game.prepared, wanted, samples=SAMPLES, seed=_SEED, classifier=game.net
        )
        for wanted in everything
    ]
    turned = [game.turned(direction, wanted) for wanted, direction in enumerate(found)]
    together = [float(each.facts.get("all_classes_accuracy", 0.5)) for each in found]
    across = [float(each.facts["balanced_accuracy"]) for each in found]
    held_out = f"of {found[0].facts['held_out']:,} held-out samples"
    what = f"classes with a balanced accuracy >= {ACCURACY_BAR}"
    bar = 0.8 * len(game.names)
    planes = (
        f"a plane against each other class (softmax regression), {held_out}: {listed(together)}"
    )
    return [
        at_least(
            f"{what}, linear scores of all", count(together, ACCURACY_BAR), bar, planes, "{:.0f}"
        ),
        Row(
            f"{what}, one plane across the direction",
            f"{count(across, ACCURACY_BAR)}",
            how=f"for comparison: {listed(across)}",
        ),
        *alone_rows(game, what),
        at_least(
            f"classes into which 4 deviations turn >= {TURNED_BAR:.0%} of {MOVED} other samples",
            count([first for first, _ in turned], TURNED_BAR),
            len(game.names),
            listed([first for first, _ in turned]),
            "{:.0f}",
        ),
        Row(
            "the same in the eyes of a second classifier",
            f"{count([second for _, second in turned], TURNED_BAR)}",
            how=f"of another seed: {listed([second for _, second in turned])}",
        ),
    ]


def alone_rows(game: Game, what: str) -> list[Row]:
    """The normal of the best plane (balanced logistic regression), not turned."""
    latents = drawn_latents(game.bundle, SAMPLES, _SEED, "class").numpy()
    scores = game.scores(latents)
    classes, is_sure = scores.argmax(1), scores.max(1) > _SURE
    spread = game.bundle.latent_range()[1].numpy()
    every, sure, turned = [], [], []
    for wanted, name in enumerate(game.names):
        labels = classes == wanted
        plane = fit_boundary(latents, labels, spread, name)
        every.append(plane.balanced_accuracy)
        rows = held_out_rows(labels) & is_sure
        sure.append(balanced_accuracy(labels[rows], latents[rows] @ plane.normal > plane.offset))
        direction = make_direction(game.bundle, name, "class", plane.normal, {}, plane.offset)
        turned.append(game.turned(direction, wanted)[0])
    share = f"{is_sure.mean():.0%} of the samples, as InterFaceGAN chooses: {listed(sure)}"
    rows = [
        (f"{what}, logistic regression alone", every, ACCURACY_BAR, listed(every)),
        (f"{what}, the same where the classifier is sure", sure, ACCURACY_BAR, share),
        ("classes into which its normal turns the others", turned, TURNED_BAR, listed(turned)),
    ]
    return [Row(what, f"{count(values, bar)}", how=how) for what, values, bar, how in rows]


def mark_rows(game: Game) -> list[Row]:
    """Directions from marks, scored on other samples by what the classifier says of them."""
    latents = game.latents(_TO_MARK, 4000)
    classes = game.classes(latents)
    checked = game.latents(_SEEN, CHECKED)
    truth = game.classes(checked)
    halves, alone, come = [], [], []
    for wanted in range(len(game.names)):
        yes, labels = classes == wanted, truth == wanted
        rows = np.concatenate([np.flatnonzero(side)[: MARKS // 2] for side in (yes, ~yes)])
        halves.append(_marked(game, latents[rows], yes[rows], checked, labels))
        alone.append(_on_latents(latents[rows], yes[rows], checked, labels))
        come.append(_marked(game, latents[:MARKS], yes[:MARKS], checked, labels))
    what = f"{MARKS} marks: mean balanced accuracy"
    how = f"half of them yes; on {CHECKED:,} other samples: {listed(halves)}"
    return [
        at_least(what, float(np.mean(halves)), MARKS_BAR, how, "{:.3f}"),
        Row(f"{what}, fitted on the latents alone", f"{np.mean(alone):.3f}", how=listed(alone)),
        Row(f"{what}, marked as they come", f"{np.mean(come):.3f}", how=listed(come)),
    ]


def _marked(
    game: Game, latents: Latents, marks: npt.NDArray[np.bool_], checked: Latents, labels: Any
) -> float:
    """Balanced accuracy of the plane; that of a coin where there are too few marks."""
    try:
        direction = marked_direction(game.bundle, latents, marks, name="marks", seed=_SEED)
    except TooFewMarks:
        return 0.5
    return balanced_accuracy(labels, (checked - direction.origin) @ direction.vector > 0)


def _on_latents(latents: Latents, marks: Any, checked: Latents, labels: Any) -> float:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(latents, marks)
    return balanced_accuracy(labels, model.predict(checked))


def count(values: Sequence[float], bar: float) -> int:
    """How many reach it."""
    return sum(value >= bar for value in values)


def listed(values: Sequence[float]) -> str:
    """In the order of the classes."""
    return " ".join(f"{value:.3f}" for value in values)
