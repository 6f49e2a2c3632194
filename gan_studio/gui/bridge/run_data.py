"""A run's own data set, prepared beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.gui.bridge.task import Task
from gan_studio.jobs.run_data import prepare

if TYPE_CHECKING:
    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Prepared
    from gan_studio.jobs.folders import Folders


class RunData(QObject):
    """Holds the newest data set.

    Signals:
        ready: `prepared` is there.
        progressed: done, total (0: unknown), what.
        failed: the exception in its place (`NotHere`: `fetch` helps).
    """

    ready = Signal()
    progressed = Signal(object, object, str)
    failed = Signal(object)

    def __init__(self, folders: Folders, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folders = folders
        self._data: Plug | None = None
        self._task: Task | None = None
        self.prepared: Prepared | None = None

    def use(self, data: Plug) -> bool:
        """Take the data set of a run; `ready` follows. False where it is the one that is there.

        What could not be prepared is tried again: `failed` follows once more, or `ready`.
        """
        is_under_way = self._task is not None and self._task.is_running
        if data == self._data and (self.prepared is not None or is_under_way):
            return False
        self._data, self.prepared = data, None
        self._prepare(may_download=False)
        return True

    def fetch(self) -> None:
        """Download the data set that was found missing."""
        self._prepare(may_download=True)

    def _prepare(self, *, may_download: bool) -> None:
        data, cache = self._data, self._folders.cache
        if data is None:
            return
        if self._task is not None:
            self._task.cancel()

        def job(progress: Any, is_cancelled: Any) -> Prepared:
            return prepare(data, cache, progress, is_cancelled, may_download=may_download)

        task = Task(job, self).on_done(self._on_prepared).on_error(self.failed.emit)
        self._task = task.on_progress(self.progressed.emit).start()

    def _on_prepared(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.ready.emit()
