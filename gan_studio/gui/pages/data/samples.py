"""The samples of a data set, or what has to happen before there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.picture_grid import PictureGrid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.data.preview import SampleGrid

MOST_CAPTION = 12


class SamplesCard(Card):
    """A grid of samples after all transforms, or words and one button.

    Signals:
        asked: the button was pressed.
    """

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What will be trained on"), parent)
        self.grid = PictureGrid(gap=4)
        self.grid.setAccessibleName(_("Samples of the data set"))
        self.grid.hide()
        self._words = QLabel()
        self._words.setProperty("role", "hint")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton()
        self.button.clicked.connect(self.asked)
        self._pane = QWidget()
        column = QVBoxLayout(self._pane)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(self._words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.body.addWidget(self.grid, 1)
        self.body.addWidget(self._pane, 1)
        theme.notifier().changed.connect(self._update_note)
        self._is_held_out = False

    def show_words(self, words: str, button: str = "", tooltip: str = "") -> None:
        """Say what has to happen first, with a button for it."""
        self._words.setText(words)
        self.button.setText(button)
        self.button.setToolTip(tooltip)
        self.button.setVisible(bool(button))
        self.grid.hide()
        self._pane.show()
        self.set_note("")

    def show_samples(self, drawn: SampleGrid, names: Sequence[str], *, is_held_out: bool) -> None:
        """Show pictures with the names of their classes."""
        if drawn.samples.ndim != 4:
            self.show_words(_("These samples are points, not pictures; the Lab draws them."))
            return
        if not len(drawn.samples):
            self.show_words(_("There are no pictures in this part."))
            return
        captions = []
        if drawn.labels is not None and names:
            captions = [names[label][:MOST_CAPTION] for label in drawn.labels]
        self.grid.set_pictures(drawn.samples, captions)
        self._is_held_out = is_held_out
        self._pane.hide()
        self.grid.show()
        self._update_note()

    def _update_note(self) -> None:
        if self.grid.isHidden():
            return
        words = _("held out: never trained on") if self._is_held_out else _("real, as trained on")
        self.set_note(f'<span style="color:{theme.tokens().real}">■</span>&nbsp;{words}')
