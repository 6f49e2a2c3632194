"""Words of the command line that open the window, and those that are commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_studio import __main__ as program
from gan_studio.cli import app
from gan_studio.gui import start as starting
from gan_studio.gui import startup_note
from gan_studio.gui.single_instance import Answer, Desk, Wish


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    """A folder with a file and a folder, one of them called like a command."""
    monkeypatch.chdir(tmp_path)
    for name in starting.TOKENS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "train").mkdir()
    (tmp_path / "leaves").mkdir()
    (tmp_path / "-odd.png").touch()
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--safe-mode"],
        ["--new-window", "leaves"],
        ["--measure-first-paint"],
        ["lab"],
        ["lab", "my.json"],
        ["--safe-mode", "lab", "my.json"],
        ["leaves", "nosuch.ganlesson"],
        ["./train"],
        ["nosuch.png"],
        ["no/such"],
        ["--", "-odd.png"],
    ],
)
def test_words_for_the_window(words):
    assert program.opens_window(words)


@pytest.mark.parametrize(
    "words",
    [
        ["train"],
        ["train", "--new-window"],
        ["nosuchthing"],
        ["lab", "--help"],
        ["lab", "a.json", "b.json"],
        ["--help"],
        ["--version"],
        ["--safe-mod"],
        ["--safe-mode", "inspect", "leaves"],
        ["leaves", "--json"],
        ["worker", "folder"],
    ],
)
def test_words_for_the_command_line(words):
    assert not program.opens_window(words)


def test_what_is_asked_for(here, monkeypatch):
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "token-1")
    start = program.asked_start(["leaves", "a b.ganrun", "--safe-mode"])
    assert start.wish == Wish((here / "leaves", here / "a b.ganrun"), "", "token-1")
    assert start.is_safe
    assert not start.is_new
    assert program.asked_start(["lab", "x.json"]).wish == Wish((here / "x.json",), "lab", "token-1")


def test_addresses_of_files():
    assert starting.to_path("file:///tmp/a%20b.ganlesson") == Path("/tmp/a b.ganlesson")


def test_the_help_explains_the_options_of_the_window():
    assert {*app.WINDOW_OPTIONS, starting.MEASURE} == set(starting.OPTIONS)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nosuchthing"], "there is no command, file or folder “nosuchthing”; the commands are"),
        (["--safe-mod"], "unrecognized arguments: --safe-mod, did you mean --safe-mode? See"),
        (["--safe-mode", "presets"], "--safe-mode is for the window, not for commands. See"),
    ],
)
def test_sentences_for_other_words(words, sentence, capsys):
    assert program.main(words) == 2
    assert capsys.readouterr().err.startswith(f"gan-studio: {sentence}")


# -- the place among other windows


@pytest.fixture
def answer(monkeypatch):
    """Lets the desk give an answer; the returned function says which."""

    def give(value):
        monkeypatch.setattr(Desk, "ask", lambda desk, wish: value)

    return give


def test_a_wish_that_is_taken_ends_the_start(answer, capsys):
    answer(Answer.TAKEN)
    assert program.main(["./leaves"]) in (0, 1)  # 1 without a display
    assert program.seated(starting.Start()) is None
    assert "is open already" in capsys.readouterr().out


@pytest.mark.parametrize("value", [Answer.FIRST, Answer.SILENCE, Answer.UNKNOWN])
def test_other_answers_open_a_window(answer, value, monkeypatch):
    answer(value)
    monkeypatch.setattr(program.os, "access", lambda path, mode: True)
    found = program.seated(starting.Start())
    assert (found.desk is not None) == (value is Answer.FIRST)
    assert ("does not answer" in found.note) == (value is Answer.SILENCE)


def test_the_desktop_is_told_that_no_window_follows(answer, monkeypatch):
    told = []
    monkeypatch.setattr(startup_note, "end_start", lambda: told.append("end"))
    for value in (Answer.FIRST, Answer.TAKEN):
        answer(value)
        program.seated(starting.Start())
    assert told == ["end"]


def test_what_the_desktop_is_told_fits_into_messages_of_x11():
    pieces = list(startup_note.pieces('kwin-1_"a"_TIME99'))
    assert {len(piece) for piece in pieces} == {20}
    text = b"".join(pieces)
    assert text.rstrip(b"\0") == b'remove: ID="kwin-1_\\"a\\"_TIME99"'
    assert text.endswith(b"\0")


def test_settings_that_cannot_be_kept_are_told(answer, monkeypatch):
    answer(Answer.UNKNOWN)
    monkeypatch.setattr(program.os, "access", lambda path, mode: False)
    assert "are not kept" in program.seated(starting.Start()).note


def test_who_asks_nobody(monkeypatch):
    monkeypatch.setattr(Desk, "ask", lambda desk, wish: pytest.fail("it asked"))
    for start in (starting.Start(is_safe=True), starting.Start(measures=True)):
        assert program.seated(start) is start
    first = program.seated(starting.Start(is_new=True))
    assert first.desk is not None
    assert program.seated(starting.Start(is_new=True)).desk is None
    first.desk.leave()
