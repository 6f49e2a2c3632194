"""Which files somebody drags over the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl

from gan_studio.core.paths import LESSON_ENDING, RUN_ENDING
from gan_studio.gui.run_list import is_run

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

FOR_WINDOW = (LESSON_ENDING, RUN_ENDING)
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"}
MOST = 64


def picture_files(mime: QMimeData) -> list[Path]:
    """Local files among the dragged things that look like pictures; folders give theirs."""
    found: list[Path] = []
    for url in mime.urls():
        path = Path(url.toLocalFile())
        if not url.isLocalFile():
            continue
        if path.is_dir():
            found += sorted(item for item in path.iterdir() if item.suffix.lower() in SUFFIXES)
        elif path.suffix.lower() in SUFFIXES:
            found.append(path)
    return found[:MOST]


def named_files(text: str) -> list[Path]:
    """Existing picture files that a text names, a path or file address a line."""
    found = []
    for line in text.splitlines()[:MOST]:
        words = line.strip().strip("\"'")
        address = QUrl(words)
        path = Path(address.toLocalFile() if address.isLocalFile() else words)
        if words and path.suffix.lower() in SUFFIXES and path.is_file():
            found.append(path)
    return found


def dropped_file(mime: QMimeData, suffixes: tuple[str, ...]) -> Path | None:
    """The first local file among the dragged things with one of these endings."""
    for url in mime.urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.suffix.lower() in suffixes and path.is_file():
            return path
    return None


def local_files(mime: QMimeData) -> list[Path]:
    """All local files and folders among the dragged things."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def is_for_window(mime: QMimeData) -> bool:
    """Whether a lesson or a run is dragged, which pages of other things leave to the window."""
    paths = local_files(mime)[:MOST]
    return any(path.suffix.lower() in FOR_WINDOW or is_run(path) for path in paths)
