"""``gan-studio inventory``: what this program holds, to be held beside what it was made from."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gan_studio
from gan_studio.cli._output import print_json
from gan_studio.cli.app import COMMANDS
from gan_studio.core.paths import is_frozen, resources_dir
from gan_studio.core.registry import REGISTRY_HOMES, Registry

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--modules", type=Path, metavar="FILE", help="import these, MODULE or MODULE:NAME a line"
    )


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    names = [] if args.modules is None else args.modules.read_text("utf-8").split()
    print_json({**inventory(), "modules": {name: why_not(name) for name in names}})
    return 0


def inventory() -> dict[str, Any]:
    """Entries of every registry, commands and resources, as plain values."""
    return {
        "version": gan_studio.__version__,
        "is_frozen": is_frozen(),
        "registries": {kind: registry_facts(kind) for kind in REGISTRY_HOMES},
        "commands": {name: why_not(f"gan_studio.cli.{name}") for name in COMMANDS},
        "resources": resource_names(),
    }


def registry_facts(kind: str) -> dict[str, Any]:
    """Keys of a registry, and what could not be loaded."""
    registry = Registry.of_kind(kind)
    facts: dict[str, Any] = {"entries": [entry.key for entry in registry]}
    if kind == "exporter":  # what the name of such a file ends in
        facts["endings"] = {entry.key: entry.target.ending for entry in registry}
    return {**facts, "unavailable": dict(registry.broken)}


def why_not(name: str) -> str:
    """Why a module, or ``module:name`` of it, cannot be imported; nothing where it can."""
    module, _colon, member = name.partition(":")
    try:
        found = importlib.import_module(module)
        if member and not hasattr(found, member):
            importlib.import_module(f"{module}.{member}")
    except Exception as error:  # whatever it is, it is what is asked for
        return f"{type(error).__name__}: {error}"
    return ""


def resource_names() -> list[str]:
    """All files of the resources, with ``/`` between the parts."""
    folder = resources_dir()
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in files)
