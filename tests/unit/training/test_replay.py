"""The time machine: any past step, bit for bit, within its budget of memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, SetParameter, StepPhase, wants_nothing
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import Prepared, Split
from gan_studio.lab.history import History, measured
from gan_studio.models.base import make_family
from gan_studio.training.replay import Replayer
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.stepper import Stepper
from gan_studio.training.trainer import Trainer

CPU = torch.device("cpu")
TINY = {"depth": 1, "width": 6}
SMALL = {
    "name": "small_gan",
    "generator": TINY,
    "discriminator": TINY,
    "loss": "relativistic",
    "penalties": {"r1": {"interval": 4, "final": 0.5}},
    "game": {"instance_noise": 0.1, "spectral_norm": True, "discriminator_steps": 2},
}
DROPPING = {"name": "gan", "latent_dim": 4, "dropout": 0.3, "batch_norm": True}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def points():
    samples = np.random.default_rng(0).normal(size=(50, 2)).astype("float32")
    return Prepared(SampleSpec((2,)), Split(samples), Split(samples[:8]), "0" * 64, "tiny")


def config_of(model, **train):
    values = {"batch_size": 8, "threads": 1, "steps": 200, "schedule": "cosine", **train}
    return from_plain(RunConfig, {"model": model, "train": {**values, "sample_every": 0}})


def stepper_of(config, history=None, resume=None):
    prepared = points()
    family = make_family(config.model.key, config.model.options, prepared.spec)
    return Stepper(config, family, prepared, CPU, history=history, resume=resume)


def all_of(stepper):
    weights, optimiser, counters = stepper.capture()
    return (
        weights_hash(weights),
        weights_hash({key: value for key, value in optimiser.items() if key != "rng.torch"}),
        counters,
    )


def live(model, steps, history, edits=()):
    """A run that notes what it is like after every step (and its edits)."""
    stepper = stepper_of(config_of(model), history)
    seen = {0: all_of(stepper)}
    for step in range(steps + 1):
        for command in [command for at, command in edits if at == step]:
            stepper.obey(command)
        seen[step] = all_of(stepper)
        if step < steps:
            stepper.step()
    return stepper, seen


@pytest.mark.parametrize("model", [SMALL, DROPPING])
def test_every_past_step_is_rebuilt_exactly(model):
    history = History(stride=7)
    _stepper, seen = live(model, 40, history)
    replayer = Replayer(history, stepper_of)
    for step in [40, 0, 3, 6, 7, 8, 39, 20, 21, 22, 1]:
        assert all_of(replayer.at(step)) == seen[step], step
    assert replayer.nearest(20).state.step == 14
    replayer.close()


def test_what_was_done_by_hand_is_done_again():
    edits = [
        (0, StepPhase("discriminator")),
        (5, SetParameter("rate/generator", 0.02)),
        (5, StepPhase("discriminator")),
        (5, StepPhase("generator")),
        (9, SetParameter("rate/discriminator", 0.0)),
        (9, SetParameter("ema/half_life", 0.0)),
        (14, StepPhase("generator")),
        (30, StepPhase("discriminator")),
    ]
    history = History(stride=10)
    _stepper, seen = live(SMALL, 30, history, edits)
    replayer = Replayer(history, stepper_of)
    for step in [30, 12, 4, 5, 6, 29, 9, 10, 11, 0, 1]:
        assert all_of(replayer.at(step)) == seen[step], step


def test_looking_back_leaves_the_run_alone():
    history = History(stride=5)
    watched = stepper_of(config_of(DROPPING), history)
    alone = stepper_of(config_of(DROPPING))
    torch.manual_seed(5)
    for _ in range(12):
        alone.step()
    torch.manual_seed(5)
    replayer = Replayer(history, stepper_of)
    for step in range(12):
        replayer.at(step // 2)
        watched.step()
    assert all_of(watched) == all_of(alone)


def test_a_branch_goes_on_alone():
    history = History(stride=8)
    stepper, seen = live(SMALL, 21, history)
    replayer = Replayer(history, stepper_of)
    checkpoint, past = replayer.branch(13)
    straight = stepper_of(config_of(SMALL), past, checkpoint)
    for _ in range(8):
        straight.step()
    assert all_of(straight) == seen[21]  # nothing was changed, so nothing is different
    other = config_of({**SMALL, "loss": "wasserstein", "penalties": {"gradient_penalty": {}}})
    checkpoint, past = replayer.branch(13)
    changed = stepper_of(other, past, checkpoint)
    after = {13: all_of(changed)}
    for step in range(14, 30):
        changed.step()
        after[step] = all_of(changed)
    assert after[13] == seen[13]
    assert after[21] != seen[21]
    both = Replayer(past, stepper_of)
    for step in [29, 5, 13, 14, 12, 21]:
        assert all_of(both.at(step)) == (after[step] if step >= 13 else seen[step]), step
    assert all_of(replayer.at(21)) == seen[21] == all_of(stepper)


def test_memory_stays_within_the_budget():
    history = History(budget_bytes=120_000, stride=2)
    _stepper, seen = live(SMALL, 200, history)
    assert history.byte_count <= 120_000
    assert history.byte_count == measured(history._moments)
    assert history.stride > 2
    assert history.first_step == 0
    assert history.newest_step == 200
    replayer = Replayer(history, stepper_of)
    kept = [moment.step for moment in history._moments]
    gaps = np.diff(kept)
    assert set(gaps) <= {history.stride, 2 * history.stride}
    assert (np.diff(gaps) <= 0).all()  # the newest part is the densest
    for step in (1, 67, 199):
        assert step - history.before(step).step <= max(gaps) - 1
        assert all_of(replayer.at(step)) == seen[step]


def test_the_trainer_remembers_too():
    history = History(stride=4)
    prepared, config = points(), config_of(SMALL, steps=10)
    family = make_family("small_gan", config.model.options, prepared.spec)
    trainer = Trainer(config, family, prepared, CPU, history=history)
    list(trainer.run(RunControl(), wants_nothing))
    assert all_of(Replayer(history, stepper_of).at(10)) == all_of(trainer.stepper)


def test_before_the_beginning_there_is_nothing():
    history = History()
    with pytest.raises(ValueError, match="begins after"):
        history.before(3)
    with pytest.raises(ValueError, match="begins with"):
        history.keep({}, {}, {"step": 0})
