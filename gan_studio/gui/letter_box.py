"""The letters of later starts, in the window that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.single_instance import Desk

LOOK_MS = 500  # only where the system cannot tell of changes


class LetterBox(QObject):
    """Takes the letters of a desk as they come.

    Args:
        desk: whose letters.
        is_open: whether letters are taken at present; those that are not wait for the next window.

    Signals:
        arrived: a `Wish`.
    """

    arrived = Signal(object)

    def __init__(
        self, desk: Desk, is_open: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self._is_open = desk, is_open
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.look)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)

    def open(self) -> None:
        """Begin with the letters that wait, and go on as they come."""
        if not self._watcher.addPath(str(self._desk.letters)):
            self._timer.start()  # the system has no watch left
        self.look()

    @Slot()
    def look(self) -> None:
        """Take what is there."""
        for wish in self._desk.collect() if self._is_open() else ():
            self.arrived.emit(wish)
