"""Pictures that are pasted, dropped or opened: into the table, or onto the pad where it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut

from gan_studio.core.i18n import _
from gan_studio.gui.pages.reconstruct.wishes import Loose
from gan_studio.gui.widgets.drop_files import named_files, picture_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtCore import QMimeData

    from gan_studio.gui.pages.base import Page
    from gan_studio.gui.pages.reconstruct.pad import DrawPanel
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource
    from gan_studio.gui.pages.reconstruct.wishes import OwnPictures
    from gan_studio.gui.widgets.panels import Panels
    from gan_studio.gui.widgets.placing_switches import PlacingSwitches


class Intake(QObject):
    """Takes what a person brings; Ctrl+V is its key. The page's banner says what was done."""

    def __init__(self, page: Page, source: PictureSource, panels: Panels, pad: DrawPanel) -> None:
        super().__init__(page)
        self._banner = page.banner
        self._source, self._panels, self._pad = source, panels, pad
        shortcut = QShortcut(QKeySequence.StandardKey.Paste, page)
        shortcut.activated.connect(self.paste)
        pad.converted.connect(self._on_converted)

    @staticmethod
    def can_take(mime: QMimeData) -> bool:
        """Whether what is dragged is a picture or a file of one."""
        return bool(picture_files(mime)) or mime.hasImage()

    def take(self, mime: QMimeData) -> bool:
        """Take the pictures of a drop or of the clipboard; whether there are any."""
        files = picture_files(mime)
        image = mime.imageData() if mime.hasImage() and not files else None
        if not files and image is None and mime.hasText():
            files = named_files(mime.text())
        if files:
            self.open_files(files)
        elif isinstance(image, QImage) and not image.isNull():
            self._open_image(image)
        else:
            return False
        return True

    def paste(self) -> None:
        """Take what is on the clipboard, or say that there is nothing."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None or not self.take(mime):
            self._banner.show_message(
                "info",
                _("There is no picture on the clipboard."),
                _("Copy a picture, picture files or their paths first."),
            )

    def open_files(self, files: Sequence[Path]) -> None:
        """Take picture files; the pad takes the first."""
        if self._is_pad_seen:
            self._pad.take(files[0])
        else:
            self._source.open_files(files)

    def _open_image(self, image: QImage) -> None:
        if self._is_pad_seen:
            self._pad.take(Loose(_("pasted"), image))
        else:
            self._source.open_image(image)

    @property
    def _is_pad_seen(self) -> bool:
        return self._panels.current is self._pad and self._source.prepared is not None

    def tell(self, own: OwnPictures, switches: PlacingSwitches, title: str) -> None:
        """Say what was done to pictures, and offer what they seem to need."""
        words = " ".join(own.notes)
        if not own.is_light:
            self._banner.show_message("info", title, words)
            return
        light = _("They are light where the training pictures are dark.")
        self._banner.show_message(
            "info",
            title,
            f"{words} {light}",
            _("Swap black and white"),
            on_action=lambda: switches.is_inverted.setChecked(True),
        )

    def _on_converted(self, own: Any) -> None:
        self.tell(own, self._pad.switches, _("On the pad."))
