"""The rows of ``bench explore``, from figures made up."""

from __future__ import annotations

import argparse
import json

import pytest

from gan_studio.cli.bench import GROUPS, explore

MOVES = {"p50_ms": 5.0, "p95_ms": 12.0, "after_rest_p95_ms": 11.0, "max_ms": 20.0, "moves": 100}
FLOOD = {"seconds": 1.0, "late_ms": 8.0, "pictures": 190, "queued": 0, "is_last": True}
MODEL = {"idle": MOVES, "training": MOVES, "flood": FLOOD, "flood training": FLOOD}
FRAMES = {"fps": 100.0, "frame_p95_ms": 5.0}
FOUND = {
    "28x28 MLP": MODEL,
    "64x64 DCGAN": MODEL,
    "many": {"opening_ms": 40.0, "scrolling": FRAMES, "moving": FRAMES, "moves": MOVES},
    "leak": {
        "moves": 10_000,
        "history": 500,
        "qt_objects_growth": 0,
        "widgets_growth": 0,
        "python_objects_growth": -3,
        "bytes_growth": 2**20,
        "bytes": 500 * 2**20,
    },
}


@pytest.fixture
def rows_of(monkeypatch):
    """Turns figures into rows."""

    def rows(found):
        monkeypatch.setattr(explore, "in_window", lambda mode, args: found)
        return explore.run(argparse.Namespace())

    return rows


def missed(rows):
    return [row.what for row in rows if row.is_reached is False]


def test_the_group_is_known():
    assert "explore" in GROUPS


def test_good_figures_reach_every_bar(rows_of):
    rows = rows_of(FOUND)
    assert not missed(rows)
    assert sum("slider move to repaint" in row.what for row in rows) == 5


def test_each_bar_can_be_missed(rows_of):
    found = json.loads(json.dumps(FOUND))  # nothing shared
    found["28x28 MLP"]["idle"]["p95_ms"] = 17.0
    found["64x64 DCGAN"]["training"]["p95_ms"] = 81.0
    found["28x28 MLP"]["flood"].update(late_ms=101.0, is_last=False, queued=1)
    found["many"].update(opening_ms=151.0)
    found["many"]["scrolling"] = {"fps": 59.0, "frame_p95_ms": 17.0}
    found["leak"].update(qt_objects_growth=1, bytes_growth=6 * 2**20, history=501)
    assert missed(rows_of(found)) == [
        "28x28 MLP, idle: slider move to repaint, p95 ms",
        "28x28 MLP, idle: last of 200 moves seen after, ms",
        "28x28 MLP: another picture than the last asked",
        "28x28 MLP: pictures after the last",
        "64x64 DCGAN, while it trains: slider move to repaint, p95 ms",
        "512 sliders: opening, ms",
        "512 sliders: scrolling, one frame of the list, p95 ms",
        "512 sliders: scrolling, frames a second",
        "leak: growth of memory",
        "leak: more Qt objects",
        "leak: moves that can be undone",
    ]
