"""Principal components: the best that a straight line can do, as the honest rival of every model.

Pearson 1901; by scikit-learn. The same squared error as a linear autoencoder at its optimum
(Baldi & Hornik 1989).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.floating[Any]]
MOST_PICTURES = 20_000  # that components are found from; more change nothing that can be seen
_WIDEST_EXACT = 2048  # numbers per picture up to which all components are found exactly


@dataclass(frozen=True, eq=False)
class PrincipalComponents:
    """A mean picture and directions from it.

    Attributes:
        shape: of one picture, ``(C, H, W)``.
        mean: ``[D]`` on [0, 1], D numbers per picture.
        directions: orthonormal rows ``[K, D]``, the one that explains most first.
        explained: the share of the variance that each explains ``[K]``, in [0, 1].
    """

    shape: tuple[int, ...]
    mean: Floats
    directions: Floats
    explained: Floats

    def encode(self, pictures: npt.NDArray[np.uint8], count: int) -> Floats:
        """The first `count` numbers ``[N, count]`` of pictures ``[N, C, H, W]``."""
        self._check(count)
        codes: Floats = (_flat(pictures) - self.mean) @ self.directions[:count].T
        return codes

    def decode(self, codes: Floats) -> Floats:
        """Pictures ``[N, C, H, W]`` on [0, 1], cut where straight lines leave that range."""
        flat = self.mean + codes @ self.directions[: codes.shape[1]]
        return np.clip(flat, 0.0, 1.0).reshape(-1, *self.shape).astype(np.float32)

    def copy(self, pictures: npt.NDArray[np.uint8], count: int) -> Floats:
        """Pictures squeezed through `count` numbers, on [0, 1]."""
        return self.decode(self.encode(pictures, count))

    def errors(self, pictures: npt.NDArray[np.uint8], counts: Sequence[int]) -> dict[int, float]:
        """The mean squared error on [0, 1] over pictures ``[N, C, H, W]`` for each size."""
        found = {}
        for count in counts:
            parts = [
                np.square(self.copy(part, count) - _flat(part).reshape(part.shape)).mean((1, 2, 3))
                for part in np.array_split(pictures, max(1, len(pictures) // 2000))
            ]
            found[count] = float(np.concatenate(parts).mean())
        return found

    def _check(self, count: int) -> None:
        if not 1 <= count <= len(self.directions):
            raise ValueError(
                f"{count} components are wanted, 1 to {len(self.directions)} are there"
            )


def find_components(
    pictures: npt.NDArray[np.uint8], most: int, seed: int = 0
) -> PrincipalComponents:
    """The first `most` components of pictures ``[N, C, H, W]``; fewer where there are fewer.

    Args:
        pictures: grey values or colours; beyond 20,000 some are drawn.
        most: how many components are wanted, from 1.
        seed: of that draw, and of the approximation for pictures of more than 2,048 numbers.
    """
    from sklearn.decomposition import PCA

    draw = np.random.default_rng(seed)
    if len(pictures) > MOST_PICTURES:
        pictures = pictures[np.sort(draw.choice(len(pictures), MOST_PICTURES, replace=False))]
    flat = _flat(pictures)
    most = min(most, *flat.shape)
    solver = "covariance_eigh" if flat.shape[1] <= _WIDEST_EXACT else "randomized"
    found: Any = PCA(most, svd_solver=solver, random_state=seed).fit(flat)
    return PrincipalComponents(
        pictures.shape[1:],
        found.mean_.astype(np.float32),
        found.components_.astype(np.float32),
        found.explained_variance_ratio_.astype(np.float32),
    )


def _flat(pictures: npt.NDArray[np.uint8]) -> Floats:
    flat: Floats = pictures.reshape(len(pictures), -1).astype(np.float32) / 255
    return flat
