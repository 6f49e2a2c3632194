"""The model's own samples: latents from a random stream of their own, looked at in batches."""

from __future__ import annotations

import copy
import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from gan_studio.core.errors import Unsupported
from gan_studio.models.draws import Draws, derive_seed

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions.watch import Watch

CHUNK = 250  # pictures at once, which bounds the memory and the wait for a cancel


def drawn_latents(bundle: Bundle, count: int, seed: int, purpose: str) -> Tensor:
    """``[count, dim]`` from the prior, on the CPU; every purpose has a stream of its own."""
    latent = bundle._latent()
    latents = Draws(derive_seed(seed, "directions", purpose)).latents(latent, count)
    if latent.prior == "encoded":
        mean, spread = bundle.latent_range()
        latents = mean + spread * latents
    return latents


def check_draws_pictures(bundle: Bundle, what: str) -> None:
    """Refuse models that make no pictures from a latent.

    Raises:
        Unsupported: this one.
    """
    if bundle.latent is None or not bundle.spec.is_image:
        need = "draws pictures from a latent"
        raise Unsupported(what=what, need=need, family=bundle.family_key)


def classes_of(label: int | None, count: int, device: torch.device) -> Tensor | None:
    """The same class `count` times, or None."""
    if label is None:
        return None
    return torch.full((count,), label, dtype=torch.int64, device=device)


def looked_at(
    bundle: Bundle,
    latents: Tensor,
    look: Callable[[Tensor, Tensor], Any],
    label: int | None,
    watch: Watch,
) -> npt.NDArray[Any]:
    """What `look` (latents, pictures in [-1, 1]) says of every sample, in batches, joined.

    Raises:
        Cancelled: it was.
    """
    found = []
    for part in torch.split(latents, CHUNK):
        pictures = bundle.generate(part, classes_of(label, len(part), bundle.device))
        with torch.no_grad():
            seen = look(part, pictures)
        found.append(seen.cpu().numpy() if isinstance(seen, Tensor) else np.asarray(seen))
        watch.advance(len(part))
    return np.concatenate(found)


def private(bundle: Bundle) -> Bundle:
    """The same model with nets that nobody else calls, so that they may be listened to."""
    nets = {name: copy.deepcopy(net) for name, net in bundle.nets.items()}
    return dataclasses.replace(bundle, nets=nets)
