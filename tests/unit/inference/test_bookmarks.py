"""Bookmarks of a run: kept, merged, and never lost."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gan_studio.core.errors import DiskProblem
from gan_studio.inference.bookmarks import (
    DAMAGED,
    FILE,
    BadBookmarks,
    merged,
    moved,
    new_bookmark,
    picture_path,
    read_bookmarks,
    renamed,
    save_bookmarks,
)
from gan_studio.inference.places import Place, read_places

PICTURE = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)


def mark(value=0.5, name="", dim=3, picture=PICTURE, **place):
    z = np.full(dim, value, np.float32)
    return new_bookmark(Place(z, name=name, **place), 1000, picture)


def names(items):
    return [item.place.name for item in items]


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run-1"
    folder.mkdir()
    return folder


def test_what_is_kept_comes_back_bit_for_bit(run):
    item = mark(1 / 3, "a “b”", label=7, psi=0.7, seed=5)
    colour = mark(2, picture=np.stack([PICTURE[0], PICTURE[0] + 1, PICTURE[0] + 2]))
    assert read_bookmarks(run).bookmarks == ()
    save_bookmarks(run, (), (item, colour))
    first, second = read_bookmarks(run).bookmarks
    assert first.place.z.tobytes() == item.place.z.tobytes()
    assert (first.id, first.step) == (item.id, 1000)
    found = (first.place.name, first.place.label, first.place.psi, first.place.seed)
    assert found == ("a “b”", 7, 0.7, 5)
    np.testing.assert_array_equal(first.picture, PICTURE)
    np.testing.assert_array_equal(second.picture, colour.picture)


def test_the_file_is_a_latents_file(run):
    save_bookmarks(run, (), (mark(0.1), mark(0.2)))
    assert [place.z[0] for place in read_places(run / FILE, 3).items] == [
        np.float32(0.1),
        np.float32(0.2),
    ]


def test_two_windows_do_not_lose_each_others_bookmarks(run):
    one, two, three, four = (mark(name=name) for name in "abcd")
    both = save_bookmarks(run, (), (one, two)).bookmarks
    save_bookmarks(run, both, (*both, three))  # the other window adds c
    found = save_bookmarks(run, both, (two, four)).bookmarks  # this one deletes a and adds d
    assert names(found) == ["b", "d", "c"]
    assert names(read_bookmarks(run).bookmarks) == ["b", "d", "c"]


def test_names_and_deletions_of_both_windows_hold():
    one, two, three = before = tuple(mark(name=name) for name in "abc")
    mine = (renamed(one, "mine"), two, three)
    theirs = (renamed(one, "theirs"), renamed(two, "B"))
    assert names(merged(before, mine, theirs)) == ["mine", "B"]


def test_the_order_is_the_persons():
    a, b, c, d = items = tuple(mark(name=name) for name in "abcd")
    assert names(moved(items, [d.id], 1)) == ["a", "d", "b", "c"]
    assert names(moved(items, [a.id, b.id], 4)) == ["c", "d", "a", "b"]
    assert names(moved(items, [c.id], 2)) == ["a", "b", "c", "d"]


def test_a_picture_stays_until_nobody_wants_it_back(run):
    item = mark()
    (kept,) = save_bookmarks(run, (), (item,)).bookmarks
    save_bookmarks(run, (kept,), ())
    assert read_bookmarks(run).bookmarks == ()
    assert picture_path(run, item.id).exists()
    save_bookmarks(run, (), (kept,))  # undone
    assert read_bookmarks(run).bookmarks[0].picture is not None
    save_bookmarks(run, (kept,), (), dropped=[item.id])
    assert not picture_path(run, item.id).exists()


@pytest.mark.parametrize("text", ["{", "[]", '{"latents": 3}', "\x00\xff", '{"format": "x"}'])
def test_a_damaged_file_is_put_aside(run, text):
    path = run / FILE
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    found = read_bookmarks(run)
    assert found.bookmarks == ()
    assert DAMAGED in str(found.problem)
    assert path.with_name(DAMAGED).read_text("utf-8") == text
    assert not path.exists()
    path.write_text(text, "utf-8")
    read_bookmarks(run)
    assert path.with_name("bookmarks-damaged-2.json").exists()


def test_what_is_good_of_a_damaged_file_stays(run):
    save_bookmarks(run, (), (mark(name="a"), mark(name="b"), mark(name="c")))
    path = run / FILE
    table = json.loads(path.read_text("utf-8"))
    table["latents"][1]["z"][0] = "x"
    table["latents"].append({"id": "../../x", "z": [1, 2, 3]})
    path.write_text(json.dumps(table), "utf-8")
    found = read_bookmarks(run)
    assert names(found.bookmarks) == ["a", "c"]
    assert "2 of 4" in str(found.problem)
    again = read_bookmarks(run)
    assert names(again.bookmarks) == ["a", "c"]
    assert again.problem is None


def test_a_file_that_was_damaged_meanwhile_takes_nothing_along(run):
    kept = save_bookmarks(run, (), (mark(name="a"), mark(name="b"))).bookmarks
    (run / FILE).write_text("{", "utf-8")
    found = save_bookmarks(run, kept, (*kept, mark(name="c")))
    assert names(found.bookmarks) == ["a", "b", "c"]
    assert found.problem is not None
    (run / FILE).unlink()
    assert names(save_bookmarks(run, kept, kept).bookmarks) == ["a", "b"]


def test_a_newer_file_is_left_alone(run):
    path = run / FILE
    path.parent.mkdir()
    text = '{"format": "gan-studio latents", "version": 99, "latents": []}'
    path.write_text(text, "utf-8")
    for act in (lambda: read_bookmarks(run), lambda: save_bookmarks(run, (), (mark(),))):
        with pytest.raises(BadBookmarks, match="newer version"):
            act()
    assert path.read_text("utf-8") == text


def test_a_run_that_is_gone_does_not_come_back(run):
    run.rmdir()
    with pytest.raises(DiskProblem, match="gone"):
        save_bookmarks(run, (), (mark(),))
    assert not run.exists()


def test_a_damaged_picture_leaves_the_place(run):
    item = mark(name="a")
    save_bookmarks(run, (), (item,))
    picture_path(run, item.id).write_bytes(b"no picture")
    (found,) = read_bookmarks(run).bookmarks
    assert found.place.name == "a"
    assert found.picture is None


def test_bookmarks_of_another_size_are_known_as_such():
    assert mark(dim=3).fits(3)
    assert not mark(dim=3).fits(4)
    assert mark(dim=3, label=2).fits(3, 10)
    assert not mark(dim=3, label=12).fits(3, 10)
