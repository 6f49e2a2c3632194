"""Checkpoints: safetensors and JSON in one folder per step, written whole or not at all.

A folder without an optimiser is a milestone: it can be looked at, but not gone on from.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from gan_studio.core.errors import BadCheckpoint
from gan_studio.core.paths import folder_atomically
from gan_studio.training.moments import moments

if TYPE_CHECKING:
    from collections.abc import Iterable

SCHEMA_VERSION = 1
WEIGHTS, OPTIMISER, STATE = "weights.safetensors", "optimizer.safetensors", "state.json"
_STEP = re.compile(r"\d{6,}")


@dataclass(frozen=True)
class Checkpoint:
    """What one checkpoint folder holds."""

    path: Path
    weights: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    counters: dict[str, Any]


class CheckpointStore:
    """The checkpoints of one run.

    Args:
        folder: ``run/checkpoints``.
        keep: how many of the newest stay; pinned and best ones stay as well.
        milestones: how many moments of the run stay as weights; 0 leaves those that are there.
    """

    def __init__(self, folder: Path, keep: int = 2, milestones: int = 0) -> None:
        self.folder = folder
        self.keep = keep
        self.milestones = milestones

    def steps(self) -> list[int]:
        """Steps that a run can go on from, oldest first."""
        return [step for step in self.moments() if not self._is_milestone(step)]

    def moments(self) -> list[int]:
        """Steps whose weights can be looked at, milestones among them, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            int(path.name)
            for path in self.folder.iterdir()
            if _STEP.fullmatch(path.name) and (path / STATE).is_file()
        )

    def _is_milestone(self, step: int) -> bool:
        return not (self.path(step) / OPTIMISER).exists()

    def path(self, step: int) -> Path:
        """The folder of a step."""
        return self.folder / f"{step:06d}"

    def save(
        self, weights: dict[str, Tensor], optimiser: dict[str, Tensor], counters: dict[str, Any]
    ) -> Path:
        """Write a checkpoint and drop those that need not stay.

        Raises:
            DiskProblem: the disk is full or read-only; older checkpoints are untouched.
        """
        path = self.path(int(counters["step"]))
        with folder_atomically(path) as temporary:
            _write_tensors(weights, temporary / WEIGHTS)
            _write_tensors(optimiser, temporary / OPTIMISER)
            _write_state(counters, temporary / STATE)
        self._prune()
        return path

    def save_milestone(self, weights: dict[str, Tensor], counters: dict[str, Any]) -> None:
        """Keep weights alone, unless the step has a checkpoint, and drop those too many.

        It does not wait for the disk: a run can lose one and go on.

        Raises:
            DiskProblem: the disk is full or read-only.
        """
        path = self.path(int(counters["step"]))
        if not (path / OPTIMISER).exists():
            with folder_atomically(path, waits_for_disk=False) as temporary:
                _write_tensors(weights, temporary / WEIGHTS)
                _write_state(counters, temporary / STATE)
        self._thin()

    def load(self, step: int | None = None) -> Checkpoint:
        """A checkpoint, the newest readable one when `step` is None; milestones are passed over.

        Raises:
            BadCheckpoint: none is there, or the one asked for is damaged or a milestone.
        """
        if step is not None:
            return read_checkpoint(self.path(step))
        problem: BadCheckpoint | None = None
        for candidate in reversed(self.steps()):
            try:
                return read_checkpoint(self.path(candidate))
            except BadCheckpoint as error:
                problem = problem or error
        raise problem or BadCheckpoint(path=self.folder, reason="there is none yet")

    def find_weights(self, step: int | None = None) -> tuple[int, dict[str, Tensor]]:
        """Step and weights of a checkpoint or milestone, by default of the newest readable.

        Enough to make pictures, without the optimiser's memory.

        Raises:
            BadCheckpoint: none is there, or the one asked for is damaged.
        """
        steps = self.moments() if step is None else [step]
        problem: BadCheckpoint | None = None
        for candidate in reversed(steps):
            try:
                return candidate, _read_tensors(self.path(candidate) / WEIGHTS)
            except BadCheckpoint as error:
                problem = problem or error
        raise problem or BadCheckpoint(path=self.folder, reason="there is none yet")

    def drop_after(self, step: int) -> None:
        """Remove checkpoints and milestones newer than `step` (a resumed run writes its own)."""
        for candidate in self.moments():
            if candidate > step:
                shutil.rmtree(self.path(candidate), ignore_errors=True)

    def pin(self, step: int) -> None:
        """Keep this checkpoint for good."""
        (self.path(step) / "pinned").touch()

    def _prune(self) -> None:
        steps = self.steps()
        stay = set(moments(steps[-1], self.milestones))
        for step in steps[: -self.keep]:
            if (self.path(step) / "pinned").exists():
                continue
            if step in stay:
                (self.path(step) / OPTIMISER).unlink(missing_ok=True)  # now it is a milestone
            else:
                shutil.rmtree(self.path(step), ignore_errors=True)
        self._thin()
        for leftover in self.folder.glob(".*"):  # of a process that was killed while it wrote
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)

    def _thin(self) -> None:
        """Drop milestones that need no longer stay as the run has grown."""
        found = self.moments()
        stay = set(moments(found[-1], self.milestones))
        for step in found if self.milestones else ():
            is_pinned = (self.path(step) / "pinned").exists()
            if step not in stay and self._is_milestone(step) and not is_pinned:
                shutil.rmtree(self.path(step), ignore_errors=True)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read one checkpoint folder. Nothing is ever unpickled.

    Raises:
        BadCheckpoint: missing, damaged, of a newer version, a milestone, or something else under
            its name.
    """
    counters = _read_state(path / STATE)
    if not (path / OPTIMISER).exists():
        raise BadCheckpoint(
            path=path, reason="it keeps weights to look at and nothing to go on training from"
        )
    return Checkpoint(
        path, _read_tensors(path / WEIGHTS), _read_tensors(path / OPTIMISER), counters
    )


def _write_state(counters: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps({"schema": SCHEMA_VERSION, **counters}, indent=1), "utf-8")


def _read_state(path: Path) -> dict[str, Any]:
    try:
        counters = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise BadCheckpoint(path=path, reason="the file is missing") from error
    except (OSError, ValueError) as error:
        raise BadCheckpoint(path=path, reason=f"it is damaged ({error})") from error
    needed = ("step", "images_seen", "updates", "rates", "batches", "threads")
    missing = [name for name in needed if name not in counters]
    if missing or not isinstance(counters, dict):
        raise BadCheckpoint(path=path, reason=f"it lacks {', '.join(missing)}")
    if counters.get("schema", 0) > SCHEMA_VERSION:
        raise BadCheckpoint(path=path, reason="a newer version of GAN Studio wrote it")
    return counters


def _read_tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except FileNotFoundError as error:
        raise BadCheckpoint(path=path, reason="the file is missing") from error
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        kind = "a pickle, which is never opened" if _is_pickle(path) else f"damaged ({error})"
        raise BadCheckpoint(path=path, reason=f"it is {kind}") from error


def _is_pickle(path: Path) -> bool:
    """Whether the file starts like a pickle or like the zip that torch.save writes."""
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError:
        return False
    return head.startswith((b"\x80", b"PK\x03\x04"))


def _write_tensors(tensors: dict[str, Tensor], path: Path) -> None:
    """Write tensors; what goes wrong on the disk is an `OSError` like everywhere else."""
    try:
        save_file(_portable(tensors), path)
    except SafetensorError as error:
        # It tells of a full disk in words only: "I/O error: ... (os error 28)".
        found = re.search(r"os error (\d+)", str(error))
        if found is None:
            raise
        code = int(found[1])
        raise OSError(code, os.strerror(code), str(path), code) from error


def _portable(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Contiguous CPU copies: channels_last weights are not contiguous, and none may be shared."""
    return {name: value.detach().cpu().contiguous() for name, value in tensors.items()}


def existing(steps: Iterable[int], wanted: int) -> int:
    """The newest of `steps` that is not after `wanted`, else the oldest.

    Raises:
        ValueError: `steps` is empty.
    """
    ordered = sorted(steps)
    before = [step for step in ordered if step <= wanted]
    return before[-1] if before else ordered[0]
