"""How to look for the latent of a picture. No torch, so that forms can hold it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Search:
    """How long and how widely to look.

    Attributes:
        starts: independent searches per picture, from 1.
        steps: gradient steps of each, from 1.
        rate: Adam's first learning rate, in units of z; it falls to zero on a cosine.
        seed: of the draws that the searches start from.
    """

    starts: int = 6
    steps: int = 300
    rate: float = 0.1
    seed: int = 0
