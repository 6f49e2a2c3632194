"""``gan-studio export``: a trained model, or what it draws, to take away."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._drawing import read_for
from gan_studio.cli._output import add_json, add_set, print_json, print_table
from gan_studio.cli._pictures import count_of
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import N_, _
from gan_studio.core.schema_io import assign
from gan_studio.jobs.folders import Folders

if TYPE_CHECKING:
    import argparse

    from gan_studio.core.registry import Entry
    from gan_studio.data.base import Prepared
    from gan_studio.exporters.base import Exporter, Source, Watch
    from gan_studio.inference.bundle import Bundle

DESCRIPTION = N_(
    "Take a model away: its generator as a file that runs elsewhere, samples, or a labelled data\n"
    "set. Nothing is overwritten, and nothing half-written is left. Without --as it lists the\n"
    "formats."
)
EXAMPLES = N_("""\
examples:
  gan-studio export                                            the formats
  gan-studio export runs/digits --as onnx --out digits-onnx
  gan-studio export runs/digits --as samples --count 10000 --seed 7 --psi 0.8 --out samples
  gan-studio export runs/digits --as dataset --count 5000 --set is_balanced=true --out synthetic
  gan-studio export runs/digits --as sheet --latents places.json --out sheet.png
""")
WORDS = {
    "draw": N_("Drawing pictures"),
    "learn": N_("Teaching a classifier the classes"),
    "check": N_("Comparing with the model"),
    "download": N_("Downloading"),
    "scan": N_("Looking through the pictures"),
    "decode": N_("Reading the pictures"),
}
FLAGS = {"count": "count", "seed": "seed", "psi": "psi", "class": "class_name"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, nargs="?", metavar="RUN", help=_("the run's folder"))
    add("--as", dest="format", metavar="FORMAT", help=_("what to write (gan-studio export)"))
    add("--out", type=Path, metavar="PATH", help=_("a file or folder that is not there yet"))
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add("--count", type=count_of, metavar="N", help=_("how many pictures"))
    add("--seed", type=int, metavar="N", help=_("where random numbers start (1)"))
    add("--psi", type=float, metavar="X", help=_("truncation: below 1 typical, above 1 rare"))
    add("--class", metavar="K", help=_("one class only, by number or name"))
    add("--latents", type=Path, metavar="FILE", help=_("draw the places of a latents file"))
    add_set(parser, _("set any option of the format; may be repeated"))
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.core.paths import unused
    from gan_studio.exporters.base import EXPORTERS

    if args.format is None:
        if args.run_dir is not None:
            raise BadConfig(f"--as: choose one of {', '.join(entry.key for entry in EXPORTERS)}")
        return list_formats(as_json=args.json)
    entry = EXPORTERS.get(args.format)
    options = options_of(entry, args)
    if args.run_dir is None:
        raise BadConfig("RUN: say which run, by its folder")
    exporter = entry.target(options)
    if args.latents is not None:
        refuse_both(args, entry)
    source = source_of(args, exporter.most_places)
    name = f"{args.run_dir.expanduser().resolve().name}-{entry.key}{exporter.ending}"
    out = args.out or unused(Path(name), exporter.ending)
    return write(args, exporter, source, check_ending(out.expanduser(), exporter))


def refuse_both(args: argparse.Namespace, entry: Entry[type[Exporter]]) -> None:
    """Say which words a latents file leaves no room for.

    Raises:
        BadConfig: the format takes no places, or a seed, a class or the like was given, too.
    """
    if not entry.target.most_places:
        raise BadConfig(f"--latents: the format “{entry.key}” draws by seed alone")
    given = [f"--{flag}" for flag in FLAGS if getattr(args, flag) is not None]
    given += [f"--set {word}" for word in args.words if word.split("=")[0] in FLAGS.values()]
    if given:
        raise BadConfig(f"{given[0]}: the file of --latents says that already")


def write(args: argparse.Namespace, exporter: Exporter, source: Source, out: Path) -> int:
    """Export, and say what came of it; the exit code."""
    from gan_studio.exporters.base import Watch

    exported = exporter.write(source, out, Watch(tell if sys.stderr.isatty() else say_nothing))
    if args.json:
        about = {"out": str(out), "format": args.format, "step": source.bundle.step}
        print_json({**about, **exported.facts})
    else:
        print(_("Written: {out}").format(out=out))
        for note in exported.notes:
            print(note)
    return 0


def options_of(entry: Entry[type[Exporter]], args: argparse.Namespace) -> Any:
    """The format's options with what the words set.

    Raises:
        BadConfig: the format has no such option, or the value does not fit.
    """
    options = entry.options()
    words = []
    for flag, field in FLAGS.items():
        value = getattr(args, flag)
        if value is None:
            continue
        if not hasattr(options, field):
            raise BadConfig(f"--{flag}: the format “{entry.key}” has no such option")
        words.append(f"{field}={value}")
    return assign(options, [*words, *args.words])


def source_of(args: argparse.Namespace, most_places: int) -> Source:
    """The run's model, the places of ``--latents``, and a way to the run's data.

    Raises:
        BadLatents: the file does not fit the model.
        BadConfig: it holds more than `most_places`.
    """
    from gan_studio.exporters.base import Source
    from gan_studio.inference.bundle import load_bundle

    bundle = load_bundle(args.run_dir.expanduser(), args.step)
    places = None if args.latents is None else read_for(bundle, args.latents)
    if places is not None and len(places.items) > most_places:
        count = len(places.items)
        raise BadConfig(f"--latents: it holds {count:,} places, where {most_places:,} are drawn")
    return Source(bundle, places, partial(prepare, bundle), Folders.of_user().cache)


def prepare(bundle: Bundle, watch: Watch) -> Prepared:
    """The data of the run, fetched again where it has to be."""
    from gan_studio.jobs import run_data

    cache = Folders.of_user().cache
    data, cancelled = bundle.config.data, watch.is_cancelled
    return run_data.prepare(data, cache, watch.progress, cancelled, may_download=True)


def check_ending(out: Path, exporter: Exporter) -> Path:
    """Refuse names that promise another format.

    Raises:
        BadConfig: the name of a file does not end as the format's files do.
    """
    if exporter.ending and out.suffix.lower() != exporter.ending:
        raise BadConfig(
            f"--out: {out} does not end in {exporter.ending}, the format that is written"
        )
    return out


def list_formats(*, as_json: bool) -> int:
    """Print all formats; the exit code."""
    from gan_studio.cli._catalogue import print_catalogue
    from gan_studio.exporters.base import EXPORTERS

    if as_json:
        return print_catalogue(EXPORTERS, None, "", as_json=True)
    print_table([(entry.key, _(entry.help)) for entry in EXPORTERS])
    return 0


def tell(done: int, total: int, what: str) -> None:
    """How far it is, on the terminal's last line."""
    if what not in WORDS or not total:
        return
    words = _("{what}: {done:,} of {total:,}").format(what=_(WORDS[what]), done=done, total=total)
    end = "\n" if done >= total else ""
    print(f"\r{words}", end=end, file=sys.stderr, flush=True)


def say_nothing(done: int, total: int, what: str) -> None:
    """Nobody watches."""
