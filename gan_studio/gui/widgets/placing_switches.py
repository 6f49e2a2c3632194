"""Switches for what is done to a picture before a model sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.data.placing import Habit, Placing


class PlacingSwitches(QWidget):
    """Centre, scale and invert; on by themselves where all training pictures were treated so.

    Signals:
        changed: a switch was moved, by a person or for other data.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._habit: Habit | None = None
        self.is_centred = QCheckBox(_("centre"))
        self.is_scaled = QCheckBox(_("scale"))
        self.is_inverted = QCheckBox(_("invert"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for box in (self.is_centred, self.is_scaled, self.is_inverted):
            box.setAccessibleName(box.text())
            box.toggled.connect(self.changed)
            column.addWidget(box)
        self._explain(
            self.is_inverted,
            _(
                "Swap black and white: digits are trained as white on black, a photographed one is "
                "black on white, and a model that never saw that copies it badly."
            ),
        )

    def set_habit(self, habit: Habit | None) -> None:
        """Take the defaults that suit a data set; a person's choice lasts while it is the same."""
        if habit == self._habit or habit is None:
            return
        self._habit = habit
        with QSignalBlocker(self):
            self.is_centred.setChecked(habit.is_centred)
            self.is_scaled.setChecked(habit.is_sized)
            self.is_inverted.setChecked(False)
        is_mass = habit.centre == "mass"
        self.is_centred.setText(_("centre the mass") if is_mass else _("centre the frame"))
        self.is_scaled.setText(_("scale to {box} px").format(box=habit.box))
        self._explain(self.is_centred, _centre_words(habit))
        words = _(
            "Bring what is drawn to {box} pixels, its longer side, as the training pictures have "
            "it. A digit much larger or smaller than all those is copied badly."
        )
        self._explain(self.is_scaled, words.format(box=habit.box))
        self.changed.emit()

    def placing(self) -> Placing:
        """What the switches say."""
        from gan_studio.data.placing import Placing

        return Placing(
            self.is_centred.isChecked(), self.is_scaled.isChecked(), self.is_inverted.isChecked()
        )

    @staticmethod
    def _explain(box: QCheckBox, words: str) -> None:
        box.setToolTip(words)
        box.setAccessibleDescription(words)


def _centre_words(habit: Habit) -> str:
    what = _("centre of mass") if habit.centre == "mass" else _("frame")
    return _(
        "Move what is drawn, by whole pixels, until its {what} lies in the middle, as in the "
        "training pictures. A model that only saw centred digits takes a shifted one for another."
    ).format(what=what)
