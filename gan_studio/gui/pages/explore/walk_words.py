"""Words of the tab "Walk"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import _, ngettext

if TYPE_CHECKING:
    from gan_studio.exporters.walk_film import Filmed
    from gan_studio.inference.places import Place
    from gan_studio.inference.walks import Frames, Walk


def caption_of(place: Place, number: int, class_names: tuple[str, ...]) -> str:
    """What stands below a key frame: its name, its seed or its number, and its class."""
    seeded = "" if place.seed is None else _("seed {seed}").format(seed=place.seed)
    words = place.name or seeded or f"{number + 1}"
    if place.label is not None and place.label < len(class_names):
        words += f" · {class_names[place.label]}"
    return words


def film_words(walk: Walk, frames: Frames | None, entry: Any, shape: tuple[int, ...] | None) -> str:
    """What the saved film will be, or why there can be none."""
    if entry is not None and entry.target.missing():
        return str(entry.target.missing())
    if entry is None or frames is None or shape is None:
        return ""
    if walk.fps > entry.target.top_rate:
        words = _("{format} shows at most {n} frames a second: choose a lower rate.")
        return words.format(format=_(entry.title), n=entry.target.top_rate)
    count = ngettext("{n} frame", "{n} frames", len(frames)).format(n=f"{len(frames):,}")
    size = f"{shape[2] * walk.scale} × {shape[1] * walk.scale}"
    words = _("{count}, {seconds:.2f} s, {size} pixels.")
    words = words.format(count=count, seconds=frames.seconds, size=size)
    ticks = entry.extra.get("ticks", 0)
    if ticks and ticks % walk.fps:
        note, low = _("Each frame stays {a} or {b} hundredths of a second."), ticks // walk.fps
        words += " " + note.format(a=low, b=low + 1)
    return words


def saved_words(filmed: Filmed) -> str:
    """What the banner says of a film."""
    words = _(
        "{path}: {n} frames, {seconds:.2f} s. It carries its settings: drop it on the timeline, or "
        "give it to gan-studio walk --like."
    )
    return words.format(path=filmed.path, n=f"{filmed.frames:,}", seconds=filmed.seconds)
