"""Listing a registry: all of its entries, or one with its options."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gan_studio.cli._output import add_json, print_json, print_table, wrapped
from gan_studio.core.i18n import _
from gan_studio.core.schema import GROUP, PLUG, PLUGS, FieldSpec, spec_of

if TYPE_CHECKING:
    import argparse

    from gan_studio.core.registry import Entry, Registry


def add_catalogue_arguments(parser: argparse.ArgumentParser, what: str) -> None:
    """An optional name, and ``--json``."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=what)
    add_json(parser)


def print_catalogue(registry: Registry[Any], name: str | None, prefix: str, as_json: bool) -> int:
    """Print all entries, or the one called `name` with its options.

    `prefix` is what ``--set`` calls the entry's options: "model" or "data".

    Raises:
        UnknownKey: there is no entry `name`.
    """
    if name is not None:
        entry = registry.get(name)
        if as_json:
            print_json(entry_facts(entry, prefix))
        else:
            print_entry(entry, prefix)
        return 0
    if as_json:
        facts = {entry.key: entry_facts(entry, prefix) for entry in registry}
        print_json({"entries": facts, "unavailable": dict(registry.broken)})
        return 0
    print_table([(entry.key, _(entry.title), _(entry.help)) for entry in registry])
    for module, reason in registry.broken.items():
        print(
            _("{name} cannot be used: {reason}").format(name=module, reason=reason), file=sys.stderr
        )
    return 0


def entry_facts(entry: Entry[Any], prefix: str) -> dict[str, Any]:
    """An entry as plain values."""
    return {
        "key": entry.key,
        "title": entry.title,
        "help": entry.help,
        "paper": entry.paper,
        "module": entry.module,
        "capabilities": sorted(item.value for item in entry.capabilities),
        "options": [option_facts(path, spec) for path, spec in options_of(entry.options, prefix)],
    }


def option_facts(path: str, spec: FieldSpec) -> dict[str, Any]:
    """One option as plain values."""
    default = list(spec.default) if isinstance(spec.default, tuple) else spec.default
    return {
        "field": path,
        "type": "text" if spec.kind in (PLUG, PLUGS) else spec.type.__name__,
        "default": default,
        "label": spec.label,
        "help": spec.help,
        "lo": spec.lo,
        "hi": spec.hi,
        "unit": spec.unit,
        "choices": list(choices_of(spec)),
    }


def options_of(cls: type[Any], prefix: str) -> list[tuple[str, FieldSpec]]:
    """All fields of a configuration class with their dotted names, groups flattened."""
    found: list[tuple[str, FieldSpec]] = []
    for spec in spec_of(cls):
        path = f"{prefix}.{spec.name}"
        found += options_of(spec.type, path) if spec.kind == GROUP else [(path, spec)]
    return found


def choices_of(spec: FieldSpec) -> tuple[str, ...]:
    """The words that a field takes; empty when it takes any value."""
    if spec.kind in (PLUG, PLUGS):
        from gan_studio.core.registry import Registry

        return tuple(entry.key for entry in Registry.of_kind(spec.registry))
    return spec.choices


def print_entry(entry: Entry[Any], prefix: str) -> None:
    """An entry with its options, as ``--set`` takes them."""
    print(f"{entry.key}: {_(entry.title)}")
    print(wrapped(_(entry.help), 0))
    if entry.paper:
        print(entry.paper)
    if entry.capabilities:
        print(_("can: {what}").format(what=", ".join(sorted(c.value for c in entry.capabilities))))
    print_options(entry.options, prefix)


def print_options(cls: type[Any], prefix: str) -> None:
    """The fields of a configuration class, as ``--set`` takes them."""
    options = options_of(cls, prefix)
    if options:
        print("\n" + _("options (--set field=value):"))
    for path, spec in options:
        print(f"  {path} = {shown_default(spec)}{shown_range(spec)}")
        print(f"      {wrapped(_(spec.help), 6)}")


def shown_default(spec: FieldSpec) -> str:
    """The default as one would type it."""
    if isinstance(spec.default, tuple):
        return ",".join(spec.default) or "none"
    if isinstance(spec.default, bool):
        return "true" if spec.default else "false"
    return f"{spec.default:g}" if isinstance(spec.default, float) else str(spec.default)


def shown_range(spec: FieldSpec) -> str:
    """The values that a field may have, in brackets, or nothing."""
    choices = choices_of(spec)
    if choices:
        several = _("any of") if spec.kind == PLUGS else _("one of")
        return f"  [{several} {', '.join(choices)}]"
    if spec.lo is None and spec.hi is None:
        return ""
    low = "" if spec.lo is None else f"{spec.lo:.10g}"
    high = "" if spec.hi is None else f"{spec.hi:.10g}"
    unit = f" {_(spec.unit)}" if spec.unit else ""
    return f"  [{low} … {high}{unit}]"
