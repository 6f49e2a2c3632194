"""What the window remembers from one day to the next: one small JSON file."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import StudioError
from gan_studio.core.paths import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

FILE = "window.json"
log = logging.getLogger("gan_studio.gui")


@dataclass(frozen=True)
class Values:
    """All settings with their defaults."""

    theme: str = "system"
    text_scale: float = 1.0
    runs_folder: str = ""  # "": the platform's place
    geometry: str = ""  # base64 of QWidget.saveGeometry
    last_page: str = "home"
    is_inspector_visible: bool = True
    trains_apart: bool = False  # a run gets a process of its own
    draft: Mapping[str, Any] = field(default_factory=dict)  # the form's config, as plain tables
    pages: Mapping[str, Any] = field(default_factory=dict)  # what a page remembers, by its key


class Settings:
    """The settings and the file that they live in.

    A file that is damaged or of another version gives the defaults for what it does not tell.

    Args:
        folder: where the file lies.
        is_kept: else these are the standard settings, and what is changed is not saved.
    """

    def __init__(self, folder: Path, is_kept: bool = True) -> None:
        self.path = folder / FILE
        self.is_kept = is_kept
        self.values = _read(self.path) if is_kept else Values()

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self.__dict__["values"], name)
        except KeyError:
            raise AttributeError(name) from None

    def set(self, **changes: Any) -> None:
        """Change some settings and save; a disk problem is logged, the change stays in effect."""
        changed = replace(self.values, **changes)
        if changed == self.values:
            return
        self.values = changed
        if not self.is_kept:
            return
        text = json.dumps(asdict(changed), indent=1, default=str)
        try:
            write_atomically(self.path, text.encode())
        except StudioError as error:
            log.warning("%s", error)

    def of_page(self, key: str) -> dict[str, Any]:
        """What the page `key` remembers."""
        return dict(self.values.pages.get(key, {}))

    def remember(self, key: str, **changes: Any) -> None:
        """Let the page `key` remember plain values (numbers, words, lists, tables)."""
        self.set(pages={**self.values.pages, key: {**self.of_page(key), **changes}})


def _read(path: Path) -> Values:
    try:
        table = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Values()
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read (%s); the defaults are used", path, error)
        return Values()
    defaults = Values()
    found: dict[str, Any] = {}
    if not isinstance(table, dict):
        return defaults
    for item in fields(Values):
        value, default = table.get(item.name), getattr(defaults, item.name)
        kind = (int, float) if isinstance(default, float) else type(default)
        if isinstance(value, kind):
            found[item.name] = value
    return replace(defaults, **found)
