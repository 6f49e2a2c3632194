"""Requests to uint8 pictures, without a trace in the global random stream."""

from __future__ import annotations

import threading

import numpy as np
import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import NoNumbers
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.inference.bundle import make_bundle
from gan_studio.inference.latents import latents_from_seed, neighbours
from gan_studio.inference.renderer import EffectsAt, PicturesAt, Renderer
from gan_studio.models.base import make_family

FACTS = {"sample_shape": (1, 28, 28), "class_names": ("a", "b", "c"), "data_title": "x"}


def bundle_of(family, **options):
    words = [f"model={family}", *(f"model.{name}={value}" for name, value in options.items())]
    config = assign(RunConfig(), words)
    spec = SampleSpec((1, 28, 28), FACTS["class_names"])
    made = make_family(family, config.model.options, spec)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        nets = made.build()
    weights = {
        f"{name}.{key}": value
        for name in made.picture_nets
        for key, value in nets[name].state_dict().items()
    }
    return make_bundle(config, FACTS, weights, 10)


def in_a_thread(work):
    """Run `work` as the window does: the renderer changes the threads of its thread only."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def in_a_thread_or_raise(work):
    def caught():
        try:
            return work(), None
        except Exception as error:
            return None, error

    value, error = in_a_thread(caught)
    if error is not None:
        raise error
    return value


@pytest.fixture
def bundle():
    return bundle_of("gan", latent_dim=6)


def test_pictures_are_bytes_and_follow_from_the_latents(bundle):
    latents = latents_from_seed(bundle, 7, 3).numpy()

    def draw():
        return Renderer()(bundle, PicturesAt(latents))

    state = torch.get_rng_state()
    first, second = in_a_thread(draw), in_a_thread(draw)
    assert first.values.shape == (3, 1, 28, 28)
    assert first.values.dtype == np.uint8
    assert np.array_equal(first.values, second.values)
    assert first.milliseconds > 0
    assert torch.equal(torch.get_rng_state(), state)


def test_only_the_callers_thread_becomes_single_threaded(bundle):
    torch.get_num_threads()
    before = torch.get_num_threads()
    latents = np.zeros((1, 6), np.float32)
    counts = in_a_thread(
        lambda: (Renderer()(bundle, PicturesAt(latents)), torch.get_num_threads())[1]
    )
    assert counts == 1
    assert torch.get_num_threads() == before


def test_a_broken_model_is_told_rather_than_drawn_black(bundle):
    bundle.nets["generator"][0].weight.fill_(float("nan"))
    with pytest.raises(NoNumbers, match="NaN"):
        in_a_thread_or_raise(lambda: Renderer()(bundle, PicturesAt(np.zeros((1, 6), np.float32))))


def test_effects_measure_what_a_dimension_does(bundle):
    weights = bundle.nets["generator"][0].weight
    with torch.no_grad():
        weights[:, 2] = 0  # this one does nothing
        weights[:, 4] *= 5  # this one does most
    request = EffectsAt(np.zeros(6, np.float32), np.ones(6, np.float32), tuple(range(6)))
    effects = in_a_thread(lambda: Renderer()(bundle, request)).values
    assert effects[2] == 0
    assert effects.argmax() == 4
    part = EffectsAt(np.zeros(6, np.float32), np.ones(6, np.float32), (4, 1))
    found = in_a_thread(lambda: Renderer()(bundle, part)).values
    assert found == pytest.approx(effects[[4, 1]], rel=1e-4)


def test_a_class_changes_the_picture():
    bundle = bundle_of("conditional_gan", latent_dim=6)
    latents = np.zeros((1, 6), np.float32)
    pictures = [
        in_a_thread(lambda label=label: Renderer()(bundle, PicturesAt(latents, label))).values
        for label in (0, 2)
    ]
    assert not np.array_equal(*pictures)


def test_latents_follow_from_the_seed_alone(bundle):
    many, few = latents_from_seed(bundle, 3, 5), latents_from_seed(bundle, 3, 2)
    assert torch.equal(many[:2], few)
    assert not torch.equal(many[0], latents_from_seed(bundle, 4, 1)[0])


def test_neighbours_begin_with_the_centre(bundle):
    centre = torch.ones(6)
    found = neighbours(bundle, centre, 1, 4, 0.5)
    assert torch.equal(found[0], centre)
    assert not torch.equal(found[1], centre)
