"""The Explore page's inspector: which model, how far, how many neighbours, what to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.direction_rows import add_directions
from gan_studio.gui.pages.explore.latent_buttons import LatentButtons
from gan_studio.gui.pages.explore.sampling import Sampling
from gan_studio.gui.pages.explore.take_away import TakeAway
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.field_rows import FieldRows
from gan_studio.gui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from gan_studio.gui.widgets.run_picker import RunPicker
    from gan_studio.jobs.folders import Folders

MULTIPLES = (1, 2, 4, 8, 16)
SIDES = (3, 5, 7)


class ExploreInspector(FieldRows):
    """Only widgets; the page connects them."""

    def __init__(self, picker: RunPicker, folders: Folders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._add_model(picker)
        self.directions = add_directions(self)
        self.sampling = Sampling(self)
        self.seed, self.strength = self.sampling.seed, self.sampling.strength
        self._add_neighbours()
        self._add_take_away()
        self.take_away = TakeAway(folders)
        self.add_wide(self.take_away)
        self.latent = LatentButtons()
        self.add_section(_("Latent"))
        self.add_wide(self.latent)
        self.setAccessibleName(_("Explore settings"))

    def saved_size(self) -> tuple[int, bool]:
        """How many times as large what is saved is, and whether pixels are blended."""
        return self.multiple.currentData(), self.is_smooth.isChecked()

    def _add_model(self, picker: RunPicker) -> None:
        self.add_section(_("Model"))
        self.add_wide(
            picker.runs,
            _("Run"),
            _("Which trained model draws. The run under way can be explored while it learns."),
        )
        self.add_row(
            _("Checkpoint"),
            picker.steps,
            _("The weights of which step. Earlier ones show how the same z was drawn then."),
        )

    def _add_neighbours(self) -> None:
        self.add_section(_("Neighbours"))
        self.side = DropDown()
        for side in SIDES:
            self.side.addItem(f"{side} × {side}", side)
        self.side.setCurrentIndex(SIDES.index(5))
        self.add_row(_("Grid"), self.side, _("How many places around this one are drawn."))
        self.distance = ValueSlider("", 0.02, 2.0, 0.5, 2)
        self.add_row(
            _("Distance"),
            self.distance,
            _(
                "How far away the neighbours are, in standard deviations of the latent. Small: "
                "slight variations; large: other pictures."
            ),
        )

    def _add_take_away(self) -> None:
        self.add_section(_("Take away"))
        self.multiple = DropDown()
        for multiple in MULTIPLES:
            self.multiple.addItem(f"{multiple}×", multiple)
        self.multiple.setCurrentIndex(MULTIPLES.index(8))
        self.add_row(
            _("Size"),
            self.multiple,
            _("How many times as large the saved picture is; every pixel becomes a square."),
        )
        self.is_smooth = QCheckBox(_("blend pixels"))
        self.add_row(
            _("Smooth"),
            self.is_smooth,
            _("Blend pixels when enlarging, here and in saved pictures. Off shows each pixel."),
        )
        buttons, row = QWidget(), QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        buttons.setLayout(row)
        self.save = QPushButton(_("Save PNG …"))
        self.save.setToolTip(_("Save this picture as a PNG file in the size above. (Ctrl+S)"))
        self.save.setShortcut("Ctrl+S")
        self.copy = QPushButton(_("Copy"))
        self.copy.setToolTip(_("Put this picture on the clipboard in the size above. (Ctrl+C)"))
        self.copy.setShortcut("Ctrl+C")
        row.addWidget(self.save, 1)
        row.addWidget(self.copy, 1)
        self.add_wide(buttons)
