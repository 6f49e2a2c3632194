"""Where the parts of a model's drawing stand: bars for numbers, and what lies between two bars.

Lengths are in pixels of the widget; nothing here paints.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gan_studio.inference.architecture import (
    DECODER,
    DISCRIMINATOR,
    ENCODER,
    GENERATOR,
    Architecture,
    Net,
)
from gan_studio.inference.architecture_words import count_words, net_title
from gan_studio.models.passages import CODE, COPY, SAMPLE, SCORE

COLORS = {
    ENCODER: "accent",
    DECODER: "muted",
    GENERATOR: "generated",
    DISCRIMINATOR: "discriminator",
}
LEAST_HEIGHT = 0.05  # of the tallest bar: one number can still be seen

Measure = Callable[[str], float]
"""How wide a text is."""


@dataclass(frozen=True)
class Bar:
    """Numbers at one place.

    Attributes:
        size: how many.
        text: the same in words.
        below: the shape, where it is not a plain list.
        symbol: x, z, x̂ ..., or "".
        color: name of a token.
    """

    size: int
    text: str
    below: str
    symbol: str
    color: str


@dataclass(frozen=True)
class Joint:
    """What lies between a bar and the next.

    Attributes:
        net: the number of the net in its architecture, or -1 between two nets.
        layer: the number of the layer in the net.
    """

    net: int
    layer: int = -1


@dataclass(frozen=True)
class Chain:
    """Nets that hand on to each other: one line of the drawing."""

    bars: tuple[Bar, ...]
    joints: tuple[Joint, ...]  # one less than bars
    nets: tuple[int, ...]

    def span(self, net: int) -> tuple[int, int]:
        """The first and the last bar of a net."""
        own = [index for index, joint in enumerate(self.joints) if joint.net == net]
        return (own[0], own[-1] + 1) if own else (0, 0)


def chains_of(architecture: Architecture) -> list[Chain]:
    """The lines of the drawing."""
    numbers = itertools.count()
    return [
        _chain(architecture, [(next(numbers), net) for net in nets]) for nets in architecture.chains
    ]


def _chain(architecture: Architecture, nets: Sequence[tuple[int, Net]]) -> Chain:
    bars: list[Bar] = []
    joints: list[Joint] = []
    before: Net | None = None
    for number, net in nets:
        if before is None or not _is_shared(before, net):
            if bars:
                joints.append(Joint(-1))
            bars.append(_input_bar(architecture, net))
        for index, layer in enumerate(net.layers):
            if layer.shape:
                joints.append(Joint(number, index))
                bars.append(_bar(layer.shape, "", COLORS.get(net.role, "muted")))
        bars[-1] = _output_bar(architecture, net, bars[-1])
        before = net
    return Chain(tuple(bars), tuple(joints), tuple(number for number, _net in nets))


def _is_shared(before: Net, net: Net) -> bool:
    """Whether the numbers that one net gives are just those that the next one takes."""
    given = before.layers[-1].size if before.layers else 0
    is_handed_on = before.gives == net.takes and not before.parts
    return is_handed_on and given == net.input_size and net.takes in (CODE, "")


def _bar(shape: Sequence[int], symbol: str, color: str) -> Bar:
    size = math.prod(shape)
    below = "×".join(str(extent) for extent in shape) if len(shape) > 1 else ""
    return Bar(size, f"{size:,}" if shape else "?", below, symbol, color)


def _picture(shape: Sequence[int]) -> str:
    """``28×28``, or ``3×32×32`` in colour."""
    return "×".join(str(extent) for extent in (shape[1:] if shape[0] == 1 else shape))


def _input_bar(architecture: Architecture, net: Net) -> Bar:
    color = {SAMPLE: "real", CODE: "text"}.get(net.takes, COLORS.get(net.role, "muted"))
    bar = _bar(net.inputs, net.takes, color)
    whole = {SAMPLE: math.prod(architecture.sample_shape), CODE: architecture.latent_dim}
    symbol = f"x, {COPY}" if net.gives == SCORE and net.takes == SAMPLE else net.takes
    joined = bar.size - whole.get(net.takes, bar.size)
    if joined > 0:  # a class, say
        symbol = f"{symbol} + {joined:,}"
    below = _picture(net.inputs) if net.takes == SAMPLE and len(net.inputs) > 1 else bar.below
    return Bar(bar.size, bar.text, below, symbol, color)


def _output_bar(architecture: Architecture, net: Net, bar: Bar) -> Bar:
    if net.gives == COPY:
        shape = architecture.sample_shape
        is_whole = bar.size == math.prod(shape) and len(shape) > 1
        return Bar(
            bar.size, bar.text, _picture(shape) if is_whole else bar.below, COPY, "generated"
        )
    if net.parts:
        return Bar(bar.size, bar.text, bar.below, ", ".join(net.parts), bar.color)
    if net.gives == CODE:
        return Bar(bar.size, bar.text, bar.below, CODE, "text")
    symbol = f"D({net.takes})" if net.gives == SCORE else ""
    return Bar(bar.size, bar.text, bar.below, symbol, bar.color)


@dataclass(frozen=True)
class Lengths:
    """What distances come from.

    Attributes:
        pad: between two texts beside each other.
        gap: what lies between two nets is at least this wide.
        widest: no two bars stand farther apart, however much room there is.
    """

    pad: float
    gap: float
    widest: float


def distances(
    chain: Chain, architecture: Architecture, measure: Measure, lengths: Lengths
) -> list[float]:
    """The least distances from bar to bar at which no texts touch."""
    widths = [max(map(measure, (bar.text, bar.below, bar.symbol))) for bar in chain.bars]
    found = [
        max((left + right) / 2 + lengths.pad, lengths.gap)
        for left, right in itertools.pairwise(widths)
    ]
    for number in chain.nets:
        first, last = chain.span(number)
        net = architecture.nets[number]
        wanted = max(measure(net_title(net)), measure(count_words(net.parameters))) + lengths.pad
        have = sum(found[first:last])
        for index in range(first, last):
            found[index] *= max(1.0, wanted / have)
    return found


def edges(chain: Chain, measure: Measure) -> tuple[float, float]:
    """How far the texts of the first and the last bar stand out."""
    first, last = (
        max(map(measure, (bar.text, bar.below, bar.symbol))) / 2
        for bar in (chain.bars[0], chain.bars[-1])
    )
    return first, last


def spread(least: Sequence[float], room: float, widest: float) -> list[float]:
    """Distances that fill `room` as far as bars may stand apart; never less than `least`."""
    total = sum(least)
    if not least or total <= 0:
        return list(least)
    factor = max(1.0, min(room / total, widest * len(least) / total))
    return [distance * factor for distance in least]


def height_share(size: int, largest: int) -> float:
    """How tall a bar is, as a share of the tallest: by the logarithm of its size."""
    if largest <= 1:
        return 1.0
    share = math.log(max(1, size)) / math.log(largest)
    return min(1.0, LEAST_HEIGHT + (1 - LEAST_HEIGHT) * share)
