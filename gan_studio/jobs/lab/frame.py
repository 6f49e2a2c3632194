"""What the player hands out. Nothing here needs torch, so that pages can know it from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from gan_studio.core.config import RunConfig
from gan_studio.lab.frames import GameFrame


class Stage(IntEnum):
    """Where slow motion stands within one step."""

    NOISE = 0
    GENERATE = 1
    JUDGE = 2
    D_LEARNS = 3
    G_LEARNS = 4


@dataclass(frozen=True)
class Moment:
    """What was read off a step of the first game that was not shown."""

    step: int
    readings: Mapping[str, float]


@dataclass(frozen=True)
class LabFrame:
    """What the lab shows at one moment.

    Attributes:
        games: one or two pictures.
        configs: the settings of each game, as they are now.
        is_playing: whether it goes on by itself.
        is_past: whether an earlier step than the newest is shown.
        newest_step: how far the games have come.
        steps_per_s: how fast it goes, measured; 0 while it stands.
        stage: where slow motion stands, None without.
        is_exact: False for the nearest kept step while the exact one is being trained again.
        chapter: grows when the games begin anew or branch off; curves beyond `step` are void then.
        ended: whether the steps of the configuration are done.
        way: the way to the step that the chapter began with, where that is not the game's first.
        is_averaged: whether G's average is to be shown in its place, where there is one.
    """

    games: tuple[GameFrame, ...]
    configs: tuple[RunConfig, ...]
    is_playing: bool
    is_past: bool
    newest_step: int
    steps_per_s: float
    stage: Stage | None
    is_exact: bool
    chapter: int
    ended: bool
    way: tuple[Moment, ...] = ()
    is_averaged: bool = False
