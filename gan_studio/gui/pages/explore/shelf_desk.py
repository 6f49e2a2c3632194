"""Between the Explore page and its shelf: the Bookmark button, what is said, what is remembered."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _, ngettext
from gan_studio.gui.pages.explore.bookmark_view import MAP
from gan_studio.inference.bookmarks import BadBookmarks

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.place_desk import PlaceDesk
    from gan_studio.gui.pages.explore.stage import Stage
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.banner import Banner
    from gan_studio.gui.widgets.run_picker import RunPicker

PAGE, SHELF = "explore", "shelf"  # where the settings keep which tab is in front


class ShelfDesk(QObject):
    """Answers the shelf's signals."""

    def __init__(
        self,
        session: Session,
        banner: Banner,
        explorer: Explorer,
        stage: Stage,
        places: PlaceDesk,
        button: QPushButton,
        picker: RunPicker,
    ) -> None:
        super().__init__(stage)
        self._session, self._banner = session, banner
        self._explorer, self._stage, self._button = explorer, stage, button
        self._run: Path | None = None
        view, keeper = stage.shelf.bookmarks, stage.bookmarks
        button.clicked.connect(self.bookmark)
        keeper.failed.connect(self._on_failed)
        view.failed.connect(places.show_problem)
        view.deleted.connect(self._on_deleted)
        view.save_requested.connect(places.save)
        view.open_requested.connect(self._on_open_requested)
        stage.shelf.show_tab(session.settings.of_page(PAGE).get(SHELF, ""))
        stage.shelf.tab_changed.connect(self._on_tab_changed)
        explorer.space_changed.connect(self._on_space_changed)
        picker.chosen.connect(self._on_chosen)
        self._on_space_changed()

    def bookmark(self) -> None:
        """Keep the present place, and show it on the shelf."""
        name = self._stage.bookmarks.add_here()
        if name:
            self._stage.shelf.show_bookmarks([name])

    def _on_space_changed(self) -> None:
        bundle = self._explorer.bundle
        self._button.setEnabled(bundle is not None)
        if bundle is not None and bundle.run_dir is not None:
            self._run = Path(bundle.run_dir)

    def _on_chosen(self, choice: object) -> None:
        """Another model, perhaps because the one before is no longer there."""
        run, self._run = self._run, None
        if run is not None and not run.is_dir():
            self._banner.show_message(
                "info",
                _("The run that was explored is gone."),
                _("{name} was deleted or moved.").format(name=run.name),
            )
        elif self._explorer.bundle is not None:
            self._run = run

    def _on_tab_changed(self, key: str) -> None:
        self._session.settings.remember(PAGE, **{SHELF: key})

    def _on_failed(self, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        is_read = isinstance(problem, BadBookmarks)
        title = _("Not all bookmarks can be used.") if is_read else _("Bookmarks are not saved.")
        if not is_read:
            text = f"{text} {_('They stay here until the window is closed.')}"
        self._banner.show_message("warning", title, text)

    def _on_deleted(self, count: int, before: Any) -> None:
        words = ngettext("Bookmark deleted.", "{count} bookmarks deleted.", count)
        self._banner.show_message(
            "info",
            words.format(count=count),
            "",
            _("Undo"),
            on_action=partial(self._stage.bookmarks.restore, before),
        )

    def _on_open_requested(self, page: str, item: Any) -> None:
        bundle = self._explorer.bundle
        if bundle is None:
            return
        if page == MAP:
            self._session.go_to(page, run_dir=bundle.run_dir, z=item.place.z.tolist())
            return
        file = self._stage.bookmarks.picture_file(item.id)
        if file is not None:
            self._session.go_to(page, run_dir=bundle.run_dir, files=[str(file)])
