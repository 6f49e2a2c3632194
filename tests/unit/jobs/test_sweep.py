"""Planning runs of several bottleneck sizes, and finding and measuring those that are there."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.errors import Cancelled
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import load_presets
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.queue import DONE, SKIPPED, WAITING, Entry, Queue, QueueFile
from gan_studio.jobs.queue_run import queue_events
from gan_studio.jobs.survey import Found, Surveyor, find_runs
from gan_studio.jobs.sweep import (
    CURVE,
    FIGURE_SIZES,
    LONG,
    SHORT,
    SIZES,
    SMALL_STEPS,
    Sweep,
    families_with_sizes,
    figure_sweep,
    nearest_preset,
)
from gan_studio.training.run_folder import RunFolder

DIGITS = {"name": "digits"}


@pytest.fixture(scope="module")
def presets():
    return list(load_presets(resources_dir() / "presets").values())


def tiny(size: int, steps: int = 2) -> dict:
    return {
        "model": {"name": "autoencoder", "latent_dim": size, "width": 16, "depth": 1},
        "data": DIGITS,
        "train": {"steps": steps, "batch_size": 4, "threads": 1, "sample_every": 0},
    }


def train(folders: Folders, *configs: dict) -> list[str]:
    entries = tuple(Entry("one", config) for config in configs)
    file = QueueFile(folders.runs / "queue.json")
    *_before, (queue, _event) = queue_events(
        Queue("A", CURVE, entries), file, folders, RunControl(), wants_nothing
    )
    assert all(entry.state == DONE for entry in queue.entries)
    return [entry.run_dir for entry in queue.entries]


def test_a_diverged_run_is_not_the_best(tmp_path, monkeypatch):
    surveyor = Surveyor(Folders.below(tmp_path))
    errors = {"newest": math.nan, "middle": 0.2, "oldest": 0.3}
    runs = [Found(Path(name), 2, 100) for name in errors]
    measure = lambda run, *_more: replace(run, mse=errors[run.path.name])  # noqa: E731
    monkeypatch.setattr(surveyor, "_measured", measure)
    prepared = SimpleNamespace(held_out=[1])
    assert surveyor._best(runs, (2,), prepared, bool)[2].path.name == "middle"
    assert surveyor._best(runs[:1], (2,), prepared, bool)[2].path.name == "newest"


def test_the_figure_uses_the_measured_presets(presets):
    for size in FIGURE_SIZES:
        plain = figure_sweep({"name": "mnist"}, 60_000).settings(presets, size, 60_000)
        preset = next(item for item in presets if item.key == f"autoencoder_{size}")
        assert plain["model"] == preset.values["model"]
        assert plain["train"]["steps"] == preset.values["train"]["steps"]


def test_few_pictures_need_few_steps(presets):
    figure = figure_sweep(DIGITS, 1442).settings(presets, 2, 1442)["train"]
    assert figure["steps"] == SMALL_STEPS[SHORT]
    long = Sweep(data=DIGITS, budget=LONG).settings(presets, 2, 1442)["train"]
    assert long["steps"] == SMALL_STEPS[LONG]
    short = Sweep(data={"name": "mnist"}, budget=SHORT).settings(presets, 2, 60_000)["train"]
    assert short["steps"] == 2600
    assert short["warmup_steps"] < short["steps"] / 10
    assert 0 < short["checkpoint_every"] < short["steps"]


def test_the_nearest_preset_is_nearest_by_factor(presets):
    near = {size: nearest_preset(presets, "autoencoder", size).key for size in SIZES}
    assert near[1] == near[3] == "autoencoder_2"
    assert near[8] == "autoencoder_5"
    assert near[16] == near[64] == "autoencoder_32"
    assert nearest_preset(presets, "no such family", 2) is None


def test_every_family_that_encodes_can_be_swept(presets):
    from gan_studio.core.config import RunConfig
    from gan_studio.core.schema_io import check, from_plain

    families = families_with_sizes()
    assert {"autoencoder", "conv_autoencoder", "vae"} <= set(families)
    assert "gan" not in families
    for family in families:
        for size in SIZES:
            plain = Sweep(family, DIGITS, SIZES).settings(presets, size, 1442)
            assert check(from_plain(RunConfig, plain)) == []


def test_finished_runs_are_not_trained_again(presets, tmp_path):
    sweep = Sweep(data=DIGITS, sizes=(2, 5, 8))
    best = {2: Found(tmp_path / "two", 2, 1000), 5: Found(tmp_path / "five", 5, 500)}
    queue = sweep.queue("A", CURVE, presets, 1442, best)
    assert [entry.state for entry in queue.entries] == [SKIPPED, WAITING, WAITING]
    assert queue.entries[0].run_dir == str(tmp_path / "two")
    assert queue.entries[1].run_dir == ""  # too few steps


def test_the_figure_takes_runs_that_had_less_than_the_full_budget(presets, tmp_path):
    best = {2: Found(tmp_path, 2, 2600)}
    queue = figure_sweep({"name": "mnist"}, 60_000).queue("A", "figure", presets, 60_000, best)
    assert queue.entries[0].state == SKIPPED


def test_a_run_that_was_cut_short_goes_on(presets):
    sweep = Sweep(data=DIGITS, sizes=(2, 5))
    queue = sweep.queue("A", CURVE, presets, 1442, {}).change(0, run_dir="/runs/two")
    again = sweep.queue("A", CURVE, presets, 1442, {}, queue)
    assert [entry.run_dir for entry in again.entries] == ["/runs/two", ""]
    other = Sweep(data=DIGITS, sizes=(2, 5), budget=LONG)
    assert other.queue("A", CURVE, presets, 1442, {}, queue).entries[0].run_dir == ""


def test_runs_of_the_same_family_data_and_size_are_found_and_measured(tmp_path):
    folders = Folders.below(tmp_path)
    short, long, other = train(folders, tiny(2), tiny(2, steps=30), tiny(3))
    (folders.runs / "notes").mkdir()
    (folders.runs / "broken").mkdir()
    (folders.runs / "broken" / "run.toml").write_text("=")
    (folders.runs / "broken" / "manifest.json").write_text("{")
    found = find_runs(folders.runs, "autoencoder", DIGITS)
    assert {str(run.path) for run in found} == {short, long, other}
    assert find_runs(folders.runs, "vae", DIGITS) == []
    assert find_runs(folders.runs, "autoencoder", {"name": "mnist"}) == []
    RunFolder(found[0].path).update_manifest(state="stopped")
    assert found[0].path not in [r.path for r in find_runs(folders.runs, "autoencoder", DIGITS)]


def test_the_best_run_of_a_size_beside_principal_components(tmp_path):
    folders = Folders.below(tmp_path)
    _short, long = train(folders, tiny(2), tiny(2, steps=30))
    surveyor = Surveyor(folders)
    survey = surveyor.look("autoencoder", DIGITS, (2, 5))
    assert set(survey.best) == {2}
    assert str(survey.best[2].path) == long
    assert 0 < survey.best[2].mse < 0.3
    assert survey.best[2].spread > 0
    assert survey.baseline[5] < survey.baseline[2] < 0.06
    assert survey.count + survey.held_out == 1797
    assert surveyor.look("autoencoder", DIGITS, (2, 5)) == survey


def test_a_survey_can_be_cancelled(tmp_path):
    folders = Folders.below(tmp_path)
    train(folders, tiny(2))
    with pytest.raises(Cancelled):
        Surveyor(folders).look("autoencoder", DIGITS, (2,), lambda: True)


def test_data_that_is_not_here_is_not_fetched(tmp_path):
    survey = Surveyor(Folders.below(tmp_path)).look("autoencoder", {"name": "mnist"}, (2,))
    assert survey.count == 0
    assert survey.best == {}
    assert survey.baseline == {}
