"""One window for each folder of settings: who is first, and what letters may say."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from gan_studio.gui import single_instance
from gan_studio.gui.single_instance import Answer, Desk, Wish

ROOT = Path(Path.cwd().anchor)
WISH = Wish((ROOT / "a b" / "c.ganlesson",), "lab", "token")


@pytest.fixture
def desk(tmp_path):
    """The desk of a window that is open."""
    desk = Desk.of(tmp_path / "settings")
    assert desk.ask(Wish()) is Answer.FIRST
    yield desk
    desk.leave()


@pytest.fixture
def later(desk):
    """The desk as a later start sees it."""
    later = Desk(desk.folder)
    yield later
    later.leave()


class Clock:
    """Time passes only while somebody sleeps."""

    def __init__(self, wake=None) -> None:
        self.now, self._wake = 0.0, wake

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self._wake is not None:
            self._wake()


def ask(later, wish=WISH, wake=None, patience_s=1.0):
    clock = Clock(wake)
    return later.ask(wish, patience_s, clock, clock.sleep)


def test_the_window_takes_the_wish(desk, later):
    taken = []
    assert ask(later, wake=lambda: taken.extend(desk.collect())) is Answer.TAKEN
    assert taken == [WISH]
    assert list(desk.letters.iterdir()) == []


def test_a_window_that_does_not_answer(desk, later):
    assert ask(later) is Answer.SILENCE
    assert list(desk.letters.iterdir()) == []  # it must not be opened later, when nobody waits


def test_a_window_that_ends_while_it_is_asked(desk, later):
    assert ask(later, wake=desk.leave) is Answer.FIRST
    assert list(desk.letters.iterdir()) == []


def test_other_settings_are_another_instance(desk, tmp_path):
    other = Desk.of(tmp_path / "other")
    assert other.ask(WISH) is Answer.FIRST
    other.leave()


def test_a_folder_that_cannot_be_used(tmp_path):
    (tmp_path / "settings").write_text("a file")
    assert Desk.of(tmp_path / "settings").ask(WISH) is Answer.UNKNOWN


def test_a_drive_without_locks(tmp_path, monkeypatch):
    def refuse(lock):
        raise OSError("no locks")

    monkeypatch.setattr(single_instance.FileLock, "acquire", refuse)
    assert Desk.of(tmp_path).ask(WISH) is Answer.UNKNOWN


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
def test_letters_are_for_one_person(desk):
    assert stat.S_IMODE(desk.letters.stat().st_mode) == 0o700


def test_letters_come_in_their_order(desk, later):
    for number, name in enumerate(("z", "a")):
        letter = later._write(Wish((ROOT / name,)))
        os.utime(letter, (2e9 + number, 2e9 + number))
    assert [wish.paths[0].name for wish in desk.collect()] == ["z", "a"]


def test_old_letters_are_thrown_away(desk, later):
    letter = later._write(WISH)
    os.utime(letter, (1e9, 1e9))
    assert desk.collect() == []
    assert not letter.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "[" * 30_000,
        '{"version": 2, "page": "", "open": [], "token": ""}',
        '{"version": 1, "page": "runs", "open": [], "token": ""}',
        '{"version": 1, "page": [], "open": [], "token": ""}',
        '{"version": 1, "page": "", "open": "/etc", "token": ""}',
        '{"version": 1, "page": "", "open": ["relative/path"], "token": ""}',
        '{"version": 1, "page": "", "open": [1], "token": ""}',
        '{"version": 1, "page": "", "open": ["/a\\u0000b"], "token": ""}',
        '{"version": 1, "page": "", "open": [], "token": null}',
        '{"version": 1, "page": "", "open": ["/' + "a" * 5000 + '"], "token": ""}',
        '{"version": 1, "page": "", "open": [' + ",".join(['"/a"'] * 65) + '], "token": ""}',
        " " * 70_000 + '{"version": 1, "page": "", "open": [], "token": ""}',
    ],
)
def test_what_is_no_letter_is_thrown_away(desk, text):
    path = desk.letters / "x.json"
    path.write_text(text)
    assert desk.collect() == []
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_not_followed(desk, tmp_path):
    target = tmp_path / "target.json"
    target.write_text(WISH.to_text())
    (desk.letters / "x.json").symlink_to(target)
    assert desk.collect() == []
    assert target.exists()


def test_wishes_travel_whole():
    assert Wish.from_text(WISH.to_text()) == WISH
    many = Wish(tuple(ROOT / str(number) for number in range(100)), token="t" * 9999)
    assert len(Wish.from_text(many.to_text()).paths) == single_instance.MOST_PATHS
