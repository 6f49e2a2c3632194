"""Searching for z from the command line, for families without an encoder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gan_studio.cli._training import stopping_gently
from gan_studio.core.control import RunControl
from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from torch import Tensor

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.inversion import Inversion
    from gan_studio.inference.search import Search


def search_z(bundle: Bundle, images: Tensor, search: Search) -> Inversion:
    """Search, and say in a terminal how far it is; the first Ctrl+C keeps the best so far."""
    from gan_studio.inference.inversion import invert

    control, is_terminal = RunControl(), sys.stderr.isatty()

    def tell(done: int, total: int) -> None:
        if is_terminal and (done % 10 == 0 or done == total):
            end = "\n" if done == total else ""
            words = _("Searching for z: step {done} of {total}")
            print("\r" + words.format(done=done, total=total), end=end, file=sys.stderr, flush=True)

    with stopping_gently(control, lambda words: print(words, file=sys.stderr)):
        return invert(
            bundle, images, search, progress=tell, is_cancelled=lambda: control.is_stopping
        )


def search_facts(found: Inversion, search: Search) -> dict[str, Any]:
    """What was found, as plain values."""
    return {
        "starts": search.starts,
        "steps": found.steps,
        "seed": search.seed,
        "is_cut_short": found.is_cut_short,
        "mse_of_starts": found.all_mse.tolist(),
        "draws": found.draws.tolist(),
        "curve": [list(pair) for pair in zip(found.curve_steps, found.curve, strict=True)],
        "z": found.latents.tolist(),
    }
