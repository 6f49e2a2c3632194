"""What every game of two players is plotted by."""

from __future__ import annotations

import math

from gan_studio.core.i18n import _
from gan_studio.gui.plots.spec import Curve, PlotSpec, Reference

FLOOR = -2 * math.log(2)


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
        hint=_("The probability that D gives to real and to generated samples of being real."),
        tooltip=_(
            "How real D finds real and generated samples. Both at 0.5: it cannot tell them "
            "apart. D(G(z)) near 0 for long: the generator gets little to learn from."
        ),
    )


def value() -> PlotSpec:
    """The value of the game with its floor."""
    return PlotSpec(
        _("V(D, G)"),
        (Curve("value", "V", "discriminator", "V"),),
        (Reference(FLOOR, _("floor −2 ln 2")),),
        hint=_("The value of the game; its floor −2 ln 2 is reached when G draws like the data."),
        tooltip=_(
            "E[log D(x)] + E[log(1 − D(G(z)))], what D maximises and G minimises. At −2 ln 2 = "
            "−1.386 the best D can only guess."
        ),
    )
