"""Saves a picture beside the window, and says why where it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gan_studio.core.i18n import _
from gan_studio.core.paths import write_atomically
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget


def save_picture(
    parent: QWidget,
    image: QImage,
    name: str,
    done: Callable[[Path], None],
    failed: Callable[[Exception], None],
) -> None:
    """Ask where to, and write a PNG file in a thread of the pool."""
    path = pictures.ask_path(parent, _("Save picture"), name)
    if path is None:
        return

    def job(progress: Any, is_cancelled: Any) -> Path:
        write_atomically(path, pictures.png_bytes(image))
        return path

    Task(job, parent).on_done(done).on_error(failed).start()
