"""``gan-studio worker``: the child process of a run; the window starts it, people do not."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", type=Path, help="where the request is and arrays go")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    # A Ctrl+C in the terminal reaches the parent too, which decides what becomes of the run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from gan_studio.jobs.process_run import serve

    # Whatever a library prints must not tear the lines of events.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        serve(args.folder, sys.stdin, out)
    return 0
