"""Decodes places of the map: where one is, what was walked through, what lies under the points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.map.layers import Ground
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from collections.abc import Generator

    import numpy.typing as npt

    from gan_studio.gui.widgets.axes import Axes
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.chart import Chart

    Floats = npt.NDArray[Any]

CELL = 52  # about so many pixels wide is a decoded picture under the points
MOST_CELLS = 500
CHUNK = 9  # pictures per piece of side work: it must give way quickly
GROUND_CHUNK = 25  # the same below the points, where whoever hides the page waits for one piece


class Guide(QObject):
    """Asks for pictures; the newest place wins, what is beside it comes when nothing moves.

    Signals:
        here: the picture of the place, uint8 ``[C, H, W]``, and how long it took in milliseconds.
        film: pictures along a walk ``[N, C, H, W]``.
        mean: the picture of the mean latent of what was gathered ``[C, H, W]``.
        strips: pictures of traversals ``[N, C, H, W]``.
        ground: a `Ground`.
        failed: the exception in place of a picture.
    """

    here = Signal(object, float)
    film = Signal(object)
    mean = Signal(object)
    strips = Signal(object)
    ground = Signal(object)
    failed = Signal(object)

    def __init__(self, render: Any, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = RenderBridge(render, self)
        self._under = RenderBridge(render, self)
        self._waiting: dict[str, Floats] = {}
        self._bridge.picture_ready.connect(self._on_here)
        self._bridge.idle.connect(self._on_idle)
        for bridge in (self._bridge, self._under):
            bridge.failed.connect(self.failed)

    @property
    def bridge(self) -> RenderBridge:
        """Where pictures of places come from."""
        return self._bridge

    def set_bundle(self, bundle: Bundle | None) -> None:
        """Decode with another model."""
        self._waiting.clear()
        self._bridge.set_model(bundle)
        self._under.set_model(bundle)

    def rest(self) -> None:
        """Stop computing; asking, and `resume`, begin again."""
        self._bridge.close()
        self._under.close()

    def resume(self) -> None:
        """Somebody looks again: go on with what was put off."""
        self._on_idle()

    def go(self, latent: Floats) -> None:
        """Decode where one is."""
        self._bridge.ask(_pictures(latent[None]))

    def show(self, what: str, latents: Floats) -> None:
        """Decode many for ``film``, ``mean`` or ``strips``, once nothing moves."""
        self._waiting[what] = latents
        self._on_idle()

    def lay_ground(self, chart: Chart, axes: Axes, size: tuple[int, int]) -> None:
        """Decode a lattice over what is seen; its places stay where they are while one moves on.

        Args:
            chart: knows the way back to the latent space.
            axes: what is seen.
            size: width and height of a picture.
        """
        multiple = max(1, round(CELL / max(size)))
        area = axes.area
        while area.width() * area.height() / (size[0] * size[1] * multiple**2) > MOST_CELLS:
            multiple += 1
        wide = (axes.high[0] - axes.low[0]) * size[0] * multiple / area.width()
        high = (axes.high[1] - axes.low[1]) * size[1] * multiple / area.height()
        left, right = (math.floor(edge / wide) for edge in (axes.low[0], axes.high[0]))
        below, above = (math.floor(edge / high) for edge in (axes.low[1], axes.high[1]))
        columns = (np.arange(left, right + 1) + 0.5) * wide
        rows = (np.arange(above, below - 1, -1) + 0.5) * high  # as pictures go: from the top
        places = np.stack(np.meshgrid(columns, rows), -1).reshape(-1, 2)
        corners = (left * wide, below * high), ((right + 1) * wide, (above + 1) * high)
        job = self._ground_job(chart.latents_at(places), len(columns), *corners)
        self._under.run_side([job])

    def _on_here(self, rendered: Any) -> None:
        self.here.emit(rendered.values[0], rendered.milliseconds)

    def _ground_job(
        self, latents: Floats, columns: int, low: tuple[float, float], high: tuple[float, float]
    ) -> Generator[Any, Any, None]:
        drawn = yield from _drawn(latents, GROUND_CHUNK)
        rows = len(drawn) // columns
        channels, height, width = drawn.shape[1:]
        sheet = drawn.reshape(rows, columns, channels, height, width).transpose(2, 0, 3, 1, 4)
        sheet = np.ascontiguousarray(sheet.reshape(channels, rows * height, columns * width))
        self.ground.emit(Ground(QPixmap.fromImage(pictures.to_image(sheet)), low, high))

    def _on_idle(self) -> None:
        if self._waiting and self._bridge.model is not None:
            self._bridge.run_side([self._job(what) for what in list(self._waiting)])

    def _job(self, what: str) -> Generator[Any, Any, None]:
        latents = self._waiting[what]
        found = yield from _drawn(latents, CHUNK)
        if self._waiting.get(what) is latents:
            del self._waiting[what]
        signals = {"film": self.film, "mean": self.mean, "strips": self.strips}
        signals[what].emit(found[0] if what == "mean" else found)


def _drawn(latents: Floats, chunk: int) -> Generator[Any, Any, Any]:
    """Pictures ``[N, C, H, W]`` of many latents, a few at a time."""
    found = []
    for start in range(0, len(latents), chunk):
        rendered = yield _pictures(latents[start : start + chunk])
        found.append(rendered.values)
    return np.concatenate(found)


def _pictures(latents: Floats) -> Any:
    from gan_studio.inference.renderer import PicturesAt

    return PicturesAt(np.asarray(latents, np.float32))
