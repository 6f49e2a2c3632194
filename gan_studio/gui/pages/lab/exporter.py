"""Writes what is taken away from the Lab."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from gan_studio.core.errors import DiskProblem, StudioError
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.lab.take_away import Film, curves_csv, points_csv, write_film

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from gan_studio.gui.pages.lab.view import LabView
    from gan_studio.jobs.lab.frame import LabFrame


class Exporter(QObject):
    """One thing at a time.

    Signals:
        saved: the path of what was written.
        filming: whether a film is being made, which moves through the past by itself.
        failed: a StudioError.
    """

    saved = Signal(object)
    filming = Signal(bool)
    failed = Signal(object)

    def __init__(self, view: LabView, send: Callable[[Any], None], parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._frame: LabFrame | None = None
        self._path = Path()
        self._film = Film(send, view.stage.picture, self)
        self._film.done.connect(self._on_film_done)
        view.stage.take_away.wanted.connect(self.save)
        # Queued: a picture cannot be taken from within the painting of it.
        view.stage.painted.connect(self._on_painted, Qt.ConnectionType.QueuedConnection)

    def follow(self, frame: LabFrame) -> None:
        """Know what is shown."""
        self._frame = frame

    def save(self, kind: str, path: Path) -> None:
        """Write a picture ("png"), a film ("gif"), "curves" or "points"."""
        if self._frame is None or self._film.is_rolling:
            return
        self._path = path
        if kind == "gif":
            self.filming.emit(True)
            self._film.begin(self._frame.newest_step)
        elif kind == "png":
            if self._view.stage.whole_picture().save(str(path)):
                self.saved.emit(path)
            else:
                self.failed.emit(DiskProblem(path=path, reason="the picture was not written"))
        else:
            history = self._view.recorder.history
            text = curves_csv(history) if kind == "curves" else points_csv(self._frame)
            self._write(path, text)

    def _write(self, path: Path, text: str) -> None:
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            self._fail(error)
        else:
            self.saved.emit(path)

    def _on_painted(self) -> None:
        if self._frame is not None:
            self._film.painted(self._frame)

    def _on_film_done(self, images: list[QImage]) -> None:
        path = self._path
        self.filming.emit(False)
        task = Task(lambda _progress, _is_cancelled: write_film(images, path), self)
        task.on_done(lambda _nothing: self.saved.emit(path)).on_error(self._fail).start()

    def _fail(self, problem: Exception) -> None:
        if not isinstance(problem, StudioError):
            reason = getattr(problem, "strerror", None) or str(problem)
            problem = DiskProblem(path=self._path, reason=reason)
        self.failed.emit(problem)
