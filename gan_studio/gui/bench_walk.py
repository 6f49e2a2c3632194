"""How many frames of a walk reach the screen, idle and while another run trains."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.bench import Bench

SIDE, PICTURES, STEPS = 64, 256, 40  # weights are short-trained: what they draw costs the same
SECONDS_BETWEEN_KEYS = 5.0
RIVALS = ("gan", "dcgan")


def measure_walk(bench: Bench, seconds: float) -> dict[str, Any]:
    """A DCGAN of 64 x 64 pictures in colour, played at 30 frames a second in turns.

    The film is longer than a turn, so that every frame is drawn while it plays.
    """
    page, panel = _page_with_a_walk(bench)
    turn = max(5.0, seconds / (1 + len(RIVALS)))
    found = {"idle": _play(bench, page, panel, turn)}
    for family in RIVALS:
        bench.session.start_training(_endless(bench, family))
        bench.wait_for(partial(_trains, bench), 120)
        bench.session.go_to("explore")
        bench.spin(1.0)
        found[f"while a {family} trains"] = _play(bench, page, panel, turn)
        bench.stop()
    return found


def _play(bench: Bench, page: Any, panel: Any, seconds: float) -> dict[str, Any]:
    """From a film that was never drawn: frames on the screen, and the gaps between them."""
    player: Any = panel.desk.player
    times: list[float] = []
    shown: list[int] = []
    # Another length makes another film.
    panel.desk.set_length(panel.desk.walk.length + 1.0)
    bench.wait_for(lambda: player.frames is not None, 30)
    bench.spin(0.5)

    def on_painted() -> None:
        if shown:
            times.append(time.perf_counter())
            shown.clear()

    def on_shown(index: int, _picture: Any) -> None:
        shown[:] = [index]

    panel.parts.view.painted.connect(on_painted)
    player.shown.connect(on_shown)
    player.seek(0)
    player.play()
    bench.spin(seconds)
    player.pause()
    panel.parts.view.painted.disconnect(on_painted)
    player.shown.disconnect(on_shown)
    gaps = sorted(1000 * np.diff(times)) if len(times) > 2 else [float("inf")]
    return {
        "fps": (len(times) - 1) / (times[-1] - times[0]) if len(times) > 2 else 0.0,
        "p95_ms": float(gaps[int(0.95 * len(gaps))]),
        "max_ms": float(gaps[-1]),
        "frames": len(times),
        "draw_ms": _draw_ms(page),
    }


def _draw_ms(page: Any) -> float:
    """What one frame costs alone, in this thread."""
    from gan_studio.inference.renderer import PicturesAt, Renderer

    render, bundle = Renderer(), page.explorer.bundle
    request = PicturesAt(page.explorer.point.z[None], page.explorer.point.label)
    return min(render(bundle, request).milliseconds for _turn in range(20))


def _page_with_a_walk(bench: Bench) -> tuple[Any, Any]:
    from gan_studio.gui.bench import endless
    from gan_studio.gui.pages.explore.walk_panel import WalkPanel

    folder = coloured_pictures(bench.session.folders.cache / "bench-pictures")
    words = (f"data.size={SIDE}", f"train.steps={STEPS}", "train.batch_size=32")
    bench.session.start_training(endless("dcgan", folder, *words))
    bench.wait_for(partial(_has_ended, bench), 300)
    run: Any = bench.session.run
    bench.session.go_to("explore", run_dir=run.run_dir)
    page: Any = bench.window.page
    bench.wait_for(lambda: page.explorer.point is not None, 60)
    (panel,) = (panel for panel in page.panels.all() if isinstance(panel, WalkPanel))
    page.panels.show_panel(panel)
    panel.desk.add_here()
    panel.desk.add_random(9)
    panel.desk.set_all_seconds(SECONDS_BETWEEN_KEYS)
    bench.wait_for(lambda: panel.desk.player.frames is not None, 30)
    return page, panel


def coloured_pictures(folder: Path) -> Path:
    """A folder of small pictures: rings of any colour on a ground of any other."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    across, down = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    for number in range(PICTURES):
        x, y = random.integers(16, SIDE - 16, 2)
        ring = np.abs(np.hypot(across - x, down - y) - random.integers(6, 15)) < 3
        ground, ink = random.integers(0, 256, (2, 3))
        pixels = np.where(ring[..., None], ink, ground).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:04d}.png")
    return folder


def _endless(bench: Bench, family: str) -> Any:
    from gan_studio.gui.bench import endless

    return endless(family, bench.data)


def _has_ended(bench: Bench) -> bool:
    run = bench.session.run
    return run is not None and run.run_dir is not None and not bench.session.is_running


def _trains(bench: Bench) -> bool:
    run = bench.session.run
    return run is not None and run.step > 2 and bench.session.is_running
