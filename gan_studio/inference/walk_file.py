"""The settings of a walk as JSON: what stands in ``walk.json`` and inside every film."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from gan_studio.core.errors import BadWalk
from gan_studio.inference.places import Places, from_text, to_text
from gan_studio.inference.walks import Noise, Walk, check

FORMAT = "gan-studio walk"
VERSION = 1
ADVICE = "Use a walk.json or a film that GAN Studio saved from a model like this one."


@dataclass(frozen=True, eq=False)
class WalkFile:
    """A walk, and the model that it was filmed with (family, run, step): only to be shown."""

    walk: Walk
    facts: Mapping[str, Any] = field(default_factory=dict)


def walk_to_text(walk: Walk, facts: Mapping[str, Any] | None = None) -> str:
    """A walk as JSON; `walk_from_text` gives the same bits back."""
    plain: dict[str, Any] = {"format": FORMAT, "version": VERSION, "model": dict(facts or {})}
    for name in ("way", "easing", "is_loop", "is_even", "pause", "fps", "scale", "is_smooth"):
        plain[name] = getattr(walk, name)
    if walk.noise is not None:
        plain["noise"] = asdict(walk.noise)
    if walk.keys:
        plain["seconds"] = list(walk.seconds)
        plain["keys"] = json.loads(to_text(Places(walk.keys)))
    return json.dumps(plain, ensure_ascii=False, allow_nan=False)


def walk_from_text(text: str, dim: int, source: str, classes: int = 0) -> WalkFile:
    """Read what `walk_to_text` gave.

    Args:
        text: JSON.
        dim: how many numbers the model takes.
        source: what errors call the text: the path of a film.
        classes: how many classes the model knows.

    Raises:
        BadWalk: it holds something else, or a setting that there is not.
        BadLatents: its key frames do not fit the model.
    """
    plain = _parsed(text, source)
    usual, values = Walk(), {}
    for name in ("way", "easing", "is_loop", "is_even", "pause", "fps", "scale", "is_smooth"):
        values[name] = _value(plain.get(name, getattr(usual, name)), getattr(usual, name), source)
    if "noise" in plain:
        values["noise"] = _noise(plain["noise"], source, classes)
    if "keys" in plain:
        keys = from_text(json.dumps(plain["keys"]), dim, source, classes)
        values["keys"] = keys.items
        seconds = plain.get("seconds", [])
        if not isinstance(seconds, list):
            raise BadWalk(source=source, reason="its seconds are no list", advice=ADVICE)
        values["seconds"] = tuple(_value(item, 0.0, source) for item in seconds)
    walk = Walk(**values)
    try:
        check(walk, dim)
    except BadWalk as error:
        raise BadWalk(source=source, reason=error.values["reason"], advice=ADVICE) from error
    facts = plain.get("model", {})
    return WalkFile(walk, facts if isinstance(facts, Mapping) else {})


def _parsed(text: str, source: str) -> Mapping[str, Any]:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"it is damaged or no walk ({error})"
        raise BadWalk(source=source, reason=reason, advice=ADVICE) from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise BadWalk(source=source, reason="it holds no walk", advice=ADVICE)
    version = plain.get("version")
    if not isinstance(version, int) or version > VERSION:
        reason = "it is of a newer version of GAN Studio"
        raise BadWalk(source=source, reason=reason, advice="Update the program to read it.")
    return plain


def _value(value: Any, usual: Any, source: str) -> Any:
    """A value of the same kind as the usual one; whole numbers pass as decimals."""
    if isinstance(usual, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    is_fit = type(value) is type(usual)
    if is_fit and isinstance(value, float):
        is_fit = math.isfinite(value)
    if not is_fit:
        reason = f"“{str(value)[:20]}” stands where something like “{usual}” belongs"
        raise BadWalk(source=source, reason=reason, advice=ADVICE)
    return value


def _noise(plain: Any, source: str, classes: int) -> Noise:
    if not isinstance(plain, Mapping):
        raise BadWalk(source=source, reason="its noise walk has no settings", advice=ADVICE)
    usual = Noise()
    names = ("seed", "speed", "seconds", "psi")
    values = {name: _value(plain.get(name, getattr(usual, name)), getattr(usual, name), source)
              for name in names}  # fmt: skip
    label = plain.get("label")
    if label is not None and not (type(label) is int and 0 <= label < classes):
        reason = "it is of a class that the model does not know"
        raise BadWalk(source=source, reason=reason, advice=ADVICE)
    return Noise(label=label, **values)
