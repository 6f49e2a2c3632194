"""One schema drives the form, the flags, the TOML file, the validation text and the docs.

A configuration is a frozen dataclass whose fields are made by `param` (a value), `group` (a nested
dataclass), `plug` (one choice from a registry with its options) or `plugs` (several such choices).
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

VALUE, GROUP, PLUG, PLUGS = "value", "group", "plug", "plugs"


@dataclass(frozen=True)
class Plug:
    """A registry entry by key, with its options."""

    key: str
    options: Any


@dataclass(frozen=True)
class FieldSpec:
    """Everything that a form, a flag or a file needs to know about one field.

    `visible_when` is ``(other field, values)``: the field matters only while the other field of the
    same dataclass has one of these values.
    """

    name: str
    kind: str  # VALUE, GROUP, PLUG or PLUGS
    type: type[Any]  # bool, int, float or str for VALUE; the dataclass for GROUP
    default: Any
    label: str
    help: str
    lo: float | None = None
    hi: float | None = None
    step: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    advanced: bool = False
    visible_when: tuple[str, tuple[Any, ...]] | None = None
    is_log: bool = False  # editors move by factors, not by steps
    is_path: bool = False
    zero_label: str = ""  # what people read in place of 0, where 0 is no number but a choice
    registry: str = ""  # the kind of the registry for PLUG and PLUGS


def param(
    default: Any,
    *,
    label: str,
    help: str,
    lo: float | None = None,
    hi: float | None = None,
    step: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    choice_labels: tuple[str, ...] = (),
    advanced: bool = False,
    visible_when: tuple[str, tuple[Any, ...]] | None = None,
    is_log: bool = False,
    is_path: bool = False,
    zero_label: str = "",
) -> Any:
    """A field that holds a bool, an int, a float or a string. Ranges include their ends."""
    meta = {key: value for key, value in locals().items() if key != "default"}
    return field(default=default, metadata={"gan_studio": {"kind": VALUE, **meta}})


def group(cls: type[Any], *, label: str, help: str = "", advanced: bool = False) -> Any:
    """A field that holds a nested configuration."""
    meta = {"kind": GROUP, "label": label, "help": help, "advanced": advanced}
    return field(default_factory=cls, metadata={"gan_studio": meta})


def plug(
    registry: str,
    default: str,
    *,
    label: str,
    help: str,
    advanced: bool = False,
) -> Any:
    """A field that holds a `Plug`: one entry of the registry of kind `registry`."""
    meta = {"kind": PLUG, "label": label, "help": help, "advanced": advanced, "registry": registry}
    return field(
        default_factory=lambda: default_plug(registry, default),
        metadata={"gan_studio": {**meta, "default_key": default}},
    )


def plugs(
    registry: str,
    default: tuple[str, ...] = (),
    *,
    label: str,
    help: str,
    advanced: bool = False,
) -> Any:
    """A field that holds ``tuple[Plug, ...]``: any entries of a registry, each at most once."""
    meta = {"kind": PLUGS, "label": label, "help": help, "advanced": advanced, "registry": registry}
    return field(
        default_factory=lambda: tuple(default_plug(registry, key) for key in default),
        metadata={"gan_studio": {**meta, "default_key": default}},
    )


def default_plug(registry: str, key: str) -> Plug:
    """The entry `key` with its default options.

    Raises:
        UnknownKey: the registry has no such entry.
    """
    from gan_studio.core.registry import Registry

    return Plug(key, Registry.of_kind(registry).get(key).options())


def spec_of(cls: type[Any]) -> tuple[FieldSpec, ...]:
    """The fields of a configuration class, in order."""
    return _spec_of(cast("Hashable", cls))


@cache
def _spec_of(cls: Hashable) -> tuple[FieldSpec, ...]:
    assert isinstance(cls, type)
    assert dataclasses.is_dataclass(cls)
    hints = typing.get_type_hints(cls)
    specs = []
    for item in dataclasses.fields(cls):
        meta = dict(item.metadata.get("gan_studio", {}))
        if not meta:
            raise TypeError(f"{cls.__name__}.{item.name} must be made by param, group or plug")
        default = meta.pop("default_key", None)
        if meta["kind"] == VALUE:
            default = item.default
        specs.append(FieldSpec(name=item.name, type=hints[item.name], default=default, **meta))
    return tuple(specs)


def to_plain(config: Any) -> dict[str, Any]:
    """A configuration as plain dicts and values, ready for TOML or JSON."""
    plain: dict[str, Any] = {}
    for spec in spec_of(type(config)):
        value = getattr(config, spec.name)
        if spec.kind == GROUP:
            plain[spec.name] = to_plain(value)
        elif spec.kind == PLUG:
            plain[spec.name] = {"name": value.key, **to_plain(value.options)}
        elif spec.kind == PLUGS:
            plain[spec.name] = {item.key: to_plain(item.options) for item in value}
        else:
            plain[spec.name] = value
    return plain


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with the values of `over` laid on top, table by table.

    Where `over` names another registry entry (``name``) than `base`, that table is replaced, since
    the options of one entry mean nothing to another.
    """
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            other_entry = "name" in value and value["name"] != known.get("name", value["name"])
            merged[key] = dict(value) if other_entry else merge(known, value)
        else:
            merged[key] = value
    return merged
