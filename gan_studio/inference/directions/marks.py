"""Directions from a few thumbnails that a person marks yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.inference.directions.boundary import (
    balanced_accuracy,
    check_sides,
    fit_boundary,
)
from gan_studio.inference.directions.direction import (
    Direction,
    Floats,
    checked_latents,
    make_direction,
)
from gan_studio.inference.directions.errors import TooFewMarks
from gan_studio.inference.directions.watch import Progress, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions.features import Eyes

LEAST_MARKS = 3  # of each side

_POOL = 2_000  # samples that the next candidates are chosen from
_ADJUSTING = 1_000  # samples that the features' scale is taken from

Marks = npt.NDArray[np.bool_]
Features = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


def candidates(bundle: Bundle, count: int, seed: int) -> Floats:
    """Latents ``[count, dim]`` whose pictures are to be marked, as `gan-studio sample` draws them.

    Raises:
        Unsupported: the family draws no pictures from a latent.
    """
    from gan_studio.inference.directions.samples import check_draws_pictures
    from gan_studio.inference.latents import latents_from_seed

    check_draws_pictures(bundle, "Marking")
    return np.asarray(latents_from_seed(bundle, seed, count).numpy(), np.float32)


def next_candidates(
    bundle: Bundle,
    latents: Floats,
    marks: Marks,
    count: int,
    seed: int,
    *,
    label: int | None = None,
    features: Callable[[Tensor], Tensor] | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Floats:
    """Latents ``[count, dim]`` that teach most after the first marks.

    In turn one that the marks so far leave in doubt, and one that should be of the side with fewer
    marks (uncertainty sampling, Lewis & Gale 1994, which alone would find a rare yes too seldom).
    With marks on one side only they are those of `candidates`.

    Raises:
        As `marked_direction`, but for `TooFewMarks`.
    """
    latents, marks = _checked(bundle, latents, marks)
    if marks.all() or not marks.any():
        return candidates(bundle, count, seed)
    from gan_studio.inference.directions.samples import drawn_latents

    count_seen = max(_POOL, 2 * count)
    watch = Watch(progress, is_cancelled, _ADJUSTING + len(latents) + count_seen)
    judge = _Judge(bundle, label, features, seed, watch)
    judge.learn(latents, marks, [])
    pool = drawn_latents(bundle, count_seen, seed, "next candidates")
    yes = judge.probabilities(pool)[:, 0]
    doubtful = np.argsort(np.abs(yes - 0.5), kind="stable")
    rare = np.argsort(-yes if 2 * np.count_nonzero(marks) <= len(marks) else yes, kind="stable")
    order = np.stack([doubtful, rare], 1).ravel()
    first_seen = np.sort(np.unique(order, return_index=True)[1])
    return np.asarray(pool.numpy()[order[first_seen][:count]], np.float32)


def marked_direction(
    bundle: Bundle,
    latents: Floats,
    marks: Marks,
    *,
    name: str,
    samples: int = 10_000,
    seed: int = 0,
    label: int | None = None,
    features: Callable[[Tensor], Tensor] | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Direction:
    """The way from what was marked no to what was marked yes.

    The marks teach a small classifier on the features of the run's nets, that classifier marks
    many samples, and the plane is fitted to those. Facts: ``balanced_accuracy`` of all this on
    ``held_out`` marks that were left out in turn (five planes from four fifths of the marks each);
    ``marks_accuracy`` of the classifier on the same.

    Args:
        bundle: a model that draws pictures.
        latents: ``[N, dim]`` that were marked, 20 to 200 of them.
        marks: bool ``[N]``, true for yes.
        name: what a person calls it.
        samples: pictures that a small classifier marks in the person's place.
        seed: of their latents.
        label: the class that is drawn, for families that take one.
        features: pictures in [-1, 1] to features ``[N, F]``; without, those of the run's own nets.
        progress: is told (samples done, all samples).
        is_cancelled: asked between batches.

    Raises:
        TooFewMarks: fewer than `LEAST_MARKS` on one side, or hardly any sample would be marked so.
        BadLatents: a latent is of another size or not finite.
        Unsupported: the family draws no pictures from a latent.
        Cancelled: it was.
        ValueError: there are not as many marks as latents.
    """
    latents, marks = _checked(bundle, latents, marks)
    check_sides(marks, name, LEAST_MARKS)
    from gan_studio.inference.directions.samples import drawn_latents

    watch = Watch(progress, is_cancelled, _ADJUSTING + len(latents) + samples)
    judge = _Judge(bundle, label, features, seed, watch)
    parts = _parts(marks)
    accuracy = judge.learn(latents, marks, parts)
    drawn = drawn_latents(bundle, samples, seed, "marks")
    said, spread = judge.probabilities(drawn) > 0.5, bundle.latent_range()[1].numpy()
    found = fit_boundary(drawn.numpy(), said[:, 0], spread, name)
    facts: dict[str, float | int | str] = {
        "balanced_accuracy": _on_left_out(drawn.numpy(), said, spread, latents, marks, parts),
        "held_out": len(marks),
        "marks_accuracy": accuracy,
        "samples": samples,
    }
    facts |= judge.facts(marks)
    return make_direction(bundle, name, "marks", found.normal, facts, found.offset)


class _Judge:
    """A small classifier that marks as the person does, on features of samples."""

    def __init__(
        self,
        bundle: Bundle,
        label: int | None,
        features: Callable[[Tensor], Tensor] | None,
        seed: int,
        watch: Watch,
    ) -> None:
        from gan_studio.inference.directions.features import Eyes

        self.bundle, self.label, self.watch = bundle, label, watch
        self.eyes = Eyes(bundle, label, features)
        _adjust(self.eyes, bundle, label, seed, watch)
        self.models: list[Any] = []

    def learn(self, latents: Floats, marks: Marks, parts: Sequence[Rows]) -> float:
        """Learn all marks, and all but each of `parts`; the balanced accuracy on these."""
        import torch

        seen = self._look(torch.from_numpy(latents), self.eyes)
        self.models = [_logistic().fit(seen, marks)]
        said = np.zeros(len(marks), bool)
        for part in parts:
            rest = np.setdiff1d(np.arange(len(marks)), part)
            self.models.append(_logistic().fit(seen[rest], marks[rest]))
            said[part] = self.models[-1].predict(seen[part])
        return balanced_accuracy(marks, said)

    def probabilities(self, latents: Tensor) -> npt.NDArray[Any]:
        """How sure a yes is ``[N, 1 + parts]``: by all marks, then by all but each part."""
        return self._look(latents, lambda z, x: self._yes(self.eyes(z, x).cpu().numpy()))

    def facts(self, marks: Marks) -> dict[str, float | int | str]:
        """What it learned from."""
        facts: dict[str, float | int | str] = {"marked": len(marks), "features": self.eyes.of}
        facts["yes"] = int(np.count_nonzero(marks))
        return facts if self.label is None else {**facts, "label": self.label}

    def _yes(self, seen: Features) -> npt.NDArray[Any]:
        return np.stack([model.predict_proba(seen)[:, 1] for model in self.models], 1)

    def _look(self, latents: Tensor, look: Callable[[Tensor, Tensor], Any]) -> npt.NDArray[Any]:
        from gan_studio.inference.directions.samples import looked_at

        return looked_at(self.bundle, latents, look, self.label, self.watch)


def _adjust(eyes: Eyes, bundle: Bundle, label: int | None, seed: int, watch: Watch) -> None:
    """Bring the features to a common scale, by samples of their own."""
    from gan_studio.inference.directions.samples import classes_of, drawn_latents

    latents = drawn_latents(bundle, _ADJUSTING, seed, "scale")
    labels = classes_of(label, len(latents), bundle.device)
    eyes.adjust(latents, bundle.generate(latents, labels))
    watch.advance(len(latents))


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)


def _parts(marks: Marks) -> list[Rows]:
    """The marks in five parts (fewer where few), yes and no in each."""
    from sklearn.model_selection import StratifiedKFold

    yes = int(np.count_nonzero(marks))
    folds = StratifiedKFold(min(5, yes, len(marks) - yes), shuffle=True, random_state=0)
    return [part for _rest, part in folds.split(marks, marks)]


def _on_left_out(
    drawn: Floats, said: Marks, spread: Floats, latents: Floats, marks: Marks, parts: Sequence[Rows]
) -> float:
    """Balanced accuracy of planes on the marks that were left out when each was made.

    Args:
        drawn: samples ``[N, dim]``.
        said: what is said of them without each part ``[N, 1 + parts]``.
        spread: of each latent number ``[dim]``.
        latents: what was marked.
        marks: how.
        parts: what was left out.
    """
    answers = np.zeros(len(marks), bool)
    for part, labels in zip(parts, said.T[1:], strict=True):
        try:
            plane = fit_boundary(drawn, labels, spread, "")
            answers[part] = latents[part] @ plane.normal > plane.offset
        except TooFewMarks:  # without that part, (nearly) all samples are said to be alike
            answers[part] = labels.mean() > 0.5
    return balanced_accuracy(marks, answers)


def _checked(bundle: Bundle, latents: Floats, marks: Marks) -> tuple[Floats, Marks]:
    from gan_studio.inference.directions.samples import check_draws_pictures

    check_draws_pictures(bundle, "Marking")
    latents = checked_latents(bundle, np.asarray(latents), "The marked latents")
    marks = np.asarray(marks, bool)
    if marks.shape != (len(latents),):
        raise ValueError(f"{len(latents)} latents and marks of shape {marks.shape}")
    return latents, marks
