"""Reading points from text: one per row, one or two numbers, a bad row named by its number."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.errors import BadData, BadRow
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from gan_studio.data.distributions import Floats

_GAPS = re.compile(r"[,\s]+")
_MOST_ROWS = 1_000_000


def parse_points(text: str, name: object) -> Floats:
    """Points ``[N, 1]`` or ``[N, 2]`` from text.

    Numbers are parted by commas, semicolons, tabs or spaces; with semicolons a comma is the decimal
    sign. Empty rows and those that begin with ``#`` are skipped, so is one row of headings.

    Args:
        text: the whole file, or what was pasted.
        name: how messages call it: the path, or "the pasted text".

    Raises:
        BadRow: a row is not one or two finite numbers, or not as many as those before.
        BadData: there are no points, or far too many.
    """
    rows: list[list[float]] = []
    has_heading = False
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        words = _words(line)
        if not words:
            continue
        if not rows and not has_heading and all(_number(word) is None for word in words):
            has_heading = True
            continue
        rows.append(_row(words, len(rows[0]) if rows else 0, number, name))
        if len(rows) > _MOST_ROWS:
            raise BadData(name, N_("more than a million points"), N_("Take a part of them."))
    if not rows:
        raise BadData(
            name, N_("no points are in it"), N_("Write one point per row: one or two numbers.")
        )
    return np.array(rows, dtype=np.float64)


def _words(line: str) -> list[str]:
    line = line.strip()
    if not line or line.startswith("#"):
        return []
    if ";" in line:
        return [word.strip().replace(",", ".") for word in line.split(";")]
    if "," in line:
        return [word.strip() for word in line.split(",")]
    return _GAPS.split(line)


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def _row(words: list[str], expected: int, number: int, name: object) -> list[float]:
    if len(words) > 2:
        raise BadRow(path=name, row=number, problem=N_("has more than two numbers"))
    if expected and len(words) != expected:
        raise BadRow(path=name, row=number, problem=N_("has not as many numbers as those before"))
    values = [_number(word) for word in words]
    if any(value is None or not math.isfinite(value) for value in values):
        raise BadRow(path=name, row=number, problem=N_("holds something that is no number"))
    return [value for value in values if value is not None]
