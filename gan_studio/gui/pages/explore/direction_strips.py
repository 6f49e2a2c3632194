"""Pictures along every direction that is seen, drawn beside the picture while nothing moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.gui.pages.explore.pace import Pace
from gan_studio.gui.widgets.pictures import to_image

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from PySide6.QtGui import QImage

    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.pages.explore.latent_state import Floats
    from gan_studio.inference.directions import Direction

PICTURES = 7
HERE, MEAN = "here", "mean"
ASK_MS = 60  # rows that scroll by are not drawn
STAYED = 1e-4  # a place that moved along a direction has the same pictures along it


class DirectionStrips(QObject):
    """Side work of the explorer of a `Directions`, for as long as `is_wanted`.

    Attributes:
        around: where the pictures lie: `HERE`, around this place, or `MEAN`, around the origin.

    Signals:
        drawn: pictures of this direction have come.
    """

    drawn = Signal(int)

    def __init__(
        self, desk: Directions, seen: Callable[[], Sequence[int]], parent: QObject | None = None
    ) -> None:
        """`seen` tells which directions are looked at, the most wanted first."""
        super().__init__(parent)
        self._desk, self._seen = desk, seen
        self.around = HERE
        self.is_wanted = False
        self._known: dict[Direction, tuple[Any, Floats, list[QImage]]] = {}
        self._pace = Pace()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ASK_MS)
        self._timer.timeout.connect(self._on_timeout)
        # Before effects: those of many numbers take long.
        desk.explorer.side_work.insert(0, self._job)
        desk.changed.connect(self._on_changed)

    def images(self, index: int) -> list[QImage]:
        """Seven pictures from -reach to reach, perhaps of a moment ago; none before."""
        known = self._known.get(self._desk.items[index])
        return [] if known is None else known[2]

    def set_around(self, around: str) -> None:
        """Lay the pictures around this place, or around the origin."""
        self.around = around
        self.refresh()

    def refresh(self) -> None:
        """Draw what is seen and out of date, in a moment."""
        self._timer.start()

    def steps_of(self, direction: Direction) -> Floats:
        """Where the slider stands in each picture."""
        return np.linspace(-direction.reach, direction.reach, PICTURES, dtype=np.float32)

    def _on_changed(self) -> None:
        kept = set(self._desk.items)
        self._known = {which: known for which, known in self._known.items() if which in kept}
        self.refresh()

    def _on_timeout(self) -> None:
        if self.is_wanted and self._due():
            self._desk.explorer.run_side_work()

    def _due(self) -> list[int]:
        explorer = self._desk.explorer
        if explorer.point is None or explorer.space is None:
            return []
        return [index for index in self._seen() if not self._is_fresh(self._desk.items[index])]

    def _is_fresh(self, direction: Direction) -> bool:
        known = self._known.get(direction)
        if known is None or known[0] != self._look():
            return False
        return bool(np.allclose(known[1], self._middle(direction), atol=STAYED))

    def _look(self) -> Any:
        """What all strips depend on."""
        point, bundle = self._desk.explorer.point, self._desk.explorer.bundle
        assert point is not None, "there are strips only with a model"
        assert bundle is not None
        return (id(bundle), bundle.step, point.label, point.psi, self.around)

    def _middle(self, direction: Direction) -> Floats:
        """The place of the strip where the slider stands at 0."""
        point = self._desk.explorer.point
        if self.around == MEAN or point is None:
            return direction.origin
        return direction.moved(point.z, -direction.coordinate(point.z))

    def _job(self) -> SideJob | None:
        return self._draw() if self.is_wanted and self._due() else None

    def _draw(self) -> SideJob:
        """One strip after the other; what was drawn before an interruption is kept."""
        for index in self._due():
            direction = self._desk.items[index]
            look, middle = self._look(), self._middle(direction)
            points = np.stack([direction.moved(middle, step) for step in self.steps_of(direction)])
            images = yield from self._pictures(points)
            self._known[direction] = (look, middle, images)
            self.drawn.emit(index)

    def _pictures(self, points: Floats) -> Generator[Any, Any, list[QImage]]:
        """In pieces, so that a move never waits for a whole strip."""
        from gan_studio.inference.renderer import PicturesAt

        explorer, images = self._desk.explorer, []
        assert explorer.point is not None, "a move interrupts this"
        label, left = explorer.point.label, explorer.drawn(points)
        while len(left):
            piece = left[: self._pace.rows(PICTURES)]
            rendered = yield PicturesAt(piece, label)
            self._pace.note(len(piece), rendered.milliseconds)
            images += [to_image(picture) for picture in rendered.values]
            left = left[len(piece) :]
        return images
