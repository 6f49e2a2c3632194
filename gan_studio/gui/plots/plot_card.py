"""A plot in a card: title, legend with values, menu, and what to say while there is nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.plots.legend import Legend
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from gan_studio.gui.plots.curves import CurvePlot
    from gan_studio.gui.plots.series import History
    from gan_studio.gui.plots.spec import PlotSpec

VALUES_INTERVAL_S = 0.6  # numbers that change faster cannot be read


class PlotCard(Card):
    """Shows `spec` of a history. The plot itself is made when there is something to draw."""

    def __init__(self, spec: PlotSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec.title, parent)
        self.spec = spec
        self.plot: CurvePlot | None = None
        self._history: History | None = None
        self._legend = Legend(spec)
        self._values_at = 0.0
        self._menu_button = QToolButton()
        self._menu_button.setText("⋯")
        self._menu_button.setProperty("role", "small")
        self._menu_button.setFixedHeight(self.fontMetrics().height() + 2)
        self._menu_button.setToolTip(
            _("Scale, smoothing and copying. The wheel zooms, a double click shows the whole run.")
        )
        self._menu_button.setAccessibleName(_("Plot options of {title}").format(title=spec.title))
        self._menu_button.clicked.connect(self._on_menu_clicked)
        self.header.setStretch(1, 0)  # the legend takes the room
        self.header.addWidget(self._legend, 1)
        self.header.addWidget(self._menu_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addStretch(0)  # holds the title up while there is no plot
        self._show_parts()

    def set_spec(self, spec: PlotSpec) -> None:
        """Show other curves; the plot is made anew."""
        if spec == self.spec:
            return
        self.spec = spec
        self.set_title(spec.title)
        legend = Legend(spec)
        self.header.replaceWidget(self._legend, legend)
        self._legend.deleteLater()
        self._legend = legend
        if self.plot is not None:
            self.plot.hide()
            self.plot.deleteLater()
            self.plot = None
        self._show_parts()

    @property
    def has_history(self) -> bool:
        """Whether it shows any history, which may still be empty."""
        return self._history is not None

    def set_history(self, history: History | None) -> None:
        """Show this history from now on; None empties the card."""
        self._history = history
        self._values_at = 0.0
        if self.plot is not None and history is not None:
            self.plot.set_history(history)
        self.refresh()

    def refresh(self) -> None:
        """The history may have grown. Cheap: the repaint comes later, and seldom."""
        has_data = self._has_data()
        if has_data and self.plot is None:
            self._make_plot()
        self._show_parts()
        if not has_data or self.plot is None:
            return
        self.plot.refresh()
        now = time.monotonic()
        if self._history is not None and now - self._values_at >= VALUES_INTERVAL_S:
            self._values_at = now
            self._legend.set_values(self._history.latest())

    def settle(self) -> None:
        """The run has ended: the numbers are the last ones."""
        self._values_at = 0.0
        self.refresh()

    def legend_text(self) -> str:
        """The legend in words."""
        return self._legend.text()

    def _has_data(self) -> bool:
        history = self._history
        return history is not None and any(curve.name in history for curve in self.spec.curves)

    def _make_plot(self) -> None:
        from gan_studio.gui.plots.curves import CurvePlot

        self.plot = CurvePlot(self.spec)
        self.plot.setToolTip(self.spec.tooltip)
        self.body.addWidget(self.plot, 1)
        if self._history is not None:
            self.plot.set_history(self._history)

    def _show_parts(self) -> None:
        has_data = self._has_data()
        self._menu_button.setVisible(has_data)
        self._legend.setVisible(has_data)
        if self.plot is not None:
            self.plot.setVisible(has_data)
        if has_data:
            self.hide_hint()
        else:
            self.show_hint(self.spec.hint)

    def _on_menu_clicked(self) -> None:
        if self.plot is not None:
            menu = self.plot.menu()
            corner = QPoint(0, self._menu_button.height())
            menu.exec(self._menu_button.mapToGlobal(corner))
            menu.deleteLater()
