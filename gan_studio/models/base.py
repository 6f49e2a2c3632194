"""The contract of a family: its nets, its phases, its losses, and what a trained one can do.

A family is one file: a frozen dataclass of options, the nets, and a subclass of `Family` registered
in `FAMILIES`. The trainer knows phases, never families.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from torch import Tensor, nn

from gan_studio.core.errors import Unsupported
from gan_studio.core.registry import Registry
from gan_studio.data.batches import Batch
from gan_studio.models.draws import Draws
from gan_studio.models.optimisers import Adam, Optimiser
from gan_studio.models.passages import CODE, COPY, SAMPLE, Passage

if TYPE_CHECKING:
    from gan_studio.core.samples import LatentSpec, SampleSpec

Nets = Mapping[str, nn.Module]


@dataclass(frozen=True)
class Phase:
    """One optimiser step: whose weights move, how fast, how often.

    Attributes:
        name: "discriminator", "generator", "autoencoder" ...: also the name of its live rate.
        nets: names of the nets whose weights move; all others are frozen meanwhile.
        rate: learning rate before the schedule.
        optimiser: what makes steps of gradients.
        weight_decay: decoupled (as in AdamW), per step a share of rate x weight.
        repeat: how many times per step.
        interval: the phase runs in every `interval`-th step.
        draws_batch: whether it takes a fresh batch; otherwise it sees the previous phase's.
        penalties: lazy terms, each with its own `interval`; evaluated by `Family.penalty`.
    """

    name: str
    nets: tuple[str, ...]
    rate: float
    optimiser: Optimiser = field(default_factory=Adam)
    weight_decay: float = 0.0
    repeat: int = 1
    interval: int = 1
    draws_batch: bool = True
    penalties: tuple[tuple[str, Any], ...] = ()


@dataclass
class StepContext:
    """What a family sees while it computes a phase.

    `progress` is the share of the run's steps that are done, in [0, 1].
    """

    nets: Nets
    batch: Batch
    draws: Draws
    step: int
    progress: float = 0.0


@dataclass
class PhaseOutput:
    """The loss to minimise and what to report (0-d tensors; the trainer reads them back rarely)."""

    loss: Tensor
    scalars: dict[str, Tensor] = field(default_factory=dict)


class Family(ABC):
    """One kind of generative model.

    Args:
        options: an instance of the dataclass that the family was registered with.
        spec: the shape of the data.

    Pictures go in and come out as float ``[N, C, H, W]`` in [-1, 1]. Every random number comes from
    `StepContext.draws` or from torch's global stream inside a net in training mode (dropout).
    """

    picture_nets: ClassVar[tuple[str, ...]] = ("generator",)
    """Nets that make pictures: they are averaged (EMA), sampled from and handed to Explore."""

    uses_ema: ClassVar[bool] = True

    code_parts: ClassVar[tuple[str, ...]] = ()
    """What the equal parts of the encoder's output are called where they are not z itself."""

    def __init__(self, options: Any, spec: SampleSpec) -> None:
        self.options = options
        self.spec = spec
        self.check()

    def check(self) -> None:  # noqa: B027 - most families take anything
        """Raise `ShapeMismatch` when the data cannot be used with these options."""

    @property
    @abstractmethod
    def latent(self) -> LatentSpec | None:
        """The space that sliders move in, or None when there is none."""

    @abstractmethod
    def build(self) -> dict[str, nn.Module]:
        """Fresh nets by name. Initial weights come from torch's global stream."""

    def make_nets(self) -> dict[str, nn.Module]:
        """What `build` gives, with what the options ask of any family's nets."""
        return self.build()

    @abstractmethod
    def phases(self) -> tuple[Phase, ...]:
        """The phases of one step, in order."""

    @abstractmethod
    def compute(self, phase: str, context: StepContext) -> PhaseOutput:
        """The loss of a phase on `context.batch` (under autocast when the run says so)."""

    def penalty(self, phase: str, name: str, term: Any, context: StepContext) -> Tensor:
        """The value of one of the phase's penalties, a scalar; called in fp32."""
        raise Unsupported(what=f"The penalty {name}", need="has one", family=type(self).__name__)

    def generate(self, nets: Nets, latents: Tensor, labels: Tensor | None = None) -> Tensor:
        """Latents ``[N, dim]`` (and classes ``[N]``) to samples (GENERATES, or decoding)."""
        raise Unsupported(what="Drawing", need="generates", family=type(self).__name__)

    def encode(self, nets: Nets, images: Tensor) -> Tensor:
        """Pictures to latents ``[N, dim]`` (ENCODES)."""
        raise Unsupported(what="Encoding", need="encodes", family=type(self).__name__)

    def translate(self, nets: Nets, images: Tensor, condition: Tensor | None = None) -> Tensor:
        """Pictures to pictures (TRANSLATES)."""
        raise Unsupported(what="Translating", need="translates", family=type(self).__name__)

    def latent_statistics(self, nets: Nets) -> tuple[Tensor, Tensor] | None:
        """Mean and standard deviation ``[dim]`` of encoded training data for prior "encoded"."""
        return None

    def latent_information(self, nets: Nets) -> Tensor | None:
        """Nats ``[dim]`` that each latent number tells of a picture; None where nobody knows."""
        return None

    def passages(self) -> tuple[Passage, ...]:
        """The way of a batch through the nets, in order: what the model's drawing follows."""
        found = []
        if type(self).encode is not Family.encode:
            found.append(Passage(SAMPLE, CODE, lambda at: self.encode(at.nets, at.batch.images)))
        if self.latent is not None:
            found.append(Passage(CODE, COPY, self._draw))
        else:
            found.append(Passage(SAMPLE, COPY, lambda at: self.translate(at.nets, at.batch.images)))
        return tuple(found)

    def _draw(self, context: StepContext) -> Tensor:
        assert self.latent is not None, "there is something to draw from"
        latents = context.draws.latents(self.latent, len(context.batch.images))
        return self.generate(context.nets, latents, context.batch.labels)

    def preview(self, nets: Nets, latents: Tensor | None, batch: Batch) -> Tensor:
        """What the sample grid shows, from fixed latents and fixed held-out samples.

        The default draws from the latents; families that encode show originals and copies.
        """
        if latents is None:
            return self.translate(nets, batch.images)
        return self.generate(nets, latents, preview_labels(self.spec, len(latents), latents.device))


def preview_labels(spec: SampleSpec, count: int, device: Any) -> Tensor | None:
    """Classes for a grid of `count` previews: 0, 1, 2 ... over and over; None without classes."""
    import torch

    if not spec.class_names:
        return None
    return torch.arange(count, device=device) % len(spec.class_names)


FAMILIES: Registry[type[Family]] = Registry("family", "gan_studio.models", "gan_studio.families")


def make_family(key: str, options: Any, spec: SampleSpec) -> Family:
    """The family `key` for data of `spec`.

    Raises:
        UnknownKey: there is no such family.
        ShapeMismatch: it cannot take this data.
    """
    return FAMILIES.get(key).target(options, spec)
