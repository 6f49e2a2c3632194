"""Sinks write what a run says into its folder: the log, the metrics, the sample grids."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PIL import Image

from gan_studio.core.events import (
    EVENT_TYPES,
    Event,
    RunState,
    SamplesReady,
    ScalarsReady,
    SnapshotReady,
)
from gan_studio.core.paths import naming_disk_problems, write_atomically
from gan_studio.exporters.png import laid_out
from gan_studio.training.run_folder import EVENTS, METRICS, RunFolder

if TYPE_CHECKING:
    from pathlib import Path


class Sink(Protocol):
    """Something that keeps events."""

    def handle(self, event: Event) -> None:
        """Take one event."""

    def close(self) -> None:
        """Write what waits and let go of files."""


def event_to_plain(event: Event) -> dict[str, Any]:
    """An event as plain values; pictures and weights are left out."""
    plain: dict[str, Any] = {"event": type(event).__name__}
    for item in fields(event):
        if item.name in ("images", "weights"):
            continue
        plain[item.name] = _plain(getattr(event, item.name))
    return plain


def event_from_plain(plain: Mapping[str, Any]) -> Event:
    """The reverse of `event_to_plain`.

    Raises:
        KeyError: an unknown event class.
        TypeError: fields are missing or unknown.
    """
    values = dict(plain)
    cls = EVENT_TYPES[values.pop("event")]
    if "state" in values:
        values["state"] = RunState(values["state"])
    return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (np.generic,)):
        return value.item()
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


class EventLog:
    """``events.jsonl``: one event per line, flushed at once, so that a kill loses at most one."""

    def __init__(self, folder: RunFolder) -> None:
        self._path = folder.path / EVENTS
        with naming_disk_problems(self._path):
            self._file = self._path.open("a", encoding="utf-8")

    def handle(self, event: Event) -> None:
        """Append everything but pictures that are not kept and weights."""
        if isinstance(event, SnapshotReady):
            return
        if isinstance(event, SamplesReady) and not event.is_milestone:
            return
        with naming_disk_problems(self._path):
            self._file.write(json.dumps(event_to_plain(event)) + "\n")
            self._file.flush()

    def close(self) -> None:
        """Close the file."""
        with naming_disk_problems(self._path):
            self._file.close()


class MetricsCsv:
    """``metrics.csv``: one row per report, opened by any spreadsheet.

    Columns are those of the first report. A name that appears later (a lazy penalty) is added by
    rewriting the file once.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._path = folder.path / METRICS
        self._columns: list[str] = []
        if self._path.is_file():
            with self._path.open(encoding="utf-8", errors="replace") as file:
                self._columns = file.readline().strip().split(",")
        with naming_disk_problems(self._path):
            self._file = self._path.open("a", encoding="utf-8", newline="")

    def handle(self, event: Event) -> None:
        """Append one row per `ScalarsReady`."""
        if not isinstance(event, ScalarsReady):
            return
        row: dict[str, Any] = {
            "step": event.step,
            "time": round(event.time, 3),
            "images_per_second": round(event.images_per_second, 1),
            **{name: f"{value:.6g}" for name, value in event.values.items()},
        }
        with naming_disk_problems(self._path):
            if new := [name for name in row if name not in self._columns]:
                self._add_columns(new)
            writer = csv.DictWriter(self._file, self._columns, restval="", lineterminator="\n")
            writer.writerow(row)
            self._file.flush()

    def _add_columns(self, names: list[str]) -> None:
        self._file.close()
        old = self._path.read_text("utf-8", errors="replace") if self._columns else ""
        self._columns = [name for name in self._columns if name] + names
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self._columns, restval="", lineterminator="\n")
        writer.writeheader()
        for row in csv.DictReader(io.StringIO(old)):
            writer.writerow({key: value for key, value in row.items() if key in self._columns})
        write_atomically(self._path, text.getvalue().encode())
        self._file = self._path.open("a", encoding="utf-8", newline="")

    def close(self) -> None:
        """Close the file."""
        with naming_disk_problems(self._path):
            self._file.close()


class SampleImages:
    """``samples/000500.png``: the milestones as grids."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder.samples

    def handle(self, event: Event) -> None:
        """Write one grid per milestone."""
        if isinstance(event, SamplesReady) and event.is_milestone and event.images.ndim == 4:
            path = self._folder / f"{event.step:06d}.png"
            save_grid(event.images, path)

    def close(self) -> None:
        """Nothing waits."""


def grid_array(images: Any, columns: int = 0, gap: int = 0) -> Any:
    """uint8 ``[N, C, H, W]`` to one picture ``[H', W']`` (grey) or ``[H', W', 3]``.

    Args:
        images: the pictures, row by row.
        columns: pictures per row; 0 makes the grid as square as possible.
        gap: black pixels between pictures.
    """
    grid = laid_out(images, columns, gap)
    return grid[0] if len(grid) == 1 else np.ascontiguousarray(grid.transpose(1, 2, 0))


def save_grid(images: Any, path: Path, columns: int = 0, gap: int = 0) -> None:
    """Write uint8 ``[N, C, H, W]`` as one PNG, whole or not at all.

    Raises:
        DiskProblem: the folder cannot be written.
    """
    buffer = io.BytesIO()
    Image.fromarray(grid_array(images, columns, gap)).save(buffer, "PNG")
    write_atomically(path, buffer.getvalue())


def folder_sinks(folder: RunFolder) -> list[Sink]:
    """The sinks that every run has."""
    return [EventLog(folder), MetricsCsv(folder), SampleImages(folder)]
