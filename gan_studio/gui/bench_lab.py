"""What the Lab costs: pictures per second, steps while it is drawn, and how fast it goes back."""

from __future__ import annotations

import random
import statistics
import time
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from gan_studio.jobs.lab import commands as do

if TYPE_CHECKING:
    from gan_studio.gui.bench import Bench
    from gan_studio.gui.pages.lab.page import LabPage

ROUND_S = 1.5
PAST_STEPS = 100_000
SEEKS = 60


def measure_lab(bench: Bench, seconds: float) -> dict[str, Any]:
    """The plane with its heat map, default nets, as fast as it goes, drawn and not drawn in turn.

    Not drawn means that the same games go on in the same window and no picture is asked for.
    """
    page = _plane(bench)
    page.bridge.send(do.Play())
    bench.spin(2.0)
    painted: list[float] = []
    page.stage.painted.connect(lambda: painted.append(time.perf_counter()))
    gaps: list[float] = []
    ratios, pictures, drawn_s = [], 0, 0.0
    for _round in range(max(4, int(seconds / (2 * ROUND_S)))):
        painted.clear()
        drawn = _steps_per_s(bench, page)
        pictures, drawn_s = pictures + len(painted), drawn_s + ROUND_S
        gaps += [after - before for before, after in pairwise(painted)]
        page.stage.painted.disconnect(page.bridge.want_picture)
        bench.spin(0.2)
        undrawn = _steps_per_s(bench, page)
        page.stage.painted.connect(page.bridge.want_picture)
        page.bridge.want_picture()
        bench.spin(0.2)
        ratios.append(drawn / undrawn)
    gaps.sort()
    return {
        "pictures_per_s": pictures / drawn_s,
        "p95_gap_ms": 1000 * gaps[int(0.95 * len(gaps))],
        "ratio": statistics.median(ratios),
        "rounds": ratios,
    }


def measure_time_machine(bench: Bench, _seconds: float) -> dict[str, Any]:
    """From a jump to any of 100,000 past steps to its picture on the screen."""
    page = _plane(bench)
    page.bridge.send(do.Play(until=PAST_STEPS))
    bench.wait_for(lambda: _newest(page) >= PAST_STEPS, 1200, every=0.2)
    bench.spin(1.0)
    draw = random.Random(1)
    first, exact = [], []
    for _seek in range(SEEKS):
        step, times = draw.randrange(PAST_STEPS), _Times(page)
        began = time.perf_counter()
        page.timeline.sought.emit(step)
        bench.wait_for(partial(times.has, step), 20, every=0.001)
        first.append(1000 * (times.first - began))
        exact.append(1000 * (times.exact[step] - began))
        times.end()
        bench.spin(0.05)
    player: Any = page.bridge._player
    return {
        "first_ms": sorted(first),
        "exact_ms": sorted(exact),
        "kept_bytes": sum(game.history_bytes for game in player._games),
        "steps": _newest(page),
    }


class _Times:
    """When pictures of the past reach the screen."""

    def __init__(self, page: LabPage) -> None:
        self._page = page
        self.first = 0.0
        self.exact: dict[int, float] = {}
        page.stage.painted.connect(self._on_painted)

    def has(self, step: int) -> bool:
        return step in self.exact

    def end(self) -> None:
        self._page.stage.painted.disconnect(self._on_painted)

    def _on_painted(self) -> None:
        frame, now = self._page.frame, time.perf_counter()
        if frame is not None and frame.is_past:
            self.first = self.first or now
            if frame.is_exact:
                self.exact.setdefault(frame.games[0].step, now)


def _plane(bench: Bench) -> LabPage:
    """The Lab with the ring of 8 on the plane."""
    bench.session.go_to("lab")
    page: Any = bench.window.page
    bench.wait_for(lambda: page.frame is not None, 60)
    page.setup.space.set_value("points_2d")
    page.setup._on_space_changed()
    bench.wait_for(lambda: page.frame.games[0].plane is not None, 20)
    lab: LabPage = page
    return lab


def _newest(page: LabPage) -> int:
    player: Any = page.bridge._player
    newest: int = player._games[0].newest_step
    return newest


def _steps_per_s(bench: Bench, page: LabPage) -> float:
    before, began = _newest(page), time.perf_counter()
    bench.spin(ROUND_S)
    return (_newest(page) - before) / (time.perf_counter() - began)
