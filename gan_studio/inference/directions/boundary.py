"""Linear boundaries in latent space, and directions made independent of others.

Shen, Gu, Tang & Zhou 2020 (InterFaceGAN): a plane that parts yes from no, and its normal as the
direction. Deviation: logistic regression with both sides counting alike, for the paper's support
vector machine on the most certain samples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.inference.directions.errors import NothingLeft, TooFewMarks
from gan_studio.inference.planes import check_finite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.directions.direction import Direction

LEAST_SAMPLES = 20  # of each side, to fit and to check a plane
_STRENGTH = 0.01  # inverse of the penalty on the normal, for latents of unit spread
_HELD_OUT = 5  # one sample of so many is kept for the check
_LEAST_LENGTH = 0.02  # of a direction without the others; below, what is left is noise

Latents = npt.NDArray[Any]
Labels = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Boundary:
    """A plane: yes where ``z @ normal > offset``.

    Attributes:
        normal: of length 1 ``[dim]``, float64.
        offset: where along it.
        balanced_accuracy: on held-out latents.
        held_out: how many these are.
    """

    normal: Latents
    offset: float
    balanced_accuracy: float
    held_out: int


def held_out_rows(labels: Labels) -> Labels:
    """Every fifth of each side ``[N]``: never fitted."""
    held = np.zeros(len(labels), bool)
    for side in (True, False):
        held[np.flatnonzero(labels == side)[::_HELD_OUT]] = True
    return held


def check_sides(labels: Labels, name: str, least: int = LEAST_SAMPLES) -> None:
    """Refuse labels that are all on one side, or nearly so.

    Raises:
        TooFewMarks: there are fewer than `least` of one of them.
    """
    yes = int(np.count_nonzero(labels))
    if min(yes, len(labels) - yes) < least:
        raise TooFewMarks(name=name, yes=yes, no=len(labels) - yes, least=least)


def fit_boundary(latents: Latents, labels: Labels, spread: Latents, name: str) -> Boundary:
    """The plane that parts latents ``[N, dim]`` best, a yes and a no of the set counting alike.

    Args:
        latents: of samples.
        labels: ``[N]``.
        spread: one standard deviation of each latent number ``[dim]``.
        name: what errors call the question.

    Raises:
        TooFewMarks: fewer than 20 of one side.
        BadCodes: a latent is not finite.
    """
    from sklearn.linear_model import LogisticRegression

    check_finite(latents)
    check_sides(labels, name)
    fitted = ~held_out_rows(labels)
    scale = np.maximum(spread.astype(np.float64), 1e-6)
    model = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=1000)
    model.fit(latents[fitted] / scale, labels[fitted])
    normal = model.coef_[0] / scale
    if not normal.any():  # labels that have nothing to do with z
        normal = np.ones_like(normal)
    return boundary_along(latents, labels, normal)


def boundary_along(latents: Latents, labels: Labels, way: Latents) -> Boundary:
    """The best plane with this normal; its place is fitted, its accuracy is held out."""
    held = held_out_rows(labels)
    normal = way.astype(np.float64) / np.linalg.norm(way.astype(np.float64))
    places = latents.astype(np.float64) @ normal
    offset = best_threshold(places[~held], labels[~held])
    accuracy = balanced_accuracy(labels[held], places[held] > offset)
    return Boundary(normal, offset, accuracy, int(held.sum()))


def best_threshold(scores: Latents, labels: Labels) -> float:
    """Where ``scores > threshold`` has the highest balanced accuracy ``[N]``."""
    order = np.argsort(scores, kind="stable")
    ranked, yes = scores[order], labels[order]
    # With the threshold after the i-th: nos below it are right, yeses below it are wrong.
    right = np.cumsum(~yes) / max(1, int(np.count_nonzero(~yes)))
    wrong = np.cumsum(yes) / max(1, int(np.count_nonzero(yes)))
    best = int(np.argmax((right - wrong)[:-1]))
    return float((ranked[best] + ranked[best + 1]) / 2)


def balanced_accuracy(labels: Labels, said: Labels) -> float:
    """The mean of the shares of yeses and of nos that are said right; 0.5 is chance."""
    return float((said[labels].mean() + (~said[~labels]).mean()) / 2)


def orthogonalised(direction: Direction, others: Sequence[Direction]) -> Direction:
    """`direction` without what it shares with `others` (the conditional boundary of the paper).

    Its length and its origin stay. What was measured of the old direction is dropped; ``shared``
    in the facts is the share of its squared length that was taken away.

    Raises:
        NothingLeft: it lies in the space of the others.
    """
    vector = direction.vector.astype(np.float64)
    length = np.linalg.norm(vector)
    left = vector
    if others:
        across = np.stack([each.vector.astype(np.float64) for each in others])
        across = across / np.linalg.norm(across, axis=1, keepdims=True)
        _left, sizes, basis = np.linalg.svd(across, full_matrices=False)
        basis = basis[sizes > 1e-6 * sizes[0]]
        for _again in range(2):  # the second time takes what rounding has left
            left = left - basis.T @ (basis @ left)
    rest = float(np.linalg.norm(left) / length)
    names = ", ".join(f"“{each.name}”" for each in others)
    if rest < _LEAST_LENGTH:
        raise NothingLeft(name=direction.name, others=names)
    facts: dict[str, float | int | str] = {"shared": 1 - rest**2, "without": names}
    made = (left / rest).astype(np.float32)
    return replace(direction, vector=made, facts=facts)
