"""``gan-studio nearest``: is it memorised? The training pictures nearest to generated ones."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._drawing import add_drawing, pictures_of, refuse_both
from gan_studio.cli._output import add_json, print_json
from gan_studio.cli._pictures import check_png, count_of
from gan_studio.core.errors import BadConfig, BadData
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.nearest import Nearest, Scale, TrainingPictures

DESCRIPTION = N_(
    "Draw pictures with a trained model and look for the training pictures nearest to each: every\n"
    "row of the PNG is a generated picture and its neighbours. Distances are root mean square\n"
    "differences in grey levels (of 255). For scale they are compared with those of held-out\n"
    "pictures, which nobody can have memorised."
)
EXAMPLES = N_("""\
examples:
  gan-studio nearest runs/first --seed 7 --count 16 --out nearest.png
  gan-studio nearest runs/first --latents starred.json --json
  gan-studio nearest runs/first --way shifted          also when moved by one pixel
""")
COUNT = 16
WORDS = ("pixels", "shifted")  # as inference.nearest names them


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    add_drawing(parser, COUNT)
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add(
        "--neighbours",
        type=count_of,
        default=5,
        metavar="N",
        help=_("how many training pictures beside each (5)"),
    )
    add(
        "--way",
        choices=WORDS,
        default=WORDS[0],
        help=_("compare pixel by pixel, or with the best of nine moves by a pixel (pixels)"),
    )
    add("--out", type=Path, default=Path("nearest.png"), metavar="FILE", help=_("PNG to write"))
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    check_png(args.out)
    refuse_both(args)
    from gan_studio.inference.bundle import load_bundle
    from gan_studio.inference.nearest import TrainingPictures, scale_of
    from gan_studio.jobs.sinks import save_grid

    bundle = load_bundle(args.run_dir, args.step)
    if not bundle.spec.is_image:
        raise BadConfig(f"{args.run_dir}: this run learned points, which make no pictures")
    drawn, _facts = pictures_of(bundle, args, COUNT)
    prepared, has_changed = training_data(bundle)
    training = TrainingPictures(prepared.train, flip=prepared.flip)
    found = training.nearest(drawn, args.neighbours, args.way)
    scale = scale_of(prepared, training, args.way)
    save_grid(rows_of(drawn, found, training), args.out, 1 + found.rows.shape[1])
    facts = {
        "out": str(args.out),
        "step": bundle.step,
        "way": args.way,
        "data_has_changed": has_changed,
        **measures(found, scale),
    }
    print_json(facts) if args.json else tell(facts)
    return 0


def training_data(bundle: Bundle) -> tuple[Any, bool]:
    """The data of the bundle's run, and whether it is no longer what the run learned from.

    Raises:
        BadData: there are no training pictures.
        StudioError: it cannot be read or fetched.
    """
    from gan_studio.jobs.folders import Folders
    from gan_studio.jobs.run_data import is_other_than_learned, prepare

    data, cache = bundle.config.data, Folders.of_user().cache
    prepared = prepare(
        data, cache, lambda done, total, what: None, lambda: False, may_download=True
    )
    if not len(prepared.train):
        raise BadData(bundle.run_dir, "its data has no training pictures", "Choose another run.")
    return prepared, is_other_than_learned(prepared, bundle.run_dir)


def rows_of(drawn: Any, found: Nearest, training: TrainingPictures) -> Any:
    """uint8: each generated picture and its neighbours, one row after the other."""
    import numpy as np

    neighbours = training.pictures(found)  # [N, k, C, H, W]
    return np.concatenate([drawn[:, None], neighbours], 1).reshape(-1, *drawn.shape[1:])


def measures(found: Nearest, scale: Scale) -> dict[str, Any]:
    """What was found, as plain values."""
    from gan_studio.inference.nearest_words import SUSPICIOUS

    least = found.distances[:, 0].tolist()
    shares = [scale.share_nearer(distance) for distance in least]
    return {
        "count": len(least),
        "nearest": found.rows.tolist(),
        "distances": found.distances.tolist(),
        "is_mirrored": found.is_mirrored.tolist(),
        "share_of_held_out_as_near": shares,
        "held_out": {
            "count": len(scale.distances),
            "median": scale.limit(0.5) if len(scale.distances) else None,
        },
        "perhaps_memorised": [
            index
            for index, (distance, share) in enumerate(zip(least, shares, strict=True))
            if distance == 0 or share < SUSPICIOUS
        ],
    }


def tell(facts: dict[str, Any]) -> None:
    """Say it to a person: one line per picture, and what to think of all."""
    from gan_studio.cli._output import print_table
    from gan_studio.inference.nearest_words import SUSPICIOUS, grey_levels, percent

    rows = [(_("picture"), _("training picture"), _("grey levels"), _("held-out ones as near"))]
    shares = facts["share_of_held_out_as_near"]
    for index, (near, far) in enumerate(zip(facts["nearest"], facts["distances"], strict=True)):
        words = percent(shares[index]) if math.isfinite(shares[index]) else _("not known")
        if index in facts["perhaps_memorised"]:
            words += "  " + (_("perhaps memorised") if far[0] else _("a training picture"))
        rows.append((f"{index}", f"{near[0]}", grey_levels(far[0]), words))
    print_table(rows)
    words = _("{count} of {total} pictures are perhaps memorised; about {chance} by chance alone.")
    count, total = len(facts["perhaps_memorised"]), facts["count"]
    print(words.format(count=count, total=total, chance=f"{SUSPICIOUS * total:.2g}"))
    if facts["data_has_changed"]:
        print(_("The data is no longer what this run was trained on."))
    print(facts["out"])
