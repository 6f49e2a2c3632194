"""What is edited on the timeline, and undo of it. No Qt and no torch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gan_studio.inference.walks import SECONDS, Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.inference.places import Place

SHORTEST = 0.05  # seconds from key to key


def seconds_of(walk: Walk) -> tuple[float, ...]:
    """From each key to the next, for all of them."""
    known = walk.seconds[: len(walk.keys)]
    return known + (SECONDS,) * (len(walk.keys) - len(known))


def added(walk: Walk, places: Sequence[Place], at: int) -> Walk:
    """With more key frames before number `at`, each as long as the one before them."""
    seconds, at = seconds_of(walk), min(max(at, 0), len(walk.keys))
    like = seconds[at - 1] if at else (seconds[0] if seconds else SECONDS)
    more = (like,) * len(places)
    return replace(
        walk,
        keys=(*walk.keys[:at], *places, *walk.keys[at:]),
        seconds=(*seconds[:at], *more, *seconds[at:]),
    )


def removed(walk: Walk, at: int) -> Walk:
    """Without a key frame."""
    seconds = seconds_of(walk)
    return replace(
        walk,
        keys=walk.keys[:at] + walk.keys[at + 1 :],
        seconds=seconds[:at] + seconds[at + 1 :],
    )


def moved(walk: Walk, at: int, target: int) -> Walk:
    """With a key frame elsewhere, `target` counted without it; its seconds go along."""
    key, seconds = walk.keys[at], seconds_of(walk)[at]
    rest = removed(walk, at)
    return replace(
        rest,
        keys=(*rest.keys[:target], key, *rest.keys[target:]),
        seconds=(*rest.seconds[:target], seconds, *rest.seconds[target:]),
    )


def timed(walk: Walk, at: int, seconds: float) -> Walk:
    """With another duration after a key frame."""
    all_seconds = seconds_of(walk)
    return replace(
        walk, seconds=(*all_seconds[:at], max(seconds, SHORTEST), *all_seconds[at + 1 :])
    )


def timed_alike(walk: Walk, seconds: float) -> Walk:
    """With one duration for all."""
    return replace(walk, seconds=(max(seconds, SHORTEST),) * len(walk.keys))


def stretched(walk: Walk, length: float) -> Walk:
    """With all durations longer or shorter, so that the film takes `length` seconds."""
    moving, still = sum(walk.durations), len(walk.keys) * walk.pause
    if not moving:
        return walk
    share = max(length - still, SHORTEST * max(walk.segments, 1)) / moving
    return replace(walk, seconds=tuple(share * seconds for seconds in seconds_of(walk)))
