"""Where the pictures come from: a run's own data set, prepared once, or a person's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.run_data import RunData
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.reconstruct.wishes import (
    DRAWN,
    HELD_OUT,
    OWN,
    Drawn,
    Loose,
    Own,
    OwnPictures,
    Wish,
    draw,
    load_own,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtGui import QImage

    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Prepared
    from gan_studio.data.placing import Habit, Placing
    from gan_studio.jobs.folders import Folders

MOST_LOOSE = 32  # drawn and pasted pictures that are kept beside each other


class PictureSource(RunData):
    """Holds the newest data set and the newest own pictures.

    Signals:
        own_ready: `own` is there.
    """

    own_ready = Signal()

    def __init__(self, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(folders, parent)
        self._items: list[Own] = []
        self._loading: Task | None = None
        self._converting: Task | None = None
        self._is_waiting = False  # whether own pictures were brought before the data was there
        self._placing: Placing | None = None
        self.habit: Habit | None = None
        self.own: OwnPictures | None = None
        self.kind = HELD_OUT
        self.wish: Wish | None = None

    def use(self, data: Plug) -> bool:
        is_new = super().use(data)
        if is_new:
            self._is_waiting |= self._is_loading
            for task in (self._loading, self._converting):
                if task is not None:
                    task.cancel()  # they are brought to the shape of the data before
            self.wish, self.own, self.habit, self._placing = None, None, None, None
        return is_new

    def _on_prepared(self, prepared: Prepared) -> None:
        if prepared.spec.is_image:
            from gan_studio.data.placing import habit_of

            self.habit = habit_of(prepared)
        super()._on_prepared(prepared)
        if self._is_waiting or self.kind == OWN:
            self._load_own()

    def choose(self, kind: str, count: int, order: str, seed: int, class_index: int | None) -> None:
        """Decide on the next pictures; `wish` holds them, None while there is no data."""
        self.kind = kind
        if kind == OWN:
            own = self.own
            if own is not None:
                total = len(own.images)
                self.wish = Wish(own.images, own.names, max(total, 1), order or DRAWN, total)
        elif self.prepared is not None:
            self.wish = draw(self.prepared, kind, count, order, seed, class_index)

    def open_files(self, files: Sequence[Path]) -> None:
        """Decode picture files in the background; `own_ready` follows."""
        self._items = list(files)
        self._load_own()

    def open_image(self, image: QImage) -> None:
        """Take a picture that came without a file, beside those that did so before."""
        self._add(Loose(_("pasted"), image))

    def add_drawn(self, pixels: Any) -> None:
        """Take a picture, uint8 ``[C, H, W]``, as it is, beside those without files."""
        self._add(Drawn(_("drawn"), pixels))

    def set_placing(self, placing: Placing) -> None:
        """What is done to own pictures."""
        if placing != self._placing:
            self._placing = placing
            if self._is_loading or self.kind == OWN:
                self._load_own()

    def load_again(self) -> bool:
        """Bring the own pictures of before to the models of now; whether there are any."""
        self._load_own()
        return bool(self._items)

    def convert(self, item: Own, then: Callable[[OwnPictures], None]) -> None:
        """Bring one picture to the models' shape, in the background, and hand it over."""
        from gan_studio.data.placing import Placing

        if self._converting is not None:
            self._converting.cancel()
        if self.prepared is not None:
            self._converting = self._start([item], Placing(), then)

    @property
    def _is_loading(self) -> bool:
        return self._loading is not None and self._loading.is_running

    def _add(self, item: Own) -> None:
        loose = [known for known in self._items if isinstance(known, (Loose, Drawn))]
        self._items = [*loose, item][-MOST_LOOSE:]
        self._load_own()

    def _load_own(self) -> None:
        from gan_studio.data.placing import Placing

        self._is_waiting = self.prepared is None and bool(self._items)
        if self.prepared is None or not self._items:
            return
        if self._loading is not None:
            self._loading.cancel()  # only the newest wish counts
        self._loading = self._start(self._items, self._placing or Placing(), self._on_own)

    def _start(
        self, items: Sequence[Own], placing: Placing, then: Callable[[OwnPictures], None]
    ) -> Task:
        assert self.prepared is not None, "the caller asks"
        assert self._data is not None
        spec, data, habit = self.prepared.spec, self._data, self.habit
        assert habit is not None, "pages of pictures have runs on pictures"

        def job(progress: Any, is_cancelled: Any) -> OwnPictures:
            return load_own(items, spec, data, placing, habit)

        return Task(job, self).on_done(then).on_error(self.failed.emit).start()

    def _on_own(self, own: OwnPictures) -> None:
        self.own = own
        self.own_ready.emit()
