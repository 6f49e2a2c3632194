"""The rows of ``bench modes``, from tiny games."""

from __future__ import annotations

import argparse
import dataclasses

import pytest

from gan_studio.cli.bench import GROUPS, modes
from gan_studio.cli.bench.data import preset_config
from gan_studio.cli.bench.points import Played, play, points_of
from gan_studio.core.schema import Plug
from gan_studio.core.schema_io import assign
from gan_studio.data.base import DATASETS
from gan_studio.lab.modes import ModeReport
from gan_studio.losses.base import LOSSES

SMALL = ("train.steps=3", "train.batch_size=16", "data.count=200")


def game(covered=25, high_quality=0.98, reverse_kl=0.005, cpu_seconds=100.0):
    report = ModeReport(covered, 25, high_quality, reverse_kl, (100,) * 25, 0.0048)
    return Played(report, cpu_seconds, 10)


def test_the_group_is_known():
    assert "modes" in GROUPS


def test_a_game_is_played_to_its_end_and_scored(capsys):
    config = preset_config(modes.RING, None, 3, *SMALL)
    played = play(config)
    assert played.steps == 3
    assert played.modes.total == 8
    assert played.cpu_seconds > 0
    assert '"seed": 3' in capsys.readouterr().out
    again = play(config)
    assert again.modes == played.modes


def test_data_without_modes_is_refused():
    config = preset_config(modes.RING, None, 1, *SMALL, "data.shape=moons")
    with pytest.raises(ValueError, match="modes"):
        play(config)


def test_data_without_density_is_refused():
    digits = Plug("digits", DATASETS.get("digits").options())
    with pytest.raises(ValueError, match="density"):
        points_of(dataclasses.replace(preset_config(modes.RING, None, 1), data=digits))


def test_every_seed_counts_for_modes_and_time_and_their_mean_for_the_rest():
    rows = modes.grid_rows([game(), game(high_quality=0.971, reverse_kl=0.008, cpu_seconds=181)])
    assert [row.is_reached for row in rows] == [True, True, True, False]
    assert "worst 0.9710" in rows[1].how
    assert "worst 0.0080" in rows[2].how
    assert modes.grid_rows([game(), game(covered=24)])[0].is_reached is False


def test_every_loss_is_in_the_table_and_wgan_twice():
    configs = modes.loss_configs()
    keys = [config.model.options.loss.key for _name, config in configs]
    assert keys == [*(entry.key for entry in LOSSES), modes.WASSERSTEIN]
    names = {name for name, _config in configs}
    assert len(names) == len(configs)
    last = configs[-1][1].model.options
    assert [term.key for term in last.penalties] == ["gradient_penalty"]
    assert last.game.discriminator_steps == modes.CRITIC_STEPS
    row = modes.loss_row("hinge", game())
    assert row.is_reached is None
    assert "25 modes, 98.0 %" in row.measured.replace("%", " %")


def test_the_ring_has_a_bar_for_all_but_wgan(monkeypatch):
    monkeypatch.setattr(modes, "play", lambda config: game(covered=8, cpu_seconds=21))
    rows = modes.ring_rows(2)
    by_name = {row.what: row for row in rows}
    assert by_name["ring of 8, wasserstein: modes"].is_reached is None
    assert by_name["ring of 8, minimax: modes"].is_reached is True
    assert by_name["ring of 8, minimax: CPU s"].is_reached is False
    assert len(rows) == 2 * (len(list(LOSSES)) - 1) + 1


def test_fakes_from_the_data_itself_pass(monkeypatch):
    monkeypatch.setattr(modes, "READ_OUT_REPEATS", 20)
    monkeypatch.setattr(modes, "READ_OUT_COUNT", 500)
    row = modes.read_out_row("moons")
    assert int(row.measured) >= 18
    assert row.bar == ">= 95"


def test_a_preset_measures_that_preset_alone(monkeypatch):
    monkeypatch.setattr(modes, "play", lambda config: game(covered=8))
    rows = modes.run(argparse.Namespace(preset=modes.RING, seeds=1, data=None, seconds=1.0))
    assert {row.what.split(",")[0] for row in rows} == {"ring of 8"}


def test_presets_of_the_lab_keep_their_own_data():
    for key, shape in ((modes.GRID, "grid"), (modes.RING, "ring")):
        config = preset_config(key, None, 7)
        assert config.data.options.shape == shape
        assert config.train.seed == 7
        assert assign(config, ["train.steps=1"]).train.threads == 1
