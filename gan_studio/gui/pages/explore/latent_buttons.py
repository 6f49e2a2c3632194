"""The inspector's buttons for the latent of the place: as text, as a file, and from a picture."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from gan_studio.core.i18n import _


class LatentButtons(QWidget):
    """Only widgets; `PlaceDesk` connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self.copy = self._add(
            0,
            0,
            _("Copy z"),
            _("Put the latent of this place on the clipboard as text. (Ctrl+Shift+C)"),
        )
        self.paste = self._add(
            0,
            1,
            _("Paste"),
            _(
                "Go to the latent on the clipboard: numbers, or what Copy z gave. A picture there "
                "is looked for. (Ctrl+V)"
            ),
        )
        self.open = self._add(
            1, 0, _("Open …"), _("Go to the latents of a file. It can be dropped here as well.")
        )
        self.save = self._add(
            1,
            1,
            _("Save …"),
            _("Save the latent as a file; gan-studio sample --latents draws it again to the bit."),
        )
        self.find_picture = self._add(
            2,
            0,
            _("Find a picture …"),
            _(
                "Look for the latent of a picture of your own, by the encoder or by a search. "
                "Pictures can be dropped here as well."
            ),
        )

    def _add(self, row: int, column: int, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tooltip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tooltip)
        self._grid.addWidget(button, row, column, 1, 2 if row == 2 else 1)
        return button
