"""``gan-studio datasets``: the kinds of data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli._catalogue import add_catalogue_arguments, print_catalogue
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

DESCRIPTION = N_("List the kinds of data that can be trained on, or one of them with its options.")
EXAMPLES = N_("""\
examples:
  gan-studio datasets               all kinds of data, one line each
  gan-studio datasets mnist         every option with its range
  gan-studio train --data PATH      a folder of pictures or of IDX files needs no name
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_catalogue_arguments(parser, _("a kind of data, to see its options"))


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.data.base import DATASETS

    return print_catalogue(DATASETS, args.name, "data", args.json)
