"""``gan-studio walk``: a film, and the same one again."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gan_studio.cli.app import main
from gan_studio.core.errors import Cancelled
from gan_studio.exporters.films.base import FILMS
from gan_studio.exporters.walk_film import export_walk
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.latents import latents_from_seed
from gan_studio.inference.places import Place, Places, to_text
from gan_studio.inference.renderer import PicturesAt, Renderer
from gan_studio.inference.walks import Walk
from tests.gui.model_runs import write_run


@pytest.fixture
def folders(tmp_path):
    (tmp_path / "runs").mkdir()
    return SimpleNamespace(runs=tmp_path / "runs")


@pytest.fixture
def run_dir(folders):
    return write_run(folders, "gan", latent_dim=8)


def walk(*words):
    return main(["walk", *map(str, words)])


def frames_in(path):
    with Image.open(path) as image:
        return np.stack([np.asarray(f.convert("L")) for f in ImageSequence.Iterator(image)])


def test_key_frames_are_the_pictures_of_their_seeds(run_dir, tmp_path, capsys):
    out = tmp_path / "a.gif"
    code = walk(run_dir, "--seeds", "1,5,9", "--seconds", 3, "--fps", 10, "--scale", 2,
                "--out", out, "--json")  # fmt: skip
    assert code == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["frames"], told["seconds"], told["format"]) == (30, 3.0, "gif")
    shown = frames_in(out)
    assert shown.shape == (30, 56, 56)
    bundle = load_bundle(run_dir)
    for frame, seed in ((0, 1), (10, 5), (20, 9)):
        z = latents_from_seed(bundle, seed, 1).numpy()
        wanted = Renderer()(bundle, PicturesAt(z)).values[0, 0]
        # Not to the bit: sums round differently in other batches.
        assert np.abs(shown[frame][::2, ::2].astype(int) - wanted).max() <= 1


@pytest.mark.parametrize("name", ["b.gif", "b.webp", "b.mp4", "b"])
def test_like_makes_the_same_film_again(run_dir, tmp_path, name, capsys):
    if name.endswith("mp4") and FILMS.get("mp4").target.missing():
        pytest.skip("MP4 needs the library av")
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    words = ("--way", "spline", "--ease", "in", "--seconds", 1, "--no-loop", "--step", 500)
    assert walk(run_dir, "--seeds", "3,4,5", *words, "--out", first) == 0
    assert walk(run_dir, "--like", first, "--out", second) == 0
    assert "step 500" in capsys.readouterr().out.splitlines()[-1]
    if first.is_dir():
        names = sorted(path.name for path in first.iterdir())
        assert names == sorted(path.name for path in second.iterdir())
        for part in names:
            assert (first / part).read_bytes() == (second / part).read_bytes()
    else:
        assert first.read_bytes() == second.read_bytes()


def test_like_with_a_change(run_dir, tmp_path):
    assert walk(run_dir, "--noise", "--seconds", 1, "--seed", 3, "--out", tmp_path / "a.gif") == 0
    again = tmp_path / "b.gif"
    assert walk(run_dir, "--like", tmp_path / "a.gif", "--fps", 10, "--out", again) == 0
    assert len(frames_in(tmp_path / "a.gif")) == 30
    assert len(frames_in(again)) == 10
    other = tmp_path / "c.gif"
    assert walk(run_dir, "--like", again, "--seed", 4, "--out", other) == 0
    assert (frames_in(other) != frames_in(again)).any()


def test_key_frames_of_a_file_keep_their_classes(folders, tmp_path, capsys):
    run_dir = write_run(folders, "conditional_gan", latent_dim=8)
    z = np.random.default_rng(1).standard_normal((2, 8)).astype(np.float32)
    file = tmp_path / "places.json"
    file.write_text(to_text(Places((Place(z[0], 3), Place(z[0], 7)))), "utf-8")
    out = tmp_path / "a.gif"
    words = ("--latents", file, "--seconds", 1, "--fps", 10, "--scale", 1, "--out", out)
    assert walk(run_dir, *words) == 0
    shown = frames_in(out)
    assert (shown[0] != shown[5]).any()
    assert walk(run_dir, *words, "--class", 3) == 0
    assert len(np.unique(frames_in(out), axis=0)) == 1  # the same z and class all along
    file.write_text(to_text(Places((Place(z[0], 3), Place(z[1], 10)))), "utf-8")
    assert walk(run_dir, *words) == 1  # there are ten


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--seeds", "1"), 2, "two or more whole numbers"),
        (("--seeds", "1,2", "--noise"), 2, "not allowed with"),
        ((), 2, "required"),
        (("--seeds", "1,2", "--out", "a.avi"), 2, "There is no film format"),
        (("--seeds", "1,2", "--fps", "60", "--out", "a.gif"), 1, "at most 50 frames a second"),
        (("--seeds", "1,2", "--seconds", "1", "--pause", "1"), 2, "leave no time"),
        (("--seeds", "1,2", "--seconds", "1e9"), 1, "more than 20,000"),
        (("--seeds", "1,2", "--class", "3"), 1, "takes a class"),
        (("--noise", "--speed", "0"), 1, "no speed"),
        (("--noise", "--seed", "-1"), 1, "no seed"),
        (("--seeds", "1,2", "--psi", "nan"), 2, "is not a number"),
        (("--latents", "no.json"), 1, "No such file"),
        (("--like", "no.gif"), 1, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_told(run_dir, tmp_path, monkeypatch, capsys, words, code, said):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert walk(run_dir, *words) == code
    assert said in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_key_frames_of_another_model_are_told(run_dir, folders, tmp_path, capsys):
    assert walk(run_dir, "--seeds", "1,2", "--seconds", 1, "--out", tmp_path / "a.gif") == 0
    other = write_run(folders, "gan", latent_dim=5)
    assert walk(other, "--like", tmp_path / "a.gif", "--out", tmp_path / "b.gif") == 1
    assert "has 8 numbers where the model takes 5" in capsys.readouterr().err
    assert not (tmp_path / "b.gif").exists()


def test_a_cancelled_film_leaves_nothing(run_dir, tmp_path):
    z = np.random.default_rng(1).standard_normal((2, 8)).astype(np.float32)
    seen = []
    with pytest.raises(Cancelled):
        export_walk(
            load_bundle(run_dir),
            Walk(tuple(map(Place, z))),
            tmp_path / "a.gif",
            lambda done, total, what: seen.append((done, total)),
            lambda: len(seen) == 7,
        )
    assert seen[-1] == (7, 120)
    assert not list(tmp_path.glob("*.gif"))
    assert not list(tmp_path.glob(".a*"))
