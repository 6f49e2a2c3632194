"""Whether there is a display, and what happens where there is none."""

from __future__ import annotations

import sys

import pytest

from gan_studio import __main__ as program
from gan_studio.cli import _training

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is one")


@pytest.fixture(autouse=True)
def display(monkeypatch):
    """Sets the variables that say where a window would be shown."""

    def set_display(**names):
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in names.items():
            monkeypatch.setenv(name, value)

    set_display()
    return set_display


def test_without_a_display_the_quick_start_trains(monkeypatch, capsys):
    monkeypatch.setattr(_training, "train_here", lambda request, as_json: 0)
    assert program.main([]) == 0
    assert capsys.readouterr().out.splitlines()[0] == (
        "No window can be shown: there is no display. The quick start trains here in the terminal."
    )


def test_a_display_that_is_gone(display, monkeypatch):
    monkeypatch.setattr(program, "X11_LIBRARIES", ("libxcb.so.1",))
    display(DISPLAY=":59999")
    assert program.why_no_display() in (
        "the display :59999 does not answer",
        "the system library libxcb.so.1 is missing",
    )


def test_a_library_that_is_missing(display, monkeypatch):
    monkeypatch.setattr(program, "X11_LIBRARIES", ("libno-such-thing.so.0",))
    display(DISPLAY=":0")
    assert program.why_no_display() == "the system library libno-such-thing.so.0 is missing"


@pytest.mark.parametrize(
    "names", [{"QT_QPA_PLATFORM": "offscreen"}, {"WAYLAND_DISPLAY": "wayland-0"}]
)
def test_other_screens(display, names):
    display(**names)
    assert program.why_no_display() == ""


def test_there_is_no_first_paint_without_a_display(capsys):
    assert program.main(["--measure-first-paint"]) == 1
    assert capsys.readouterr().err == "No window can be shown: there is no display.\n"
