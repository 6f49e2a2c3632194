"""The part of the session that deals with what is trained next: the draft and its presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gan_studio.core.errors import StudioError
from gan_studio.core.paths import resources_dir
from gan_studio.core.presets import Preset, load_presets
from gan_studio.core.schema import to_plain
from gan_studio.gui.run_shelf import RunShelf

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.gui.engine import Engine
    from gan_studio.gui.settings import Settings
    from gan_studio.jobs.folders import Folders


class DraftShelf(RunShelf):
    """Base of the session; see there for the attributes."""

    draft_changed = Signal()

    def __init__(
        self, folders: Folders, settings: Settings, engine: Engine, parent: QObject | None = None
    ) -> None:
        super().__init__(folders, settings, engine, parent)
        self.config: RunConfig | None = None
        self._presets: dict[str, Preset] | None = None

    def set_draft(self, config: RunConfig) -> None:
        """Make `config` what the next click on Train trains."""
        if config == self.config:
            return
        self.config = config
        self.draft_changed.emit()

    def save_draft(self) -> None:
        """Remember the draft for the next start."""
        if self.config is not None:
            self.settings.set(draft=to_plain(self.config))

    def presets(self) -> dict[str, Preset]:
        """All presets by key; none where their folder cannot be read."""
        if self._presets is None:
            try:
                self._presets = load_presets(resources_dir() / "presets")
            except StudioError as problem:
                self._presets = {}
                self.error.emit(problem)
        return self._presets
