"""Latent vectors from seeds, and around a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gan_studio.models.draws import Draws, derive_seed

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle


def latents_from_seed(bundle: Bundle, seed: int, count: int, first: int = 0) -> Tensor:
    """``[count, dim]`` latents that follow from the seed alone, on the CPU.

    Picture `i` is the same whatever `count` is; `first` is the number of the first one. For an
    autoencoder they are scaled to the mean and spread of the encoded training data.
    """
    latent = bundle._latent()
    numbers = range(first, first + count)
    rows = [Draws(derive_seed(seed, "latent", index)).latents(latent, 1) for index in numbers]
    latents = torch.cat(rows)
    if latent.prior == "encoded":
        mean, spread = bundle.latent_range()
        latents = mean + spread * latents
    return latents


def neighbours(bundle: Bundle, centre: Tensor, seed: int, count: int, distance: float) -> Tensor:
    """``[count, dim]`` latents around `centre` ``[dim]``, `distance` standard deviations away.

    The first one is the centre itself.
    """
    _, spread = bundle.latent_range()
    noise = torch.cat(
        [Draws(derive_seed(seed, "neighbour", i)).normal((1, len(centre))) for i in range(count)]
    )
    noise[0] = 0
    return centre + distance * spread * noise
