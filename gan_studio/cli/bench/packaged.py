"""The packaged program against this one: time to the first paint, and speed of training."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli.bench.report import Row, at_least, at_most
from gan_studio.cli.bench.window import first_paint_ms
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_
from gan_studio.core.paths import own_program

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

PAINTS, ROUNDS = 7, 4
STEPS = {"gan": 250, "dcgan": 50, "autoencoder": 1000}  # some seconds each
WARM_UP_S = 1.0  # the first report has torch's first allocations in it


class NoPackage(StudioError):
    """There is no packaged program to measure."""

    message = N_("{path} is no packaged program.")
    hint = N_("Give --program the folder in which gan-studio lies.")


def run(args: argparse.Namespace) -> list[Row]:
    """Interleaved: every round measures both."""
    program = packaged_program(args.program)
    return [*_paints(program), *_speeds(program)]


def packaged_program(folder: Path | None) -> list[str]:
    """The words that start the packaged command line.

    Raises:
        NoPackage: it is not in this folder.
    """
    ending = ".exe" if os.name == "nt" else ""
    path = Path(folder or "").absolute() / f"gan-studio{ending}"
    if folder is None or not path.is_file():
        raise NoPackage(path=folder or "--program")
    return [str(path)]


def _paints(program: Sequence[str]) -> list[Row]:
    packaged, source, cold = [], [], []
    for _ in range(PAINTS):
        packaged.append(first_paint_ms(program))
        source.append(first_paint_ms())
    for _ in range(PAINTS if hasattr(os, "posix_fadvise") else 0):
        forget(Path(program[0]).parent)
        cold.append(first_paint_ms(program))
    how = f"median of {PAINTS} starts; not packaged {statistics.median(source):.0f}"
    rows = [at_most("first paint, warm, ms", statistics.median(packaged), 600, how, "{:.0f}")]
    if cold:
        how = f"median of {PAINTS} starts, no file of it in the page cache; most {max(cold):.0f}"
        rows += [at_most("first paint, cold, ms", statistics.median(cold), 1500, how, "{:.0f}")]
    return rows


def forget(folder: Path) -> None:
    """Put the files of a folder out of the page cache (not on Windows and macOS)."""
    os.sync()
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            handle = os.open(path, os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def _speeds(program: Sequence[str]) -> list[Row]:
    rows = []
    for family, steps in STEPS.items():
        ratios, speeds = [], []
        for turn in range(ROUNDS):
            order = [program, own_program()] if turn % 2 else [own_program(), program]
            found = {tuple(one): steps_per_second(one, family, steps) for one in order}
            ratios.append(found[tuple(program)] / found[tuple(own_program())])
            speeds.append(found[tuple(program)])
        how = f"median of {ROUNDS} interleaved rounds ({min(ratios):.2f} to {max(ratios):.2f}); "
        how += f"{statistics.median(speeds):.0f} steps a second, digits, one thread"
        ratio = statistics.median(ratios)
        rows.append(at_least(f"{family}: speed packaged / not packaged", ratio, 0.97, how))
    return rows


def steps_per_second(program: Sequence[str], family: str, steps: int) -> float:
    """How quickly a program trains, from its own events, without start and preparation."""
    settings = ("train.threads=1", "train.sample_every=0", "train.checkpoint_every=0")
    with tempfile.TemporaryDirectory() as folder:
        words = ["train", "--family", family, "--data", "digits", "--steps", str(steps), "--json"]
        words += ["--out", str(Path(folder) / "run")]
        words += [word for setting in settings for word in ("--set", setting)]
        told = subprocess.run([*program, *words], capture_output=True, text=True, check=True)
    return rate([json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")])


def rate(events: Sequence[dict[str, Any]]) -> float:
    """Steps a second between the first report after the warm-up and the last."""
    told = [event for event in events if event["event"] == "ScalarsReady"]
    began = told[0]["time"]
    first = next(event for event in told if event["time"] >= began + WARM_UP_S)
    return float((told[-1]["step"] - first["step"]) / (told[-1]["time"] - first["time"]))
