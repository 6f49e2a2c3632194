"""Where one is on the map, and what is shown of it: the place, the way, what was gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from gan_studio.core.i18n import _
from gan_studio.gui.pages.map.layers import Hover
from gan_studio.gui.pages.map.side import MOST_GATHERED, classes_in
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    import numpy.typing as npt

    from gan_studio.data.base import Split
    from gan_studio.gui.pages.map.guide import Guide
    from gan_studio.gui.pages.map.scene import MapScene
    from gan_studio.gui.pages.map.side import FoundCard, HereCard
    from gan_studio.inference.bundle import Bundle

    Floats = npt.NDArray[Any]

FILM = 10  # pictures of a walk
NEAR = 50  # points that Return gathers
STRIP_STEPS = 7
MASK = 1024  # pixels of a painted lasso


class Walker(QObject):
    """Connects the scene with what decodes and with the cards beside it.

    Attributes:
        z: the latent of the place, float32 ``[dim]``, or None.
    """

    def __init__(
        self,
        scene: MapScene,
        here: HereCard,
        found: FoundCard,
        guide: Guide,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scene, self._here, self._found = scene, here, found
        self._guide = guide
        self._split: Split | None = None
        self._bundle: Bundle | None = None
        self._seed = 0
        self._film: Floats | None = None  # latents
        self._strips: Any = None
        self._gathered: npt.NDArray[Any] = np.empty(0, int)
        self.z: Floats | None = None
        scene.place_chosen.connect(self._on_place)
        scene.hovered.connect(self._on_hovered)
        scene.walked.connect(self._on_walked)
        scene.lassoed.connect(self._on_lassoed)
        scene.gather_requested.connect(self._on_gather)
        scene.let_go_of.connect(self._on_let_go)
        guide.here.connect(self._on_here)
        guide.film.connect(found.show_film)
        guide.mean.connect(found.show_mean)
        guide.strips.connect(self._on_strips)
        found.walk_picked.connect(self._on_film_picked)
        found.gathered_picked.connect(self._on_gathered_picked)
        found.strip_picked.connect(self._on_strip_picked)
        found.tab_changed.connect(self._ask_strips)

    # The model

    def set_bundle(self, bundle: Bundle | None) -> None:
        """Walk through another model, or through newer weights of the same run."""
        old, self._bundle = self._bundle, bundle
        is_same = bundle is not None and old is not None and old.run_dir == bundle.run_dir
        if is_same:
            return
        self.z = self._film = self._strips = None
        self._scene.layers.place = None
        self._here.clear()
        self._found.clear()

    def on_charted(self, split: Split | None) -> None:
        """The plane is another one, with pictures of `split` on it: bring the place along."""
        self._split = split
        if self._scene.layers.selected is None:  # they were of other pictures
            self._on_let_go()
        if self.z is not None:
            self._go(self.z)

    # Going somewhere

    def go_to_random(self) -> None:
        """Draw z from the prior, with the next seed."""
        if self._bundle is None or self._scene.chart is None:
            return
        from gan_studio.inference.latents import latents_from_seed

        self._seed += 1
        self.go_to_latent(latents_from_seed(self._bundle, self._seed, 1)[0].numpy())

    def go_to_latent(self, latent: Floats) -> None:
        """Go to a latent; what of it points off the plane is kept."""
        bundle = self._bundle
        if bundle is None or bundle.latent is None or len(latent) != bundle.latent.dim:
            return
        if np.isfinite(latent).all():
            self._scene.layers.walk, self._scene.layers.film = [], []
            self._go(np.asarray(latent, np.float32))

    def go_to_row(self, row: int) -> bool:
        """Go to a picture of the set by its number; False where it is not on the map."""
        chart = self._scene.chart
        if chart is None:
            return False
        found = np.flatnonzero(chart.codes.rows == row)
        if not len(found):
            return False
        self._go_to_point(int(found[0]))
        return True

    def _go_to_point(self, point: int) -> None:
        chart = self._scene.chart
        if chart is not None:
            self._scene.layers.marked = point
            self.go_to_latent(chart.codes.latents[point])

    def _go(self, latent: Floats) -> None:
        chart = self._scene.chart
        if chart is None:
            return
        self.z = latent
        x, y = chart.places_of(latent[None])[0]
        self._scene.show_place((float(x), float(y)))
        self._arrive((float(x), float(y)))

    def _on_place(self, x: float, y: float) -> None:
        chart = self._scene.chart
        if chart is None:
            return
        self.z = chart.latents_at(np.array([[x, y]]))[0]
        self._scene.layers.marked = -1
        self._arrive((x, y))

    def _arrive(self, place: tuple[float, float]) -> None:
        chart, z = self._scene.chart, self.z
        if chart is None or z is None:
            return
        self._guide.go(z)
        self._here.show_place(z)
        point = int(chart.nearest_many(place, 1)[0])
        self._here.show_nearest(self._picture(point), self._class_of(point))
        self._ask_strips()

    def _on_here(self, picture: Any, milliseconds: float) -> None:
        self._here.decoded.set_picture(picture)
        self._here.set_note(f"{max(milliseconds, 0.1):.1f} ms", "")

    # Points

    def _picture(self, point: int) -> Any | None:
        chart, split = self._scene.chart, self._split
        if chart is None or split is None or point < 0:
            return None
        row = int(chart.codes.rows[point])
        return np.asarray(split.samples[row]) if row < len(split) else None

    def _class_of(self, point: int) -> str:
        chart, names = self._scene.chart, self._scene.layers.names
        if chart is None or chart.codes.labels is None or not names:
            return ""
        return names[int(chart.codes.labels[point])]

    def _on_hovered(self, point: int) -> None:
        picture = self._picture(point)
        if picture is None:
            return
        chart = self._scene.chart
        assert chart is not None, "a point was found on it"
        name = self._class_of(point)
        words = name or _("no. {row}").format(row=int(chart.codes.rows[point]))
        self._scene.layers.hover = Hover(point, pictures.to_image(picture), words)
        self._scene.redraw()

    # Walks

    def _on_walked(self, way: list[tuple[float, float]]) -> None:
        chart = self._scene.chart
        if chart is None:
            return
        places = evenly_spaced(np.asarray(way), FILM)
        self._film = chart.latents_at(places)
        self._scene.layers.film = [(float(x), float(y)) for x, y in places]
        self._scene.redraw()
        self._found.show_walk_tab()
        self._guide.show("film", self._film)

    def _on_film_picked(self, index: int) -> None:
        if self._film is not None and index < len(self._film):
            self._go(self._film[index])

    # Gathering

    def _on_lassoed(self, line: list[tuple[float, float]]) -> None:
        chart = self._scene.chart
        if chart is not None:
            self._gather(within(chart.plane.points, np.asarray(line)))

    def _on_gather(self) -> None:
        chart, place = self._scene.chart, self._scene.layers.place
        if chart is not None and place is not None:
            self._gather(chart.nearest_many(place, NEAR))

    def _gather(self, points: npt.NDArray[Any]) -> None:
        scene, chart = self._scene, self._scene.chart
        if chart is None:
            return
        points = points[scene.layers.are_seen(points)]
        self._gathered = points[:MOST_GATHERED]
        scene.layers.select(points if len(points) else None)
        scene.redraw()
        shown = [self._picture(int(point)) for point in self._gathered]
        labels = None if chart.codes.labels is None else chart.codes.labels[points]
        self._found.show_gathered(
            [picture for picture in shown if picture is not None],
            gathered_words(len(points), classes_in(labels, scene.layers.names)),
        )
        if len(points):
            self._guide.show("mean", chart.codes.latents[points].mean(0, keepdims=True))

    def _on_let_go(self) -> None:
        self._gathered = np.empty(0, int)
        self._found.clear_gathered()

    def _on_gathered_picked(self, index: int) -> None:
        if index < len(self._gathered):
            self._go_to_point(int(self._gathered[index]))

    # Traversals

    def _ask_strips(self) -> None:
        if not self._found.shows_strips or self._bundle is None or self.z is None:
            return
        from gan_studio.inference.traversal import traverse

        chart = self._scene.chart
        codes = None if chart is None else chart.codes
        self._strips = traverse(self._bundle, self.z, codes=codes, steps=STRIP_STEPS)
        latents = self._strips.latents
        self._guide.show("strips", latents.reshape(-1, latents.shape[-1]))

    def _on_strips(self, drawn: Any) -> None:
        if self._strips is None:
            return
        names = [f"z{dim}" for dim in self._strips.order]
        from gan_studio.inference.traversal import MEASURES

        reach = f"{self._strips.offsets[-1]:.2g}"  # less than 3 where a uniform prior ends
        first = _("Ordered by {measure}, from −{reach} to +{reach} standard deviations.")
        words = first.format(measure=_(MEASURES[self._strips.measure]), reach=reach)
        self._found.show_strips(drawn, STRIP_STEPS, names, words)

    def _on_strip_picked(self, index: int) -> None:
        if self._strips is not None:
            row, column = divmod(index, STRIP_STEPS)
            self._go(np.asarray(self._strips.latents[row, column], np.float32))


def evenly_spaced(way: Floats, count: int) -> Floats:
    """`count` places ``[count, 2]`` along a line through ``[N, 2]``, the same distance apart."""
    lengths = np.hypot(*np.diff(way, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    wanted = np.linspace(0, along[-1], count)
    return np.stack([np.interp(wanted, along, way[:, axis]) for axis in (0, 1)], 1)


def within(points: Floats, line: Floats) -> npt.NDArray[Any]:
    """Which of the points ``[N, 2]`` lie within a closed line ``[M, 2]``, to a thousandth of it.

    The line is painted once and looked up for all points: they may be sixty thousand.
    """
    low, extent = line.min(0), np.maximum(line.max(0) - line.min(0), 1e-12)
    mask = QImage(MASK, MASK, QImage.Format.Format_Grayscale8)
    mask.fill(0)
    painter = QPainter(mask)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    corners = (line - low) / extent * (MASK - 1)
    painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners.tolist()]))
    painter.end()
    inside = np.frombuffer(mask.constBits(), np.uint8).reshape(MASK, -1)
    rows = np.flatnonzero(((points >= low) & (points <= low + extent)).all(1))
    cells = ((points[rows] - low) / extent * (MASK - 1)).round().astype(int)
    return rows[inside[cells[:, 1], cells[:, 0]] > 0]


def gathered_words(count: int, classes: str) -> str:
    """``212 pictures (3: 200, 5: 12); left: their mean, decoded``."""
    if not count:
        return _("No points there.")
    words = _("{count} pictures").format(count=f"{count:,}")
    listed = f" ({classes})" if classes else ""
    return words + listed + ". " + _("Left: the mean of their latents, decoded.")
