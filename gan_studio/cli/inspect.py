"""``gan-studio inspect``: what is in a run's folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.cli._networks import network_facts, print_networks
from gan_studio.cli._output import add_json, print_json, print_pairs
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    import argparse

    from gan_studio.inference.architecture import Architecture

TAIL = 5  # rows of metrics
DESCRIPTION = N_("Show what is in a run's folder: settings, networks, checkpoints, last metrics.")
EXAMPLES = N_("""\
examples:
  gan-studio inspect runs/first
  gan-studio inspect runs/first --json
""")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("run_dir", type=Path, metavar="RUN", help=_("the run's folder"))
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the command out; its exit code."""
    facts = run_facts(args.run_dir)
    found = run_architecture(args.run_dir)
    if args.json:
        print_json({**facts, "networks": None if found is None else network_facts(found)})
    else:
        print_facts(facts, found)
    return 0


def run_facts(run_dir: Path) -> dict[str, Any]:
    """All that a run's folder tells, as plain values.

    Raises:
        BadRun: it is not a run, damaged, or of a newer version.
        BadConfig: a field of its config cannot be used.
    """
    from gan_studio.core.schema import to_plain
    from gan_studio.training.run_folder import RunFolder

    folder = RunFolder(run_dir)
    config, manifest = to_plain(folder.config()), folder.manifest()
    newest = folder.newest_sample()
    return {
        "path": str(run_dir),
        "config": config,
        "manifest": manifest,
        "nets": manifest.get("parameters", {}),
        "checkpoints": folder.checkpoints.steps(),
        "moments": folder.checkpoints.moments(),
        "samples": len(list(folder.samples.glob("*.png"))),
        "newest_sample": None if newest is None else str(newest),
        "metrics": folder.metrics()[-TAIL:],
    }


def run_architecture(run_dir: Path) -> Architecture | None:
    """What the run's model is built of; None where its family cannot build it any more."""
    from gan_studio.core.errors import StudioError
    from gan_studio.inference.bundle import spec_of_facts
    from gan_studio.inference.tracing import architecture_of
    from gan_studio.training.run_folder import RunFolder

    folder = RunFolder(run_dir)
    manifest = folder.manifest()
    if "sample_shape" not in manifest:
        return None
    try:
        return architecture_of(folder.config().model, spec_of_facts(manifest))
    except StudioError:  # a plug-in that is gone, say: all else can still be shown
        return None


def print_facts(facts: Mapping[str, Any], architecture: Architecture | None = None) -> None:
    """The facts for people."""
    manifest = facts["manifest"]
    shape = " x ".join(str(extent) for extent in manifest.get("sample_shape", ()))
    about = {
        _("family"): manifest.get("family"),
        _("data"): f"{manifest.get('data_title')} ({manifest.get('train_count')} x {shape})",
        _("created"): manifest.get("created"),
        _("state"): manifest.get("state"),
        _("steps"): _("{step} of {total}").format(
            step=manifest.get("step"), total=manifest.get("total_steps")
        ),
        _("device"): manifest.get("device"),
        _("checkpoints"): ", ".join(str(step) for step in facts["checkpoints"]) or _("none"),
        _("to look at"): ", ".join(str(step) for step in facts["moments"]) or _("none"),
        _("pictures"): facts["newest_sample"] or _("none"),
    }
    if manifest.get("state") == "failed":
        about[_("failure")] = manifest.get("failure")
    print_pairs(facts["path"], about)
    if architecture is not None:
        print_networks(architecture, _("networks"))
    else:
        print_pairs("\n" + _("parameters"), {net: f"{n:,}" for net, n in facts["nets"].items()})
    print_pairs("\n" + _("settings"), dict(flatten(facts["config"])))
    print("\n" + _("last metrics"))
    for row in facts["metrics"]:
        print("  " + "  ".join(f"{name} {value:.6g}" for name, value in row.items()))


def flatten(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Nested tables as dotted names."""
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        path = f"{prefix}{name}"
        found += flatten(value, f"{path}.") if isinstance(value, Mapping) else [(path, value)]
    return found
