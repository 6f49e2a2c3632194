"""The card below the picture: bookmarks, the last moves, and what lies around the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabBar, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages.explore.bookmark_view import BookmarkView
from gan_studio.gui.pages.explore.history_view import HistoryView
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.bookmark_keeper import BookmarkKeeper
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.shown import ShownPictures
    from gan_studio.gui.pages.explore.surroundings import Surroundings

BOOKMARKS, HISTORY, NEIGHBOURS = "bookmarks", "history", "neighbours"
TABS = {
    BOOKMARKS: (N_("Bookmarks"), N_("Places that are kept with the run. Click one to go there.")),
    HISTORY: (
        N_("History"),
        N_("The last moves and those that were taken back. Click one to go there."),
    ),
    NEIGHBOURS: (
        N_("Neighbours"),
        N_("What the model draws close to this place. Click one to go there."),
    ),
}


class Shelf(Card):
    """Three tabs; what is not seen costs nothing.

    Signals:
        tab_changed: the key of the tab that a person brought to the front.
    """

    tab_changed = Signal(str)

    def __init__(
        self,
        explorer: Explorer,
        surroundings: Surroundings,
        keeper: BookmarkKeeper,
        shown: ShownPictures,
        neighbours: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent)
        self._explorer, self._surroundings = explorer, surroundings
        self.setAccessibleName(_("Shelf"))
        self.bookmarks = BookmarkView(explorer, keeper)
        self.history = HistoryView(explorer, shown)
        self._pages: dict[str, QWidget] = {
            BOOKMARKS: self.bookmarks,
            HISTORY: self.history,
            NEIGHBOURS: neighbours,
        }
        self._build_bar()
        for page in self._pages.values():
            page.hide()
            self.body.addWidget(page)
        self._show(NEIGHBOURS)
        self.bar.currentChanged.connect(self._on_tab)

    def _build_bar(self) -> None:
        self.bar = QTabBar()
        self.bar.setProperty("role", "compact")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setAccessibleName(_("What is below the picture"))
        for title, tip in TABS.values():
            index = self.bar.addTab(_(title))
            self.bar.setTabToolTip(index, _(tip))
        self.bar.setCurrentIndex(list(TABS).index(NEIGHBOURS))
        self.header.insertWidget(0, self.bar)

    @property
    def tab(self) -> str:
        """The key of the tab in front."""
        return list(TABS)[self.bar.currentIndex()]

    def show_tab(self, key: str) -> None:
        """Bring a tab to the front; keys that there are not are passed over."""
        if key in TABS:
            self.bar.setCurrentIndex(list(TABS).index(key))

    def show_bookmarks(self, names: list[str]) -> None:
        """Bring bookmarks that were just made into sight."""
        self.show_tab(BOOKMARKS)
        self.bookmarks.list.choose(names)

    def _on_tab(self) -> None:
        self._show(self.tab)
        self.tab_changed.emit(self.tab)

    def _show(self, key: str) -> None:
        for name, page in self._pages.items():
            page.setVisible(name == key)
        self._surroundings.has_neighbours = key == NEIGHBOURS
        self.history.set_seen(key == HISTORY)
        if key == NEIGHBOURS:
            self._explorer.run_side_work()
