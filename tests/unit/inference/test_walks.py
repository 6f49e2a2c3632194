"""Walks: every frame between key frames, and the same film again from its settings."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gan_studio.core.errors import BadLatents, BadWalk
from gan_studio.inference.places import Place
from gan_studio.inference.walk_file import walk_from_text, walk_to_text
from gan_studio.inference.walk_ways import eased, path_of
from gan_studio.inference.walk_words import EASINGS, WAYS, usual_way
from gan_studio.inference.walks import (
    Noise,
    Range,
    Walk,
    frame_counts,
    frames_of,
)


def normal(dim):
    return Range(np.zeros(dim, np.float32), np.ones(dim, np.float32))


def places(count, dim, seed=1, **more):
    drawn = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return tuple(Place(row, **more) for row in drawn)


def velocities(frames):
    z = frames.z.astype(np.float64)
    return np.diff(np.concatenate([z, z[:1]]), axis=0) if frames.is_loop else np.diff(z, axis=0)


# What is shown


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_loop", [True, False])
@pytest.mark.parametrize("is_even", [True, False])
def test_key_frames_are_hit_to_the_bit(way, is_loop, is_even):
    keys = places(5, 12)
    walk = Walk(keys, (1.0, 0.31, 2.0, 0.7, 1.1), way, "smooth", is_loop, is_even, 0.2)
    frames = frames_of(walk, Range(np.full(12, 0.3, np.float32), np.full(12, 1.7, np.float32)))
    assert len(frames.keys) == 5
    for at, key in zip(frames.keys, keys, strict=True):
        assert frames.z[at].tobytes() == key.z.tobytes()
        assert frames.z[at + 5].tobytes() == key.z.tobytes()  # it stands still for 0.2 s
    assert len(frames) == len(frames.labels) == len(frames.psi)


def test_a_loop_does_not_show_its_first_frame_twice():
    keys = places(3, 8)
    loop = frames_of(Walk(keys, (1.0, 1.0, 1.0), easing="none"), normal(8))
    assert len(loop) == 90
    assert (loop.z[-1] != loop.z[0]).any()
    # The step over the seam is as long as the one before it.
    steps = np.linalg.norm(velocities(loop), axis=1)
    assert steps[-1] == pytest.approx(steps[-2], rel=1e-2)
    open_end = frames_of(Walk(keys, (1.0, 1.0), easing="none", is_loop=False), normal(8))
    assert len(open_end) == 61
    assert open_end.z[-1].tobytes() == keys[-1].z.tobytes()


def test_the_first_frame_would_come_next():
    """One frame more of a closed walk is its first frame."""
    keys = np.stack([place.z for place in places(4, 6)]).astype(float)
    for way in WAYS:
        path = path_of(way, keys, np.ones(4), is_loop=True)
        assert path(3, np.array([1.0]))[0] == pytest.approx(keys[0], abs=1e-12)


# Ways


def test_the_sphere_keeps_the_length_where_the_straight_way_does_not():
    keys = places(2, 256)
    lengths = [np.linalg.norm(place.z) for place in keys]
    around = frames_of(Walk(keys, way="sphere", is_loop=False, easing="none"), normal(256))
    sizes = np.linalg.norm(around.z, axis=1)
    assert sizes.min() >= min(lengths) - 1e-3
    assert sizes.max() <= max(lengths) + 1e-3
    through = frames_of(Walk(keys, way="straight", is_loop=False, easing="none"), normal(256))
    assert np.linalg.norm(through.z, axis=1).min() < 0.8 * min(lengths)
    angles = np.einsum("ij,ij->i", around.z[1:], around.z[:-1])
    angles /= sizes[1:] * sizes[:-1]
    assert np.ptp(np.arccos(np.clip(angles.astype(float), -1, 1))) < 2e-3  # an even turn


@pytest.mark.parametrize("is_loop", [True, False])
@pytest.mark.parametrize("keys", [[[1.0], [-1.5], [0.8]], [[1.0, 0.0], [-1.0, 1e-3], [0.2, 1.0]]])
def test_a_curve_between_opposite_keys_does_not_jump(keys, is_loop):
    """One number has no circle at all, and two may point away from each other."""
    segments = 3 if is_loop else 2
    path = path_of("sphere-spline", np.array(keys), np.ones(segments), is_loop=is_loop)
    for segment in range(segments):
        steps = np.diff(path(segment, np.linspace(0, 1, 101)), axis=0)
        assert np.abs(steps).max() < 0.1


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]),
        ([1.0, 2.0, 3.0], [-1.0, -2.0, -3.0]),
        ([0.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
        ([1.0, 0.0, 0.0], [1.0, 0.0, 0.0]),
    ],
)
def test_without_a_circle_between_them_the_way_is_straight(start, end):
    ends = np.array([start, end])
    share = np.linspace(0, 1, 11)
    found = path_of("sphere", ends, np.ones(1), is_loop=False)(0, share)
    assert found == pytest.approx(ends[0] + share[:, None] * (ends[1] - ends[0]), abs=1e-9)


@pytest.mark.parametrize("way", ["spline", "sphere-spline"])
def test_a_closed_curve_has_one_velocity_at_every_key_the_seam_included(way):
    keys = np.stack([place.z for place in places(5, 7)]).astype(float)
    seconds = np.array([0.5, 2.0, 1.0, 3.0, 0.7])
    path = path_of(way, keys, seconds, is_loop=True)
    tiny = 1e-5
    for segment in range(5):
        before = path(segment - 1 if segment else 4, np.array([1 - tiny, 1.0]))
        after = path(segment, np.array([0.0, tiny]))
        arriving = np.diff(before, axis=0)[0] / tiny / seconds[segment - 1]
        leaving = np.diff(after, axis=0)[0] / tiny / seconds[segment]
        assert leaving == pytest.approx(arriving, abs=2e-3)


@pytest.mark.parametrize("way", ["straight", "sphere", "spline", "sphere-spline"])
def test_one_speed_everywhere(way):
    walk = Walk(places(5, 16), way=way, easing="none", is_even=True, fps=60)
    steps = np.linalg.norm(velocities(frames_of(walk, normal(16))), axis=1)
    assert steps.max() / steps.min() < 1.06
    timed = np.linalg.norm(
        velocities(frames_of(replace(walk, is_even=False, way="straight"), normal(16))), axis=1
    )
    assert timed.max() / timed.min() > 1.06


def test_distances_are_in_the_models_own_deviations():
    """A number that hardly varies counts as much as one that varies widely."""
    spread = np.array([100.0, 0.01], np.float32)
    keys = tuple(Place(np.array(z, np.float32)) for z in ([0, 0], [100, 0], [100, 0.01]))
    walk = Walk(keys, (1.0, 1.0), "straight", "none", is_loop=False, is_even=True)
    frames = frames_of(walk, Range(np.zeros(2, np.float32), spread))
    assert frames.keys == (0, 30, 60)


def test_the_same_key_twice_and_two_keys_only():
    one, other = places(2, 4)
    for way in WAYS:
        for is_even in (True, False):
            for keys in ((one, one, other), (one, other), (one, one)):
                frames = frames_of(Walk(keys, way=way, is_even=is_even), normal(4))
                assert np.isfinite(frames.z).all()
                assert len(frames) == 60 * len(keys)


def test_a_uniform_prior_is_not_left():
    keys = tuple(Place(np.array(z, np.float32)) for z in ([1, 1], [-1, 1], [-1, -1], [1, -1]))
    within = Range(np.zeros(2, np.float32), np.full(2, 3**-0.5, np.float32), "uniform")
    frames = frames_of(Walk(keys, way="spline", easing="none"), within)
    assert np.abs(frames.z).max() <= 1
    assert usual_way("uniform") == "straight"
    assert usual_way("normal") == "sphere"


# Time


@pytest.mark.parametrize("easing", EASINGS)
def test_easings_go_from_the_start_to_the_end_and_never_back(easing):
    share = np.linspace(0, 1, 101)
    found = eased(easing, share)
    assert found[[0, -1]].tolist() == [0.0, 1.0]
    assert (np.diff(found) >= 0).all()


def test_smooth_stands_still_on_keys():
    frames = frames_of(Walk(places(3, 8), easing="smooth", fps=60), normal(8))
    steps = np.linalg.norm(velocities(frames), axis=1)
    assert steps[0] < 0.05 * steps.max()


@given(st.lists(st.floats(0.01, 9.0), min_size=1, max_size=9), st.sampled_from([1, 12, 24, 30, 60]))
@settings(max_examples=60, deadline=None)
def test_whole_frames_stay_with_the_clock(durations, fps):
    counts = frame_counts(np.array(durations), fps)
    assert min(counts) >= 1
    late = np.cumsum(counts) - np.cumsum(durations) * fps
    assert np.abs(late).max() <= 1 + sum(duration * fps < 1 for duration in durations)


# Classes and truncation


def test_the_class_changes_in_the_middle_and_truncation_evenly():
    one, other = places(2, 4)
    keys = (replace(one, label=3, psi=1.0), replace(other, label=5, psi=0.5))
    frames = frames_of(Walk(keys, (1.0,), easing="none", is_loop=False), normal(4))
    assert frames.labels == (3,) * 15 + (5,) * 16
    assert frames.psi == pytest.approx(np.linspace(1, 0.5, 31), abs=1e-6)


def test_frames_carry_their_truncation_to_the_bit():
    keys = tuple(replace(place, psi=psi) for place, psi in zip(places(2, 4), (1, 0.7), strict=True))
    frames = frames_of(Walk(keys, is_loop=False), normal(4))
    assert np.float32(frames.place(len(frames) - 1).psi) == np.float32(0.7)
    assert frames.place(0).psi == 1


# The noise walk


def test_a_noise_walk_closes_and_stays_typical():
    walk = Walk(noise=Noise(seed=4, speed=0.8, seconds=10.0))
    frames = frames_of(walk, normal(200))
    assert len(frames) == 300
    steps = np.linalg.norm(velocities(frames), axis=1) / np.sqrt(200) * 30
    assert np.sqrt((steps**2).mean()) == pytest.approx(0.8, rel=0.1)
    assert steps.max() < 1.3  # no leap over the seam or anywhere
    sizes = np.linalg.norm(frames.z, axis=1)
    assert sizes.min() > 0.8 * np.sqrt(200)
    assert sizes.max() < 1.2 * np.sqrt(200)
    again = frames_of(walk, normal(200))
    assert again.z.tobytes() == frames.z.tobytes()
    other = frames_of(Walk(noise=Noise(seed=5, seconds=10.0)), normal(200))
    assert (other.z != frames.z).any()


def test_every_frame_of_a_noise_walk_is_a_draw_from_the_prior():
    for prior, kurtosis in (("normal", 3.0), ("uniform", 1.8)):
        spread = np.full(4000, 1 if prior == "normal" else 3**-0.5, np.float32)
        within = Range(np.zeros(4000, np.float32), spread, prior)
        z = frames_of(Walk(noise=Noise(seconds=2.0)), within).z[17].astype(float)
        assert z.std() == pytest.approx(spread[0], rel=0.05)
        assert (z**4).mean() / (z**2).mean() ** 2 == pytest.approx(kurtosis, rel=0.1)


# Bad input


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"keys": ()}, "0 key frames"),
        ({"keys": places(2, 5)}, "has not 4 numbers"),
        ({"way": "teleport"}, "teleport"),
        ({"fps": 0}, "0 frames a second"),
        ({"fps": 1000}, "1000 frames a second"),
        ({"seconds": (float("nan"), 1.0)}, "no.* seconds|not a number"),
        ({"seconds": (-1.0,)}, "not a number"),
        ({"seconds": (1e6, 1e6)}, "more than 20,000"),
        ({"noise": Noise(speed=float("inf"))}, "no speed"),
        ({"noise": Noise(seed=-1)}, "no seed"),
        ({"noise": Noise(psi=float("nan"))}, "truncation is not a finite number"),
        ({"keys": places(2, 4, psi=float("inf"))}, "truncation is not a finite number"),
        ({"scale": 0}, "size of 0"),
    ],
)
def test_what_cannot_be_walked_is_told(changes, words):
    with pytest.raises(BadWalk, match=words):
        frames_of(replace(Walk(places(2, 4)), **changes), normal(4))


# The same film again


def test_the_settings_come_back_to_the_bit():
    keys = tuple(
        replace(place, label=2, psi=0.75, seed=9, name="Ünicode “x”") for place in places(3, 33)
    )
    walk = Walk(keys, (1.5, 2.0, 0.25), "spline", "in", False, True, 0.5, 24, None, 8, True)
    found = walk_from_text(walk_to_text(walk, {"run": "r", "step": 7}), 33, "x", classes=10)
    assert found.facts == {"run": "r", "step": 7}
    first, second = frames_of(walk, normal(33)), frames_of(found.walk, normal(33))
    assert first.z.tobytes() == second.z.tobytes()
    assert first.labels == second.labels
    assert walk_to_text(found.walk, found.facts) == walk_to_text(walk, {"run": "r", "step": 7})
    noise = Walk(noise=Noise(3, 0.4, 5.0, 1, 0.9))
    assert walk_from_text(walk_to_text(noise), 8, "x", classes=2).walk.noise == noise.noise


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda plain: plain.update(format="other"), "holds no walk"),
        (lambda plain: plain.update(version=99), "newer version"),
        (lambda plain: plain.update(fps="fast"), "fast"),
        (lambda plain: plain.update(way="teleport"), "teleport"),
        (lambda plain: plain.update(seconds={"a": 1}), "no list"),
        (lambda plain: plain.pop("keys"), "0 key frames"),
        (lambda plain: plain.update(noise=[1]), "no settings"),
        (lambda plain: plain.update(noise={"label": 4}), "class"),
    ],
)
def test_what_is_no_walk_is_told(change, words):
    plain = json.loads(walk_to_text(Walk(places(2, 4))))
    change(plain)
    with pytest.raises(BadWalk, match=words) as caught:
        walk_from_text(json.dumps(plain), 4, "film.gif")
    assert "film.gif" in caught.value.sentence()


def test_damaged_text_and_keys_of_another_model_are_told():
    with pytest.raises(BadWalk, match="damaged"):
        walk_from_text('{"format": ', 4, "x")
    with pytest.raises(BadLatents, match="where the model takes 5"):
        walk_from_text(walk_to_text(Walk(places(2, 4))), 5, "x")
