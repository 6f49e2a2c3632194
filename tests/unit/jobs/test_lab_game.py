"""One game of the lab: it goes back, branches, and takes other settings while it goes on."""

from __future__ import annotations

import pytest
import torch

from gan_studio.core.config import RunConfig
from gan_studio.core.control import StepPhase
from gan_studio.core.errors import StudioError
from gan_studio.core.schema import merge
from gan_studio.core.schema_io import assign, from_plain
from gan_studio.data.base import DataContext
from gan_studio.jobs.lab.game import Game, rates_of
from gan_studio.jobs.lab.start import START
from gan_studio.training.run_folder import weights_hash

TINY = {
    "model": {"generator": {"depth": 1, "width": 5}, "discriminator": {"depth": 1, "width": 5}},
    "data": {"count": 200},
    "train": {"batch_size": 16},
}


@pytest.fixture
def config():
    return from_plain(RunConfig, merge(START, TINY))


@pytest.fixture
def make_game(tmp_path):
    made = []
    before = torch.get_num_threads()

    def make(config):
        made.append(Game(config, DataContext(tmp_path)))
        return made[-1]

    yield make
    for game in made:
        game.close()
    torch.set_num_threads(before)


def weights(game):
    return weights_hash(game._shown.state.weights())


def moved(game, steps):
    for _ in range(steps):
        game.move()
    return game


def test_the_same_seed_plays_the_same_game(make_game, config):
    first, second = moved(make_game(config), 30), moved(make_game(config), 30)
    assert weights(first) == weights(second)
    other = assign(config, ["train.seed=8"])
    assert weights(moved(make_game(other), 30)) != weights(first)


def test_any_past_step_is_shown_exactly_and_the_game_stays(make_game, config):
    game = make_game(config)
    seen = []
    for _ in range(40):
        seen.append(weights(game))
        game.move()
    newest = weights(game)
    for step in (5, 33, 0, 34, 17):
        game.look_back(step, exactly=True)
        assert game.is_past
        assert (game.step, game.newest_step) == (step, 40)
        assert weights(game) == seen[step]
    game.look_back(40, exactly=True)
    assert not game.is_past
    assert weights(game) == newest


def test_going_on_from_the_past_repeats_it(make_game, config):
    game = moved(make_game(config), 40)
    newest = weights(game)
    game.look_back(21, exactly=True)
    moved(game, 1)
    assert (game.step, game.newest_step, game.is_past) == (22, 22, False)
    assert weights(moved(game, 18)) == newest
    game.look_back(7, exactly=True)  # what was before the branch is still there
    assert game.step == 7


def test_steps_by_hand_belong_to_the_past(make_game, config):
    game = moved(make_game(config), 10)
    game.obey(StepPhase("discriminator"))
    after = weights(game)
    moved(game, 10)
    game.look_back(10, exactly=True)
    assert weights(game) == after


def test_slow_motion_is_the_same_step(make_game, config):
    slow, plain = make_game(config), moved(make_game(config), 1)
    assert list(slow.in_slow_motion()) == ["discriminator", "generator"]
    assert weights(slow) == weights(plain)


@pytest.mark.parametrize(
    "words",
    [
        ["model.loss=hinge"],
        ["model.penalties=r1,r2"],
        ["train.batch_size=8"],
        ["model.game.discriminator_steps=3"],
        ["model.game.optimiser=sgd", "model.game.momentum=0.9"],
        ["model.game.optimiser=rmsprop"],
        ["data.shape=uniform"],
    ],
)
def test_the_game_goes_on_with_other_settings(make_game, config, words):
    game = moved(make_game(config), 20)
    before = weights(game)
    assert not game.change(assign(config, words))
    assert weights(game) == before
    moved(game, 5)
    newest = weights(game)
    assert (game.newest_step, game.is_past) == (25, False)
    game.look_back(20, exactly=True)
    assert weights(game) == before
    game.look_back(23, exactly=True)
    assert weights(moved(game, 2)) == newest


def test_each_optimiser_keeps_its_place_in_the_past(make_game, config):
    """The optimiser changes twice while it runs; then the time machine goes through all of it."""
    game = make_game(config)
    seen = []
    for words in ([], ["model.game.optimiser=sgd"], ["model.game.momentum=0.5"]):
        assert not game.change(assign(game.config, words))
        for _ in range(20):
            seen.append(weights(game))
            game.move()
    for step in (59, 21, 20, 19, 40, 41, 3):
        game.look_back(step, exactly=True)
        assert weights(game) == seen[step], step
    game.look_back(10, exactly=True)
    game.go_on_from_here()
    assert game.config.model.options.game.optimiser == "adam"  # as it was then
    for step in range(11, 20):
        game.move()
        assert weights(game) == seen[step]


def test_another_optimiser_begins_with_an_empty_memory(make_game, config):
    game = moved(make_game(config), 20)
    first = {name: len(item.optimiser.state) for name, item in states(game).items()}
    assert first == {"generator": 4, "discriminator": 4}
    game.change(assign(config, ["model.game.optimiser=rmsprop"]))
    assert not any(any(item.optimiser.state.values()) for item in states(game).values())
    assert {item.updates for item in states(game).values()} == {20}


def states(game):
    return game._newest.state.runner.states


@pytest.mark.parametrize(
    "words",
    [
        ["model.generator.width=6"],
        ["model.latent_dim=2"],
        ["train.seed=9"],
        ["model.game.spectral_norm=true"],
        ["train.ema_half_life=1"],
        ["data=points_2d"],
    ],
)
def test_other_nets_begin_anew(make_game, config, words):
    game = moved(make_game(config), 20)
    assert game.change(assign(config, words))
    assert (game.newest_step, game.step) == (0, 0)
    moved(game, 3)


def test_rates_move_without_a_new_chapter(make_game, config):
    game = moved(make_game(config), 20)
    faster = assign(config, ["model.game.generator_rate=0.02"])
    assert not game.change(faster)
    assert rates_of(game.config)["generator"] == 0.02
    moved(game, 10)
    newest = weights(game)
    game.look_back(25, exactly=True)
    assert weights(moved(game, 5)) == newest
    assert rates_of(game.config)["generator"] == 0.02
    game.look_back(10, exactly=True)
    game.go_on_from_here()
    assert rates_of(game.config)["generator"] == 5e-4  # as it was then


def test_reset_has_the_same_first_weights(make_game, config):
    game = make_game(config)
    first = weights(game)
    moved(game, 9)
    game.reset()
    assert (weights(game), game.newest_step) == (first, 0)
    game.reset(99)
    assert weights(game) != first
    assert game.config.train.seed == 99


@pytest.mark.parametrize("words", [["data=digits"], ["model=autoencoder", "data=digits"]])
def test_what_is_no_game_of_points_is_refused_in_a_sentence(make_game, config, words):
    game = moved(make_game(config), 3)
    with pytest.raises(StudioError) as caught:
        game.change(assign(config, words))
    assert caught.value.sentence().count("\n") == 0
    assert game.newest_step == 3  # and goes on as it was
    moved(game, 1)


def test_pictures_of_now_and_then(make_game, config):
    game = moved(make_game(config), 12)
    now = game.paint()
    game.look_back(3, exactly=True)
    then = game.paint()
    assert (now.step, then.step) == (12, 3)
    assert (now.line.judged != then.line.judged).any()
