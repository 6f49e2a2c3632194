"""Variety: do the pictures differ from each other as much as real ones do?"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_studio.core.i18n import N_
from gan_studio.diagnostics.base import PROBES, Probe


@PROBES.register(
    "variety",
    title=N_("Variety"),
    help=N_(
        "Mean distance between generated pictures, as a share of that between real ones. Near 0 "
        "all pictures look alike (mode collapse); near 1 they are as different as real ones."
    ),
    paper="https://arxiv.org/abs/1706.08500",
)
class Variety(Probe):
    """Mean pairwise Euclidean distance of samples over that of real samples.

    A plain form of the diversity part of Heusel et al. 2017, on pixels: it needs no feature net and
    64 pictures are enough to see a collapse, but it cannot see missing classes.
    """

    def measure(self, drawn: Tensor, real: Tensor) -> dict[str, float]:
        """``{"variety": ratio}``; empty with fewer than two samples on either side."""
        if len(drawn) < 2 or len(real) < 2:
            return {}
        spread = torch.pdist(real.flatten(1).float()).mean()
        return {"variety": float(torch.pdist(drawn.flatten(1).float()).mean() / spread)}
