"""What the Reconstruct page does with several bottleneck sizes: the lecture's figure, the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.pages.reconstruct.bottleneck import BottleneckPanel
from gan_studio.gui.pages.reconstruct.figure import Figure
from gan_studio.gui.pages.reconstruct.sweep_data import Surveys

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.pages.reconstruct.inspector import ReconstructInspector
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.pages.reconstruct.view import ComparisonView
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.panels import Panels
    from gan_studio.gui.widgets.run_picker import RunPicker


class Sweeps(QObject):
    """Adds the panel and the inspector's section, and fills the page's columns.

    Signals:
        failed: the exception in place of a result.
    """

    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        picker: RunPicker,
        models: Models,
        panels: Panels,
        view: ComparisonView,
    ) -> None:
        super().__init__(panels)
        self._picker, self._models, self._panels, self._view = picker, models, panels, view
        surveys = Surveys(session, self)
        self.figure = Figure(session, picker, models, surveys, self)
        self.panel = BottleneckPanel(session, surveys)
        panels.add(
            self.panel,
            _("Bottleneck"),
            _("What each size of z costs, beside principal components."),
        )
        view.empty.second.clicked.connect(self.figure.make)
        self.figure.shown.connect(self._show_columns)
        self.figure.failed.connect(self.failed)
        self.panel.failed.connect(self.failed)
        self.panel.run_chosen.connect(self._on_run_chosen)

    def add_to(self, inspector: ReconstructInspector) -> None:
        """Put the section of the lecture's figure into the inspector."""
        self.figure.add_to(inspector)

    def on_engine_ready(self) -> None:
        """Families and data sets are known from now on."""
        self.figure.on_engine_ready()

    def watch(self, is_watched: bool) -> None:
        """Say whether the page is seen."""
        self.figure.watch(is_watched)

    def _show_columns(self) -> None:
        self._panels.show_panel(self._view)

    def _on_run_chosen(self, run_dir: Path) -> None:
        """Show a run of the curve: beside what is compared, or alone where that is nothing."""
        if self._models.first is None:
            self._picker.choose(run_dir)
        else:
            self._models.add(run_dir, run_dir.name)
        self._show_columns()
