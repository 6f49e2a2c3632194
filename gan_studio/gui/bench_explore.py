"""How fast the picture of Explore follows its sliders, idle and while the same model trains."""

from __future__ import annotations

import gc
import random
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from gan_studio.gui.bench import Bench
    from gan_studio.gui.pages.explore.page import ExplorePage

SIDE, PICTURES = 64, 256  # of the data set made for the larger model
MANY = 512
TRAINED_STEPS = 20  # the weights matter to nothing here
BURST, MOVE_S = 5, 0.016  # moves of a drag, one per frame of a screen
REST_S = (0.13, 0.33)  # between drags: side work has begun and is interrupted
FLOOD, FLOOD_MS = 200, 5
FRAMES_S = 3.0
LEAK_MOVES, LEAK_WARM_UP = 10_000, 1_000


def measure_explore(bench: Bench, seconds: float) -> dict[str, Any]:
    """All figures; `seconds` for each of the four measurements of moves."""
    with tempfile.TemporaryDirectory() as folder:
        draw_pictures(Path(folder))
        found: dict[str, Any] = {}
        for name, family, data in (
            ("28x28 MLP", "gan", bench.data),
            ("64x64 DCGAN", "dcgan", Path(folder)),
        ):
            page = _open_trained(bench, family, data)
            found[name] = {"idle": _moves(bench, page, seconds), "flood": _flood(bench, page)}
            page = _open_training(bench, family, data)
            found[name]["training"] = _moves(bench, page, seconds)
            found[name]["flood training"] = _flood(bench, page)
            bench.stop()
    found["many"] = _many(bench, seconds)
    found["leak"] = _leak(bench, _open_trained(bench, "gan", bench.data))
    return found


# Models


def draw_pictures(folder: Path) -> None:
    """A small data set of coloured discs, 64 x 64."""
    chance = random.Random(1)
    for number in range(PICTURES):
        image = QImage(SIDE, SIDE, QImage.Format.Format_RGB888)
        image.fill(QColor.fromHsv(chance.randrange(360), 80, chance.randrange(256)))
        painter = QPainter(image)
        painter.setBrush(QColor.fromHsv(chance.randrange(360), 200, 230))
        size = chance.randrange(16, 48)
        painter.drawEllipse(chance.randrange(32), chance.randrange(32), size, size)
        painter.end()
        image.save(str(folder / f"{number:03}.png"))


def _open_trained(bench: Bench, family: str, data: Path | None, *words: str) -> ExplorePage:
    from gan_studio.gui.bench import endless

    steps = f"train.steps={TRAINED_STEPS}"
    bench.session.start_training(endless(family, data, *words, steps))
    bench.wait_for(partial(_has_ended, bench), 300)
    return _open(bench)


def _open_training(bench: Bench, family: str, data: Path | None) -> ExplorePage:
    """Explore follows the run while it trains."""
    from gan_studio.gui.bench import endless

    bench.session.go_to("home")
    bench.session.start_training(endless(family, data))
    bench.wait_for(partial(_trains, bench), 300)
    page = _open(bench)
    bench.wait_for(lambda: page.follower.is_following and page.explorer.bundle is not None, 60)
    bench.spin(1.0)
    return page


def _open(bench: Bench) -> ExplorePage:
    run = bench.session.run
    assert run is not None
    bench.session.go_to("explore", run_dir=run.run_dir)
    page: Any = bench.window.page
    bench.wait_for(partial(_shows, page, run.run_dir), 60)
    bench.spin(1.0)
    found: ExplorePage = page
    return found


def _has_ended(bench: Bench) -> bool:
    run = bench.session.run
    return run is not None and run.run_dir is not None and not bench.session.is_running


def _trains(bench: Bench) -> bool:
    run = bench.session.run
    return run is not None and run.run_dir is not None and bench.session.is_running and run.step > 2


def _shows(page: Any, run_dir: Path | None) -> bool:
    bundle = page.explorer.bundle
    return bundle is not None and bundle.run_dir == run_dir and page.bridge.shown > 0


# Moves


def _moves(bench: Bench, page: ExplorePage, seconds: float) -> dict[str, Any]:
    """From the move to the end of the picture's painting, in drags with rests between them."""
    chance, delays, number = random.Random(2), [], 0
    resting = [0.0]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        is_first = number % BURST == 0
        bench.spin(chance.uniform(*REST_S) if is_first else MOVE_S)
        delays.append(_move(bench, page, number))
        if is_first:
            resting.append(delays[-1])
        number += 1
    return {**_summary(delays), "after_rest_p95_ms": _summary(resting)["p95_ms"]}


def _move(bench: Bench, page: ExplorePage, number: int) -> float:
    """Milliseconds of one move."""
    sliders = page.slider_panel.sliders
    began = time.perf_counter()
    sliders.choose(number // BURST % sliders.count(), (number % 40) / 10 - 2)
    bench.wait_for(partial(_is_shown, page, page.bridge.newest), 10, every=0.001)
    page.stage.view.repaint()
    return (time.perf_counter() - began) * 1000


def _is_shown(page: ExplorePage, ticket: int) -> bool:
    return page.bridge.shown >= ticket


def _summary(delays: list[float]) -> dict[str, Any]:
    ordered = sorted(delays)
    return {
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[int(0.95 * len(ordered))],
        "max_ms": ordered[-1],
        "moves": len(ordered),
    }


def _flood(bench: Bench, page: ExplorePage) -> dict[str, Any]:
    """200 moves in a second: when the last is seen, whether it is it, and what comes after it."""
    shown: list[int] = []

    def note(_rendered: Any) -> None:
        shown.append(page.bridge.shown)

    page.explorer.picture.connect(note)
    timer, left = QTimer(), FLOOD
    timer.setTimerType(Qt.TimerType.PreciseTimer)

    def move() -> None:
        """As many as are due, so that a late event loop makes no fewer of them."""
        nonlocal left
        due = int((time.perf_counter() - began) * 1000 / FLOOD_MS)
        while left > max(FLOOD - due, 0):
            left -= 1
            page.slider_panel.sliders.choose(left % 2, (left % 40) / 10 - 2)
        if left == 0:
            timer.stop()

    timer.timeout.connect(move)
    began = time.perf_counter()
    timer.start(FLOOD_MS)
    bench.wait_for(lambda: left <= 0, 30, every=0.001)
    ended = time.perf_counter()
    last = page.bridge.newest
    bench.wait_for(partial(_is_shown, page, last), 10, every=0.001)
    page.stage.view.repaint()
    late_ms = (time.perf_counter() - ended) * 1000
    is_last = _is_picture_of_place(page)
    answers = len(shown)
    bench.spin(0.1)  # anything that comes now has waited in a queue
    page.explorer.picture.disconnect(note)
    return {
        "seconds": ended - began,
        "late_ms": late_ms,
        "pictures": answers,
        "queued": len(shown) - answers,
        "is_last": is_last,
    }


def _is_picture_of_place(page: ExplorePage) -> bool:
    """Whether what is on the screen is what the model draws at the place."""
    from gan_studio.gui.widgets.pictures import to_image
    from gan_studio.inference.renderer import PicturesAt, Renderer

    explorer = page.explorer
    bundle, point = explorer.bundle, explorer.point
    assert bundle is not None
    assert point is not None
    rendered = Renderer()(bundle, PicturesAt(explorer.drawn(point.z[None]), point.label))
    return to_image(rendered.values[0]) == page.stage.view.image()


# Many sliders


def _many(bench: Bench, seconds: float) -> dict[str, Any]:
    """Opening, scrolling and moving with 512 of them."""
    small = _open_trained(bench, "gan", None)
    other = small.explorer.bundle
    page = _open_trained(bench, "gan", None, f"model.latent_dim={MANY}")
    many = page.explorer.bundle
    assert other is not None
    assert many is not None
    opening = []
    for _round in range(5):
        page._on_bundle(other)
        bench.spin(0.3)
        began = time.perf_counter()
        page._on_bundle(many)
        bench.window.repaint()
        opening.append((time.perf_counter() - began) * 1000)
        bench.spin(0.3)
    assert page.slider_panel.sliders.count() == MANY
    return {
        "opening_ms": max(opening),
        "scrolling": _frames(bench, page, _scroll),
        "moving": _frames(bench, page, _drag_along),
        "moves": _moves(bench, page, seconds / 2),
    }


class Painted(QObject):
    """Counts the paintings of a widget."""

    def __init__(self, widget: QObject) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at every event and let it pass."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def _frames(bench: Bench, page: ExplorePage, act: Any) -> dict[str, Any]:
    """Do something with the list every 8 ms, as a mouse would; how often it is painted then.

    After it, the same with a painting of the whole window's changed part each time, and its cost.
    """
    sliders = page.slider_panel.sliders
    painted, timer = Painted(sliders.viewport()), QTimer()
    number = 0

    def on_timeout() -> None:
        nonlocal number
        number += 1
        act(sliders, number)

    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(on_timeout)
    timer.start(8)
    bench.spin(FRAMES_S)
    timer.stop()
    fps = painted.count / FRAMES_S
    sliders.viewport().removeEventFilter(painted)
    costs = []
    for number in range(120):
        began = time.perf_counter()
        act(sliders, number)
        sliders.viewport().repaint()
        costs.append((time.perf_counter() - began) * 1000)
        bench.spin(0.004)
    return {"fps": fps, "frame_p95_ms": _summary(costs)["p95_ms"]}


def _scroll(sliders: Any, number: int) -> None:
    bar = sliders.verticalScrollBar()
    bar.setValue(number * 11 % max(bar.maximum(), 1))


def _drag_along(sliders: Any, number: int) -> None:
    dim = sliders._dim_at(sliders.viewport().height() / 2)
    sliders.choose(dim, (number % 60) / 10 - 3)


# Leaks


def _leak(bench: Bench, page: ExplorePage) -> dict[str, Any]:
    """10,000 moves, each of which could be undone; what there is after them and before."""
    _move_about(bench, page, LEAK_WARM_UP)
    before = _counted(page)
    _move_about(bench, page, LEAK_MOVES)
    after = _counted(page)
    history = page.explorer.history
    return {
        "moves": LEAK_MOVES,
        "history": 0 if history is None else len(history._past),
        **{f"{name}_growth": after[name] - before[name] for name in after},
        "bytes": before["bytes"],
    }


def _move_about(bench: Bench, page: ExplorePage, count: int) -> None:
    sliders = page.slider_panel.sliders
    for number in range(count):
        sliders.choose(number % sliders.count(), (number % 60) / 10 - 3)
        sliders.released.emit()
        if number % 5 == 0:
            bench.wait_for(partial(_is_shown, page, page.bridge.newest), 10, every=0.001)
    bench.spin(1.0)


def _counted(page: ExplorePage) -> dict[str, int]:
    from gan_studio.training.device import process_memory_bytes

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    return {
        "qt_objects": len(page.findChildren(QObject)),
        "widgets": len(QApplication.allWidgets()),
        "python_objects": len(gc.get_objects()),
        "bytes": process_memory_bytes(),
    }
