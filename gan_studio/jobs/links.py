"""Which runs have a process of their own right now, and what became of those that had one.

Quick to load: no torch, no numpy, so that a window can ask at its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import StudioError
from gan_studio.core.events import Failed, Finished, RunState
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from gan_studio.jobs.folders import Folders


class AlreadyWatched(StudioError):
    """Two windows cannot attend to one process."""

    message = N_("Another window watches this run already.")
    hint = N_("Close it there, or steer the run from there.")


class NotRunning(StudioError):
    """The process was there a moment ago."""

    message = N_("This run is not in training any more.")
    hint = N_("Open it from the list of runs.")


@dataclass(frozen=True)
class LivingRun:
    """A run whose process is alive.

    Attributes:
        folder: where the process is talked to; its name is the id that ``gan-studio running``
            shows.
        pid: of the process (of the first one, where several train together).
        config: what is trained, as plain tables (a `RunConfig` needs torch to be made).
        run_dir: the run's folder; None while it is not known yet.
        is_resumed: whether it went on from a checkpoint.
        started_at: seconds since the epoch.
        state: where it stood at most a second or so ago.
        step: likewise.
        total_steps: how far it goes.
        is_watched: whether a window attends to it.
    """

    folder: Path
    pid: int
    config: Mapping[str, Any]
    run_dir: Path | None
    is_resumed: bool
    started_at: float = 0.0
    state: RunState = RunState.PREPARING
    step: int = 0
    total_steps: int = 0
    is_watched: bool = False


@dataclass(frozen=True)
class EndedRun:
    """A run whose process ended while nobody watched.

    Attributes:
        config: what was trained, as plain tables.
        run_dir: the run's folder; None where it ended before it had one.
        last: how it ended; `Failed` with the error ``ProcessDied`` where it could not say.
    """

    config: Mapping[str, Any]
    run_dir: Path | None
    last: Finished | Failed


def living(folders: Folders) -> list[LivingRun]:
    """The runs whose process is alive right now, the oldest first; reads a few small files.

    What is left of processes that have ended is tidied away; how they ended is kept for
    `take_ended`.
    """
    raise NotImplementedError


def take_ended(folders: Folders) -> list[EndedRun]:
    """The runs that ended unwatched since this was last asked, the oldest first; told once."""
    raise NotImplementedError
