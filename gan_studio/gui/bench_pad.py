"""How fast every column follows a stroke on the pad of the Reconstruct page."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, QTimer

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QWindow

    from gan_studio.gui.bench import Bench
    from gan_studio.gui.pages.reconstruct.page import ReconstructPage

SIZES = (2, 5, 32)
FAMILY = "autoencoder"
MOVE_MS = 1000 / 60
TRAINED_STEPS = 300  # enough for pictures; how well they are copied costs no time
STROKE_MOVES = 45
TURN_S = 3.0


def measure_pad(bench: Bench, seconds: float) -> dict[str, Any]:
    """From each move of the mouse to the painting of all columns, three autoencoders.

    Turns of idle and of a run that trains beside it follow each other.
    """
    page = _page_with_models(bench)
    late: dict[str, list[float]] = {"idle": [], "training": []}
    missing = {"idle": 0, "training": 0}
    for number in range(max(2, 2 * round(seconds / (2 * TURN_S)))):
        state = "training" if number % 2 else "idle"
        if state == "training":
            bench.session.start_training(_endless(bench))
            bench.wait_for(partial(_trains, bench), 60)
            bench.spin(0.5)
        strokes = Strokes(page, round(TURN_S * 1000 / MOVE_MS))
        strokes.start()
        bench.wait_for(partial(_is_done, strokes), TURN_S * 20)
        bench.spin(0.3)
        strokes.end()
        late[state] += strokes.late_ms
        missing[state] += strokes.missing
        if state == "training":
            bench.stop()
    return {state: _summary(values, missing[state]) for state, values in late.items()}


def _summary(late_ms: list[float], missing: int) -> dict[str, Any]:
    ordered = sorted(late_ms)
    return {
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[int(0.95 * len(ordered))],
        "max_ms": ordered[-1],
        "moves": len(ordered),
        "never_shown": missing,
    }


class Strokes(QObject):
    """Moves the mouse over the pad through the window, 60 times a second, and takes the time.

    A move counts as shown when the columns are on the screen with a picture that was asked for by
    it or by a later one.
    """

    def __init__(self, page: ReconstructPage, moves: int) -> None:
        super().__init__(page)
        self._page, self._left = page, moves
        self._number = 0
        self._waiting: list[tuple[int, float]] = []
        self.late_ms: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(MOVE_MS))
        self._timer.timeout.connect(self._on_timeout)
        page.pad.view.painted.connect(self._on_painted)

    @property
    def is_done(self) -> bool:
        """Whether all moves were made."""
        return self._left <= 0

    @property
    def missing(self) -> int:
        """Moves that nothing on the screen answers."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin with an empty pad."""
        self._page.pad.pad.clear()
        self._timer.start()

    def end(self) -> None:
        """Listen no more."""
        self._timer.stop()
        self._page.pad.view.painted.disconnect(self._on_painted)

    def _on_timeout(self) -> None:
        from PySide6.QtTest import QTest

        window, left = self._window(), Qt.MouseButton.LeftButton
        step = self._number % STROKE_MOVES
        self._number += 1
        place = self._place(self._number)
        began = time.perf_counter()
        if step == 0:
            QTest.mousePress(window, left, Qt.KeyboardModifier.NoModifier, place)
        elif step == STROKE_MOVES - 1:
            QTest.mouseRelease(window, left, Qt.KeyboardModifier.NoModifier, place)
            self._page.pad.pad.clear()
        else:
            QTest.mouseMove(window, place)
            self._waiting.append((self._page.pad.bridge.newest, began))
        self._left -= 1
        if self.is_done:
            self._timer.stop()

    def _window(self) -> QWindow:
        window = self._page.window().windowHandle()
        assert window is not None, "the window is shown"
        return window

    def _place(self, number: int) -> QPoint:
        """A point of a curve like a digit's, which never stands still."""
        angle = 2 * math.pi * (number % STROKE_MOVES) / STROKE_MOVES
        across, down = 14 + 6 * math.sin(2 * angle), 14 + 8 * math.cos(angle + number * 0.01)
        pad = self._page.pad.pad
        return pad.viewport().mapTo(self._page.window(), pad.place_of(across, down).toPoint())

    def _on_painted(self) -> None:
        now, shown = time.perf_counter(), self._page.pad.bridge.shown
        while self._waiting and self._waiting[0][0] <= shown:
            self.late_ms.append((now - self._waiting.pop(0)[1]) * 1000)


def _page_with_models(bench: Bench) -> ReconstructPage:
    """Reconstruct with three autoencoders and its pad in front."""
    runs: list[Path] = []
    for size in reversed(SIZES):
        bench.session.start_training(_short(bench, size))
        bench.wait_for(partial(_has_ended, bench), 300)
        run = bench.session.run
        assert run is not None
        assert run.run_dir is not None
        runs.append(run.run_dir)
    bench.session.go_to("reconstruct", run_dir=runs[-1])
    page: Any = bench.window.page
    bench.wait_for(lambda: page.models.first is not None, 60)
    for run_dir in runs[:-1]:
        page.models.add(run_dir, run_dir.name)
    bench.wait_for(lambda: len(page.models.loaded) == len(SIZES), 60)
    page.panels.show_panel(page.pad)
    bench.wait_for(lambda: page.pad.view.shown is not None, 60)
    bench.spin(1.0)
    found: ReconstructPage = page
    return found


def _short(bench: Bench, size: int) -> Any:
    from gan_studio.gui.bench import endless

    return endless(FAMILY, bench.data, f"model.latent_dim={size}", f"train.steps={TRAINED_STEPS}")


def _endless(bench: Bench) -> Any:
    from gan_studio.gui.bench import endless

    return endless(FAMILY, bench.data)


def _has_ended(bench: Bench) -> bool:
    run = bench.session.run
    return run is not None and run.run_dir is not None and not bench.session.is_running


def _trains(bench: Bench) -> bool:
    run = bench.session.run
    return run is not None and run.step > 2 and bench.session.is_running


def _is_done(strokes: Strokes) -> bool:
    return strokes.is_done
