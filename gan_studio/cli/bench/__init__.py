"""``gan-studio bench``: what this machine reaches, as ratios of interleaved runs where it is speed.

Each group is one module with ``run(options) -> list[Row]``.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    import argparse

GROUPS = (
    "speed", "window", "explore", "lab", "map", "pad", "walk", "modes", "resume", "quality",
    "autoencoder", "inversion", "directions", "digits", "memory", "packaged",
)  # fmt: skip
QUICK = ("speed", "window", "resume")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words that the sub-command takes."""
    parser.add_argument(
        "groups",
        nargs="*",
        default=[],
        metavar="GROUP",
        help=_("what to measure: {groups}; without any: {quick}").format(
            groups=", ".join(GROUPS), quick=", ".join(QUICK)
        ),
    )
    parser.add_argument("--data", type=Path, help=_("a folder with MNIST's four IDX files"))
    parser.add_argument(
        "--seeds",
        type=int,
        default=1,
        help=_("how many seeds to train (quality, modes, autoencoder)"),
    )
    parser.add_argument(
        "--preset", default="", help=_("only this preset (quality, modes, inversion)")
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="PARTS",
        help=_("only these parts of the group autoencoder: {parts}, with commas between").format(
            parts="d2, d5, d32, conv, vae, speed, encoding"
        ),
    )
    parser.add_argument("--seconds", type=float, default=20.0, help=_("per measurement of speed"))
    parser.add_argument(
        "--run",
        dest="run_dir",
        type=Path,
        metavar="RUN",
        help=_("a run of gan_best that is there already (directions)"),
    )
    parser.add_argument(
        "--program",
        type=Path,
        metavar="FOLDER",
        help=_("the packaged program to compare with (packaged)"),
    )
    parser.add_argument("--out", type=Path, help=_("write the table to this Markdown file"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object instead of a table"))


def run(args: argparse.Namespace) -> int:
    """Measure and print a table; 0 when every bar that was measured is reached."""
    from gan_studio.cli.bench.report import Row, machine, table

    unknown = [group for group in args.groups if group not in GROUPS]
    if unknown:
        print(
            _("There is no group {name}; known: {groups}.").format(
                name=", ".join(unknown), groups=", ".join(GROUPS)
            )
        )
        return 2
    rows: list[Row] = []
    began = time.monotonic()
    for group in args.groups or QUICK:
        rows += _measure(group, args)
        if not args.json:
            print(
                _("{group}: done after {seconds:.0f} s").format(
                    group=group, seconds=time.monotonic() - began
                ),
                flush=True,
            )
    if args.json:
        print(json.dumps({"machine": machine(), "rows": [row.to_plain() for row in rows]}))
    else:
        print(table(rows))
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(f"{machine()}\n\n{table(rows)}\n", "utf-8")
    return 0 if all(row.is_reached is not False for row in rows) else 1


def _measure(group: str, args: argparse.Namespace) -> list:  # type: ignore[type-arg]
    from importlib import import_module

    module = import_module(f"gan_studio.cli.bench.{group}")
    rows: list = module.run(args)  # type: ignore[type-arg]
    return rows
