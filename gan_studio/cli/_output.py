"""How commands print: tables for people, JSON for machines."""

from __future__ import annotations

import json
import math
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    import argparse

INDENT = "  "


def add_json(parser: argparse.ArgumentParser, what: str = "") -> None:
    """The flag ``--json``."""
    parser.add_argument(
        "--json", action="store_true", help=what or _("print one JSON object, for machines")
    )


def add_set(parser: argparse.ArgumentParser, what: str) -> None:
    """The flag ``--set FIELD=VALUE``, kept as the list ``words``."""
    parser.add_argument(
        "--set", dest="words", action="append", default=[], metavar="FIELD=VALUE", help=what
    )


def print_json(value: Any) -> None:
    """One JSON value on one line; numbers that JSON does not know become null."""
    print(json.dumps(finite(value), ensure_ascii=False, allow_nan=False), flush=True)


def finite(value: Any) -> Any:
    """`value` with None in place of infinities and NaN, which JSON lacks."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return value


def print_pairs(title: str, pairs: Mapping[str, Any]) -> None:
    """A heading and aligned ``name  value`` lines below it."""
    print(title)
    width = max((len(name) for name in pairs), default=0)
    for name, value in pairs.items():
        print(f"{INDENT}{name:<{width}}  {value}")


def print_table(rows: Sequence[Sequence[str]], is_wrapped: bool = True) -> None:
    """Aligned columns; the last one is wrapped to the terminal, unless it is there to be copied."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    indent = sum(widths) + 2 * len(widths)
    for row in rows:
        head = "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
        print(head + (wrapped(row[-1], indent) if is_wrapped else row[-1]))


def wrapped(text: str, indent: int) -> str:
    """`text` broken to the terminal's width, all lines but the first indented."""
    width = max(40, terminal_width() - indent)
    return f"\n{' ' * indent}".join(textwrap.wrap(text, width) or [""])


def terminal_width() -> int:
    """Columns of the terminal, at most 100; 100 where the output is not one."""
    return min(100, shutil.get_terminal_size().columns) if sys.stdout.isatty() else 100
