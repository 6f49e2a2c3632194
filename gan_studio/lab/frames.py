"""What one picture of the lab holds: plain arrays, ready to be drawn by whoever likes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_studio.lab.divergence import Estimate
from gan_studio.lab.modes import ModeReport
from gan_studio.losses.base import Output

Array = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class LineFrame:
    """Everything over the line, now.

    Attributes:
        x: places along the line ``[K]``.
        real: density of the data ``[K]``.
        generated: density of G(z) ``[K]``.
        judged: how high D's curve stands ``[K]``, in [0, 1]; a probability where D holds one.
        best: the same of the best D ``[K]`` (of the Wasserstein game: brought to 0 to 1 as D is).
        real_points: some of the data ``[N]``.
        real_heights: D at them ``[N]``.
        fake_points: G(z) ``[N]``.
        fake_heights: D at them ``[N]``.
        noise: the number of z that an arrow starts from ``[N]``, in about [-1, 1].
        distance: mean distance of D from the best D, in [0, 1]; None where D is no probability.
        jsd: exact Jensen-Shannon divergence of the densities, in nats.
        wasserstein: exact Wasserstein distance.
    """

    x: Array
    real: Array
    generated: Array
    judged: Array
    best: Array
    real_points: Array
    real_heights: Array
    fake_points: Array
    fake_heights: Array
    noise: Array
    distance: float | None
    jsd: float
    wasserstein: float


@dataclass(frozen=True)
class PlaneFrame:
    """Everything over the plane, now.

    Attributes:
        low: lower left corner of the heat map.
        high: upper right corner.
        heat: how high D stands ``[side, side]`` in [0, 1], row by row from below.
        contour: where D is 0.5, as loose pieces ``[M, 2, 2]`` (piece, end, x or y).
        real_points: some of the data ``[N, 2]``.
        fake_points: G(z) ``[N, 2]``.
        pushes: where G's loss pulls the first M fake points ``[M, 2]``, lengths below 1.
        lattice: lines of noise through G ``[L, P, 2]``.
        modes: the published protocol on 2,500 points, where the data has modes; not in every frame.
        estimate: the Jensen-Shannon divergence, estimated; not in every frame.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    heat: Array
    contour: Array
    real_points: Array
    fake_points: Array
    pushes: Array
    lattice: Array
    modes: ModeReport | None = None
    estimate: Estimate | None = None


@dataclass(frozen=True)
class GameFrame:
    """One of the lab's games at one step.

    Attributes:
        step: completed steps of what is shown.
        output: what D's output means.
        line: the view of one-dimensional data, else None.
        plane: the view of two-dimensional data, else None.
        readings: named numbers (``d/real``, ``d/fake``, ``value``, ``jsd``, ``critic/gap`` ...),
            read off many points at this very step, whatever the batch was; empty in most of the
            pictures while it plays.
    """

    step: int
    output: Output
    line: LineFrame | None = None
    plane: PlaneFrame | None = None
    readings: dict[str, float] = field(default_factory=dict)

    @property
    def has_probability(self) -> bool:
        """Whether D's output is a probability of being real."""
        return self.output in (Output.LOGIT, Output.LEVEL, Output.PROBABILITY)
