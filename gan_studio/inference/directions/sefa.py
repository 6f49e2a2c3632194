"""Closed-form factorisation: the latent moves that change the first layer most (SeFa)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from gan_studio.core.errors import Unsupported
from gan_studio.inference.directions.direction import Direction, make_direction
from gan_studio.inference.directions.layers import Given, heard
from gan_studio.inference.directions.pca import upright
from gan_studio.inference.directions.samples import classes_of, drawn_latents, private
from gan_studio.inference.planes import check_finite

if TYPE_CHECKING:
    import numpy.typing as npt

    from gan_studio.inference.bundle import Bundle

_PROBES = 3  # latents that are sent through to see which layer takes them


def factors(bundle: Bundle, count: int, label: int | None = None) -> list[Direction]:
    """Eigenvectors of ``AᵀA``, A the weight of the first layer that takes z, the largest first.

    Shen & Zhou 2021. The weight is taken as it is, before the batch norm that may follow and that
    scales each of the layer's numbers once more. ``explained`` is the share of the eigenvalue.

    Raises:
        Unsupported: the family has no latent space, or z goes through something else first.
        BadCodes: the weight is not finite.
    """
    weight = first_weight(bundle, label)
    check_finite(weight)
    values, vectors = np.linalg.eigh(weight.T.astype(np.float64) @ weight)
    values, vectors = values[::-1].clip(min=0), vectors[:, ::-1].T
    total = max(float(values.sum()), 1e-30)
    return [
        make_direction(
            bundle,
            f"SeFa {at}",
            "sefa",
            upright(vectors[at - 1]),
            {"explained": float(values[at - 1]) / total},
        )
        for at in range(1, min(count, len(values)) + 1)
    ]


@torch.no_grad()
def first_weight(bundle: Bundle, label: int | None = None) -> npt.NDArray[np.float64]:
    """``[out, dim]``: how the first layer takes z, without its bias.

    Raises:
        Unsupported: the family has no latent space, or z goes through something else first.
    """
    own = private(bundle)
    latents = drawn_latents(own, _PROBES, 0, "sefa").to(own.device)
    labels = classes_of(label, _PROBES, own.device)
    calls, _pictures = heard(own.nets.values(), lambda: own.generate(latents, labels))
    found = None if not calls else _columns(calls[0], latents)
    if found is None:
        need = "sends z through a linear layer first"
        raise Unsupported(what="Factorisation (SeFa)", need=need, family=bundle.family_key)
    weight: npt.NDArray[np.float64] = found.double().cpu().numpy()
    return weight


def _columns(call: Given, latents: Tensor) -> Tensor | None:
    """The columns of the layer's weight that z meets; None where z does not reach it as it is."""
    layer, given, dim = call.layer, call.batch, latents.shape[1]
    weight = _matrix(layer, given)
    flat = given.flatten(1)
    if weight is None or len(flat) != len(latents):
        return None
    for start in {0, flat.shape[1] - dim}:  # alone, before a class, or after it
        if start >= 0 and torch.equal(flat[:, start : start + dim], latents):
            return weight[:, start : start + dim]
    return None


def _matrix(layer: nn.Module, given: Tensor) -> Tensor | None:
    """``[out, in]``: what the layer multiplies its flattened batch by; None for other layers."""
    if isinstance(layer, nn.Linear):
        return layer.weight
    if isinstance(layer, nn.ConvTranspose2d) and layer.groups == 1 and given.shape[2:] == (1, 1):
        return layer.weight.flatten(1).T
    return None
