"""What every optimiser must do with a game: train it, and go on where it was left."""

from __future__ import annotations

import pytest
import torch

from gan_studio.core.capabilities import Capability
from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.events import Finished
from gan_studio.core.schema import spec_of
from gan_studio.core.schema_io import assign
from gan_studio.models._adversarial import GameOptions
from gan_studio.models.base import FAMILIES, make_family
from gan_studio.training.checkpoint import CheckpointStore
from gan_studio.training.run_folder import weights_hash
from gan_studio.training.trainer import Trainer, trained_state

CHOICES = next(spec for spec in spec_of(GameOptions) if spec.name == "optimiser").choices
GAMES = [entry.key for entry in FAMILIES if Capability.ADVERSARIAL in entry.capabilities]
BASE = ["train.batch_size=8", "train.threads=1", "train.checkpoint_every=5", "train.sample_every=0"]

every_optimiser = pytest.mark.parametrize("optimiser", [*CHOICES, "momentum"])


def trainer_of(key, optimiser, prepared, steps, words=(), **more):
    game = (
        ["optimiser=sgd", "momentum=0.8"] if optimiser == "momentum" else [f"optimiser={optimiser}"]
    )
    words = [f"model={key}", *BASE, f"train.steps={steps}", *words]
    config = assign(RunConfig(), [*words, *(f"model.game.{word}" for word in game)])
    family = make_family(key, config.model.options, prepared.spec)
    return Trainer(config, family, prepared, torch.device("cpu"), **more)


def run(trainer):
    return list(trainer.run(RunControl(), wants_nothing))


@every_optimiser
@pytest.mark.parametrize("key", GAMES)
def test_it_moves_both_players(key, optimiser, pictures):
    prepared = pictures()
    first, last = trainer_of(key, optimiser, prepared, 1), trainer_of(key, optimiser, prepared, 3)
    assert isinstance(run(first)[-1], Finished)
    run(last)
    before, after = trained_state(first), trained_state(last)
    assert after.is_finite()
    for name, net in before.nets.items():
        other = after.nets[name]
        assert weights_hash(net.state_dict()) != weights_hash(other.state_dict()), name


@every_optimiser
@pytest.mark.parametrize("words", [(), ("model.game.discriminator_decay=0.5",)])
def test_half_and_resume_equals_the_whole(optimiser, words, pictures, tmp_path):
    """N steps straight = N/2, killed, resumed: weights, averages, memories and streams."""
    prepared = pictures()
    straight = trainer_of("small_gan", optimiser, prepared, 12, words)
    run(straight)
    store = CheckpointStore(tmp_path)
    killed = trainer_of("small_gan", optimiser, prepared, 12, words, store=store)
    for event in killed.run(RunControl(), wants_nothing):
        if event.step > 7:  # past the checkpoint at 5: what came after it is lost
            break
    resumed = trainer_of(
        "small_gan", optimiser, prepared, 12, words, store=store, resume=store.load(5)
    )
    run(resumed)
    left, right = trained_state(straight), trained_state(resumed)
    assert weights_hash(left.weights()) == weights_hash(right.weights())
    assert weights_hash(left.optimiser_tensors()) == weights_hash(right.optimiser_tensors())


@every_optimiser
def test_it_learns(optimiser, pictures):
    """D alone against a G that stands still finds out which pictures are real."""
    rate = 1e-3 if optimiser in ("adam", "rmsprop") else 0.02
    words = [f"model.game.discriminator_rate={rate}", "model.game.generator_rate=0"]
    trainer = trainer_of("small_gan", optimiser, pictures(), 60, words)
    run(trainer)
    state = trained_state(trainer)
    real = pictures().held_out.samples
    with torch.no_grad():
        fakes = trainer.family.generate(state.nets, torch.zeros(16, 2))
        found = torch.from_numpy(real.astype("float32") / 127.5 - 1)
        gap = trainer.family.judge(state.nets, found) - trainer.family.judge(state.nets, fakes)
    assert gap.mean() > 1.0
