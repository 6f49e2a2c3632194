"""The time machine: any past step, and how fast the next ones come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from gan_studio.core.i18n import _
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.value_slider import SliderTrack, ValueSlider

if TYPE_CHECKING:
    from gan_studio.jobs.lab.frame import LabFrame

SLOWEST, FASTEST = 1.0, 2000.0  # steps per second; at the right end as fast as it can
INFINITE = float("inf")


class Timeline(Card):
    """A slider over all steps, and one for the speed.

    Signals:
        sought: the step that a person wants to see.
        returned: the newest step is wanted again.
        speed_chosen: steps per second.
    """

    sought = Signal(int)
    returned = Signal()
    speed_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__(_("Time machine"))
        self._newest = 0
        self.track = SliderTrack()
        self.track.setAccessibleName(_("Step"))
        self.track.setToolTip(
            _("Drag to any past step (Left and Right). Play goes on from there as it was then.")
        )
        self.track.moved.connect(self._on_moved)
        self.newest = QPushButton(_("Newest"))
        self.newest.setToolTip(_("Show the newest step again. (N)"))
        self.newest.setAccessibleName(_("Newest"))
        self.newest.setShortcut("N")
        self.newest.clicked.connect(self.returned)
        self.speed = ValueSlider(
            _("Speed"),
            SLOWEST,
            FASTEST,
            FASTEST,
            decimals=2,
            log=True,
            tooltip=_("Steps per second while it plays; at the right end as fast as it can."),
            hi_label=_("max"),
        )
        self.speed.moved.connect(self._on_speed_moved)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(16)
        self._lines.setVerticalSpacing(6)
        self.body.addLayout(self._lines)
        self.set_wide(False)

    def set_wide(self, is_wide: bool) -> None:
        """Everything in one line, or below each other."""
        lines = self._lines
        lines.addWidget(self.track, 0, 0, 1, 1)
        lines.addWidget(self.newest, 0, 1)
        if is_wide:
            lines.addWidget(self.speed, 0, 2)
            lines.addWidget(self.words, 0, 3)
        else:
            lines.addWidget(self.speed, 1, 0, 1, 2)
            lines.addWidget(self.words, 2, 0, 1, 2)
        for column, stretch in enumerate((4, 0, 2, 2) if is_wide else (1, 0, 0, 0)):
            lines.setColumnStretch(column, stretch)

    def take(self, frame: LabFrame) -> None:
        """Follow the games."""
        self._newest = frame.newest_step
        step = frame.games[0].step
        if not self._is_held():
            self.track.set_share(step / self._newest if self._newest else 1.0)
        self.newest.setEnabled(frame.is_past)
        self.set_note(f"{step:,}")
        self.words.setText(self._sentence(frame))

    def show_speed(self, steps_per_s: float) -> None:
        """Follow a speed that was set elsewhere."""
        self.speed.set_value(min(steps_per_s, FASTEST))

    @property
    def steps_per_s(self) -> float:
        """The speed that is chosen, infinite for as fast as it goes."""
        chosen = self.speed.value()
        return INFINITE if chosen >= FASTEST else chosen

    def nudge(self, steps: int) -> None:
        """Some steps back or on."""
        share = self.track.share
        self.sought.emit(max(0, min(self._newest, round(share * self._newest) + steps)))

    def _is_held(self) -> bool:
        return bool(QGuiApplication.mouseButtons()) and self.track.underMouse()

    @staticmethod
    def _sentence(frame: LabFrame) -> str:
        if frame.is_past and not frame.is_exact:
            return _("Finding that step …")
        if frame.is_past:
            return _("The past, to the last digit. Play branches off here.")
        if frame.ended:
            return _("All steps of these settings are done.")
        return _("Every step is remembered. Drag to go back.")

    def _on_moved(self, share: float) -> None:
        self.sought.emit(round(share * self._newest))

    def _on_speed_moved(self, speed: float) -> None:
        self.speed_chosen.emit(INFINITE if speed >= FASTEST else speed)
