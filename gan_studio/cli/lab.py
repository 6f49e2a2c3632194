"""``gan-studio lab``: the window, opened at the Lab. What opens windows is asked before this."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

DESCRIPTION = N_(
    "Open the window at the Lab, where two small networks play on points: on a line or on a plane."
)
EXAMPLES = N_("""\
examples:
  gan-studio lab
  gan-studio lab my-lesson.ganlesson
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "lesson", nargs="?", type=Path, metavar="LESSON", help=_("a lesson's file to begin with")
    )


def run(args: argparse.Namespace) -> int:
    """Reached only where the command line was asked for by other means than the program's own."""
    raise StudioError(reason=_("the lab needs the window: start the program as gan-studio lab"))
