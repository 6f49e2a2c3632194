"""A small classifier of the data's own classes: eyes that know digits, without any download."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from gan_studio.core.errors import Unsupported
from gan_studio.models.draws import derive_seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.data.base import Prepared, Split

FEATURES = 64


class Classifier(nn.Module):
    """Two strided convolutions and two linear layers; 64 features after the first of those.

    It takes pictures ``[N, C, H, W]`` in [-1, 1] of the size that it was made for.
    """

    def __init__(self, shape: tuple[int, ...], classes: int) -> None:
        super().__init__()
        channels, height, width = shape
        flat = 32 * math.ceil(height / 4) * math.ceil(width / 4)
        self.body = nn.Sequential(
            nn.Conv2d(channels, 16, 5, 2, 2),
            nn.ReLU(),
            nn.Conv2d(16, 32, 5, 2, 2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(flat, FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Linear(FEATURES, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits ``[N, classes]``."""
        logits: Tensor = self.head(self.body(pictures))
        return logits

    @torch.inference_mode()
    def features(self, pictures: Tensor) -> Tensor:
        """``[N, 64]`` after the ReLU, in batches."""
        return torch.cat([self.body(part) for part in torch.split(pictures, 1000)])

    @torch.inference_mode()
    def classes(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """The class of each picture ``[N]`` and how sure the classifier is ``[N]``."""
        logits = torch.cat([self(part) for part in torch.split(pictures, 1000)])
        sureness, classes = logits.softmax(1).max(1)
        return classes, sureness


def train_classifier(
    prepared: Prepared,
    *,
    seed: int = 0,
    passes: float = 4.0,
    min_steps: int = 1500,
    progress: Callable[[int, int], None] | None = None,
) -> Classifier:
    """Train a classifier on the data's training split, on the CPU.

    Args:
        prepared: needs classes.
        seed: of weights and batches.
        passes: how often it sees every picture.
        min_steps: batches of 128 that it sees at least.
        progress: is told (batches done, all batches); an exception that it raises ends it.

    Raises:
        Unsupported: the data has no classes.
    """
    if not prepared.spec.class_names or prepared.train.labels is None:
        raise Unsupported(what="A class score", need="has classes", family=prepared.title)
    pictures, labels = split_tensors(prepared.train)
    generator = torch.Generator().manual_seed(derive_seed(seed, "classifier"))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(derive_seed(seed, "classifier-weights"))
        net = Classifier(prepared.spec.shape, len(prepared.spec.class_names))
    steps = max(min_steps, int(passes * len(pictures) / 128))
    optimiser = torch.optim.Adam(net.parameters(), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    for step in range(steps):
        if progress is not None:
            progress(step, steps)
        rows = torch.randint(len(pictures), (128,), generator=generator)
        loss = cross_entropy(net(pictures[rows]), labels[rows])
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
    return net.eval().requires_grad_(False)


def accuracy(net: Classifier, split: Split) -> float:
    """Share of a split that the classifier gets right."""
    pictures, labels = split_tensors(split)
    return float((net.classes(pictures)[0] == labels).float().mean())


def split_tensors(split: Split) -> tuple[Tensor, Tensor]:
    """A split as pictures in [-1, 1] and labels (empty where there are none)."""
    pictures = torch.from_numpy(split.samples[:]).float().mul_(2 / 255).sub_(1)
    if split.labels is None:
        return pictures, torch.empty(0, dtype=torch.int64)
    return pictures, torch.from_numpy(split.labels)
