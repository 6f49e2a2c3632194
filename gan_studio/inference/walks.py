"""Walks through a latent space: key frames, and every frame between them.

No Qt and no torch: frames are latents; whoever draws them is told each one's class and truncation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadWalk
from gan_studio.inference.places import Place
from gan_studio.inference.walk_ways import (
    Doubles,
    centripetal,
    eased,
    even_path,
    path_of,
    wander,
)
from gan_studio.inference.walk_words import EASINGS, SPHERE, WAYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.inference.bundle import Bundle

Floats = npt.NDArray[np.float32]
SECONDS = 2.0  # from a key to the next, where nothing else is said
MOST_FRAMES, MOST_KEYS = 20_000, 500
MOST_FPS, LARGEST_SCALE = 60, 32


@dataclass(frozen=True)
class Noise:
    """A random walk that closes, in place of key frames.

    Attributes:
        seed: which one.
        speed: in standard deviations per second (root mean square over time and numbers).
        seconds: how long one round takes.
        label: the class that is drawn, None without classes.
        psi: truncation.
    """

    seed: int = 1
    speed: float = 0.8
    seconds: float = 8.0
    label: int | None = None
    psi: float = 1.0


@dataclass(frozen=True, eq=False)
class Walk:
    """All that a film follows from, but for the model.

    Attributes:
        keys: what it passes through, exactly.
        seconds: from each key to the next, `SECONDS` where there are fewer than keys; the last one
            leads back to the first key and counts only in a loop.
        way: one of `WAYS`.
        easing: one of `EASINGS`, within each segment.
        is_loop: whether it leads back to the first key.
        is_even: one speed everywhere: the sum of `seconds` is shared out by distance.
        pause: seconds to stand still on each key, besides.
        fps: frames a second.
        noise: a random walk in place of all the above but `fps`.
        scale: how many times as large the film is as the model's pictures.
        is_smooth: whether pixels are blended when enlarged.
    """

    keys: tuple[Place, ...] = ()
    seconds: tuple[float, ...] = ()
    way: str = SPHERE
    easing: str = "smooth"
    is_loop: bool = True
    is_even: bool = False
    pause: float = 0.0
    fps: int = 30
    noise: Noise | None = None
    scale: int = 4
    is_smooth: bool = False

    @property
    def segments(self) -> int:
        """How many ways from key to key."""
        return len(self.keys) if self.is_loop else max(0, len(self.keys) - 1)

    @property
    def durations(self) -> tuple[float, ...]:
        """Seconds of each segment, before speed is made even."""
        known = self.seconds[: self.segments]
        return known + (SECONDS,) * (self.segments - len(known))

    @property
    def length(self) -> float:
        """Seconds of the whole film, pauses included."""
        if self.noise is not None:
            return self.noise.seconds
        return sum(self.durations) + len(self.keys) * self.pause


@dataclass(frozen=True)
class Range:
    """Where plausible latents lie, float32 ``[dim]`` each, and the prior's name."""

    mean: Floats
    spread: Floats
    prior: str = "normal"

    @property
    def dim(self) -> int:
        """How many numbers."""
        return len(self.mean)


def range_of(bundle: Bundle) -> Range:
    """The range of a model's latents.

    Raises:
        Unsupported: it has no latent space.
    """
    mean, spread = (np.asarray(part.numpy(), np.float32) for part in bundle.latent_range())
    prior = bundle.latent.prior if bundle.latent is not None else "normal"
    return Range(mean, np.maximum(spread, 1e-6).astype(np.float32), prior)


@dataclass(frozen=True, eq=False)
class Frames:
    """A film before it is drawn.

    Attributes:
        z: float32 ``[N, dim]``, before truncation.
        labels: the class of each frame, None without classes.
        psi: truncation of each, float32 ``[N]``.
        keys: which frame each key frame is (the first one where it stands still).
        fps: frames a second.
        is_loop: whether frame 0 follows the last one.
    """

    z: Floats
    labels: tuple[int | None, ...]
    psi: Floats
    keys: tuple[int, ...] = ()
    fps: int = 30
    is_loop: bool = True

    def __len__(self) -> int:
        return len(self.z)

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return len(self) / self.fps

    def place(self, index: int) -> Place:
        """A frame as a place to go to."""
        return Place(self.z[index].copy(), self.labels[index], float(self.psi[index]))


def check(walk: Walk, dim: int) -> None:
    """Refuse what cannot be walked.

    Raises:
        BadWalk: too few or unfit keys, an unknown way, seconds that are no seconds, too long.
    """
    problem = _problem(walk, dim)
    if problem:
        raise BadWalk(source="The walk", reason=problem, advice="Change its settings.")


def _problem(walk: Walk, dim: int) -> str:
    times = (*walk.seconds, walk.pause) if walk.noise is None else (walk.noise.seconds,)
    if walk.way not in WAYS or walk.easing not in EASINGS:
        return f"it does not know the way “{walk.way}” or the easing “{walk.easing}”"
    if not 1 <= walk.fps <= MOST_FPS:
        return f"{walk.fps} frames a second is not between 1 and {MOST_FPS}"
    if not all(math.isfinite(time) and time >= 0 for time in times):
        return "a duration is not a number of seconds"
    if not 1 <= walk.scale <= LARGEST_SCALE:
        return f"a size of {walk.scale} is not between 1 and {LARGEST_SCALE}"
    if walk.length * walk.fps > MOST_FRAMES:
        return f"it has {walk.length * walk.fps:,.0f} frames, more than {MOST_FRAMES:,}"
    if not all(math.isfinite(psi) for psi in _truncations(walk)):
        return "a truncation is not a finite number"
    if walk.noise is not None:
        is_speed = math.isfinite(walk.noise.speed) and 0 < walk.noise.speed <= 100
        if not is_speed:
            return f"{walk.noise.speed} is no speed between 0 and 100"
        return "" if walk.noise.seed >= 0 else f"{walk.noise.seed} is no seed: it is below 0"
    if not 2 <= len(walk.keys) <= MOST_KEYS:
        return f"it has {len(walk.keys)} key frames; 2 to {MOST_KEYS} are needed"
    if any(len(place.z) != dim for place in walk.keys):
        return f"a key frame has not {dim} numbers, as the model takes"
    return ""


def _truncations(walk: Walk) -> tuple[float, ...]:
    return tuple(key.psi for key in walk.keys) if walk.noise is None else (walk.noise.psi,)


def frames_of(walk: Walk, within: Range) -> Frames:
    """Every frame of a walk.

    Key frames are hit exactly. A loop does not show its first frame again at the end. The class
    changes in the middle of a segment, truncation as evenly as z moves.

    Args:
        walk: the settings.
        within: the model's range: ways and distances are in its standard deviations, around its
            mean.

    Raises:
        BadWalk: see `check`.
    """
    check(walk, within.dim)
    return _wandering(walk, within) if walk.noise is not None else _between_keys(walk, within)


def _wandering(walk: Walk, within: Range) -> Frames:
    noise = walk.noise
    assert noise is not None, "only called with one"
    count = max(2, round(noise.seconds * walk.fps))
    drawn = wander(noise.seed, within.dim, count, noise.speed * count / walk.fps)
    if within.prior == "uniform":
        from scipy.special import erf

        z = np.asarray(erf(drawn / math.sqrt(2)), np.float32)
    else:
        z = np.asarray(within.mean + within.spread * drawn, np.float32)
    psi = np.full(count, noise.psi, np.float32)
    return Frames(z, (noise.label,) * count, psi, (), walk.fps, True)


def _between_keys(walk: Walk, within: Range) -> Frames:
    places = [place.z.astype(np.float64) for place in walk.keys]
    keys = (np.stack(places) - within.mean) / within.spread
    durations = np.maximum(walk.durations, 1e-6)
    steps = centripetal(keys, is_loop=walk.is_loop) if walk.is_even else durations
    path = path_of(walk.way, keys, steps, is_loop=walk.is_loop)
    paces: list[Callable[[Doubles], Doubles]] = [_as_is] * walk.segments
    if walk.is_even:
        measured = [even_path(path, segment) for segment in range(walk.segments)]
        lengths = np.array([length for length, _pace in measured])
        if lengths.sum() > 0:
            durations = durations.sum() * lengths / lengths.sum()
        paces = [pace for _length, pace in measured]
    film = _Assembly(walk, within)
    for segment, count in enumerate(frame_counts(durations, walk.fps)):
        share = eased(walk.easing, np.arange(count) / count)
        film.add(segment, share, path(segment, paces[segment](share)))
    return film.done()


def _as_is(share: Doubles) -> Doubles:
    return share


def frame_counts(durations: Doubles, fps: int) -> list[int]:
    """Whole frames of each segment, at least one, whose sums stay next to the true times."""
    ends = np.round(np.cumsum(durations) * fps)
    counts, at = [], 0
    for end in ends.tolist():
        counts.append(max(1, int(end) - at))
        at += counts[-1]
    return counts


class _Assembly:
    """Puts the segments of a film one after the other, with pauses."""

    def __init__(self, walk: Walk, within: Range) -> None:
        self._walk, self._within = walk, within
        self._still = round(walk.pause * walk.fps)
        self._z: list[Floats] = []
        self._labels: list[int | None] = []
        self._psi: list[Floats] = []
        self._keys: list[int] = []

    def add(self, segment: int, share: Doubles, points: Doubles) -> None:
        """From a key up to the frame before the next."""
        start = self._walk.keys[segment]
        end = self._walk.keys[(segment + 1) % len(self._walk.keys)]
        z = np.asarray(self._within.mean + self._within.spread * points, np.float32)
        if self._within.prior == "uniform":
            z = np.clip(z, -1, 1)
        z[0] = start.z  # to the bit
        self._stand(start)
        self._z.append(z)
        self._labels += [start.label if at < 0.5 else end.label for at in share]
        self._psi.append(np.asarray(start.psi + share * (end.psi - start.psi), np.float32))

    def done(self) -> Frames:
        """The film; an open one ends on its last key."""
        walk = self._walk
        if not walk.is_loop:
            last = walk.keys[-1]
            self._stand(last)
            self._append(last, 1)
        z, psi = np.concatenate(self._z), np.concatenate(self._psi)
        return Frames(z, tuple(self._labels), psi, tuple(self._keys), walk.fps, walk.is_loop)

    def _stand(self, place: Place) -> None:
        self._keys.append(len(self._labels))
        self._append(place, self._still)

    def _append(self, place: Place, count: int) -> None:
        if count:
            self._z.append(np.tile(place.z, (count, 1)))
            self._labels += [place.label] * count
            self._psi.append(np.full(count, place.psi, np.float32))
