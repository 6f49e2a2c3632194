"""Presets: named settings with what to expect of them, one TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import BadFile, UnknownKey
from gan_studio.core.schema import merge

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Preset:
    """Settings that are known to work.

    Attributes:
        values: plain tables as in a run's ``run.toml`` (``model``, ``data``, ``train``).
        expects: one sentence on what was measured: time, machine, score.
        quick_start: place of the card on the first page, 0 for none.
    """

    key: str
    title: str
    family: str
    help: str
    expects: str
    values: Mapping[str, Any]
    quick_start: int = 0

    def apply(self, base: Mapping[str, Any]) -> dict[str, Any]:
        """`base` (plain tables) with this preset laid on top."""
        return merge(base, self.values)


def load_presets(folder: Path) -> dict[str, Preset]:
    """All presets of a folder by key (the file's stem), in the order of family and title.

    Raises:
        BadFile: a file that is not TOML or lacks a field.
    """
    presets = [_load(path) for path in sorted(folder.glob("*.toml"))]
    presets.sort(key=lambda preset: (preset.family, preset.quick_start, preset.title))
    return {preset.key: preset for preset in presets}


def find_preset(presets: Mapping[str, Preset], key: str) -> Preset:
    """The preset `key`.

    Raises:
        UnknownKey: naming those that exist.
    """
    if key not in presets:
        raise UnknownKey(kind="preset", key=key, suggestion=f"Known: {', '.join(presets)}.")
    return presets[key]


def _load(path: Path) -> Preset:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        about = table.pop("preset")
        return Preset(
            key=path.stem,
            title=about["title"],
            family=table["model"]["name"],
            help=about["help"],
            expects=about["expects"],
            values=table,
            quick_start=about.get("quick_start", 0),
        )
    except (tomllib.TOMLDecodeError, KeyError, UnicodeDecodeError) as error:
        raise BadFile(path=path, reason=f"is not a preset ({error})") from error
