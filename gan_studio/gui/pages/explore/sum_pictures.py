"""The sum of the slots and what it looks like, drawn at once whenever something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.gui.bridge.render import render_beside
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.explore.slot_desk import drawn_latents, labels_of
from gan_studio.inference.arithmetic import Sum, between
from gan_studio.inference.places import BATCH, Place

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer

STRIP = BATCH - 2  # pictures from A to the result; B and C fill the batch


class SumPictures(QObject):
    """Draws a `Sum`, newest first, in a thread of its own.

    Attributes:
        strip: the places from A to the result that were asked for last.

    Signals:
        drawn: the pictures uint8 ``[C, H, W]`` of A, B, C and the result, None where there is
            nothing; and those of the strip ``[N, C, H, W]``, or None.
        failed: the exception of pictures that could not be drawn.
    """

    drawn = Signal(object, object)
    failed = Signal(object)

    def __init__(
        self, explorer: Explorer, parent: QObject | None = None, render: Any = render_beside
    ) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._bridge = RenderBridge(render, self)
        self._has: tuple[bool, ...] = (False,) * 4
        self._since = 0  # the first answer that knows which slots are filled
        self.strip: list[Place] = []
        self._bridge.picture_ready.connect(self._on_pictures)
        self._bridge.failed.connect(self.failed)

    def draw(self, found: Sum) -> None:
        """Draw these instead of what was asked for before."""
        has = (*(term is not None for term in found.terms), found.result is not None)
        is_alike, self._has = has == self._has, has
        self.strip = []
        explorer, bundle = self._explorer, self._explorer.bundle
        if bundle is not self._bridge.model:
            self._bridge.set_model(bundle)
        if bundle is None or explorer.space is None or not any(self._has):
            self.drawn.emit((None,) * 4, None)
            return
        rows = self._rows(found)
        from gan_studio.inference.renderer import PicturesAt

        self._bridge.ask(PicturesAt(drawn_latents(explorer, rows), labels_of(explorer, rows)))
        if not is_alike:
            self._since = self._bridge.newest

    def close(self) -> None:
        """End the thread; the next `draw` starts another, which counts anew."""
        self._since = 0
        self._bridge.close()

    def _rows(self, found: Sum) -> list[Place]:
        """Always as many: an answer that comes late then still has the same order."""
        assert self._explorer.space is not None
        first = next(term for term in found.terms if term is not None)
        start, end = found.terms[0] or first, found.result or first
        strip = between(start, end, STRIP, self._explorer.space.mean)
        if found.result is not None:
            self.strip = strip
        return [*strip, found.terms[1] or first, found.terms[2] or first]

    @property
    def is_done(self) -> bool:
        """Whether what was asked for last has come."""
        return self._bridge.shown == self._bridge.newest

    def _on_pictures(self, rendered: Any) -> None:
        if self._bridge.shown < self._since:
            return  # asked for when other slots were filled
        values = rendered.values
        order = (values[0], values[STRIP], values[STRIP + 1], values[STRIP - 1])
        shown = [picture if has else None for picture, has in zip(order, self._has, strict=True)]
        self.drawn.emit(shown, values[:STRIP] if self._has[3] else None)
