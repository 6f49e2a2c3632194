"""What is drawn on the map, from the ground up: pictures, density, prior, points, names, marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainterPath, QPen, QPixmap

from gan_studio.gui import theme
from gan_studio.gui.widgets.axes import path_of, ticks
from gan_studio.gui.widgets.point_cloud import cloud_image

if TYPE_CHECKING:
    from gan_studio.gui.widgets.axes import Axes
    from gan_studio.gui.widgets.canvas import Canvas
    from gan_studio.inference.chart import Chart

Places = list[tuple[float, float]]
PALE = 0.22  # of what is not meant
HOVER_SIDE = 84  # of the picture beside the pointer
EDGE = 28.0  # pixels of a corner that no numbers stand in
DEVIATIONS = (1, 2, 3)  # of the prior's rings
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True, eq=False)
class Ground:
    """Decoded pictures under the points: an image and the numbers of its corners."""

    image: QPixmap
    low: tuple[float, float]
    high: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Hover:
    """What is shown beside the pointer."""

    point: int
    image: QImage
    words: str


@dataclass
class _Drawn:
    """Images that stay as long as nothing they show has changed."""

    key: Any = None
    cloud: QPixmap = field(default_factory=QPixmap)
    names: dict[int, QPainterPath] = field(default_factory=dict)


class Layers:
    """Holds what is shown and draws it.

    Attributes:
        names: of the classes.
        hidden: classes whose points are left out.
        selected: numbers of the points that stand out, or None: all do.
        place: where we are.
        walk, film: the way that was walked, and the places that are shown of it.
        lasso: the line that is being drawn.
        marked: a point with a ring around it, or -1.
        ground: decoded pictures below all, or None.
        shows_points, shows_density, shows_prior, shows_names: what is drawn.
        radius: of a point, in pixels.
        has_focus: whether keys reach the map, which a frame shows.
    """

    def __init__(self) -> None:
        self.chart: Chart | None = None
        self.names: tuple[str, ...] = ()
        self.hidden: frozenset[int] = frozenset()
        self.selected: npt.NDArray[Any] | None = None
        self._choices = 0  # how often other points were chosen
        self.place: tuple[float, float] | None = None
        self.walk: Places = []
        self.film: Places = []
        self.lasso: Places = []
        self.marked = -1
        self.ground: Ground | None = None
        self.hover: Hover | None = None
        self.shows_points = self.shows_names = True
        self.shows_density = self.shows_prior = False
        self.radius = 2.0
        self.has_focus = False
        self._drawn = _Drawn()

    def set_chart(self, chart: Chart | None) -> None:
        """Show another chart; what was marked on the one before is forgotten."""
        is_same_set = (
            chart is not None and self.chart is not None and chart.codes is self.chart.codes
        )
        self.chart, self.hover, self.ground = chart, None, None
        self.walk, self.film, self.lasso = [], [], []
        if not is_same_set:
            self.selected, self.marked = None, -1
            self._choices += 1
        self.forget_images()

    def forget_images(self) -> None:
        """Draw everything anew: colours, points or what is chosen of them are others."""
        self._drawn = _Drawn()

    def select(self, points: npt.NDArray[Any] | None) -> None:
        """Let only these points stand out; None: all."""
        if points is not None or self.selected is not None:
            self.selected = points
            self._choices += 1

    def is_seen(self, point: int) -> bool:
        """Whether a point is drawn."""
        return point >= 0 and bool(self.are_seen(np.array([point]))[0])

    def are_seen(self, points: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Which of the points are drawn, as bools ``[N]``."""
        if self.chart is None or not self.shows_points:
            return np.zeros(len(points), bool)
        labels = self.chart.codes.labels
        if labels is None or not self.hidden:
            return np.ones(len(points), bool)
        return ~np.isin(labels[points], list(self.hidden))

    def colors(self) -> list[QColor]:
        """A colour per class, or one for all."""
        if self.chart is None or self.chart.codes.labels is None or not self.names:
            return [QColor(theme.tokens().real)]
        return theme.class_colors(len(self.names))

    # Drawing

    def draw(self, canvas: Canvas, axes: Axes, ratio: float) -> None:
        """Draw all on an empty canvas; `ratio` is device pixels per pixel."""
        canvas.clip(axes.area)
        self._draw_ground(canvas, axes)
        self._draw_density(canvas, axes)
        self._draw_points(canvas, axes, ratio)
        self._draw_prior(canvas, axes)
        self._draw_names(canvas, axes)
        self._draw_ways(canvas, axes)
        self._draw_place(canvas, axes)
        self._draw_scale(canvas, axes)
        self._draw_hover(canvas, axes)
        canvas.unclip()
        if self.has_focus:
            frame = QPainterPath()
            frame.addRect(axes.area.adjusted(1, 1, -1, -1))
            canvas.path(frame, QPen(_color("accent"), 2))

    def _draw_ground(self, canvas: Canvas, axes: Axes) -> None:
        if self.ground is not None:
            top_left = axes.point(self.ground.low[0], self.ground.high[1])
            bottom_right = axes.point(self.ground.high[0], self.ground.low[1])
            canvas.image(QRectF(top_left, bottom_right), self.ground.image, is_smooth=False)

    def _draw_points(self, canvas: Canvas, axes: Axes, ratio: float) -> None:
        if not self.shows_points or self.chart is None:
            return
        area = axes.area
        key = (axes, ratio, self.hidden, self._choices, self.radius)
        if key != self._drawn.key:
            self._drawn.key = key
            self._drawn.cloud = self._cloud(axes, ratio)
        canvas.image(QRectF(area.topLeft(), area.size()), self._drawn.cloud)

    def _cloud(self, axes: Axes, ratio: float) -> QPixmap:
        chart = self.chart
        assert chart is not None
        points, labels = chart.plane.points, chart.codes.labels
        colors = self.colors()
        kinds = np.zeros(len(points), int) if labels is None or not self.names else labels
        order = np.arange(len(points))
        if self.selected is not None:
            is_meant = np.zeros(len(points), bool)
            is_meant[self.selected] = True
            kinds = np.where(is_meant, kinds, kinds + len(colors))
            colors = [*colors, *[_paler(color) for color in colors]]
            order = np.argsort(is_meant, kind="stable")
        if self.hidden and labels is not None:
            order = order[~np.isin(labels[order], list(self.hidden))]
        xs, ys = axes.pixels(points[order, 0], points[order, 1])
        area = axes.area
        size = (round(area.width() * ratio), round(area.height() * ratio))
        places = ((xs - area.left()) * ratio, (ys - area.top()) * ratio)
        radius = self.radius * ratio
        return QPixmap.fromImage(cloud_image(size, places, kinds[order], colors, radius))

    def _draw_density(self, canvas: Canvas, axes: Axes) -> None:
        density = self.chart.density if self.chart is not None else None
        if self.shows_density and density is not None:
            for index, lines in enumerate(density.contours):
                pen = QPen(_color("text", 0.75 - 0.2 * index), 1.2)
                canvas.path(axes.lines(lines), pen)

    def _draw_prior(self, canvas: Canvas, axes: Axes) -> None:
        prior = self.chart.prior if self.chart is not None else None
        if not self.shows_prior or prior is None:
            return
        pen = QPen(_color("generated"), 1.6, Qt.PenStyle.DashLine)
        for deviations in DEVIATIONS:
            outline = prior.outline(deviations)
            xs, ys = axes.pixels(outline[:, 0], outline[:, 1])
            canvas.path(path_of(xs, ys, len(xs)), pen)
            top = int(np.argmin(ys) if np.ptp(ys) > 1 else np.argmax(xs))  # flat: at its end
            place = QRectF(xs[top] - 20, ys[top] - theme.px(16), 40, theme.px(15))
            words, middle = f"{deviations}σ", Qt.AlignmentFlag.AlignHCenter
            canvas.text(place, words, _color("generated"), middle)

    def _draw_names(self, canvas: Canvas, axes: Axes) -> None:
        if not (self.shows_names and self.shows_points) or self.chart is None:
            return
        ink, halo = _color("text"), QPen(_color("surface", 0.9), 4)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        for label, (x, y) in self.chart.centres.items():
            if label in self.hidden or label >= len(self.names):
                continue
            path = self._name(label).translated(axes.point(x, y))
            canvas.path(path, halo)
            canvas.path(path, fill=ink)

    def _name(self, label: int) -> QPainterPath:
        if label not in self._drawn.names:
            font = QFont()
            font.setPixelSize(theme.px(15))
            font.setBold(True)
            path = QPainterPath()
            path.addText(0, 0, font, self.names[label])
            self._drawn.names[label] = path.translated(-path.boundingRect().center())
        return self._drawn.names[label]

    def _draw_ways(self, canvas: Canvas, axes: Axes) -> None:
        for line, token in ((self.walk, "accent"), (self.lasso, "text")):
            if len(line) > 1:
                closed = [*line, line[0]] if line is self.lasso else line
                xs, ys = axes.pixels(*np.asarray(closed).T)
                pen = QPen(_color("surface", 0.8), 4)
                canvas.path(path_of(xs, ys, len(xs)), pen)
                canvas.path(path_of(xs, ys, len(xs)), QPen(_color(token), 2))
        dots = QPainterPath()
        for place in self.film:
            dots.addEllipse(axes.point(*place), theme.px(3), theme.px(3))
        if self.film:
            canvas.path(dots, QPen(_color("surface"), 1), _color("accent"))

    def _draw_place(self, canvas: Canvas, axes: Axes) -> None:
        if self.marked >= 0 and self.chart is not None:
            ring = QPainterPath()
            ring.addEllipse(axes.point(*self.chart.plane.points[self.marked]), 8, 8)
            canvas.path(ring, QPen(_color("surface"), 5))
            canvas.path(ring, QPen(_color("text"), 2))
        if self.place is None:
            return
        cross, middle = QPainterPath(), axes.point(*self.place)
        cross.addEllipse(middle, 9, 9)
        for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            cross.moveTo(middle + QPointF(4 * x, 4 * y))
            cross.lineTo(middle + QPointF(14 * x, 14 * y))
        canvas.path(cross, QPen(_color("surface"), 5))
        canvas.path(cross, QPen(_color("accent"), 2))

    def _draw_scale(self, canvas: Canvas, axes: Axes) -> None:
        """A few numbers at the edges, and what they are of, where that means and hides nothing."""
        chart, area, muted = self.chart, axes.area, _color("muted")
        if chart is None or not chart.plane.names or self.ground is not None:
            return
        line = theme.px(15)
        names = chart.plane.names
        for value in ticks(axes.low[0], axes.high[0], max(2, int(area.width() / 90))):
            if axes.x(value) < area.left() + EDGE:
                continue  # the other axis has its numbers there
            place = QRectF(axes.x(value) - 30, area.bottom() - line - 3, 60, line)
            self._label(canvas, place, f"{value:g}", Qt.AlignmentFlag.AlignHCenter)
        rows = ticks(axes.low[1], axes.high[1], max(2, int(area.height() / 90)))
        for value in rows if names[1] else ():
            if axes.y(value) > area.bottom() - EDGE:
                continue
            place = QRectF(area.left() + 6, axes.y(value) - line / 2, 60, line)
            self._label(canvas, place, f"{value:g}", _LEFT | Qt.AlignmentFlag.AlignVCenter)
        below = QRectF(area.left(), area.bottom() - 2 * line - 4, area.width() - 8, line)
        canvas.text(below, names[0] + " →", muted, _RIGHT)
        if names[1]:
            canvas.text(area.adjusted(8, 4, 0, 0), names[1] + " ↑", muted, _LEFT)

    def _label(self, canvas: Canvas, place: QRectF, words: str, align: Qt.AlignmentFlag) -> None:
        canvas.text(place, words.replace("-", "−"), _color("muted"), align)

    def _draw_hover(self, canvas: Canvas, axes: Axes) -> None:
        hover, chart = self.hover, self.chart
        if hover is None or chart is None:
            return
        middle = axes.point(*chart.plane.points[hover.point])
        side, line, gap = HOVER_SIDE, theme.px(17), 12.0
        height = side * hover.image.height() / max(1, hover.image.width())
        x = (
            middle.x() + gap
            if middle.x() + gap + side < axes.area.right()
            else middle.x() - gap - side
        )
        y = min(
            max(middle.y() - height / 2, axes.area.top() + 4),
            axes.area.bottom() - height - line - 4,
        )
        ring, frame = QPainterPath(), QPainterPath()
        ring.addEllipse(middle, 6, 6)
        canvas.path(ring, QPen(_color("text"), 2))
        frame.addRoundedRect(QRectF(x - 4, y - 4, side + 8, height + line + 8), 6, 6)
        canvas.path(frame, QPen(_color("border"), 1), _color("raised"))
        canvas.image(QRectF(x, y, side, height), hover.image, is_smooth=False)
        middle_of_line = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        canvas.text(QRectF(x, y + height, side, line), hover.words, _color("text"), middle_of_line)


def _color(name: str, opacity: float = 1.0) -> QColor:
    found = QColor(getattr(theme.tokens(), name))
    found.setAlphaF(max(0.0, opacity))
    return found


def _paler(color: QColor) -> QColor:
    pale = QColor(color)
    pale.setAlphaF(PALE)
    return pale
