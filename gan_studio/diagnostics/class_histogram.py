"""Are all classes drawn, and equally often?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class ClassHistogram:
    """How generated pictures spread over the classes.

    Attributes:
        counts: per class.
        divergence: KL divergence of the histogram from the uniform one, in nats; 0 is even.
    """

    counts: tuple[int, ...]
    divergence: float

    @property
    def classes_hit(self) -> int:
        """Classes that occur at all."""
        return sum(count > 0 for count in self.counts)


def class_histogram(classes: Tensor, class_count: int) -> ClassHistogram:
    """Count class numbers ``[N]``."""
    counts = torch.bincount(classes, minlength=class_count)
    shares = counts.double() / max(1, len(classes))
    divergence = torch.special.xlogy(shares, shares * class_count).sum()
    return ClassHistogram(tuple(counts.tolist()), float(divergence))
