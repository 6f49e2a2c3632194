"""``gan-studio worker``: the process of a run; the window starts it, people do not."""

from __future__ import annotations

import faulthandler
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", type=Path, help="where it is told what to train, and answers")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.jobs.child import Signals, serve

    signals = Signals()
    signals.install()
    if sys.stderr is not None:
        faulthandler.enable()  # a crash in native code says where, and the window shows it
    serve(args.folder, signals.is_asked_to_stop)
    return 0
