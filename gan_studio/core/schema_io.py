"""Reading a configuration: from plain tables, from ``key=value`` words; every fault is named."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from gan_studio.core.errors import BadConfig, StudioError
from gan_studio.core.registry import Registry
from gan_studio.core.schema import GROUP, PLUG, PLUGS, FieldSpec, Plug, merge, spec_of, to_plain

C = TypeVar("C")


def from_plain(cls: type[C], plain: Mapping[str, Any], path: str = "") -> C:
    """Build a configuration from plain tables; missing fields take their defaults.

    Raises:
        BadConfig: naming every unknown field and every value that is out of range, each with its
            path (``train.batch_size: 0 is below 1``).
    """
    problems: list[str] = []
    config = _read(cls, plain, path, problems)
    if not problems:
        problems = check(config, path)
    if problems:
        raise BadConfig(*problems)
    return config


def check(config: Any, path: str = "") -> list[str]:
    """All problems of a configuration, each one line that starts with the field's path."""
    problems: list[str] = []
    for spec in spec_of(type(config)):
        value = getattr(config, spec.name)
        here = _join(path, spec.name)
        if spec.kind == GROUP:
            problems += check(value, here)
        elif spec.kind == PLUG:
            problems += check(value.options, here)
        elif spec.kind == PLUGS:
            for item in value:
                problems += check(item.options, _join(here, item.key))
        else:
            problems += _check_value(spec, value, here)
    own = getattr(config, "problems", None)
    if own is not None and not problems:
        problems += [_join(path, problem) for problem in own()]
    return problems


def assign(config: C, words: Iterable[str]) -> C:
    """A copy of `config` with ``a.b.c=value`` words applied in order.

    ``model=dcgan`` chooses another registry entry; ``model.penalties=r1,r2`` chooses several.

    Raises:
        BadConfig: a word without ``=``, an unknown field, or a value that does not fit.
    """
    plain = to_plain(config)
    for word in words:
        name, equals, text = word.partition("=")
        if not equals:
            raise BadConfig(f"“{word}” is not of the form field=value")
        over: Any = _parse_plugs(type(config), name.strip().split("."), text.strip(), config)
        for part in reversed(name.strip().split(".")):
            over = {part: over}
        plain = merge(_drop_plugs(plain, name.strip(), over), over)
        config = from_plain(type(config), plain)
        plain = to_plain(config)
    return config


def _parse_plugs(cls: type[Any], parts: list[str], text: str, config: Any) -> Any:
    """A table for a word that names registry entries, the text itself for a value."""
    spec, holder = _find(cls, parts, config)
    if spec is None or holder is None:
        return text
    if spec.kind == PLUG:
        return {"name": text}
    if spec.kind == PLUGS:
        chosen = {item.key: to_plain(item.options) for item in getattr(holder, spec.name)}
        keys = [key.strip() for key in text.split(",") if key.strip() not in ("", "none")]
        return {key: chosen.get(key, {}) for key in keys}
    return text


def _find(cls: type[Any], parts: list[str], config: Any) -> tuple[FieldSpec | None, Any]:
    holder = config
    for depth, part in enumerate(parts):
        spec = next((item for item in spec_of(type(holder)) if item.name == part), None)
        if spec is None:
            return None, None
        if depth == len(parts) - 1:
            return spec, holder
        value = getattr(holder, part)
        if spec.kind == PLUG:
            holder = value.options
        elif spec.kind == GROUP:
            holder = value
        else:
            return None, None
    return None, None


def _drop_plugs(plain: Mapping[str, Any], dotted: str, over: Any) -> dict[str, Any]:
    """`plain` without the table that a list of entries replaces as a whole."""
    *parents, last = dotted.split(".")
    for part in parents:
        over = over[part]
    if not isinstance(over[last], Mapping) or "name" in over[last]:
        return dict(plain)
    copy: dict[str, Any] = dict(plain)
    table = copy
    for part in parents:
        table[part] = dict(table.get(part, {}))
        table = table[part]
    table.pop(last, None)
    return copy


def _read(cls: type[C], plain: Mapping[str, Any], path: str, problems: list[str]) -> C:
    specs = {spec.name: spec for spec in spec_of(cls)}
    if not isinstance(plain, Mapping):
        problems.append(f"{path or 'config'}: a table is expected, not {plain!r}")
        return cls()
    for name in plain:
        if name not in specs:
            problems.append(_unknown(_join(path, name), name, specs))
    values = {}
    for name, spec in specs.items():
        if name in plain:
            value = _read_field(spec, plain[name], _join(path, name), problems)
            if value is not None:
                values[name] = value
    return cls(**values)


def _read_field(spec: FieldSpec, value: Any, path: str, problems: list[str]) -> Any:
    if spec.kind == GROUP:
        return _read(spec.type, value, path, problems)
    if spec.kind == PLUG:
        return _read_plug(spec.registry, value, path, problems, spec.default)
    if spec.kind == PLUGS:
        return _read_plugs(spec, value, path, problems)
    try:
        return _convert(spec.type, value)
    except (TypeError, ValueError):
        kind = {bool: "yes or no", int: "a whole number", float: "a number"}
        problems.append(f"{path}: {value!r} is not {kind.get(spec.type, 'text')}")
        return None


def _read_plug(
    registry: str, value: Any, path: str, problems: list[str], default: str
) -> Plug | None:
    table = {"name": value} if isinstance(value, str) else dict(value)
    key = str(table.pop("name", default))
    try:
        entry = Registry.of_kind(registry).get(key)
    except StudioError as error:
        problems.append(f"{path}: {error}".rstrip("."))
        return None
    return Plug(key, _read(entry.options, table, path, problems))


def _read_plugs(
    spec: FieldSpec, value: Any, path: str, problems: list[str]
) -> tuple[Plug, ...] | None:
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip() not in ("", "none")]
    tables = dict(value) if isinstance(value, Mapping) else {key: {} for key in value}
    plugs = []
    for key, table in tables.items():
        item = _read_plug(spec.registry, {"name": key, **table}, _join(path, key), problems, key)
        if item is not None:
            plugs.append(item)
    return tuple(plugs)


def _convert(kind: type[Any], value: Any) -> Any:
    if kind is bool:
        if isinstance(value, bool):
            return value
        words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        if str(value).lower() not in words:
            raise ValueError(value)
        return words[str(value).lower()]
    if kind is int:
        if isinstance(value, bool):
            raise TypeError(value)
        number = float(value) if isinstance(value, str) and "e" in value.lower() else value
        if isinstance(number, float) and not number.is_integer():
            raise ValueError(value)
        return int(number)
    if kind is float:
        if isinstance(value, bool):
            raise TypeError(value)
        return float(value)
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError(value)


def _check_value(spec: FieldSpec, value: Any, path: str) -> list[str]:
    if spec.choices and value not in spec.choices:
        return [f"{path}: “{value}” is not one of {', '.join(spec.choices)}"]
    if spec.type is float and not math.isfinite(value):
        return [f"{path}: {value} is not a finite number"]
    if spec.lo is not None and value < spec.lo:
        return [f"{path}: {value} is below {spec.lo:g}"]
    if spec.hi is not None and value > spec.hi:
        return [f"{path}: {value} is above {spec.hi:g}"]
    return []


def _unknown(path: str, name: str, specs: Mapping[str, FieldSpec]) -> str:
    close = difflib.get_close_matches(name, specs, n=1)
    known = f"did you mean {close[0]}?" if close else f"known: {', '.join(specs) or 'none'}"
    return f"{path}: there is no such field, {known}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def replace_path(config: C, dotted: str, value: Any) -> C:
    """A copy of `config` in which the field at `dotted` holds `value` (already of its type)."""
    first, _, rest = dotted.partition(".")
    current = getattr(config, first)
    if rest and isinstance(current, Plug):
        value = Plug(current.key, replace_path(current.options, rest, value))
    elif rest:
        value = replace_path(current, rest, value)
    return dataclasses.replace(config, **{first: value})  # type: ignore[type-var]
