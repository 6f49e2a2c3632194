"""What a family can do. Pages and commands ask for capabilities, never for a family by name."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Capability(Enum):
    """One thing that a trained model of a family can do."""

    GENERATES = "generates"
    """Draws new pictures from a latent vector."""
    ENCODES = "encodes"
    """Turns a picture into a latent vector and back."""
    CONDITIONAL = "conditional"
    """Takes a class or attributes beside the latent vector."""
    STYLED = "styled"
    """Has an intermediate style space w."""
    TRANSLATES = "translates"
    """Turns one picture into another."""
    PAIRED = "paired"
    """Learns from pairs of pictures."""
    ADVERSARIAL = "adversarial"
    """Has a discriminator, so D(x), D(G(z)), V(D,G) and the JSD estimate are reported."""
    VARIATIONAL = "variational"
    """Bounds the likelihood: ELBO, reconstruction and KL are reported in nats."""
    RESTORES = "restores"
    """Rebuilds spoilt pictures: previews show these above what is made of them."""


def needs_search(capabilities: AbstractSet[Capability]) -> bool:
    """Whether the z of a given picture has to be searched for, and can be: no encoder tells it.

    A family that takes a class beside z is left out: the picture's class would have to be known.
    """
    draws = Capability.GENERATES in capabilities and Capability.CONDITIONAL not in capabilities
    return draws and Capability.ENCODES not in capabilities


def can_copy(capabilities: AbstractSet[Capability]) -> bool:
    """Whether a given picture can be copied, by an encoder or by a search for its z."""
    return Capability.ENCODES in capabilities or needs_search(capabilities)
