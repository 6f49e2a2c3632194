"""How far a search for z is, and its Cancel, in the line of a card's title."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme


class SearchStrip(QWidget):
    """Hidden while nothing is searched for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(theme.px(80))
        self._bar.setAccessibleName(_("Progress of the search for z"))
        self._bar.setToolTip(_("Steps of the search for z in a model that has no encoder."))
        self.cancel = QPushButton(_("Cancel search"))
        self.cancel.setProperty("role", "link")
        self.cancel.setProperty("inline", True)  # as high as words: the table must not move
        self.cancel.setShortcut("Esc")
        self.cancel.setToolTip(_("Stop searching for z; the best copies so far stay. (Esc)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._bar)
        row.addWidget(self.cancel)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_progress(self, progress: tuple[int, int] | None) -> None:
        """Steps done and all steps, None where nothing is searched for."""
        if progress is not None:
            self._bar.setRange(0, progress[1])
            self._bar.setValue(progress[0])
        self.setVisible(progress is not None)
