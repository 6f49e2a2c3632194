"""Words to configurations, signals to stops, last events to exit codes."""

from __future__ import annotations

import argparse
import os
import signal
import sys

import pytest

from gan_studio.cli import _training, quickstart, train
from gan_studio.cli._training import choose_view, exit_code, stopping_gently
from gan_studio.core.control import RunControl
from gan_studio.core.errors import BadConfig, BadData, BadFile, UnknownKey
from gan_studio.core.events import Failed, Finished, SamplesReady, ScalarsReady
from gan_studio.core.presets import Preset
from gan_studio.jobs.console import Console

PRESET = """
[preset]
title = "T"
help = "H"
expects = "E"
quick_start = 1
[model]
name = "gan"
latent_dim = 10
[data]
name = "digits"
[train]
steps = 11
batch_size = 12
"""


def parsed(*words):
    parser = argparse.ArgumentParser()
    train.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


@pytest.fixture
def presets(tmp_path, monkeypatch):
    folder = tmp_path / "resources" / "presets"
    folder.mkdir(parents=True)
    (folder / "lecture.toml").write_text(PRESET)
    for module in (train, quickstart):
        monkeypatch.setattr(module, "resources_dir", lambda: folder.parent)
    return folder


def test_later_words_win(presets, tmp_path):
    file = tmp_path / "run.toml"
    file.write_text("schema = 1\n[train]\nsteps = 21\nseed = 22\n")
    words = ("--preset", "lecture", "--config", file, "--seed", 33, "--set", "train.threads=4")
    config = train.build_config(parsed(*words))
    assert (config.model.key, config.model.options.latent_dim) == ("gan", 10)
    assert config.train.batch_size == 12
    assert (config.train.steps, config.train.seed, config.train.threads) == (21, 33, 4)


def test_without_words_gan_learns_digits():
    config = train.build_config(parsed())
    assert (config.model.key, config.data.key) == ("gan", "digits")


def test_another_family_brings_its_own_options(tmp_path):
    file = tmp_path / "run.toml"
    file.write_text('[model]\nname = "gan"\nlatent_dim = 10\n')
    config = train.build_config(parsed("--config", file, "--family", "dcgan"))
    assert (config.model.key, config.model.options.latent_dim) == ("dcgan", 100)


def test_a_preset_is_for_one_family(presets):
    with pytest.raises(BadConfig, match=r"--family: the preset “lecture” is for gan, not dcgan"):
        train.build_config(parsed("--preset", "lecture", "--family", "dcgan"))


def test_a_config_that_is_not_there(tmp_path):
    with pytest.raises(BadFile, match="No such file"):
        train.build_config(parsed("--config", tmp_path / "x.toml"))


def test_data_by_name_or_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    assert train.data_table("digits") == {"name": "digits"}  # a name wins
    table = train.data_table("./digits")
    assert (table["name"], table["path"]) == ("folder", str(tmp_path / "digits"))
    with pytest.raises(UnknownKey, match="Did you mean digits"):
        train.data_table("digit")
    with pytest.raises(BadData, match="no such file or folder"):
        train.data_table("./nowhere")


# --- running --------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_the_first_interrupt_stops_and_the_second_aborts():
    control, said = RunControl(), []
    before = signal.getsignal(signal.SIGINT)
    with stopping_gently(control, said.append):
        os.kill(os.getpid(), signal.SIGINT)
        assert control.is_stopping
        assert "checkpoint" in said[0]
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert len(said) == 1
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (Finished(1, 1.0, reason="done"), 0),
        (Finished(1, 1.0, reason="stopped"), 130),
        (Failed(1, 1.0, error="Cancelled"), 130),
        (Failed(1, 1.0, error="BadConfig"), 2),
        (Failed(1, 1.0, error="UnknownKey"), 2),
        (Failed(1, 1.0, error="DiskProblem"), 1),
        (None, 1),
    ],
)
def test_exit_codes(last, code):
    assert exit_code(last) == code


def test_only_the_first_process_speaks(monkeypatch, capsys):
    assert isinstance(choose_view(False), Console)
    monkeypatch.setenv("RANK", "1")
    view = choose_view(True)
    view.handle(ScalarsReady(1, 1.0, values={"loss/x": 1.0}))
    view.say("hello")
    view.handle(Failed(1, 1.0, message="{device} ran out of memory.", values={"device": "CPU"}))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "gan-studio: [1] CPU ran out of memory.\n"


def test_json_lines_leave_out_what_nobody_keeps(capsys):
    view = choose_view(True)
    view.handle(SamplesReady(1, 1.0))
    view.handle(ScalarsReady(2, 1.0, values={"loss/x": float("inf")}))
    assert capsys.readouterr().out == (
        '{"event": "ScalarsReady", "step": 2, "time": 1.0, "values": {"loss/x": null}, '
        '"images_per_second": 0.0, "memory_bytes": 0}\n'
    )


def test_the_quick_start_trains_its_preset(presets, monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(
        _training, "train_here", lambda request, as_json: asked.append((request, as_json)) or 0
    )
    assert isinstance(quickstart.first_quick_start(), Preset)
    assert quickstart.run_quickstart("There is no display.") == 0
    assert asked[0][0].config.train.steps == 11
    assert capsys.readouterr().out.startswith("There is no display.\n")
    (presets / "lecture.toml").unlink()
    assert quickstart.run_quickstart() == 0
    request, as_json = asked[1]
    assert (request.config.model.key, request.config.data.key) == ("gan", "digits")
    assert request.run_dir is None
    assert not as_json


def test_the_quick_start_never_raises(presets, capsys):
    (presets / "lecture.toml").write_text("= broken")
    assert quickstart.run_quickstart() == 1
    assert "is not a preset" in capsys.readouterr().err


def test_what_may_not_be_meant_is_said(presets):
    def note(*words):
        args = parsed(*words)
        return train._note(args, train.build_config(args))

    assert "--preset lecture" in note("--family", "gan")
    assert note("--preset", "lecture") == ""  # it brings its data
    (presets / "lecture.toml").write_text(PRESET.replace('[data]\nname = "digits"\n', ""))
    assert "digits" in note("--preset", "lecture")
    assert note("--preset", "lecture", "--data", "mnist") == ""
    assert note("--family", "gan", "--set", "train.batch_size=3") == ""
