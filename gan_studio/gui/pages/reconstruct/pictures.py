"""Where the pictures come from: a run's own data set, prepared once, or a person's files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.gui.bridge.run_data import RunData
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.reconstruct.wishes import (
    DRAWN,
    HELD_OUT,
    OWN,
    OwnPictures,
    Wish,
    draw,
    load_own,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Prepared
    from gan_studio.jobs.folders import Folders


class PictureSource(RunData):
    """Holds the newest data set and the newest own pictures.

    Signals:
        own_ready: `own` is there.
    """

    own_ready = Signal()

    def __init__(self, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(folders, parent)
        self._files: list[Path] = []
        self._dropped: tempfile.TemporaryDirectory[str] | None = None
        self._is_inverted = False
        self.own: OwnPictures | None = None
        self.kind = HELD_OUT
        self.wish: Wish | None = None

    def use(self, data: Plug) -> bool:
        is_new = super().use(data)
        if is_new:
            self.wish, self.own = None, None
        return is_new

    def _on_prepared(self, prepared: Prepared) -> None:
        super()._on_prepared(prepared)
        if self._files:
            self._load_own()

    def choose(self, kind: str, count: int, order: str, seed: int, class_index: int | None) -> None:
        """Decide on the next pictures; `wish` holds them, None while there is no data."""
        self.kind = kind
        if kind == OWN:
            own = self.own
            if own is not None:
                total = len(own.images)
                self.wish = Wish(own.images, own.names, max(total, 1), order or DRAWN, total)
        elif self.prepared is not None:
            self.wish = draw(self.prepared, kind, count, order, seed, class_index)

    def open_files(self, files: Sequence[Path]) -> None:
        """Decode picture files in the background; `own_ready` follows."""
        self._files = list(files)
        if self.prepared is not None:
            self._load_own()

    def open_image(self, image: QImage) -> None:
        """Take a picture that was dropped without a file."""
        self._dropped = tempfile.TemporaryDirectory(prefix="gan-studio-")
        path = Path(self._dropped.name) / "dropped.png"
        if image.save(str(path)):
            self.open_files([path])

    def set_inverted(self, is_inverted: bool) -> None:
        """Swap black and white in own pictures."""
        self._is_inverted = is_inverted
        if self._files and self.prepared is not None:
            self._load_own()

    def _load_own(self) -> None:
        assert self.prepared is not None, "the caller asks"
        assert self._data is not None
        files, spec, data = self._files, self.prepared.spec, self._data
        is_inverted = self._is_inverted

        def job(progress: Any, is_cancelled: Any) -> OwnPictures:
            return load_own(files, spec, data, is_inverted=is_inverted)

        Task(job, self).on_done(self._on_own).on_error(self.failed.emit).start()

    def _on_own(self, own: OwnPictures) -> None:
        self.own = own
        self.own_ready.emit()
