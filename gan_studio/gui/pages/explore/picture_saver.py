"""Saves a picture beside the window, and says why where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from gan_studio.core.i18n import _
from gan_studio.core.paths import write_atomically
from gan_studio.exporters.png import CHUNK
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures
from gan_studio.inference.places import to_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gan_studio.inference.places import Places


def save_picture(
    parent: QWidget,
    image: QImage,
    name: str,
    done: Callable[[Path], None],
    failed: Callable[[Exception], None],
    places: Places | None = None,
) -> None:
    """Ask where to, and write a PNG file in a thread of the pool.

    It says which `places` it was drawn from, so that it can be opened there again.
    """
    path = pictures.ask_path(parent, _("Save picture"), name)
    if path is None:
        return

    def job(progress: Any, is_cancelled: Any) -> Path:
        told = QImage(image)  # the page's own stays as it is
        if places is not None:
            told.setText(CHUNK, to_text(places))
        write_atomically(path, pictures.png_bytes(told))
        return path

    Task(job, parent).on_done(done).on_error(failed).start()
