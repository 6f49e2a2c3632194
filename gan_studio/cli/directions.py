"""``gan-studio directions``: find, keep, draw and take away directions of a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import add_json, print_json, print_table
from gan_studio.cli._pictures import check_png, class_of, count_of
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import N_, _, ngettext

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from gan_studio.data.base import Prepared
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions import Direction

KINDS = {"sefa": "sefa", "activations": "activation_pca", "latent": "latent_pca"}
STRIP = 9  # pictures along a direction
MOST_CODES = 20_000  # encoded pictures, where nothing else is asked for
DESCRIPTION = N_(
    "Find ways through latent space that mean something, keep them with the run, draw the moves\n"
    "along them, or take them away as text. Without more words the kept ones are listed."
)
EXAMPLES = N_("""\
examples:
  gan-studio directions RUN                                 those that were kept
  gan-studio directions RUN --find sefa --count 5 --strip moves.png
  gan-studio directions RUN --class 7 --save                towards one class of the data
  gan-studio directions RUN --property slant --without width --save
  gan-studio directions RUN --marks marks.csv --name smile --save
  gan-studio directions RUN --out directions.json           to take away
  gan-studio directions RUN --import directions.json --save

A file of marks has one row per picture: seed,number,mark. Picture `number` (from 0) of
`gan-studio sample RUN --seed SEED` was looked at, and the mark is yes or no.
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    _add_sources(parser)
    add("--name", default="", metavar="WORD", help=_("what the new direction is called"))
    add(
        "--without",
        action="append",
        default=[],
        metavar="NAME",
        help=_("make the new ones independent of a kept one; may be repeated"),
    )
    add("--save", action="store_true", help=_("keep the new ones with the run"))
    add(
        "--remove",
        action="append",
        default=[],
        metavar="NAME",
        help=_("forget a kept one; may be repeated"),
    )
    add("--out", type=Path, metavar="FILE", help=_("write the new ones, or all, to a file"))
    add("--strip", type=Path, metavar="FILE", help=_("PNG of the moves along each, a row each"))
    add("--samples", type=count_of, metavar="N", help=_("pictures that it is found from"))
    add("--seed", type=int, default=1, metavar="N", help=_("where random numbers start (1)"))
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add("--label", metavar="K", help=_("the class that is drawn, where the model takes one"))
    add_json(parser)


def _add_sources(parser: argparse.ArgumentParser) -> None:
    """Where new directions come from; one at a time."""
    add = parser.add_mutually_exclusive_group().add_argument
    add(
        "--find",
        choices=tuple(KINDS),
        help=_("the strongest of the first weight, of the first layer, or of the latents"),
    )
    add("--class", dest="class_name", metavar="K", help=_("towards a class, by number or name"))
    add("--property", dest="property_key", metavar="NAME", help=_("along a property of the pixels"))
    add("--marks", type=Path, metavar="FILE", help=_("from pictures marked yes or no, a CSV"))
    add("--import", dest="from_file", type=Path, metavar="FILE", help=_("from a directions file"))
    parser.add_argument(
        "--count", type=count_of, default=5, metavar="N", help=_("how many with --find (5)")
    )


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    if args.strip is not None:
        check_png(args.strip)
    from gan_studio.inference.bundle import load_bundle
    from gan_studio.inference.directions import load_directions

    bundle = load_bundle(args.run_dir, args.step)
    kept = load_directions(args.run_dir, bundle._latent().dim)
    new = _independent(_new(bundle, args), kept, args.without)
    kept = _changed(args, kept, new)
    shown = new or kept
    _write(bundle, shown, args)
    if args.json:
        print_json({"directions": [plain(each) for each in shown], "kept": len(kept)})
    else:
        print_directions(shown)
    return 0


def _new(bundle: Bundle, args: argparse.Namespace) -> list[Direction]:
    """What the words ask to be found; nothing without such words."""
    from gan_studio.inference import directions

    more: dict[str, Any] = {"seed": args.seed, "label": _label(bundle, args.label)}
    if args.samples is not None:
        more["samples"] = args.samples
    if args.find is not None:
        kind = KINDS[args.find]
        codes = _codes(bundle, args.samples or MOST_CODES) if kind == "latent_pca" else None
        return directions.find_directions(bundle, kind, args.count, codes=codes, **more)
    if args.class_name is not None:
        from gan_studio.diagnostics.classifier_cache import known_classifier
        from gan_studio.jobs.folders import Folders

        data = _data(bundle)
        wanted = class_of(args.class_name, data.spec, "--class")
        judge = known_classifier(data, Folders.of_user().cache)
        return [
            directions.class_direction(
                bundle, data, wanted, name=args.name, classifier=judge, **more
            )
        ]
    if args.property_key is not None:
        key = _known_property(args.property_key)
        return [directions.property_direction(bundle, key, name=args.name, **more)]
    if args.marks is not None:
        latents, marks = read_marks(bundle, args.marks)
        name = args.name or args.marks.stem
        return [directions.marked_direction(bundle, latents, marks, name=name, **more)]
    if args.from_file is not None:
        return directions.import_directions(args.from_file, bundle._latent().dim)
    return []


def _independent(
    new: list[Direction], kept: Sequence[Direction], names: Sequence[str]
) -> list[Direction]:
    from gan_studio.inference.directions import orthogonalised

    others = [_named(kept, name, "--without") for name in names]
    return [orthogonalised(each, others) for each in new] if others else new


def _changed(
    args: argparse.Namespace, kept: list[Direction], new: list[Direction]
) -> list[Direction]:
    """What is kept afterwards; a new one replaces one of the same name."""
    from gan_studio.inference.directions import save_directions

    gone = {_named(kept, name, "--remove").name for name in args.remove}
    if args.save:
        gone |= {each.name for each in new}
    after = [each for each in kept if each.name not in gone] + (new if args.save else [])
    if args.save or args.remove:
        save_directions(args.run_dir, after)
    return after


def _write(bundle: Bundle, shown: list[Direction], args: argparse.Namespace) -> None:
    """The files that were asked for."""
    from gan_studio.inference.directions import export_directions

    if args.out is not None:
        export_directions(args.out, shown)
    if args.strip is not None:
        if not shown:
            raise BadConfig("--strip: there is no direction to draw; find one first")
        draw_strip(bundle, shown, args.strip, args.seed, _label(bundle, args.label))


def draw_strip(
    bundle: Bundle, shown: Sequence[Direction], path: Path, seed: int, label: int | None
) -> None:
    """One row per direction: the picture of the seed moved from -reach to +reach.

    Raises:
        Unsupported: the model draws no pictures from a latent.
        DiskProblem: the file cannot be written.
    """
    import numpy as np

    from gan_studio.inference.directions import candidates
    from gan_studio.inference.renderer import PicturesAt, Renderer
    from gan_studio.jobs.sinks import save_grid

    start = candidates(bundle, 1, seed)[0]
    rows = [
        np.stack(
            [each.moved(start, delta) for delta in np.linspace(-each.reach, each.reach, STRIP)]
        )
        for each in shown
    ]
    render = Renderer()
    drawn = [render(bundle, PicturesAt(latents, label)).values for latents in rows]
    save_grid(np.concatenate(drawn), path, STRIP)


def read_marks(bundle: Bundle, path: Path) -> tuple[Any, Any]:
    """Latents ``[N, dim]`` and marks ``[N]`` of a CSV with ``seed,number,mark`` in each row.

    Raises:
        BadFile: it cannot be read, or a row holds something else.
    """
    import csv

    import numpy as np
    import torch

    from gan_studio.core.errors import BadFile
    from gan_studio.inference.latents import latents_from_seed

    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(path=path, reason=str(error)) from error
    if rows and [cell.strip().lower() for cell in rows[0]] == ["seed", "number", "mark"]:
        rows = rows[1:]
    read = [_mark(row, path, at) for at, row in enumerate(rows, 1)]
    if not read:
        raise BadFile(path=path, reason="it holds no marks")
    latents = torch.cat([latents_from_seed(bundle, at, 1, number) for at, number, _mark_of in read])
    return latents.numpy(), np.array([mark for _seed, _number, mark in read])


def _mark(row: Sequence[str], path: Path, at: int) -> tuple[int, int, bool]:
    from gan_studio.core.errors import BadFile

    words = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}
    cells = [cell.strip().lower() for cell in row]
    is_whole = len(cells) == 3 and all(cell.isdecimal() and len(cell) < 20 for cell in cells[:2])
    if not is_whole or cells[2] not in words:
        raise BadFile(path=path, reason=f"mark {at} is not seed,number,yes or no")
    return int(cells[0]), int(cells[1]), words[cells[2]]


def _label(bundle: Bundle, word: str | None) -> int | None:
    from gan_studio.core.capabilities import Capability
    from gan_studio.core.errors import Unsupported

    if word is None:
        return None
    if not bundle.can(Capability.CONDITIONAL):
        raise Unsupported(what="--label", need="takes a class", family=bundle.family_key)
    return class_of(word, bundle.spec, "--label")


def _known_property(key: str) -> str:
    from gan_studio.inference.directions import PROPERTIES

    if key not in PROPERTIES:
        raise BadConfig(f"--property: “{key}” is not one of {', '.join(PROPERTIES)}")
    return key


def _named(kept: Sequence[Direction], name: str, flag: str) -> Direction:
    for each in kept:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in kept) or "nothing: none is kept"
    raise BadConfig(f"{flag}: “{name}” is not one of {known}")


def _data(bundle: Bundle) -> Prepared:
    """What the run was trained on."""
    from gan_studio.cli.reconstruct import HELD_OUT, prepare

    return prepare(bundle, HELD_OUT)


def _codes(bundle: Bundle, most: int) -> Any:
    """The run's own data, encoded; None where the model does not encode."""
    from gan_studio.core.capabilities import Capability
    from gan_studio.inference.codes import encode_split

    if not bundle.can(Capability.ENCODES):
        return None
    return encode_split(bundle, _data(bundle).train, most).latents


def plain(direction: Direction) -> dict[str, Any]:
    """A direction for machines."""
    return {
        "name": direction.name,
        "kind": direction.kind,
        "reach": direction.reach,
        "facts": dict(direction.facts),
        "vector": [float(number) for number in direction.vector],
        "origin": [float(number) for number in direction.origin],
    }


def print_directions(shown: Sequence[Direction]) -> None:
    """One line each: name, kind, what is known."""
    from gan_studio.inference.directions import KINDS as TITLES

    if not shown:
        print(_("No directions are kept with this run. See --help for ways to find some."))
        return
    head = ngettext("{n} direction:", "{n} directions:", len(shown))
    print(head.format(n=len(shown)))
    print_table([[each.name, _(TITLES[each.kind]), _facts(each)] for each in shown])


def _facts(direction: Direction) -> str:
    words = []
    for key, value in direction.facts.items():
        text = f"{value:.3f}" if isinstance(value, float) else str(value)
        words.append(f"{key.replace('_', ' ')} {text}")
    return ", ".join(words)
