"""The directions of the model that is explored: kept with its run, named, and moved along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.run_data import RunData
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.explore.direction_maker import DirectionMaker
from gan_studio.gui.pages.explore.direction_store import DirectionStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gan_studio.gui.pages.explore.direction_store import Catalogue, Kept
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Floats
    from gan_studio.inference.directions import Direction
    from gan_studio.jobs.folders import Folders

SAME = 0.9999  # cosine above which two directions of one kind are the same one


class Directions(QObject):
    """Holds the list; every change of it is saved with the run.

    Attributes:
        items: the directions in the order in which they stand.
        current: the one that is selected, -1 without any.
        catalogue: what the engine knows to find; None until it was asked.
        maker: finds new ones.

    Signals:
        changed: other directions, names or an other order; also when another model came.
        selection_changed: `current` is another.
        failed: an exception that the person has to read.
        told: a heading and a sentence.
    """

    changed = Signal()
    selection_changed = Signal()
    failed = Signal(object)
    told = Signal(str, str)

    def __init__(self, explorer: Explorer, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        self.items: tuple[Direction, ...] = ()
        self.current = -1
        self.catalogue: Catalogue | None = None
        self._key: Any = None  # which model these belong to
        self._kept: Kept | None = None  # None until the run was read
        self._removed: list[list[tuple[int, Direction]]] = []
        self._rows = np.zeros((0, 0))
        self._offsets = np.zeros(0)
        self._anchor: tuple[Direction, Floats, float] | None = None  # where a drag began
        self.store = DirectionStore(self)
        self.maker = DirectionMaker(self, RunData(folders, self), folders.cache, self)
        self.store.loaded.connect(self._on_loaded)
        self.store.joined.connect(self._on_joined)
        self.store.failed.connect(self.failed)
        self.maker.failed.connect(self.failed)
        explorer.space_changed.connect(self._on_space_changed)

    # The model

    @property
    def key(self) -> Any:
        """Changes whenever the directions of another model are shown; None without a model."""
        return self._key

    @property
    def is_ready(self) -> bool:
        """Whether the run was read, so that directions can be added."""
        return self._kept is not None

    def _on_space_changed(self) -> None:
        bundle, space = self.explorer.bundle, self.explorer.space
        key = None
        if bundle is not None and space is not None:
            key = (bundle.run_dir, space.dim, bundle.family_key)
        if key == self._key:
            return
        self._key, self._kept, self._anchor = key, None, None
        self._removed.clear()
        self.maker.forget()
        self._show((), -1)
        if key is not None:
            self.store.load(key[0], key[1])

    def _on_loaded(self, kept: Kept) -> None:
        if self._key is None or kept.run_dir != self._key[0]:
            return
        self._kept, self.catalogue = kept, kept.catalogue
        self._show(kept.directions, 0 if kept.directions else -1)
        if kept.problem is not None:
            self.failed.emit(kept.problem)

    def _on_joined(self, run_dir: Path, others: Sequence[Direction]) -> None:
        """Somebody else has added some to the run meanwhile."""
        if self._key is not None and run_dir == self._key[0]:
            current = self.current
            self.add(others)
            self.select(current)

    # The list

    def select(self, index: int) -> None:
        """Make one the direction that is spoken of; -1 for none."""
        index = index if 0 <= index < len(self.items) else -1
        if index != self.current:
            self.current = index
            self.selection_changed.emit()

    def add(self, directions: Sequence[Direction], *, at: int | None = None) -> list[int]:
        """Keep new ones, at the end or from `at` on; those that are there already are left out.

        Returns:
            Where they, or what they equal, stand now; the first of them becomes the current one.
        """
        items, places = list(self.items), []
        for direction in directions:
            same = next((at for at, item in enumerate(items) if _are_same(item, direction)), None)
            if same is None:
                name = unique_name(direction.name, (item.name for item in items))
                same = len(items) if at is None else min(at, len(items))
                items.insert(same, replace(direction, name=name))
            places.append(same)
        if len(items) != len(self.items):
            self._change(items, places[0])
        elif places:
            self.select(places[0])
        return places

    def rename(self, index: int, name: str) -> None:
        """Give a direction another name; an empty one, or one that is taken, is not taken over."""
        name, old = name.strip(), self.items[index].name
        if not name or name == old:
            return
        others = [item.name for at, item in enumerate(self.items) if at != index]
        items = list(self.items)
        items[index] = replace(items[index], name=unique_name(name, others))
        self._change(items, self.current)

    def delete(self, indices: Iterable[int]) -> None:
        """Drop directions; `bring_back` undoes it."""
        gone = sorted(set(indices))
        if not gone:
            return
        self._removed.append([(index, self.items[index]) for index in gone])
        items = [item for index, item in enumerate(self.items) if index not in gone]
        before = sum(index < self.current for index in gone)
        self._change(items, min(self.current - before, len(items) - 1))

    @property
    def removed_words(self) -> str:
        """What `bring_back` would bring back; "" where there is nothing."""
        if not self._removed:
            return ""
        last = self._removed[-1]
        if len(last) == 1:
            return _("“{name}” was deleted.").format(name=last[0][1].name)
        return _("{count} directions were deleted.").format(count=len(last))

    def bring_back(self) -> None:
        """Undo the last deletion."""
        if not self._removed:
            return
        items, back = list(self.items), self._removed.pop()
        for index, direction in back:
            name = unique_name(direction.name, (item.name for item in items))
            items.insert(min(index, len(items)), replace(direction, name=name))
        self._change(items, min(back[0][0], len(items) - 1))

    def _change(self, items: Sequence[Direction], current: int) -> None:
        self._show(items, current)
        if self._kept is not None:
            self.store.save(self._kept, self.items)

    def _show(self, items: Sequence[Direction], current: int) -> None:
        self.items, self.current = tuple(items), current
        if self.items:
            vectors = np.stack([item.vector for item in self.items]).astype(np.float64)
            self._rows = vectors / (vectors**2).sum(1, keepdims=True)
            origins = np.stack([item.origin for item in self.items]).astype(np.float64)
            self._offsets = (self._rows * origins).sum(1)
        self.changed.emit()
        self.selection_changed.emit()

    # Moves

    def values(self) -> list[float]:
        """Where the slider of each direction stands now."""
        point = self.explorer.point
        if point is None or not self.items:
            return []
        return [float(value) for value in self._rows @ point.z - self._offsets]

    def move(self, index: int, value: float, *, is_drag: bool = False) -> None:
        """Go where the slider of a direction stands at `value`; locked numbers stay.

        A drag is counted from where it began, so that going back along it leads there again.
        """
        point = self.explorer.point
        if point is None:
            return
        direction, anchor = self.items[index], self._anchor
        if not is_drag or anchor is None or anchor[0] is not direction:
            anchor = (direction, point.z, self.values()[index])
        self._anchor = anchor if is_drag else None
        _which, start, begun = anchor
        vector = direction.moved(start, value - begun) - point.z
        self.explorer.push(vector, is_drag=is_drag, gesture=f"direction {direction.name}")

    def end_move(self) -> None:
        """A drag was let go of."""
        self._anchor = None
        self.explorer.end_gesture()

    # Files

    def export(self, path: Path, indices: Iterable[int]) -> None:
        """Write directions to a file of their own."""
        chosen = [self.items[index] for index in indices]

        def job(progress: Any, is_cancelled: Any) -> Path:
            from gan_studio.inference.directions import export_directions

            export_directions(path, chosen)
            return path

        Task(job, self).on_done(self._on_exported).on_error(self.failed.emit).start()

    def import_from(self, path: Path) -> None:
        """Add the directions of a file."""
        key = self._key
        if key is None:
            return

        def job(progress: Any, is_cancelled: Any) -> tuple[Any, Path, list[Direction]]:
            from gan_studio.inference.directions import import_directions

            return key, path, import_directions(path, key[1])

        Task(job, self).on_done(self._on_imported).on_error(self.failed.emit).start()

    def _on_exported(self, path: Path) -> None:
        self.told.emit(_("Saved."), str(path))

    def _on_imported(self, found: tuple[Any, Path, list[Direction]]) -> None:
        key, path, directions = found
        if key != self._key or not self.is_ready:  # another model was chosen meanwhile
            return
        before = len(self.items)
        self.add(directions)
        added = len(self.items) - before
        words = _("{added} of {all} directions are new here.")
        self.told.emit(path.name, words.format(added=added, all=len(directions)))


def unique_name(name: str, taken: Iterable[str]) -> str:
    """`name`, or the first of "name 2", "name 3" ... that nobody has."""
    known, count, found = set(taken), 1, name
    while found in known:
        count += 1
        found = f"{name} ({count})"
    return found


def _are_same(one: Direction, other: Direction) -> bool:
    if one.kind != other.kind:
        return False
    first, second = one.vector.astype(np.float64), other.vector.astype(np.float64)
    cosine = first @ second / (np.linalg.norm(first) * np.linalg.norm(second))
    # A slider that was made again from other marks may stand elsewhere, and know other things.
    return bool(cosine > SAME and np.allclose(one.origin, other.origin, atol=1e-3))
