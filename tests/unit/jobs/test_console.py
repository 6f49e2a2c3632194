"""What a terminal and a log show of a run."""

from __future__ import annotations

import io

import pytest

from gan_studio.core.events import (
    Failed,
    Finished,
    Notice,
    ParameterChanged,
    RunStarted,
    RunState,
    ScalarsReady,
    StateChanged,
)
from gan_studio.jobs import console as console_module
from gan_studio.jobs.console import Console, bar, duration, judgement_words, loss_words

STARTED = RunStarted(
    0,
    0.0,
    config={"model": {"name": "gan"}},
    info={
        "total_steps": 1000,
        "data_title": "Digits",
        "device": "CPU",
        "device_type": "cpu",
        "threads": 2,
        "parameters": {"generator": 1500},
        "run_dir": "/runs/a b",
    },
)


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def make():
    def console(is_terminal):
        out, err, clock = io.StringIO(), io.StringIO(), Clock()
        return Console(out, err, is_terminal, clock), out, err, clock

    return console


def scalars(step, time):
    return ScalarsReady(
        step,
        time,
        values={"d/real": 0.75, "d/fake": 0.25, "loss/generator": 0.6931},
        images_per_second=6400.0,
    )


def test_a_terminal_has_one_line_that_moves(make, monkeypatch):
    monkeypatch.setattr(console_module, "own_command", lambda: ".venv/bin/gan-studio")
    monkeypatch.setenv("COLUMNS", "80")  # too narrow for what D thinks
    console, out, _err, clock = make(True)
    console.handle(STARTED)
    for second in range(1, 4):
        clock.now += 1
        console.handle(scalars(100 * second, float(second)))
        console.handle(scalars(100 * second, float(second)))  # too soon to be shown
    console.handle(Finished(300, 3.0, reason="stopped", totals={"seconds": 3.0}))
    lines = out.getvalue().split("\n")
    moving = lines[2].split("\r")
    assert len(moving) == 4
    assert moving[-1].startswith("[###       ]  30%  300/1,000  0:07 left  loss G 0.6931")
    assert moving[-1].rstrip().endswith("6,400 images/s")
    assert "Stopped at step 300 after 0:03; the checkpoint is saved." in lines
    assert 'Go on:    .venv/bin/gan-studio resume "/runs/a b"' in lines


def test_a_log_has_a_line_every_few_seconds(make):
    console, out, _err, clock = make(False)
    for second in range(20):
        clock.now += 1
        console.handle(scalars(10 * second, float(second)))
    assert len(out.getvalue().splitlines()) == 4
    assert "\r" not in out.getvalue()


def test_what_is_trained_where(make):
    console, out, _err, _clock = make(False)
    console.handle(StateChanged(0, 0.0, state=RunState.PREPARING))
    console.handle(STARTED)
    assert "Training gan on Digits: steps 0 to 1,000 on CPU (2 threads)." in out.getvalue()
    assert "generator 1,500" in out.getvalue()


def test_only_what_had_stopped_goes_on(make):
    console, out, _err, _clock = make(False)
    console.handle(STARTED)
    console.handle(StateChanged(0, 0.0, state=RunState.TRAINING))
    assert "oing on" not in out.getvalue()
    console.handle(StateChanged(5, 1.0, state=RunState.PAUSED))
    console.handle(StateChanged(5, 2.0, state=RunState.TRAINING))
    assert out.getvalue().endswith("Paused at step 5.\nGoing on.\n")


def test_a_resumed_run_says_so(make):
    console, out, _err, _clock = make(False)
    info = {**STARTED.info, "threads": 1}
    console.handle(RunStarted(500, 0.0, config=STARTED.config, info=info))
    words = "Going on with gan on Digits: steps 500 to 1,000 on CPU (1 thread)."
    assert words in out.getvalue()


def test_where_the_pictures_are(make, tmp_path):
    (tmp_path / "samples").mkdir()
    for name in ("000100.png", "000200.png"):
        (tmp_path / "samples" / name).touch()
    console, out, _err, _clock = make(False)
    console.handle(RunStarted(0, 0.0, info={"total_steps": 200, "run_dir": str(tmp_path)}))
    console.handle(Finished(200, 65.0))
    assert "Done: step 200 after 1:05." in out.getvalue()
    assert f"Pictures: {tmp_path / 'samples' / '000200.png'}" in out.getvalue()


def test_nothing_left_to_do(make):
    console, out, _err, _clock = make(False)
    console.handle(RunStarted(200, 0.0, info={"total_steps": 200}))
    console.handle(Finished(200, 0.1))
    assert "Nothing was left to do: the run is finished at step 200." in out.getvalue()


def test_errors_end_the_moving_line_and_go_to_the_other_stream(make):
    console, out, err, clock = make(True)
    clock.now += 1
    console.handle(scalars(1, 1.0))
    values = {"path": "/runs", "reason": "the disk is full"}
    message, hint = "{path} cannot be written: {reason}.", "Free some space."
    console.handle(Failed(1, 1.0, message=message, hint=hint, values=values))
    assert out.getvalue().endswith("\n")
    sentence = "gan-studio: /runs cannot be written: the disk is full. Free some space.\n"
    assert err.getvalue() == sentence


def test_notices_states_and_live_edits(make):
    console, out, _err, _clock = make(False)
    console.handle(Notice(1, 1.0, message="{count} files were left out.", values={"count": 3}))
    console.handle(StateChanged(5, 1.0, state=RunState.PAUSED))
    console.handle(ParameterChanged(6, 1.0, name="rate/generator", value=0.1, previous=0.2))
    lines = out.getvalue().splitlines()
    assert lines == ["3 files were left out.", "Paused at step 5.", "rate/generator: 0.2 → 0.1"]


def test_progress_of_data(make):
    console, out, _err, clock = make(True)
    console.progress(5, 10, "download")
    clock.now += 1
    console.progress(1234, 0, "scan")
    console.close()
    first, second = out.getvalue().strip("\r\n").split("\r")
    assert first == "Downloading [#####     ]  50%"
    assert second.rstrip() == "Looking through the pictures 1,234"


def test_small_words():
    assert [duration(seconds) for seconds in (0.4, 65, 3723)] == ["0:00", "1:05", "1:02:03"]
    assert bar(0, 0) == f"[{' ' * 10}]"
    assert bar(30, 10) == f"[{'#' * 10}]"
    assert loss_words({"value": 1.0, "loss/autoencoder": 0.012345}) == ["loss autoencoder 0.01235"]
    assert loss_words({"loss/generator": 2.0, "d/real": 0.5}) == ["loss G 2"]
    assert judgement_words({"d/fake": 0.123, "d/real": 0.5}) == ["D(x) 0.50", "D(G(z)) 0.12"]
