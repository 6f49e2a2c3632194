"""Codes seen in two numbers. No torch: a window may hold them before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadCodes

if TYPE_CHECKING:
    from scipy.spatial import KDTree

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

    def check(self) -> None:
        """Raise BadCodes where some are NaN or infinite."""
        check_finite(self.latents)

    @cached_property
    def tree(self) -> KDTree:
        """For looking up which codes are near; many charts of the same codes share it."""
        from scipy.spatial import KDTree

        return KDTree(self.latents)

    @cached_property
    def spread(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation ``[dim]``, float32."""
        wide: Any = np.float64  # float32 sums up its rounding over many codes
        mean, deviation = self.latents.mean(0, dtype=wide), self.latents.std(0, dtype=wide)
        return mean.astype(np.float32), deviation.astype(np.float32)


def check_finite(latents: Floats) -> None:
    """Raise BadCodes where some of ``[N, dim]`` are NaN or infinite."""
    broken = len(latents) - int(np.isfinite(latents).all(1).sum())
    if broken:
        raise BadCodes(broken=f"{broken:,}", total=f"{len(latents):,}")


@dataclass(frozen=True, eq=False)
class Plane:
    """Two numbers for every code, and the way back where there is one.

    Attributes:
        points: ``[N, 2]``.
        origin: the latent at (0, 0) ``[dim]``; None where no straight way leads back.
        directions: the latents of (1, 0) and (0, 1) from there ``[2, dim]``; None likewise.
        explained: the share of the variance of the codes that is seen, in [0, 1]; None where that
            means nothing.
        names: of the two numbers; empty where they mean nothing by themselves, and the second one
            is "" where there is only one.
    """

    points: Floats
    origin: Floats | None
    directions: Floats | None
    explained: float | None
    names: tuple[str, ...] = ()

    def latents_at(self, points: Floats) -> Floats:
        """The latents of places ``[M, 2]`` on the plane: ``[M, dim]``.

        Raises:
            ValueError: no straight way leads back.
        """
        if self.origin is None or self.directions is None:
            raise ValueError("this plane has no way back to the latent space")
        found: Floats = self.origin + points @ self.directions
        return found

    def back(self) -> Floats | None:
        """What takes latents, less the origin, to the plane's two numbers ``[dim, 2]``, or None."""
        if self.directions is None:
            return None
        found: Floats = np.linalg.pinv(self.directions)
        return found

    def points_of(self, latents: Floats) -> Floats:
        """Where latents ``[M, dim]`` fall on the plane ``[M, 2]``.

        Raises:
            ValueError: no straight way leads there.
        """
        back = self.back()
        if self.origin is None or back is None:
            raise ValueError("this plane has no straight way from the latent space")
        found: Floats = (latents - self.origin) @ back
        return found


def plane_of_one(codes: Codes, index: int = 0) -> Plane:
    """One of the latent's own numbers, on a line across; the others stay at their mean."""
    flat = np.zeros(len(codes), dtype=codes.latents.dtype)
    points = np.stack([codes.latents[:, index], flat], 1)
    return _own_plane(codes, points, (index,), (f"z{index}", ""))


def plane_of_two(codes: Codes, first: int = 0, second: int = 1) -> Plane:
    """Two of the latent's own numbers; the others stay at their mean on the way back.

    The same number twice is seen on a line (see `plane_of_one`).
    """
    if first == second:
        return plane_of_one(codes, first)
    points = codes.latents[:, [first, second]]
    return _own_plane(codes, points, (first, second), (f"z{first}", f"z{second}"))


def _own_plane(
    codes: Codes, points: Floats, dims: tuple[int, ...], names: tuple[str, ...]
) -> Plane:
    mean, deviation = codes.spread
    origin, variance = mean.copy(), np.square(deviation)
    directions = np.zeros((2, len(origin)), dtype=codes.latents.dtype)
    for row, index in enumerate(dims):
        origin[index] = 0.0
        directions[row, index] = 1.0
    seen = float(variance[list(dims)].sum() / max(float(variance.sum()), 1e-30))
    return Plane(points, origin, directions, seen, names)


def plane_of_most_variance(codes: Codes) -> Plane:
    """The plane that keeps most of the codes' variance (principal components, scikit-learn)."""
    from sklearn.decomposition import PCA

    if len(codes) < 2:  # one alone does not vary
        return plane_of_two(codes, 0, min(1, codes.latents.shape[1] - 1))
    count = min(2, *codes.latents.shape)
    # By the covariance: a singular value decomposition of all codes holds the interpreter, and so
    # the window, for a second and more.
    with np.errstate(invalid="ignore"):  # the share of no variance at all
        fitted: Any = PCA(count, svd_solver="covariance_eigh").fit(codes.latents)
    points = np.zeros((len(codes), 2), dtype=np.float32)
    points[:, :count] = fitted.transform(codes.latents)
    directions = np.zeros((2, codes.latents.shape[1]), dtype=np.float32)
    directions[:count] = fitted.components_
    explained = float(np.nan_to_num(fitted.explained_variance_ratio_).sum())
    return Plane(points, fitted.mean_.astype(np.float32), directions, explained, ("PC 1", "PC 2"))
