"""Random draws from one stream that nobody else uses."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from gan_studio.core.samples import LatentSpec


def derive_seed(seed: int, *words: object) -> int:
    """A seed of its own for every purpose: ``derive_seed(7, "noise")``, in [0, 2^63)."""
    text = "/".join(str(word) for word in (seed, *words))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


class Draws:
    """A random stream on a device.

    Args:
        seed: where the stream starts, see `derive_seed`.
        device: where tensors are made.
    """

    def __init__(self, seed: int, device: torch.device | str = "cpu") -> None:
        self.device = torch.device(device)
        self.generator = torch.Generator(self.device).manual_seed(seed)

    def latents(self, spec: LatentSpec, count: int) -> Tensor:
        """``[count, dim]`` from the prior; "encoded" priors are standard normal before scaling."""
        shape = (count, spec.dim)
        if spec.prior == "uniform":
            values = torch.rand(shape, generator=self.generator, device=self.device)
            return values.mul_(2).sub_(1)
        return torch.randn(shape, generator=self.generator, device=self.device)

    def classes(self, count: int, class_count: int) -> Tensor:
        """``[count]`` class numbers, int64, uniform."""
        return torch.randint(class_count, (count,), generator=self.generator, device=self.device)

    def shares(self, count: int) -> Tensor:
        """``[count]`` numbers, uniform in [0, 1)."""
        return torch.rand((count,), generator=self.generator, device=self.device)

    def normal(self, shape: tuple[int, ...]) -> Tensor:
        """Standard normal numbers."""
        return torch.randn(shape, generator=self.generator, device=self.device)

    def state(self) -> Tensor:
        """The stream's position, a uint8 tensor on the CPU."""
        return self.generator.get_state()

    def restore(self, state: Tensor) -> None:
        """Go to a position from `state`."""
        self.generator.set_state(state)
