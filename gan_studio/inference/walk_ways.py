"""Ways from key to key through a latent space, in units of its own standard deviations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from gan_studio.inference.walk_words import SPHERE, SPHERE_SPLINE, SPLINE

Doubles = npt.NDArray[np.float64]
Path = Callable[[int, Doubles], Doubles]
"""``path(segment, shares [N]) -> points [N, dim]``: share 0 is the segment's own key."""

FLAT = 1e-4  # an angle (in radians) below which two directions are taken as one line
OPPOSITE = -0.9  # the cosine of an angle from which on two directions are taken as opposite
FINE = 64  # pieces of a segment when its length is measured


def eased(easing: str, share: Doubles) -> Doubles:
    """How far one has come after a share of the time, both in [0, 1]."""
    if easing == "smooth":
        return share * share * (3 - 2 * share)
    if easing == "smoother":
        return share**3 * (share * (6 * share - 15) + 10)
    if easing == "in":
        return share * share
    if easing == "out":
        return 1 - (1 - share) ** 2
    return share


def path_of(way: str, keys: Doubles, steps: Doubles, *, is_loop: bool) -> Path:
    """The way through keys ``[K, dim]``.

    Args:
        way: one of `WAYS`.
        keys: in standard deviations from the mean.
        steps: the distance of a spline's knots, one per segment, above 0. Where they are the
            seconds of the segments, the velocity is the same on both sides of every key.
        is_loop: whether a last segment leads back to the first key.
    """
    if way == SPLINE:
        return _spline(keys, steps, is_loop=is_loop)
    if way == SPHERE_SPLINE:
        return _sphere_spline(keys, steps, is_loop=is_loop)
    between = _slerp if way == SPHERE else _lerp
    return lambda segment, share: between(keys[segment], keys[(segment + 1) % len(keys)], share)


def even_path(path: Path, segment: int) -> tuple[float, Callable[[Doubles], Doubles]]:
    """The length of a segment, and a map of shares by which its speed becomes constant."""
    grid = np.linspace(0, 1, FINE + 1)
    steps = np.linalg.norm(np.diff(path(segment, grid), axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] <= 0:
        return 0.0, lambda share: share
    return float(along[-1]), lambda share: np.interp(share * along[-1], along, grid)


def centripetal(keys: Doubles, *, is_loop: bool) -> Doubles:
    """Roots of the distances between keys: with these steps a spline makes no cusps or loops.

    Yuksel, Schaefer and Keyser 2011, https://doi.org/10.1016/j.cad.2010.08.008
    """
    ends = np.roll(keys, -1, 0) if is_loop else keys[1:]
    roots = np.sqrt(np.linalg.norm(ends - keys[: len(ends)], axis=1))
    least = float(1e-3 * roots.max(initial=0.0))  # the same key twice in a row
    return np.asarray(np.maximum(roots, least if least > 0 else 1.0))


def _lerp(start: Doubles, end: Doubles, share: Doubles) -> Doubles:
    return start + share[:, None] * (end - start)


def _slerp(start: Doubles, end: Doubles, share: Doubles) -> Doubles:
    """Turns the direction at an even pace and changes the length evenly (Shoemake 1985).

    Vectors that point the same or the opposite way, or nowhere, have no one circle between them:
    there it is the straight line.
    """
    lengths = np.linalg.norm(start), np.linalg.norm(end)
    if min(lengths) < FLAT:
        return _lerp(start, end, share)
    one, other = start / lengths[0], end / lengths[1]
    angle = math.acos(float(np.clip(one @ other, -1, 1)))
    if math.sin(angle) < FLAT:
        return _lerp(start, end, share)
    turned = np.sin((1 - share) * angle)[:, None] * one + np.sin(share * angle)[:, None] * other
    growing = lengths[0] + share * (lengths[1] - lengths[0])
    return np.asarray(growing[:, None] * turned / math.sin(angle))


def _spline(keys: Doubles, steps: Doubles, *, is_loop: bool) -> Path:
    """Catmull and Rom's curve with knots of any distance, as Hermite segments."""
    slopes = _slopes(keys, steps, is_loop=is_loop)

    def at(segment: int, share: Doubles) -> Doubles:
        after, s, step = (segment + 1) % len(keys), share[:, None], steps[segment]
        return np.asarray(
            (1 + 2 * s) * (1 - s) ** 2 * keys[segment]
            + s * (1 - s) ** 2 * step * slopes[segment]
            + s * s * (3 - 2 * s) * keys[after]
            + s * s * (s - 1) * step * slopes[after]
        )

    return at


def _slopes(keys: Doubles, steps: Doubles, *, is_loop: bool) -> Doubles:
    """At each key that of the parabola through it and its neighbours; open ends do not bend."""
    ends = np.roll(keys, -1, 0) if is_loop else keys[1:]
    secants = (ends - keys[: len(ends)]) / steps[:, None]
    if is_loop:
        before, earlier = np.roll(secants, 1, 0), np.roll(steps, 1)[:, None]
        both = steps[:, None] + earlier
        return np.asarray((before * steps[:, None] + secants * earlier) / both)
    if len(keys) == 2:
        return np.repeat(secants, 2, 0)
    left, right = steps[:-1, None], steps[1:, None]
    inner = (secants[:-1] * right + secants[1:] * left) / (left + right)
    first, last = (3 * secants[0] - inner[0]) / 2, (3 * secants[-1] - inner[-1]) / 2
    return np.asarray(np.concatenate([first[None], inner, last[None]]))


def _sphere_spline(keys: Doubles, steps: Doubles, *, is_loop: bool) -> Path:
    """A smooth curve of the directions, and one of the lengths.

    Between nearly opposite directions that curve would pass the middle, where nothing says which
    way to turn, and jump: there it is the plain spline.
    """
    lengths = np.linalg.norm(keys, axis=1)
    if lengths.min(initial=1.0) < FLAT:
        return _spline(keys, steps, is_loop=is_loop)
    units = keys / lengths[:, None]
    after = np.roll(units, -1, 0) if is_loop else units[1:]
    if float(np.sum(units[: len(after)] * after, 1).min()) < OPPOSITE:
        return _spline(keys, steps, is_loop=is_loop)
    turning = _spline(units, steps, is_loop=is_loop)
    growing = _spline(lengths[:, None], steps, is_loop=is_loop)

    def at(segment: int, share: Doubles) -> Doubles:
        turned = turning(segment, share)
        size = np.linalg.norm(turned, axis=1, keepdims=True)
        return np.asarray(growing(segment, share) * turned / np.maximum(size, FLAT))

    return at


def wander(seed: int, dim: int, frames: int, speed: float) -> Doubles:
    """A closed random walk ``[frames, dim]`` in which every frame is a draw from N(0, 1).

    It is a sum of waves that fit the film a whole number of times, with normal amplitudes, so that
    frame `frames` would be frame 0 again, to all derivatives, and the length of z stays typical.

    Args:
        seed: the same seed gives the same walk; a higher speed adds shorter waves to it.
        dim: how many numbers.
        frames: of one round.
        speed: how far a number moves over one round, as the root mean square of its velocity in
            standard deviations per round.
    """
    weights = _wave_weights(speed / (2 * math.pi), most=max(1, frames // 4))
    random = np.random.default_rng(seed)
    waves = np.zeros((frames // 2 + 1, dim), np.complex128)
    for wave, weight in enumerate(weights):
        cosines, sines = random.standard_normal((2, dim))
        is_pair = 0 < 2 * wave < frames  # of a wave and its mirror image, of which one is given
        waves[wave] = weight * (cosines - 1j * sines) * frames / (2 if is_pair else 1)
    return np.asarray(np.fft.irfft(waves, frames, axis=0))


def _wave_weights(waves: float, most: int) -> Doubles:
    """Weights of 0, 1, 2 ... waves a round: squares sum to 1 and have the mean square `waves`.

    They fall as a bell does, which makes the smoothest walk of that speed; not above `most` waves.
    """
    counts = np.arange(most + 1, dtype=np.float64)
    low, high = 1e-3, 4.0 * most
    for _attempt in range(60):
        width = math.sqrt(low * high)
        shares = np.exp(-0.5 * (counts / width) ** 2)
        shares /= shares.sum()
        is_slow = float(shares @ counts**2) < waves**2
        low, high = (width, high) if is_slow else (low, width)
    return np.asarray(np.sqrt(shares[: int(np.flatnonzero(shares > 1e-12)[-1]) + 1]))
