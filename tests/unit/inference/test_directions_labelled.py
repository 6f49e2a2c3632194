"""Directions from labels: a plane that is known is found, and bad labels are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
import torch
from torch import nn

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import BadCodes, BadLatents, Cancelled, Unsupported
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.data.base import Prepared, Split
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.directions import (
    NothingLeft,
    TooFewMarks,
    candidates,
    class_direction,
    difference_direction,
    marked_direction,
    next_candidates,
    orthogonalised,
    property_direction,
)
from gan_studio.inference.directions.boundary import (
    balanced_accuracy,
    best_threshold,
    fit_boundary,
)
from gan_studio.inference.directions.direction import Direction, make_direction
from gan_studio.inference.directions.features import Eyes, discriminator_of
from gan_studio.models.base import make_family
from gan_studio.training.run_folder import RunFolder
from tests.unit.inference.test_renderer import FACTS, bundle_of

DIM = 6
NORMAL = np.array([2.0, -1.0, 0.5, 0.0, 1.0, 0.0]) / 2.5
OFFSET = 0.7


@pytest.fixture
def bundle():
    """A generator whose first pixels are z, a tenth of it, on grey."""
    layer = nn.Linear(DIM, 784)
    layer.weight.data.zero_()
    layer.bias.data.zero_()
    layer.weight.data[:DIM] = torch.eye(DIM) / 10
    net = nn.Sequential(layer, nn.Unflatten(1, (1, 28, 28))).eval().requires_grad_(False)
    return replace(bundle_of("gan", latent_dim=DIM), nets={"generator": net})


class KnowsThePlane(nn.Module):
    """Two classes on either side of the plane; it reads z from the pixels."""

    def forward(self, pictures):
        places = 10 * pictures.flatten(1)[:, :DIM] @ torch.from_numpy(NORMAL).float()
        return torch.stack([torch.zeros_like(places), 8 * (places - OFFSET)], 1)


def noise(count=4000, seed=0):
    return np.random.default_rng(seed).normal(size=(count, DIM)).astype(np.float32)


def is_yes(latents):
    return latents @ NORMAL > OFFSET


def cosine(direction, way=NORMAL):
    way = way / np.linalg.norm(way)
    return float(direction.vector @ way / np.linalg.norm(direction.vector))


def agreement(direction):
    """How often the sign of the slider says yes or no rightly."""
    latents = noise(3000, 9)
    said = np.array([direction.coordinate(z) > 0 for z in latents])
    return balanced_accuracy(is_yes(latents), said)


def test_a_known_plane_is_found_and_the_sliders_sign_is_the_answer(bundle):
    latents = noise()
    found = fit_boundary(latents, is_yes(latents), np.ones(DIM), "x")
    assert found.balanced_accuracy > 0.95
    assert found.normal @ NORMAL / np.linalg.norm(NORMAL) > 0.995
    direction = make_direction(bundle, "x", "class", found.normal, {}, found.offset)
    assert agreement(direction) > 0.95
    assert direction.coordinate(direction.origin) == 0


def test_unlike_spreads_do_not_hide_the_plane():
    latents = noise() * np.array([100, 1, 0.01, 1, 1, 1], np.float32)
    labels = latents[:, 2] > 0
    assert fit_boundary(latents, labels, latents.std(0), "x").balanced_accuracy > 0.95


def test_held_out_accuracy_of_labels_by_chance_is_chance():
    latents = noise(8000)
    labels = np.random.default_rng(5).random(8000) < 0.3
    assert fit_boundary(latents, labels, np.ones(DIM), "x").balanced_accuracy < 0.56


@pytest.mark.parametrize("yes", [0, 5, 995, 1000])
def test_labels_on_one_side_are_told(yes):
    latents, labels = noise(1000), np.arange(1000) < yes
    with pytest.raises(TooFewMarks, match=f"{yes} samples say yes and {1000 - yes} say no"):
        fit_boundary(latents, labels, np.ones(DIM), "digit 3")


def test_latents_that_are_not_finite_are_told():
    latents = noise(1000)
    latents[3, 2] = np.nan
    with pytest.raises(BadCodes):
        fit_boundary(latents, is_yes(latents), np.ones(DIM), "x")


def test_the_threshold_is_the_best_one():
    scores = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
    labels = np.array([True, False, False, True, True])
    assert best_threshold(scores, labels) == 2.5


def test_a_class_is_found_and_turned_into(bundle):
    told = []
    found = class_direction(
        bundle, labelled(), 1, samples=2000, classifier=KnowsThePlane(), progress=told_to(told)
    )
    assert (found.name, found.kind) == ("b", "class")
    assert cosine(found) > 0.97
    assert found.facts["balanced_accuracy"] > 0.93
    assert found.facts["turned"] == 1.0
    assert agreement(found) > 0.93
    assert told[-1][0] == told[-1][1]
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def told_to(told):
    return lambda done, total: told.append((done, total))


def labelled(size=28, classes=("a", "b")):
    pictures = np.zeros((4, 1, size, size), np.uint8)
    split = Split(pictures, np.array([0, 1, 0, 1]))
    return Prepared(SampleSpec((1, size, size), classes), split, split, "", "x")


def test_a_class_that_is_never_drawn_is_told(bundle):
    class Never(nn.Module):
        def forward(self, pictures):
            return torch.tensor([[1.0, 0.0]]).repeat(len(pictures), 1)

    with pytest.raises(TooFewMarks):
        class_direction(bundle, labelled(), 1, samples=300, classifier=Never())


def test_data_must_suit_the_model(bundle):
    with pytest.raises(Unsupported):
        class_direction(bundle, labelled(14), 1, samples=100)
    with pytest.raises(Unsupported, match="has classes"):
        class_direction(bundle, labelled(classes=()), 0, samples=100)
    with pytest.raises(ValueError, match="no class 7"):
        class_direction(bundle, labelled(), 7, samples=100)


def test_learning_the_classes_can_be_cancelled(bundle):
    with pytest.raises(Cancelled):
        class_direction(bundle, labelled(), 1, samples=100, is_cancelled=lambda: True)


@pytest.mark.parametrize("features", [None, lambda pictures: pictures.flatten(1)])
def test_fifty_marks_are_enough(bundle, features):
    latents = candidates(bundle, 50, 3)
    marks = is_yes(latents)
    found = marked_direction(bundle, latents, marks, name="mine", samples=3000, features=features)
    assert (found.name, found.kind) == ("mine", "marks")
    assert found.facts["marked"] == 50
    assert found.facts["balanced_accuracy"] > 0.75
    assert found.facts["yes"] == int(marks.sum())
    assert cosine(found) > 0.85
    assert agreement(found) > 0.8


def test_marks_by_chance_are_said_to_tell_nothing(bundle):
    latents = candidates(bundle, 200, 3)
    marks = np.random.default_rng(1).random(200) < 0.5
    found = marked_direction(bundle, latents, marks, name="coin", samples=1000)
    assert 0.35 < found.facts["balanced_accuracy"] < 0.65
    assert found.facts["held_out"] == 200


def test_marks_on_one_side_or_broken_ones_are_told(bundle):
    latents = noise(20)
    for marks in (np.ones(20, bool), np.zeros(20, bool), np.arange(20) < 2):
        with pytest.raises(TooFewMarks, match="mine"):
            marked_direction(bundle, latents, marks, name="mine")
    latents[4, 1] = np.inf
    with pytest.raises(BadLatents, match="latent 5"):
        marked_direction(bundle, latents, np.arange(20) < 10, name="mine")
    with pytest.raises(BadLatents, match=r"\(20, 5\)"):
        marked_direction(bundle, noise(20)[:, :5], np.arange(20) < 10, name="mine")
    with pytest.raises(ValueError, match="20 latents"):
        marked_direction(bundle, noise(20), np.arange(5) < 3, name="mine")


def test_the_next_candidates_are_in_doubt_or_rare(bundle):
    latents = candidates(bundle, 40, 3)
    asked = next_candidates(bundle, latents, is_yes(latents), 20, 8)
    assert asked.shape == (20, DIM)
    assert len(np.unique(asked, axis=0)) == 20
    margins = np.abs(asked @ NORMAL - OFFSET)
    assert np.median(margins[::2]) < 0.5 * np.median(np.abs(noise() @ NORMAL - OFFSET))
    assert is_yes(asked[1::2]).mean() > 0.9
    nothing = np.zeros(40, bool)
    assert np.array_equal(next_candidates(bundle, latents, nothing, 7, 8), candidates(bundle, 7, 8))


def test_a_property_grows_along_its_direction(bundle):
    found = property_direction(bundle, "brightness", samples=2000)
    assert cosine(found, np.ones(DIM)) > 0.98
    assert found.facts["balanced_accuracy"] > 0.9
    assert found.facts["correlation"] > 0.95
    assert found.facts["change"] > 0
    assert found.name == "Brightness"
    with pytest.raises(Unsupported, match="coloured"):
        property_direction(bundle, "warmth", samples=100)
    with pytest.raises(TooFewMarks):  # the rim is the ground, and there is no ink
        property_direction(bundle, "slant", samples=100)


def test_orthogonal_ones_are_orthogonal(bundle):
    ways = np.random.default_rng(2).normal(size=(3, DIM))
    first, second, third = (
        make_direction(bundle, f"d{at}", "class", way, {"balanced_accuracy": 1.0})
        for at, way in enumerate(ways)
    )
    alone = orthogonalised(first, [second, third, second])
    for other in (second, third):
        assert abs(float(alone.vector.astype(float) @ other.vector)) < 1e-6
    assert np.linalg.norm(alone.vector) == pytest.approx(np.linalg.norm(first.vector), rel=1e-5)
    assert "balanced_accuracy" not in alone.facts
    assert 0 < alone.facts["shared"] < 1
    kept = orthogonalised(first, [])
    assert np.array_equal(kept.vector, first.vector)
    with pytest.raises(NothingLeft, match="d0"):
        orthogonalised(first, [replace(first, vector=-2 * first.vector)])


def test_a_difference_leads_from_one_to_the_other(bundle):
    start, end = noise(2)
    found = difference_direction(bundle, start, end, name="A to B")
    assert found.moved(start, found.facts["distance"]) == pytest.approx(end, abs=1e-5)
    with pytest.raises(NothingLeft):
        difference_direction(bundle, start, start, name="A to A")
    with pytest.raises(BadLatents):
        difference_direction(bundle, start, end[:3], name="A to B")


def test_a_move_is_a_sum_and_a_coordinate_undoes_it():
    vector, origin = noise(2)
    direction = Direction("x", "class", vector, origin)
    z = noise(1, 4)[0]
    moved = direction.moved(z, 1.5)
    assert np.array_equal(moved, z + np.float32(1.5) * vector)
    assert moved.dtype == np.float32
    assert direction.coordinate(moved) - direction.coordinate(z) == pytest.approx(1.5, abs=1e-5)


def run_of(path, family, **options):
    """A run on disk with all its nets, never trained."""
    words = [f"model={family}", *(f"model.{name}={value}" for name, value in options.items())]
    config = assign(RunConfig(), words)
    made = make_family(family, config.model.options, SampleSpec((1, 28, 28), FACTS["class_names"]))
    with torch.random.fork_rng():
        torch.manual_seed(1)
        nets = made.make_nets()
    folder = RunFolder(path)
    folder.create(
        config, {**FACTS, "class_names": list(FACTS["class_names"])}, datetime(2026, 11, 20)
    )
    counters = {
        "step": 10, "images_seen": 0, "updates": {}, "rates": {}, "batches": {}, "threads": 1
    }  # fmt: skip
    weights = {
        f"net.{name}.{key}": value
        for name, net in nets.items()
        for key, value in net.state_dict().items()
    }
    folder.checkpoints.save(weights, {"rng": torch.zeros(1)}, counters)
    return load_bundle(path), nets


@pytest.mark.parametrize(
    ("family", "options", "of"),
    [
        ("gan", {"latent_dim": 4}, "discriminator"),
        ("gan", {"latent_dim": 4, "game.spectral_norm": "true"}, "discriminator"),
        ("dcgan", {"latent_dim": 4, "channels": 8}, "discriminator"),
        ("conditional_gan", {"latent_dim": 4}, "discriminator"),
        ("aae", {"latent_dim": 4}, "encoder"),
        ("vae", {"latent_dim": 4}, "encoder"),
    ],
)
def test_the_runs_own_nets_are_the_eyes(tmp_path, family, options, of):
    bundle, nets = run_of(tmp_path / "run", family, **options)
    state = torch.get_rng_state()
    eyes = Eyes(bundle, 0)
    assert torch.equal(torch.get_rng_state(), state)
    assert eyes.of == of
    if of == "discriminator":
        own = discriminator_of(bundle)["discriminator"].state_dict()
        assert all(torch.equal(own[key], value) for key, value in nets[of].state_dict().items())
    latents = torch.from_numpy(candidates(bundle, 30, 1))
    pictures = bundle.generate(latents, torch.zeros(30, dtype=torch.int64))
    eyes.adjust(latents, pictures)
    seen = eyes(latents, pictures)
    assert len(seen) == 30
    assert torch.isfinite(seen).all()
    assert seen.shape[1] > 8


def test_without_a_discriminator_the_generators_layers_serve():
    assert Eyes(bundle_of("gan", latent_dim=4), None).of == "generator"
