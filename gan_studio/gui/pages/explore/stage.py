"""What stands at the left of every tab of the Explore page: the picture, and a shelf below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.bookmark_keeper import BookmarkKeeper
from gan_studio.gui.pages.explore.shelf import Shelf
from gan_studio.gui.pages.explore.shown import ShownPictures
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.class_picker import ClassPicker
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.picture_view import PictureView
from gan_studio.gui.widgets.place_mime import carrying

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Point
    from gan_studio.gui.pages.explore.surroundings import Surroundings

FIVE_PICTURES = 28 * 2 * 5 + 4 * 3 + 4  # five of 28 pixels at twice their size, and their gaps
NARROWEST = 300  # the three tabs of the shelf in full; large text may cut them for more room


class Stage(QWidget):
    """The picture of the place where we are, its class, and the shelf."""

    def __init__(
        self, explorer: Explorer, surroundings: Surroundings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._explorer, self._surroundings = explorer, surroundings
        self.shown = ShownPictures(explorer, self)
        self.bookmarks = BookmarkKeeper(explorer, self.shown, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.setMinimumWidth(NARROWEST)
        column.setSpacing(12)
        column.addWidget(self._picture_card(), 1)
        self.find_column = QVBoxLayout()  # where a picture of one's own is shown meanwhile
        column.addLayout(self.find_column)
        column.addWidget(self._shelf())
        self.grid.picked.connect(surroundings.go_to_neighbour)
        self.classes.picked.connect(explorer.set_label)
        explorer.picture.connect(self._on_picture)
        explorer.space_changed.connect(self._on_space_changed)
        explorer.moved.connect(self._on_moved)
        surroundings.neighbours.connect(self._on_neighbours)

    def _picture_card(self) -> Card:
        self.picture_card = Card(_("Picture"))
        self.view = PictureView()
        self.view.setMinimumHeight(120)
        self.view.carried = lambda: carrying(self._explorer.place)
        self.classes = ClassPicker()
        self.picture_card.body.addWidget(self.view, 1)
        self.picture_card.body.addWidget(self.classes)
        return self.picture_card

    def _shelf(self) -> Shelf:
        self.grid = PictureGrid()
        self.grid.setMinimumHeight(FIVE_PICTURES)
        self.grid.setAccessibleName(_("Neighbours"))
        self.grid.offer()
        self.grid.file_name = "neighbours.png"
        self.grid.carried = lambda index: carrying(self._surroundings.neighbour(index))
        self.shelf = Shelf(
            self._explorer, self._surroundings, self.bookmarks, self.shown, self.grid
        )
        return self.shelf

    def _on_space_changed(self) -> None:
        self.classes.set_classes(self._explorer.class_names)
        self._on_moved()

    def _on_moved(self) -> None:
        point = self._explorer.point
        if point is not None and point.label is not None:
            self.classes.set_current(point.label)

    def _on_picture(self, rendered: Any) -> None:
        point = self._explorer.point
        if point is None:
            return
        self.view.set_picture(rendered.values[0])
        words = words_of(point)
        time = f"{max(rendered.milliseconds, 0.1):.1f} ms"
        self.picture_card.set_note(f"{words} · {time}", words)

    def _on_neighbours(self, drawn: Any) -> None:
        side = self._surroundings.side
        self.grid.set_columns(side)
        self.grid.set_pictures(drawn)
        self.grid.select(side**2 // 2)


def words_of(point: Point) -> str:
    """Where z comes from, and its truncation, in a few words."""
    if not point.is_from_seed:
        words = _("no seed")
    else:
        seed = _("moved from seed {seed}") if point.is_moved else _("seed {seed}")
        words = seed.format(seed=point.seed)
    return words if point.psi == 1 else f"{words} · ψ {point.psi:.2f}"
