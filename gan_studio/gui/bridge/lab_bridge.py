"""The one place where the lab's thread meets Qt: commands go in, the newest picture comes out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot

MakePlayer = Callable[[Callable[[Any], None], Callable[[Exception], None]], Any]
"""``make(deliver, fail)`` gives a `gan_studio.jobs.lab.player.Player`, or a fake of one."""

WAIT_S = 5.0


class LabBridge(QObject):
    """Runs one player in a thread. Only a wake-up crosses by signal; the picture waits in a slot.

    Signals:
        arrived: the newest `LabFrame`.
        failed: an error that a command ended with.
    """

    arrived = Signal(object)
    failed = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: Any = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._frame: Any = None
        self._problems: list[Exception] = []
        self._woken.connect(self._on_woken, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    @property
    def is_running(self) -> bool:
        """Whether there are games."""
        return self._player is not None

    def start(self, make: MakePlayer) -> None:
        """Begin; a player that runs already is ended first."""
        self.close()
        self._player = make(self._take, self._take_problem)
        self._thread = threading.Thread(target=self._player.run, name="gan-studio-lab", daemon=True)
        self._thread.start()

    def send(self, command: Any) -> None:
        """Hand a command to the player; without one nothing happens."""
        if self._player is not None:
            self._player.send(command)

    def want_picture(self) -> None:
        """The last picture is on the screen."""
        if self._player is not None:
            self._player.want_picture()

    @Slot()
    def close(self) -> None:
        """End the player and wait for its thread."""
        player, thread = self._player, self._thread
        self._player = self._thread = None
        if player is not None:
            player.close()
        if thread is not None:
            thread.join(WAIT_S)
        with self._lock:
            self._frame, self._problems = None, []

    def _take(self, frame: Any) -> None:
        """In the player's thread: leave the picture, wake the main thread."""
        with self._lock:
            is_first = self._frame is None and not self._problems
            self._frame = frame
        if is_first:
            self._woken.emit()

    def _take_problem(self, problem: Exception) -> None:
        with self._lock:
            self._problems.append(problem)
        self._woken.emit()

    @Slot()
    def _on_woken(self) -> None:
        with self._lock:
            frame, self._frame = self._frame, None
            problems, self._problems = self._problems, []
        for problem in problems:
            self.failed.emit(problem)
        if frame is not None:
            self.arrived.emit(frame)
