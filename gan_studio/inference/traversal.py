"""What each number of z does: a strip of latents along it, all others held where they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadCodes
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.planes import Codes

Floats = npt.NDArray[np.floating[Any]]
REACH = 3.0  # standard deviations to either side
INFORMATION, VARIANCE = "information", "variance"
MEASURES = {
    INFORMATION: N_("nats that the number tells of a picture"),
    VARIANCE: N_("variance of the number over the encoded pictures"),
}


@dataclass(frozen=True, eq=False)
class Traversal:
    """Strips of latents, the number that tells most first: D strips of K latents.

    Attributes:
        order: which number of z each strip moves ``[D]``.
        weights: by what they are ordered ``[D]``, falling.
        measure: what that is, a key of `MEASURES`.
        offsets: where along a strip, in standard deviations from the mean ``[K]``, rising.
        values: what the moved number is there ``[D, K]``.
        latents: ``[D, K, dim]`` float32.
        home: where along its strip each starts from, in the same deviations ``[D]``.
    """

    order: npt.NDArray[np.integer[Any]]
    weights: Floats
    measure: str
    offsets: Floats
    values: Floats
    latents: Floats
    home: Floats

    def __len__(self) -> int:
        return len(self.order)


def traverse(
    bundle: Bundle,
    centre: Floats | None = None,
    *,
    codes: Codes | None = None,
    most: int = 32,
    steps: int = 9,
    reach: float = REACH,
) -> Traversal:
    """Move one number of z at a time from -`reach` to +`reach` standard deviations of the mean.

    The strips go around the mean whatever the centre is, so that they can be compared; the centre
    says where the other numbers stand. Under a uniform prior they end at -1 and 1, and mean and
    deviation are the prior's.

    Args:
        bundle: a model with a latent space.
        centre: ``[dim]``, the mean when None.
        codes: an encoded set to take mean and spread from, in place of what the model knows.
        most: strips at most; the others tell less.
        steps: latents in each strip, at least 2; with an odd number the mean is among them.
        reach: above 0.

    Raises:
        Unsupported: the model has no latent space.
        BadCodes: the centre, the mean or the spread is not finite.
        ValueError: a centre or codes of another size, or too few steps.
    """
    if steps < 2 or reach <= 0 or most < 1:
        raise ValueError("a strip needs two latents or more and a reach above 0")
    mean, spread = _range(bundle, codes)
    centre = mean if centre is None else np.asarray(centre, dtype=np.float32)
    if centre.shape != mean.shape:
        raise ValueError(f"a centre of shape {centre.shape}; the latent has {len(mean)} numbers")
    _check(centre, mean, spread)
    told, measure = _weights(bundle, spread)
    order = np.argsort(-told, kind="stable")[:most]
    offsets = np.linspace(-reach, reach, steps, dtype=np.float32)
    values = mean[order, None] + offsets * spread[order, None]
    if bundle.latent is not None and bundle.latent.prior == "uniform":
        mean, spread = np.zeros_like(mean), np.full_like(spread, 3**-0.5)
        offsets = np.linspace(-(3**0.5), 3**0.5, steps, dtype=np.float32)
        values = np.tile(np.linspace(-1.0, 1.0, steps, dtype=np.float32), (len(order), 1))
    latents = np.tile(centre, (len(order), steps, 1)).astype(np.float32)
    latents[np.arange(len(order)), :, order] = values
    home = (centre - mean)[order] / np.maximum(spread[order], 1e-12)
    return Traversal(order, told[order], measure, offsets, values, latents, home)


def _range(bundle: Bundle, codes: Codes | None) -> tuple[Floats, Floats]:
    """Mean and spread ``[dim]`` of the codes."""
    mean, spread = (part.numpy().astype(np.float32) for part in bundle.latent_range())
    if codes is None or not len(codes):
        return mean, spread
    if codes.latents.shape[1] != len(mean):
        raise ValueError(f"codes of {codes.latents.shape[1]} numbers; the latent has {len(mean)}")
    return codes.spread


def _weights(bundle: Bundle, spread: Floats) -> tuple[Floats, str]:
    """How much each number tells ``[dim]``, and by which measure."""
    nats = bundle.latent_information()
    if nats is None:
        return np.square(spread), VARIANCE
    return np.nan_to_num(nats.numpy()), INFORMATION


def _check(*latents: Floats) -> None:
    broken = sum(not np.isfinite(each).all() for each in latents)
    if broken:
        raise BadCodes(broken=broken, total=len(latents))
