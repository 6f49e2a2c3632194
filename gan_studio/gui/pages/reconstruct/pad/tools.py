"""The card to draw in: the pad, its pens, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.sketch_pad import SketchPad
from gan_studio.gui.widgets.value_slider import ValueSlider

WHITE, GREY = 255, 150


class PadCard(Card):
    """A pad with white, grey and a rubber; undo, redo, clear, and a picture to begin with.

    Signals:
        picture_wanted: the pad should begin with a picture of the data.
    """

    picture_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Draw"), parent)
        self.pad = SketchPad()
        self._icons: list[tuple[QPushButton, str]] = []
        self.start = self._icon(
            "dice", _("Begin with another picture that was held out, and alter it. (Space)")
        )
        self.start.clicked.connect(self.picture_wanted)
        self.undo = self._icon("undo", _("Take the last stroke back. (Ctrl+Z)"), "Ctrl+Z")
        self.redo = self._icon("redo", _("Put it back. (Ctrl+Shift+Z)"), "Ctrl+Shift+Z")
        self.clear = self._icon("trash", _("Clear the pad; can be undone. (Delete, on the pad)"))
        self.undo.clicked.connect(self.pad.undo)
        self.redo.clicked.connect(self.pad.redo)
        self.clear.clicked.connect(self.pad.clear)
        self.body.addWidget(self.pad, 1000)
        self._add_pens()
        self.width_slider = ValueSlider(
            _("Width"),
            1.0,
            6.0,
            self.pad.pen_width,
            decimals=1,
            tooltip=_(
                "Width of the pen in pixels of the picture. MNIST's strokes are 2 to 3 wide; "
                "thinner and thicker ones are new to a model that learned from those."
            ),
        )
        self.width_slider.moved.connect(self._on_width_moved)
        self.body.addWidget(self.width_slider)
        self.body.addStretch(1)
        self.pad.changed.connect(self._on_changed)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_changed()

    def _add_pens(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        self._pens = QButtonGroup(self)
        self.white = self._pen(_("White"), _("Draw with full brightness."))
        self.grey = self._pen(_("Grey"), _("Draw with less brightness, as a faint stroke has."))
        self.rubber = self._pen(_("Rub out"), _("Draw in black; the right button always does."))
        for button in (self.white, self.grey, self.rubber):
            row.addWidget(button, 1)
        self.white.setChecked(True)
        self._pens.buttonToggled.connect(self._on_pen_toggled)
        self.body.addLayout(row)

    def _pen(self, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setToolTip(tooltip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tooltip)
        self._pens.addButton(button)
        return button

    def _icon(self, name: str, tooltip: str, shortcut: str = "") -> QPushButton:
        button = QPushButton()
        button.setProperty("role", "flat")
        button.setToolTip(tooltip)
        button.setAccessibleName(tooltip.partition(".")[0])
        if shortcut:
            button.setShortcut(QKeySequence(shortcut))
        self._icons.append((button, name))
        self.header.addWidget(button)
        return button

    def _on_pen_toggled(self) -> None:
        self.pad.is_erasing = self.rubber.isChecked()
        self.pad.ink = GREY if self.grey.isChecked() else WHITE

    def _on_width_moved(self, width: float) -> None:
        self.pad.pen_width = width

    def _on_changed(self) -> None:
        sketch = self.pad.sketch
        for button, is_possible in (
            (self.undo, sketch.can_undo),
            (self.redo, sketch.can_redo),
            (self.clear, sketch.can_undo or sketch.can_redo or bool(sketch.pixels.any())),
        ):
            if button.isEnabled() != is_possible:
                button.setEnabled(is_possible)

    def _on_theme_changed(self) -> None:
        for button, name in self._icons:
            button.setIcon(theme.icon(name))
