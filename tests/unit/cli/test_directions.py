"""``gan-studio directions``: find, keep, list, draw, take away, bring in."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from gan_studio.cli import app
from gan_studio.inference import directions
from gan_studio.inference.directions import load_directions
from tests.unit.inference.test_directions_labelled import run_of

DIM = 6


@pytest.fixture
def run_dir(tmp_path):
    run_of(tmp_path / "run", "gan", latent_dim=DIM)
    return tmp_path / "run"


@pytest.fixture
def say(run_dir, capsys):
    """Run the command; its exit code, what it printed and what it complained about."""

    def said(*words):
        code = app.main(["directions", str(run_dir), *map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return said


def kept(run_dir):
    return [each.name for each in load_directions(run_dir, DIM)]


def test_found_ones_are_kept_only_when_asked(say, run_dir):
    assert "No directions are kept" in say()[1]
    code, out, _ = say("--find", "sefa", "--count", 2)
    assert code == 0
    assert "SeFa 2" in out
    assert kept(run_dir) == []
    say("--find", "sefa", "--count", 2, "--save")
    say("--find", "activations", "--count", 1, "--samples", 300, "--seed", -5, "--save")
    say("--find", "sefa", "--count", 1, "--save")  # takes the place of the old one
    assert kept(run_dir) == ["SeFa 2", "PCA 1", "SeFa 1"]
    say("--remove", "PCA 1", "--remove", "SeFa 2")
    assert kept(run_dir) == ["SeFa 1"]
    plain = json.loads(say("--json")[1])
    assert plain["kept"] == 1
    assert len(plain["directions"][0]["vector"]) == DIM


def test_taken_away_and_brought_in_again(say, run_dir, tmp_path):
    file = tmp_path / "away.json"
    say("--find", "sefa", "--save", "--out", file)
    say(*(word for name in kept(run_dir) for word in ("--remove", name)))
    say("--import", file, "--save")
    assert kept(run_dir) == [f"SeFa {at}" for at in range(1, 6)]
    assert (run_dir / "explore" / "directions.json").read_bytes() == file.read_bytes()


def test_a_strip_has_a_row_for_each(say, tmp_path):
    file = tmp_path / "strip.png"
    say("--find", "sefa", "--count", 3, "--strip", file)
    with Image.open(file) as picture:
        assert picture.size == (9 * 28, 3 * 28)
    code, _, err = say("--strip", file)
    assert code == app.BAD_WORDS
    assert "find one first" in err


def test_a_property_without_a_kept_one(say, run_dir):
    say("--find", "sefa", "--count", 1, "--save")
    words = ["--property", "brightness", "--samples", 400, "--name", "light"]
    code, _, err = say(*words, "--without", "SeFa 1", "--save")
    assert (code, err) == (0, "")
    first, second = load_directions(run_dir, DIM)
    assert second.name == "light"
    assert abs(float(first.vector @ second.vector)) < 1e-5


def test_marks_name_pictures_by_seed_and_number(say, run_dir, tmp_path, monkeypatch):
    asked = {}

    def fake(bundle, latents, marks, **more):
        asked.update(more, latents=latents, marks=marks)
        return directions.find_directions(bundle, "sefa", 1)[0]

    monkeypatch.setattr(directions, "marked_direction", fake)
    file = tmp_path / "smile.csv"
    file.write_text("seed,number,mark\n7,2,yes\n\n7, 0 ,No\n8,1,1\n", "utf-8")
    assert say("--marks", file)[0] == 0
    assert asked["name"] == "smile"
    assert asked["marks"].tolist() == [True, False, True]
    bundle = directions_bundle(run_dir)
    wanted = [directions.candidates(bundle, 3, 7)[row] for row in (2, 0)]
    assert np.array_equal(asked["latents"][:2], wanted)


def directions_bundle(run_dir):
    from gan_studio.inference.bundle import load_bundle

    return load_bundle(run_dir)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "seed,number,mark\n",
        "7,1\n",
        "7,1,maybe\n",
        "a,1,yes\n",
        "7,-1,yes\n",
        f"{'9' * 5000},1,no",
    ],
)
def test_bad_marks_are_told(say, tmp_path, text):
    file = tmp_path / "marks.csv"
    file.write_text(text, "utf-8")
    code, _, err = say("--marks", file)
    assert code == app.FAILED
    assert "marks.csv" in err


def test_too_few_marks_are_told(say, tmp_path):
    file = tmp_path / "marks.csv"
    file.write_text("".join(f"7,{at},yes\n" for at in range(20)), "utf-8")
    code, _, err = say("--marks", file)
    assert code == app.FAILED
    assert "20 samples say yes and 0 say no" in err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--property", "beauty"), "brightness"),
        (("--class", "cat"), "is not one of"),
        (("--remove", "x"), "none is kept"),
        (("--find", "sefa", "--without", "x"), "none is kept"),
        (("--find", "sefa", "--class", "1"), "not allowed with"),
    ],
)
def test_bad_words_are_told(say, words, complaint):
    code, _, err = say(*words)
    assert code == app.BAD_WORDS
    assert complaint in err


def test_what_a_family_cannot_give_is_told(say):
    for words in (("--find", "latent"), ("--find", "sefa", "--label", "1")):
        code, _, err = say(*words)
        assert code == app.FAILED
        assert "“gan” does not" in err


def test_a_damaged_file_is_told_and_left(say, run_dir):
    file = run_dir / "explore" / "directions.json"
    file.parent.mkdir()
    file.write_text("{", "utf-8")
    code, _, err = say("--find", "sefa", "--save")
    assert code == app.FAILED
    assert "damaged" in err
    assert file.read_text("utf-8") == "{"
