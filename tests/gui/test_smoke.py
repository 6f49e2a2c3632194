"""The window that tries itself out: what it tells, and that it closes."""

import json

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QWidget

from gan_studio.core.events import SamplesReady
from gan_studio.gui import smoke
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.pages import PAGES
from gan_studio.gui.smoke import Smoke, font_facts, texts_of
from tests.gui.fakes import scalars, started


@pytest.fixture
def quickly(monkeypatch):
    monkeypatch.setattr(smoke, "PAGES", [page for page in PAGES if page.key in ("home", "train")])
    monkeypatch.setattr(smoke, "SETTLE_S", 0.0)
    monkeypatch.setattr(smoke, "PATIENCE_S", 3.0)
    monkeypatch.setattr(smoke, "INTERVAL_MS", 1)
    monkeypatch.setattr(Smoke, "_watch_compile", lambda self: None)
    # A child process would need a real engine.
    monkeypatch.setattr(Smoke, "_train_in_a_process", lambda self: iter(()))


def told(folder):
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def try_out(qtbot, session, folder):
    window = MainWindow(session)
    qtbot.addWidget(window)
    smoke = Smoke(window, folder, lambda: 0.25)
    window.show()
    qtbot.waitUntil(lambda: not window.isVisible() and not smoke._timer.isActive(), timeout=20_000)
    return told(folder)


def test_a_window_goes_through_itself_and_closes(qtbot, session, engine, tmp_path, quickly):
    pictures = np.zeros((16, 1, 28, 28), np.uint8)
    engine.script = [started(), SamplesReady(0, 0.0, images=pictures), scalars(30, loss__d=1.0)]
    facts = try_out(qtbot, session, tmp_path)
    names = [fact["what"] for fact in facts]
    assert names[0] == "painted"
    assert facts[0]["age_ms"] == 250
    assert "late" not in names
    pages = [fact for fact in facts if fact["what"] == "page"]
    assert [page["key"] for page in pages] == ["home", "train", "explore"]
    assert all(page["is_shown"] for page in pages)
    trained = next(fact for fact in facts if fact["what"] == "trained")
    assert trained["ended"] == "Finished"
    assert (trained["steps"], trained["has_pictures"]) == (30, True)
    assert names[-1] == "closing"
    for fact in facts:
        if fact["what"] == "picture":
            assert (tmp_path / f"{fact['name']}.ppm").read_bytes().startswith(b"P6")


def test_what_does_not_come_is_told_and_left(
    qtbot, session, engine, tmp_path, quickly, monkeypatch
):
    monkeypatch.setattr(smoke, "PATIENCE_S", 0.2)
    engine.script = [started()]  # no step is ever taken
    facts = try_out(qtbot, session, tmp_path)
    late = [fact["waited_for"] for fact in facts if fact["what"] == "late"]
    assert late == ["quick start (window)"]
    assert facts[-1]["what"] == "closing"


def test_texts_in_view_have_their_places(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(300, 200)
    for text, x in (("seen", 20), ("cut off", 280), (" ", 100)):
        label = QLabel(text, window)
        label.setGeometry(x, 30, 60, 20)
    hidden = QLabel("hidden", window)
    window.show()
    hidden.hide()
    assert texts_of(window) == [{"text": "seen", "rect": [20, 30, 60, 20]}]


def test_letters_are_told_apart(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    facts = font_facts(window)
    assert facts["letters_differ"]
    assert facts["families"] > 0
