"""The command line from training to pictures, interrupted, killed and misused."""

from __future__ import annotations

import json
import pickle
import shutil
import signal
import sys

import pytest
from PIL import Image
from safetensors.numpy import load_file

from gan_studio.training.run_folder import RunFolder
from tests.e2e.conftest import wait_for

TINY = ("--set", "train.threads=1", "--set", "train.batch_size=16")
SMALL_DCGAN = ("--family", "dcgan", "--set", "model.channels=8", "--set", "model.latent_dim=8")
AUTOENCODER = ("train", "--family", "autoencoder", "--data", "digits", "--steps", 20, *TINY)
POINTS = ("train", "--family", "small_gan", "--data", "points_2d")


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


def test_a_gan_copies_by_search(studio, tmp_path):
    run_dir, out = tmp_path / "gan", tmp_path / "found.png"
    looked = ("reconstruct", run_dir, "--count", 3, "--starts", 2, "--steps", 5, "--out", out)
    train, plain, found, again = studio.many(
        ("train", *SMALL_DCGAN, "--steps", 2, *TINY, "--out", run_dir),
        looked,
        (*looked, "--json"),
        (*looked, "--json"),
    )
    assert [done.code for done in (train, plain, found, again)] == [0] * 4
    assert size_of(out) == (3 * 28, 3 * 28)
    assert "Found by search (inversion): 2 starts of 5 steps each." in plain.out
    assert "picture 3: best" in plain.out
    facts = json.loads(found.out)
    search = facts["inversion"]
    assert [len(errors) for errors in search["mse_of_starts"]] == [2] * 3
    assert [len(z) for z in search["z"]] == [8] * 3
    assert search["curve"][0][0] == 0
    assert search["curve"][-1][1] == pytest.approx(facts["mean"]["mse"], rel=1e-3)
    assert found.out == again.out


def test_from_training_to_pictures(studio, tmp_path):
    run_dir, grid, recon = tmp_path / "run", tmp_path / "grid.png", tmp_path / "recon.png"
    train, sample, reconstruct, resume, inspect, shown = studio.many(
        (*AUTOENCODER, "--out", run_dir),
        ("sample", run_dir, "--count", 10, "--seed", 7, "--columns", 5, "--out", grid),
        ("reconstruct", run_dir, "--count", 4, "--out", recon, "--json"),
        ("resume", run_dir, "--steps", 30, "--json"),
        ("inspect", run_dir, "--json"),
        ("inspect", run_dir),
    )
    assert [done.code for done in (train, sample, reconstruct, resume, inspect, shown)] == [0] * 6
    assert "Done: step 20" in train.out
    assert str(run_dir / "samples" / "000020.png") in train.out
    assert size_of(grid) == (5 * 28, 2 * 28)
    assert size_of(recon) == (4 * 28, 3 * 28)
    measured = json.loads(reconstruct.out)
    assert measured["source"] == "held-out"
    assert {name: len(values) for name, values in measured["pictures"].items()} == {
        "mse": 4,
        "psnr": 4,
        "ssim": 4,
    }
    assert [event["event"] for event in resume.events][-1] == "Finished"
    facts = json.loads(inspect.out)
    assert facts["checkpoints"][-1] == 30
    assert facts["manifest"]["state"] == "done"
    assert set(facts["nets"]) == {"encoder", "decoder"}
    assert facts["metrics"][-1]["step"] == 30
    assert "train.batch_size" in shown.out
    assert [net["name"] for net in facts["networks"]] == ["encoder", "decoder"]
    assert "401,920  dense, ReLU" in shown.out
    assert "784 numbers are squeezed into 2: 392 to 1." in shown.out


def test_lists(studio):
    families, family, datasets, presets, dry = studio.many(
        ("families", "--json"),
        ("families", "gan"),
        ("datasets", "--json"),
        ("presets", "--json"),
        ("train", "--dry-run", "--family", "dcgan", "--set", "train.steps=5"),
    )
    entries = json.loads(families.out)["entries"]
    assert {"autoencoder", "gan", "dcgan"} <= set(entries)
    assert "model.latent_dim = 100" in family.out
    assert "1,486,352  together" in family.out
    assert "1,460,225  together" in family.out
    assert "digits" in json.loads(datasets.out)["entries"]
    assert isinstance(json.loads(presets.out)["presets"], dict)
    assert "steps = 5" in dry.out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_saves_a_checkpoint(studio, tmp_path):
    words = ("train", *SMALL_DCGAN, "--steps", 100_000, *TINY, "--out", tmp_path / "run")
    with studio.started(*words, "--json") as process:
        wait_for(process, "ScalarsReady", step=5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    last = json.loads(out.splitlines()[-1])
    assert (last["event"], last["reason"]) == ("Finished", "stopped")
    assert (tmp_path / "run" / "checkpoints" / f"{last['step']:06d}" / "state.json").is_file()
    assert "Traceback" not in err


def test_a_killed_run_goes_on_as_if_nothing_had_been(studio, tmp_path):
    words = ("train", *SMALL_DCGAN, "--steps", 100, *TINY, "--json")
    words = (*words, "--set", "train.checkpoint_every=20", "--set", "model.penalties=r1")
    runs = killed, straight = tmp_path / "killed", tmp_path / "straight"
    with studio.started(*words, "--out", killed) as process:
        wait_for(process, "CheckpointSaved", step=20)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    resumed, whole = studio.many(("resume", killed, "--json"), (*words, "--out", straight))
    assert (resumed.code, whole.code) == (0, 0)
    assert next(e for e in resumed.events if e["event"] == "RunStarted")["step"] >= 20
    for name in ("weights.safetensors", "optimizer.safetensors"):
        one, other = (load_file(run / "checkpoints/000100" / name) for run in runs)
        assert one.keys() == other.keys()
        assert all((one[key].tobytes() == other[key].tobytes()) for key in one), name


def idx_folder(path, size):
    """Four IDX files of `size` x `size` pictures."""
    path.mkdir()
    for part in ("train", "t10k"):
        count = 40
        head = b"\0\0\x08\x03" + b"".join(n.to_bytes(4, "big") for n in (count, size, size))
        pixels = bytes(range(256)) * (count * size * size // 256 + 1)
        (path / f"{part}-images-idx3-ubyte").write_bytes(head + pixels[: count * size * size])
        labels = bytes(index % 10 for index in range(count))
        head = b"\0\0\x08\x01" + count.to_bytes(4, "big")
        (path / f"{part}-labels-idx1-ubyte").write_bytes(head + labels)
    return path


def test_bad_words_and_bad_folders(studio, tmp_path):
    """One sentence each, an exit code, and no traceback."""
    below_a_file = tmp_path / "file"
    below_a_file.write_text("not a folder")
    not_toml = tmp_path / "bad.toml"
    not_toml.write_text("= 3")
    cases = {
        ("train", "--set", "train.batch_size=0"): (2, "train.batch_size: 0 is below 1"),
        ("train", "--set", "train.bach_size=8"): (2, "did you mean batch_size?"),
        ("train", "--set", "steps"): (2, "field=value"),
        ("train", "--family", "gann"): (2, "Did you mean gan"),
        ("train", "--data", "mnits"): (2, "Did you mean mnist?"),
        ("train", "--preset", "nothing"): (2, "no preset called"),
        ("train", "--data", tmp_path / "nowhere"): (1, "no such file or folder"),
        ("train", "--config", not_toml): (1, "is not TOML"),
        ("train", "--out", below_a_file / "run", *TINY): (1, "cannot be written"),
        ("train", "--family", "dcgan", "--data", idx_folder(tmp_path / "idx", 20)): (1, "20 × 20"),
        ("inspect", tmp_path): (1, "this is not a run"),
        ("sample", tmp_path): (1, "this is not a run"),
    }
    results = studio.many(*cases)
    for (words, (code, sentence)), done in zip(cases.items(), results, strict=True):
        assert done.code == code, (words, done)
        assert sentence in done.err, (words, done)
        assert "Traceback" not in done.err
        assert done.err.startswith("gan-studio: ")
    assert below_a_file.read_text() == "not a folder"


def test_damaged_runs(studio, tmp_path):
    """Nothing that was there before is lost."""
    good, points = tmp_path / "good", tmp_path / "points"
    trained = studio.many(
        (*AUTOENCODER, "--out", good),
        (*POINTS, "--steps", 2, *TINY, "--out", points),
        (*AUTOENCODER, "--out", good),
    )
    assert [done.code for done in trained] == [0, 0, 1]
    assert "already a run" in trained[-1].err
    newer, pickled, strange = (
        shutil.copytree(good, tmp_path / name) for name in ("newer", "pickled", "strange")
    )
    config = (newer / "run.toml").read_text()
    (newer / "run.toml").write_text(config.replace("schema = 1", "schema = 99"))
    for weights in pickled.glob("checkpoints/*/weights.safetensors"):
        weights.write_bytes(pickle.dumps({"weights": [1.0]}))
    (strange / "run.toml").write_text(config.replace("[train]", "[train]\nsteeps = 3"))
    cases = {
        ("resume", newer): (1, "newer version"),
        ("sample", newer, "--out", tmp_path / "x.png"): (1, "newer version"),
        ("resume", pickled): (1, "a pickle, which is never opened"),
        ("sample", pickled, "--out", tmp_path / "x.png"): (1, "a pickle"),
        ("inspect", strange): (2, "did you mean steps?"),
        ("reconstruct", points, "--out", tmp_path / "x.png"): (1, "encodes or draws pictures"),
        ("sample", good, "--class", 3, "--out", tmp_path / "x.png"): (1, "takes a class"),
        ("sample", good, "--step", 7, "--out", tmp_path / "x.png"): (1, "missing"),
        ("resume", good, "--steps", 5): (2, "below the 20 steps"),
    }
    for (words, (code, sentence)), done in zip(cases.items(), studio.many(*cases), strict=True):
        assert done.code == code, (words, done)
        assert sentence in done.err, (words, done)
        assert "Traceback" not in done.err
    assert not (tmp_path / "x.png").exists()
    assert (newer / "run.toml").read_text() != config
    assert RunFolder(good).checkpoints.steps() == [0, 20]
    assert [path.name for path in (good / "checkpoints").glob(".*")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on file sizes")
def test_a_full_disk_loses_nothing(studio, tmp_path):
    run_dir = tmp_path / "run"
    resume = ("resume", run_dir, "--steps", 30)
    first, full, again, inspect = studio.many(
        (*AUTOENCODER, "--out", run_dir),
        ("full", *resume),
        resume,
        ("inspect", run_dir, "--json"),
        largest_file=200_000,
    )
    assert first.code == 0
    assert full.code == 1
    assert "cannot be written" in full.err
    assert again.code == 0, again.err
    assert json.loads(inspect.out)["checkpoints"][-1] == 30
