"""What the Lab page says: chips, the sentence of each stage of slow motion, names of speeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_, _
from gan_studio.core.registry import Registry
from gan_studio.core.schema import to_plain
from gan_studio.data.distributions import ON_LINE, ON_PLANE
from gan_studio.gui.pages.lab.scene import Part
from gan_studio.jobs.lab.frame import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gan_studio.core.config import RunConfig
    from gan_studio.jobs.lab.frame import LabFrame

SENTENCES = {
    Stage.NOISE: N_("1 of 5 · Noise z is drawn: numbers that mean nothing yet."),
    Stage.GENERATE: N_("2 of 5 · The generator G turns every z into a point G(z)."),
    Stage.JUDGE: N_(
        "3 of 5 · The discriminator D looks at real and generated points and says how real each is."
    ),
    Stage.D_LEARNS: N_(
        "4 of 5 · D learns: its curve goes up where the real points are and down where the "
        "generated ones are. Dotted: before."
    ),
    Stage.G_LEARNS: N_(
        "5 of 5 · G learns: it moves its points uphill on D's curve. Then all begins anew."
    ),
}

LIT = {
    Stage.NOISE: (Part.NOISE,),
    Stage.GENERATE: (Part.NOISE, Part.ARROWS, Part.FAKE),
    Stage.JUDGE: (Part.REAL, Part.FAKE, Part.JUDGE),
    Stage.D_LEARNS: (Part.REAL, Part.JUDGE),
    Stage.G_LEARNS: (Part.FAKE, Part.ARROWS, Part.JUDGE),
}


def data_words(config: RunConfig) -> str:
    """``1-D · two Gaussians``."""
    key, options = config.data.key, config.data.options
    if key == "points_1d":
        return _("1-D · {shape}").format(shape=_(ON_LINE[options.shape].title))
    if key == "points_2d":
        return _("2-D · {shape}").format(shape=_(ON_PLANE[options.shape].title))
    return _(Registry.of_kind("dataset").get(key).title)


def chips(frame: LabFrame) -> list[str]:
    """What the page is about."""
    first = frame.games[0]
    step = _("step {step}").format(step=f"{first.step:,}")
    if frame.is_past:
        step = _("step {step} of {newest}").format(
            step=f"{first.step:,}", newest=f"{frame.newest_step:,}"
        )
    seed = _("seed {seed}").format(seed=frame.configs[0].train.seed)
    speed = ""
    if frame.is_playing and frame.steps_per_s:
        speed = _("{count} steps/s").format(count=f"{frame.steps_per_s:,.0f}")
    return [data_words(frame.configs[0]), step, seed, speed]


def main_words(frame: LabFrame) -> str:
    """What the main button does."""
    if frame.is_playing:
        return _("Pause")
    return _("Play from here") if frame.is_past else _("Play")


def names_of(frame: LabFrame) -> tuple[str, str]:
    """What the two games are called: B by what is different about it."""
    if len(frame.configs) < 2:
        return "", ""
    return _("A"), _("B · {changes}").format(changes=difference(*frame.configs) or _("the same"))


def difference(before: RunConfig, after: RunConfig) -> str:
    """``loss hinge, batch_size 64``: what `after` has other than `before`, at most three."""
    old, new = (dict(_leaves(to_plain(config))) for config in (before, after))
    changed = [f"{_name(path)} {value}" for path, value in new.items() if old.get(path) != value]
    gone = [_("without {name}").format(name=_name(path)) for path in old if path not in new]
    words = changed or gone
    return ", ".join(words[:3]) + (" …" if len(words) > 3 else "")


def _name(path: str) -> str:
    parts = path.split(".")
    return parts[-2] if parts[-1] == "name" and len(parts) > 1 else parts[-1]


def _leaves(table: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(table, dict):
        for key, value in table.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, table
