"""The bookmarks of the run that is explored: at once in memory, soon after on the disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.gui.bridge.task import Task
from gan_studio.inference import bookmarks as engine
from gan_studio.inference.bookmarks import Bookmark, Bookmarks, Found, new_bookmark, renamed
from gan_studio.inference.places import Place, Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.shown import ShownPictures

SAY_EVERY = 16  # pictures that are drawn between two `changed`


@dataclass(eq=False)
class _Shelf:
    """What is known of one run.

    Attributes:
        items: what a person sees.
        saved: what the file held when it was read or written last.
        doomed: ids that were deleted before the last save; their pictures go with the next.
        is_read: whether the file was read.
        is_dirty: whether `items` differ from what was handed to the disk.
        is_told: whether the person knows that they cannot be saved.
    """

    items: Bookmarks = ()
    saved: Bookmarks = ()
    doomed: frozenset[str] = frozenset()
    is_read: bool = False
    is_dirty: bool = False
    is_told: bool = False
    task: Task | None = None


class BookmarkKeeper(QObject):
    """Adds, renames, orders and deletes; other panels hand places to `add` and read `places`.

    Signals:
        changed: `items` are others, or fit another model.
        failed: the exception because of which nothing was read or saved; said once per run.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self, explorer: Explorer, shown: ShownPictures, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._explorer, self._shown = explorer, shown
        self._shelves: dict[Path | None, _Shelf] = {}
        self._run: Path | None = None
        explorer.space_changed.connect(self._on_space_changed)
        explorer.side_work.insert(0, self._picture_job)  # before what takes long

    # What there is

    @property
    def items(self) -> Bookmarks:
        """All bookmarks of the run, in their order."""
        return self._shelf.items

    @property
    def places(self) -> tuple[Place, ...]:
        """The places that the present model can draw, in their order."""
        return tuple(item.place for item in self.items if self.fits(item))

    def fits(self, item: Bookmark) -> bool:
        """Whether the present model can draw it."""
        space = self._explorer.space
        return space is not None and item.fits(space.dim, len(self._explorer.class_names))

    def item(self, name: str) -> Bookmark | None:
        """The bookmark of an id."""
        return next((item for item in self.items if item.id == name), None)

    def picture_file(self, name: str) -> Path | None:
        """Where its picture is on the disk, if it is."""
        path = None if self._run is None else engine.picture_path(self._run, name)
        return path if path is not None and path.is_file() else None

    # What a person does

    def add_here(self) -> str:
        """Keep the present place with the picture that is shown; its id, "" without a model."""
        point = self._explorer.point
        if point is None:
            return ""
        picture, bundle = self._shown.of(point), self._explorer.bundle
        step = self._shown.step_of(point) if picture is not None else None
        if step is None and bundle is not None:
            step = bundle.step
        item = new_bookmark(point.place(), step, picture)
        self._set((*self.items, item))
        return item.id

    def add(
        self, places: Places | Iterable[Place], pictures: Iterable[Any] | None = None
    ) -> list[str]:
        """Keep places of the present model; their ids.

        Args:
            places: of the present model's size.
            pictures: uint8 ``[C, H, W]`` of each, drawn one at a time (as `sample --latents` draws
                bookmarks); without them that is done soon after.
        """
        bundle = self._explorer.bundle
        if bundle is None:
            return []
        items = places.items if isinstance(places, Places) else tuple(places)
        seen = list(pictures) if pictures is not None else [None] * len(items)
        new = [
            new_bookmark(place, bundle.step, picture)
            for place, picture in zip(items, seen, strict=True)
        ]
        self._set((*self.items, *new))
        return [item.id for item in new]

    def rename(self, name: str, words: str) -> None:
        """Call the bookmark of an id something else."""
        self._set(tuple(renamed(item, words) if item.id == name else item for item in self.items))

    def move(self, names: Sequence[str], to: int) -> None:
        """Let bookmarks stand before the one at `to`."""
        self._set(engine.moved(self.items, names, to))

    def delete(self, names: Iterable[str]) -> Bookmarks:
        """Take bookmarks away; `restore` brings back what was here before, which is returned."""
        before, gone = self.items, set(names)
        self._set(tuple(item for item in before if item.id not in gone))
        return before

    def restore(self, before: Bookmarks) -> None:
        """Undo a deletion: what was there comes back to its place, what is newer stays."""
        here = {item.id: item for item in self.items}
        old = {item.id for item in before}
        back = [here.get(item.id, item) for item in before]
        shelf = self._shelf
        ids = {item.id for item in before}
        # For the file they are new: else it would seem that another window deleted them.
        shelf.saved = tuple(item for item in shelf.saved if item.id in here or item.id not in ids)
        self._set((*back, *(item for item in self.items if item.id not in old)))

    def refresh(self) -> None:
        """Look for what another window did."""
        shelf = self._shelf
        if self._run is not None and shelf.is_read and shelf.task is None and not shelf.is_dirty:
            self._read(shelf, self._run)

    # The model

    @property
    def _shelf(self) -> _Shelf:
        return self._shelves.setdefault(self._run, _Shelf())

    def _on_space_changed(self) -> None:
        bundle = self._explorer.bundle
        run = None if bundle is None or bundle.run_dir is None else Path(bundle.run_dir)
        if run != self._run:
            self._run = run
            shelf = self._shelf
            if run is not None and shelf.task is None:
                self._read(shelf, run)
        self.changed.emit()

    def _set(self, items: Bookmarks) -> None:
        shelf = self._shelf
        shelf.items, shelf.is_dirty = items, True
        self.changed.emit()
        self._save(shelf, self._run)
        if any(item.picture is None for item in items):
            self._explorer.run_side_work()

    # The disk

    def _read(self, shelf: _Shelf, run: Path) -> None:
        have = shelf.items

        def job(progress: Any, is_cancelled: Any) -> Found:
            return engine.read_bookmarks(run, have)

        def done(found: Found) -> None:
            self._on_read(shelf, run, found)

        self._start(shelf, run, job, done)

    def _on_read(self, shelf: _Shelf, run: Path, found: Found) -> None:
        shelf.task, shelf.is_read = None, True
        old = {item.id for item in shelf.saved}
        if found.is_whole or found.problem is not None:
            shelf.items = engine.merged(shelf.saved, shelf.items, found.bookmarks)
            if not old:  # what was made while the file was being read stands behind it
                shelf.items = _behind(found.bookmarks, shelf.items)
            shelf.saved = found.bookmarks
        else:  # another run in the same folder, or a person took the file away
            shelf.items = tuple(item for item in shelf.items if item.id not in old)
            shelf.saved = ()
        self._after(shelf, run, found.problem)

    def _save(self, shelf: _Shelf, run: Path | None) -> None:
        if run is None or not shelf.is_read or shelf.task is not None or not shelf.is_dirty:
            return
        before, now, doomed = shelf.saved, shelf.items, shelf.doomed
        shelf.is_dirty = False

        def job(progress: Any, is_cancelled: Any) -> Found:
            return engine.save_bookmarks(run, before, now, doomed)

        def done(found: Found) -> None:
            self._on_saved(shelf, run, now, found)

        self._start(shelf, run, job, done)

    def _on_saved(self, shelf: _Shelf, run: Path, sent: Bookmarks, found: Found) -> None:
        kept = {item.id for item in found.bookmarks}
        shelf.task, shelf.is_told = None, False
        shelf.doomed = frozenset(item.id for item in shelf.saved if item.id not in kept)
        shelf.items = engine.merged(sent, shelf.items, found.bookmarks)
        shelf.saved = found.bookmarks
        self._after(shelf, run, found.problem)

    def _after(self, shelf: _Shelf, run: Path, problem: Exception | None) -> None:
        if problem is not None:
            self.failed.emit(problem)
        self._save(shelf, run)
        if shelf is self._shelf:
            self.changed.emit()

    def _start(self, shelf: _Shelf, run: Path, job: Any, done: Any) -> None:
        def fail(problem: Exception) -> None:
            shelf.task, shelf.is_read = None, True
            if shelf.items:
                shelf.is_dirty = True  # the next change tries again
            if not shelf.is_told:
                shelf.is_told = True
                self.failed.emit(problem)

        shelf.task = Task(job, self).on_done(done).on_error(fail).start()

    # Pictures that nobody has drawn yet

    def _picture_job(self) -> SideJob | None:
        return self._draw_missing() if self._missing() is not None else None

    def _missing(self) -> Bookmark | None:
        wanted = (item for item in self.items if item.picture is None and self.fits(item))
        return next(wanted, None)

    def _draw_missing(self) -> SideJob:
        """One at a time, as the picture of a place is drawn; a move interrupts, and it goes on."""
        from gan_studio.inference.renderer import PicturesAt

        explorer, count = self._explorer, 0
        while (item := self._missing()) is not None and explorer.bundle is not None:
            place, step = item.place, explorer.bundle.step
            label = 0 if place.label is None and explorer.class_names else place.label
            z = explorer.drawn(place.z[None], place.psi)
            rendered = yield PicturesAt(z, label if explorer.class_names else None)
            drawn = replace(item, picture=rendered.values[0], step=step)
            shelf = self._shelf
            shelf.items = tuple(drawn if old.id == item.id else old for old in shelf.items)
            shelf.is_dirty, count = True, count + 1
            if count % SAY_EVERY == 0:
                self.changed.emit()
        self._save(self._shelf, self._run)
        self.changed.emit()


def _behind(first: Bookmarks, rest: Bookmarks) -> Bookmarks:
    ids = {item.id for item in first}
    return (*first, *(item for item in rest if item.id not in ids))
