"""The inspector's section on random latents: seed, strength and truncation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QSpinBox

from gan_studio.core.i18n import _
from gan_studio.gui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.widgets.field_rows import FieldRows

MOST_STRENGTH, MOST_PSI = 2.0, 1.5


class Sampling(QObject):
    """Rows of a form; `follow` lets them move an explorer and show where it is."""

    def __init__(self, rows: FieldRows) -> None:
        super().__init__(rows)
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setKeyboardTracking(False)
        self.strength = ValueSlider("", 0.0, MOST_STRENGTH, 1.0, 2)
        self.psi = ValueSlider("", 0.0, MOST_PSI, 1.0, 2)
        self._explorer: Explorer | None = None
        rows.add_section(_("Sampling"))
        rows.add_row(
            _("Seed"),
            self.seed,
            _("The number that a random z follows from. The same seed gives the same z again."),
        )
        rows.add_row(
            _("Strength"),
            self.strength,
            _(
                "How far random latents lie from the middle: the sliders themselves move. Below 1 "
                "pictures become more typical and alike; above 1 they become rarer and break."
            ),
        )
        rows.add_row(
            _("Truncation ψ"),
            self.psi,
            _(
                "The model draws the mean + ψ · (z − mean), and the sliders stay where they are. "
                "Below 1 every picture becomes more typical, at 0 all are the mean's; above 1 "
                "they become rarer and break. It belongs to this place: Undo and Reset cover it."
            ),
        )

    def follow(self, explorer: Explorer) -> None:
        """Move this explorer, and show its place."""
        self._explorer = explorer
        self.seed.valueChanged.connect(explorer.go_to_seed)
        self.strength.moved.connect(self._on_strength_moved)
        self.psi.moved.connect(self._on_psi_moved)
        for slider in (self.strength, self.psi):
            slider.released.connect(explorer.end_gesture)
        explorer.moved.connect(self._on_moved)
        explorer.space_changed.connect(self._on_moved)

    def _on_strength_moved(self, strength: float) -> None:
        if self._explorer is not None:
            self._explorer.set_strength(strength, is_drag=self.strength.is_dragging)

    def _on_psi_moved(self, psi: float) -> None:
        if self._explorer is not None:
            self._explorer.set_psi(psi, is_drag=self.psi.is_dragging)

    def _on_moved(self) -> None:
        point = None if self._explorer is None else self._explorer.point
        if point is None:
            return
        if point.seed != self.seed.value():
            with QSignalBlocker(self.seed):
                self.seed.setValue(point.seed)
        if point.psi != self.psi.value() and not self.psi.is_dragging:
            self.psi.set_value(point.psi)
