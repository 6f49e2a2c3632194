"""``gan-studio sweep``: a table of errors by size, and going on where it was cut short."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_studio.cli import app
from gan_studio.jobs import sweep as sweeps
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.queue import RUNNING, QueueFile


@pytest.fixture
def folders(monkeypatch, tmp_path) -> Folders:
    monkeypatch.setenv("GAN_STUDIO_HOME", str(tmp_path))
    monkeypatch.setattr(sweeps, "SMALL_STEPS", {sweeps.SHORT: 2, sweeps.LONG: 3})
    return Folders.below(tmp_path)


def runs_in(folders: Folders) -> list[Path]:
    return [path for path in folders.runs.iterdir() if path.is_dir()]


def test_it_trains_what_is_missing_and_prints_a_table(folders, capsys):
    words = ["sweep", "bottleneck", "--sizes", "5,2"]
    assert app.main(words) == 0
    said = capsys.readouterr().out
    assert "1 of 2: latent 2" in said
    table = said[said.index("Mean squared error on 355 held-out pictures of Digits") :]
    rows = [line.split()[:2] for line in table.splitlines()[1:4]]
    assert [row[0] for row in rows] == ["size", "2", "5"]
    assert 0 < float(rows[1][1]) < 0.3
    assert len(runs_in(folders)) == 2
    assert app.main([*words, "--json"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [row["size"] for row in last["sizes"]] == [2, 5]
    assert last["sizes"][1]["pca"] < last["sizes"][0]["pca"]
    assert len(runs_in(folders)) == 2  # nothing was trained again
    assert list(folders.runs.glob("*.json")) == []


def test_after_a_crash_the_same_command_goes_on(folders, capsys, monkeypatch):
    from gan_studio.jobs import queue_run

    words = ["sweep", "bottleneck", "--sizes", "2"]
    real = queue_run.training_events

    def cut(request, control, wants):
        for event in real(request, control, wants):
            if type(event).__name__ == "CheckpointSaved":
                raise KeyboardInterrupt  # as hard as a kill: nobody writes anything
            yield event

    monkeypatch.setattr(queue_run, "training_events", cut)
    assert app.main(words) == app.INTERRUPTED
    file = QueueFile(folders.runs / "sweep-autoencoder-digits.json")
    assert json.loads(file.path.read_text())["entries"][0]["state"] == RUNNING
    monkeypatch.setattr(queue_run, "training_events", real)
    assert app.main(words) == 0
    assert len(runs_in(folders)) == 1
    assert not file.path.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sizes", "0"], "no list of sizes"),
        (["--sizes", "two"], "no list of sizes"),
        (["--family", "gan"], "gan has no bottleneck"),
        (["--family", "autoencodr"], "autoencoder"),
        (["--data", "mnits"], "mnist"),
    ],
)
def test_words_that_are_not_understood(folders, capsys, words, said):
    assert app.main(["sweep", "bottleneck", *words]) == app.BAD_WORDS
    assert said in capsys.readouterr().err


def test_a_damaged_queue_gives_one_sentence(folders, capsys):
    folders.runs.mkdir(parents=True)
    (folders.runs / "sweep-autoencoder-digits.json").write_text("{")
    assert app.main(["sweep", "bottleneck", "--sizes", "2"]) == app.FAILED
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert "queue of runs cannot be read" in lines[0]
