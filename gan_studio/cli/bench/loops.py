"""The loops that the engine is measured against, written as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss
from torch.utils.data import DataLoader, Dataset

from gan_studio.core.capabilities import Capability
from gan_studio.data.vision import load_torchvision
from gan_studio.models.base import FAMILIES
from gan_studio.models.optimisers import Adam
from gan_studio.training.setup import build_nets

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.data.base import Prepared
    from gan_studio.models.base import Family

CPU = torch.device("cpu")


def bare_loop(config: RunConfig, family: Family, prepared: Prepared) -> Iterator[None]:
    """A careful plain loop: same nets, batch, precision, fused Adam; data as one tensor.

    One step per ``next``. No statistics, no averaging of weights, no checkpoints.
    """
    nets = build_nets(family, CPU)
    steps = _optimise(config, family, nets, fused=True)
    data = torch.from_numpy(np.ascontiguousarray(prepared.train.samples))
    generator = torch.Generator().manual_seed(0)
    bf16 = config.train.precision == "bf16"
    while True:
        rows = torch.randint(len(data), (config.train.batch_size,), generator=generator)
        images = data[rows].float().mul_(2 / 255).sub_(1)
        if images.dim() == 4 and images.shape[1] > 1:
            images = images.contiguous(memory_format=torch.channels_last)
        for step in steps:
            step(images, bf16)
        yield


def common_loop(config: RunConfig, family: Family, prepared: Prepared) -> Iterator[None]:
    """The loop that tutorials start from: DataLoader, PIL transforms, ``.item()``, fp32, Adam."""
    nets = family.make_nets()
    steps = _optimise(config, family, nets, fused=False)
    loader = DataLoader(_Pictures(prepared), config.train.batch_size, shuffle=True, drop_last=True)
    log: list[float] = []
    while True:
        for images in loader:
            for step in steps:
                log.append(step(images, False).item())
            yield


class _Pictures(Dataset[Tensor]):
    """PIL pictures through torchvision's transforms."""

    def __init__(self, prepared: Prepared) -> None:
        transforms = load_torchvision().transforms
        samples = prepared.train.samples
        self._grey = samples.shape[1] == 1
        self._samples = samples
        channels = samples.shape[1]
        self._transform = transforms.Compose(
            [transforms.ToTensor(), transforms.Normalize([0.5] * channels, [0.5] * channels)]
        )

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> Tensor:
        sample = self._samples[index]
        array = sample[0] if self._grey else sample.transpose(1, 2, 0)
        tensor: Tensor = self._transform(Image.fromarray(np.ascontiguousarray(array)))
        return tensor


Step = Callable[[Tensor, bool], Tensor]


def _optimise(
    config: RunConfig, family: Family, nets: dict[str, nn.Module], *, fused: bool
) -> list[Step]:
    optimisers = []
    for phase in family.phases():  # rates and betas decide how fast Adam's numbers become tiny
        weights = [item for name in phase.nets for item in nets[name].parameters()]
        assert isinstance(phase.optimiser, Adam), "the default of all that is measured"
        betas = phase.optimiser.betas
        optimisers.append(torch.optim.Adam(weights, phase.rate, betas, fused=fused))
    if Capability.VARIATIONAL in FAMILIES.get(config.model.key).capabilities:
        return [_vae_step(nets, optimisers[0])]
    if "encoder" in nets:
        return [_autoencoder_step(nets, optimisers[0])]
    return _gan_steps(nets, optimisers[0], optimisers[1], config.model.options.latent_dim)


def _autoencoder_step(nets: dict[str, nn.Module], optimiser: torch.optim.Adam) -> Step:
    def step(images: Tensor, bf16: bool) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            copies = nets["decoder"](nets["encoder"](images)).sigmoid()
        loss = mse_loss(copies.float(), images * 0.5 + 0.5)
        return _descend(optimiser, loss)

    return step


def _vae_step(nets: dict[str, nn.Module], optimiser: torch.optim.Adam) -> Step:
    def step(images: Tensor, bf16: bool) -> Tensor:
        pixels = images * 0.5 + 0.5
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            mean, log_variance = nets["encoder"](pixels).float().chunk(2, 1)
            z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
            logits = nets["decoder"](z)
        cost = binary_cross_entropy_with_logits(logits.float(), pixels, reduction="sum")
        divergence = -0.5 * torch.sum(1 + log_variance - mean.square() - log_variance.exp())
        return _descend(optimiser, (cost + divergence) / len(images))

    return step


def _gan_steps(
    nets: dict[str, nn.Module],
    for_d: torch.optim.Adam,
    for_g: torch.optim.Adam,
    latent_dim: int,
) -> list[Step]:
    generator, discriminator = nets["generator"], nets["discriminator"]

    def judge(images: Tensor, real: bool, bf16: bool) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            logits = discriminator(images)
        target = torch.ones_like(logits) if real else torch.zeros_like(logits)
        return binary_cross_entropy_with_logits(logits.float(), target.float())

    def fakes(count: int, bf16: bool) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            pictures: Tensor = generator(torch.randn(count, latent_dim))
        return pictures.float()

    def step_d(images: Tensor, bf16: bool) -> Tensor:
        fake = fakes(len(images), bf16).detach()
        return _descend(for_d, judge(images, True, bf16) + judge(fake, False, bf16))

    def step_g(images: Tensor, bf16: bool) -> Tensor:
        return _descend(for_g, judge(fakes(len(images), bf16), True, bf16))

    return [step_d, step_g]


def _descend(optimiser: torch.optim.Adam, loss: Tensor) -> Tensor:
    optimiser.zero_grad()
    torch.autograd.backward(loss)
    optimiser.step()
    return loss.detach()


def advance(loop: Iterator[Any], steps: int) -> None:
    """Take some steps of a loop that yields once per step."""
    for _ in range(steps):
        next(loop)
