"""What the Map costs: frames per second while it is moved, and how long pictures take to encode."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from gan_studio.gui.bench import Bench, Heartbeat
    from gan_studio.gui.pages.map.page import MapPage

MOVE_S = 4.0
POINTER_MS = 8  # a mouse reports this often
COUNTS = {10_000: "held_out", 60_000: "train"}


def measure_map(bench: Bench, _seconds: float) -> dict[str, Any]:
    """Encode up to 10,000 and 60,000 pictures, then drag the plane over the screen.

    The default autoencoder with two numbers; its weights matter to nothing here, so it is trained
    for a moment only. Without MNIST the digits that come along are fewer, and `points` says so.
    """
    from gan_studio.gui.bench import Heartbeat

    page = _page(bench)
    found: dict[str, Any] = {}
    for count, source in COUNTS.items():
        beat = Heartbeat()
        beat.start()
        seconds = _encode(bench, page, count, source)
        beat.stop()
        chart = page.stage.scene.chart
        found[str(count)] = {
            "points": 0 if chart is None else len(chart.codes),
            "encode_s": seconds,
            "late_ms": max(beat.late_ms),
            **_move(bench, page, beat),
        }
    return found


def _page(bench: Bench) -> MapPage:
    data = {"name": "digits"}
    if bench.data is not None:
        data = {"name": "idx", "path": str(bench.data)}
    draft = {"model": {"name": "autoencoder"}, "data": data, "train": {"steps": 50}}
    session = bench.session
    session.start_training(session.engine.config(draft))
    bench.wait_for(lambda: session.run is not None and session.run.run_dir is not None, 60)
    bench.wait_for(lambda: not session.is_running, 120)
    session.go_to("map", run_dir=session.run.run_dir if session.run else None)
    page: Any = bench.window.page
    bench.wait_for(lambda: page.stage.scene.chart is not None and not page.charter.is_busy, 120)
    found: MapPage = page
    return found


def _encode(bench: Bench, page: MapPage, count: int, source: str) -> float:
    """Seconds from the choice to the chart."""
    controls = page.controls
    for box, wanted in ((controls.source, source), (controls.count, count)):
        box.blockSignals(True)
        box.setCurrentIndex(box.findData(wanted))
        box.blockSignals(False)
    page.charter.wish = controls.wish()
    page.charter._codes = None
    page.charter._codes_of = ()
    began = time.perf_counter()
    page.charter.refresh()
    bench.wait_for(lambda: not page.charter.is_busy, 120, every=0.005)
    return time.perf_counter() - began


def _move(bench: Bench, page: MapPage, beat: Heartbeat) -> dict[str, Any]:
    """Drag with the middle button in circles, as a mouse would, and note every painting."""
    scene, painted = page.stage.scene, list[float]()
    scene.canvas.painted.connect(lambda: painted.append(time.perf_counter()))
    middle, middle_button = QPointF(scene.rect().center()), Qt.MouseButton.MiddleButton
    at = 0

    def send(kind: QEvent.Type, position: QPointF) -> None:
        where = scene.mapToGlobal(position)
        event = QMouseEvent(
            kind, position, where, middle_button, middle_button, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(scene, event)

    def drag() -> None:
        nonlocal at
        at += 1
        send(QEvent.Type.MouseMove, middle + QPointF(at % 100, (at // 2) % 80))

    bench.spin(0.5)
    send(QEvent.Type.MouseButtonPress, middle)
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(drag)
    beat.start()
    painted.clear()
    timer.start(POINTER_MS)
    bench.spin(MOVE_S)
    timer.stop()
    beat.stop()
    send(QEvent.Type.MouseButtonRelease, middle)
    gaps = sorted(1000 * (after - before) for before, after in pairwise(painted))
    return {"fps": len(painted) / MOVE_S, "p95_gap_ms": gaps[int(0.95 * len(gaps))]}
