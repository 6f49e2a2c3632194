"""``gan-studio families``: the kinds of model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.cli._catalogue import (
    add_catalogue_arguments,
    entry_facts,
    print_catalogue,
    print_entry,
)
from gan_studio.cli._networks import network_facts, print_networks
from gan_studio.cli._output import print_json
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

    from gan_studio.inference.architecture import Architecture

DESCRIPTION = N_("List the kinds of model that can be trained, or one of them in full.")
EXAMPLES = N_("""\
examples:
  gan-studio families               all families, one line each
  gan-studio families dcgan         what it can do, every option with its range, its networks
  gan-studio families --json
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_catalogue_arguments(parser, _("a family, to see its options"))


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    from gan_studio.models.base import FAMILIES

    if args.name is None:
        return print_catalogue(FAMILIES, None, "model", args.json)
    entry = FAMILIES.get(args.name)
    found = default_architecture(args.name)
    if args.json:
        networks = None if found is None else network_facts(found)
        print_json({**entry_facts(entry, "model"), "networks": networks})
        return 0
    print_entry(entry, "model")
    if found is not None:
        print_networks(found, _("networks with these defaults, for digits of 28 × 28:"))
    return 0


def default_architecture(key: str) -> Architecture | None:
    """What a family builds for the digits that come with the program; None if it cannot."""
    from gan_studio.core.errors import ShapeMismatch
    from gan_studio.core.samples import SampleSpec
    from gan_studio.core.schema import default_plug
    from gan_studio.inference.tracing import architecture_of

    classes = tuple(str(digit) for digit in range(10))
    try:
        return architecture_of(default_plug("family", key), SampleSpec((1, 28, 28), classes))
    except ShapeMismatch:
        return None
