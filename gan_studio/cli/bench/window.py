"""What the window costs and how quickly it answers, measured in a program of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from typing import TYPE_CHECKING, Any

from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.core.paths import own_program

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

# A word that `gan_studio.__main__` knows: the packaged program has no `python -m`.
MEASURE_WINDOW = "measure-window"


def run(args: argparse.Namespace) -> list[Row]:
    """First paint, event-loop delay, cost of watching."""
    paint = statistics.median(first_paint_ms() for _ in range(7))
    rows = [at_most("first paint, warm, ms", paint, 600, "median of 7 starts", "{:.0f}")]
    for family, found in in_window("delay", args).items():
        how = f"10 ms heartbeat, {found['beats']} beats, history of 100,000 steps"
        rows.append(at_most(f"{family}: event loop late, p95 ms", found["p95_ms"], 15, how))
        rows.append(at_most(f"{family}: event loop late, most ms", found["max_ms"], 100, how))
    for family, found in in_window("speed", args).items():
        how = f"median of {len(found['rounds'])} interleaved rounds of 5 s"
        rows.append(at_least(f"{family}: speed with window / without", found["ratio"], 0.95, how))
    return rows


def first_paint_ms(program: Sequence[str] = ()) -> float:
    """Milliseconds from the start of the process to the first paint of the window.

    Args:
        program: another one's first words; this one's by default.
    """
    command = [*(program or own_program()), "--measure-first-paint"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())
    return float(done.stdout.split()[-1])


def in_window(mode: str, args: argparse.Namespace, seconds: float = 0.0) -> dict[str, Any]:
    """What the window found of itself in one mode (`gan_studio.gui.bench`)."""
    command = [*own_program(), MEASURE_WINDOW, mode]
    command += ["--seconds", str(seconds or args.seconds)]
    if args.data is not None:
        command += ["--data", str(args.data)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env=_environment()
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment() -> dict[str, str]:
    """Without a screen, Qt still paints every pixel, only into memory."""
    environment = dict(os.environ)
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    return environment
