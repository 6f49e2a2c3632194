"""``gan-studio sample``: pictures from a trained model."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._latents import read_for, refuse_both, save_each
from gan_studio.cli._output import add_json, print_json
from gan_studio.cli._pictures import check_png, count_of
from gan_studio.core.errors import BadConfig, Unsupported
from gan_studio.core.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle

BATCH = 256  # pictures made at once, which bounds the memory
COUNT, SEED = 64, 1
DESCRIPTION = N_(
    "Draw pictures with a trained model and save them as one PNG. Picture number i follows from\n"
    "the seed alone, whatever the count. A latents file, as the Explore page saves it, is drawn\n"
    "as it was shown there: bit for bit on the same device."
)
EXAMPLES = N_("""\
examples:
  gan-studio sample runs/first --count 64 --seed 7 --out grid.png
  gan-studio sample runs/first --step 2000 --out earlier.png
  gan-studio sample runs/digits --class 3 --columns 8 --psi 0.7 --out threes.png
  gan-studio sample runs/first --latents saved.json --each --out pictures
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add = parser.add_argument
    add("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    add("--count", type=count_of, metavar="N", help=_("how many pictures (64)"))
    add("--seed", type=int, metavar="N", help=_("where random numbers start (1)"))
    add("--psi", type=psi_of, metavar="X", help=_("truncation: below 1 nearer to the mean (1)"))
    add(
        "--latents",
        type=Path,
        metavar="FILE",
        help=_("draw the places of this file, as the Explore page showed them"),
    )
    add("--out", type=Path, metavar="FILE", help=_("PNG to write (samples.png)"))
    add(
        "--each",
        action="store_true",
        help=_("one PNG per picture; --out is their folder then (samples)"),
    )
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add("--class", dest="class_name", metavar="K", help=_("one class only, by number or name"))
    add(
        "--columns", type=count_of, metavar="N", help=_("pictures per row; about square by default")
    )
    add_json(parser)


def psi_of(word: str) -> float:
    """A finite number, for argparse."""
    try:
        psi = float(word)
    except ValueError:
        psi = math.nan
    if not math.isfinite(psi):
        raise argparse.ArgumentTypeError(_("“{word}” is not a number").format(word=word))
    return psi


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    out = args.out or Path("samples" if args.each else "samples.png")
    if not args.each:
        check_png(out)
    refuse_both(args)
    from gan_studio.inference.bundle import load_bundle
    from gan_studio.jobs.sinks import save_grid

    bundle = load_bundle(args.run_dir, args.step)
    if not bundle.spec.is_image:
        raise BadConfig(f"{args.run_dir}: this run learned points, which make no pictures")
    pictures, facts = _from_seed(bundle, args) if args.latents is None else _again(bundle, args)
    if args.each:
        save_each(pictures, out)
    else:
        save_grid(pictures, out, args.columns or 0)
    facts = {"out": str(out), "count": len(pictures), "step": bundle.step, **facts}
    if args.json:
        print_json({**facts, "family": bundle.family_key, "shape": list(bundle.spec.shape)})
    else:
        print(_words(facts))
    return 0


def _words(facts: dict[str, Any]) -> str:
    if "latents" in facts:
        text = ngettext(
            "{count} picture of step {step} from {latents}: {out}",
            "{count} pictures of step {step} from {latents}: {out}",
            facts["count"],
        )
    else:
        text = ngettext(
            "{count} picture of step {step} with seed {seed}: {out}",
            "{count} pictures of step {step} with seed {seed}: {out}",
            facts["count"],
        )
    return text.format(**facts)


def _from_seed(bundle: Bundle, args: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Pictures, uint8 ``[N, C, H, W]``, and what they follow from."""
    import numpy as np
    import torch

    from gan_studio.inference.latents import latents_from_seed
    from gan_studio.inference.places import truncated
    from gan_studio.training.sampling import to_bytes

    count, psi = args.count or COUNT, 1.0 if args.psi is None else args.psi
    seed = SEED if args.seed is None else args.seed
    labels = choose_labels(bundle, args.class_name, count)
    mean = bundle.latent_range()[0].numpy()
    latents = torch.from_numpy(truncated(latents_from_seed(bundle, seed, count).numpy(), mean, psi))
    parts = [
        to_bytes(
            bundle.generate(
                latents[at : at + BATCH], None if labels is None else labels[at : at + BATCH]
            )
        )
        for at in range(0, count, BATCH)
    ]
    return np.concatenate(parts), {"seed": seed, "psi": psi}


def _again(bundle: Bundle, args: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    from gan_studio.inference.again import draw_again

    places = read_for(bundle, args.latents)
    labels = None if args.class_name is None else choose_labels(bundle, args.class_name, 1)
    label = 0 if labels is None else int(labels[0])
    facts = {"latents": str(args.latents), "batch": places.batch}
    return draw_again(bundle, places, label), facts


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
