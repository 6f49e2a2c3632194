"""How fast every column of the Reconstruct page follows a stroke on its pad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli.bench.report import Row, at_most
from gan_studio.cli.bench.window import in_window

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> list[Row]:
    """Three autoencoders (2, 5 and 32 numbers), idle and while a fourth trains, in turns."""
    found = in_window("pad", args)
    idle, training = found["idle"], found["training"]
    how = (
        f"{idle['moves']} moves of the mouse, 60 a second, until copies, errors and numbers of "
        "three MLP autoencoders are painted"
    )
    beside = f"{training['moves']} moves, turns follow those without training"
    shown = idle["never_shown"] + training["never_shown"]
    return [
        at_most("Draw: stroke to all columns, p95 ms", idle["p95_ms"], 33, how, "{:.1f}"),
        Row("Draw: the same, median ms", f"{idle['p50_ms']:.1f}", how=how),
        Row("Draw: while another trains, p95 ms", f"{training['p95_ms']:.1f}", how=beside),
        Row("Draw: while another trains, median ms", f"{training['p50_ms']:.1f}", how=beside),
        at_most("Draw: moves that were never shown", shown, 0, how, "{:.0f}"),
    ]
