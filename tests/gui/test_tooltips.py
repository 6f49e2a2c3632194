"""Long tooltips come in lines, whoever gives them."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton, QTabBar

from gan_studio.gui.pages.train.apart import WHAT
from gan_studio.gui.tooltips import GIVERS, LONGEST, WIDTH, break_long_tooltips, in_lines

RICH = "<qt><b>Rich</b><br>" + "Qt breaks these words. " * 9 + "</qt>"


@pytest.fixture
def broken(monkeypatch):
    """The application's way, undone after the test."""
    for kind, name in GIVERS:
        monkeypatch.setattr(kind, name, getattr(kind, name))
    break_long_tooltips()
    break_long_tooltips()  # a second time does no harm


def test_every_control_breaks_a_long_one(qtbot, broken):
    button, tabs = QPushButton("Own process"), QTabBar()
    qtbot.addWidget(button)
    qtbot.addWidget(tabs)
    tabs.addTab("One")
    action = QAction("Own process", button)
    button.setToolTip(WHAT)
    tabs.setTabToolTip(0, WHAT)
    action.setToolTip(WHAT)
    for tip in (button.toolTip(), tabs.tabToolTip(0), action.toolTip()):
        assert tip.split() == WHAT.split()
        assert 2 <= len(tip.splitlines()) <= 4
        assert max(map(len, tip.splitlines())) <= WIDTH
    tabs.setTabToolTip(0, "")
    assert tabs.tabToolTip(0) == ""


@pytest.mark.parametrize(
    "text", ["", "Short.", "a" * LONGEST, RICH, "/a/folder" * 20, "One.\nTwo."]
)
def test_what_needs_no_lines_stays_as_it_is(text):
    assert in_lines(text) == text


def test_lines_that_are_there_stay(qapp):
    text = "First.\n\n" + "word " * 30
    assert in_lines(text).startswith("First.\n\nword word")
    assert in_lines(in_lines(text)) == in_lines(text)
