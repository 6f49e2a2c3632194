"""How fast the picture follows Explore's sliders, and whether anything is left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.cli.bench.window import in_window

if TYPE_CHECKING:
    import argparse

BARS = {"28x28 MLP": (16.0, 50.0), "64x64 DCGAN": (33.0, 80.0)}  # milliseconds: idle, training
FLOOD_BAR, OPENING_BAR, FRAME_BAR = 100.0, 150.0, 1000 / 60
GROWTH_BAR = 0.01  # of the memory of the process, which glibc hands back in pages


def run(args: argparse.Namespace) -> list[Row]:
    """All figures come from the real window, with the neighbours and effects drawn beside."""
    found = in_window("explore", args)
    rows = []
    for model, (idle_bar, training_bar) in BARS.items():
        rows += _moves(model, "idle", found[model]["idle"], idle_bar)
        rows += _moves(model, "while it trains", found[model]["training"], training_bar)
        rows += _flood(model, "idle", found[model]["flood"])
        rows += _flood(model, "while it trains", found[model]["flood training"])
    return rows + _many(found["many"]) + _leak(found["leak"])


def _moves(model: str, when: str, found: dict[str, Any], bar: float) -> list[Row]:
    how = (
        f"{found['moves']} moves in drags of 5; p50 {found['p50_ms']:.1f}, those that interrupt "
        f"neighbours and effects p95 {found['after_rest_p95_ms']:.1f}"
    )
    what = f"{model}, {when}: slider move to repaint, p95 ms"
    return [at_most(what, found["p95_ms"], bar, how, "{:.1f}")]


def _flood(model: str, when: str, found: dict[str, Any]) -> list[Row]:
    how = f"200 moves in {found['seconds']:.2f} s, {found['pictures']} pictures shown"
    what = f"{model}, {when}: last of 200 moves seen after, ms"
    rows = [at_most(what, found["late_ms"], FLOOD_BAR, how, "{:.1f}")]
    if when == "idle":  # a run that is followed may have newer weights by then
        wrong = int(not found["is_last"])
        how = "drawn again and compared, bit for bit"
        rows.append(at_most(f"{model}: another picture than the last asked", wrong, 0, how))
        rows.append(at_most(f"{model}: pictures after the last", found["queued"], 0, "no queue"))
    return rows


def _many(found: dict[str, Any]) -> list[Row]:
    opening, moves = found["opening_ms"], found["moves"]
    rows = [at_most("512 sliders: opening, ms", opening, OPENING_BAR, "longest of 5", "{:.0f}")]
    for act in ("scrolling", "moving"):
        how = f"{found[act]['fps']:.1f} frames a second when asked every 8 ms"
        what = f"512 sliders: {act}, one frame of the list, p95 ms"
        rows.append(at_most(what, found[act]["frame_p95_ms"], FRAME_BAR, how, "{:.1f}"))
        rows.append(at_least(f"512 sliders: {act}, frames a second", found[act]["fps"], 60, ""))
    return [*rows, *_moves("512 sliders", "idle", moves, BARS["28x28 MLP"][0])]


def _leak(found: dict[str, Any]) -> list[Row]:
    how, growth = f"{found['moves']:,} moves after 1,000", found["bytes_growth"] / found["bytes"]
    size = f"{found['bytes'] / 2**20:.0f} MiB, {found['bytes_growth'] / 2**20:+.1f}"
    return [
        at_most("leak: growth of memory", growth, GROWTH_BAR, f"{how}; {size}", "{:.2%}"),
        at_most("leak: more Qt objects", found["qt_objects_growth"], 0, how, "{:.0f}"),
        at_most("leak: more widgets", found["widgets_growth"], 0, how, "{:.0f}"),
        at_most("leak: more Python objects", found["python_objects_growth"], 100, how, "{:.0f}"),
        at_most("leak: moves that can be undone", found["history"], 500, how, "{:.0f}"),
    ]
