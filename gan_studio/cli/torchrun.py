"""``gan-studio torchrun``: several processes that train together; people do not start it.

It is torch's own starter. The packaged program has no Python to run ``torchrun`` with, so it is
reached through this program, and what it starts is this program too.
"""

from __future__ import annotations

import tempfile
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

    Signals().install()  # torch then takes over those that it is told to
    from torch.distributed.run import get_args_parser, main

    # Without the address torch asks for this machine's name, which not every network can answer,
    # and then waits for minutes.
    start = ["--standalone", "--local-addr=127.0.0.1"]
    start += [f"--nproc-per-node={args.processes}", "--no-python"]
    if "--signals-to-handle" in get_args_parser().format_help():  # older ones end on every signal
        start.append("--signals-to-handle=SIGTERM")
    # Torch makes folders for logs, even for none, and leaves them behind.
    with tempfile.TemporaryDirectory(prefix="gan-studio-", ignore_cleanup_errors=True) as logs:
        main([*start, f"--log-dir={logs}", *own_program(), *args.words])
    return 0
