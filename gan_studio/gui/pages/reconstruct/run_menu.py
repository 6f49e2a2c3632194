"""The runs that can be added as a column."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.widgets.run_picker import RunPicker, run_title

if TYPE_CHECKING:
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.session import Session


class RunMenu(QMenu):
    """Filled anew whenever it opens: runs come and go."""

    def __init__(
        self, session: Session, picker: RunPicker, models: Models, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session, self._picker, self._models = session, picker, models
        self.aboutToShow.connect(self.fill)

    def fill(self) -> None:
        """Every run that can reconstruct and has no column yet."""
        self.clear()
        for run in self._picker.summaries:
            if run.path not in self._models.run_dirs:
                title = run_title(self._session, run)
                self.addAction(title, partial(self._models.add, run.path, title))
        if self.isEmpty():
            nothing = self.addAction(_("There is no other run that can reconstruct"))
            nothing.setEnabled(False)
