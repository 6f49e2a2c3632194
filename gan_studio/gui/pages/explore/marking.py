"""Pictures that a person marks yes or no, so that a slider from no to yes can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.directions_work import Marked

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.pages.explore.directions_work import Offered

COUNT = 100  # pictures that are offered at once
GOOD_START = 20  # marks, from which on the answer is worth much


class Marking(QObject):
    """The pictures on offer and the marks so far; of one model, and of its weights of one moment.

    Signals:
        offered: other pictures; the argument is the first that is new.
        marked: a mark changed.
    """

    offered = Signal(int)
    marked = Signal()

    def __init__(self, desk: Directions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._key: Any = None
        self._bundle: Any = None
        self._label: int | None = None
        self._seed = 0
        self._latents: Any = None  # [N, dim]
        self.pictures: Any = None  # uint8 [N, C, H, W]
        self.marks: list[bool | None] = []
        desk.changed.connect(self._on_changed)

    @property
    def yes(self) -> int:
        """How many are marked yes."""
        return self.marks.count(True)

    @property
    def no(self) -> int:
        """How many are marked no."""
        return self.marks.count(False)

    @property
    def least(self) -> int:
        """How many each side needs."""
        return 3 if self._desk.catalogue is None else self._desk.catalogue.least_marks

    @property
    def is_enough(self) -> bool:
        """Whether a slider can be made."""
        return min(self.yes, self.no) >= self.least

    def advice(self) -> str:
        """What is still needed, or what would help."""
        yes, no = max(self.least - self.yes, 0), max(self.least - self.no, 0)
        if yes and no:
            return _("Mark {least} or more of each.").format(least=self.least)
        if yes:
            return _("{count} more yes, or there is nothing to tell apart.").format(count=yes)
        if no:
            return _("{count} more no, or there is nothing to tell apart.").format(count=no)
        if self.yes + self.no < GOOD_START:
            return _("Enough for a first slider; {count} in all tell more.").format(
                count=GOOD_START
            )
        return _("More marks make it surer.")

    def begin(self) -> None:
        """Offer pictures, unless some of this model are there already."""
        explorer = self._desk.explorer
        if self.pictures is not None or explorer.bundle is None or explorer.point is None:
            return
        self._bundle, self._label = explorer.bundle, explorer.point.label
        self._key, self._seed = self._desk.key, 0
        dim = self._desk.key[1]
        none = Marked(np.zeros((0, dim), np.float32), np.zeros(0, bool), self._label)
        self._desk.maker.offer(self._bundle, none, COUNT, self._seed, self._on_offered)

    def more(self) -> None:
        """Offer others; what is marked stays, and those in doubt come first."""
        if self.pictures is None:
            self.begin()
            return
        self._seed += 1
        marked = self.result()
        self._desk.maker.offer(self._bundle, marked, COUNT, self._seed, self._on_offered)

    def mark(self, index: int, value: bool | None) -> None:
        """Yes, no, or neither."""
        if 0 <= index < len(self.marks) and self.marks[index] is not value:
            self.marks[index] = value
            self.marked.emit()

    def clear(self) -> None:
        """Take every mark back."""
        self.marks = [None] * len(self.marks)
        self.marked.emit()

    def result(self) -> Marked:
        """What was marked."""
        rows = [index for index, mark in enumerate(self.marks) if mark is not None]
        marks = np.array([self.marks[index] for index in rows], bool)
        return Marked(self._latents[rows], marks, self._label)

    def make(self, name: str) -> None:
        """Make a slider of the marks."""
        if self.is_enough:
            self._desk.maker.make_marked(self._bundle, self.result(), name)

    def _on_offered(self, offered: Offered) -> None:
        if self._key is None or self._key != self._desk.key:
            return
        kept = [index for index, mark in enumerate(self.marks) if mark is not None]
        latents, drawn = offered.latents, offered.pictures
        if kept:
            latents = np.concatenate([self._latents[kept], latents])
            drawn = np.concatenate([self.pictures[kept], drawn])
        self._latents, self.pictures = latents, drawn
        self.marks = [self.marks[index] for index in kept] + [None] * len(offered.latents)
        self.offered.emit(len(kept))

    def _on_changed(self) -> None:
        if self._key is not None and self._key != self._desk.key:  # another model
            self._key = self._bundle = self._latents = self.pictures = None
            self.marks = []
            self.offered.emit(0)
