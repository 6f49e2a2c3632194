"""A run on disk: its config, its manifest, its events, its samples and its checkpoints."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w
import torch

import gan_studio
from gan_studio.core.config import SCHEMA_VERSION, RunConfig
from gan_studio.core.errors import BadRun
from gan_studio.core.paths import RUN_FILE, naming_disk_problems, write_atomically
from gan_studio.core.schema import to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.training.checkpoint import CheckpointStore

if TYPE_CHECKING:
    from datetime import datetime

CONFIG, MANIFEST, EVENTS, METRICS = "run.toml", "manifest.json", "events.jsonl", "metrics.csv"


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @property
    def samples(self) -> Path:
        """Sample grids by step: ``000500.png``."""
        return self.path / "samples"

    @property
    def checkpoints(self) -> CheckpointStore:
        """The run's checkpoints."""
        return CheckpointStore(self.path / "checkpoints")

    def newest_sample(self) -> Path | None:
        """The newest sample grid, or None."""
        return max(self.samples.glob("*.png"), default=None)

    def is_run(self) -> bool:
        """Whether this looks like a run at all."""
        return (self.path / CONFIG).is_file() and (self.path / MANIFEST).is_file()

    def create(self, config: RunConfig, facts: dict[str, Any], now: datetime) -> None:
        """Write the config and the first manifest.

        Raises:
            DiskProblem: the folder cannot be written.
            BadRun: it already holds a run.
        """
        if self.is_run():
            raise BadRun(
                self.path,
                "there is already a run in this folder",
                "Choose another folder, or resume that run.",
            )
        self.write_config(config)
        manifest = {
            "schema": SCHEMA_VERSION,
            "created": now.isoformat(timespec="seconds"),
            "family": config.model.key,
            "data": config.data.key,
            "seed": config.train.seed,
            "total_steps": config.train.steps,
            "step": 0,
            "state": "started",
            "versions": versions(),
            **facts,
        }
        self._write_json(MANIFEST, manifest)
        self.write_opener()
        with naming_disk_problems(self.path):
            self.samples.mkdir(exist_ok=True)

    def write_config(self, config: RunConfig) -> None:
        """Write ``run.toml``, the fully resolved config."""
        text = tomli_w.dumps({"schema": SCHEMA_VERSION, **to_plain(config)})
        write_atomically(self.path / CONFIG, text.encode())

    def write_opener(self) -> None:
        """Write the file that opens the run when it is double-clicked, where it is missing.

        The run is the folder that the file lies in, whatever that is called by then.
        """
        if not (self.path / RUN_FILE).exists():
            self._write_json(RUN_FILE, {"gan_studio_run": 1, "name": self.path.name})

    def config(self) -> RunConfig:
        """Read ``run.toml``.

        Raises:
            BadRun: it is not a run, damaged, or of a newer version.
            BadConfig: a field of it cannot be used.
        """
        plain = self._read_config()
        if plain.pop("schema", 0) > SCHEMA_VERSION:
            raise BadRun(
                self.path,
                "a newer version of GAN Studio wrote this run",
                "Update GAN Studio to open it; nothing was changed.",
            )
        return from_plain(RunConfig, plain)

    def _read_config(self) -> dict[str, Any]:
        try:
            return tomllib.loads((self.path / CONFIG).read_text("utf-8"))
        except FileNotFoundError as error:
            raise BadRun(
                self.path, f"this is not a run, {CONFIG} is missing", "Choose a run's folder."
            ) from error
        except (OSError, ValueError) as error:
            raise BadRun(
                self.path / CONFIG, f"it cannot be read ({error})", "Restore it from a copy."
            ) from error

    def manifest(self) -> dict[str, Any]:
        """Read ``manifest.json``.

        Raises:
            BadRun: it is missing, damaged, or of a newer version.
        """
        path = self.path / MANIFEST
        try:
            manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise BadRun(
                path, f"it cannot be read ({error})", "Choose another run, or restore the file."
            ) from error
        if manifest.get("schema", 0) > SCHEMA_VERSION:
            raise BadRun(
                self.path,
                "a newer version of GAN Studio wrote this run",
                "Update GAN Studio to open it; nothing was changed.",
            )
        return manifest

    def update_manifest(self, **facts: Any) -> None:
        """Change some entries of the manifest."""
        self._write_json(MANIFEST, {**self.manifest(), **facts})

    def _write_json(self, name: str, value: dict[str, Any]) -> None:
        write_atomically(self.path / name, json.dumps(value, indent=1).encode())

    def forget_after(self, step: int) -> None:
        """Drop logged events, metrics, samples and checkpoints that lie after `step`.

        A resumed run says them again; without this its history would have a fold in it.
        """
        self.checkpoints.drop_after(step)
        for sample in self.samples.glob("*.png"):
            if sample.stem.isdigit() and int(sample.stem) > step:
                sample.unlink(missing_ok=True)
        self._keep_lines(EVENTS, lambda line: _step_of_event(line) <= step)
        self._keep_lines(METRICS, lambda line: _step_of_row(line) <= step)

    def _keep_lines(self, name: str, keeps: Any) -> None:
        path = self.path / name
        if path.is_file():
            lines = path.read_text("utf-8", errors="replace").splitlines()
            kept = [line for line in lines if keeps(line)]
            if len(kept) < len(lines):
                write_atomically(path, ("\n".join(kept) + "\n" if kept else "").encode())

    def metrics(self) -> list[dict[str, float]]:
        """The rows of ``metrics.csv``, oldest first; damaged rows are left out."""
        path = self.path / METRICS
        if not path.is_file():
            return []
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8", errors="replace")))
        return [row for row in map(_numbers, rows) if "step" in row]


def _numbers(row: dict[str, Any]) -> dict[str, float]:
    numbers = {}
    for key, text in row.items():
        try:
            numbers[key] = float(text)
        except (TypeError, ValueError):
            continue
    return numbers


def _step_of_event(line: str) -> int:
    """The step of a logged event; a torn last line of a killed process counts as too new."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return 2**62


def _step_of_row(line: str) -> int:
    head = line.split(",", 1)[0]
    if head == "step":
        return -1
    return int(head) if head.isdigit() else 2**62


def versions() -> dict[str, str]:
    """What this run was made with."""
    return {
        "gan_studio": gan_studio.__version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }


def weights_hash(tensors: dict[str, Any]) -> str:
    """SHA-256 over names and bytes of all tensors, to compare runs."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
