"""Resuming what is finished, or to a total that was passed long ago."""

from __future__ import annotations

import json

import pytest

from gan_studio.cli import _training, app, resume
from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.schema_io import assign
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.training_job import RunRequest, training_events


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    words = ["model=autoencoder", "train.steps=2", "train.threads=1", "train.batch_size=4"]
    request = RunRequest(assign(RunConfig(), words), Folders.below(folder), folder / "a run")
    assert type(list(training_events(request, RunControl(), wants_nothing))[-1]).__name__ == (
        "Finished"
    )
    return folder / "a run"


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What is trained, which nothing is here."""
    requests = []
    monkeypatch.setattr(
        _training, "train_here", lambda request, as_json: requests.append(request) or 0
    )
    monkeypatch.setattr(resume, "own_command", lambda: "gan-studio")
    return requests


@pytest.mark.parametrize("words", [(), ("--steps", "2")])
def test_a_finished_run_says_how_to_go_further(finished_run, asked, capsys, words):
    assert app.main(["resume", str(finished_run), *words]) == 0
    assert capsys.readouterr().out == (
        "This run is finished at step 2; to train it further, give a larger total: "
        f'gan-studio resume "{finished_run}" --steps 4\n'
    )
    assert not asked


def test_machines_get_the_last_event(finished_run, asked, capsys):
    assert app.main(["resume", str(finished_run), "--json"]) == 0
    event = json.loads(capsys.readouterr().out)
    assert (event["event"], event["step"], event["reason"]) == ("Finished", 2, "done")
    assert not asked


def test_a_total_below_what_was_made(finished_run, asked, capsys):
    assert app.main(["resume", str(finished_run), "--steps", "1"]) == 2
    text = "--steps: 1 is below the 2 steps that the run has made; give a larger total.\n"
    assert capsys.readouterr().err == f"gan-studio: {text}"
    assert not asked


def test_a_larger_total_is_trained(finished_run, asked):
    assert app.main(["resume", str(finished_run), "--steps", "3"]) == 0
    assert asked[0].config.train.steps == 3
    assert asked[0].is_resumed


def test_what_is_no_run(tmp_path, capsys):
    assert app.main(["resume", str(tmp_path)]) == 1
    assert "this is not a run" in capsys.readouterr().err
