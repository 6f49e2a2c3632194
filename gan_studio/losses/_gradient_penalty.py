"""What the zero-centred gradient penalties share: their options."""

from __future__ import annotations

from dataclasses import dataclass

from gan_studio.core.i18n import N_
from gan_studio.core.schema import param


@dataclass(frozen=True)
class GradientPenaltyOptions:
    """Strength and laziness of a gradient penalty."""

    gamma: float = param(
        1.0,
        label=N_("Strength γ"),
        help=N_(
            "How strongly D's slope is held down. Too low and D becomes a cliff that gives G no "
            "direction; too high and D becomes too flat to teach."
        ),
        lo=0.0,
        hi=1000.0,
        step=0.1,
        is_log=True,
    )
    interval: int = param(
        8,
        label=N_("Every"),
        help=N_(
            "The penalty is computed once in this many updates and scaled up to make up for it. "
            "Often is slower; very seldom makes training jerky."
        ),
        lo=1,
        hi=64,
        step=1,
        unit=N_("updates"),
        advanced=True,
    )
    final: float = param(
        1.0,
        label=N_("Left at the end"),
        help=N_(
            "Share of the strength that is left at the end of the run; it falls evenly on a "
            "logarithmic scale. With 0.1 the game is gentle at first and exact at the end."
        ),
        lo=0.001,
        hi=1.0,
        step=0.1,
        is_log=True,
        advanced=True,
    )
