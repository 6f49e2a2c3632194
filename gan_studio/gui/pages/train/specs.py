"""Which plots a run has, from its phases and its scalars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gan_studio.core.i18n import _
from gan_studio.gui.plots.spec import Curve, PlotSpec, Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

DISCRIMINATOR, GENERATOR = "discriminator", "generator"
FLOOR = -2 * math.log(2)
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


def beliefs() -> PlotSpec:
    """How sure D is."""
    return PlotSpec(
        _("What D believes"),
        (
            Curve("d/real", _("D(x)"), "real", "x"),
            Curve("d/fake", _("D(G(z))"), "generated", "G(z)"),
        ),
        (Reference(0.5, _("0.5: equilibrium")),),
        y_range=(0.0, 1.0),
        hint=_("The probability that D gives to real and to generated pictures of being real."),
        tooltip=_(
            "How real D finds real and generated pictures. Both at 0.5: it cannot tell them "
            "apart. D(G(z)) near 0 for long: the generator gets little to learn from."
        ),
    )


def value() -> PlotSpec:
    """The value of the game with its floor."""
    return PlotSpec(
        _("Value V(D, G)"),
        (Curve("value", "V", "discriminator", "V"),),
        (Reference(FLOOR, _("floor −2 ln 2")),),
        hint=_("The value of the game; its floor −2 ln 2 is reached when G draws like the data."),
        tooltip=_(
            "What D maximises and G minimises. At −2 ln 2 = −1.386 the best D can only guess."
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
