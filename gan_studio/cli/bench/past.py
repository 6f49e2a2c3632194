"""The lab's time machine: how soon a picture of any past step is there, and what the past takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.config import RunConfig
from gan_studio.core.schema import merge, to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import DataContext
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.lab import commands as do
from gan_studio.jobs.lab.player import Player
from gan_studio.jobs.lab.start import START
from gan_studio.training.device import process_memory_bytes

if TYPE_CHECKING:
    from gan_studio.jobs.lab.frame import LabFrame

RING = {"data": {"name": "points_2d", "shape": "ring"}, "model": {"latent_dim": 2}}


@dataclass(frozen=True)
class Look:
    """One look at a past step, in seconds from the wish.

    Attributes:
        first: to the first picture; it may be that of the nearest kept step before.
        exact: to the picture of that very step.
    """

    first: float
    exact: float


@dataclass(frozen=True)
class PastReport:
    """What looking back cost.

    Attributes:
        looks: one per step that was looked at.
        history_bytes: what the history says that it holds.
        grown_bytes: by how much the process grew while it was played (0 where it cannot be read).
        longest_replay: most steps that have to be trained again for an exact picture.
        step_seconds: what one step took while it was played.
    """

    looks: tuple[Look, ...]
    history_bytes: int
    grown_bytes: int
    longest_replay: int
    step_seconds: float


class _Window:
    """Shows every picture at once, and remembers when it came."""

    def __init__(self, config: RunConfig) -> None:
        context = DataContext(Folders.of_user().cache)
        self.player = Player(config, context, self._show, self._fail)
        self.shown: list[tuple[float, LabFrame]] = []

    def _show(self, frame: LabFrame) -> None:
        self.shown.append((time.perf_counter(), frame))
        self.player.want_picture()

    def _fail(self, problem: Exception) -> None:
        raise problem

    def ask(self, command: do.Command) -> None:
        """Send it and let the player take one turn."""
        self.player.send(command)
        self.player.turn()

    def look(self, step: int) -> Look:
        """Go to a past step, as by the timeline."""
        self.shown.clear()
        began = time.perf_counter()
        self.ask(do.Seek(step))
        while not self.shown or not self.shown[-1][1].is_exact:
            self.player.turn()
        assert self.shown[-1][1].games[0].step == step, "the picture of another step"
        return Look(self.shown[0][0] - began, self.shown[-1][0] - began)


def look_around(steps: int, looks: int, seed: int = 0) -> PastReport:
    """Play the lab's own game on the ring through its player, then look at steps drawn at random.

    Args:
        steps: how long to play.
        looks: how many past steps to look at.
        seed: of the choice of steps.
    """
    plain = merge(merge(to_plain(RunConfig()), START), RING)
    window = _Window(from_plain(RunConfig, plain))
    player = window.player
    player.begin()
    try:
        window.ask(do.Pause())  # the first picture sets up what all later ones use
        before, began = process_memory_bytes(), time.perf_counter()
        window.ask(do.Play(until=steps))
        while window.shown[-1][1].newest_step < steps:
            window.shown = window.shown[-1:]
            player.turn()
        step_seconds = (time.perf_counter() - began) / steps
        grown = process_memory_bytes() - before
        chosen = np.random.default_rng(seed).integers(0, steps, looks)
        found = tuple(window.look(int(step)) for step in chosen)
        game = player._games[0]
        return PastReport(found, game.history_bytes, grown, game.longest_replay, step_seconds)
    finally:
        player.end()
