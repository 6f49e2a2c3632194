"""What the Lab's window reaches: pictures per second, cost of watching, the time machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.cli.bench.window import in_window

if TYPE_CHECKING:
    import argparse


def run(args: argparse.Namespace) -> list[Row]:
    """The plane at full speed, then jumps to any of 100,000 past steps."""
    drawn = in_window("lab", args)
    how = "2-D, heat map of 128 x 128, default nets, batch 256, window of 1280 x 800"
    rounds = f"median of {len(drawn['rounds'])} interleaved rounds"
    past = in_window("time", args)
    seeks = f"{len(past['exact_ms'])} jumps to any of {past['steps']:,} steps"
    first, exact = past["first_ms"], past["exact_ms"]
    p95 = exact[int(0.95 * len(exact))]
    kept = past["kept_bytes"] / 1e6
    return [
        at_least("Lab: pictures per second", drawn["pictures_per_s"], 30, how, "{:.1f}"),
        at_most("Lab: between two pictures, p95 ms", drawn["p95_gap_ms"], 50, how),
        at_least("Lab: steps per second, drawn / not drawn", drawn["ratio"], 0.8, rounds),
        at_most("Lab: jump to its first picture, most ms", first[-1], 100, seeks),
        at_most("Lab: jump to the exact picture, p95 ms", p95, 100, seeks),
        at_most("Lab: memory of the time machine, MB", kept, 200, "default nets", "{:.0f}"),
    ]
