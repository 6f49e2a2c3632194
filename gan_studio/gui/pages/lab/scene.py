"""What both views of the lab share: pens, marks, and which part slow motion lights up."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.gui import theme
from gan_studio.gui.pages.lab.drawing import Spray
from gan_studio.gui.widgets.axes import Axes, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Numbers = npt.NDArray[Any]

DIMMED = 0.22


class Part(Enum):
    """What is drawn, as slow motion names it."""

    NOISE = auto()
    REAL = auto()
    FAKE = auto()
    ARROWS = auto()
    JUDGE = auto()


class Scene(QWidget):
    """A picture that is painted anew with every frame.

    Attributes:
        lit: the parts that stand out; all where it is empty.

    Signals:
        painted: a picture has reached the screen.
        drawn: points that a person has drawn with the mouse, while that is wanted.
    """

    painted = Signal()
    drawn = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lit: frozenset[Part] = frozenset()
        self._spray: Spray | None = None
        self._is_drawing = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(260, 180)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.notifier().changed.connect(self.update)

    def light(self, parts: Iterable[Part]) -> None:
        """Let only these parts stand out; none means all."""
        self.lit = frozenset(parts)
        self.update()

    def let_draw(self, is_on: bool) -> None:
        """Let the mouse spray points, or no more."""
        self._is_drawing = is_on
        self._spray = None
        if is_on:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
        self.update()

    def sprayed(self) -> list[tuple[float, ...]]:
        """What is being drawn at this moment."""
        return [] if self._spray is None else self._spray.points

    def place_at(self, position: QPointF) -> tuple[tuple[float, ...], float] | None:
        """The numbers at a pixel and the width of what is shown; None where there is nothing."""
        raise NotImplementedError

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._is_drawing or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self._spray = Spray()
        self._spray_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._spray is not None:
            self._spray_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        spray, self._spray = self._spray, None
        if spray is not None and spray.points:
            self.drawn.emit(spray.points)

    def _spray_at(self, position: QPointF) -> None:
        found = self.place_at(position)
        if found is not None and self._spray is not None:
            self._spray.add(*found)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(theme.tokens().surface))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            font = painter.font()
            font.setPixelSize(theme.px(theme.SMALL))
            painter.setFont(font)
            self.draw(painter)
        finally:  # a painter that is left open ends the process
            painter.end()
        self.painted.emit()

    def draw(self, painter: QPainter) -> None:
        """Paint what there is on the cleared surface."""
        raise NotImplementedError

    def strength(self, part: Part) -> float:
        """How opaque a part is painted."""
        return 1.0 if not self.lit or part in self.lit else DIMMED


def color(name: str, opacity: float = 1.0) -> QColor:
    """A colour of the theme by its token."""
    found = QColor(getattr(theme.tokens(), name))
    found.setAlphaF(opacity)
    return found


def dots(painter: QPainter, points: QPolygonF, fill: QColor, radius: float) -> None:
    """Round marks."""
    painter.setPen(QPen(fill, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(points)


def diamonds(painter: QPainter, axes: Axes, places: Numbers, fill: QColor, radius: float) -> None:
    """Marks on their corner at ``[N, 2]``: generated points, so that colour is not the only cue."""
    xs, ys = axes.pixels(places[:, 0], places[:, 1])
    reach = 1.25 * radius
    across = np.array([0.0, reach, 0.0, -reach, 0.0])
    up = np.array([reach, 0.0, -reach, 0.0, reach])
    corners = xs[:, None] + across, ys[:, None] + up
    path = path_of(corners[0].reshape(-1), corners[1].reshape(-1), 5)
    path.setFillRule(Qt.FillRule.WindingFill)  # or marks that overlap would cut holes
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def words(painter: QPainter, place: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    """Small muted words."""
    painter.setPen(color("muted"))
    painter.drawText(place, align, text)
