"""``gan-studio sweep``: the same model with bottlenecks of several sizes, compared in a table."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import add_json, print_json, print_table
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import load_presets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.queue import Queue, QueueFile
    from gan_studio.jobs.survey import Survey
    from gan_studio.jobs.sweep import Sweep

DESCRIPTION = N_(
    "Train one family with bottlenecks of several sizes, one after the other, and print what each\n"
    "loses on held-out pictures beside principal components (PCA) of the same size. Finished runs\n"
    "that fit are not trained again; after Ctrl+C or a crash the same command goes on."
)
EXAMPLES = N_("""\
examples:
  gan-studio sweep bottleneck
  gan-studio sweep bottleneck --data mnist --budget long
  gan-studio sweep bottleneck --family conv_autoencoder --sizes 2,5,32 --json
""")
KINDS = ("bottleneck",)


def sizes_of(text: str) -> tuple[int, ...]:
    """``2,5,32`` as sizes; argparse shows the message."""
    try:
        sizes = sorted({int(word) for word in text.split(",")})
    except ValueError:
        sizes = []
    if not sizes or sizes[0] < 1:
        raise argparse.ArgumentTypeError(
            _("“{text}” is no list of sizes such as 2,5,32").format(text=text)
        )
    return tuple(sizes)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("kind", choices=KINDS, help=_("what is varied: the size of z"))
    add("--family", default="autoencoder", metavar="NAME", help=_("a family that encodes"))
    add("--data", default="digits", metavar="NAME|PATH", help=_("what to train on (digits)"))
    add("--sizes", type=sizes_of, metavar="N,N,...", help=_("sizes of z (1,2,3,5,8,16,32,64)"))
    add("--budget", choices=("short", "long"), default="short", help=_("how long each trains"))
    add_json(parser, _("print every event as one line of JSON, and the table as the last"))


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.queue import QueueFile
    from gan_studio.jobs.survey import Surveyor
    from gan_studio.jobs.sweep import CURVE

    sweep, folders = sweep_of(args), Folders.of_user()
    surveyor = Surveyor(folders)
    look = (sweep.family, sweep.data, sweep.sizes)
    survey = surveyor.look(*look, may_download=True)
    file = QueueFile(folders.runs / f"sweep-{sweep.family}-{sweep.data['name']}.json")
    presets = load_presets(resources_dir() / "presets").values()
    title = _("Bottleneck curve")
    queue = sweep.queue(title, CURVE, presets, survey.count, survey.best, file.read())
    code = train_all(queue, file, folders, as_json=args.json)
    survey = surveyor.look(*look)
    if args.json:
        print_json({"data": survey.title, "sizes": rows_of(survey, sweep.sizes)})
    else:
        print_survey(survey, sweep)
    return code


def sweep_of(args: argparse.Namespace) -> Sweep:
    """What the words ask for.

    Raises:
        BadConfig: a family without a size of z.
        UnknownKey: a family or data set that there is not.
        BadData: the path of the data cannot be used.
    """
    from gan_studio.cli.train import data_table
    from gan_studio.core.errors import BadConfig
    from gan_studio.jobs.survey import resolved
    from gan_studio.jobs.sweep import SIZES, Sweep, families_with_sizes
    from gan_studio.models.base import FAMILIES

    family, known = FAMILIES.get(args.family).key, families_with_sizes()
    if family not in known:
        raise BadConfig(f"--family: {family} has no bottleneck; choose {', '.join(known)}")
    return Sweep(family, resolved(data_table(args.data)), args.sizes or SIZES, args.budget)


def train_all(queue: Queue, file: QueueFile, folders: Folders, *, as_json: bool) -> int:
    """Train what waits until all is done or a person stops it; the exit code."""
    from gan_studio.cli._training import choose_view, stopping_gently
    from gan_studio.cli.app import FAILED, INTERRUPTED, OK
    from gan_studio.core.control import RunControl, wants_nothing
    from gan_studio.jobs.queue import FAILED as HAS_FAILED
    from gan_studio.jobs.queue_run import queue_events

    control, view = RunControl(), choose_view(as_json)
    with stopping_gently(control, view.say):
        for now, event in queue_events(queue, file, folders, control, wants_nothing, view.progress):
            if now.current is not None and now.current != queue.current:
                view.say(place_of(now))
            queue = now
            if event is not None:
                view.handle(event)
    view.close()
    if not queue.is_finished:
        return INTERRUPTED
    file.remove()
    return FAILED if any(entry.state == HAS_FAILED for entry in queue.entries) else OK


def place_of(queue: Queue) -> str:
    """``2 of 8: latent 2``."""
    place = queue.current
    assert place is not None
    text = _("{place} of {count}: {title}")
    return text.format(place=place + 1, count=len(queue.entries), title=queue.entries[place].title)


def rows_of(survey: Survey, sizes: Iterable[int]) -> list[dict[str, Any]]:
    """One table per size; what is not known is None."""
    rows = []
    for size in sizes:
        found = survey.best.get(size)
        row: dict[str, Any] = {
            "size": size,
            "mse": None,
            "spread": None,
            "steps": None,
            "run": None,
        }
        if found is not None:
            row |= {
                "mse": found.mse,
                "spread": found.spread,
                "steps": found.steps,
                "run": str(found.path),
            }
        rows.append({**row, "pca": survey.baseline.get(size)})
    return rows


def print_survey(survey: Survey, sweep: Sweep) -> None:
    """The table for people."""
    head = _("Mean squared error on {count} held-out pictures of {data}, pixels from 0 to 1:")
    print(head.format(count=f"{survey.held_out:,}", data=survey.title))
    rows = [(_("size"), sweep.family, "PCA", _("steps"), _("run"))]
    for row in rows_of(survey, sweep.sizes):
        numbers = (_number(row["mse"]), _number(row["pca"]))
        steps = "–" if row["steps"] is None else f"{row['steps']:,}"
        rows.append((str(row["size"]), *numbers, steps, Path(row["run"] or "").name))
    print_table(rows)


def _number(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.4f}"
