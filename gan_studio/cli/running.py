"""``gan-studio running``: the runs that train in a process of their own right now."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import add_json, print_json, print_table
from gan_studio.core.errors import UnknownKey
from gan_studio.core.i18n import N_, _
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.links import Link, LivingRun, ask_to_stop, living

if TYPE_CHECKING:
    import argparse

LOOK_S, AGAIN_S = 0.2, 5.0
DESCRIPTION = N_("List the runs that train in a process of their own, with or without a window.")
EXAMPLES = N_("""\
examples:
  gan-studio running
  gan-studio running --stop 20261121-2015
  gan-studio running --stop runs/first

A run is named by the beginning of its id or by its folder.
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--stop",
        metavar="RUN",
        help=_("have this run save a checkpoint and end, and wait until it has"),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    runs = living(Folders.of_user())
    if args.stop is not None:
        runs = [chosen(runs, args.stop)]
        stop(runs[0])
    if args.json:
        facts = [facts_of(run) for run in runs]
        print_json({"stopped": facts[0]} if args.stop is not None else {"running": facts})
    elif args.stop is not None:
        print(_("{run} has ended.").format(run=runs[0].run_dir or runs[0].folder.name))
    elif runs:
        rows = [(run.folder.name, _standing(run), _place(run)) for run in runs]
        print_table(rows, is_wrapped=False)  # a path that is broken in two cannot be copied
    else:
        print(_("No run trains in a process of its own."))
    return 0


def chosen(runs: list[LivingRun], name: str) -> LivingRun:
    """The run that is meant by the beginning of an id, or by a folder or its name.

    Raises:
        UnknownKey: there is none, or there are several.
    """
    found = [run for run in runs if _is_meant(run, name)]
    if len(found) != 1:
        there = ", ".join(run.folder.name for run in found or runs)
        hint = _("In training now: {runs}.").format(runs=there or _("none"))
        raise UnknownKey(kind=_("single run in training"), key=name, suggestion=hint)
    return found[0]


def _is_meant(run: LivingRun, name: str) -> bool:
    if name and run.folder.name.startswith(name):
        return True
    if run.run_dir is None:
        return False
    return run.run_dir.name == name or run.run_dir.resolve() == Path(name).resolve()


def stop(run: LivingRun) -> None:
    """Ask a run to end until it has; Ctrl+C ends only the waiting."""
    link, asked = Link(run.folder), float("-inf")
    while link.is_alive:
        if time.monotonic() - asked >= AGAIN_S:  # the window may just have begun a new file
            try:
                ask_to_stop(run)
            except OSError:  # it has gone
                return
            asked = time.monotonic()
        time.sleep(LOOK_S)


def facts_of(run: LivingRun) -> dict[str, Any]:
    """A run for machines."""
    return {
        "id": run.folder.name,
        "pid": run.pid,
        "run_dir": None if run.run_dir is None else str(run.run_dir),
        "state": run.state.value,
        "step": run.step,
        "total_steps": run.total_steps,
        "is_resumed": run.is_resumed,
        "is_watched": run.is_watched,
        "started_at": run.started_at,
    }


def _standing(run: LivingRun) -> str:
    watched = _("watched") if run.is_watched else _("alone")
    steps = f"{run.step}/{run.total_steps}" if run.total_steps else str(run.step)
    return f"{steps}  {_(run.state.value)}  {watched}  pid {run.pid}"


def _place(run: LivingRun) -> str:
    return "-" if run.run_dir is None else str(run.run_dir)
