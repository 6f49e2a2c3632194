"""The tab "Sheet": many samples at once; stars, rejections, more like these, a truncation sweep."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.pages.explore.nearest_card import NearestCard
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.sheet_acts import SheetActs
from gan_studio.gui.pages.explore.sheet_desk import SheetDesk
from gan_studio.gui.pages.explore.sheet_menu import SheetMenus
from gan_studio.gui.pages.explore.sheet_tools import SheetTools
from gan_studio.gui.pages.explore.sheet_words import main_words, place_words, state_words
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.contact_sheet import ContactSheet
from gan_studio.gui.widgets.elided_label import ElidedLabel
from gan_studio.inference.sheets import NEAR, can_show_classes, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint

    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.sheet_leaves import Leaf
    from gan_studio.gui.session import Session


class SheetPanel(ExplorePanel):
    """Shows the sheets of a `SheetDesk`; the present picture's nearest training pictures below.

    Signals:
        keep: starred places (a list of `Place`) that are to be kept as bookmarks.
    """

    keep = Signal(object)

    main_text = N_("Another 64")
    main_tip = N_("Draw another sheet of this kind: the seeds that follow, or more like these.")
    share = (4, 9)

    def __init__(self, explorer: Explorer, session: Session) -> None:
        super().__init__(explorer)
        self.desk = SheetDesk(explorer, self)
        self.tools = SheetTools()
        self.sheet = ContactSheet()
        self.nearest = NearestCard(explorer, session.folders)
        self.acts = SheetActs(session, explorer, self.desk, self.sheet, self.nearest)
        self.menus = SheetMenus(self)
        self.acts.connect_menus(self.menus)
        self._build()
        self._connect()
        self._show_leaf()

    # Building

    def _build(self) -> None:
        self.card = Card(_("Sheet"))
        self.tools.more.setMenu(self.menus.more)
        self.sheet.set_hints(self._hint)
        self.words = ElidedLabel()
        self.words.setProperty("role", "muted")
        for widget in (self.tools, self.sheet, self.words):
            self.card.body.addWidget(widget, 1 if widget is self.sheet else 0)
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.card, 1)
        column.addWidget(self.nearest)
        scroller = QScrollArea()  # for large text in low windows
        scroller.setWidgetResizable(True)
        scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroller.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroller)

    def _connect(self) -> None:
        desk, sheet = self.desk, self.sheet
        desk.changed.connect(self._show_leaf)
        desk.drew.connect(self._on_drew)
        desk.marks_changed.connect(self._show_marks)
        desk.failed.connect(self.failed)
        self.acts.failed.connect(self.failed)
        self.acts.told.connect(self.told)
        self.acts.keep.connect(self.keep)
        sheet.star_toggled.connect(desk.star)
        sheet.reject_toggled.connect(desk.reject)
        sheet.chosen_changed.connect(self._on_chosen)
        sheet.menu_requested.connect(self._open_menu)
        self.menus.more.aboutToShow.connect(self._show_acts)
        self._connect_tools()

    def _connect_tools(self) -> None:
        desk, tools = self.desk, self.tools
        tools.kind_chosen.connect(self._on_kind_chosen)
        tools.count_chosen.connect(self._on_count_chosen)
        tools.back.clicked.connect(lambda: desk.go(-1))
        tools.on.clicked.connect(lambda: desk.go(1))
        tools.like.clicked.connect(self.make_like)
        tools.change.clicked.connect(desk.replace_rejected)
        tools.share.moved.connect(desk.set_share)
        self._add_key("Alt+Left", lambda: desk.go(-1))
        self._add_key("Alt+Right", lambda: desk.go(1))
        self._add_key("M", self.make_like)

    def _add_key(self, key: str, act: Callable[[], None]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(act)

    # The tab

    def on_shown(self) -> None:
        self.desk.set_seen(True)
        self.nearest.set_seen(True)

    def on_hidden(self) -> None:
        self.desk.set_seen(False)
        self.nearest.set_seen(False)

    def main_action(self) -> None:
        kind = self.tools.kind.currentData()
        if kind == NEAR:
            self.make_like()
        elif self.explorer.point is not None:
            self.desk.make(self.desk.recipe(kind))

    # Other sheets

    def make_like(self) -> None:
        """Draw places near the starred pictures, or near the chosen ones where none has a star."""
        leaf = self.desk.now
        if leaf is not None:
            self.acts.make_like(frozenset(leaf.starred) or self.sheet.chosen)

    def _on_kind_chosen(self, kind: str) -> None:
        leaf = self.desk.now
        if kind == NEAR:
            self.make_like()
            self._show_tools()  # until it is there, and for good where nothing was chosen
        elif self.explorer.point is not None:
            recipe = None if leaf is None else leaf.sheet.recipe
            is_seeded = recipe is not None and recipe.kind != NEAR
            first = recipe.first if recipe is not None and is_seeded else None
            self.desk.make(self.desk.recipe(kind, first))

    def _on_count_chosen(self, count: int) -> None:
        self.desk.count = count
        if self.desk.now is not None:
            self.desk.make(replace(self.desk.now.sheet.recipe, count=count))

    # What is shown

    def _show_leaf(self) -> None:
        leaf, bundle = self.desk.now, self.explorer.bundle
        if bundle is not None:
            self.tools.set_kinds(has_classes=can_show_classes(bundle))
        self._show_tools()
        if leaf is None or bundle is None:
            self.sheet.set_sheet(0, (28, 28))
        else:
            self._lay_out(leaf, bundle.spec.shape)
        self._show_recipe()
        self._show_marks()

    def _show_tools(self) -> None:
        leaves = self.desk.leaves
        self.tools.show_leaf(
            self.desk.now, can_go_back=leaves.can_go_back, can_go_on=leaves.can_go_on
        )

    def _lay_out(self, leaf: Leaf, shape: tuple[int, ...]) -> None:
        sheet = leaf.sheet
        seeds = [str(seed) for seed in sheet.seeds]
        size = (int(shape[-1]), int(shape[-2]))
        self.sheet.set_sheet(len(leaf.places), size, sheet.columns, sheet.rows, seeds, _("seed"))
        if leaf.pictures is not None:
            self._show_pictures(leaf, range(leaf.had))

    def _show_recipe(self) -> None:
        leaf = self.desk.now
        if leaf is None or leaf.bundle is None:
            self.card.set_note("")
            return
        names, step = leaf.bundle.spec.class_names, leaf.bundle.step
        self.card.set_note(describe(leaf.sheet, names, step), describe(leaf.sheet, names), "")
        if self.main_text != main_words(leaf):
            self.main_text = main_words(leaf)
            self.renamed.emit()

    def _on_drew(self, batch: range) -> None:
        leaf = self.desk.now
        if leaf is not None:
            self._show_pictures(leaf, batch)
            if batch.start == 0:
                self._show_recipe()  # drawn again by another step
            self._show_words()
            if leaf.is_complete:
                self._show_acts()

    def _show_pictures(self, leaf: Leaf, batch: range) -> None:
        assert leaf.pictures is not None, "something was drawn"
        for index in batch:
            self.sheet.set_picture(index, pictures.to_image(leaf.pictures[index]))

    def _show_marks(self) -> None:
        leaf = self.desk.now
        if leaf is not None:
            self.sheet.set_marks(leaf.starred, leaf.rejected, leaf.near)
        self._on_chosen()

    def _on_chosen(self) -> None:
        self.tools.show_marks(self.desk.now, len(self.sheet.chosen))
        has_current = self.desk.now is not None and 0 <= self.sheet.current < self.sheet.count()
        words = self._hint(self.sheet.current) if has_current else ""
        self.sheet.setAccessibleDescription(words)
        self._show_words()
        self._show_acts()

    def _show_words(self) -> None:
        words = state_words(self.desk.now, len(self.sheet.chosen))
        self.words.set_text(words)
        self.words.setToolTip(words)

    def _show_acts(self) -> None:
        self.menus.show_state(self.desk.now, self.sheet.zoom)

    def _hint(self, index: int) -> str:
        leaf = self.desk.now
        words = "" if leaf is None else place_words(leaf, index, self.explorer.class_names)
        return escape(words)

    def _open_menu(self, index: int, place: QPoint) -> None:
        leaf = self.desk.now
        if leaf is not None:
            self._show_acts()
            self.menus.open_for(index, leaf, place)
