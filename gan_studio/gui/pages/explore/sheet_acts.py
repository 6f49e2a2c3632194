"""Carries out what the menus of the Sheet panel offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.explore import sheet_saving as saving
from gan_studio.gui.pages.explore.picture_saver import save_picture
from gan_studio.gui.pages.explore.sheet_words import marked_words
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.place_mime import copy_places, to_mime
from gan_studio.inference.sheets import latents_of

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.nearest_card import NearestCard
    from gan_studio.gui.pages.explore.sheet_desk import SheetDesk
    from gan_studio.gui.pages.explore.sheet_leaves import Leaf
    from gan_studio.gui.pages.explore.sheet_menu import SheetMenus
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.contact_sheet import ContactSheet
    from gan_studio.inference.places import Place


class SheetActs(QObject):
    """Connects menus, sheet and desk.

    Signals:
        keep: starred places (a list) that are to be kept as bookmarks.
        failed: the exception of what did not work.
        told: a heading and a sentence.
    """

    keep = Signal(object)
    failed = Signal(object)
    told = Signal(str, str)

    def __init__(
        self,
        session: Session,
        explorer: Explorer,
        desk: SheetDesk,
        sheet: ContactSheet,
        nearest: NearestCard,
    ) -> None:
        super().__init__(sheet)
        self._session, self._explorer = session, explorer
        self._desk, self._sheet, self._nearest = desk, sheet, nearest
        self._wanted_share = 0.0
        self._compared: object = None  # the model whose pictures are being compared
        sheet.brought.connect(self.bring)
        sheet.dragged.connect(self._on_dragged)
        nearest.finder.marked.connect(self._on_marked)

    def connect_menus(self, menus: SheetMenus) -> None:
        """Do what they offer."""
        desk, sheet = self._desk, self._sheet
        menus.bring.triggered.connect(lambda: self.bring(sheet.current))
        menus.star.triggered.connect(lambda: desk.star(sheet.chosen))
        menus.reject.triggered.connect(lambda: desk.reject(sheet.chosen))
        menus.like.triggered.connect(lambda: self.make_like(sheet.chosen))
        menus.copy_picture.triggered.connect(self._on_copy_picture)
        menus.copy_latent.triggered.connect(self._on_copy_latent)
        menus.save_picture.triggered.connect(self._on_save_picture)
        menus.reconstruct.triggered.connect(self._on_reconstruct)
        menus.keep.triggered.connect(self._on_keep)
        menus.unmark.triggered.connect(desk.clear_marks)
        menus.again.triggered.connect(desk.make_again)
        menus.save_sheet.triggered.connect(self._on_save_sheet)
        menus.save_starred.triggered.connect(self._on_save_starred)
        menus.near_wanted.connect(self._on_near_wanted)
        menus.zoom_wanted.connect(sheet.set_zoom)

    def bring(self, index: int) -> None:
        """Go to the place of a picture."""
        leaf = self._desk.now
        if leaf is not None and 0 <= index < len(leaf.places):
            self._explorer.go_to(leaf.places[index])

    def make_like(self, indices: frozenset[int]) -> None:
        """Draw places near these, or say how to choose some."""
        leaf = self._desk.now
        if leaf is not None and indices:
            self._desk.make_like(tuple(leaf.places[index] for index in sorted(indices)))
        else:
            words = _(
                "Star some pictures (S), or choose them with Ctrl and a click; then ask again."
            )
            self.told.emit(_("Like which ones?"), words)

    def _places(self, index: int = -1) -> list[Place]:
        """The chosen ones; another one alone where it is not among them."""
        leaf = self._desk.now
        if leaf is None:
            return []
        chosen = self._sheet.chosen
        indices = chosen if index < 0 or index in chosen else {index}
        return [leaf.places[at] for at in sorted(indices)]

    def _on_dragged(self, index: int) -> None:
        mime = to_mime(self._places(index))
        pictures.start_drag(self._sheet, self._sheet.image(index), mime)

    def _on_copy_picture(self) -> None:
        pictures.copy_image(self._sheet.image(self._sheet.current))

    def _on_copy_latent(self) -> None:
        copy_places(self._places())

    def _on_save_picture(self) -> None:
        leaf, index = self._desk.now, self._sheet.current
        if leaf is not None and index >= 0:
            name = f"{saving.name_of(leaf)}-{index + 1:03d}.png"
            image = self._sheet.image(index)
            here = latents_of(leaf.bundle, leaf.sheet, [index])
            save_picture(self._sheet, image, name, self._on_saved, self.failed.emit, here)

    def _on_reconstruct(self) -> None:
        image, folder = self._sheet.image(self._sheet.current), self._session.folders.cache

        def job(progress: Any, is_cancelled: Any) -> str:
            return saving.write_for_reconstruct(folder / "explore", image)

        Task(job, self).on_done(self._open_reconstruct).on_error(self.failed.emit).start()

    def _open_reconstruct(self, path: str) -> None:
        self._session.go_to("reconstruct", files=[path])

    def _on_keep(self) -> None:
        leaf = self._desk.now
        if leaf is not None and leaf.starred:
            self.keep.emit([leaf.places[index] for index in sorted(leaf.starred)])

    def _on_save_sheet(self) -> None:
        leaf = self._desk.now
        if leaf is not None and leaf.is_complete:
            columns = self._sheet.columns()
            saving.save_sheet(self._sheet, leaf, columns, self._on_saved, self.failed.emit)

    def _on_save_starred(self) -> None:
        leaf = self._desk.now
        if leaf is not None and leaf.starred:
            starred = sorted(leaf.starred)
            saving.save_latents(self._sheet, leaf, starred, self._on_saved, self.failed.emit)

    def _on_saved(self, path: Path) -> None:
        self.told.emit(_("Saved."), str(path))

    def _on_near_wanted(self, share: float) -> None:
        leaf = self._desk.now
        if leaf is not None and leaf.is_complete and leaf.pictures is not None:
            self._wanted_share, self._compared = share, leaf.bundle
            self._nearest.toggle.setChecked(True)  # where it says how far it is
            self._nearest.finder.mark(leaf, leaf.pictures.copy(), share)

    def _on_marked(self, leaf: Leaf, near: dict[int, float]) -> None:
        if leaf is not self._desk.now or leaf.bundle is not self._compared:
            return  # another sheet is looked at, or newer weights have drawn this one again
        scale = self._nearest.finder.scale
        has_scale = scale is not None and len(scale.distances) > 0
        self._desk.set_near(leaf, near)
        share = self._wanted_share if has_scale else None
        words = marked_words(len(near), len(leaf.places), share)
        self.told.emit(_("Compared with the training pictures."), words)
