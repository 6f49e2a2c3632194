"""The failure museum: every exhibit fails as its text says, and its cure heals the running game."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_studio.core.errors import BadFile
from gan_studio.core.paths import resources_dir
from gan_studio.jobs.lab.game import _keeps_nets
from gan_studio.lab.museum import load_museum
from tests.unit.lab.measuring import change, look, new_game, play

MUSEUM = load_museum(resources_dir() / "museum")
KEYS = [
    "mode_collapse",
    "vanishing_gradient",
    "strong_discriminator",
    "weak_discriminator",
    "cycling",
    "divergence",
]


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def begun(tmp_path):
    games = []

    def begin(key):
        games.append(new_game(MUSEUM[key].config(), tmp_path))
        return games[-1]

    yield begin
    for game in games:
        game.close()


def cure(game, key):
    assert not change(game, MUSEUM[key].cure), "the cure would begin the game anew"


def watch(game, steps, every):
    return [play(game, every) for _glance in range(steps // every)]


# --- what each of them shows -----------------------------------------------------------------


@pytest.mark.slow
def test_mode_collapse(begun):
    game = begun("mode_collapse")
    play(game, MUSEUM["mode_collapse"].after_steps - 400)
    ill = watch(game, 400, 100)
    assert np.mean([seen.modes for seen in ill]) <= 3
    assert max(seen.good for seen in ill) < 0.4
    cure(game, "mode_collapse")
    play(game, 1500)
    well = watch(game, 500, 100)
    assert all(seen.modes == 8 for seen in well)
    assert np.mean([seen.good for seen in well]) > 0.3


def test_vanishing_gradient(begun):
    game = begun("vanishing_gradient")
    start = look(game)
    ill = play(game, MUSEUM["vanishing_gradient"].after_steps)
    assert ill.real > 0.99
    assert ill.fake < 0.01
    assert ill.gradient < start.gradient / 50
    still = play(game, 100)
    assert abs(still.mean[0] - ill.mean[0]) < 0.02
    assert still.wasserstein > 0.9
    cure(game, "vanishing_gradient")
    assert look(game).gradient > 1000 * still.gradient
    assert play(game, 500).wasserstein < 0.15


def test_a_strong_discriminator(begun):
    game = begun("strong_discriminator")
    play(game, MUSEUM["strong_discriminator"].after_steps - 60)
    ill = watch(game, 60, 20)
    assert all(seen.modes <= 4 for seen in ill)
    assert np.mean([seen.real - seen.fake for seen in ill]) > 0.4
    cure(game, "strong_discriminator")
    well = play(game, 800)
    assert well.modes == 8
    assert well.real - well.fake < 0.15
    assert well.gradient < np.mean([seen.gradient for seen in ill]) / 4


def test_a_weak_discriminator(begun):
    game = begun("weak_discriminator")
    ill = watch(game, MUSEUM["weak_discriminator"].after_steps, 100)
    assert all(seen.modes <= 2 for seen in ill)
    assert all(abs(seen.real - 0.5) < 0.1 for seen in ill)
    assert max(np.abs(seen.mean).max() for seen in ill) > 0.8, "G should drift about"
    cure(game, "weak_discriminator")
    well = play(game, 1500)
    assert well.modes == 3
    assert well.good > 0.7


def test_cycling(begun):
    game = begun("cycling")
    swing = [seen.mean[0] for seen in watch(game, MUSEUM["cycling"].after_steps, 20)]
    middle = np.sign(np.array(swing) - 0.5)
    assert np.count_nonzero(np.diff(middle)) >= 3, "G should run past the data again and again"
    assert np.ptp(swing[-30:]) > 0.5, "the swing should not die down"
    cure(game, "cycling")
    play(game, 1000)
    rest = [seen.mean[0] for seen in watch(game, 500, 50)]
    assert np.abs(np.array(rest) - 0.5).max() < 0.05


def test_divergence(begun):
    game = begun("divergence")
    ill = watch(game, MUSEUM["divergence"].after_steps, 25)
    assert max(np.abs(seen.mean).max() for seen in ill) > 8
    assert max(abs(seen.readings["critic/gap"]) for seen in ill) > 30
    later = watch(game, 1500, 100)
    assert all(np.isfinite(seen.mean).all() for seen in later), "it should run away, not end"
    assert max(np.abs(seen.mean).max() for seen in later) > 8


def test_the_cure_of_divergence(begun):
    game = begun("divergence")
    play(game, MUSEUM["divergence"].after_steps)
    cure(game, "divergence")
    play(game, 800)
    well = watch(game, 200, 50)
    assert all(seen.modes == 3 for seen in well)
    assert all(np.abs(seen.mean).max() < 0.5 for seen in well)
    assert all(abs(seen.readings["critic/gap"]) < 1 for seen in well)


# --- files -----------------------------------------------------------------------------------


def test_there_are_six_in_their_order():
    assert list(MUSEUM) == KEYS
    assert [exhibit.order for exhibit in MUSEUM.values()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("exhibit", MUSEUM.values(), ids=lambda exhibit: exhibit.key)
def test_texts_are_two_sentences(exhibit):
    for text in (exhibit.text, exhibit.cure_text):
        assert text.count(". ") == 1
        assert text.endswith(".")


@pytest.mark.parametrize("exhibit", MUSEUM.values(), ids=lambda exhibit: exhibit.key)
def test_cures_keep_the_nets(exhibit):
    before = exhibit.config()
    after = exhibit.cured(before)
    assert after != before
    assert _keeps_nets(before, after)
    assert after.data == before.data


GOOD = """
[exhibit]
title = "A"
text = "B."
cure_title = "C"
cure_text = "D."
after_steps = 10
order = 1
[model]
name = "small_gan"
[data]
name = "points_1d"
[cure.model]
loss = "hinge"
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[exhibit]", "[exhibit", "is not TOML"),
        ("[exhibit]", "[exhibition]", "“exhibit”"),
        ("[cure.model]\nloss", "[healing.model]\nloss", "“cure”"),
        ('title = "A"', 'title = ""', "exhibit.title"),
        ('title = "A"', "title = 3", "exhibit.title"),
        ("after_steps = 10", "after_steps = 0", "exhibit.after_steps"),
        ("order = 1", "order = true", "exhibit.order"),
        ("order = 1", "order = 1\nodour = 2", "exhibit.odour"),
        ('name = "small_gan"', 'name = "small_gun"', "small_gun"),
        ('name = "small_gan"', 'name = "autoencoder"', "autoencoder"),
        ('name = "points_1d"', 'name = "digits"', "digits"),
        ("[data]\n", "[dada]\n", "data"),
        ('loss = "hinge"', 'loss = "minge"', "minge"),
        ('loss = "hinge"', "latent_dim = 3", "model.latent_dim"),
        ('loss = "hinge"', "game.spectral_norm = true", "spectral_norm"),
        ("[cure.model]\nloss", "[cure.data]\nshape", "data.shape"),
        ("[cure.model]\nloss", "[cure]\nmodel", "cure.model|model"),
    ],
)
def test_a_bad_file_is_named(tmp_path, old, new, said):
    assert old in GOOD
    path = tmp_path / "bad.toml"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(BadFile, match=said) as caught:
        load_museum(tmp_path)
    assert "bad.toml" in str(caught.value)


def test_no_text_at_all(tmp_path):
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadFile):
        load_museum(tmp_path)


def test_a_good_file_is_read(tmp_path):
    (tmp_path / "good.toml").write_text(GOOD, "utf-8")
    exhibit = load_museum(tmp_path)["good"]
    assert exhibit.config().model.options.loss.key == "non_saturating"
    assert exhibit.cured(exhibit.config()).model.options.loss.key == "hinge"
