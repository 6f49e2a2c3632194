"""One place at every moment of a run."""

from types import SimpleNamespace

import numpy as np
import pytest

from gan_studio.core.errors import BadCheckpoint
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.renderer import PicturesAt, Renderer
from gan_studio.inference.through_time import ThroughTime
from tests.gui.model_runs import write_run


@pytest.fixture
def run_dir(tmp_path):
    return write_run(SimpleNamespace(runs=tmp_path), "gan", steps=(64, 216), latent_dim=5)


@pytest.fixture
def z():
    return np.random.default_rng(1).standard_normal(5).astype(np.float32)


def test_every_moment_draws_what_its_own_checkpoint_draws(run_dir, z):
    strip = ThroughTime(run_dir, (64, 216)).draw(z)
    assert strip.steps == (64, 216)
    for step, picture in zip(strip.steps, strip.pictures, strict=True):
        alone = Renderer()(load_bundle(run_dir, step), PicturesAt(z[None])).values[0]
        np.testing.assert_array_equal(picture, alone)
    assert not np.array_equal(strip.pictures[0], strip.pictures[1])


def test_a_moment_that_is_gone_is_left_out_and_named(run_dir, z):
    strip = ThroughTime(run_dir, (9, 64, 216)).draw(z)
    assert (strip.steps, strip.lost) == ((64, 216), (9,))
    none = ThroughTime(run_dir, (9,)).draw(z)
    assert none.pictures is None


def test_moments_are_read_once_while_there_is_room(run_dir, z):
    asked = []

    def load(path, step):
        asked.append(step)
        if step == 99:
            raise BadCheckpoint(path=path, reason="it is being written")
        return load_bundle(path, step)

    through = ThroughTime(run_dir, (64, 99, 216), load)
    through.draw(z)
    through.draw(z)
    assert asked == [64, 99, 216, 99]  # what could not be read is tried again
    longer = ThroughTime(run_dir, (64, 216), load)
    longer.take_over(through)
    longer.draw(z)
    assert asked == [64, 99, 216, 99]
    tight = ThroughTime(run_dir, (64, 216), load, most_bytes=1)
    tight.draw(z)
    tight.draw(z)
    assert asked[4:] == [64, 216, 64, 216]
