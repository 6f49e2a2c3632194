"""Scalars gather on the device and are read back rarely."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PENDING = 1000  # per name; keeps memory bounded when steps are very fast


class ScalarWindow:
    """Collects 0-d tensors per name and hands out their means.

    Adding is a list append: no arithmetic and no synchronisation on the training path.
    """

    def __init__(self) -> None:
        self._values: defaultdict[str, list[Tensor]] = defaultdict(list)

    def add(self, values: Mapping[str, Tensor], prefix: str = "") -> None:
        """Remember values (detached) under their names."""
        for name, value in values.items():
            pending = self._values[prefix + name]
            pending.append(value.detach())
            if len(pending) > MAX_PENDING:
                pending[:] = [torch.stack(pending).float().mean()]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added since the last reading."""
        return not self._values

    def read(self) -> dict[str, float]:
        """Means since the last call, with one transfer from the device."""
        if not self._values:
            return {}
        names = list(self._values)
        means = torch.stack([torch.stack(self._values[name]).float().mean() for name in names])
        self._values.clear()
        return dict(zip(names, means.tolist(), strict=True))


def first_broken(values: Mapping[str, float]) -> str | None:
    """The name of the first value that is no finite number, None where all are."""
    return next((name for name, value in values.items() if not math.isfinite(value)), None)
