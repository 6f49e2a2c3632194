"""Saves the film of a run's moments, in a thread of the pool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from gan_studio.inference.places import Place
    from gan_studio.inference.through_time import Strip

KINDS = "GIF (*.gif);;WebP (*.webp);;MP4 (*.mp4)"


class TimeSaver(QObject):
    """One film at a time.

    Signals:
        saved: the path.
        failed: the exception in its place.
    """

    saved = Signal(str)
    failed = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._task: Task | None = None

    def ask(self) -> Path | None:
        """Where to; None where a person does not want to after all."""
        where = QStandardPaths.StandardLocation.MoviesLocation
        name = pictures.default_file("through-time.gif", where)
        path, kind = QFileDialog.getSaveFileName(self._window, _("Save film"), name, KINDS)
        if not path:
            return None
        ending = kind.rpartition("*")[2].rstrip(")") or ".gif"
        return Path(path) if Path(path).suffix else Path(path + ending)

    def save(self, strip: Strip, place: Place, path: Path, *, scale: int, is_smooth: bool) -> None:
        """Write the film with the place inside."""
        if self._task is not None and self._task.is_running:
            return

        def job(_progress: Any, _is_cancelled: Any) -> str:
            from gan_studio.exporters.time_film import export_strip
            from gan_studio.inference.places import Places, to_text

            note = to_text(Places((place,), 1, {"steps": list(strip.steps)}))
            return str(export_strip(strip, path, scale=scale, is_smooth=is_smooth, note=note))

        self._task = Task(job, self).on_done(self.saved.emit).on_error(self.failed.emit).start()
