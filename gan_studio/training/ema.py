"""The exponential moving average of the weights that pictures are made from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Mapping

UPDATE_INTERVAL = 4  # steps between updates; the decay is adjusted, so the average is the same


class Ema:
    """Averaged copies of some nets.

    Args:
        nets: the live nets to follow.
        half_life: thousand pictures after which half of the past is forgotten; 0 copies outright.

    Early in a run the half-life is at most 10 % of the pictures seen, so that the first weights do
    not linger (the ramp of Karras et al. 2020, who take 5 %). Batch-norm statistics are averaged
    like weights; counters are copied.
    """

    RAMP = 0.1

    def __init__(self, nets: Mapping[str, nn.Module], half_life: float) -> None:
        self.half_life = half_life
        self.nets: dict[str, nn.Module] = {}
        self._pairs: list[tuple[Tensor, Tensor]] = []
        self._counters: list[tuple[Tensor, Tensor]] = []
        for name, net in nets.items():
            twin = copy.deepcopy(net).eval().requires_grad_(False)
            self.nets[name] = twin
            self._match(net, twin)

    def _match(self, net: nn.Module, twin: nn.Module) -> None:
        live = [*net.parameters(), *net.buffers()]
        averaged = [*twin.parameters(), *twin.buffers()]
        for source, target in zip(live, averaged, strict=True):
            kind = self._pairs if source.is_floating_point() else self._counters
            kind.append((target, source))

    @torch.no_grad()
    def update(self, images_seen: int, images_since: int) -> None:
        """Move the averages towards the live weights.

        Args:
            images_seen: pictures of the whole run so far (for the ramp).
            images_since: pictures since the last update.
        """
        half_life = min(self.half_life * 1000, images_seen * self.RAMP)
        weight = 1.0 if half_life <= 0 else 1.0 - 0.5 ** (images_since / half_life)
        targets = [target for target, _ in self._pairs]
        torch._foreach_lerp_(targets, [source.detach() for _, source in self._pairs], weight)
        for target, source in self._counters:
            target.copy_(source)
