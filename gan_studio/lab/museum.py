"""The failure museum: settings under which a GAN goes wrong, and what mends it while it runs.

One TOML file per exhibit, with the tables ``exhibit`` (what is said about it), ``model``, ``data``
and ``train`` (how it is started) and ``cure`` (what is laid on top of these later).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import BadConfig, BadFile
from gan_studio.core.i18n import N_, _
from gan_studio.lab._settings import changed, check_live, game_config

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.core.config import RunConfig

_TEXTS = ("title", "text", "cure_title", "cure_text")
_NUMBERS = ("after_steps", "order")


@dataclass(frozen=True)
class Exhibit:
    """One way to fail, and its cure. All texts are to be translated where they are shown.

    Attributes:
        key: the file's stem.
        title: a few words.
        text: two sentences: what is seen, and why.
        values: plain tables as in a run's ``run.toml`` (``model``, ``data``, ``train``).
        cure_title: a few words.
        cure_text: two sentences: why it helps.
        cure: plain tables to lay on top of `values` while the game goes on; it keeps its nets.
        after_steps: about how many steps it takes until the failure is plain to see, 1 or more.
        order: place among the exhibits, from 1.
    """

    key: str
    title: str
    text: str
    values: Mapping[str, Any] = field(repr=False)
    cure_title: str
    cure_text: str
    cure: Mapping[str, Any] = field(repr=False)
    after_steps: int
    order: int

    def config(self) -> RunConfig:
        """How the exhibit begins."""
        return game_config(self.values)

    def cured(self, config: RunConfig) -> RunConfig:
        """`config` with the cure laid on top: what the running game is to be changed to.

        Raises:
            BadConfig: the cure does not fit a family or data that was chosen since.
        """
        return changed(config, self.cure)


def load_museum(folder: Path) -> dict[str, Exhibit]:
    """All exhibits of a folder by key, in their order.

    Raises:
        BadFile: naming a file that is no exhibit, and its first fault.
    """
    exhibits = [_load(path) for path in sorted(folder.glob("*.toml"))]
    exhibits.sort(key=lambda exhibit: (exhibit.order, exhibit.key))
    return {exhibit.key: exhibit for exhibit in exhibits}


def _load(path: Path) -> Exhibit:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFile(path=path, reason=f"is not TOML ({error})") from error
    except OSError as error:
        raise BadFile(path=path, reason=error.strerror or str(error)) from error
    about, cure = tables.pop("exhibit", None), tables.pop("cure", None)
    for name, table in (("exhibit", about), ("cure", cure)):
        if not isinstance(table, dict):
            raise _bad(path, N_("lacks the table “{field}”"), name)
    _check_about(path, about)
    exhibit = Exhibit(key=path.stem, values=tables, cure=cure, **about)
    try:
        check_live(cure)
        exhibit.cured(exhibit.config())
    except BadConfig as error:
        raise BadFile(path=path, reason=str(error).rstrip(".?")) from error
    return exhibit


def _check_about(path: Path, about: Mapping[str, Any]) -> None:
    for name in about:
        if name not in _TEXTS + _NUMBERS:
            raise _bad(path, N_("has an unknown field “exhibit.{field}”"), name)
    for name in _TEXTS:
        if not isinstance(about.get(name), str) or not about[name].strip():
            raise _bad(path, N_("has no text in “exhibit.{field}”"), name)
    for name in _NUMBERS:
        value = about.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise _bad(path, N_("has no whole number from 1 in “exhibit.{field}”"), name)


def _bad(path: Path, reason: str, name: str) -> BadFile:
    return BadFile(path=path, reason=_(reason).format(field=name))
