"""A slider through the moments of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence


class EpochBar(QWidget):
    """Says where the slider is in words.

    Signals:
        moved: the number of the moment, as it is dragged.
        grasped: somebody is about to move it.
        all_toggled: whether all columns are to move.
        column_wanted: what is shown is to become a column.
    """

    moved = Signal(int)
    grasped = Signal()
    all_toggled = Signal(bool)
    column_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.setMinimumWidth(80)
        self.words = QLabel()
        self.words.setProperty("role", "number")
        self.words.setMinimumWidth(1)
        self.all_columns = QCheckBox(_("all columns"))
        self.add = QPushButton(_("Keep as a column"))
        self._texts: list[str] = []
        self._name()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.slider, 1)
        row.addWidget(self.words)
        row.addWidget(self.all_columns)
        row.addWidget(self.add)
        self.slider.valueChanged.connect(self._on_moved)
        self.slider.sliderPressed.connect(self.grasped)
        self.all_columns.toggled.connect(self.all_toggled)
        self.add.clicked.connect(self.column_wanted)

    def _name(self) -> None:
        self.slider.setAccessibleName(_("Epoch"))
        self.slider.setToolTip(
            _(
                "Weights of earlier moments: drag, or use the arrow keys, to see when the first "
                "model learned what. They are close together at the start, where most happens."
            )
        )
        self.all_columns.setToolTip(
            _("Moves every run to its moment nearest to this step; kept columns stay.")
        )
        self.add.setToolTip(
            _("The model as it is at this step becomes a column of its own, beside the others.")
        )

    def set_moments(self, texts: Sequence[str], position: int) -> None:
        """What each place of the slider is, and where it stands; emits nothing."""
        self._texts = list(texts)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(texts) - 1))
            self.slider.setValue(position)
        self.slider.setEnabled(len(texts) > 1)
        self.setVisible(bool(texts))
        self._say()

    def _on_moved(self, position: int) -> None:
        self._say()
        self.grasped.emit()
        self.moved.emit(position)

    def _say(self) -> None:
        position = self.slider.value()
        text = self._texts[position] if position < len(self._texts) else ""
        widest = max(self._texts, key=len, default="")
        # Room for the longest: the slider must not move under the hand.
        self.words.setMinimumWidth(self.words.fontMetrics().horizontalAdvance(widest) + 2)
        self.words.setText(text)
        self.slider.setAccessibleDescription(text)
