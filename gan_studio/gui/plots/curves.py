"""Curves over steps. Import this only after the first paint: it loads pyqtgraph.

Nothing here runs once per step: `refresh` may be called at any rate and leads to at most ten
repaints a second (five where training needs every core), fewer when a repaint is slow. What is
drawn is cut to the visible part and to about two points per pixel, whatever the history holds.
"""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QShowEvent,
)

from gan_studio.gui import theme
from gan_studio.gui.machine import HAS_FEW_CORES
from gan_studio.gui.plots.line import Line, make_axes, spread
from gan_studio.gui.plots.marks import Marks
from gan_studio.gui.plots.menu import build_menu
from gan_studio.gui.plots.readout import Readout
from gan_studio.gui.plots.series import History

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget

    from gan_studio.gui.plots.spec import PlotSpec

QUICKEST_MS, SLOWEST_MS = (200 if HAS_FEW_CORES else 100), 1000
PHASE_MS = 22
BUSY_SHARE = 160 if HAS_FEW_CORES else 8  # a repaint of 3 ms: then 480 (24) ms without one
SMOOTHING = 0.04  # share of the history that one point of the bold line averages

_turns = itertools.count()


class CurvePlot(pg.PlotWidget):
    """Several scalars of a run over its steps.

    Signals:
        options_changed: smoothing or the scale of y was changed by a person.
    """

    options_changed = Signal()

    def __init__(self, spec: PlotSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems=make_axes())
        self.spec = spec
        self.history = History()
        self.smoothing = SMOOTHING
        self.is_log = spec.is_log
        self.repaint_ms = 0.0  # how long data and painting took last
        self._update_ms = 0.0
        self._last_at = -1e9
        self._is_dirty = False
        self._is_fitted = True
        self._y = (0.0, 0.0)
        # Plots of one page must not all repaint in the same turn of the event loop.
        self._phase_ms = next(_turns) % 4 * PHASE_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)
        self._set_up_view()
        self._lines = [Line(curve, self.plotItem) for curve in spec.curves]
        self._marks = Marks(spec, self.plotItem)
        self._cursor = pg.InfiniteLine(angle=90)
        self._cursor.hide()
        self.plotItem.addItem(self._cursor, ignoreBounds=True)
        self._readout = Readout(spec, self)
        self.setAccessibleName(spec.title)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def _set_up_view(self) -> None:
        item, view = self.plotItem, self.plotItem.vb
        item.hideButtons()
        item.setMenuEnabled(False)
        view.setMouseEnabled(x=True, y=False)
        view.setDefaultPadding(0)
        view.disableAutoRange()
        view.setLimits(xMin=-1, minXRange=4)
        view.sigXRangeChanged.connect(self._on_x_range_changed)
        view.sigResized.connect(self.refresh)
        for name in ("left", "bottom"):
            item.getAxis(name).enableAutoSIPrefix(False)
            item.getAxis(name).setStyle(tickLength=-4, tickTextOffset=6, maxTickLevel=0)
        item.getAxis("left").setLogMode(y=self.is_log)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFrameShape(pg.QtWidgets.QFrame.Shape.NoFrame)
        self.setMinimumSize(120, 80)
        self._fit_to(0.0, 100.0)

    # --- what is shown -----------------------------------------------------------------------

    def set_history(self, history: History) -> None:
        """Show another history from now on, fitted."""
        self.history = history
        self.fit()

    def refresh(self, *_what: object) -> None:
        """The history may have grown, or the plot: repaint soon, but not too often."""
        self._is_dirty = True
        if not self.isVisible() or self._timer.isActive():
            return
        wait = min(SLOWEST_MS, max(QUICKEST_MS, BUSY_SHARE * self.repaint_ms))
        since = (time.monotonic() - self._last_at) * 1000
        self._timer.start(max(0, round(wait - since)) + self._phase_ms)

    def redraw(self) -> None:
        """Bring the curves up to date now."""
        start = time.perf_counter()
        self._is_dirty = False
        if self._is_fitted:
            self._follow()
        lo, hi = self.plotItem.vb.viewRange()[0]
        shown = []
        for line in self._lines:
            series = self.history.get(line.curve.name)
            line.draw(series, (lo, hi), self._points(), self.smoothing, self.is_log)
            shown += line.extent()
        self._fit_y(shown)
        self._place_tags()
        self._last_at = time.monotonic()
        self._update_ms = (time.perf_counter() - start) * 1000

    def fit(self) -> None:
        """Show the whole run again and follow its growth."""
        self._is_fitted = True
        self._fit_to(0.0, 0.0)
        self.redraw()

    def set_smoothing(self, share: float) -> None:
        """Average the bold line over this share of the history; 0 shows what was reported."""
        self.smoothing = share
        self.redraw()
        self.options_changed.emit()

    def set_log(self, is_log: bool) -> None:
        """Make y logarithmic; values that are not positive are left out."""
        self.is_log = is_log
        self.plotItem.getAxis("left").setLogMode(y=is_log)
        self._marks.place(is_log=is_log)
        self._y = (0.0, 0.0)
        self.redraw()
        self.options_changed.emit()

    def _points(self) -> int:
        return max(200, 2 * self.width())

    # --- ranges ------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Keep the newest step in view. The axis grows in leaps: its repaint is what costs."""
        first, last = 0.0, 0.0
        known = [series for curve in self.spec.curves if (series := self.history.get(curve.name))]
        if known:
            first = min(float(series.points()[0][0]) for series in known)
            last = max(series.last[0] for series in known if series.last is not None)
            first = 0.0 if first < 0.2 * last else first
        lo, hi = self.plotItem.vb.viewRange()[0]
        room = max(10.0, last - first)
        is_out = last > lo + 0.97 * (hi - lo) or last < lo + 0.75 * (hi - lo)
        if is_out or abs(first - lo) > 0.5 * room:
            self._fit_to(first, first + room * 1.12)

    def _fit_to(self, lo: float, hi: float) -> None:
        self._is_following = True
        self.plotItem.vb.setXRange(lo, max(hi, lo + 10), padding=0)
        self._is_following = False

    def _fit_y(self, extents: list[float]) -> None:
        view = self.plotItem.vb
        if self.spec.y_range is not None and not self.is_log:
            if self._y != self.spec.y_range:
                self._y = self.spec.y_range
                view.setYRange(*self._y, padding=0)
            return
        references = self._marks.extent(is_log=self.is_log)
        if not extents:
            return
        lo, hi = min(extents + references), max(extents + references)
        pad = 0.06 * (hi - lo) or 0.05 * max(abs(hi), 0.1)
        is_inside = self._y[0] <= lo and hi <= self._y[1]
        is_tight = (hi - lo) > 0.6 * (self._y[1] - self._y[0])
        if not (is_inside and is_tight):
            self._y = (lo - pad, hi + pad)
            view.setYRange(*self._y, padding=0)

    def _place_tags(self) -> None:
        """Tags at the ends of the lines, moved apart where they would overlap."""
        lo, hi = self._y
        gap = theme.px(15) / max(40, self.height() - 30) * (hi - lo)
        shown = [line for line in self._lines if line.has_tag]
        lines = sorted(shown, key=lambda item: item.end[1])
        ends = [line.end[1] for line in lines]
        heights = spread(ends, gap, lo + gap / 2, hi - gap / 2)
        for line, height in zip(lines, heights, strict=True):
            line.place_tag(height)

    # --- reading -----------------------------------------------------------------------------

    def values_at(self, step: float) -> dict[str, float]:
        """What every curve was at this step, by label."""
        found = {}
        for curve in self.spec.curves:
            series = self.history.get(curve.name)
            value = series.value_at(step) if series else None
            if value is not None:
                found[curve.label] = value
        return found

    def csv(self) -> str:
        """The thinned curves as a table; steps that a curve lacks stay empty."""
        tables = {}
        for curve in self.spec.curves:
            series = self.history.get(curve.name)
            if series:
                tables[curve.name] = dict(
                    zip(*(part.tolist() for part in series.means()), strict=True)
                )
        steps = sorted({step for table in tables.values() for step in table})
        rows = [",".join(["step", *tables])]
        for step in steps:
            cells = [f"{t[step]:.6g}" if step in t else "" for t in tables.values()]
            rows.append(",".join([f"{step:g}", *cells]))
        return "\n".join(rows) + "\n"

    def menu(self) -> QMenu:
        """What can be done with the plot; the caller shows and deletes it."""
        return build_menu(self)

    def copy_picture(self) -> None:
        """Put the plot on the clipboard as it looks."""
        QGuiApplication.clipboard().setPixmap(self.grab())

    def copy_csv(self) -> None:
        """Put the numbers on the clipboard."""
        QGuiApplication.clipboard().setText(self.csv())

    def _show_readout(self, position: QPointF) -> None:
        step = float(self.plotItem.vb.mapSceneToView(position).x())
        values = self.values_at(step)
        if not values or not self.plotItem.vb.sceneBoundingRect().contains(position):
            self._hide_readout()
            return
        self._readout.show_values(step, values, position.toPoint())
        self._cursor.setPos(step)
        self._cursor.show()

    def _hide_readout(self) -> None:
        self._readout.hide()
        self._cursor.hide()

    # --- slots -------------------------------------------------------------------------------

    def _on_timeout(self) -> None:
        if self.isVisible() and self._is_dirty:
            self.redraw()

    def _on_x_range_changed(self, *_args: object) -> None:
        if not self._is_following:
            self._is_fitted = False
            self.refresh()

    def _on_theme_changed(self) -> None:
        if self.plotItem is None:
            return  # closed: pyqtgraph has let go of it, while the notifier still tells everybody
        colors = theme.tokens()
        self.setBackground(colors.surface)  # opaque: nothing below has to be painted first
        font = self.font()
        font.setPixelSize(theme.px(theme.SMALL))
        self.plotItem.getAxis("left").setWidth(theme.px(38))
        self.plotItem.setContentsMargins(0, theme.px(6), 6, 0)
        for name in ("left", "bottom"):
            axis = self.plotItem.getAxis(name)
            axis.setPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
            axis.setTickFont(font)
        for line in self._lines:
            line.dress(font)
        self._marks.dress()
        self._cursor.setPen(pg.mkPen(colors.muted, width=1))
        self.refresh()  # tags have another size

    # --- Qt ----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        start = time.perf_counter()
        super().paintEvent(event)
        self.repaint_ms = self._update_ms + (time.perf_counter() - start) * 1000

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._show_readout(self.mapToScene(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hide_readout()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.exec(event.globalPos())
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        view = self.plotItem.vb
        width = view.viewRange()[0][1] - view.viewRange()[0][0]
        zooms = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
        pans = {Qt.Key.Key_Left: -0.1, Qt.Key.Key_Right: 0.1}
        key = Qt.Key(event.key())
        if key in zooms:
            view.scaleBy(x=zooms[key])
        elif key in pans:
            view.translateBy(x=pans[key] * width)
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            event.ignore()
