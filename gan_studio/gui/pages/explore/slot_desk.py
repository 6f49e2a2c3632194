"""Slots for places on the Explore page: how they are filled from where we are, and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from gan_studio.inference.places import truncated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtWidgets import QWidget

    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Floats
    from gan_studio.gui.widgets.place_slot import PlaceSlot
    from gan_studio.inference.places import Place


class SlotDesk(QObject):
    """Gives slots what they ask for; the keys 1, 2, 3 put the present place into them.

    Args:
        explorer: where we are.
        slots: the slots that are filled.
        area: the keys work while this is seen.

    Signals:
        failed: the exception of what did not fit a slot.
    """

    failed = Signal(object)

    def __init__(self, explorer: Explorer, slots: Sequence[PlaceSlot], area: QWidget) -> None:
        super().__init__(area)
        self._explorer, self._filled = explorer, slots
        for number, slot in enumerate(slots, 1):
            self.serve(slot)
            key = QShortcut(QKeySequence(str(number)), area)
            key.activated.connect(slot.here_asked)

    def offer(self, bookmarks: Callable[[], Iterable[Place]]) -> None:
        """What the menus of the slots offer; asked whenever one opens."""
        for slot in self._filled:
            slot.shelf = bookmarks

    def serve(self, slot: PlaceSlot) -> None:
        """Answer what a slot asks for."""
        slot.here_asked.connect(lambda: self._put(slot, self._explorer.place))
        slot.seed_asked.connect(lambda seed: self._put(slot, self._explorer.place_of_seed(seed)))
        slot.go_asked.connect(lambda: self._go_to(slot.picture.place))
        slot.failed.connect(self.failed)

    def _put(self, slot: PlaceSlot, place: Place | None) -> None:
        if place is not None:
            slot.put([place])

    def _go_to(self, place: Place | None) -> None:
        if place is not None:
            self._explorer.go_to(place)


class SlotPictures(QObject):
    """Side work of an `Explorer`: the first place of every slot, drawn once and again when needed.

    Attributes:
        is_wanted: whether anybody looks.

    Signals:
        drawn: slots show other pictures.
    """

    drawn = Signal()

    def __init__(
        self, explorer: Explorer, slots: Sequence[PlaceSlot], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._explorer, self._slots = explorer, slots
        self._key: Any = None
        self.is_wanted = False
        explorer.side_work.insert(0, self._job)
        for slot in slots:
            slot.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        if self.is_wanted:
            self.drawn.emit()  # what is empty now shows nothing
            self._explorer.run_side_work()

    def _wish(self) -> Any:
        places = tuple(slot.places[:1] for slot in self._slots)
        label = None if self._explorer.point is None else self._explorer.point.label
        return places, label, self._explorer.bundle

    def _job(self) -> SideJob | None:
        is_due = self.is_wanted and any(slot.places for slot in self._slots)
        return self._draw() if is_due and self._wish() != self._key else None

    def _draw(self) -> SideJob:
        from gan_studio.inference.renderer import PicturesAt

        wish, explorer = self._wish(), self._explorer
        filled = [slot for slot in self._slots if slot.places]
        places = [slot.places[0] for slot in filled]
        rendered = yield PicturesAt(drawn_latents(explorer, places), labels_of(explorer, places))
        if wish != self._wish():
            return
        self._key = wish
        for slot, place, picture in zip(filled, places, rendered.values, strict=True):
            slot.show_place(place, picture)
        self.drawn.emit()


def drawn_latents(explorer: Explorer, places: Sequence[Place]) -> Floats:
    """What the model is given for places of several truncations: float32 ``[N, dim]``."""
    assert explorer.space is not None, "places are drawn only with a model"
    mean = explorer.space.mean
    return np.stack([truncated(place.z, mean, place.psi) for place in places])


def labels_of(explorer: Explorer, places: Sequence[Place]) -> tuple[int, ...] | None:
    """The class of each; those that name none are drawn in the class of where we are."""
    point = explorer.point
    if not explorer.class_names or point is None:
        return None
    here = point.label or 0
    return tuple(here if place.label is None else place.label for place in places)
