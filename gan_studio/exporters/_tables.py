"""What lies beside exported pictures: a table of them, their latents, and where they come from."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.exporters._drawing import BATCH
from gan_studio.inference.places import LONGEST_FILE, Places, to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from gan_studio.inference.places import Place

ABOUT = "about.json"
BYTES_PER_NUMBER = 16  # of a latents file, at most about


class Table:
    """A CSV file that grows row by row; any spreadsheet opens it."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(columns)

    def __enter__(self) -> Table:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """Append rows."""
        self._writer.writerows(rows)
        self._file.flush()  # a disk that is full is noticed here


class LatentsFiles:
    """Places as ``latents.json``, or as ``latents-001.json`` ... where one file gets too large.

    A file holds whole batches, so that each can be drawn again by itself.

    Args:
        folder: where they go.
        dim: numbers per place.
        total: how many places there will be.
        facts: where they come from.
    """

    def __init__(self, folder: Path, dim: int, total: int, facts: Mapping[str, Any]) -> None:
        fitting = LONGEST_FILE // 4 // (dim * BYTES_PER_NUMBER + 200)
        self._folder, self._facts, self._total = folder, facts, total
        self._most = max(1, fitting // BATCH) * BATCH
        self._waiting: list[Place] = []
        self.names: list[str] = []

    def add(self, places: Sequence[Place]) -> None:
        """Append the places of one batch."""
        self._waiting += places
        if len(self._waiting) >= self._most:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        is_only = self._total <= self._most
        name = "latents.json" if is_only else f"latents-{len(self.names) + 1:03d}.json"
        text = to_text(Places(tuple(self._waiting), BATCH, self._facts))
        (self._folder / name).write_bytes(text.encode())
        self.names.append(name)
        self._waiting.clear()


def numbers(z: Any) -> list[str]:
    """The shortest decimals that give the same float32 again."""
    return list(np.asarray(z, np.float32).astype(str))


def write_about(folder: Path, facts: Mapping[str, Any]) -> None:
    """Write ``about.json``."""
    text = json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
    (folder / ABOUT).write_bytes(text.encode())
