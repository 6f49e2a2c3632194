"""The pictures that were shown at the places of a moment ago: nothing is drawn for them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Point

MOST = 120  # points whose pictures are remembered
NEAR = 50  # to either side of the present, when there are more


class ShownPictures(QObject):
    """Remembers what was seen where. A point that is left for good takes its picture along."""

    def __init__(self, explorer: Explorer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self._known: WeakKeyDictionary[Point, tuple[Any, int]] = WeakKeyDictionary()
        explorer.picture.connect(self._on_picture)

    def of(self, point: Point | None) -> Any:
        """uint8 ``[C, H, W]``, or None where nothing was shown."""
        found = None if point is None else self._known.get(point)
        return None if found is None else found[0]

    def step_of(self, point: Point) -> int | None:
        """Whose weights drew it."""
        found = self._known.get(point)
        return None if found is None else found[1]

    def _on_picture(self, rendered: Any) -> None:
        """Many times a second during a drag: points on the way are gone by the next one."""
        explorer = self._explorer
        if explorer.point is not None and explorer.bundle is not None and explorer.is_settled:
            self._known[explorer.point] = rendered.values[0], explorer.bundle.step
            if len(self._known) > MOST:
                self._forget_far()

    def _forget_far(self) -> None:
        history = self._explorer.history
        near = history.around(NEAR)[0] if history is not None else []
        kept = [(point, self._known[point]) for point in near if point in self._known]
        self._known = WeakKeyDictionary(kept)
