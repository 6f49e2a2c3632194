"""A whole run in a folder: what is written, and what failures leave behind."""

from __future__ import annotations

import errno
import json

import numpy as np
import pytest
from PIL import Image

from gan_studio.core.config import RunConfig
from gan_studio.core.control import RunControl, wants_nothing
from gan_studio.core.errors import BadConfig, BadRun
from gan_studio.core.events import Failed, Finished, Notice, RunStarted, SamplesReady, ScalarsReady
from gan_studio.core.file_lock import FileLock
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema_io import assign
from gan_studio.data.base import DATASETS, DataSource, Prepared, Refused, Split
from gan_studio.jobs import training_job
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.runner import ThreadRun
from gan_studio.jobs.sinks import event_from_plain, event_to_plain, grid_array
from gan_studio.jobs.training_job import RunRequest, resume_request, training_events
from gan_studio.training import checkpoint as checkpoint_module
from gan_studio.training.run_folder import RunFolder


class Tiny(DataSource):
    """Eight by eight, in memory, with one refused file."""

    def prepare(self, context):
        pictures = np.random.default_rng(0).integers(0, 256, (32, 1, 8, 8), dtype="uint8")
        split = Split(pictures, (np.arange(32) % 2).astype("int64"))
        spec = SampleSpec((1, 8, 8), ("a", "b"))
        refused = (Refused("bad.png", "it is cut off"),)
        return Prepared(spec, split, split, "f" * 64, "Tiny", refused, ("One was cropped.",))


@pytest.fixture(autouse=True)
def tiny_data_set():
    DATASETS.discover()
    DATASETS.register("tiny", title="Tiny")(Tiny)
    yield
    DATASETS._entries.pop("tiny")


@pytest.fixture
def request_for(tmp_path):
    def make(*words, run_dir=None):
        base = ["model=autoencoder", "data=tiny", "train.steps=20", "train.batch_size=8"]
        extra = ["train.threads=1", "train.sample_every=10", "train.checkpoint_every=10"]
        config = assign(RunConfig(), [*base, *extra, *words])
        return RunRequest(config, Folders.below(tmp_path), run_dir)

    return make


def events_of(request, control=None):
    return list(training_events(request, control or RunControl(), wants_nothing))


def test_a_run_leaves_everything_that_design_says(request_for, tmp_path):
    events = events_of(request_for())
    assert isinstance(events[-1], Finished)
    (path,) = (tmp_path / "runs").iterdir()
    assert path.name.endswith("_autoencoder_tiny")
    folder = RunFolder(path)
    manifest = folder.manifest()
    assert manifest["state"] == "done"
    assert manifest["step"] == manifest["total_steps"] == 20
    assert manifest["fingerprint"] == "f" * 64
    assert set(manifest["versions"]) == {"gan_studio", "torch", "python", "platform"}
    assert folder.config() == request_for().config
    assert [item.name for item in sorted(folder.samples.iterdir())] == [
        f"{step:06}.png" for step in (0, 10, 20)
    ]
    with Image.open(folder.newest_sample()) as grid:
        assert grid.size == (64, 64)
    logged = [json.loads(line) for line in (path / "events.jsonl").read_text().splitlines()]
    assert "RunStarted" in {line["event"] for line in logged}
    assert logged[-1]["event"] == "Finished"
    rows = folder.metrics()
    assert rows
    assert {"step", "time", "loss/autoencoder", "mse"} <= set(rows[-1])
    started = next(event for event in events if isinstance(event, RunStarted))
    assert started.info["run_dir"] == str(path)


def test_refused_files_and_notes_are_said(request_for):
    notices = [event for event in events_of(request_for()) if isinstance(event, Notice)]
    texts = [event.message.format(**event.values) for event in notices]
    assert texts == ["One file was left out, bad.png: it is cut off.", "One was cropped."]


def test_resume_goes_on_and_forgets_what_came_after(request_for, tmp_path):
    run_dir = tmp_path / "run"
    events_of(request_for(run_dir=run_dir))
    (RunFolder(run_dir).samples / "000999.png").write_bytes(b"of a killed session")
    with (run_dir / "events.jsonl").open("a") as file:
        file.write('{"event": "Notice", "step": 500}\n{"torn')
    events = events_of(resume_request(run_dir, Folders.below(tmp_path), 40))
    assert events[-1].step == 40
    folder = RunFolder(run_dir)
    assert folder.manifest()["total_steps"] == 40
    assert not (folder.samples / "000999.png").exists()
    for line in (run_dir / "events.jsonl").read_text().splitlines():
        assert json.loads(line)["step"] <= 40
    steps = [row["step"] for row in folder.metrics()]
    assert steps == sorted(steps)


def test_a_second_run_does_not_overwrite_the_first(request_for, tmp_path):
    run_dir = tmp_path / "run"
    events_of(request_for(run_dir=run_dir))
    before = (run_dir / "manifest.json").read_text()
    failed = events_of(request_for(run_dir=run_dir))[-1]
    assert isinstance(failed, Failed)
    assert failed.error == "BadRun"
    assert (run_dir / "manifest.json").read_text() == before


def test_two_jobs_do_not_write_into_one_folder(request_for, tmp_path, monkeypatch):
    monkeypatch.setattr(training_job, "LOCK_PATIENCE_S", 0.0)
    request = request_for(run_dir=tmp_path / "run")
    first = training_events(request, RunControl(), wants_nothing)
    assert any(isinstance(event, ScalarsReady) for event in first)  # under way
    (*_, refused) = events_of(resume_request(tmp_path / "run", request.folders))
    assert isinstance(refused, Failed)
    assert (refused.error, refused.values) == ("TrainedElsewhere", {"run": "run"})
    (*_, refused) = events_of(request)
    assert refused.error == "TrainedElsewhere"
    assert RunFolder(tmp_path / "run").manifest()["state"] == "training"  # nothing was touched
    lock, config = (tmp_path / "run" / name for name in (".lock", "run.toml"))
    assert lock.stat().st_mode == config.stat().st_mode, "who may read a run may copy it"
    (*_, ended) = first
    assert isinstance(ended, Finished)
    (*_, again) = events_of(resume_request(tmp_path / "run", request.folders, 30))
    assert isinstance(again, Finished)


def test_a_drive_without_locks_does_not_keep_from_training(request_for, monkeypatch):
    def refuse(self, timeout_s=0.0):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(FileLock, "acquire", refuse)
    assert isinstance(events_of(request_for())[-1], Finished)


def test_a_family_that_cannot_take_the_shape(request_for):
    failed = events_of(request_for("model=dcgan"))[-1]
    assert (failed.error, failed.values["family"]) == ("ShapeMismatch", "dcgan")
    assert "8 × 8" in failed.message.format(**failed.values)


def test_full_disk_keeps_the_last_checkpoint(request_for, tmp_path, monkeypatch):
    run_dir = tmp_path / "run"
    save_file = checkpoint_module.save_file
    calls = []

    def full_later(*args, **kwargs):
        calls.append(args)
        if len(calls) > 4:  # two files per checkpoint: at 0 and at 10 there is room
            raise OSError(errno.ENOSPC, "No space left on device")
        return save_file(*args, **kwargs)

    monkeypatch.setattr(checkpoint_module, "save_file", full_later)
    failed = events_of(request_for("train.milestones=0", run_dir=run_dir))[-1]
    assert failed.error == "DiskProblem"
    assert "the disk is full" in failed.message.format(**failed.values)
    folder = RunFolder(run_dir)
    assert folder.checkpoints.steps() == [0, 10]
    assert folder.manifest()["state"] == "failed"
    monkeypatch.undo()
    assert isinstance(events_of(resume_request(run_dir, Folders.below(tmp_path)))[-1], Finished)


def test_a_folder_that_cannot_be_written(request_for, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    failed = events_of(request_for(run_dir=tmp_path / "file" / "run"))[-1]
    assert failed.error == "DiskProblem"


def test_divergence_rolls_back_and_says_how_to_go_on(request_for, tmp_path):
    run_dir = tmp_path / "run"
    words = [
        "train.steps=400",
        "model.rate=1.0",
        "train.checkpoint_every=1",
        "train.sample_every=0",
    ]
    request = request_for(*words, run_dir=run_dir)
    control, seen = RunControl(), []
    from gan_studio.core.control import SetParameter

    for event in training_events(request, control, wants_nothing):
        seen.append(event)
        if isinstance(event, RunStarted):
            control.send(SetParameter("rate/autoencoder", 1e38))
    assert seen[-1].error == "Diverged"
    assert "rolled back" in seen[-1].hint.format(**seen[-1].values)
    folder = RunFolder(run_dir)
    good = int(seen[-1].values["good_step"])
    assert folder.checkpoints.steps()[-1] == good
    assert all(row["step"] <= good for row in folder.metrics())


def test_out_of_memory_is_named(request_for, monkeypatch):
    def explode(self, context):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 TB")

    monkeypatch.setattr(Tiny, "prepare", explode)
    failed = events_of(request_for())[-1]
    assert failed.error == "OutOfMemory"
    assert "smaller batch" in failed.hint


def test_newer_schema_is_left_alone(request_for, tmp_path):
    run_dir = tmp_path / "run"
    events_of(request_for(run_dir=run_dir))
    path = run_dir / "run.toml"
    path.write_text(path.read_text().replace("schema = 1", "schema = 99"))
    before = path.read_text()
    with pytest.raises(BadRun, match=r"newer version .* nothing was changed"):
        resume_request(run_dir, Folders.below(tmp_path))
    assert path.read_text() == before


@pytest.mark.parametrize("text", ["steps = ", "\x00", "[train]\nsteps = -4", "[trian]\nsteps = 4"])
def test_damaged_config(request_for, tmp_path, text):
    run_dir = tmp_path / "run"
    events_of(request_for(run_dir=run_dir))
    (run_dir / "run.toml").write_text(text)
    with pytest.raises((BadRun, BadConfig)):
        resume_request(run_dir, Folders.below(tmp_path))


def test_a_thread_run_fills_its_mailbox(request_for):
    run = ThreadRun(request_for())
    run.start()
    assert run.join(60)
    delivered = run.mailbox.drain()
    assert isinstance(delivered.events[-1], Finished)
    assert delivered.scalars


def test_events_survive_json(request_for):
    for event in events_of(request_for()):
        if isinstance(event, (ScalarsReady, Finished, Notice, RunStarted)):
            plain = json.loads(json.dumps(event_to_plain(event)))
            assert event_to_plain(event_from_plain(plain)) == plain
        elif isinstance(event, SamplesReady):
            assert "images" not in event_to_plain(event)


def test_grids_are_laid_out_row_by_row():
    pictures = np.arange(5, dtype="uint8").reshape(5, 1, 1, 1)
    assert grid_array(pictures, columns=2).tolist() == [[0, 1], [2, 3], [4, 0]]
    assert grid_array(pictures, columns=5, gap=1).shape == (1, 9)
    assert grid_array(np.zeros((4, 3, 2, 2), "uint8")).shape == (4, 4, 3)
