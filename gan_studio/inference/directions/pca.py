"""Principal components of the latents, and of what the first layer makes of them (GANSpace)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import Unsupported
from gan_studio.inference.directions.direction import Direction, make_direction
from gan_studio.inference.directions.layers import heard
from gan_studio.inference.directions.samples import (
    CHUNK,
    check_draws_pictures,
    classes_of,
    drawn_latents,
    looked_at,
    private,
)
from gan_studio.inference.planes import check_finite
from gan_studio.models.draws import derive_seed

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions.watch import Watch

_MOST_NUMBERS = 40_000_000  # held at once: 160 MB
_WIDEST_EXACT = 1024  # numbers up to which all components are found exactly
_LEAST_SHARE = 1e-9  # of the variance; what explains less is rounding


def latent_components(
    bundle: Bundle,
    count: int,
    samples: int,
    seed: int,
    label: int | None,
    codes: npt.NDArray[Any] | None,
    watch: Watch,
) -> list[Direction]:
    """Components of encoded data: the ways in which the pictures' own latents differ most.

    One unit is one standard deviation of these codes, and 0 is the model's latent mean. Noise has
    none: it is drawn alike in every direction.

    Raises:
        Unsupported: the family does not encode.
        BadCodes: some codes are not finite.
        Cancelled: it was.
        ValueError: codes of another size.
    """
    if not bundle.can(Capability.ENCODES):
        need = "encodes pictures (noise is drawn alike in every direction)"
        raise Unsupported(what="PCA of the latents", need=need, family=bundle.family_key)
    of = "data"
    if codes is None:
        check_draws_pictures(bundle, "PCA of the latents without data")
        latents = drawn_latents(bundle, samples, seed, "latent_pca")
        codes = looked_at(bundle, latents, lambda _z, x: bundle.encode(x).flatten(1), label, watch)
        of = "samples"
    if codes.ndim != 2 or codes.shape[1] != bundle._latent().dim:
        raise ValueError(f"codes of shape {codes.shape} are of another model")
    check_finite(codes)
    found = _components(codes, count, seed)
    facts: dict[str, float | int | str] = {"samples": len(codes), "of": of}
    ways = [way * deviation for way, deviation in zip(found.ways, found.deviations, strict=True)]
    made = [
        make_direction(bundle, f"PCA {at}", "latent_pca", way, {**facts, "explained": share})
        for at, (way, share) in enumerate(zip(ways, found.explained, strict=True), 1)
    ]
    return [_as_long_as(direction, way) for direction, way in zip(made, ways, strict=True)]


def activation_components(
    bundle: Bundle, count: int, samples: int, seed: int, label: int | None, watch: Watch
) -> list[Direction]:
    """Components of the first layer's activations, brought back to z by regression.

    Härkönen, Hertzmann, Lehtinen & Paris 2020 (GANSpace), for generators without a style space.
    Deviations: the activations are taken after the first layer's norm and non-linearity, and fewer
    samples are used where the layer is so wide that they would not fit into 160 MB.

    Raises:
        Unsupported: the family has no latent space.
        BadCodes: the activations are not finite.
        Cancelled: it was.
    """
    own = private(bundle)
    latents = drawn_latents(own, samples, seed, "activation_pca")
    activations = _activations(own, latents, label, watch)
    latents = latents[: len(activations)]
    check_finite(activations)
    found = _components(activations, min(count, latents.shape[1]), seed)  # more depend on these
    centred = latents.double().numpy() - latents.double().numpy().mean(0)
    places = (activations - found.mean) @ found.ways.T
    ways = np.linalg.lstsq(places.astype(np.float64), centred, rcond=None)[0]
    names = [f"PCA {at}" for at in range(1, len(ways) + 1)]
    facts = [{"explained": share, "samples": len(latents)} for share in found.explained]
    return [
        make_direction(bundle, name, "activation_pca", upright(way), known)
        for name, way, known in zip(names, ways, facts, strict=True)
        if way.any()
    ]


def upright(way: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The sign that a component lacks: its largest number is positive."""
    turned: npt.NDArray[Any] = way * np.sign(way[np.abs(way).argmax()])
    return turned


class _Components:
    """Orthonormal rows ``[K, F]``, the mean, the share and the deviation along each."""

    def __init__(self, fitted: Any) -> None:
        keep = fitted.explained_variance_ratio_ > _LEAST_SHARE
        self.mean = fitted.mean_
        self.ways = np.stack([upright(way) for way in fitted.components_])[keep]
        self.explained = [float(share) for share in fitted.explained_variance_ratio_[keep]]
        self.deviations = np.sqrt(fitted.explained_variance_[keep])


def _components(values: npt.NDArray[Any], count: int, seed: int) -> _Components:
    from sklearn.decomposition import PCA

    count = min(count, *values.shape)
    state = derive_seed(seed, "pca") % 2**32  # any whole number is a seed, but not there
    solver = "covariance_eigh" if values.shape[1] <= _WIDEST_EXACT else "randomized"
    with np.errstate(invalid="ignore"):  # the share of no variance at all
        return _Components(PCA(count, svd_solver=solver, random_state=state).fit(values))


def _as_long_as(direction: Direction, way: npt.NDArray[Any]) -> Direction:
    """Codes are not spread as the prior says: one unit is one deviation of the codes."""
    return replace(direction, vector=way.astype(np.float32))


def _activations(
    own: Bundle, latents: Tensor, label: int | None, watch: Watch
) -> npt.NDArray[np.float32]:
    """What the first layer hands on ``[N, F]``, of as many latents as fit into the memory."""
    found: list[npt.NDArray[np.float32]] = []
    for part in torch.split(latents, CHUNK):
        batch = _first_activations(own, part, label).flatten(1)
        found.append(batch.float().cpu().numpy())
        watch.advance(len(part))
        if (len(found) + 1) * CHUNK * batch.shape[1] > _MOST_NUMBERS:
            break
    watch.finish()
    return np.concatenate(found)


@torch.no_grad()
def _first_activations(own: Bundle, part: Tensor, label: int | None) -> Tensor:
    labels = classes_of(label, len(part), own.device)
    calls, pictures = heard(own.nets.values(), lambda: own.generate(part, labels))
    batch: Tensor = calls[1].batch if len(calls) > 1 else pictures
    return batch
