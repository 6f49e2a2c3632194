"""More like these: new places around chosen ones. Numbers only, no torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_studio.inference.places import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float32]
SHELL_FROM = 16  # from so many numbers on nearly all of a normal distribution lies on a thin shell


def places_near(
    chosen: Sequence[Place],
    count: int,
    share: float,
    seed: int,
    mean: Floats,
    spread: Floats,
    prior: str,
) -> tuple[Place, ...]:
    """Random convex mixtures of the chosen places, and noise.

    With latents measured in standard deviations from the mean, a new one is
    ``sqrt(1 - share²) * mixture + share * noise``: the weights of a mixture are uniform over all
    convex ones, the noise is standard normal. A mixture of several is shorter than each of them,
    and short latents draw more typical pictures; so for normal priors of 16 numbers and more it is
    brought back to the lengths of those it was mixed from, and the sum keeps the length that random
    latents have (the typical shell). Uniform priors are reflected at their ends instead.

    Class and truncation are those of the chosen place with the greatest weight.

    Args:
        chosen: at least one place.
        count: how many new ones.
        share: how much is noise: 0 gives mixtures alone, 1 places as far away as random ones.
        seed: all that is random follows from it.
        mean: of the latent space, ``[dim]``.
        spread: its standard deviations, ``[dim]``.
        prior: "normal", "uniform" or "encoded".
    """
    draws = np.random.default_rng(seed)
    weights = draws.dirichlet(np.ones(len(chosen)), count)
    noise = draws.standard_normal((count, len(mean)))
    wide = np.maximum(spread, 1e-6)  # of a code that is always the same
    units = (np.stack([place.z for place in chosen]).astype(np.float64) - mean) / wide
    mixed = weights @ units
    if prior == "normal" and len(mean) >= SHELL_FROM:
        mixed = _with_lengths(mixed, weights @ np.linalg.norm(units, axis=1))
    found = mean + wide * (np.sqrt(1 - share**2) * mixed + share * noise)
    if prior == "uniform":
        found = _reflected(found)
    z = found.astype(np.float32)
    heaviest = weights.argmax(1)
    return tuple(
        Place(row, chosen[index].label, chosen[index].psi)
        for row, index in zip(z, heaviest, strict=True)
    )


def _with_lengths(
    vectors: npt.NDArray[np.float64], lengths: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    own = np.linalg.norm(vectors, axis=1)
    scaled: npt.NDArray[np.float64] = vectors * (lengths / np.maximum(own, 1e-12))[:, None]
    return scaled


def _reflected(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Into [-1, 1], as a ball between two walls."""
    within: npt.NDArray[np.float64] = 1 - np.abs((values + 1) % 4 - 2)
    return within
