"""Sums of latents: A - B + C, and the average of many.

Radford et al., "Unsupervised representation learning with deep convolutional generative adversarial
networks" (2015, https://arxiv.org/abs/1511.06434), section 6.3.2: single pictures per term were
unstable there, averages of three worked. Everything here is measured from the middle of the latent
space, which changes nothing while the weights sum up to 1, and does not depend on where 0 lies
otherwise. No torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.inference.places import Place, truncated

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float32]


def average(latents: Any) -> Floats:
    """The mean ``[dim]`` of latents ``[N, dim]``, N above 0; one alone keeps its bits."""
    return np.asarray(np.mean(np.asarray(latents, np.float64), axis=0), np.float32)


def combined(terms: Sequence[tuple[float, Floats]], mean: Floats) -> Floats:
    """``mean + sum of weight * (z - mean)`` over (weight, z ``[dim]``)."""
    middle = np.asarray(mean, np.float64)
    total = sum((weight * (z - middle) for weight, z in terms), np.zeros_like(middle))
    return np.asarray(middle + total, np.float32)


def distance(z: Floats, mean: Floats, spread: Floats) -> float:
    """How far `z` ``[dim]`` lies from the middle, in standard deviations of each number."""
    wide = np.maximum(spread, 1e-6)  # of a code that is always the same
    return float(np.linalg.norm((np.asarray(z, np.float64) - mean) / wide))


def usual_distance(dim: int) -> float:
    """How far random latents lie from the middle: the root of the mean square of `distance`.

    It is the root of `dim` exactly, whatever the prior. With many numbers a normal prior draws
    hardly anything at another distance; with one or two it says little.
    """
    return math.sqrt(dim)


def at_usual_distance(z: Floats, mean: Floats, spread: Floats) -> Floats:
    """`z` ``[dim]`` brought to `usual_distance` along its way from the middle.

    Averages fall toward the middle, which a normal prior of many numbers never draws. The middle
    itself has no way and stays.
    """
    length = distance(z, mean, spread)
    if length <= 1e-6 * usual_distance(len(z)):
        return z
    middle = np.asarray(mean, np.float64)
    return np.asarray(middle + (z - middle) * (usual_distance(len(z)) / length), np.float32)


def average_place(places: Sequence[Place], mean: Floats) -> Place:
    """The average of what these places draw, at least one; class and seed as of the first alone.

    Places of one truncation keep it. Where they differ, each is taken as it is drawn.
    """
    first = places[0]
    if len(places) == 1:
        return first
    if all(place.psi == first.psi for place in places):
        return Place(average([place.z for place in places]), first.label, first.psi)
    drawn = [truncated(place.z, mean, place.psi) for place in places]
    return Place(average(drawn), first.label)


def combined_place(terms: Sequence[tuple[float, Place]], mean: Floats) -> Place:
    """`combined` of places, at least one; class and truncation as in `average_place`."""
    first = terms[0][1]
    if all(place.psi == first.psi for _weight, place in terms):
        rows = [(weight, place.z) for weight, place in terms]
        return Place(combined(rows, mean), first.label, first.psi)
    rows = [(weight, truncated(place.z, mean, place.psi)) for weight, place in terms]
    return Place(combined(rows, mean), first.label)


def between(start: Place, end: Place, count: int, mean: Floats) -> list[Place]:
    """`count` places from one to the other in equal steps, both ends included; 2 or more."""
    shares = np.linspace(0.0, 1.0, count)
    inner = [combined_place([(1 - share, start), (share, end)], mean) for share in shares[1:-1]]
    return [start, *inner, end]


@dataclass(frozen=True, eq=False)
class Sum:
    """What A - B + C came to.

    Attributes:
        terms: the average of each slot, None where it is empty.
        result: the sum of all that are not empty, None without the first.
    """

    terms: tuple[Place | None, ...]
    result: Place | None


def add_up(
    slots: Sequence[Sequence[Place]],
    weights: Sequence[float],
    mean: Floats,
    spread: Floats,
    *,
    brings_averages: bool = False,
    brings_result: bool = False,
) -> Sum:
    """The weighted sum of the averages of several slots.

    Args:
        slots: the places in each; empty ones count for nothing.
        weights: of each slot, with its sign.
        mean: the middle of the latent space ``[dim]``.
        spread: one standard deviation of each number ``[dim]``.
        brings_averages: bring averages of two and more to the usual distance from the middle.
        brings_result: the same for the result.
    """
    terms: list[Place | None] = []
    for places in slots:
        term = average_place(places, mean) if places else None
        if term is not None and len(places) > 1 and brings_averages:
            term = replace(term, z=at_usual_distance(term.z, mean, spread))
        terms.append(term)
    if terms[0] is None:
        return Sum(tuple(terms), None)
    found = [(weight, term) for weight, term in zip(weights, terms, strict=True) if term]
    result = combined_place(found, mean)
    if brings_result:
        result = replace(result, z=at_usual_distance(result.z, mean, spread))
    return Sum(tuple(terms), result)
