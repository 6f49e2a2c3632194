"""Sample pictures for the eye: always the same latents, always a random stream of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from gan_studio.data.batches import Batch
from gan_studio.models.draws import Draws, derive_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.data.base import Prepared, Split
    from gan_studio.models.base import Family

PICTURES = 64


def to_bytes(pictures: Tensor) -> npt.NDArray[np.uint8]:
    """Pictures in [-1, 1] to uint8 ``[N, C, H, W]`` on the CPU."""
    scaled = pictures.detach().float().add(1).mul_(127.5).round_().clamp_(0, 255)
    array: npt.NDArray[np.uint8] = scaled.to(torch.uint8).cpu().numpy()
    return array


def to_pictures(samples: Any, device: torch.device | str = "cpu") -> Tensor:
    """uint8 ``[N, C, H, W]`` to float pictures in [-1, 1]; points stay as they are."""
    tensor = torch.from_numpy(np.ascontiguousarray(samples)).to(device)
    return tensor.float().mul_(2 / 255).sub_(1) if tensor.dtype == torch.uint8 else tensor.float()


class Previewer:
    """Makes the sample grid of a run from fixed latents and fixed pictures.

    Args:
        family: the family that draws.
        prepared: held-out pictures come from here (training pictures where none are held out).
        seed: the run's seed; latents and choice of pictures follow from it alone.
        device: where the nets live.
    """

    def __init__(self, family: Family, prepared: Prepared, seed: int, device: torch.device) -> None:
        self.family = family
        draws = Draws(derive_seed(seed, "preview"), device)
        latent = family.latent
        self.latents = None if latent is None else draws.latents(latent, PICTURES)
        self.batch = fixed_batch(prepared, seed, device)

    @torch.no_grad()
    def make(self, nets: Mapping[str, nn.Module]) -> npt.NDArray[Any]:
        """uint8 ``[N, C, H, W]`` (points: float32) from nets that are in evaluation mode."""
        was_training = {name: net.training for name, net in nets.items()}
        for net in nets.values():
            net.eval()
        try:
            pictures = self.family.preview(nets, self.latents, self.batch)
        finally:
            for name, net in nets.items():
                net.train(was_training[name])
        if not self.family.spec.is_image:
            points: npt.NDArray[Any] = pictures.float().cpu().numpy()
            return points
        return to_bytes(pictures)


def fixed_batch(prepared: Prepared, seed: int, device: torch.device) -> Batch:
    """`PICTURES` / 2 held-out samples, the same for every run with this seed."""
    split: Split = prepared.held_out if len(prepared.held_out) else prepared.train
    generator = np.random.default_rng(derive_seed(seed, "fixed-batch"))
    count = min(PICTURES // 2, len(split))
    return take(split, np.sort(generator.choice(len(split), count, replace=False)), device)


def take(split: Split, rows: npt.NDArray[Any], device: torch.device) -> Batch:
    """The samples of these rows as a batch; pictures among the extras are treated like images."""
    labels = None if split.labels is None else torch.from_numpy(split.labels[rows]).to(device)
    extras = {
        name: to_pictures(values[rows], device)
        if values.dtype == np.uint8 and values.ndim == 4
        else torch.from_numpy(np.ascontiguousarray(values[rows])).to(device)
        for name, values in split.extras.items()
    }
    indices = torch.from_numpy(rows).to(device)
    return Batch(to_pictures(split.samples[rows], device), labels, indices, extras)
