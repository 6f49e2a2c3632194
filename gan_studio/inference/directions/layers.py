"""What the layers of a net are given while something runs through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WEIGHTED = (nn.Linear, nn.modules.conv._ConvNd)
MOST_NUMBERS = 4096  # per sample and layer; maps with more are averaged over patches


@dataclass(frozen=True)
class Given:
    """One call of a layer with weights: the layer and the batch that it was given."""

    layer: nn.Module
    batch: Tensor


def heard(nets: Iterable[nn.Module], run: Callable[[], Any]) -> tuple[list[Given], Any]:
    """The calls of all layers with weights while `run` runs, in order, and what it returned.

    The nets must be the caller's own: another thread's calls would be heard, too.
    """
    calls: list[Given] = []

    def note(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
        if inputs and isinstance(inputs[0], Tensor):
            calls.append(Given(layer, inputs[0]))

    hooks = [
        module.register_forward_pre_hook(note)
        for net in nets
        for module in net.modules()
        if isinstance(module, WEIGHTED)
    ]
    try:
        result = run()
    finally:
        for hook in hooks:
            hook.remove()
    return calls, result


def inner_numbers(nets: Iterable[nn.Module], run: Callable[[], Any]) -> list[Tensor]:
    """What each layer hands on to the next ``[N, F]``; of a net of one layer, what it gives."""
    calls, result = heard(nets, run)
    inside = [call.batch for call in calls[1:]]
    return [flat(batch) for batch in inside or [result]]


def flat(batch: Tensor) -> Tensor:
    """``[N, ...]`` as ``[N, F]``; maps of many numbers become means over 4 × 4 patches or fewer."""
    if batch.ndim == 4:
        for side in (4, 2, 1):
            if batch[0].numel() > MOST_NUMBERS:
                batch = adaptive_avg_pool2d(batch, side)
    return batch.flatten(1)
