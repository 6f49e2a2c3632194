"""``gan-studio presets``: settings that are known to work."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from gan_studio.cli._output import add_json, print_json, wrapped
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import find_preset, load_presets

if TYPE_CHECKING:
    import argparse

DESCRIPTION = N_("List settings that are known to work, with what to expect of them.")
EXAMPLES = N_("""\
examples:
  gan-studio presets                all presets with what was measured
  gan-studio presets NAME --json    one of them with its values
  gan-studio train --preset NAME
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=_("show only this preset"))
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    presets = load_presets(resources_dir() / "presets")
    if args.name is not None:
        presets = {args.name: find_preset(presets, args.name)}
    if args.json:
        facts = {key: dataclasses.asdict(preset) for key, preset in presets.items()}
        print_json({"presets": facts})
        return 0
    if not presets:
        print(_("There are no presets in {path}.").format(path=resources_dir() / "presets"))
    for key, preset in presets.items():
        print(f"{key}: {_(preset.title)} ({preset.family})")
        print(f"  {wrapped(_(preset.help), 2)}")
        print(f"  {wrapped(_(preset.expects), 2)}")
    return 0
