"""What both views of the lab share: pens, marks, and which part slow motion lights up."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainterPath, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.gui import theme
from gan_studio.gui.pages.lab.drawing import Spray
from gan_studio.gui.widgets.axes import Axes, path_of
from gan_studio.gui.widgets.canvas import Canvas

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
    """A picture that is drawn anew with every frame.

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
        self.setMinimumSize(200, 90)
        self.canvas = Canvas(self)
        self.canvas.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.canvas.painted.connect(self.painted)
        theme.notifier().changed.connect(self.redraw)

    def light(self, parts: Iterable[Part]) -> None:
        """Let only these parts stand out; none means all."""
        self.lit = frozenset(parts)
        self.redraw()

    def let_draw(self, is_on: bool) -> None:
        """Let the mouse spray points, or no more."""
        self._is_drawing = is_on
        self._spray = None
        if is_on:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
        self.redraw()

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
            self.redraw()

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def redraw(self) -> None:
        """Draw what there is; out of sight, nothing is drawn before it is seen again."""
        if self.isVisible():
            self.canvas.begin()
            self.draw(self.canvas)
            self.canvas.end()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.canvas.setGeometry(self.rect())
        self.redraw()

    def draw(self, canvas: Canvas) -> None:
        """Draw what there is on the empty canvas."""
        raise NotImplementedError

    def strength(self, part: Part) -> float:
        """How opaque a part is painted."""
        return 1.0 if not self.lit or part in self.lit else DIMMED


def color(name: str, opacity: float = 1.0) -> QColor:
    """A colour of the theme by its token."""
    found = QColor(getattr(theme.tokens(), name))
    found.setAlphaF(opacity)
    return found


def dots(canvas: Canvas, axes: Axes, places: Numbers, fill: QColor, radius: float) -> None:
    """Round marks at ``[N, 2]``."""
    canvas.path(marks(axes, places, CIRCLE * radius), fill=fill)


def diamonds(canvas: Canvas, axes: Axes, places: Numbers, fill: QColor, radius: float) -> None:
    """Marks on their corner at ``[N, 2]``: generated points, so that colour is not the only cue."""
    canvas.path(marks(axes, places, DIAMOND * radius), fill=fill)


def marks(axes: Axes, places: Numbers, outline: Numbers) -> QPainterPath:
    """The same closed outline ``[C, 2]`` in pixels around each place ``[N, 2]``, as one path."""
    xs, ys = axes.pixels(places[:, 0], places[:, 1])
    across, up = xs[:, None] + outline[:, 0], ys[:, None] + outline[:, 1]
    path = path_of(across.reshape(-1), up.reshape(-1), len(outline))
    path.setFillRule(Qt.FillRule.WindingFill)  # or marks that overlap would cut holes
    return path


def words(canvas: Canvas, place: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    """Small muted words."""
    canvas.text(place, text, color("muted"), align)


def _regular(corners: int) -> Numbers:
    """A closed outline with its corners at distance 1."""
    angles = np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([np.sin(angles), np.cos(angles)], 1)


CIRCLE = _regular(8)  # which nobody can tell from a circle at the size of a mark
DIAMOND = 1.25 * _regular(4)
