"""Saved directions are loaded bit for bit, and bad files are told."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from gan_studio.core.errors import DiskProblem
from gan_studio.inference.directions import (
    BadDirections,
    Direction,
    directions_from_text,
    directions_to_text,
    export_directions,
    import_directions,
    load_directions,
    save_directions,
)

DIM = 4


def some(count=2):
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(count, 2, DIM)).astype(np.float32)
    vectors[0, 0, 0] = np.float32(1e-42)  # denormal
    facts = {"explained": 1 / 3, "marked": 50, "features": "discriminator"}
    return [
        Direction(f"é “{at}”", "sefa", vector, origin, 2.5, facts)
        for at, (vector, origin) in enumerate(vectors)
    ]


def same(one, other):
    return (
        np.array_equal(one.vector, other.vector)
        and np.array_equal(one.origin, other.origin)
        and (one.name, one.kind, one.reach) == (other.name, other.kind, other.reach)
        and dict(one.facts) == dict(other.facts)
    )


def test_what_was_saved_is_loaded(tmp_path):
    assert load_directions(tmp_path, DIM) == []
    saved = some()
    save_directions(tmp_path, saved)
    loaded = load_directions(tmp_path, DIM)
    assert all(same(one, other) for one, other in zip(saved, loaded, strict=True))
    assert [path.name for path in (tmp_path / "explore").iterdir()] == ["directions.json"]
    save_directions(tmp_path, [])
    assert load_directions(tmp_path, DIM) == []


def test_what_was_taken_away_is_the_same_text(tmp_path):
    save_directions(tmp_path, some())
    export_directions(tmp_path / "away" / "d.json", some())
    text = (tmp_path / "away" / "d.json").read_text("utf-8")
    assert text == (tmp_path / "explore" / "directions.json").read_text("utf-8")
    assert text == directions_to_text(some())
    assert len(import_directions(tmp_path / "away" / "d.json", DIM)) == 2


def test_a_fact_without_a_number_is_left_out():
    direction = some(1)[0]
    odd = Direction("x", "sefa", direction.vector, direction.origin, 4, {"a": float("nan"), "b": 2})
    assert directions_from_text(directions_to_text([odd]), DIM, "x")[0].facts == {"b": 2}


def changed(**values):
    plain = json.loads(directions_to_text(some(1)))
    plain["directions"][0].update(values)
    return json.dumps(plain)


BAD = {
    "": "damaged",
    "{": "damaged",
    "[]": "not a directions file",
    '{"format": "other"}': "not a directions file",
    '{"format": "gan-studio directions", "version": 99}': "newer version",
    '{"format": "gan-studio directions", "version": 1}': "no directions",
    '{"format": "gan-studio directions", "version": 1, "directions": [3]}': "no entry",
    changed(name=""): "no name",
    changed(name=["a"]): "no name",
    changed(kind="magic"): "unknown kind",
    changed(kind=["sefa"]): "unknown kind",
    changed(vector=[1, 2, 3]): "3 numbers where the model takes 4",
    changed(vector="1 2 3 4"): "lacks a list",
    changed(vector=[1, 2, "x", 4]): "no number",
    changed(vector=[1, 2, True, 4]): "no number",
    changed(vector=[0, 0, 0, 0]): "no length",
    changed(vector=[1, 2, float("nan"), 4]): "not finite",
    changed(origin=[1, 2, 1e39, 4]): "not finite",
    changed(origin=[1, 2, 10**400, 4]): "not finite",
    changed(reach=0): "reach of 0",
    changed(reach=float("inf")): "not finite",
}


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_texts_are_told(tmp_path, text):
    with pytest.raises(BadDirections, match=BAD[text]) as caught:
        directions_from_text(text, DIM, "the clipboard")
    assert "the clipboard" in str(caught.value)
    (tmp_path / "explore").mkdir()
    (tmp_path / "explore" / "directions.json").write_text(text, "utf-8")
    with pytest.raises(BadDirections):
        load_directions(tmp_path, DIM)


def test_bad_files_are_told(tmp_path):
    with pytest.raises(BadDirections, match=r"none\.json"):
        import_directions(tmp_path / "none.json", DIM)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadDirections, match="not a text file"):
        import_directions(tmp_path / "binary", DIM)
    with pytest.raises(BadDirections):
        import_directions(tmp_path, DIM)


def test_a_run_that_is_gone_does_not_come_back(tmp_path):
    with pytest.raises(DiskProblem, match="gone"):
        save_directions(tmp_path / "deleted", some())
    assert not (tmp_path / "deleted").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="other rights")
def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "explore").write_text("")
    with pytest.raises(DiskProblem):
        save_directions(tmp_path, some())


def test_what_is_not_finite_is_never_written(tmp_path):
    direction = some(1)[0]
    direction.vector[1] = np.inf
    save_directions(tmp_path, some())
    with pytest.raises(BadDirections, match="not finite"):
        save_directions(tmp_path, [direction])
    assert len(load_directions(tmp_path, DIM)) == 2
