"""The menu of the large card: what is drawn on it, and what can be taken away from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gan_studio.gui.pages.lab.plane_scene import PlaneScene
    from gan_studio.gui.pages.lab.take_away import TakeAwayMenu
    from gan_studio.jobs.lab.frame import LabFrame


class StageMenu(QMenu):
    """What is drawn, then everything that can be taken away.

    Args:
        take_away: whose entries come last.
        planes: where the lattice and the arrows are drawn.
        parent: as in Qt.

    Signals:
        average_wanted: whether G's average over the past steps is to be shown in its place.
        lesson_wanted: the state is to be kept as a lesson.
    """

    average_wanted = Signal(bool)
    lesson_wanted = Signal()

    def __init__(
        self, take_away: TakeAwayMenu, planes: list[PlaneScene], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._planes = planes
        self.setToolTipsVisible(True)
        self.lattice = self._switch(
            _("Bent lattice of G"),
            _("Lines of noise, as G bends them; on the plane. (Shift+L)"),
            "Shift+L",
        )
        self.pushes = self._switch(
            _("Arrows on generated points"),
            _("Where D's slope pulls each point; on the plane. (Shift+A)"),
            "Shift+A",
        )
        self.average = self._switch(
            _("Average of G"),
            _("G's average over the past steps, where it is kept; G itself is learning. (Shift+G)"),
            "Shift+G",
        )
        self.average.setEnabled(False)
        self.average.setChecked(False)
        self.addSeparator()
        lesson = self.addAction(_("Save as a lesson …"))
        lesson.setToolTip(_("Data, nets, losses, seed and step as one small file to hand out."))
        self.addActions(take_away.actions())
        for action in (self.lattice, self.pushes):
            action.toggled.connect(self._on_toggled)
        self.average.triggered.connect(self.average_wanted)
        lesson.triggered.connect(lambda _checked: self.lesson_wanted.emit())

    def take(self, frame: LabFrame) -> None:
        """Follow the games."""
        is_plane = frame.games[0].plane is not None
        self.lattice.setEnabled(is_plane)
        self.pushes.setEnabled(is_plane)
        self.average.setEnabled(frame.configs[0].train.ema_half_life > 0)
        self.average.setChecked(frame.is_averaged)

    def button(self) -> QToolButton:
        """What opens it."""
        button = QToolButton()
        button.setText("⋯")
        button.setProperty("role", "small")
        button.setToolTip(_("What is drawn; a picture, film, curves, points or lesson to keep."))
        button.setAccessibleName(_("Picture and files"))
        button.clicked.connect(lambda: self.popup(button.mapToGlobal(button.rect().bottomLeft())))
        return button

    def _switch(self, text: str, tooltip: str, key: str) -> QAction:
        action = QAction(text, self)
        action.setCheckable(True)
        action.setChecked(True)
        action.setToolTip(tooltip)
        action.setShortcut(key)
        self.addAction(action)
        parent = self.parentWidget()
        if parent is not None:
            parent.addAction(action)  # or its key would work only while the menu is open
        return action

    def _on_toggled(self, _is_on: bool) -> None:
        for plane in self._planes:
            plane.shows_lattice = self.lattice.isChecked()
            plane.shows_pushes = self.pushes.isChecked()
            plane.redraw()
