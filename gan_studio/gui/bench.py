"""What the real window costs: ``gan-studio measure-window MODE`` prints one JSON object.

It is a program of its own, started by ``gan-studio bench``, because the command line does not know
Qt. All figures come from the real window with live plots, drawn on whatever platform Qt is given.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer

from gan_studio.core.events import Event, RunState, ScalarsReady
from gan_studio.gui.app import make_application
from gan_studio.gui.bench_encode import measure_encoding
from gan_studio.gui.bench_explore import measure_explore
from gan_studio.gui.bench_lab import measure_lab, measure_time_machine
from gan_studio.gui.bench_map import measure_map
from gan_studio.gui.bench_pad import measure_pad
from gan_studio.gui.bench_walk import measure_walk
from gan_studio.gui.bridge import run_bridge
from gan_studio.gui.garbage import MainThreadCollector
from gan_studio.gui.main_window import MainWindow
from gan_studio.gui.pages.train import TrainPage
from gan_studio.gui.plots.series import History
from gan_studio.gui.session import Session
from gan_studio.gui.settings import Settings
from gan_studio.gui.theme import apply_theme
from gan_studio.jobs.folders import Folders
from gan_studio.jobs.mailbox import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.core.config import RunConfig

HEARTBEAT_MS = 10
HISTORY_STEPS = 100_000
ROUND_S = 5.0
FAMILIES = ("autoencoder", "gan", "dcgan")


class Heartbeat(QObject):
    """How late a 10 ms timer of the main thread is, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)

    def start(self) -> None:
        """Begin afresh."""
        self.late_ms.clear()
        self._due = time.perf_counter() + HEARTBEAT_MS / 1000
        self._timer.start(HEARTBEAT_MS)

    def stop(self) -> None:
        """Stop counting."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._due) * 1000))
        self._due = now + HEARTBEAT_MS / 1000


class LateMailbox(Mailbox):
    """As if the run had 100,000 steps behind it when it begins."""

    def put(self, event: Event) -> None:
        super().put(dataclasses.replace(event, step=event.step + HISTORY_STEPS))


class Bench:
    """One window and the means to measure it."""

    def __init__(self, data: Path | None, home: Path) -> None:
        self.app = make_application()
        vars(run_bridge)["Mailbox"] = LateMailbox
        self.data = data
        folders = Folders.below(home)
        settings = Settings(folders.settings)
        apply_theme(self.app, "light")
        self.session = Session(folders, settings)
        self.window = MainWindow(self.session)
        self.window.resize(1280, 800)
        self.window.show()
        self.collector = MainThreadCollector(self.session)  # as in the program
        self.collector.start()
        self.session.engine_ready.connect(self.collector.freeze)
        self.session.start_engine()
        self.wait_for(lambda: self.session.is_engine_ready, 60)

    def spin(self, seconds: float) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(True)
        timer.timeout.connect(loop.quit)
        timer.start(int(seconds * 1000))
        loop.exec()

    def wait_for(self, condition: Callable[[], bool], seconds: float, every: float = 0.02) -> None:
        """Let the window live until something is so.

        Raises:
            TimeoutError: it is not so in time.
        """
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the window did not get there in time")
            self.spin(every)

    def train(self, family: str, *words: str) -> None:
        """Begin an endless run on the Train page, with a long history behind it."""
        self.session.go_to("train")
        self.session.start_training(endless(family, self.data, *words))
        self.wait_for(self._is_training, 60)
        self._grow_history()

    def _is_training(self) -> bool:
        run = self.session.run
        return run is not None and run.state is RunState.TRAINING and run.step > HISTORY_STEPS + 2

    def _grow_history(self) -> None:
        """As if the run had said something in each of its first 100,000 steps."""
        run, page = self.session.run, self.window.page
        assert run is not None
        assert isinstance(page, TrainPage)
        names, history = list(run.history.names), History()
        values = dict.fromkeys(names, 0.5)
        history.add(
            [
                ScalarsReady(step, 0.0, values={**values, names[0]: (step % 997) / 997})
                for step in range(HISTORY_STEPS)
            ]
        )
        run.history = history
        page.view.follow(history)

    def stop(self) -> None:
        """End the run."""
        self.session.stop()
        self.wait_for(lambda: not self.session.is_running, 60)

    def speed(self, seconds: float, *, is_watched: bool) -> float:
        """Steps per second while the window lives, or while it sleeps as a command line does."""
        bridge: Any = self.session._bridge
        seen: list[ScalarsReady] = []
        if is_watched:
            bridge.scalars.connect(seen.extend)
            self.spin(seconds)
            bridge.scalars.disconnect(seen.extend)
        else:
            bridge.drain()
            bridge._timer.stop()
            time.sleep(seconds)
            delivered = bridge.mailbox.drain()
            seen.extend(delivered.scalars)
            bridge._timer.start()
        first, last = seen[1], seen[-1]
        return (last.step - first.step) / max(1e-9, last.time - first.time)


def endless(family: str, data: Path | None, *words: str) -> RunConfig:
    """A run that does not end by itself, with the defaults of the family."""
    from gan_studio.core.config import RunConfig
    from gan_studio.core.schema import Plug
    from gan_studio.core.schema_io import assign
    from gan_studio.data.base import choose_source
    from gan_studio.models.base import FAMILIES as REGISTRY

    config = dataclasses.replace(RunConfig(), model=Plug(family, REGISTRY.get(family).options()))
    if data is not None:
        config = dataclasses.replace(config, data=Plug(*choose_source(data)))
    settings = ["train.steps=100000000", "train.precision=auto", "train.sample_every=0"]
    return assign(config, [*settings, "train.checkpoint_every=0", *words])


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure_delay(bench: Bench, seconds: float) -> dict[str, Any]:
    """How late the event loop is while each family trains, after 100,000 steps of history."""
    found = {}
    for family in FAMILIES:
        bench.train(family)
        bench.spin(2.0)
        heart = Heartbeat()
        heart.start()
        bench.spin(seconds)
        heart.stop()
        bench.stop()
        found[family] = {
            "p95_ms": percentile(heart.late_ms, 0.95),
            "max_ms": max(heart.late_ms),
            "beats": len(heart.late_ms),
        }
    return found


def measure_speed(bench: Bench, seconds: float) -> dict[str, Any]:
    """Training speed with the window alive against the same run with the window asleep."""
    found = {}
    for family in FAMILIES:
        bench.train(family)
        bench.spin(2.0)
        ratios = []
        for number in range(max(6, int(seconds / ROUND_S))):
            # Turns change places, so that a machine that slows down favours neither.
            turns = (True, False) if number % 2 else (False, True)
            speeds = {turn: bench.speed(ROUND_S / 2, is_watched=turn) for turn in turns}
            ratios.append(speeds[True] / speeds[False])
        bench.stop()
        found[family] = {"ratio": statistics.median(ratios), "rounds": ratios}
    return found


def measure_memory(bench: Bench, seconds: float) -> dict[str, Any]:
    """Memory of the process while it trains with live plots, every ten seconds."""
    from gan_studio.training.device import process_memory_bytes

    bench.train("gan")
    began, series = time.monotonic(), []
    while time.monotonic() - began < seconds:
        bench.spin(10.0)
        series.append((round(time.monotonic() - began, 1), process_memory_bytes()))
        print(json.dumps(series[-1]), file=sys.stderr, flush=True)
    bench.stop()
    settled = next((size for at, size in series if at >= min(300, seconds / 6)), series[0][1])
    return {"growth": max(size for _, size in series) / settled - 1, "series": series}


MODES = {
    "delay": measure_delay,
    "speed": measure_speed,
    "memory": measure_memory,
    "encode": measure_encoding,
    "lab": measure_lab,
    "time": measure_time_machine,
    "map": measure_map,
    "pad": measure_pad,
    "explore": measure_explore,
    "walk": measure_walk,
}


def main(argv: list[str] | None = None) -> int:
    """Measure one mode and print what was found."""
    parser = argparse.ArgumentParser(prog="gan-studio measure-window")
    parser.add_argument("mode", choices=list(MODES))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as home:
        bench = Bench(args.data, Path(home))
        found = MODES[args.mode](bench, args.seconds)
        bench.window.close()
        bench.spin(0.2)
    print(json.dumps(found))
    return 0
