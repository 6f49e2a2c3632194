"""Principal components as a column: found from the training pictures, beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.data.base import Prepared
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource

OFF, SAME, TYPED = "off", "same", "typed"
CHOICES = {OFF: N_("off"), SAME: N_("as the first model"), TYPED: N_("a number …")}


class BaselineField(QWidget):
    """Chooses whether there is a column, and of how many numbers.

    Signals:
        changed: something else was chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = QComboBox()
        for key, text in CHOICES.items():
            self.kind.addItem(_(text), key)
        self.kind.setMinimumContentsLength(6)
        self.number = QSpinBox()
        self.number.setRange(1, 4096)
        self.number.setValue(5)
        self.number.setKeyboardTracking(False)
        self.number.setSuffix(_(" numbers"))
        self.number.setToolTip(_("How many numbers principal components keep of a picture."))
        self.number.setAccessibleName(_("Numbers of the PCA baseline"))
        self.number.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.kind)
        column.addWidget(self.number)
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(self._on_kind_changed)
        self.number.valueChanged.connect(self.changed)

    def wanted(self, latent: int) -> int:
        """How many numbers are wanted beside a model of `latent`; 0 for no column."""
        return {OFF: 0, SAME: latent, TYPED: self.number.value()}[self.kind.currentData()]

    def _on_kind_changed(self) -> None:
        self.number.setVisible(self.kind.currentData() == TYPED)
        self.changed.emit()


class Baseline(QObject):
    """Finds components once per data set and hands `Models` the column that is wanted.

    Signals:
        failed: the exception in place of components.
    """

    failed = Signal(object)

    def __init__(self, field: BaselineField, models: Models, source: PictureSource) -> None:
        super().__init__(field)
        self._field, self._models, self._source = field, models, source
        self._prepared: Prepared | None = None
        self._components: Any = None
        self._most = 0  # how many were looked for
        self._task: Task | None = None
        field.changed.connect(self._update)
        models.changed.connect(self._update)
        source.ready.connect(self._update)

    def _update(self) -> None:
        first, prepared = self._models.first, self._source.prepared
        if prepared is not self._prepared:
            self._cancel()
            self._prepared, self._components, self._most = prepared, None, 0
        latent = first.latent.dim if first is not None and first.latent is not None else 0
        wanted = self._field.wanted(latent)
        if not wanted or prepared is None or not len(prepared.train) or first is None:
            self._cancel()
            self._models.set_baseline(None)
        elif wanted <= self._most:
            self._show(wanted)
        elif self._task is None:
            self._task = Task(_job(prepared, max(wanted, 64)), self).on_done(self._take)
            self._task.on_error(self._on_error).start()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _show(self, wanted: int) -> None:
        from gan_studio.inference.principal_model import PrincipalModel

        count = min(wanted, len(self._components.directions))
        shown = self._models.baseline
        if shown is None or shown.count != count or shown.components is not self._components:
            self._models.set_baseline(PrincipalModel(self._components, count))

    def _take(self, found: tuple[Any, int]) -> None:
        self._task = None
        self._components, self._most = found
        self._update()

    def _on_error(self, problem: Exception) -> None:
        self._task = None
        self._field.kind.setCurrentIndex(0)
        self.failed.emit(problem)


def _job(prepared: Prepared, most: int) -> Callable[..., tuple[Any, int]]:
    def find(progress: Any, is_cancelled: Any) -> tuple[Any, int]:
        from gan_studio.inference.held_out import some
        from gan_studio.inference.principal import find_components
        from gan_studio.training.device import use_threads

        use_threads(1)  # the cores belong to training
        return find_components(some(prepared.train), most), most

    return find
