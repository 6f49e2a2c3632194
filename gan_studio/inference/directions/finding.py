"""Directions that a model has without being told any labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_
from gan_studio.inference.directions.watch import Progress, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.directions.direction import Direction, Floats

FOUND: Mapping[str, str] = {
    "latent_pca": N_("PCA of the latents"),
    "activation_pca": N_("PCA of the first layer (GANSpace)"),
    "sefa": N_("Factors of the first weight (SeFa)"),
}

__all__ = ["FOUND", "Progress", "find_directions"]


def find_directions(
    bundle: Bundle,
    kind: str,
    count: int = 10,
    *,
    samples: int = 10_000,
    seed: int = 0,
    label: int | None = None,
    codes: Floats | None = None,
    progress: Progress | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Direction]:
    """The strongest directions of a kind, the strongest first; fewer where there are fewer.

    Args:
        bundle: a model with a latent space.
        kind: a key of `FOUND`.
        count: how many are wanted, from 1.
        samples: latents that principal components are found from.
        seed: of these latents.
        label: the class that is drawn, for families that take one.
        codes: ``[N, dim]`` encoded data for "latent_pca"; without them the model's own pictures
            are encoded, which tells less.
        progress: is told (samples done, all samples).
        is_cancelled: asked between batches.

    Raises:
        Unsupported: this family has none of that kind; the sentence says why.
        BadCodes: latents or weights are not finite.
        Cancelled: it was.
        ValueError: there is no such kind, or codes of another size.
    """
    # Here, because what a window shows of directions must not wait for torch to be loaded.
    from gan_studio.inference.directions.pca import activation_components, latent_components
    from gan_studio.inference.directions.sefa import factors

    if kind not in FOUND or count < 1:
        raise ValueError(f"{count} directions of the kind {kind!r} cannot be found")
    watch = Watch(progress, is_cancelled, samples)
    watch.advance(0)
    if kind == "latent_pca":
        return latent_components(bundle, count, samples, seed, label, codes, watch)
    if kind == "activation_pca":
        return activation_components(bundle, count, samples, seed, label, watch)
    return factors(bundle, count, label)
