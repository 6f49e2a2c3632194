"""Principal components in the place of a model: a column of their own in every comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from gan_studio.core.samples import LatentSpec
from gan_studio.inference.principal import PrincipalComponents

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class PrincipalModel:
    """Encodes and draws as a `Bundle` does: float pictures in [-1, 1], latents ``[N, count]``.

    Attributes:
        count: how many numbers it keeps of a picture.
    """

    components: PrincipalComponents = field(repr=False)
    count: int
    family_key: str = "principal components"
    run_dir: Path | None = None
    step: int = 0

    @property
    def latent(self) -> LatentSpec:
        """As large as that of the models that it stands beside."""
        return LatentSpec(self.count, "encoded")

    def encode(self, images: Tensor) -> Tensor:
        """Pictures to the first numbers that principal components give them."""
        pictures = images.add(1).mul(127.5).round().clamp(0, 255).to(torch.uint8)
        return torch.from_numpy(self.components.encode(pictures.numpy(), self.count))

    def generate(self, latents: Tensor) -> Tensor:
        """Those numbers back to pictures."""
        pictures = self.components.decode(np.asarray(latents))
        return torch.from_numpy(pictures).mul(2).sub(1)
