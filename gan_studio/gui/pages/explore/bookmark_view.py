"""The tab "Bookmarks" of the shelf: thumbnails to go to, to name, to order and to drag away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QMenu, QVBoxLayout, QWidget

from gan_studio.core.errors import BadLatents
from gan_studio.core.i18n import _, ngettext
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.place_mime import copy_places, from_mime, to_mime
from gan_studio.gui.widgets.thumb_list import Thumb, ThumbList
from gan_studio.inference.again import where_from
from gan_studio.inference.places import Place, Places

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from gan_studio.gui.pages.explore.bookmark_keeper import BookmarkKeeper
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.inference.bookmarks import Bookmark, Bookmarks

MAP, RECONSTRUCT = "map", "reconstruct"


class BookmarkView(QWidget):
    """Shows a `BookmarkKeeper`.

    Signals:
        failed: an exception for the banner.
        deleted: how many were deleted, and what `keeper.restore` takes to bring them back.
        save_requested: `Places` that are to be saved as a file.
        open_requested: the key of a page, and the `Bookmark` that it is to show.
    """

    failed = Signal(object)
    deleted = Signal(int, object)
    save_requested = Signal(object)
    open_requested = Signal(str, object)

    def __init__(
        self, explorer: Explorer, keeper: BookmarkKeeper, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._explorer, self.keeper = explorer, keeper
        self._images: dict[str, tuple[Any, QImage]] = {}
        self.list = ThumbList(_("Bookmarks"), rows=2)
        self.list.let(rename=True, order=True)
        self.list.carry(self._carried)
        self.hint = QLabel(
            _("Bookmark (Ctrl+D) keeps a place with its picture in the folder of the run.")
        )
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setMinimumHeight(self.list.height())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.hint)
        column.addWidget(self.list)
        self.list.went.connect(self._go)
        self.list.renamed.connect(keeper.rename)
        self.list.moved.connect(keeper.move)
        self.list.deleted.connect(self._delete)
        self.list.dropped.connect(self._on_dropped)
        self.list.menu_requested.connect(self._on_menu)
        keeper.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        items = self.keeper.items
        self._images = {item.id: (item.picture, self._image(item)) for item in items}
        self.list.set_thumbs([self._thumb(item) for item in items])
        self.list.setVisible(bool(items))
        self.hint.setVisible(not items)

    def _image(self, item: Bookmark) -> QImage:
        """Made once per picture."""
        picture, image = self._images.get(item.id, (None, QImage()))
        if item.picture is None or picture is item.picture:
            return image
        return pictures.to_image(item.picture)

    def _thumb(self, item: Bookmark) -> Thumb:
        fits = self.keeper.fits(item)
        words = describe(item)
        if not fits:
            odd = _("does not fit this model: {count} numbers").format(count=item.dim)
            words = f"{words} · {odd}"
        return Thumb(item.id, self._images[item.id][1], item.place.name, words, is_odd=not fits)

    # Acts

    def _go(self, name: str) -> None:
        item = self.keeper.item(name)
        if item is None:
            return
        if self.keeper.fits(item):
            self._explorer.go_to(item.place)
        else:
            self.failed.emit(self._misfit(item))

    def _misfit(self, item: Bookmark) -> BadLatents:
        space = self._explorer.space
        reason = f"it has {item.dim} numbers where the model takes {space.dim if space else 0}"
        if space is not None and space.dim == item.dim:
            reason = "it is of a class that the model does not know"
        return BadLatents(source=item.place.name or _("The bookmark"), reason=reason)

    def _chosen(self) -> list[Bookmark]:
        found = (self.keeper.item(name) for name in self.list.chosen())
        return [item for item in found if item is not None]

    def _delete(self, names: list[str]) -> None:
        before: Bookmarks = self.keeper.delete(names)
        self.deleted.emit(len(names), before)

    def _places(self, items: list[Bookmark]) -> Places:
        bundle = self._explorer.bundle
        facts = {} if bundle is None else where_from(bundle)
        return Places(tuple(item.place for item in items), 1, facts)

    def _carried(self, names: list[str]) -> QMimeData | None:
        items = [item for name in names if (item := self.keeper.item(name)) is not None]
        if not items:
            return None
        return to_mime(self._places(items))

    def _on_dropped(self, mime: QMimeData) -> None:
        space = self._explorer.space
        if space is None:
            return
        try:
            found = from_mime(mime, space.dim, len(self._explorer.class_names))
        except BadLatents as problem:
            self.failed.emit(problem)
            return
        if found is not None:
            self.list.choose(self.keeper.add(found))

    # The menu

    def _on_menu(self, position: QPoint) -> None:
        items = self._chosen()
        if not items:
            return
        menu = QMenu(self)
        self._fill(menu, items)
        menu.exec(position)
        menu.deleteLater()

    def _fill(self, menu: QMenu, items: list[Bookmark]) -> None:
        first = items[0]
        image = self._images[first.id][1]
        rename = menu.addAction(_("Rename"), self.list.rename_current)
        rename.setShortcut("F2")
        menu.addAction(_("Copy as text"), lambda: copy_places(self._places(items)))
        menu.addAction(_("Copy picture"), lambda: pictures.copy_image(image)).setEnabled(
            not image.isNull()
        )
        menu.addAction(
            _("Save as a latents file …"), lambda: self.save_requested.emit(self._places(items))
        )
        menu.addSeparator()
        self._offer_pages(menu, first)
        count = len(items)
        words = ngettext("Delete", "Delete {count} bookmarks", count).format(count=count)
        delete = menu.addAction(words, lambda: self._delete([item.id for item in items]))
        delete.setShortcut("Del")

    def _offer_pages(self, menu: QMenu, item: Bookmark) -> None:
        from gan_studio.core.capabilities import Capability

        bundle = self._explorer.bundle
        if bundle is None or bundle.run_dir is None:
            return
        if bundle.can(Capability.ENCODES) and self.keeper.fits(item):
            menu.addAction(_("Show on the Map"), lambda: self.open_requested.emit(MAP, item))
        if self.keeper.picture_file(item.id) is not None:
            menu.addAction(
                _("Open in Reconstruct"), lambda: self.open_requested.emit(RECONSTRUCT, item)
            )
        menu.addSeparator()


def describe(item: Bookmark) -> str:
    """``seed 5 · step 1,000``."""
    parts = [where(item.place)]
    if item.step is not None:
        parts.append(_("step {step}").format(step=f"{item.step:,}"))
    return " · ".join(part for part in parts if part)


def where(place: Place) -> str:
    """``seed 5 · ψ 0.70``, as far as there is something to say."""
    parts = [] if place.seed is None else [_("seed {seed}").format(seed=place.seed)]
    if place.psi != 1:
        parts.append(f"ψ {place.psi:.2f}")
    return " · ".join(parts)
