"""What every family must do, found by itself: also one that another distribution brings."""

from __future__ import annotations

import dataclasses
import itertools
import threading

import pytest
import torch

from gan_studio.core.capabilities import Capability
from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.errors import ShapeMismatch, StudioError
from gan_studio.core.events import (
    Finished,
    RunStarted,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
)
from gan_studio.core.i18n import N_
from gan_studio.core.schema import VALUE, Plug, spec_of
from gan_studio.core.schema_io import assign, check
from gan_studio.data.batches import Batch
from gan_studio.inference.bundle import make_bundle
from gan_studio.inference.latents import latents_from_seed
from gan_studio.models.base import FAMILIES, StepContext, make_family
from gan_studio.models.draws import Draws
from gan_studio.training.checkpoint import CheckpointStore
from gan_studio.training.phases import PhaseRunner
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.sampling import to_pictures
from gan_studio.training.scalars import ScalarWindow
from gan_studio.training.trainer import Trainer, trained_state

CPU = torch.device("cpu")
ALL = [entry.key for entry in FAMILIES]
BASE = ["train.batch_size=8", "train.threads=1", "train.checkpoint_every=5", "train.sample_every=0"]

every_family = pytest.mark.parametrize("key", ALL)


def config_of(key, steps=10, *words):
    config = dataclasses.replace(RunConfig(), model=Plug(key, FAMILIES.get(key).options()))
    return assign(config, [*BASE, f"train.steps={steps}", *words])


def trainer_of(key, prepared, steps=10, words=(), **more):
    config = config_of(key, steps, *words)
    family = make_family(key, config.model.options, prepared.spec)
    return Trainer(config, family, prepared, CPU, **more)


def run(trainer, wants=wants_nothing, control=None):
    return list(trainer.run(control or RunControl(), wants))


def weights_after(trainer, wants=wants_nothing):
    events = run(trainer, wants)
    assert isinstance(events[-1], Finished)
    return weights_hash(trained_state(trainer).weights())


def test_the_plugin_is_found():
    assert "conditional_gan" in FAMILIES
    assert FAMILIES.get("conditional_gan").module == "conditional_gan"


def all_fields(options):
    for spec in spec_of(options):
        if spec.kind == VALUE:
            yield spec
        elif spec.kind == "group":
            yield from all_fields(spec.type)


@every_family
def test_options_explain_themselves(key):
    entry = FAMILIES.get(key)
    assert entry.title
    assert entry.help
    assert entry.paper.startswith("https://")
    for spec in all_fields(entry.options):
        assert spec.label, spec.name
        assert len(spec.help) > 40, spec.name
        if spec.type in (int, float):
            assert None not in (spec.lo, spec.hi), spec.name
    assert check(entry.options()) == []


@every_family
def test_each_phase_moves_its_own_nets_and_no_other(key, pictures):
    prepared = pictures()
    family = make_family(key, config_of(key).model.options, prepared.spec)
    nets = family.build()
    runner = PhaseRunner(family, nets, CPU)
    images, labels = to_pictures(prepared.train.samples[:8]), prepared.train.labels[:8]
    batch = Batch(images, torch.from_numpy(labels), torch.arange(8))
    for name, state in runner.states.items():
        before = {net: [item.detach().clone() for item in nets[net].parameters()] for net in nets}
        runner.run(state, StepContext(nets, batch, Draws(0), 0), ScalarWindow())
        for net in nets:
            pairs = zip(before[net], nets[net].parameters(), strict=True)
            moved = [not torch.equal(old, new) for old, new in pairs]
            if net in state.phase.nets:
                assert all(moved), f"{name} leaves a weight of {net} without a gradient"
            else:
                assert not any(moved), f"{name} moves {net}"


@every_family
def test_scalars_are_finite_and_named(key, pictures):
    events = run(trainer_of(key, pictures(), 6))
    assert isinstance(events[0], RunStarted)
    assert all(event.step >= 0 for event in events)
    trainer = trainer_of(key, pictures(), 6)
    trainer_events = run(trainer)
    scalars = [event for event in trainer_events if isinstance(event, ScalarsReady)]
    values = {name for event in scalars for name in event.values}
    if Capability.ADVERSARIAL in FAMILIES.get(key).capabilities and scalars:
        assert {"d/real", "d/fake", "value", "jsd"} <= values
    if Capability.ENCODES in FAMILIES.get(key).capabilities and scalars:
        assert "mse" in values
    if Capability.VARIATIONAL in FAMILIES.get(key).capabilities and scalars:
        assert {"elbo", "reconstruction", "kl"} <= values


@every_family
def test_same_seed_same_weights_other_seed_others(key, pictures):
    prepared = pictures()
    hashes = [
        weights_after(trainer_of(key, prepared, 6, [f"train.seed={seed}"])) for seed in (1, 1, 2)
    ]
    assert hashes[0] == hashes[1] != hashes[2]


@every_family
def test_half_and_resume_equals_the_whole(key, pictures, tmp_path):
    """N steps straight = N/2, killed, resumed: weights, averages, moments and streams."""
    prepared = pictures()
    straight = trainer_of(key, prepared, 12)
    run(straight)
    store = CheckpointStore(tmp_path)
    killed = trainer_of(key, prepared, 12, store=store)
    for event in killed.run(RunControl(), wants_nothing):
        if event.step > 7:  # past the checkpoint at 5: what came after it is lost
            break
    resumed = trainer_of(key, prepared, 12, store=store, resume=store.load(5))
    run(resumed)
    left, right = trained_state(straight), trained_state(resumed)
    assert weights_hash(left.weights()) == weights_hash(right.weights())
    assert weights_hash(left.optimiser_tensors()) == weights_hash(right.optimiser_tensors())
    assert {**left.counters(), "batches": 0} == {**right.counters(), "batches": 0}


@every_family
def test_looking_never_changes_the_numbers(key, pictures):
    """Watched greedily, watched by a renderer that loads models meanwhile, and unwatched."""
    prepared = pictures()
    unwatched = weights_after(trainer_of(key, prepared, 8))
    watched = trainer_of(key, prepared, 8)
    watched_clock = itertools.count(step=1.0)  # every look at the clock: a second has passed
    watched.clock = lambda: float(next(watched_clock))
    seen = []
    for event in watched.run(RunControl(), lambda kind, step: True):
        seen.append(type(event))
        if isinstance(event, SnapshotReady):
            render_elsewhere(watched, event)
    assert SamplesReady in seen
    assert SnapshotReady in seen
    assert weights_hash(trained_state(watched).weights()) == unwatched


def render_elsewhere(trainer, event):
    """What Explore does with a snapshot, in a thread of its own."""
    info = {"sample_shape": trainer.family.spec.shape, "data_title": "tiny"}
    info["class_names"] = trainer.family.spec.class_names

    def render():
        bundle = make_bundle(trainer.config, info, event.weights, event.step)
        if bundle.latent is not None:
            bundle.generate(latents_from_seed(bundle, 5, 2))

    thread = threading.Thread(target=render)
    thread.start()
    thread.join()


@every_family
def test_capabilities_are_promises(key, pictures):
    prepared = pictures()
    trainer = trainer_of(key, prepared, 4)
    run(trainer)
    state, family = trained_state(trainer), trainer.family
    info = {"sample_shape": prepared.spec.shape, "class_names": prepared.spec.class_names}
    bundle = make_bundle(trainer.config, info, state.weights(), 4)
    images = to_pictures(prepared.held_out.samples[:4])
    if bundle.latent is not None:
        latents = latents_from_seed(bundle, 3, 4)
        assert latents.shape == (4, bundle.latent.dim)
        torch.testing.assert_close(latents[:2], latents_from_seed(bundle, 3, 2))
        drawn = bundle.generate(latents, torch.tensor([0, 1, 2, 0]))
        assert drawn.shape == (4, *prepared.spec.shape)
        assert drawn.min() >= -1
        assert drawn.max() <= 1
        mean, spread = bundle.latent_range()
        assert mean.shape == spread.shape == (bundle.latent.dim,)
        assert (spread > 0).all()
    if bundle.can(Capability.ENCODES):
        assert bundle.encode(images).shape == (4, bundle.latent.dim)
    else:
        with pytest.raises(StudioError):
            bundle.encode(images)
    if bundle.can(Capability.CONDITIONAL):
        same = latents[:1].expand(3, -1)
        drawn = bundle.generate(same, torch.arange(3))
        assert not torch.equal(drawn[0], drawn[1])
    assert family.picture_nets


@every_family
@pytest.mark.parametrize(("side", "channels"), [(16, 3), (28, 1), (32, 1), (64, 3)])
def test_shapes_are_taken_or_refused_in_a_sentence(key, side, channels, pictures):
    prepared = pictures(side, channels, 16)
    try:
        family = make_family(key, config_of(key).model.options, prepared.spec)
    except ShapeMismatch as error:
        assert key in str(error)  # noqa: PT017 - either outcome is right
        return
    nets = {name: net.eval() for name, net in family.build().items()}
    batch = Batch(
        to_pictures(prepared.held_out.samples[:8]),
        torch.zeros(8, dtype=torch.int64),
        torch.arange(8),
    )
    latents = None if family.latent is None else Draws(0).latents(family.latent, 8)
    preview = family.preview(nets, latents, batch)
    assert preview.shape[1:] == prepared.spec.shape


@every_family
def test_bf16_stays_close_to_fp32(key, pictures):
    """The option must train, not only run."""
    events = run(trainer_of(key, pictures(), 6, ["train.precision=bf16"]))
    assert isinstance(events[-1], Finished)


@every_family
def test_titles_are_marked_for_translation(key):
    assert N_(FAMILIES.get(key).title) == FAMILIES.get(key).title


VARIANTS = [
    ("autoencoder", "loss=bce", "depth=0", "activation=tanh"),
    ("autoencoder", "loss=l1", "depth=3", "width=32", "activation=leaky_relu"),
    ("conv_autoencoder", "loss=bce", "channels=4"),
    ("denoising_autoencoder", "noise=masking", "nets.kind=conv", "nets.channels=4"),
    ("sparse_autoencoder", "depth=2", "loss=bce"),
    ("vae", "nets.kind=conv", "nets.channels=4", "likelihood=gaussian", "warmup=0.5", "beta=4"),
    ("aae", "prior=uniform", "copying=l1", "penalties=r1,r2", "game.discriminator_steps=2"),
    ("aae", "nets.kind=conv", "nets.channels=4", "game.instance_noise=0.3", "loss=relativistic"),
]


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("variant", VARIANTS, ids=" ".join)
@pytest.mark.parametrize(("side", "channels"), [(28, 1), (19, 3)])
def test_variants_train_and_resume(variant, precision, side, channels, pictures, tmp_path):
    key, *words = variant
    words = [f"train.precision={precision}", *(f"model.{word}" for word in words)]
    prepared = pictures(side, channels)
    store = CheckpointStore(tmp_path)
    straight = trainer_of(key, prepared, 8, words, store=store)
    assert isinstance(run(straight)[-1], Finished)
    assert trained_state(straight).is_finite()
    resumed = trainer_of(key, prepared, 8, words, resume=store.load(5))
    run(resumed)
    left, right = trained_state(straight), trained_state(resumed)
    assert weights_hash(left.weights()) == weights_hash(right.weights())
    assert weights_hash(left.optimiser_tensors()) == weights_hash(right.optimiser_tensors())
