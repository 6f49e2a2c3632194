"""A whole data set as points in the latent space, and ways to see it in two numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gan_studio.core.errors import Cancelled
from gan_studio.training.sampling import to_pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.data.base import Split
    from gan_studio.inference.bundle import Bundle

CHUNK = 1024
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Codes:
    """Encoded pictures.

    Attributes:
        latents: ``[N, dim]`` float32.
        rows: which pictures of the set they are ``[N]``.
        labels: their class numbers ``[N]``, or None.
    """

    latents: Floats
    rows: npt.NDArray[np.integer[Any]]
    labels: npt.NDArray[np.integer[Any]] | None

    def __len__(self) -> int:
        return len(self.latents)


@dataclass(frozen=True, eq=False)
class Plane:
    """Two numbers for every code, and the way back where there is one.

    Attributes:
        points: ``[N, 2]``.
        origin: the latent at (0, 0) ``[dim]``; None where no straight way leads back.
        directions: the latents of (1, 0) and (0, 1) from there ``[2, dim]``; None likewise.
        explained: the share of the variance of the codes that is seen, in [0, 1]; None where that
            means nothing.
    """

    points: Floats
    origin: Floats | None
    directions: Floats | None
    explained: float | None

    def latents_at(self, points: Floats) -> Floats:
        """The latents of places ``[M, 2]`` on the plane: ``[M, dim]``.

        Raises:
            ValueError: no straight way leads back.
        """
        if self.origin is None or self.directions is None:
            raise ValueError("this plane has no way back to the latent space")
        found: Floats = self.origin + points @ self.directions
        return found


def encode_split(
    bundle: Bundle,
    split: Split,
    most: int = 60_000,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Codes:
    """Encode the pictures of a set, spread evenly over it where there are more than `most`.

    Args:
        bundle: a family that encodes.
        split: pictures ``[N, C, H, W]``; memory maps are read in parts.
        most: how many at most.
        progress: is told (pictures done, all pictures).
        is_cancelled: asked after every 1,024 pictures.

    Raises:
        Unsupported: the family does not encode.
        Cancelled: it was.
    """
    rows = np.unique(np.linspace(0, len(split) - 1, min(most, len(split))).astype(np.int64))
    found = []
    with torch.inference_mode():
        for start in range(0, len(rows), CHUNK):
            if is_cancelled():
                raise Cancelled
            part = rows[start : start + CHUNK]
            latents = bundle.encode(to_pictures(np.asarray(split.samples[part])))
            found.append(latents.flatten(1).cpu().numpy())
            if progress is not None:
                progress(min(len(rows), start + CHUNK), len(rows))
    labels = None if split.labels is None else np.asarray(split.labels)[rows]
    return Codes(np.concatenate(found), rows, labels)


def plane_of_two(codes: Codes, first: int = 0, second: int = 1) -> Plane:
    """Two of the latent's own numbers; the others stay at their mean on the way back."""
    dim = codes.latents.shape[1]
    origin = codes.latents.mean(0)
    directions = np.zeros((2, dim), dtype=codes.latents.dtype)
    for row, index in enumerate((first, second)):
        origin[index] = 0.0
        directions[row, index] = 1.0
    variance = codes.latents.var(0)
    seen = float(variance[[first, second]].sum() / max(float(variance.sum()), 1e-30))
    return Plane(codes.latents[:, [first, second]], origin, directions, seen)


def plane_of_most_variance(codes: Codes) -> Plane:
    """The plane that keeps most of the codes' variance (principal components, scikit-learn)."""
    from sklearn.decomposition import PCA

    count = min(2, *codes.latents.shape)
    # By the covariance: a singular value decomposition of all codes holds the interpreter, and so
    # the window, for a second and more.
    fitted: Any = PCA(count, svd_solver="covariance_eigh").fit(codes.latents)
    points = np.zeros((len(codes), 2), dtype=np.float32)
    points[:, :count] = fitted.transform(codes.latents)
    directions = np.zeros((2, codes.latents.shape[1]), dtype=np.float32)
    directions[:count] = fitted.components_
    explained = float(np.nan_to_num(fitted.explained_variance_ratio_).sum())
    return Plane(points, fitted.mean_.astype(np.float32), directions, explained)
