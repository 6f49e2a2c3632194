"""Where we are in latent space, and every move that led there. Neither Qt nor torch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gan_studio.inference.places import Place

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Point:
    """One place.

    Attributes:
        z: float32 ``[dim]``; never changed in place.
        label: the class, None without classes.
        seed: the seed that z came from, before it was moved.
        is_moved: whether z is no longer what the seed gave.
        psi: truncation: the model draws ``mean + psi * (z - mean)``.
        strength: how far the seed led; at 1 the seed alone gives z.
        is_from_seed: False where z came from a file, a picture or a sum of others.
    """

    z: Floats
    label: int | None = None
    seed: int = 1
    is_moved: bool = False
    psi: float = 1.0
    strength: float = 1.0
    is_from_seed: bool = True

    @classmethod
    def at(cls, place: Place, label: int | None, seed: int) -> Point:
        """A place of a shelf or a file; `seed` counts on where it came from none."""
        is_seeded = place.seed is not None
        return cls(
            np.asarray(place.z, np.float32).copy(),
            label,
            place.seed if place.seed is not None else seed,
            is_moved=not is_seeded,
            psi=place.psi,
            is_from_seed=is_seeded,
        )

    def place(self) -> Place:
        """As it is saved: the seed only where it gives z again."""
        is_seeded = not self.is_moved and self.strength == 1
        return Place(self.z, self.label, self.psi, self.seed if is_seeded else None)

    def with_dim(self, dim: int, value: float) -> Point:
        """The same place but for one number."""
        z = self.z.copy()
        z[dim] = value
        return replace(self, z=z, is_moved=True)

    def with_z(self, z: Floats) -> Point:
        """Another place reached by a move."""
        return replace(self, z=np.asarray(z, np.float32).copy(), is_moved=True)
