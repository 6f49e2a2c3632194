"""Presets and drafts, without Qt: what a choice of family or preset does to the configuration."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gan_studio.core.config import RunConfig
from gan_studio.core.schema import default_plug, to_plain
from gan_studio.core.schema_io import from_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gan_studio.core.presets import Preset


def reference(preset: Preset | None, draft: RunConfig) -> RunConfig:
    """What `preset` (None: the family's defaults) says for the draft's family and data.

    Raises:
        BadConfig: the preset has a field that does not exist.
    """
    if preset is None:
        return RunConfig(model=default_plug("family", draft.model.key), data=draft.data)
    config = from_plain(RunConfig, preset.values)
    return dataclasses.replace(config, data=draft.data)


def apply_preset(preset: Preset | None, draft: RunConfig, *, keeps_data: bool) -> RunConfig:
    """The draft with a preset laid over it.

    Options of an earlier preset do not shine through; what belongs to the person and the machine
    (seed, device, threads) stays, and so does the data unless the preset names its own.

    Raises:
        BadConfig: the preset has a field that does not exist.
    """
    config = reference(preset, draft)
    if preset is not None and not keeps_data and "data" in preset.values:
        config = dataclasses.replace(config, data=from_plain(RunConfig, preset.values).data)
    own = {name: getattr(draft.train, name) for name in ("seed", "device", "threads")}
    return dataclasses.replace(config, train=dataclasses.replace(config.train, **own))


def presets_of(presets: Mapping[str, Preset], family: str) -> list[Preset]:
    """The presets of a family: quick starts first."""
    own = [preset for preset in presets.values() if preset.family == family]
    return sorted(own, key=lambda preset: (not preset.quick_start, preset.quick_start))


def closest_preset(presets: Iterable[Preset], draft: RunConfig) -> Preset | None:
    """The preset that differs least from the draft; None where the defaults are closer."""
    best: tuple[int, Preset | None] = (_distance(reference(None, draft), draft), None)
    for preset in presets:
        distance = _distance(reference(preset, draft), draft)
        if distance < best[0] or (distance == best[0] and best[1] is None):
            best = (distance, preset)
    return best[1]


def _distance(one: RunConfig, other: RunConfig) -> int:
    left, right = dict(_leaves(to_plain(one))), dict(_leaves(to_plain(other)))
    return sum(left.get(name) != right.get(name) for name in {*left, *right})


def _leaves(table: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield f"{path}{name}", True
            yield from _leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value
