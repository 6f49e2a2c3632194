"""Batches for training: from the device where the data fits there, else streamed from the disk.

The order of samples depends on the seed and the epoch alone, never on what was asked before, so the
state of a stream is two small numbers and a resumed run sees exactly the same batches.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from gan_studio.core.errors import BadConfig
from gan_studio.data.prefetch import Prefetcher

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gan_studio.data.base import Array, Split

CPU_BUDGET_BYTES = 2**30
_LOAD_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch on the device.

    Attributes:
        images: pictures, float32 ``[N, C, H, W]`` in [-1, 1], or points, float32 ``[N, 1 or 2]``.
        labels: int64 ``[N]``, or None.
        indices: int64 ``[N]``, which samples of the split these are.
        extras: further tensors by name; pictures among them are treated like `images`.
    """

    images: Tensor
    labels: Tensor | None
    indices: Tensor
    extras: dict[str, Tensor] = field(default_factory=dict)


class BatchStream:
    """Endless batches of a split, in a new random order each epoch.

    The last, incomplete batch of an epoch is left out; a split smaller than a batch is repeated
    until it fills one. Of each global batch every rank takes its own slice.

    Args:
        split: where samples come from.
        batch_size: samples in one global batch, all ranks together.
        device: where batches are wanted.
        seed: decides the order and the mirroring, and nothing else does.
        flip: whether pictures are mirrored left to right at random.
        rank: number of this process.
        world_size: how many processes share each batch.
        budget: most bytes that may live on the device; None chooses by the device.

    Raises:
        BadConfig: the batch is smaller than the number of processes.
    """

    def __init__(
        self,
        split: Split,
        batch_size: int,
        device: torch.device | str,
        seed: int,
        flip: bool = False,
        *,
        rank: int = 0,
        world_size: int = 1,
        budget: int | None = None,
    ) -> None:
        self._device = torch.device(device)
        self._order = _Order(len(split), batch_size, seed, rank, world_size)
        self._flip = flip and split.samples.ndim == 4
        streamed, resident = _place(split, self._device, budget)
        self._resident = {name: _to_device(array, self._device) for name, array in resident.items()}
        self._pictures = {name for name, array in {**streamed, **resident}.items() if _is_u8(array)}
        self._prefetcher = Prefetcher(
            streamed, self._order.rows, self._order.steps, pin=self._device.type == "cuda"
        )
        self._is_streamed = bool(streamed)
        self._epoch = 0
        self._position = 0
        self._loaded_epoch = -1
        self._rows = torch.empty(0, dtype=torch.int64)
        self._mirrored = torch.empty(0, dtype=torch.uint8)

    @property
    def steps_per_epoch(self) -> int:
        """How many batches one epoch has."""
        return self._order.steps

    @property
    def epoch(self) -> int:
        """The number of the current epoch, from 0."""
        return self._epoch

    @property
    def is_streamed(self) -> bool:
        """Whether pictures come from the disk batch by batch."""
        return self._is_streamed

    def next(self) -> Batch:
        """The next batch of this rank.

        Raises:
            OSError: the memory map can no longer be read.
        """
        if self._position >= self._order.steps:
            self._epoch += 1
            self._position = 0
        if self._loaded_epoch != self._epoch:
            self._load_epoch()
        size = self._order.local_size
        start = self._position * size
        rows = self._rows.narrow(0, start, size)
        mirrored = self._mirrored.narrow(0, start, size).view(-1, 1, 1, 1) if self._flip else None
        tensors = {name: held.index_select(0, rows) for name, held in self._resident.items()}
        if self._is_streamed:
            fetched = self._prefetcher.take(self._epoch, self._position)
            for name, tensor in fetched.items():
                tensors[name] = tensor.to(self._device, non_blocking=True)
        self._position += 1
        for name in self._pictures:
            tensors[name] = _finish(tensors[name], mirrored)
        return Batch(tensors.pop("images"), tensors.pop("labels", None), rows, tensors)

    def state_dict(self) -> dict[str, int]:
        """Where the stream stands; numbers only, so JSON holds it."""
        return {
            "epoch": self._epoch,
            "position": self._position,
            "steps_per_epoch": self._order.steps,
            "batch_size": self._order.global_size,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken: the same batches follow, bit for bit.

        With another batch size or number of samples there is no such place, and the next epoch
        begins.
        """
        now = self.state_dict()
        is_same = all(state[key] == now[key] for key in ("steps_per_epoch", "batch_size"))
        self._epoch = int(state["epoch"]) + (not is_same)
        self._position = int(state["position"]) if is_same else 0

    def close(self) -> None:
        """End the background thread, if there is one, and let go of the data."""
        self._prefetcher.close()
        self._resident.clear()

    def _load_epoch(self) -> None:
        # Once per epoch for all of its batches: drawn on the CPU, so that every device sees the
        # same order, and out of the way of the steps in between.
        self._rows = self._order.rows(self._epoch).to(self._device)
        if self._flip:
            self._mirrored = self._order.mirrored(self._epoch).to(self._device)
        self._loaded_epoch = self._epoch


class _Order:
    """Which samples come when: a pure function of seed, epoch and rank."""

    def __init__(self, count: int, batch_size: int, seed: int, rank: int, world_size: int) -> None:
        self.local_size = batch_size // world_size
        if self.local_size < 1:
            raise BadConfig(
                f"train.batch_size: {batch_size} is below the number of processes ({world_size})"
            )
        self.global_size = self.local_size * world_size
        self.steps = max(1, count // self.global_size)
        self._count = count
        self._seed = seed
        self._rank = rank
        self._world_size = world_size

    def rows(self, epoch: int) -> Tensor:
        """int64 ``[steps * local_size]`` on the CPU: the samples of this rank, batch by batch."""
        order = torch.randperm(self._count, generator=self._generator(epoch, "order"))
        needed = self.steps * self.global_size
        if needed > self._count:
            order = order.repeat(-(-needed // self._count))
        return self._mine(order[:needed])

    def mirrored(self, epoch: int) -> Tensor:
        """uint8 ``[steps * local_size]`` on the CPU, beside `rows`: 255 where to mirror, else 0."""
        generator = self._generator(epoch, "flip")
        coins = torch.randint(0, 2, (self.steps * self.global_size,), generator=generator)
        return self._mine(coins.mul_(255).to(torch.uint8))

    def _mine(self, values: Tensor) -> Tensor:
        by_rank = values.view(self.steps, self._world_size, self.local_size)
        return by_rank[:, self._rank].reshape(-1)

    def _generator(self, epoch: int, purpose: str) -> torch.Generator:
        digest = hashlib.sha256(f"{self._seed}/{epoch}/{purpose}".encode()).digest()
        generator = torch.Generator(device="cpu")
        generator.manual_seed(int.from_bytes(digest[:8]) >> 1)
        return generator


def default_budget(device: torch.device) -> int:
    """How many bytes of data may live on `device`: on a GPU a quarter of what is free."""
    if device.type == "cuda":
        free, _total = torch.cuda.mem_get_info(device)
        return max(CPU_BUDGET_BYTES, int(free) // 4)
    return CPU_BUDGET_BYTES


def _place(
    split: Split, device: torch.device, budget: int | None
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The arrays that are streamed, and those that live on the device."""
    arrays = {"images": split.samples, **split.extras}
    total = sum(array.nbytes for array in arrays.values())
    fits = total <= (default_budget(device) if budget is None else budget)
    # A map of the disk is loaded into the memory of a GPU, but not into that of the machine.
    is_whole = fits and (device.type == "cuda" or not split.is_streamed)
    streamed = {} if is_whole else {name: a for name, a in arrays.items() if a.ndim == 4}
    resident = {name: array for name, array in arrays.items() if name not in streamed}
    if split.labels is not None:
        resident["labels"] = split.labels
    return streamed, resident


def _to_device(array: Array, device: torch.device) -> Tensor:
    if device.type == "cpu":
        # Shares the memory of the array, which nobody writes to; a read-only one has to be copied,
        # since torch knows no read-only tensors.
        writable = array if array.flags.writeable else np.array(array)
        return torch.from_numpy(np.ascontiguousarray(writable))
    sample = torch.from_numpy(np.array(array[:1]))
    held = torch.empty(array.shape, dtype=sample.dtype, device=device)
    rows = max(1, _LOAD_BYTES // max(1, array.nbytes // max(1, len(array))))
    for start in range(0, len(array), rows):
        block = np.array(array[start : start + rows])
        held[start : start + len(block)] = torch.from_numpy(block).to(device)
    return held


def _is_u8(array: Array) -> bool:
    return array.dtype == np.uint8 and array.ndim == 4


def _finish(images: Tensor, mirrored: Tensor | None) -> Tensor:
    """uint8 to float32 in [-1, 1], mirrored where the mask is 255 and not where it is 0."""
    if mirrored is not None:
        # Picks one of two byte by byte; `where` with a mask to broadcast is five times slower.
        images = (images ^ images.flip(-1)).bitwise_and_(mirrored).bitwise_xor_(images)
    # Subtracted first, so that 0 and 255 come out as exactly -1 and 1.
    return images.to(torch.float32).sub_(127.5).mul_(1.0 / 127.5)
