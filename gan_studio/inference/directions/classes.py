"""Directions towards a class of the data, by a classifier that marks the model's own samples."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.core.errors import Unsupported
from gan_studio.inference.directions.boundary import (
    balanced_accuracy,
    best_threshold,
    boundary_along,
    fit_boundary,
    held_out_rows,
)
from gan_studio.inference.directions.direction import Direction, make_direction
from gan_studio.inference.directions.watch import Progress, Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from torch import Tensor

    from gan_studio.data.base import Prepared
    from gan_studio.diagnostics.classifier import Classifier
    from gan_studio.inference.bundle import Bundle

SHOWN = 200  # held-out samples of other classes that are moved to see how many turn
_LEARNING = 30_000  # what the classifier's training counts beside drawn pictures
_MOST_CLASSES = 20  # up to which all classes are told apart together
_STRENGTH = 0.1  # inverse of the penalty there


def class_direction(
    bundle: Bundle,
    prepared: Prepared,
    class_index: int,
    *,
    samples: int = 15_000,
    seed: int = 0,
    label: int | None = None,
    name: str = "",
    classifier: Classifier | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Direction:
    """The way from all other classes to one.

    The normal of the best plane between them (see `fit_boundary`), turned towards what changes
    the pictures (see `Steering`), which is a deviation from InterFaceGAN. Facts, all on samples
    that were not fitted: ``balanced_accuracy`` of the one plane across the direction;
    ``all_classes_accuracy``, balanced too, where each class has a linear score of its own and the
    class's probability decides (softmax regression: several planes); ``turned``, the share of
    other samples that become the class 4 units further on.

    Args:
        bundle: a model that draws pictures like those of `prepared`.
        prepared: data with classes, which a small classifier learns.
        class_index: the class.
        samples: pictures that the classifier marks.
        seed: of the latents.
        label: the class that is drawn, for families that take one.
        name: of the direction; the class's own name without.
        classifier: one that has learned these data already, for several classes in turn.
        progress: is told (work done, all work).
        is_cancelled: asked between batches.

    Raises:
        Unsupported: the data have no classes, or the model draws no pictures of their size.
        TooFewMarks: the model hardly ever draws that class, or nothing else.
        BadCodes: latents are not finite.
        Cancelled: it was.
        ValueError: there is no such class.
    """
    from gan_studio.inference.directions.samples import drawn_latents, looked_at
    from gan_studio.inference.directions.steering import WORK

    _check(bundle, prepared, class_index)
    name = name or prepared.spec.class_names[class_index]
    learning = _LEARNING if classifier is None else 0
    watch = Watch(progress, is_cancelled, learning + samples + WORK)
    judge = classifier or _learned(prepared, watch)
    latents = drawn_latents(bundle, samples, seed, "class")
    judge = copy.deepcopy(judge).to(bundle.device)  # the caller's stays where it is
    classes = looked_at(bundle, latents, lambda _z, x: judge(x).argmax(1), label, watch)
    return _Question(bundle, latents, classes, class_index, name).answer(judge, label, seed, watch)


class _Question:
    """Samples with their classes, and the one that is asked for."""

    def __init__(
        self, bundle: Bundle, latents: Tensor, classes: npt.NDArray[Any], wanted: int, name: str
    ) -> None:
        self.bundle, self.latents, self.classes = bundle, latents, classes
        self.wanted, self.name = wanted, name
        self.is_it = classes == wanted

    def answer(self, judge: Classifier, label: int | None, seed: int, watch: Watch) -> Direction:
        """The direction with its facts."""
        import torch

        from gan_studio.inference.directions.steering import Steering

        values = self.latents.numpy()
        spread = self.bundle.latent_range()[1].numpy()
        plane = fit_boundary(values, self.is_it, spread, self.name)
        held = held_out_rows(self.is_it)
        fitted = self.latents[torch.from_numpy(~held & ~self.is_it)]
        steering = Steering(self.bundle, judge, self.wanted, fitted, label, seed)
        way = steering.turned(plane.normal, watch)
        found = boundary_along(values, self.is_it, way)
        others = self.latents[torch.from_numpy(held & ~self.is_it)][:SHOWN]
        facts: dict[str, float | int | str] = {
            "balanced_accuracy": found.balanced_accuracy,
            "held_out": found.held_out,
            "samples": len(values),
            "turned": steering.share(way, others),
            "class": self.wanted,
        }
        facts |= self._all_classes(held)
        watch.finish()
        if label is not None:
            facts["label"] = label
        return make_direction(self.bundle, self.name, "class", way, facts, found.offset)

    def _all_classes(self, held: npt.NDArray[np.bool_]) -> dict[str, float]:
        """How well linear scores of all classes tell this one, where these are not too many."""
        from sklearn.linear_model import LogisticRegression

        seen = np.unique(self.classes[~held])
        if not 2 < len(seen) <= _MOST_CLASSES:
            return {}
        values = self.latents.numpy() / np.maximum(self.bundle.latent_range()[1].numpy(), 1e-6)
        model = LogisticRegression(C=_STRENGTH, max_iter=1000)
        model.fit(values[~held], self.classes[~held])
        sure = model.predict_proba(values)[:, int(np.flatnonzero(seen == self.wanted)[0])]
        least = best_threshold(sure[~held], self.is_it[~held])
        return {"all_classes_accuracy": balanced_accuracy(self.is_it[held], sure[held] > least)}


def _check(bundle: Bundle, prepared: Prepared, class_index: int) -> None:
    from gan_studio.inference.directions.samples import check_draws_pictures

    what = "A direction towards a class"
    check_draws_pictures(bundle, what)
    if not prepared.spec.class_names:
        raise Unsupported(what=what, need="has classes", family=prepared.title)
    if prepared.spec.shape != bundle.spec.shape:
        need = f"draws pictures of {prepared.spec.describe()}"
        raise Unsupported(what=what, need=need, family=bundle.family_key)
    if not 0 <= class_index < len(prepared.spec.class_names):
        raise ValueError(f"the data have no class {class_index}")


def _learned(prepared: Prepared, watch: Watch) -> Classifier:
    """A classifier of the data's classes.

    Raises:
        Unsupported: they have none.
        Cancelled: it was.
    """
    from gan_studio.diagnostics.classifier import train_classifier

    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        now = _LEARNING * done // total
        watch.advance(now - told)
        told = now

    return train_classifier(prepared, progress=progress)
