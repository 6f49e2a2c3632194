"""What a person brings to the Explore page and takes away as text: latents, files, pictures."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from gan_studio.core.errors import BadLatents, StudioError
from gan_studio.core.i18n import _, ngettext
from gan_studio.core.paths import write_atomically
from gan_studio.exporters.png import places_of_png
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.drop_files import (
    SUFFIXES,
    dropped_file,
    named_files,
    picture_files,
)
from gan_studio.gui.widgets.place_mime import PLACES_MIME, copy_places, has_places
from gan_studio.inference.again import where_from
from gan_studio.inference.places import Places, from_text, read_places, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData

    from gan_studio.gui.pages.explore.bookmark_keeper import BookmarkKeeper
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.finder import Finder
    from gan_studio.gui.pages.explore.latent_buttons import LatentButtons
    from gan_studio.gui.pages.explore.stage import Stage
    from gan_studio.gui.widgets.banner import Banner

LATENTS = (".json", ".txt", ".csv")
LATENTS_FILTER = "JSON, PNG (*.json *.png);;*.txt *.csv (*.txt *.csv)"


class PlaceDesk(QObject):
    """Takes drops, the clipboard and files; the banner says what was done or is wrong."""

    def __init__(
        self,
        page: QWidget,
        banner: Banner,
        explorer: Explorer,
        stage: Stage,
        finder: Finder,
        buttons: LatentButtons,
    ) -> None:
        super().__init__(page)
        self._page, self._banner, self._explorer = page, banner, explorer
        self._stage, self._finder, self._buttons = stage, finder, buttons
        for keys, act in (
            ("Ctrl+Shift+C", self.copy),
            (QKeySequence.StandardKey.Paste, self.paste),
        ):
            QShortcut(QKeySequence(keys), page).activated.connect(act)
        buttons.copy.clicked.connect(self.copy)
        buttons.paste.clicked.connect(self.paste)
        buttons.open.clicked.connect(self._on_open)
        buttons.save.clicked.connect(self._on_save)
        buttons.find_picture.clicked.connect(self._on_find)
        finder.failed.connect(self._on_not_found)
        explorer.space_changed.connect(self._on_space_changed)
        self._on_space_changed()

    @property
    def _keeper(self) -> BookmarkKeeper:
        return self._stage.bookmarks

    def _on_space_changed(self) -> None:
        self._buttons.setEnabled(self._explorer.space is not None)

    # Text

    def here(self) -> Places | None:
        """The present place as it is copied and saved; None without a model."""
        place, bundle = self._explorer.place, self._explorer.bundle
        if place is None or bundle is None:
            return None
        return Places((place,), 1, where_from(bundle))

    def copy(self) -> None:
        """Put the place on the clipboard, as text and for other panels."""
        places = self.here()
        if places is not None:
            copy_places(places)

    def paste(self) -> None:
        """Go to what is on the clipboard, look for its picture, or say what is wrong with it."""
        mime = QGuiApplication.clipboard().mimeData()
        if self._explorer.space is None:
            return
        if mime is None or not (self.take(mime) or self._take_text(mime)):
            self._tell(
                _("There is neither a latent nor a picture on the clipboard."),
                _("Copy numbers, a latents file's text, a picture or picture files first."),
            )

    def _take_text(self, mime: QMimeData) -> bool:
        text = mime.text() if mime.hasText() else ""
        if not text.strip():
            return False
        files = named_files(text)
        if files:
            self.find_file(files[0])
        else:
            self._read_text(text, _("The clipboard"))
        return True

    # Drops

    def can_take(self, mime: QMimeData, source: object = None) -> bool:
        """Whether what is dragged can be gone to or looked for; the page's own pictures cannot."""
        if self._explorer.space is None:
            return False
        if has_places(mime) or dropped_file(mime, LATENTS) is not None:
            return True
        is_own = isinstance(source, QWidget) and self._page.isAncestorOf(source)
        return not is_own and (bool(picture_files(mime)) or mime.hasImage())

    def take(self, mime: QMimeData) -> bool:
        """Take places, files or a picture; whether there are any."""
        if has_places(mime):
            text = bytes(mime.data(PLACES_MIME).data()).decode("utf-8", "replace")
            self._read_text(text, _("The latent"))
            return True
        latents, files = dropped_file(mime, LATENTS), picture_files(mime)
        image = mime.imageData() if mime.hasImage() else None
        if latents is not None:
            self.open_file(latents)
        elif files:
            self.find_file(files[0])
        elif isinstance(image, QImage) and not image.isNull():
            self.find_image(image, _("pasted"))
        else:
            return False
        return True

    # Files

    def open_file(self, path: Path) -> None:
        """Go to the places of a latents file, or of a picture that names its own."""
        is_picture = path.suffix.lower() == ".png"
        read = partial(places_of_png if is_picture else read_places, path)
        self._read(lambda dim, classes: read(dim, classes), path.name)

    def find_file(self, path: Path) -> None:
        """Go to the places that a picture file names, as exported ones do; else look for its z."""
        explorer = self._explorer
        if explorer.space is None:
            return
        dim, classes = explorer.space.dim, len(explorer.class_names)

        def job(progress: Any, is_cancelled: Any) -> Places | None:
            try:
                return places_of_png(path, dim, classes)
            except BadLatents:  # any other picture, or one of another model
                return None

        def done(places: Places | None) -> None:
            if places is None:
                self._find(path, path.name)
            elif explorer.space is not None and explorer.space.dim == dim:
                self._go(places, path.name)

        Task(job, self).on_done(done).on_error(self.show_problem).start()

    def find_image(self, image: QImage, name: str) -> None:
        """Look for the place of a picture."""
        self._find(pictures.to_array(image), name)

    def save(self, places: Places) -> None:
        """Ask where to, and write a latents file."""
        title = _("Save latents")
        path = pictures.ask_path(self._page, title, "latents.json", "JSON (*.json)")
        if path is not None:
            self.write(places, path)

    def write(self, places: Places, path: Path) -> None:
        """Write a latents file beside the window."""

        def job(progress: Any, is_cancelled: Any) -> None:
            write_atomically(path, to_text(places).encode())

        def tell(nothing: object) -> None:
            self._tell(_("Saved."), str(path))

        Task(job, self).on_done(tell).on_error(self.show_problem).start()

    def _on_open(self) -> None:
        path, _chosen = QFileDialog.getOpenFileName(
            self._page, _("Open latents"), "", LATENTS_FILTER
        )
        if path and Path(path).suffix.lower() == ".png":  # saved pictures name their latents
            self.find_file(Path(path))
        elif path:
            self.open_file(Path(path))

    def _on_save(self) -> None:
        places = self.here()
        if places is not None:
            self.save(places)

    def _on_find(self) -> None:
        names = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        path, _chosen = QFileDialog.getOpenFileName(
            self._page, _("Open a picture"), "", f"{_('Pictures')} ({names})"
        )
        if path:
            self.find_file(Path(path))

    # Going there

    def _read_text(self, text: str, source: str) -> None:
        self._read(lambda dim, classes: from_text(text, dim, source, classes), source)

    def _read(self, read: Callable[[int, int], Places], source: str) -> None:
        """Read beside the window, since a file can be large; then go there."""
        explorer = self._explorer
        if explorer.space is None:
            return
        dim, classes, bundle = explorer.space.dim, len(explorer.class_names), explorer.bundle

        def job(progress: Any, is_cancelled: Any) -> Places:
            return read(dim, classes)

        def done(places: Places) -> None:
            space = explorer.space
            if space is not None and space.dim == dim and bundle is not None:
                self._go(places, source)

        Task(job, self).on_done(done).on_error(self.show_problem).start()

    def _go(self, places: Places, source: str) -> None:
        """To the first place; the others can become bookmarks."""
        self._explorer.go_to(places.items[0])
        count = len(places.items)
        if count < 2:
            return
        title = ngettext("{source}: {count} place.", "{source}: {count} places.", count).format(
            source=source, count=count
        )
        self._banner.show_message(
            "info",
            title,
            _("This is the first of them."),
            _("Keep all as bookmarks"),
            on_action=partial(self._keep, places),
        )

    def _keep(self, places: Places) -> None:
        names = self._keeper.add(places)
        self._stage.shelf.show_bookmarks(names)

    def _find(self, source: Any, name: str) -> None:
        if self._explorer.bundle is None:
            return
        self._banner.clear()
        self._finder.find(source, name)

    # Words

    def show_problem(self, problem: Exception) -> None:
        """Say in the banner what is wrong."""
        title = _("This latent does not fit.")
        if not isinstance(problem, BadLatents):
            title = _("That did not work.")
        self._show_error(title, problem)

    def _on_not_found(self, problem: Exception) -> None:
        self._show_error(_("The picture was not found."), problem)

    def _show_error(self, title: str, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self._banner.show_message("error", title, text)

    def _tell(self, title: str, text: str) -> None:
        self._banner.show_message("info", title, text)
