"""Several processes, one per GPU, started by torchrun. Alone, every function here is free.

Nets are not wrapped: gradients are averaged in one flat all-reduce per phase, which keeps two
optimisers with frozen halves correct and costs one message.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.distributed as dist
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class World:
    """Which process this is."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0

    @property
    def is_main(self) -> bool:
        """Whether this process writes files and speaks."""
        return self.rank == 0


def join_world(device_type: str) -> World:
    """Join the process group that torchrun announced, or stay alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1 or not dist.is_available():
        return World()
    if not dist.is_initialized():
        dist.init_process_group("nccl" if device_type == "cuda" else "gloo")
    local_rank = int(os.environ.get("LOCAL_RANK", "0"))
    if device_type == "cuda":
        torch.cuda.set_device(local_rank)
    return World(dist.get_rank(), dist.get_world_size(), local_rank)


def leave_world() -> None:
    """Leave the process group, if any."""
    if _is_alone():
        return
    dist.destroy_process_group()


def average_gradients(parameters: Sequence[nn.Parameter]) -> None:
    """Replace every gradient by its mean over all processes."""
    if _is_alone():
        return
    for parameter in parameters:
        # A rank may have skipped a layer; all ranks must send tensors of the same total size.
        if parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    pieces = torch.split(flat, [item.numel() for item in gradients])
    for gradient, piece in zip(gradients, pieces, strict=True):
        gradient.copy_(piece.view_as(gradient))


def share_from_main(tensors: Sequence[Tensor]) -> None:
    """Overwrite `tensors` in every process by those of the main one."""
    if _is_alone():
        return
    for tensor in tensors:
        dist.broadcast(tensor.data, src=0)


def agree(flags: int, device: torch.device) -> int:
    """The main process's `flags` in every process, so that all leave at the same step."""
    if _is_alone():
        return flags
    shared = torch.tensor([flags], device=device)
    dist.broadcast(shared, src=0)
    return int(shared.item())


def _is_alone() -> bool:
    return not (dist.is_available() and dist.is_initialized()) or dist.get_world_size() == 1
