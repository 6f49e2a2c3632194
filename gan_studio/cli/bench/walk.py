"""How many frames of a walk the Explore page shows, idle and while another run trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli.bench.report import Row, at_least
from gan_studio.cli.bench.window import in_window

if TYPE_CHECKING:
    import argparse

BAR = 29.5  # of the 30 that are asked for


def run(args: argparse.Namespace) -> list[Row]:
    """A DCGAN of 64 x 64 pictures in colour; every frame is drawn while it plays."""
    rows = []
    for state, found in in_window("walk", args, max(30.0, args.seconds)).items():
        how = (
            f"{found['frames']} frames painted of 30 a second; one alone: {found['draw_ms']:.1f} ms"
        )
        what = f"Walk, 64 x 64 DCGAN, {state}: frames a second"
        rows += [
            at_least(what, found["fps"], BAR, how, "{:.1f}")
            if state == "idle"
            else Row(what, f"{found['fps']:.1f}", how=how),
            Row(f"Walk, {state}: p95 gap, ms", f"{found['p95_ms']:.1f}", how="between paintings"),
        ]
    return rows
