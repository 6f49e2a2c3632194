"""``gan-studio sample``: pictures from a trained model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._drawing import add_drawing, pictures_of, refuse_both
from gan_studio.cli._output import add_json, print_json
from gan_studio.cli._pictures import check_png, count_of
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import N_, _, ngettext

if TYPE_CHECKING:
    import argparse

COUNT = 64
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
    add_drawing(parser, COUNT)
    add("--out", type=Path, metavar="FILE", help=_("PNG to write (samples.png)"))
    add(
        "--each",
        action="store_true",
        help=_("one PNG per picture; --out is their folder then (samples)"),
    )
    add("--step", type=int, metavar="N", help=_("a checkpoint's step; the newest by default"))
    add(
        "--columns", type=count_of, metavar="N", help=_("pictures per row; about square by default")
    )
    add_json(parser)


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
    pictures, facts = pictures_of(bundle, args, COUNT)
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


def save_each(pictures: Any, folder: Path) -> None:
    """One PNG per picture, ``001.png`` and so on.

    Raises:
        DiskProblem: the folder cannot be written.
    """
    from gan_studio.jobs.sinks import save_grid

    width = max(3, len(str(len(pictures))))
    for number, picture in enumerate(pictures, 1):
        save_grid(picture[None], folder / f"{number:0{width}d}.png")
