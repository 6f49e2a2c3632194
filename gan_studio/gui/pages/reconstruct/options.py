"""What the inspector says of the table: numbers, maps, the order, and the baseline's column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker, Signal

from gan_studio.gui.pages.reconstruct.baseline import Baseline
from gan_studio.gui.pages.reconstruct.wishes import DRAWN

if TYPE_CHECKING:
    from gan_studio.gui.pages.reconstruct.comparator import Comparator
    from gan_studio.gui.pages.reconstruct.inspector import ReconstructInspector
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource
    from gan_studio.gui.pages.reconstruct.view import ComparisonView


class TableOptions(QObject):
    """Carries the inspector's choices to the view and the comparator.

    Signals:
        failed: the exception in place of a column.
    """

    failed = Signal(object)

    def __init__(
        self,
        controls: ReconstructInspector,
        view: ComparisonView,
        models: Models,
        source: PictureSource,
        comparator: Comparator,
    ) -> None:
        super().__init__(view)
        self._controls, self._view, self._models = controls, view, models
        self._comparator = comparator
        self.baseline = Baseline(controls.baseline, models, source)
        self.baseline.failed.connect(self.failed)
        controls.columns.removed.connect(models.remove)
        controls.map.currentIndexChanged.connect(self._on_map_changed)
        controls.measure.currentIndexChanged.connect(self._on_measure_changed)
        controls.scale.currentIndexChanged.connect(self._on_scale_changed)
        for box in (controls.source, controls.class_box, controls.count, controls.order):
            box.currentIndexChanged.connect(self._begin_with_the_first)
        controls.order.currentIndexChanged.connect(self._update_deciders)
        controls.decider.currentIndexChanged.connect(comparator.decide_by)
        controls.save.clicked.connect(view.table.save)
        models.changed.connect(self._update_deciders)
        models.added_changed.connect(self._on_added_changed)

    def _on_map_changed(self) -> None:
        self._view.set_absolute(self._controls.map.currentData() == "absolute")

    def _on_measure_changed(self) -> None:
        self._view.set_measure(self._controls.measure.currentData())

    def _on_scale_changed(self) -> None:
        self._view.fix_scale(self._controls.scale.currentData() == "fixed")

    def _begin_with_the_first(self) -> None:
        """Another ranking begins with its worst or best, however many were seen of the last."""
        if self._controls.order.currentData() != DRAWN:
            with QSignalBlocker(self._controls.seed):
                self._controls.seed.setValue(1)

    def _update_deciders(self) -> None:
        self._controls.show_deciders(self._models.titles)
        self._comparator.decide_by(max(0, self._controls.decider.currentIndex()))

    def _on_added_changed(self) -> None:
        self._controls.columns.set_columns([(item.key, item.title) for item in self._models.added])
