"""What a run says: a closed set of frozen events, each with a rule for how it may be merged.

Payloads that hold arrays are typed as `Any`, because `core` knows neither numpy nor torch; the
field comments give their shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar


class Delivery(Enum):
    """How a mailbox may merge events of one class."""

    EVERY = "every"  # handed over one by one, never dropped
    BATCH = "batch"  # handed over as one list
    LATEST = "latest"  # a newer one replaces an older one of the same `kind`


class RunState(Enum):
    """Where a run stands."""

    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events.

    Attributes:
        step: completed training steps (one step = every phase of the family once).
        time: seconds since the start of this session of the run, pauses included.
    """

    delivery: ClassVar[Delivery] = Delivery.EVERY

    step: int
    time: float

    @property
    def kind(self) -> str:
        """Events of one class and one kind replace each other under `Delivery.LATEST`."""
        return ""


@dataclass(frozen=True, slots=True)
class RunStarted(Event):
    """The run is about to take its first step."""

    config: Mapping[str, Any] = field(default_factory=dict)  # the resolved config as plain values
    info: Mapping[str, Any] = field(default_factory=dict)
    # info: total_steps, device, threads, precision, family, data, sample_shape, class_names,
    # phases, rates {name: value}, run_dir, resumed_from, parameters {net: count}


@dataclass(frozen=True, slots=True)
class ScalarsReady(Event):
    """Means of the scalars since the last such event."""

    delivery: ClassVar[Delivery] = Delivery.BATCH

    values: Mapping[str, float] = field(default_factory=dict)  # "loss/discriminator", "d/real" ...
    images_per_second: float = 0.0
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class SamplesReady(Event):
    """Pictures made from the same latents every time."""

    delivery: ClassVar[Delivery] = Delivery.LATEST

    images: Any = None  # uint8 array [N, C, H, W]
    name: str = "fixed"  # "fixed": same latents; "reconstruction": originals above, copies below
    is_milestone: bool = False  # due by the step cadence: file sinks keep it

    @property
    def kind(self) -> str:
        """Milestones never replace each other, so that the history has no holes."""
        return f"{self.name}@{self.step}" if self.is_milestone else self.name


@dataclass(frozen=True, slots=True)
class ProbeReady(Event):
    """What a diagnostic probe found."""

    delivery: ClassVar[Delivery] = Delivery.LATEST

    name: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """One slot per probe."""
        return self.name


@dataclass(frozen=True, slots=True)
class CheckpointSaved(Event):
    """A complete checkpoint is on disk."""

    path: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotReady(Event):
    """A copy of the weights that pictures are made from (EMA where there is one)."""

    delivery: ClassVar[Delivery] = Delivery.LATEST

    weights: Any = None  # {"generator": {name: CPU tensor}}


@dataclass(frozen=True, slots=True)
class ParameterChanged(Event):
    """A live edit took effect at this step."""

    name: str = ""
    value: float = 0.0
    previous: float = 0.0


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """Something that a person may want to know; `message` is a template marked for translation."""

    message: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StateChanged(Event):
    """The run was paused, resumed, or is stopping."""

    state: RunState = RunState.TRAINING


@dataclass(frozen=True, slots=True)
class Finished(Event):
    """The last event of a run that ended as it was asked to."""

    reason: str = "done"  # "done": all steps; "stopped": a person stopped it
    totals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """The last event of a run that could not go on; templates as in `StudioError`."""

    error: str = "StudioError"  # class name
    message: str = ""
    hint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    details: str = ""  # traceback for "copy details"


EVENT_TYPES: dict[str, type[Event]] = {
    cls.__name__: cls
    for cls in (
        RunStarted,
        ScalarsReady,
        SamplesReady,
        ProbeReady,
        CheckpointSaved,
        SnapshotReady,
        ParameterChanged,
        Notice,
        StateChanged,
        Finished,
        Failed,
    )
}
