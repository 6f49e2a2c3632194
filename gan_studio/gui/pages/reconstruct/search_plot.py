"""The best error of a search over its steps, and the errors that its starts ended with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.axes import Axes
from gan_studio.gui.widgets.canvas import DrawnCanvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.pages.reconstruct.found import Course

HEIGHT = 132
STARTS_WIDTH = 46  # the strip at the right with the starts of one model
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
LEAST = 1e-6  # errors below are drawn here


class SearchPlot(DrawnCanvas):
    """Both share one logarithmic axis of the mean squared error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._courses: tuple[Course, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("How the search goes"))
        self.setToolTip(
            _(
                "Left: the mean over the pictures of the best error so far, step by step. Right: "
                "the error that every start of every picture ended with. Close together, the "
                "search is sure; far apart, more starts may find better copies."
            )
        )

    def show_courses(self, courses: Sequence[Course]) -> None:
        """Draw the searches of these models, a dash pattern each."""
        self._courses = tuple(courses)
        self.setAccessibleDescription(
            "; ".join(
                _("{title}: mean error {error:.4f} after {steps} steps").format(
                    title=course.title, error=course.errors[-1], steps=int(course.steps[-1])
                )
                for course in courses
            )
        )
        self.redraw()

    def redraw(self) -> None:
        """Draw what there is."""
        if self.isVisible():
            self.begin()
            if self._courses:
                self._draw()
            self.end()

    def _draw(self) -> None:
        left, foot = theme.px(42), theme.px(18)
        strips = theme.px(STARTS_WIDTH) * min(len(self._courses), 2)
        area = QRectF(left, 6, self.width() - left - strips - 14, self.height() - foot - 8)
        low, high = self._range()
        last = max(float(course.steps[-1]) for course in self._courses)
        axes = Axes(area, (0.0, low), (max(last, 1.0), high))
        self._draw_levels(axes, self.width())
        ink = QColor(theme.tokens().generated)
        for dash, course in zip(_cycle(), self._courses, strict=False):
            self.path(axes.line(course.steps, _log(course.errors)), QPen(ink, 2, dash))
        width = strips / min(len(self._courses), 2)
        for index, course in enumerate(self._courses[:2]):
            self._draw_starts(axes, course, area.right() + 14 + index * width, width - 8)
        self._draw_words(area, foot, last)

    def _range(self) -> tuple[float, float]:
        every = [_log(part) for item in self._courses for part in (item.errors, item.starts)]
        low, high = min(map(np.min, every)), max(map(np.max, every))
        return math.floor(float(low) * 2) / 2 - 0.05, math.ceil(float(high) * 2) / 2 + 0.05

    def _draw_levels(self, axes: Axes, width: int) -> None:
        colors = theme.tokens()
        for power in range(math.ceil(axes.low[1]), math.floor(axes.high[1]) + 1):
            line = QPainterPath(QPointF(axes.area.left(), axes.y(power)))
            line.lineTo(width - 4.0, axes.y(power))
            self.path(line, QPen(QColor(colors.border), 1))
            place = QRectF(0, axes.y(power) - 9, axes.area.left() - 4, 18)
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self.text(place, f"{10.0**power:g}", QColor(colors.muted), align)

    def _draw_starts(self, axes: Axes, course: Course, x: float, width: float) -> None:
        """A mark per start; they lie beside each other where they would cover each other."""
        path, size = QPainterPath(), 2.0
        for index, level in enumerate(_log(course.starts)):
            across = x + size + (index * 0.618034 % 1) * (width - 2 * size)
            path.addEllipse(QPointF(across, axes.y(float(level))), size, size)
        path.setFillRule(Qt.FillRule.WindingFill)
        self.path(path, fill=QColor(theme.tokens().muted))

    def _draw_words(self, area: QRectF, foot: float, last: float) -> None:
        muted = QColor(theme.tokens().muted)
        below = QRectF(area.left(), area.bottom() + 4, area.width(), foot)
        self.text(below, _("best error"), muted, Qt.AlignmentFlag.AlignLeft)
        steps = _("{steps:,} steps").format(steps=int(last))
        self.text(below, steps, muted, Qt.AlignmentFlag.AlignRight)
        beside = QRectF(area.right() + 10, below.top(), self.width() - area.right() - 14, foot)
        self.text(beside, _("starts"), muted, Qt.AlignmentFlag.AlignRight)

    def sizeHint(self) -> QSize:
        return QSize(220, theme.px(HEIGHT))


def _log(errors: np.ndarray) -> np.ndarray:
    return np.log10(np.maximum(errors, LEAST))


def _cycle() -> list[Qt.PenStyle]:
    return [DASHES[index % len(DASHES)] for index in range(16)]
