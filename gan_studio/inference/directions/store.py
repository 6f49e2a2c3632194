"""Directions as text: kept in the run's folder, exported, imported; JSON and nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gan_studio.core.errors import RUN_GONE, DiskProblem
from gan_studio.core.paths import write_atomically
from gan_studio.inference.directions.direction import KINDS, REACH, Direction
from gan_studio.inference.directions.errors import BadDirections
from gan_studio.inference.places import LARGEST, LONGEST_FILE, decimals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gan_studio.inference.directions.direction import Floats

FILE = "explore/directions.json"
FORMAT = "gan-studio directions"
VERSION = 1
WIDEST_REACH = 100.0


def directions_to_text(directions: Sequence[Direction]) -> str:
    """A directions file as text; `directions_from_text` gives the same bits back."""
    rows = ",\n  ".join(json.dumps(_item(each), ensure_ascii=False) for each in directions)
    head = json.dumps({"format": FORMAT, "version": VERSION})[:-1]
    return f'{head}, "directions": [\n  {rows}\n]}}\n'


def directions_from_text(text: str, dim: int, source: str) -> list[Direction]:
    """Read a directions file; `source` is what errors call it.

    Raises:
        BadDirections: it holds something else, another size, or numbers that are not finite.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadDirections(source=source, reason=f"it is damaged ({error})") from error
    if not isinstance(found, Mapping) or found.get("format") != FORMAT:
        raise BadDirections(source=source, reason="it is not a directions file")
    if not _is_whole(found.get("version")) or found["version"] > VERSION:
        raise BadDirections(source=source, reason="it is of a newer version of GAN Studio")
    items = found.get("directions")
    if not isinstance(items, list):
        raise BadDirections(source=source, reason="it holds no directions")
    return [_direction(item, dim, source, at) for at, item in enumerate(items, 1)]


def save_directions(run_dir: Path, directions: Sequence[Direction]) -> None:
    """Keep these, and only these, with the run.

    Raises:
        BadDirections: one holds numbers that are not finite.
        DiskProblem: the folder is full, read-only or gone.
    """
    if not run_dir.is_dir():  # a run that was deleted meanwhile must not come back as a folder
        raise DiskProblem(run_dir, "the run's folder is gone", RUN_GONE)
    export_directions(run_dir / FILE, directions)


def load_directions(run_dir: Path, dim: int) -> list[Direction]:
    """What was kept with the run; empty where nothing was.

    Raises:
        BadDirections: the file is damaged or of a model of another size.
    """
    path = run_dir / FILE
    return import_directions(path, dim) if path.exists() else []


def export_directions(path: Path, directions: Sequence[Direction]) -> None:
    """Write the same text to any path.

    Raises:
        BadDirections: one holds numbers that are not finite.
        DiskProblem: the folder is full, read-only or gone.
    """
    for each in directions:
        numbers = (each.vector, each.origin, each.reach)
        if not all(np.isfinite(part).all() for part in numbers):
            raise BadDirections(source=each.name, reason="it holds numbers that are not finite")
    write_atomically(path, directions_to_text(directions).encode())


def import_directions(path: Path, dim: int) -> list[Direction]:
    """Read what `export_directions` wrote.

    Raises:
        BadDirections: the file is missing, damaged or of a model of another size.
    """
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise BadDirections(source=path, reason="it is too large for a directions file")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadDirections(source=path, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadDirections(source=path, reason="it is not a text file") from error
    return directions_from_text(text, dim, str(path))


def _item(direction: Direction) -> dict[str, Any]:
    return {
        "name": direction.name,
        "kind": direction.kind,
        "reach": direction.reach,
        "facts": {key: _finite(value) for key, value in direction.facts.items()},
        "vector": decimals(direction.vector),
        "origin": decimals(direction.origin),
    }


def _finite(value: float | int | str) -> float | int | str | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _direction(item: Any, dim: int, source: str, at: int) -> Direction:
    if not isinstance(item, Mapping):
        raise BadDirections(source=source, reason=f"direction {at} is no entry with a vector")
    name, kind = item.get("name"), item.get("kind")
    if not isinstance(name, str) or not name.strip():
        raise BadDirections(source=source, reason=f"direction {at} has no name")
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadDirections(source=source, reason=f"direction {at} is of an unknown kind")
    vector = _vector(item.get("vector"), dim, source, at)
    if not vector.any():
        raise BadDirections(source=source, reason=f"direction {at} has no length")
    origin = _vector(item.get("origin"), dim, source, at)
    reach = _number(item.get("reach", REACH), source, at)
    if not 0 < reach <= WIDEST_REACH:
        raise BadDirections(source=source, reason=f"direction {at} has a reach of {reach:g}")
    return Direction(name, kind, vector, origin, reach, _facts(item.get("facts")))


def _facts(found: Any) -> dict[str, float | int | str]:
    """What is known of it; anything odd is left out, as it is only shown."""
    if not isinstance(found, Mapping):
        return {}
    return {
        str(key): value
        for key, value in found.items()
        if isinstance(value, (int, float, str)) and not isinstance(value, bool)
        if not isinstance(value, float) or math.isfinite(value)
    }


def _vector(row: Any, dim: int, source: str, at: int) -> Floats:
    if not isinstance(row, list):
        raise BadDirections(source=source, reason=f"direction {at} lacks a list of numbers")
    if len(row) != dim:
        reason = f"direction {at} has {len(row)} numbers where the model takes {dim}"
        raise BadDirections(source=source, reason=reason)
    return np.array([_number(value, source, at) for value in row], np.float32)


def _number(value: Any, source: str, at: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        reason = f"direction {at} holds “{str(value)[:20]}”, which is no number"
        raise BadDirections(source=source, reason=reason)
    if not abs(value) <= LARGEST:  # NaN is not below it either
        reason = f"direction {at} holds a number that is not finite"
        raise BadDirections(source=source, reason=reason)
    return float(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
