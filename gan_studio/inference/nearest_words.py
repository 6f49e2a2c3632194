"""What distances to training pictures mean, in careful words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.inference.nearest import Scale

SUSPICIOUS = 0.02  # as near as so few held-out pictures are: worth a look


def grey_levels(distance: float) -> str:
    """A distance with as many digits as tell something."""
    return f"{distance:.1f}" if distance >= 0.05 or distance == 0 else f"{distance:.4f}"


def verdict(distance: float, scale: Scale | None) -> str:
    """One sentence about the nearest training picture of a generated one.

    Nearness alone proves nothing: smooth pictures are near to much, and simple ones to each other.
    So the words name what was measured and say "perhaps".
    """
    if distance == 0:
        return _("This is a training picture, pixel by pixel.")
    if scale is None:
        return ""
    share = scale.share_nearer(distance)
    if math.isnan(share):
        return _("This data set holds nothing back, so nothing tells how near is near.")
    if share < SUSPICIOUS:
        return _(
            "Only {share} of held-out pictures are as near to a training picture: perhaps "
            "memorised. Compare them by eye."
        ).format(share=percent(share))
    if share <= 1 - SUSPICIOUS:
        return _(
            "As far from the training pictures as real pictures are: {share} of held-out ones are "
            "as near or nearer."
        ).format(share=percent(share))
    return _(
        "Farther from the training pictures than {share} of held-out ones are: no copy, pixel by "
        "pixel."
    ).format(share=percent(share))


def percent(share: float) -> str:
    """``2 %``; one digit more where it is little."""
    hundredths = 100 * share
    return f"{hundredths:.2g} %" if 0 < hundredths < 10 else f"{hundredths:.0f} %"
