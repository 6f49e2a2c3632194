"""``gan-studio sample``: pictures from a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import add_json, print_json
from gan_studio.cli._pictures import check_png, count_of
from gan_studio.core.errors import BadConfig, Unsupported
from gan_studio.core.i18n import N_, _, ngettext

if TYPE_CHECKING:
    import argparse

    from gan_studio.inference.bundle import Bundle

BATCH = 256  # pictures made at once, which bounds the memory
DESCRIPTION = N_(
    "Draw pictures with a trained model and save them as one PNG. Picture number i follows from\n"
    "the seed alone, whatever the count."
)
EXAMPLES = N_("""\
examples:
  gan-studio sample runs/first --count 64 --seed 7 --out grid.png
  gan-studio sample runs/first --step 2000 --out earlier.png
  gan-studio sample runs/digits --class 3 --columns 8 --out threes.png
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    add("--count", type=count_of, default=64, metavar="N", help=_("how many pictures (64)"))
    add("--seed", type=int, default=1, metavar="N", help=_("where random numbers start (1)"))
    add("--out", type=Path, default=Path("samples.png"), metavar="FILE", help=_("PNG to write"))
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add("--class", dest="class_name", metavar="K", help=_("one class only, by number or name"))
    add(
        "--columns", type=count_of, metavar="N", help=_("pictures per row; about square by default")
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    check_png(args.out)
    import numpy as np

    from gan_studio.inference.bundle import load_bundle
    from gan_studio.inference.latents import latents_from_seed
    from gan_studio.jobs.sinks import save_grid
    from gan_studio.training.sampling import to_bytes

    bundle = load_bundle(args.run_dir, args.step)
    if not bundle.spec.is_image:
        raise BadConfig(f"{args.run_dir}: this run learned points, which make no pictures")
    labels = choose_labels(bundle, args.class_name, args.count)
    latents = latents_from_seed(bundle, args.seed, args.count)
    parts = [
        to_bytes(
            bundle.generate(
                latents[at : at + BATCH], None if labels is None else labels[at : at + BATCH]
            )
        )
        for at in range(0, args.count, BATCH)
    ]
    save_grid(np.concatenate(parts), args.out, args.columns or 0)
    facts = {"out": str(args.out), "count": args.count, "seed": args.seed, "step": bundle.step}
    if args.json:
        print_json({**facts, "family": bundle.family_key, "shape": list(bundle.spec.shape)})
    else:
        text = ngettext(
            "{count} picture of step {step} with seed {seed}: {out}",
            "{count} pictures of step {step} with seed {seed}: {out}",
            args.count,
        )
        print(text.format(**facts))
    return 0


def choose_labels(bundle: Bundle, word: str | None, count: int) -> Any:
    """The classes to draw, int64 ``[count]``: the one asked for, else all in turn, else None.

    Raises:
        Unsupported: a class was asked for and the model knows none.
        BadConfig: there is no such class.
    """
    import torch

    from gan_studio.core.capabilities import Capability
    from gan_studio.models.base import preview_labels

    if not bundle.can(Capability.CONDITIONAL):
        if word is not None:
            raise Unsupported(what="--class", need="takes a class", family=bundle.family_key)
        return None
    if word is None:
        return preview_labels(bundle.spec, count, "cpu")
    names = bundle.spec.class_names
    if word in names:
        return torch.full((count,), names.index(word))
    if word.isdigit() and int(word) < len(names):
        return torch.full((count,), int(word))
    raise BadConfig(f"--class: “{word}” is not one of {', '.join(names)}")
