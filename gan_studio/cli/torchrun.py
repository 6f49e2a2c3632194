"""``gan-studio torchrun``: several processes that train together; people do not start it.

It is torch's own starter. The packaged program has no Python to run ``torchrun`` with, so it is
reached through this program, and what it starts is this program too.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("processes", type=int, help="how many")
    parser.add_argument("words", nargs="+", help="the command that each of them carries out")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.core.paths import own_program
    from gan_studio.jobs.child import Signals

    Signals().install()  # torch then takes over the one that it is told to
    os.environ.setdefault("TORCHELASTIC_SIGNALS_TO_HANDLE", "SIGTERM")
    from torch.distributed.run import main

    start = ["--standalone", f"--nproc-per-node={args.processes}", "--no-python"]
    main([*start, *own_program(), *args.words])
    return 0
