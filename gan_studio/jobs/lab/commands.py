"""What a person does with the games of the lab."""

from __future__ import annotations

from dataclasses import dataclass

from gan_studio.core.config import RunConfig

FASTEST = float("inf")


@dataclass(frozen=True, slots=True)
class Play:
    """Go on from what is shown, up to a step where one is given."""

    until: int | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """One new game with these settings, trained up to a step before it is shown."""

    config: RunConfig
    step: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Stay where it is."""


@dataclass(frozen=True, slots=True)
class Step:
    """Pause, and run the phase of this name once; without a name, one whole step."""

    phase: str = ""


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Steps per second, or `FASTEST`."""

    steps_per_s: float


@dataclass(frozen=True, slots=True)
class Walk:
    """Pause, and go one stage of the step on, or end slow motion with the step (`is_on` False)."""

    is_on: bool = True


@dataclass(frozen=True, slots=True)
class Seek:
    """Pause, and show a past step: at once roughly while dragging, then exactly."""

    step: int


@dataclass(frozen=True, slots=True)
class Reset:
    """Back to the first weights; with a seed, to others."""

    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Other settings for the game of this number (0 or 1)."""

    config: RunConfig
    game: int = 0


@dataclass(frozen=True, slots=True)
class Compare:
    """A second game from the same seed with these settings, both from the start; None ends it."""

    config: RunConfig | None


@dataclass(frozen=True, slots=True)
class ShowAverage:
    """Show G's average (EMA) in place of G itself."""

    is_on: bool


Command = (
    Play | Begin | Pause | Step | SetSpeed | Walk | Seek | Reset | Change | Compare | ShowAverage
)
