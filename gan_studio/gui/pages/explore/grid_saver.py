"""A grid of pictures as PNG with its latents beside it, drawn once more in the batches it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.core.paths import write_atomically
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures
from gan_studio.inference.places import Places, to_text

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gan_studio.inference.bundle import Bundle


class GridSaver(QObject):
    """Asks where, and saves beside the window.

    Signals:
        saved: the path of the picture and the name of the file beside it.
        failed: the exception because of which nothing, or not all, was saved.
        busy_changed: whether it is at work.
    """

    saved = Signal(str, str)
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, area: QWidget) -> None:
        super().__init__(area)
        self._area = area
        self.is_busy = False

    def save(self, bundle: Bundle, places: Places, columns: int, name: str) -> None:
        """Draw `places` again bit for bit as `gan-studio sample --latents` will, and save them."""
        target = pictures.ask_path(self._area, _("Save grid"), name)
        if target is None or self.is_busy:
            return
        self._set_busy(is_busy=True)

        def job(progress: Any, is_cancelled: Any) -> tuple[str, str]:
            return _save(target, bundle, places, columns)

        Task(job, self).on_done(self._on_done).on_error(self._on_error).start()

    def _set_busy(self, *, is_busy: bool) -> None:
        self.is_busy = is_busy
        self.busy_changed.emit(is_busy)

    def _on_done(self, names: tuple[str, str]) -> None:
        self._set_busy(is_busy=False)
        self.saved.emit(*names)

    def _on_error(self, problem: Exception) -> None:
        self._set_busy(is_busy=False)
        self.failed.emit(problem)


def _save(path: Path, bundle: Bundle, places: Places, columns: int) -> tuple[str, str]:
    """In a thread of the pool."""
    from gan_studio.inference.again import draw_again

    drawn = draw_again(bundle, places)
    sheet = pictures.grid_image([pictures.to_image(picture) for picture in drawn], columns, 1)
    beside = path.with_suffix(".json")
    write_atomically(path, pictures.png_bytes(sheet))
    write_atomically(beside, to_text(places).encode())
    return str(path), beside.name
