"""``gan-studio resume``: go on with a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.cli._output import add_json
from gan_studio.core.errors import BadConfig
from gan_studio.core.events import Finished
from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.core.paths import own_command, quoted

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
    from gan_studio.cli._training import choose_view, train_here
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.training_job import resume_request

    made = steps_made(args.run_dir)
    if args.steps is not None and args.steps < made:
        raise BadConfig(too_few_steps(args.steps, made))
    request = resume_request(args.run_dir, Folders.of_user(), args.steps)
    if made < request.config.train.steps:
        return train_here(request, as_json=args.json)
    view = choose_view(args.json)
    view.say(finished_sentence(args.run_dir, made))
    if args.json:
        view.handle(Finished(made, 0.0))
    return 0


def steps_made(run_dir: Path) -> int:
    """How many steps the newest checkpoint has behind it, 0 without any.

    Raises:
        BadRun: it is not a run, or of a newer version.
        BadCheckpoint: no checkpoint can be read.
    """
    from gan_studio.training.run_folder import RunFolder

    folder = RunFolder(run_dir)
    folder.config()  # it says best what is no run
    return int(folder.checkpoints.load().counters["step"])


def too_few_steps(steps: int, made: int) -> str:
    """What is wrong with a total that lies below what was made."""
    text = ngettext(
        "--steps: {steps} is below the {made} step that the run has made; give a larger total",
        "--steps: {steps} is below the {made} steps that the run has made; give a larger total",
        made,
    )
    return text.format(steps=steps, made=made)


def finished_sentence(run_dir: Path, made: int) -> str:
    """That nothing is left to do, and how to go further."""
    command = f"{own_command()} resume {quoted(str(run_dir))} --steps {2 * made}"
    text = _("This run is finished at step {step}; to train it further, give a larger total: {how}")
    return text.format(step=f"{made:,}", how=command)
