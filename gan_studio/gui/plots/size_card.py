"""A plot over sizes in a card: title, legend and menu. The plot is made when there is data."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLayout, QMenu, QToolButton, QWidget

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import write_atomically
from gan_studio.gui import theme
from gan_studio.gui.plots.legend import Legend
from gan_studio.gui.plots.spec import PlotSpec, Reference
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.plots.size_plot import SizePlot
    from gan_studio.gui.plots.spec import SizeCurve

FILTERS = {"png": N_("Picture (*.png)"), "csv": N_("Table (*.csv)")}


class SizeCard(Card):
    """Shows curves over sizes.

    Signals:
        chosen: the size of the point that was clicked.
        failed: the exception in place of a file.
    """

    chosen = Signal(int)
    failed = Signal(object)

    def __init__(self, title: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._tooltip = tooltip
        self.plot: SizePlot | None = None
        self._is_log = False
        self._spec = PlotSpec(title, ())
        self._legend = Legend(self._spec)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.GAP)
        self.body.addLayout(self._row, 1)
        self.menu_button = QToolButton()
        self.menu_button.setText("⋯")
        self.menu_button.setProperty("role", "small")
        self.menu_button.setToolTip(_("Scale, copying and saving."))
        self.menu_button.setAccessibleName(_("Plot options of {title}").format(title=title))
        self.menu_button.clicked.connect(self._on_menu_clicked)
        self.header.setStretch(1, 0)  # the legend takes the room
        self.header.addWidget(self._legend, 1)
        self.header.addWidget(self.menu_button, 0, Qt.AlignmentFlag.AlignTop)

    def add_beside(self, layout: QLayout) -> None:
        """Put something at the right of the plot."""
        self._row.addLayout(layout)

    def set_curves(self, curves: tuple[SizeCurve, ...]) -> None:
        """Show these curves; the plot is made anew where they are called otherwise."""
        spec = PlotSpec(
            self._spec.title,
            tuple(item.curve for item in curves),
            is_log=self._is_log,
            tooltip=self._tooltip,
        )
        if self.plot is None or spec.curves != self._spec.curves:
            self._make_plot(spec)
            self._make_legend(curves)
        assert self.plot is not None
        self.plot.set_curves(curves)

    def _make_plot(self, spec: PlotSpec) -> None:
        from gan_studio.gui.plots.size_plot import SizePlot

        if self.plot is not None:
            self.plot.hide()
            self.plot.deleteLater()
        self._spec = spec
        self.plot = SizePlot(spec)
        self.plot.setToolTip(spec.tooltip)
        self.plot.chosen.connect(self.chosen)
        self._row.insertWidget(0, self.plot, 1)

    def _make_legend(self, curves: tuple[SizeCurve, ...]) -> None:
        solid = tuple(item.curve for item in curves if not item.is_dashed)
        dashed = tuple(Reference(0.0, item.curve.label) for item in curves if item.is_dashed)
        legend = Legend(PlotSpec(self._spec.title, solid, dashed, tooltip=self._tooltip))
        self.header.replaceWidget(self._legend, legend)
        self._legend.deleteLater()
        self._legend = legend

    def menu(self) -> QMenu:
        """What can be done with the plot; the caller shows and deletes it."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        plot = self.plot
        if plot is None:
            return menu
        log = QAction(_("Logarithmic"), menu)
        log.setCheckable(True)
        log.setChecked(plot.is_log)
        log.setToolTip(_("Equal distances are equal factors: small values become readable."))
        log.toggled.connect(self.set_log)
        menu.addAction(log)
        menu.addSeparator()
        self._add(menu, _("Copy picture"), _("The plot as it looks now."), plot.copy_picture)
        self._add(menu, _("Copy numbers (CSV)"), _("The curves as a table."), plot.copy_csv)
        for kind, words in (("png", _("Save picture …")), ("csv", _("Save numbers (CSV) …"))):
            self._add(menu, words, _("Choose a file for it."), partial(self._on_save, kind))
        return menu

    def set_log(self, is_log: bool) -> None:
        """Make y logarithmic."""
        self._is_log = is_log
        if self.plot is not None:
            self.plot.set_log(is_log)

    def save(self, path: Path) -> None:
        """Write the plot as PNG, or its numbers where the name ends in ``.csv``.

        Raises:
            StudioError: it cannot be written.
        """
        assert self.plot is not None, "the menu has no such entry before"
        if path.suffix.lower() == ".csv":
            write_atomically(path, self.plot.csv().encode())
        elif not self.plot.grab().save(str(path), "PNG"):
            raise StudioError(reason=_("{path} cannot be written").format(path=path))

    def _on_save(self, kind: str) -> None:
        name, _chosen = QFileDialog.getSaveFileName(
            self, _("Save"), f"bottleneck.{kind}", _(FILTERS[kind])
        )
        if not name:
            return
        try:
            self.save(Path(name))
        except StudioError as problem:
            self.failed.emit(problem)

    def _add(self, menu: QMenu, text: str, tooltip: str, slot: Callable[[], None]) -> None:
        action = menu.addAction(text)
        action.setToolTip(tooltip)
        action.triggered.connect(slot)

    def _on_menu_clicked(self) -> None:
        menu = self.menu()
        menu.exec(self.menu_button.mapToGlobal(QPoint(0, self.menu_button.height())))
        menu.deleteLater()
