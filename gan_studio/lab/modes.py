"""Modes covered, high-quality share and reverse KL of mixtures, as published.

Protocol of VEEGAN (Srivastava et al. 2017) and PacGAN (Lin et al. 2018): 2,500 points; a point is
of high quality within 3 standard deviations of the nearest mode; a mode is covered when it has at
least one such point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from gan_studio.data.distributions import Distribution, Floats

PROTOCOL_COUNT = 2500
PROTOCOL_SPREADS = 3.0
PROTOCOL = N_(
    "Published protocol (VEEGAN, PacGAN): 2,500 generated points; a point is good within 3 "
    "standard deviations of the nearest mode, a mode is covered by at least one good point. "
    "Reverse KL compares how good points spread over the modes with how data does, in nats; a "
    "perfect generator of 25 modes scores about 0.005."
)


@dataclass(frozen=True)
class ModeReport:
    """How generated points spread over the modes of a mixture.

    Attributes:
        covered: modes with at least one point of high quality.
        total: how many modes there are.
        high_quality: share of the points that are of high quality, in [0, 1].
        reverse_kl: KL divergence, in nats, of the shares of the modes among the points of high
            quality from those of the data; not a number without any such point. Bad points are
            left out, since a shapeless cloud over all modes would score best with them.
        counts: points of high quality per mode.
        floor: what a perfect generator scores as `reverse_kl` on average, ``(total - 1) / 2 N``.
    """

    covered: int
    total: int
    high_quality: float
    reverse_kl: float
    counts: tuple[int, ...]
    floor: float


def count_modes(points: Floats, distribution: Distribution) -> ModeReport | None:
    """The report on `points` ``[N, dim]``; N is 2,500 in the protocol.

    Returns:
        None for distributions without separate modes.
    """
    modes, spread, shares = (
        distribution.modes,
        distribution.mode_spread,
        distribution.mode_weights,
    )
    if modes is None or spread is None or shares is None:
        return None
    distances = np.linalg.norm(points[:, None, :] - modes, axis=-1)
    nearest = distances.argmin(1)
    is_good = distances.min(1) <= PROTOCOL_SPREADS * spread[nearest]
    counts = np.bincount(nearest[is_good], minlength=len(modes))
    good = int(counts.sum())
    found = counts[counts > 0] / max(1, good)
    divergence = float((found * np.log(found / shares[counts > 0])).sum()) if good else math.nan
    return ModeReport(
        covered=int((counts > 0).sum()),
        total=len(modes),
        high_quality=good / max(1, len(points)),
        reverse_kl=divergence,
        counts=tuple(int(count) for count in counts),
        floor=(len(modes) - 1) / (2 * max(1, good)),
    )
