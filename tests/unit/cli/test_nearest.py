"""``gan-studio nearest`` on a run that was never trained, and what its numbers mean."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from gan_studio.cli.app import main
from gan_studio.inference.nearest_words import grey_levels, percent, verdict
from gan_studio.inference.places import Place, Places, to_text
from gan_studio.jobs.folders import Folders
from tests.gui.model_runs import write_run


@pytest.fixture
def run_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_STUDIO_HOME", str(tmp_path / "home"))
    return write_run(Folders.below(tmp_path / "home"), "gan", latent_dim=8)


def nearest(capsys, *words):
    code = main(["nearest", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def test_pictures_stand_beside_their_neighbours(run_dir, tmp_path, capsys):
    out = tmp_path / "near.png"
    words = ("--count", 3, "--seed", 7, "--neighbours", 4, "--out", out)
    code, said, _err = nearest(capsys, run_dir, *words, "--json")
    facts = json.loads(said)
    assert code == 0
    assert pixels(out).shape == (3 * 28, 5 * 28)
    assert np.shape(facts["nearest"]) == (3, 4)
    assert (np.diff(facts["distances"], axis=1) >= 0).all()
    assert facts["held_out"]["count"] == 355
    assert facts["perhaps_memorised"] == []  # noise is far from digits
    assert facts["share_of_held_out_as_near"] == [1.0, 1.0, 1.0]
    assert main(["sample", str(run_dir), "--count", "3", "--seed", "7", "--out", str(out)]) == 0
    capsys.readouterr()
    sampled = pixels(out)
    code, said, _err = nearest(capsys, run_dir, *words)
    assert said.splitlines()[1].split()[-2:] == ["100", "%"]
    assert "0 of 3 pictures are perhaps memorised" in said
    rows = pixels(out)
    assert (rows[:28, :28] == sampled[:28, :28]).all()


def test_places_of_a_file_are_drawn(run_dir, tmp_path, capsys):
    rows = np.random.default_rng(1).standard_normal((2, 8)).astype(np.float32)
    path = tmp_path / "starred.json"
    path.write_text(to_text(Places(tuple(Place(z, psi=0.5) for z in rows), 9)), "utf-8")
    out = tmp_path / "near.png"
    code, said, _err = nearest(capsys, run_dir, "--latents", path, "--out", out, "--json")
    assert (code, json.loads(said)["count"]) == (0, 2)
    for words in (("--seed", 1), ("--count", 2), ("--psi", 0.5)):
        code, _said, err = nearest(capsys, run_dir, "--latents", path, "--out", out, *words)
        assert (code, words[0] in err) == (2, True)
    path.write_text("1 2 3", "utf-8")
    code, _said, err = nearest(capsys, run_dir, "--latents", path, "--out", out)
    assert code == 1
    assert "3 numbers where the model takes 8" in err


def test_changed_data_is_told(run_dir, tmp_path, capsys):
    manifest = run_dir / "manifest.json"
    facts = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**facts, "fingerprint": "of other pictures"}), "utf-8")
    out = tmp_path / "near.png"
    _code, said, _err = nearest(capsys, run_dir, "--count", 1, "--out", out)
    assert "no longer what this run was trained on" in said


def test_another_format_and_another_way_are_refused(run_dir, capsys):
    assert nearest(capsys, run_dir, "--out", "near.jpg")[0] == 2
    assert nearest(capsys, run_dir, "--way", "thoughts")[0] == 2


class FakeScale:
    def __init__(self, share):
        self.share = share

    def share_nearer(self, distance):
        return self.share


@pytest.mark.parametrize(
    ("distance", "share", "words"),
    [
        (0.0, 0.0, "pixel by pixel"),
        (9.0, 0.0, "Only 0 % of held-out pictures are as near to a training picture: perhaps"),
        (9.0, 0.012, "1.2 %"),
        (40.0, 0.5, "As far from the training pictures as real pictures are: 50 %"),
        (90.0, 1.0, "Farther from the training pictures than 100 % of held-out ones"),
        (40.0, float("nan"), "holds nothing back"),
    ],
)
def test_the_verdict_says_what_was_measured(distance, share, words):
    assert words in verdict(distance, FakeScale(share))


def test_without_a_scale_only_copies_are_judged():
    assert verdict(3.0, None) == ""
    assert "pixel by pixel" in verdict(0.0, None)


def test_numbers_are_short():
    assert [grey_levels(value) for value in (0.0, 0.0361, 12.34)] == ["0.0", "0.0361", "12.3"]
    assert [percent(value) for value in (0.0, 0.002, 0.5, 1.0)] == ["0 %", "0.2 %", "50 %", "100 %"]
