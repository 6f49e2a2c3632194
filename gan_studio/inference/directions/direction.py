"""One direction of a latent space, and what a slider along it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadLatents
from gan_studio.core.i18n import N_
from gan_studio.inference.directions.errors import NothingLeft

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
REACH = 4.0  # standard deviations: what lies beyond, a normal prior practically never draws
SHORTEST = 1e-6  # of a vector, where the latents do not spread along it at all

KINDS: Mapping[str, str] = {
    "latent_pca": N_("principal component of the latents"),
    "activation_pca": N_("principal component of the first layer"),
    "sefa": N_("factor of the first weight"),
    "class": N_("class"),
    "marks": N_("your marks"),
    "property": N_("property of the picture"),
    "difference": N_("difference of two latents"),
}


@dataclass(frozen=True, eq=False)
class Direction:
    """A straight way through latent space.

    Attributes:
        name: what a person called it, or "PCA 1".
        kind: a key of `KINDS`.
        vector: float32 ``[dim]``; one unit of the slider moves z by this. Its length is one
            standard deviation of z along it.
        origin: float32 ``[dim]``; where the slider stands at 0. The latent mean, but for labelled
            directions the point of the boundary that is nearest to the mean: there the sign says
            yes or no, and the number how many deviations away the answer would turn.
        reach: the slider goes from -reach to +reach.
        facts: what is known of it: ``explained``, ``balanced_accuracy``, ``held_out`` ...
    """

    name: str
    kind: str
    vector: Floats
    origin: Floats
    reach: float = REACH
    facts: Mapping[str, float | int | str] = field(default_factory=dict)

    def coordinate(self, z: Floats) -> float:
        """Where the slider stands at `z` ``[dim]``."""
        vector = self.vector.astype(np.float64)
        return float((z - self.origin.astype(np.float64)) @ vector / (vector @ vector))

    def moved(self, z: Floats, delta: float) -> Floats:
        """`z` ``[dim]`` or ``[N, dim]`` moved by `delta` units: exactly ``z + delta * vector``."""
        return np.asarray(z + np.float32(delta) * self.vector, np.float32)


def make_direction(
    bundle: Bundle,
    name: str,
    kind: str,
    way: npt.NDArray[Any],
    facts: Mapping[str, float | int | str],
    boundary: float | None = None,
) -> Direction:
    """A direction along `way` ``[dim]``, which may have any length.

    Args:
        bundle: the model, which knows how widely its latents spread.
        name: what it is called.
        kind: a key of `KINDS`.
        way: where it leads.
        facts: what is known of it.
        boundary: where labels change: at latents with ``z @ unit(way) == boundary``. The slider
            stands at 0 there; without, at the latent mean.

    Raises:
        ValueError: `way` has no length, or is not finite.
    """
    length = float(np.linalg.norm(way.astype(np.float64)))
    if not (np.isfinite(way).all() and length > 0):
        raise ValueError(f"the direction “{name}” leads nowhere")
    unit = way.astype(np.float64) / length
    mean, spread = (part.numpy().astype(np.float64) for part in bundle.latent_range())
    vector = unit * max(float(np.linalg.norm(unit * spread)), SHORTEST)
    origin = mean if boundary is None else mean + (boundary - mean @ unit) * unit
    return Direction(
        name,
        kind,
        vector.astype(np.float32),
        origin.astype(np.float32),
        _reach(bundle, vector),
        dict(facts),
    )


def _reach(bundle: Bundle, vector: npt.NDArray[np.float64]) -> float:
    """`REACH`; under a uniform prior not beyond its edges, where nothing was ever drawn."""
    if bundle.latent is None or bundle.latent.prior != "uniform":
        return REACH
    return float(min(REACH, 1 / np.abs(vector).max()))


def difference_direction(bundle: Bundle, start: Floats, end: Floats, *, name: str) -> Direction:
    """The way from `start` to `end` ``[dim]``; ``distance`` in the facts is how many units long.

    Raises:
        NothingLeft: both are the same latent.
        BadLatents: one is of another size or not finite.
    """
    start, end = (checked_latents(bundle, each[None], name)[0] for each in (start, end))
    way = end.astype(np.float64) - start
    if not way.any():
        raise NothingLeft(name=name, others=N_("the latent that it starts from"))
    made = make_direction(bundle, name, "difference", way, {})
    distance = float(np.linalg.norm(way) / np.linalg.norm(made.vector))
    return replace(made, facts={"distance": distance})


def checked_latents(bundle: Bundle, latents: npt.NDArray[Any], source: str) -> Floats:
    """``[N, dim]`` as float32.

    Raises:
        BadLatents: they are of another size or not finite.
    """
    dim = bundle._latent().dim
    if latents.ndim != 2 or latents.shape[1] != dim:
        reason = f"latents of shape {latents.shape} where the model takes {dim} numbers each"
        raise BadLatents(source=source, reason=reason)
    broken = np.flatnonzero(~np.isfinite(latents).all(1))
    if len(broken):
        reason = f"latent {broken[0] + 1} holds a number that is not finite"
        raise BadLatents(source=source, reason=reason)
    return np.asarray(latents, np.float32)
