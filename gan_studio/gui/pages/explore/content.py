"""What stands in the middle of the Explore page: picture, neighbours, pad and sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.class_picker import ClassPicker
from gan_studio.gui.widgets.latent_rows import ORDERS
from gan_studio.gui.widgets.latent_sliders import LatentSliders
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.picture_view import PictureView
from gan_studio.gui.widgets.xy_pad import XYPad

if TYPE_CHECKING:
    from gan_studio.gui.widgets.empty_state import EmptyState
    from gan_studio.gui.widgets.run_picker import RunChoice

NO_LIMIT = 2**24 - 1  # Qt's own QWIDGETSIZE_MAX
FIVE_PICTURES = 28 * 2 * 5 + 4 * 3 + 4  # five of 28 pixels at twice their size, and their gaps


class ExploreContent(QWidget):
    """Only widgets; the page connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self._picture_card(), 1)
        left.addWidget(self._neighbour_card())
        columns.addLayout(left, 6)
        columns.addWidget(self._slider_card(), 7)

    def _picture_card(self) -> Card:
        self.picture_card = Card(_("Picture"))
        self.view = PictureView()
        self.view.setMinimumHeight(120)
        self.classes = ClassPicker()
        self.picture_card.body.addWidget(self.view, 1)
        self.picture_card.body.addWidget(self.classes)
        return self.picture_card

    def _neighbour_card(self) -> Card:
        self.neighbour_card = Card(_("Neighbours"))
        self.neighbour_card.set_note(_("click one to go there"), "")
        self.grid = PictureGrid()
        self.grid.setMinimumHeight(FIVE_PICTURES)
        self.grid.setAccessibleName(_("Neighbours"))
        self.grid.offer()
        self.grid.file_name = "neighbours.png"
        self.neighbour_card.body.addWidget(self.grid, 1)
        return self.neighbour_card

    def _slider_card(self) -> Card:
        self.slider_card = Card(_("Sliders"))
        effect = QLabel(_("effect"))
        effect.setProperty("role", "muted")
        effect.setToolTip(
            _(
                "How much the picture changes when this number moves by one standard deviation, "
                "measured around the present place. Short bars hardly matter here."
            )
        )
        self.slider_card.header.addWidget(effect)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("search: z41, 10-19 …"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(_("Show only some sliders: a number, a range, or several. (Ctrl+F)"))
        self.search.setAccessibleName(_("Search sliders"))
        self.sorting = QComboBox()
        for key, text in ORDERS.items():
            self.sorting.addItem(_(text), key)
        self.sorting.setToolTip(_("In which order the sliders stand."))
        self.sorting.setAccessibleName(_("Order of the sliders"))
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.search, 3)
        row.addWidget(self.sorting, 2)
        self.pad = XYPad()
        self.sliders = LatentSliders()
        body = self.slider_card.body
        body.addWidget(self.tools)
        body.addWidget(self.pad, 5)
        body.addWidget(self.sliders, 1)
        return self.slider_card

    def fit_to(self, dim: int) -> None:
        """Show what suits a latent of `dim` numbers."""
        is_plane = dim == 2
        self.pad.setVisible(is_plane)
        self.tools.setVisible(dim > 8)
        # Beside the pad the sliders take no more room than they need.
        self.sliders.setMaximumHeight(self.sliders.rows_height() if is_plane else NO_LIMIT)
        words = _("1 slider") if dim == 1 else _("{n} sliders").format(n=dim)
        self.slider_card.set_title(words)


def say_why_empty(empty: EmptyState, choice: RunChoice | None, *, is_engine_ready: bool) -> None:
    """Say why there is no picture yet, and what to do."""
    if not is_engine_ready:
        empty.show_words(_("Getting ready …"), "", is_busy=True)
    elif choice is None:
        empty.show_words(
            _("No model yet"),
            _(
                "Train one, and walk through what it can draw with one slider per latent "
                "number, even while it is still learning."
            ),
            _("Train a model"),
            _("Go to the Train page."),
        )
    elif choice.is_live:
        empty.show_words(
            _("Waiting for the first weights of the run …"),
            _("Pictures appear as soon as it has taken its first steps."),
            is_busy=True,
        )
    else:
        empty.show_words(_("Loading the model …"), "", is_busy=True)
