"""What a model is built of: its nets, their layers and how they are chained. Loads no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gan_studio.models.passages import CODE, COPY, SAMPLE, SCORE

ENCODER, DECODER, GENERATOR, DISCRIMINATOR = "encoder", "decoder", "generator", "discriminator"
OTHER = "other"  # the role of a net that no passage of the family calls


@dataclass(frozen=True)
class Layer:
    """One layer with weights, or one that changes how many numbers there are.

    Attributes:
        kind: in words of the field, marked for translation; else the name of its class.
        shape: of its output for one sample, ``(512,)`` or ``(channels, height, width)``; empty
            where nobody knows.
        parameters: weights of the layer and of what follows it.
        kernel: of a convolution or a pooling, in pixels.
        stride: as `kernel`.
        then: what follows and keeps the shape (batch norm, activation ...), marked as `kind` is.
    """

    kind: str
    shape: tuple[int, ...]
    parameters: int
    kernel: tuple[int, ...] = ()
    stride: tuple[int, ...] = ()
    then: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many numbers come out for one sample; 0 where nobody knows."""
        return math.prod(self.shape) if self.shape else 0


@dataclass(frozen=True)
class Net:
    """One net.

    Attributes:
        name: as the family calls it.
        role: `ENCODER`, `DECODER`, `GENERATOR`, `DISCRIMINATOR` or `OTHER`.
        takes: `SAMPLE`, `CODE`, or "" where it takes what another net gives.
        gives: `CODE`, `COPY`, `SCORE`, or "" where another net takes it.
        inputs: shape of one sample that goes in; empty where nobody knows.
        layers: in the order in which they are called.
        parameters: all weights, also those of no layer.
        before: what happens to the input before the first layer, marked as `Layer.kind` is.
        parts: names of the equal parts of the output, such as μ and log σ².
        is_traced: whether sizes come from a pass; otherwise they are read off the weights.
    """

    name: str
    role: str
    takes: str
    gives: str
    inputs: tuple[int, ...]
    layers: tuple[Layer, ...]
    parameters: int
    before: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    is_traced: bool = True

    @property
    def input_size(self) -> int:
        """How many numbers go in for one sample; 0 where nobody knows."""
        return math.prod(self.inputs) if self.inputs else 0

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers per sample: what goes in, then what each layer gives; unknown ones left out."""
        all_sizes = (self.input_size, *(layer.size for layer in self.layers))
        return tuple(size for size in all_sizes if size)


@dataclass(frozen=True)
class Architecture:
    """All nets of a model.

    Attributes:
        title: the family's, marked for translation.
        nets: in the order in which data pass them.
        sample_shape: of one sample, as in `SampleSpec`.
        latent_dim: how many numbers z has; 0 without a latent space.
    """

    title: str
    nets: tuple[Net, ...]
    sample_shape: tuple[int, ...]
    latent_dim: int

    @property
    def parameters(self) -> int:
        """Weights of all nets together."""
        return sum(net.parameters for net in self.nets)

    @property
    def largest(self) -> int:
        """The most numbers at any place, for a common scale."""
        return max((size for net in self.nets for size in net.sizes), default=1)

    @property
    def chains(self) -> tuple[tuple[Net, ...], ...]:
        """Nets that hand on to each other; what begins elsewhere begins a chain of its own."""
        found: list[list[Net]] = []
        for net in self.nets:
            if found and _follows(found[-1][-1], net):
                found[-1].append(net)
            else:
                found.append([net])
        return tuple(tuple(chain) for chain in found)

    @property
    def squeeze(self) -> tuple[int, int] | None:
        """Numbers of a sample and of z, where samples are encoded; else None."""
        has_encoder = any(net.takes == SAMPLE and net.role == ENCODER for net in self.nets)
        if not has_encoder or not self.latent_dim:
            return None
        return math.prod(self.sample_shape), self.latent_dim


def _follows(before: Net, net: Net) -> bool:
    """Whether `net` takes what `before` gives; D takes x̂ as well as x."""
    if net.gives == SCORE and net.takes == SAMPLE:
        return before.gives == COPY
    return OTHER not in (before.role, net.role) and before.gives == net.takes


def role_of(takes: str, gives: str, *, has_encoder: bool) -> str:
    """The role of the nets of a passage."""
    if gives == SCORE:
        return DISCRIMINATOR
    if gives == CODE:
        return ENCODER
    return DECODER if has_encoder and takes == CODE else GENERATOR
