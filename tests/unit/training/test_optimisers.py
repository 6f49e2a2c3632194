"""The optimisers against their formulas, and whose memory goes on where."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import BadConfig
from gan_studio.core.schema_io import assign, from_plain, to_plain
from gan_studio.models.base import Phase
from gan_studio.models.optimisers import Adam, Optimiser, RmsProp, Sgd
from gan_studio.training.checkpoint import CheckpointStore
from gan_studio.training.optimisers import make_optimiser
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.stepper import Stepper

RATE = 0.05
GRADIENTS = (0.7, -1.3, 0.2, 2.5)
CPU = torch.device("cpu")
WORDS = {
    "adam": ["model.game.beta1=0.3"],
    "sgd": ["model.game.optimiser=sgd", "model.game.generator_rate=0.05"],
    "momentum": ["model.game.optimiser=sgd", "model.game.momentum=0.8"],
    "brake": ["model.game.optimiser=sgd", "model.game.momentum=-0.5"],
    "rmsprop": ["model.game.optimiser=rmsprop"],
}


def adam(betas):
    first = second = 0.0
    for time, gradient in enumerate(GRADIENTS, start=1):
        first = betas[0] * first + (1 - betas[0]) * gradient
        second = betas[1] * second + (1 - betas[1]) * gradient**2
        root = math.sqrt(second / (1 - betas[1] ** time))
        yield first / (1 - betas[0] ** time) / (root + 1e-8)


def sgd(momentum):
    velocity = 0.0
    for gradient in GRADIENTS:
        velocity = momentum * velocity + gradient
        yield velocity


def rmsprop(alpha):
    square = 0.0
    for gradient in GRADIENTS:
        square = alpha * square + (1 - alpha) * gradient**2
        yield gradient / (math.sqrt(square) + 1e-8)


@pytest.mark.parametrize("decay", [0.0, 0.4])
@pytest.mark.parametrize(
    ("optimiser", "directions"),
    [
        (Adam((0.5, 0.9)), list(adam((0.5, 0.9)))),
        (Adam((0.0, 0.999)), list(adam((0.0, 0.999)))),
        (Sgd(), list(sgd(0.0))),
        (Sgd(0.9), list(sgd(0.9))),
        (Sgd(-0.5), list(sgd(-0.5))),
        (RmsProp(), list(rmsprop(0.99))),
        (RmsProp(0.8), list(rmsprop(0.8))),
    ],
    ids=lambda value: str(value) if isinstance(value, Optimiser) else "",
)
def test_steps_are_those_of_the_formula(optimiser, directions, decay):
    parameter = nn.Parameter(torch.tensor([2.0, 2.0]))
    phase = Phase("p", ("net",), RATE, optimiser, weight_decay=decay)
    made = make_optimiser(phase, [parameter], CPU)
    wanted = 2.0
    for gradient, direction in zip(GRADIENTS, directions, strict=True):
        parameter.grad = torch.full((2,), gradient)
        made.step()
        wanted = (1 - RATE * decay) * wanted - RATE * direction
        assert parameter.tolist() == pytest.approx([wanted] * 2, abs=1e-6)


def test_each_choice_reaches_both_players(make_trainer):
    trainer = make_trainer(1, ["model.game.optimiser=sgd", "model.game.momentum=0.7"], "gan")
    assert [phase.optimiser for phase in trainer.family.phases()] == [Sgd(0.7), Sgd(0.7)]
    trainer = make_trainer(1, ["model.game.optimiser=rmsprop", "model.game.alpha=0.9"], "gan")
    assert {phase.optimiser for phase in trainer.family.phases()} == {RmsProp(0.9)}
    trainer = make_trainer(1, ["model.game.beta1=0.1"], "gan")
    assert {phase.optimiser for phase in trainer.family.phases()} == {Adam((0.1, 0.999))}


def stepper_of(make_trainer, kind, steps=0, **more):
    trainer = make_trainer(20, WORDS[kind], "gan")
    stepper = Stepper(trainer.config, trainer.family, trainer.prepared, CPU, **more)
    for _ in range(steps):
        stepper.step()
    return stepper


def memory(stepper):
    tensors = stepper.state.optimiser_tensors()
    return {name: value for name, value in tensors.items() if not name.startswith("rng.")}


@pytest.mark.parametrize("after", list(WORDS))
@pytest.mark.parametrize("before", list(WORDS))
def test_any_optimiser_goes_on_from_any_other(make_trainer, tmp_path, before, after):
    """It keeps the nets, the counters and the streams; a memory of its own kind as well."""
    left = stepper_of(make_trainer, before, 3)
    store = CheckpointStore(tmp_path)
    store.save(*left.capture())
    taken = stepper_of(make_trainer, after, resume=store.load())
    assert weights_hash(taken.state.weights()) == weights_hash(left.state.weights())
    assert taken.state.step == 3
    same_kind = before == after or {before, after} == {"momentum", "brake"}
    assert weights_hash(memory(taken)) == weights_hash(memory(left) if same_kind else {})
    taken.step()
    assert taken.state.is_finite()


def test_momentum_that_was_put_down_is_not_picked_up_again(make_trainer):
    with_momentum = stepper_of(make_trainer, "momentum", 2)
    assert len(memory(with_momentum)) > 0
    without = stepper_of(make_trainer, "sgd")
    without.become(*with_momentum.capture())
    without.step()
    assert memory(without) == {}
    again = stepper_of(make_trainer, "momentum")
    again.become(*without.capture())
    assert memory(again) == {}


def test_a_checkpoint_from_before_the_choice_goes_on_as_adam(make_trainer):
    """Its tensors are called ``adam.<phase>.<parameter>.<moment>``."""
    names = set(memory(stepper_of(make_trainer, "adam", 1)))
    moments = ("step", "exp_avg", "exp_avg_sq")
    expected = {
        f"adam.{phase}.{index}.{moment}"
        for phase in ("discriminator", "generator")
        for index in range(8)
        for moment in moments
    }
    assert names == expected


def test_a_configuration_from_before_the_choice_is_adam():
    game = {"generator_rate": 1e-4, "beta1": 0.2, "beta2": 0.99}
    config = from_plain(RunConfig, {"model": {"name": "gan", "game": game}})
    assert config.model.options.game.optimiser == "adam"
    assert config.model.options.game.rule() == Adam((0.2, 0.99))
    assert from_plain(RunConfig, to_plain(config)) == config


def test_what_cannot_be_is_refused():
    with pytest.raises(BadConfig, match=r"model\.game\.optimiser: “lion” is not one of adam, sgd"):
        assign(RunConfig(), ["model.game.optimiser=lion"])
    with pytest.raises(BadConfig, match=r"model\.game\.momentum: -1\.0 is below -0\.9"):
        assign(RunConfig(), ["model.game.momentum=-1"])
