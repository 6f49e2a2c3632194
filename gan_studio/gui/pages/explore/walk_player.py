"""Plays the film of a walk by the clock: a late frame is left out, never made up for."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.bridge.film_bridge import FilmBridge
    from gan_studio.inference.walks import Frames

RATE_S = 1.5  # over how long the shown rate is measured


class WalkPlayer(QObject):
    """Shows frames of what a `FilmBridge` draws.

    Signals:
        shown: number and picture of the frame that is shown now.
        playing_changed: whether it plays.
    """

    shown = Signal(int, object)
    playing_changed = Signal(bool)

    def __init__(
        self,
        bridge: FilmBridge,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._clock = bridge, clock
        self._frames: Frames | None = None
        self.index = 0  # the frame that is wanted
        self._shown: tuple[Any, int] | None = None
        self._began = 0.0  # when frame `_first` was due
        self._first = 0
        self._times: deque[float] = deque(maxlen=240)
        self.is_playing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        bridge.frame_ready.connect(self._show)

    @property
    def frames(self) -> Frames | None:
        """The film, None while there is none."""
        return self._frames

    @property
    def rate(self) -> float:
        """Frames a second that reached the screen lately; 0 while it stands still."""
        now = self._clock()
        times = [at for at in self._times if now - at <= RATE_S]
        return (len(times) - 1) / (times[-1] - times[0]) if len(times) > 2 else 0.0

    def note_painted(self) -> None:
        """A frame has reached the screen."""
        if self.is_playing:
            self._times.append(self._clock())

    def set_frames(self, frames: Frames | None) -> None:
        """Another film; it goes on at the same frame, or at the start where there is none."""
        self._frames, self._shown = frames, None
        if frames is None:
            self.pause()
            self.index = 0
            return
        self.seek(min(self.index, len(frames) - 1))

    def play(self) -> None:
        """Go on from here, round and round."""
        if self._frames is None or self.is_playing:
            return
        self.is_playing = True
        self._times.clear()
        self._set_clock()
        self.playing_changed.emit(True)
        self._on_timeout()

    def pause(self) -> None:
        """Stand still."""
        self._timer.stop()
        if self.is_playing:
            self.is_playing = False
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        (self.pause if self.is_playing else self.play)()

    def seek(self, index: int) -> None:
        """Show a frame; a film that plays goes on from there."""
        if self._frames is None:
            return
        self.index = index % len(self._frames)
        self._set_clock()
        self._bridge.seek(self.index)
        self._show()

    def _set_clock(self) -> None:
        self._began, self._first = self._clock(), self.index

    def _on_timeout(self) -> None:
        frames = self._frames
        if frames is None or not self.is_playing:
            return
        passed = math.floor((self._clock() - self._began) * frames.fps + 1e-6)
        self.index = (self._first + passed) % len(frames)
        self._bridge.seek(self.index)
        self._show()
        wait = self._began + (passed + 1) / frames.fps - self._clock()
        self._timer.start(max(1, math.ceil(wait * 1000)))

    def _show(self) -> None:
        """Show the wanted frame, or while it plays the newest before it that is drawn."""
        frames = self._frames
        if frames is None:
            return
        back = frames.fps if self.is_playing else 0
        found = self._bridge.newest(self.index, back)
        if found is None or self._shown == (frames, found[0]):
            return
        self._shown = (frames, found[0])
        self.shown.emit(*found)
