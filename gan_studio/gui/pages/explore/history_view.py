"""The tab "History" of the shelf: the last moves as pictures; a click undoes or repeats several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.bookmark_view import where
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.place_mime import to_mime
from gan_studio.gui.widgets.thumb_list import SIDE, Thumb, ThumbList

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData

    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.latent_state import Point
    from gan_studio.gui.pages.explore.shown import ShownPictures

NEAR = 25  # moves to either side of the present


class HistoryView(QWidget):
    """Made anew once a move has come to rest: never while something is dragged."""

    def __init__(
        self, explorer: Explorer, shown: ShownPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._explorer, self._shown = explorer, shown
        self._is_seen = False
        self._offsets: list[int] = []  # of each thumbnail from the present, in moves
        self._images: WeakKeyDictionary[Point, tuple[Any, QImage]] = WeakKeyDictionary()
        self.list = ThumbList(_("History"))
        self.list.carry(self._carried)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.list.went.connect(self._explorer.jump)
        explorer.side_work.insert(0, self._rest)  # before what takes long
        explorer.space_changed.connect(self._on_space_changed)

    def set_seen(self, is_seen: bool) -> None:
        """Say whether the tab is in front."""
        self._is_seen = is_seen
        if is_seen:
            self.refresh()

    def refresh(self) -> None:
        """Show the moves around the present one."""
        history = self._explorer.history
        if history is None:
            self.list.set_thumbs([])
            return
        points, here = history.around(NEAR)
        thumbs = [self._thumb(point, at - here) for at, point in enumerate(points)]
        self._images = WeakKeyDictionary(
            [(point, self._images[point]) for point in points if point in self._images]
        )
        self.list.set_thumbs(thumbs)
        self.list.show_marked()

    def _rest(self) -> SideJob | None:
        return self._refresh_at_rest() if self._is_seen else None

    def _refresh_at_rest(self) -> SideJob:
        """Side work without a request: it begins when the picture has come and nothing moves."""
        self.refresh()
        yield from ()

    def _on_space_changed(self) -> None:
        if self._is_seen and self._explorer.history is None:
            self.refresh()

    def _thumb(self, point: Point, offset: int) -> Thumb:
        when = _("now") if offset == 0 else _("undo") if offset < 0 else _("redo")
        count = "" if abs(offset) < 2 else f" × {abs(offset)}"
        words = " · ".join(part for part in (f"{when}{count}", where(point.place())) if part)
        return Thumb(offset, self._image(point), words=words, is_marked=offset == 0)

    def _image(self, point: Point) -> QImage:
        """As it was shown, made once and no larger than it is seen here."""
        shown = self._shown.of(point)
        picture, image = self._images.get(point, (None, QImage()))
        if shown is None or shown is picture:
            return image
        image = pictures.to_image(shown)
        if max(image.width(), image.height()) > 2 * SIDE:
            ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            image = image.scaled(QSize(2 * SIDE, 2 * SIDE), *ways)
        self._images[point] = shown, image
        return image

    def _carried(self, offsets: list[int]) -> QMimeData | None:
        history = self._explorer.history
        if history is None:
            return None
        points, here = history.around(NEAR)
        chosen = [points[here + at] for at in offsets if 0 <= here + at < len(points)]
        return to_mime([point.place() for point in chosen]) if chosen else None
