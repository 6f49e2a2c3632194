"""Errors over the size of the bottleneck. Import this only after the first paint."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.plots.line import ValueAxis
from gan_studio.gui.plots.readout import Readout

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gan_studio.gui.plots.spec import PlotSpec, SizeCurve

MARK = 9  # px
SYMBOLS = ("o", "s", "t")
ROOM = 0.35  # beside the first and the last size, in doublings


class SizeAxis(pg.AxisItem):
    """Ticks at the sizes that there are, on a scale of doublings."""

    sizes: tuple[int, ...] = ()

    def tickValues(self, low: float, high: float, room: float) -> list:
        places = [math.log2(size) for size in self.sizes]
        return [(1.0, [place for place in places if low <= place <= high])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{round(2**value):,}" for value in values]


class SizePlot(pg.PlotWidget):
    """A few curves over sizes; a click or Return on a point says which.

    Signals:
        chosen: the size of the point that was clicked.
        options_changed: the scale of y was changed.
    """

    chosen = Signal(int)
    options_changed = Signal()

    def __init__(self, spec: PlotSpec, parent: QWidget | None = None) -> None:
        self._bottom = SizeAxis("bottom")
        super().__init__(parent, axisItems={"bottom": self._bottom, "left": ValueAxis("left")})
        self.spec = spec
        self.is_log = spec.is_log
        self._curves: tuple[SizeCurve, ...] = ()
        self._size: int | None = None  # under the pointer or the keyboard
        item = self.plotItem
        item.hideButtons()
        item.setMenuEnabled(False)
        item.vb.setMouseEnabled(x=False, y=False)
        item.vb.setDefaultPadding(0)
        item.vb.disableAutoRange()
        for name in ("left", "bottom"):
            item.getAxis(name).enableAutoSIPrefix(False)
            item.getAxis(name).setStyle(tickLength=-4, tickTextOffset=6)
        item.getAxis("left").setStyle(maxTickLevel=0)
        self._cursor = pg.InfiniteLine(angle=90)
        self._cursor.hide()
        item.addItem(self._cursor, ignoreBounds=True)
        self._drawn: list[pg.PlotDataItem] = []
        self._readout = Readout(spec, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.setMinimumSize(160, 120)
        self.setAccessibleName(spec.title)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def sizes(self) -> list[int]:
        """All sizes that a curve has."""
        return sorted({size for item in self._curves for size in item.values})

    def set_curves(self, curves: tuple[SizeCurve, ...]) -> None:
        """Show these curves."""
        self._curves = curves
        self._bottom.sizes = tuple(self.sizes)
        self.setAccessibleDescription(self.text())
        self._draw()

    def set_log(self, is_log: bool) -> None:
        """Make y logarithmic."""
        self.is_log = is_log
        self._draw()
        self.options_changed.emit()

    def text(self) -> str:
        """All numbers, for screen readers."""
        return "; ".join(
            f"{item.curve.label}: "
            + ", ".join(f"{size}: {value:.4f}" for size, value in sorted(item.values.items()))
            for item in self._curves
            if item.values
        )

    # Drawing

    def _draw(self) -> None:
        item = self.plotItem
        item.getAxis("left").setLogMode(y=self.is_log)
        for drawn in self._drawn:
            item.removeItem(drawn)
        self._drawn = [self._line(place, curve) for place, curve in enumerate(self._curves)]
        for drawn in self._drawn:
            item.addItem(drawn, ignoreBounds=True)
        self._fit()

    def _line(self, place: int, item: SizeCurve) -> pg.PlotDataItem:
        color = getattr(theme.tokens(), item.curve.token)
        style = Qt.PenStyle.DashLine if item.is_dashed else Qt.PenStyle.SolidLine
        sizes = sorted(item.values)
        return pg.PlotDataItem(
            [math.log2(size) for size in sizes],
            [self._height(item.values[size]) for size in sizes],
            pen=pg.mkPen(color, width=1.8, style=style),
            symbol=SYMBOLS[place % len(SYMBOLS)],
            symbolSize=MARK,
            symbolBrush=pg.mkBrush(theme.tokens().surface if item.is_dashed else color),
            symbolPen=pg.mkPen(color, width=1.5),
            antialias=True,
        )

    def _height(self, value: float) -> float:
        return math.log10(max(value, 1e-9)) if self.is_log else value

    def _fit(self) -> None:
        heights = [self._height(value) for item in self._curves for value in item.values.values()]
        if not heights:
            return
        places = [math.log2(size) for size in self.sizes]
        view = self.plotItem.vb
        view.setXRange(places[0] - ROOM, places[-1] + ROOM, padding=0)
        low, high = min(heights), max(heights)
        if not self.is_log:
            low = 0.0
        pad = 0.08 * (high - low) or 0.1
        view.setYRange(low - (pad if self.is_log else 0), high + pad, padding=0)

    # Reading

    def values_at(self, size: int) -> dict[str, float]:
        """What every curve is at one size, by label."""
        return {item.curve.label: item.values[size] for item in self._curves if size in item.values}

    def csv(self) -> str:
        """The curves as a table."""
        rows = [",".join(["size", *(item.curve.name for item in self._curves)])]
        for size in self.sizes:
            cells = [
                f"{item.values[size]:.6g}" if size in item.values else "" for item in self._curves
            ]
            rows.append(",".join([str(size), *cells]))
        return "\n".join(rows) + "\n"

    def copy_picture(self) -> None:
        """Put the plot on the clipboard as it looks."""
        QGuiApplication.clipboard().setPixmap(self.grab())

    def copy_csv(self) -> None:
        """Put the numbers on the clipboard."""
        QGuiApplication.clipboard().setText(self.csv())

    def point_of(self, size: int) -> QPointF:
        """Where the first curve that has this size has its point, in pixels of the widget."""
        item = next(item for item in self._curves if size in item.values)
        place = QPointF(math.log2(size), self._height(item.values[size]))
        return QPointF(self.mapFromScene(self.plotItem.vb.mapViewToScene(place)))

    def read(self, size: int | None, position: QPointF | None = None) -> None:
        """Show the numbers of a size, or nothing."""
        self._size = size
        values = {} if size is None else self.values_at(size)
        self._cursor.setVisible(bool(values))
        if not values or size is None:
            self._readout.hide()
            return
        self._cursor.setPos(math.log2(size))
        place = position or self.point_of(size)
        head = _("{size} numbers").format(size=size) if size != 1 else _("1 number")
        self._readout.show_values(size, values, place.toPoint(), head, "{:.4f}".format)

    def _nearest(self, position: QPointF) -> int | None:
        view = self.plotItem.vb
        scene = self.mapToScene(position.toPoint())
        if not self.sizes or not view.sceneBoundingRect().contains(scene):
            return None
        x = view.mapSceneToView(scene).x()
        return min(self.sizes, key=lambda size: abs(math.log2(size) - x))

    def _choose(self, size: int | None) -> None:
        if any(size in item.values for item in self._curves if item.is_clickable):
            assert size is not None
            self.chosen.emit(size)

    def _on_theme_changed(self) -> None:
        if self.plotItem is None:
            return  # closed: pyqtgraph has let go of it
        colors = theme.tokens()
        self.setBackground(colors.surface)
        font = self.font()
        font.setPixelSize(theme.px(theme.SMALL))
        self.plotItem.getAxis("left").setWidth(theme.px(44))
        self.plotItem.setContentsMargins(0, theme.px(6), 6, 0)
        for name in ("left", "bottom"):
            axis = self.plotItem.getAxis(name)
            axis.setPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(font)
        self._cursor.setPen(pg.mkPen(colors.muted, width=1))
        self.read(None)
        self._draw()

    # Qt

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.read(self._nearest(event.position()), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._nearest(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.read(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        key, sizes = Qt.Key(event.key()), self.sizes
        if key in moves and sizes:
            here = sizes.index(self._size) if self._size in sizes else -moves[key]
            self.read(sizes[min(max(here + moves[key], 0), len(sizes) - 1)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._size is not None:
            self._choose(self._size)
        else:
            event.ignore()
