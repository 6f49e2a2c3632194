"""What the Map's window reaches: encoding, and moving over many points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.cli.bench.window import in_window

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> list[Row]:
    """10,000 and 60,000 pictures; with the digits that come along there are fewer."""
    rows = []
    for asked, found in in_window("map", args).items():
        count, points = int(asked), f"{found['points']:,} points"
        rows += [
            at_least(f"Map: frames per second, {points}", found["fps"], 60, "dragged", "{:.1f}")
            if count <= 10_000
            else at_least(f"Map: frames per second, {points}", found["fps"], 25, "dragged"),
            at_most(f"Map: encoding, {points}, s", found["encode_s"], 5, "one thread, MLP"),
            at_most(f"Map: window held while encoding, {points}, most ms", found["late_ms"], 50,
                    "10 ms heartbeat"),
        ]  # fmt: skip
    return rows
