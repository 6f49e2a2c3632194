"""Memory of the window over half an hour of training with live plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli.bench.report import Row, at_most
from gan_studio.cli.bench.window import in_window

if TYPE_CHECKING:
    import argparse

MINUTES = 30


def run(args: argparse.Namespace) -> list[Row]:
    """Growth after the first five minutes."""
    found = in_window("memory", args, seconds=MINUTES * 60)
    last = found["series"][-1][1] / 2**20
    how = f"{MINUTES} minutes, sampled every 10 s, {last:.0f} MiB at the end"
    return [at_most("memory, growth after 5 minutes", found["growth"], 0.05, how, "{:.3f}")]
