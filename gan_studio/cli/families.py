"""``gan-studio families``: the kinds of model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli._catalogue import add_catalogue_arguments, print_catalogue
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

DESCRIPTION = N_("List the kinds of model that can be trained, or one of them with its options.")
EXAMPLES = N_("""\
examples:
  gan-studio families               all families, one line each
  gan-studio families dcgan         what it can do, and every option with its range
  gan-studio families --json
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_catalogue_arguments(parser, _("a family, to see its options"))


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.models.base import FAMILIES

    return print_catalogue(FAMILIES, args.name, "model", args.json)
