"""Saves the film of a walk beside the window, and reads the settings that a film carries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from gan_studio.core.i18n import _
from gan_studio.core.paths import unused
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.walks import Walk


class FilmSaver(QObject):
    """One film at a time.

    Signals:
        busy_changed: whether a film is being written.
        progress: done, total, and nothing.
        saved: a `Filmed`.
        loaded: the `WalkFile` of a film.
        failed: the exception in their place.
    """

    busy_changed = Signal(bool)
    progress = Signal(int, int, str)
    saved = Signal(object)
    loaded = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._task: Task | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a film is being written."""
        return self._task is not None

    def ask(self, title: str, suffix: str) -> Path | None:
        """Where to save to; None where a person does not want to after all."""
        where = QStandardPaths.StandardLocation.MoviesLocation
        name = pictures.default_file(f"walk{suffix}", where)
        kinds = f"{title} (*{suffix})" if suffix else f"{title} (*)"
        path, _kind = QFileDialog.getSaveFileName(self._window, _("Save film"), name, kinds)
        if not path:
            return None
        chosen = Path(path)
        if chosen.suffix.lower() == suffix:
            return chosen
        return unused(chosen.with_name(chosen.name + suffix), suffix) if suffix else chosen

    def save(self, bundle: Bundle, walk: Walk, path: Path) -> None:
        """Write a film; newer weights of the run do not change it any more."""
        if self.is_busy:
            return

        def job(progress: Any, is_cancelled: Any) -> Any:
            from gan_studio.exporters.walk_film import export_walk

            return export_walk(bundle, walk, path, progress, is_cancelled)

        self._task = Task(job, self)
        self._task.on_progress(self.progress.emit)
        self._task.on_done(self._on_saved).on_error(self._on_failed).start()
        self.busy_changed.emit(True)

    def cancel(self) -> None:
        """Stop; nothing stays on the disk."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self.busy_changed.emit(False)

    def open(self, path: Path, dim: int, classes: int) -> None:
        """Read the settings of a film, or of a ``walk.json``."""

        def job(_progress: Any, _is_cancelled: Any) -> Any:
            from gan_studio.exporters.films.base import read_note
            from gan_studio.inference.walk_file import walk_from_text

            source = path.parent if path.suffix.lower() == ".png" else path
            return walk_from_text(read_note(source), dim, str(path), classes)

        Task(job, self).on_done(self.loaded.emit).on_error(self.failed.emit).start()

    def ask_film(self) -> Path | None:
        """Which film, or ``walk.json``, to open."""
        words = _("Films and walks ({files})").format(files="*.gif *.webp *.mp4 *.json *.png")
        path, _kind = QFileDialog.getOpenFileName(self._window, _("Open a walk"), "", words)
        return Path(path) if path else None

    def _on_saved(self, filmed: Any) -> None:
        self._task = None
        self.busy_changed.emit(False)
        self.saved.emit(filmed)

    def _on_failed(self, problem: Exception) -> None:
        self._task = None
        self.busy_changed.emit(False)
        self.failed.emit(problem)
