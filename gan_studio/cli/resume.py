"""``gan-studio resume``: go on with a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.cli._output import add_json
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

DESCRIPTION = N_(
    "Go on with a run from its newest checkpoint. On the same device the weights come out as if\n"
    "it had never been interrupted."
)
EXAMPLES = N_("""\
examples:
  gan-studio resume runs/first
  gan-studio resume runs/first --steps 20000        train on, up to 20,000 steps in all
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    parser.add_argument("--steps", type=int, metavar="N", help=_("the new total of steps"))
    add_json(parser, _("print every event as one line of JSON"))


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.cli._training import train_here
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.training_job import resume_request
    from gan_studio.training.run_folder import RunFolder

    made = int(RunFolder(args.run_dir).manifest().get("step", 0)) if args.steps is not None else 0
    if args.steps is not None and args.steps < made:
        raise BadConfig(f"--steps: {args.steps} is below the {made} steps that the run has made")
    request = resume_request(args.run_dir, Folders.of_user(), args.steps)
    return train_here(request, as_json=args.json)
