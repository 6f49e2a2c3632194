"""Puts what a person brings along, finds and keeps together with the Explore page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.gui.pages.explore.find_strip import FindStrip
from gan_studio.gui.pages.explore.finder import Finder
from gan_studio.gui.pages.explore.place_desk import PlaceDesk
from gan_studio.gui.pages.explore.shelf_desk import ShelfDesk

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.page import ExplorePage


def open_desks(page: ExplorePage) -> tuple[Finder, PlaceDesk]:
    """The finder of pictures, and what takes drops and the clipboard; both live with the page."""
    explorer, stage = page.explorer, page.stage
    finder = Finder(explorer, page.session.folders.cache, page)
    stage.find_column.addWidget(FindStrip(finder))
    places = PlaceDesk(page, page.banner, explorer, stage, finder, page.controls.latent)
    ShelfDesk(page.session, page.banner, explorer, stage, places, page.bookmark, page.picker)
    page.sheet_panel.keep.connect(
        lambda starred: stage.shelf.show_bookmarks(stage.bookmarks.add(starred))
    )
    page.setAcceptDrops(True)
    return finder, places
