"""What the kinds of points with a known density share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.core.i18n import N_
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import param
from gan_studio.data.base import Prepared, Split
from gan_studio.data.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.data.distributions import Named

_SEED = 20_140_610  # fixed: the same points on every machine
_HELD_OUT_SHARE = 10


def shape_field(default: str, named: Mapping[str, Named]) -> Any:
    """Which of the named distributions."""
    return param(
        default,
        label=N_("Shape"),
        help=N_(
            "Which distribution the points are drawn from. Separate bumps show mode collapse; "
            "curves and squares show how the generator bends its noise."
        ),
        choices=tuple(named),
        choice_labels=tuple(item.title for item in named.values()),
    )


def count_field() -> Any:
    """How many points to train on."""
    return param(
        100_000,
        label=N_("Points"),
        help=N_(
            "How many points there are to learn from. With very few, the discriminator learns "
            "them by heart; a tenth as many more are held out."
        ),
        lo=16,
        hi=1_000_000,
        step=1000,
    )


def width_field() -> Any:
    """How wide bumps and curves are."""
    return param(
        1.0,
        label=N_("Width"),
        help=N_(
            "Multiplies the width of every bump and curve. Narrow ones are hard to hit and easy "
            "to tell apart; wide ones run together. Squares and uniform stretches stay."
        ),
        lo=0.1,
        hi=10.0,
        step=0.1,
        is_log=True,
        advanced=True,
    )


def draw(named: Named, count: int, width: float) -> Prepared:
    """Points of a named distribution, always the same."""
    distribution = named.make(width)
    random = np.random.default_rng(_SEED)
    held_out_count = max(1, count // _HELD_OUT_SHARE)
    points = distribution.sample(count + held_out_count, random).astype(np.float32)
    train, held_out = Split(points[:count]), Split(points[count:])
    return Prepared(
        spec=SampleSpec((distribution.dim,)),
        train=train,
        held_out=held_out,
        fingerprint=fingerprint(train, held_out),
        title=named.title,
    )
