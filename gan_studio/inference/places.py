"""Places in latent space as text: what is copied, pasted, saved, and drawn again bit for bit."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gan_studio.core.errors import BadLatents

if TYPE_CHECKING:
    from pathlib import Path

Floats = npt.NDArray[np.float32]
FORMAT = "gan-studio latents"
VERSION = 1
BATCH = 9  # places drawn at once; part of the file, because sums round differently in other batches
LONGEST_FILE = 64 * 2**20
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Place:
    """One point of a latent space and how it is drawn.

    Attributes:
        z: float32 ``[dim]``, before truncation.
        label: the class, None without classes.
        psi: truncation: the model draws ``mean + psi * (z - mean)``.
        seed: the seed that alone gives z, None where none does.
        name: what a person called it.
    """

    z: Floats
    label: int | None = None
    psi: float = 1.0
    seed: int | None = None
    name: str = ""


@dataclass(frozen=True, eq=False)
class Places:
    """What a latents file holds.

    Attributes:
        items: in the order of the file.
        batch: how many were drawn at once.
        facts: where they come from (family, run, step); only to be shown.
    """

    items: tuple[Place, ...]
    batch: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)


def truncated(z: Floats, mean: Floats, psi: float) -> Floats:
    """What the model is given: ``mean + psi * (z - mean)``; exactly `z` where psi is 1."""
    if psi == 1:
        return z
    return np.asarray(mean + np.float32(psi) * (z - mean), np.float32)


def to_text(places: Places) -> str:
    """A latents file as text (JSON); `from_text` gives the same bits back."""
    items = [item_of(place) for place in places.items]
    head = {"format": FORMAT, "version": VERSION, **places.facts, "batch": places.batch}
    rows = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in items)
    opened = json.dumps(head, ensure_ascii=False)[:-1]
    return f'{opened}, "latents": [\n  {rows}\n]}}\n'


def from_text(text: str, dim: int, source: str, classes: int = 0) -> Places:
    """Read a latents file, or bare numbers: one place per line, or per list.

    Args:
        text: what `to_text` gave, a JSON list, or numbers with spaces, commas or semicolons.
        dim: how many numbers the model takes.
        source: what errors call the text: a path, or "the clipboard".
        classes: how many classes the model knows.

    Raises:
        BadLatents: it holds something else, another size, a number that is not finite, or a class
            that the model does not know.
    """
    found = _parsed(text, source, dim)
    if isinstance(found, Mapping):
        return _from_file(found, dim, source, classes)
    rows = found if found and isinstance(found[0], list) else [found]
    return Places(tuple(Place(_vector(row, dim, source, at)) for at, row in enumerate(rows, 1)))


def read_places(path: Path, dim: int, classes: int = 0) -> Places:
    """`from_text` of a file.

    Raises:
        BadLatents: the file is missing, too large, no text, or as in `from_text`.
    """
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise BadLatents(source=path, reason="it is too large for a latents file")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadLatents(source=path, reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadLatents(source=path, reason="it is not a text file") from error
    return from_text(text, dim, str(path), classes)


def item_of(place: Place) -> dict[str, Any]:
    """A place as plain values of JSON; `place_of` gives the same bits back."""
    item: dict[str, Any] = {}
    if place.name:
        item["name"] = place.name
    if place.seed is not None:
        item["seed"] = place.seed
    if place.label is not None:
        item["label"] = place.label
    if place.psi != 1:
        item["psi"] = place.psi
    item["z"] = decimals(place.z)
    return item


def decimals(values: Floats) -> list[float]:
    """The shortest decimals that give the same float32 again."""
    return [float(np.format_float_positional(value, unique=True)) for value in values]


def _parsed(text: str, source: str, dim: int) -> Any:
    stripped = text.strip()
    if stripped.startswith(("{", "[")):
        try:
            found = json.loads(stripped)
        except (ValueError, RecursionError) as error:
            raise BadLatents(source=source, reason=f"it is damaged ({error})") from error
        if isinstance(found, (dict, list)):
            return found
    rows = [re.split(r"[\s,;]+", line.strip(" \t,;")) for line in stripped.splitlines()]
    rows = [row for row in rows if row != [""]]
    if not rows:
        raise BadLatents(source=source, reason="it holds no numbers")
    # A number per line may be one place of many numbers, or many places of one.
    is_table = len(rows) > 1 and (len(rows[0]) > 1 or dim == 1)
    return rows if is_table else [word for row in rows for word in row]


def _from_file(found: Mapping[str, Any], dim: int, source: str, classes: int) -> Places:
    if found.get("format") != FORMAT:
        raise BadLatents(source=source, reason="it is not a latents file")
    if not isinstance(found.get("version"), int) or found["version"] > VERSION:
        raise BadLatents(source=source, reason="it is of a newer version of GAN Studio")
    items = found.get("latents")
    if not isinstance(items, list) or not items:
        raise BadLatents(source=source, reason="it holds no latents")
    places = tuple(place_of(item, dim, source, at, classes) for at, item in enumerate(items, 1))
    batch = found.get("batch", 1)
    is_usable = isinstance(batch, int) and not isinstance(batch, bool) and 1 <= batch <= 4096
    facts = {
        key: value
        for key, value in found.items()
        if key not in ("format", "version", "latents", "batch")
    }
    return Places(places, batch if is_usable else 1, facts)


def place_of(item: Any, dim: int, source: str, at: int, classes: int) -> Place:
    """Read entry number `at` (from 1) of the file `source`; the rest as in `from_text`.

    Raises:
        BadLatents: as in `from_text`.
    """
    if not isinstance(item, Mapping):
        raise BadLatents(source=source, reason=f"latent {at} is no entry with a z")
    label, seed, name = item.get("label"), item.get("seed"), item.get("name")
    if label is not None and not (_is_whole(label) and 0 <= label < classes):
        raise BadLatents(source=source, reason=f"latent {at} is of a class the model does not know")
    return Place(
        _vector(item.get("z"), dim, source, at),
        label,
        _number(item.get("psi", 1.0), source, at),
        seed if _is_whole(seed) else None,
        name if isinstance(name, str) else "",
    )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _vector(row: Any, dim: int, source: str, at: int) -> Floats:
    if not isinstance(row, Sequence) or isinstance(row, str):
        raise BadLatents(source=source, reason=f"latent {at} is no list of numbers")
    numbers = [_number(value, source, at) for value in row]
    if len(numbers) != dim:
        reason = f"latent {at} has {len(numbers)} numbers where the model takes {dim}"
        raise BadLatents(source=source, reason=reason)
    return np.array(numbers, np.float32)


def _number(value: Any, source: str, at: int) -> float:
    try:
        number = math.inf if isinstance(value, int) and abs(value) > LARGEST else float(value)
    except (TypeError, ValueError) as error:
        reason = f"latent {at} holds “{str(value)[:20]}”, which is no number"
        raise BadLatents(source=source, reason=reason) from error
    if not abs(number) <= LARGEST:  # NaN is not below it either
        reason = f"latent {at} holds a number that is not finite"
        raise BadLatents(source=source, reason=reason)
    return number
