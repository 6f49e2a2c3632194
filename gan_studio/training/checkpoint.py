"""Checkpoints: safetensors and JSON in one folder per step, written whole or not at all."""

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
    """

    def __init__(self, folder: Path, keep: int = 2) -> None:
        self.folder = folder
        self.keep = keep

    def steps(self) -> list[int]:
        """Steps that have a complete checkpoint, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            int(path.name)
            for path in self.folder.iterdir()
            if _STEP.fullmatch(path.name) and (path / STATE).is_file()
        )

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
            text = json.dumps({"schema": SCHEMA_VERSION, **counters}, indent=1)
            (temporary / STATE).write_text(text, "utf-8")
        self._prune()
        return path

    def load(self, step: int | None = None) -> Checkpoint:
        """A checkpoint, the newest readable one when `step` is None.

        Raises:
            BadCheckpoint: none is there, or the one asked for is damaged.
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

    def load_weights(self, step: int | None = None) -> dict[str, Tensor]:
        """Only the weights: enough to make pictures, without the optimiser's memory."""
        steps = self.steps() if step is None else [step]
        problem: BadCheckpoint | None = None
        for candidate in reversed(steps):
            try:
                return _read_tensors(self.path(candidate) / WEIGHTS)
            except BadCheckpoint as error:
                problem = problem or error
        raise problem or BadCheckpoint(path=self.folder, reason="there is none yet")

    def drop_after(self, step: int) -> None:
        """Remove checkpoints newer than `step` (a resumed run writes its own)."""
        for candidate in self.steps():
            if candidate > step:
                shutil.rmtree(self.path(candidate), ignore_errors=True)

    def pin(self, step: int) -> None:
        """Keep this checkpoint for good."""
        (self.path(step) / "pinned").touch()

    def _prune(self) -> None:
        steps = self.steps()
        for step in steps[: -self.keep]:
            if not (self.path(step) / "pinned").exists():
                shutil.rmtree(self.path(step), ignore_errors=True)
        for leftover in self.folder.glob(".*"):  # of a process that was killed while it wrote
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read one checkpoint folder. Nothing is ever unpickled.

    Raises:
        BadCheckpoint: missing, damaged, of a newer version, or something else under its name.
    """
    counters = _read_state(path / STATE)
    return Checkpoint(
        path, _read_tensors(path / WEIGHTS), _read_tensors(path / OPTIMISER), counters
    )


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
