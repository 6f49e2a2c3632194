"""The menu of a plot: scale, smoothing, and taking it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QWidget, QWidgetAction

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.gui.plots.curves import CurvePlot

MOST_SMOOTHING = 0.2


def build_menu(plot: CurvePlot) -> QMenu:
    """The menu of `plot`."""
    menu = QMenu(plot)
    menu.setToolTipsVisible(True)
    _add(menu, _("Show the whole run"), _("Also by double click; the wheel zooms."), plot.fit)
    log = QAction(_("Logarithmic"), menu)
    log.setCheckable(True)
    log.setChecked(plot.is_log)
    log.setToolTip(_("Equal distances are equal factors: small values become readable."))
    log.toggled.connect(plot.set_log)
    menu.addAction(log)
    menu.addAction(_smoothing(plot, menu))
    menu.addSeparator()
    _add(menu, _("Copy picture"), _("The plot as it looks now."), plot.copy_picture)
    _add(menu, _("Copy numbers (CSV)"), _("The curves as a table."), plot.copy_csv)
    return menu


def _add(menu: QMenu, text: str, tooltip: str, slot: object) -> None:
    action = menu.addAction(text)
    action.setToolTip(tooltip)
    action.triggered.connect(slot)


def _smoothing(plot: CurvePlot, menu: QMenu) -> QWidgetAction:
    row = QWidget(menu)
    line = QHBoxLayout(row)
    line.setContentsMargins(12, 4, 12, 4)
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setMinimumWidth(110)
    slider.setValue(round(100 * (plot.smoothing / MOST_SMOOTHING) ** 0.5))
    slider.setAccessibleName(_("Smoothing"))
    slider.setToolTip(_("How much of its surroundings the bold line averages; 0 is raw."))
    slider.valueChanged.connect(_Smoother(plot, slider).take)
    line.addWidget(QLabel(_("Smoothing")))
    line.addWidget(slider, 1)
    action = QWidgetAction(menu)
    action.setDefaultWidget(row)
    return action


class _Smoother(QObject):
    """Turns the slider's position into a share; lives and dies with the slider."""

    def __init__(self, plot: CurvePlot, slider: QSlider) -> None:
        super().__init__(slider)
        self._plot = plot

    def take(self, position: int) -> None:
        self._plot.set_smoothing(MOST_SMOOTHING * (position / 100) ** 2)
