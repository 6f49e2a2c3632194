"""Which pictures a command draws: those of a seed, or what the window showed, made again."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._pictures import class_of, count_of
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Places

SEED = 1
INSTEAD = {"count": "--count", "seed": "--seed", "psi": "--psi"}  # what a latents file says itself


def add_drawing(parser: argparse.ArgumentParser, count: int) -> None:
    """The words that say what is drawn; `count` where nothing is said."""
    add = parser.add_argument
    words = _("how many pictures ({count})").format(count=count)
    add("--count", type=count_of, metavar="N", help=words)
    add("--seed", type=int, metavar="N", help=_("where random numbers start (1)"))
    add("--psi", type=psi_of, metavar="X", help=_("truncation: below 1 nearer to the mean (1)"))
    words = _("draw the places of a latents file, or of a PNG that holds them, as they were shown")
    add("--latents", type=Path, metavar="FILE", help=words)
    add("--class", dest="class_name", metavar="K", help=_("one class only, by number or name"))


def psi_of(word: str) -> float:
    """A finite number, for argparse."""
    try:
        psi = float(word)
    except ValueError:
        psi = math.nan
    if not math.isfinite(psi):
        raise argparse.ArgumentTypeError(_("“{word}” is not a number").format(word=word))
    return psi


def refuse_both(args: argparse.Namespace) -> None:
    """Say which words a latents file leaves no room for.

    Raises:
        BadConfig: one of them was given.
    """
    given = [flag for name, flag in INSTEAD.items() if getattr(args, name) is not None]
    if args.latents is not None and given:
        raise BadConfig(f"{given[0]}: the file of --latents says that already")


def pictures_of(bundle: Bundle, args: argparse.Namespace, count: int) -> tuple[Any, dict[str, Any]]:
    """Pictures, uint8 ``[N, C, H, W]``, and what they follow from, by the words of `add_drawing`.

    They are drawn by one thread, whose rounding does not depend on the computer; what comes after
    has as many as before.

    Raises:
        BadLatents: the file does not fit the model.
        BadConfig: there is no such class.
        Unsupported: the family has no latent space, or takes no class where one is asked for.
        NoNumbers: the model draws NaN.
    """
    import torch

    threads = torch.get_num_threads()
    try:
        return _drawn(bundle, args, count)
    finally:
        torch.set_num_threads(threads)


def _drawn(bundle: Bundle, args: argparse.Namespace, count: int) -> tuple[Any, dict[str, Any]]:
    import numpy as np

    from gan_studio.exporters._drawing import Plan, drawn
    from gan_studio.exporters.base import Watch
    from gan_studio.inference.again import draw_again

    label = class_asked(bundle, args.class_name)
    if args.latents is not None:
        places = read_for(bundle, args.latents)
        facts = {"latents": str(args.latents), "batch": places.batch}
        return draw_again(bundle, places, label or 0), facts
    psi = 1.0 if args.psi is None else args.psi
    seed = SEED if args.seed is None else args.seed
    plan = Plan(args.count or count, seed, psi, label)
    parts = [batch.pictures for batch in drawn(bundle, plan, Watch())]
    return np.concatenate(parts), {"seed": seed, "psi": psi}


def read_for(bundle: Bundle, path: Path) -> Places:
    """The places of a latents file, or of a PNG that holds its latents, for this model.

    Raises:
        BadLatents: it is damaged, of another size, or holds numbers that are not finite.
        Unsupported: the family has no latent space.
    """
    from gan_studio.inference.again import class_count
    from gan_studio.inference.places import read_places

    dim, path = len(bundle.latent_range()[0]), path.expanduser()
    if path.suffix.lower() == ".png":
        from gan_studio.exporters.png import places_of_png

        return places_of_png(path, dim, class_count(bundle))
    return read_places(path, dim, class_count(bundle))


def class_asked(bundle: Bundle, word: str | None) -> int | None:
    """The class that ``--class`` asks for; None where it was not given.

    Raises:
        Unsupported: a class was asked for and the model takes none.
        BadConfig: there is no such class.
    """
    from gan_studio.core.capabilities import Capability
    from gan_studio.core.errors import Unsupported

    if word is None:
        return None
    if not bundle.can(Capability.CONDITIONAL):
        raise Unsupported(what="--class", need="takes a class", family=bundle.family_key)
    return class_of(word, bundle.spec, "--class")
