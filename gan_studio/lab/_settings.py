"""Settings that come with the lab's small files (exhibits, lessons), checked before use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gan_studio.core.capabilities import Capability
from gan_studio.core.config import RunConfig
from gan_studio.core.errors import BadConfig
from gan_studio.core.i18n import _
from gan_studio.core.schema import merge, to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import DATASETS, DataSource
from gan_studio.models.base import FAMILIES

Tables = Mapping[str, Any]

# What a running game takes without losing its nets (`gan_studio.jobs.lab.game` decides; a test
# compares). Of the group "game", the spectral norm is the exception.
_LIVE_MODEL = ("loss", "penalties", "game")
_LIVE_TRAIN = (
    "batch_size",
    "schedule",
    "schedule_start",
    "final_rate",
    "warmup_steps",
    "clip_norm",
)


def game_config(tables: Tables) -> RunConfig:
    """The configuration of a game of the lab from plain tables (``model``, ``data``, ``train``).

    Raises:
        BadConfig: an unknown field or a value out of range; a family that is no game of two
            players; data without a known density.
    """
    for name in ("model", "data"):
        if name not in tables:
            raise BadConfig(_("{name}: is missing").format(name=name))
    try:
        config = from_plain(RunConfig, tables)
    except (TypeError, ValueError, ArithmeticError) as error:  # a list for a table, 1e999 ...
        raise BadConfig(_("a value has the wrong kind ({error})").format(error=error)) from error
    if Capability.ADVERSARIAL not in FAMILIES.get(config.model.key).capabilities:
        raise BadConfig(
            _("model.name: “{key}” is no game of two players").format(key=config.model.key)
        )
    if DATASETS.get(config.data.key).target.density is DataSource.density:
        raise BadConfig(_("data.name: “{key}” holds no points").format(key=config.data.key))
    return config


def changed(config: RunConfig, tables: Tables) -> RunConfig:
    """`config` with plain tables laid on top.

    Raises:
        BadConfig: see `game_config`.
    """
    return game_config(merge(to_plain(config), tables))


def check_live(tables: Tables) -> None:
    """Whether a running game can take these tables and keep its nets.

    Raises:
        BadConfig: naming the first field that would make the game begin anew.
    """
    for part, table in tables.items():
        live = {"model": _LIVE_MODEL, "train": _LIVE_TRAIN}.get(part, ())
        names = list(table) if isinstance(table, Mapping) else [""]
        for name in names:
            if name not in live:
                raise _begins_anew(f"{part}.{name}" if name else part)
    game = tables.get("model", {}).get("game", {})
    if isinstance(game, Mapping) and "spectral_norm" in game:
        raise _begins_anew("model.game.spectral_norm")


def _begins_anew(field: str) -> BadConfig:
    return BadConfig(_("{field}: cannot be changed while the game goes on").format(field=field))
