"""Printing what a model is built of."""

from __future__ import annotations

import dataclasses
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import INDENT
from gan_studio.core.i18n import _
from gan_studio.inference.architecture_words import count_words, squeeze_words, table

if TYPE_CHECKING:
    from gan_studio.inference.architecture import Architecture


def print_networks(architecture: Architecture, title: str) -> None:
    """The layers of every net with what comes out and their weights, as a table."""
    print(f"\n{title}")
    rows = [(_("net"), _("output"), _("parameters"), _("layer")), *table(architecture)]
    widths = [max(_width(row[column]) for row in rows) for column in range(3)]
    for net, shape, count, kind in rows:
        cells = [_padded(net, widths[0]), _padded(shape, widths[1]), f"{count:>{widths[2]}}", kind]
        print(_printable(INDENT + "  ".join(cells).rstrip()))
    words = _("All networks: {count}.").format(count=count_words(architecture.parameters))
    print(f"{INDENT}{words} {squeeze_words(architecture)}".rstrip())


def _printable(text: str) -> str:
    """Question marks for what the terminal's encoding lacks; a hat or a μ must not end it all."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _width(text: str) -> int:
    """Columns of the terminal: the hat of x̂ stands above its letter."""
    return sum(not unicodedata.combining(letter) for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def network_facts(architecture: Architecture) -> list[dict[str, Any]]:
    """The nets as plain values."""
    return [dataclasses.asdict(net) for net in architecture.nets]
