"""Rows of measured figures and their table."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes:
        what: what was measured.
        measured: the figure with its unit.
        bar: what is to be reached, empty for information only.
        is_reached: None without a bar.
        how: the protocol in a few words.
    """

    what: str
    measured: str
    bar: str = ""
    is_reached: bool | None = None
    how: str = ""

    def to_plain(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def at_most(what: str, value: float, bar: float, how: str, form: str = "{:.3g}") -> Row:
    """A figure that must not exceed its bar."""
    return Row(what, form.format(value), f"<= {form.format(bar)}", value <= bar, how)


def at_least(what: str, value: float, bar: float, how: str, form: str = "{:.2f}") -> Row:
    """A figure that must reach its bar."""
    return Row(what, form.format(value), f">= {form.format(bar)}", value >= bar, how)


def table(rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = ["| what | measured | bar | reached | how |", "|---|---|---|---|---|"]
    words = {True: "yes", False: "NO", None: ""}
    for row in rows:
        lines.append(
            f"| {row.what} | {row.measured} | {row.bar} | {words[row.is_reached]} | {row.how} |"
        )
    return "\n".join(lines)


def machine() -> str:
    """Where this was measured, in one line."""
    import torch

    name = platform.processor() or platform.machine()
    if torch.cuda.is_available():
        name += f", {torch.cuda.get_device_name()}"
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        f"torch {torch.__version__}"
    )
