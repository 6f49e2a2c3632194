"""Garbage is collected in the main thread only.

Python collects garbage in whichever thread happens to allocate. Widgets and plots that wait in a
cycle would then be destroyed in the thread that trains, which ends the process now and then
(measured: four of six rounds of the Lab's tests).
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500


class MainThreadCollector(QObject):
    """Takes collecting over from Python until `stop`.

    What exists when `freeze` is called (torch, the registries) is never looked at again, so that
    a collection takes milliseconds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._modules = len(sys.modules)
        self._timer = QTimer(self)
        self._timer.setObjectName("garbage")
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)

    def start(self) -> None:
        """From now on only here."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()

    def freeze(self) -> None:
        """What there is now stays for good."""
        gc.collect()
        gc.freeze()
        self._modules = len(sys.modules)

    def collect(self) -> None:
        """Whatever Python would have collected by now."""
        for generation, (count, most) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        ):
            if count <= most:
                return
            if generation and len(sys.modules) > self._modules:
                # A library has been loaded since: to look at all of it would take a tenth of a
                # second, and it stays anyway.
                gc.freeze()
                self._modules = len(sys.modules)
            gc.collect(generation)
