"""What can be done with a contact sheet and with one picture of it, as menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.widgets.contact_sheet import MOST_ZOOM

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from gan_studio.gui.pages.explore.sheet_leaves import Leaf

LIMITS = (0.01, 0.02, 0.05, 0.1)  # shares of held-out pictures
ZOOMS = (1, 2, 3, 4, 6, 8)


class SheetMenus(QObject):
    """The acts, which both menus share.

    Signals:
        near_wanted: mark what is nearer to training pictures than this share of held-out ones.
        zoom_wanted: draw pictures so many times as large (0: as fits).
    """

    near_wanted = Signal(float)
    zoom_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        add = self._add
        self.bring = add(_("Bring to the sliders"), _("Go to this place."), "Return")
        self.star = add(_("Star"), _("Like it, or no more."), "S")
        self.reject = add(_("Reject"), _("Grey it out, or no more."), "R")
        self.like = add(_("More like these"), _("Draw places near these."), "M")
        self.copy_picture = add(_("Copy picture"), _("Put the picture on the clipboard."))
        self.copy_latent = add(
            _("Copy latent as text"), _("Put the chosen places on the clipboard as text.")
        )
        self.save_picture = add(_("Save picture …"), _("Save this picture as a PNG file."))
        self.reconstruct = add(
            _("Open in Reconstruct"), _("Send the picture through models that copy pictures.")
        )
        self.again = add(
            _("The same seeds again"),
            _("Draw the same seeds with the class, truncation and strength of the present place."),
        )
        self.keep = add(_("Keep starred as bookmarks"), _("Put the starred places on the shelf."))
        self.unmark = add(_("Clear all marks"), _("Neither stars nor rejections."))
        self.save_sheet = add(
            _("Save sheet …"), _("Save all pictures as one PNG file, with their latents.")
        )
        self.save_starred = add(
            _("Save starred latents …"),
            _("Save the starred places as a file that `gan-studio sample --latents` draws."),
        )
        self.more = self._more_menu()

    def _add(self, text: str, tooltip: str, key: str = "") -> QAction:
        action = QAction(text, self)
        action.setToolTip(tooltip)
        if key:  # shown only: the sheet itself listens to its keys
            action.setText(f"{text}\t{QKeySequence(key).toString()}")
        return action

    def _more_menu(self) -> QMenu:
        menu = QMenu(self._parent)
        menu.setToolTipsVisible(True)
        menu.addActions([self.again, self.unmark])
        self.near = menu.addMenu(_("Mark what may be memorised"))
        self.near.setToolTipsVisible(True)
        for share in LIMITS:
            words = _("Nearer to training pictures than {share} % of held-out ones are")
            action = self.near.addAction(words.format(share=f"{100 * share:g}"))
            action.triggered.connect(lambda _on, share=share: self.near_wanted.emit(share))
        self._add_zooms(menu)
        menu.addSeparator()
        menu.addActions([self.keep, self.save_starred, self.save_sheet])
        return menu

    def _add_zooms(self, menu: QMenu) -> None:
        zooms = menu.addMenu(_("Size of the pictures"))
        group = QActionGroup(self)
        self._zooms: dict[int, QAction] = {}
        for zoom in (0, *ZOOMS):
            words = f"{zoom}×" if zoom else _("As large as fits (0)")
            action = zooms.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(lambda _on, zoom=zoom: self.zoom_wanted.emit(zoom))
            group.addAction(action)
            self._zooms[zoom] = action

    def show_state(self, leaf: Leaf | None, zoom: int) -> None:
        """Offer what is possible."""
        is_complete = leaf is not None and leaf.is_complete
        has_stars = leaf is not None and bool(leaf.starred)
        self.keep.setEnabled(has_stars)
        self.save_starred.setEnabled(has_stars)
        self.save_sheet.setEnabled(is_complete)
        self.near.setEnabled(is_complete)
        self.again.setEnabled(leaf is not None and not leaf.sheet.recipe.chosen)
        self.unmark.setEnabled(
            leaf is not None and bool(leaf.starred or leaf.rejected or leaf.near)
        )
        if zoom in self._zooms:
            self._zooms[zoom].setChecked(True)

    def open_for(self, index: int, leaf: Leaf, place: QPoint) -> None:
        """The menu of one picture (-1: of the sheet alone)."""
        menu = QMenu(self._parent)
        menu.setToolTipsVisible(True)
        if index >= 0:
            is_drawn = leaf.pictures is not None and index < max(leaf.drawn, 0)
            for action in (self.copy_picture, self.save_picture, self.reconstruct):
                action.setEnabled(is_drawn)
            menu.addActions([self.bring, self.star, self.reject, self.like])
            menu.addSeparator()
            menu.addActions([self.copy_picture, self.copy_latent, self.save_picture])
            menu.addAction(self.reconstruct)
            menu.addSeparator()
        menu.addActions([self.keep, self.save_starred, self.save_sheet])
        menu.exec(place)
        menu.deleteLater()


assert max(ZOOMS) <= MOST_ZOOM
