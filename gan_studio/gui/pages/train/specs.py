"""Which plots a run has, from its phases and its scalars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gan_studio.core.i18n import _
from gan_studio.gui.plots.spec import Curve, PlotSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

DISCRIMINATOR, GENERATOR = "discriminator", "generator"
LN2 = math.log(2)


def short_name(phase: str) -> str:
    """``D`` and ``G`` as everybody calls them, other phases by their name."""
    return {DISCRIMINATOR: "D", GENERATOR: "G"}.get(phase, phase)


def losses(phases: Sequence[str]) -> PlotSpec:
    """The loss of every phase."""
    tokens = {DISCRIMINATOR: "discriminator", GENERATOR: "generated"}
    curves = tuple(
        Curve(f"loss/{name}", short_name(name), tokens.get(name, "accent"), short_name(name))
        for name in phases
    )
    return PlotSpec(
        _("Losses"),
        curves,
        hint=_("What each network minimises, step by step."),
        tooltip=_(
            "What each network minimises. In a two-player game neither should win: look for "
            "curves that stay level, not for curves that fall."
        ),
    )


def reconstruction() -> PlotSpec:
    """The error of an autoencoder."""
    return PlotSpec(
        _("What is lost"),
        (Curve("mse", _("mean squared error"), "accent", _("MSE")),),
        is_log=True,
        hint=_("How far copies are from their originals, on a logarithmic scale."),
        tooltip=_(
            "Mean squared distance between copy and original, pixels from 0 to 1. Each straight "
            "stretch downwards is a halving; where it levels out, more steps help little."
        ),
    )
