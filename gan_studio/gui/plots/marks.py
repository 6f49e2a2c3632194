"""What stands still behind the curves: dashed reference lines and a shaded band."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from gan_studio.gui import theme

if TYPE_CHECKING:
    from gan_studio.gui.plots.spec import PlotSpec


class Marks:
    """The references and the band of one plot, on a linear or a logarithmic axis."""

    def __init__(self, spec: PlotSpec, item: pg.PlotItem) -> None:
        self._references = [(entry.value, pg.InfiniteLine(angle=0)) for entry in spec.references]
        self._ends = None if spec.band is None else (spec.band.low, spec.band.high)
        self._band = pg.LinearRegionItem(orientation="horizontal", movable=False)
        for _value, line in self._references:
            item.addItem(line, ignoreBounds=True)
        if self._ends is not None:
            item.addItem(self._band, ignoreBounds=True)
        self.place(is_log=spec.is_log)
        self.dress()

    def place(self, *, is_log: bool) -> None:
        """Move to where the axis has the values; a logarithm knows positive ones only."""
        for value, line in self._references:
            line.setVisible(not is_log or value > 0)
            line.setValue(_at(value, is_log=is_log))
        if self._ends is not None:
            self._band.setVisible(not is_log or self._ends[0] > 0)
            self._band.setRegion([_at(end, is_log=is_log) for end in self._ends])

    def extent(self, *, is_log: bool) -> list[float]:
        """Places on the axis that should be in view."""
        values = [value for value, _line in self._references] + list(self._ends or ())
        return [] if is_log else values

    def dress(self) -> None:
        """Take the theme's colours."""
        muted = theme.tokens().muted
        for _value, line in self._references:
            line.setPen(pg.mkPen(muted, width=1, style=Qt.PenStyle.DashLine))
        shade = QColor(muted)
        shade.setAlphaF(0.25)
        self._band.setBrush(pg.mkBrush(shade))
        for edge in self._band.lines:
            edge.setPen(pg.mkPen(None))


def _at(value: float, *, is_log: bool) -> float:
    return math.log10(value) if is_log and value > 0 else value
