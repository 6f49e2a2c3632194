"""The card that shows what goes into the models, and what was done to the drawing before."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainterPath, QPen
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.reconstruct.wishes import placing_words
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.canvas import DrawnCanvas
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.placing_switches import PlacingSwitches

LARGEST_SCALE = 9


class SeenView(DrawnCanvas):
    """One picture at whole multiples."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.placed: Any = None
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("What the models see"))
        self.setToolTip(
            _("This picture goes into every model, pixel by pixel; below it, what was done to it.")
        )

    def show_placed(self, placed: Any) -> None:
        """Show what `place` made of the drawing."""
        image, before = pictures.to_image(placed.pixels), self._image
        self.placed, self._image = placed, image
        if image.size() != before.size():
            self.fit()
        self.redraw()

    @property
    def shown(self) -> QImage:
        """The picture, one pixel per pixel."""
        return self._image

    def redraw(self) -> None:
        """Draw what there is."""
        if self.placed is None or not self.isVisible():
            return
        ratio, image = self.devicePixelRatioF(), self._image
        scale = min(
            pictures.whole_scale(self.width() - 4, image.width(), ratio),
            pictures.whole_scale(self.height() - 4, image.height(), ratio),
            LARGEST_SCALE,
        )
        width, height = image.width() * scale, image.height() * scale
        left = round((self.width() - width) / 2 * ratio) / ratio
        place = QRectF(left, 2, width, height)
        frame = QPainterPath()
        frame.addRect(place)
        self.begin()
        self.image(place, image, is_smooth=False)
        self.path(frame, QPen(QColor(theme.tokens().border), 1))
        self.end()

    def fit(self) -> None:
        """What is below comes close, where there is more room than the width can use."""
        width, height = self._image.width() or 1, self._image.height() or 1
        room = min(self.width() * height // width, LARGEST_SCALE * height)
        self.setMaximumHeight(max(room, 60) + 4)

    def sizeHint(self) -> QSize:
        return QSize(120, 116)

    def minimumSizeHint(self) -> QSize:
        return QSize(88, 88)


class SeenCard(Card):
    """The picture, its switches, and where it can go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What the models see"), parent)
        self.view = SeenView()
        self.switches = PlacingSwitches()
        self._inside = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._inside.setSpacing(12)
        self._inside.addWidget(self.view, 1)
        self._inside.addWidget(self.switches)
        self.switches.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.body.addLayout(self._inside, 1000)
        self.words = QLabel()
        self.words.setProperty("role", "note")
        # Words that change with every stroke must not change the layout.
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.body.addWidget(self.words)
        self.use = _button(
            _("To Compare"), _("Put this picture into the table of Compare, as one of your own.")
        )
        self.save = _button(
            _("Save …"), _("Save this picture as a PNG file, one pixel per pixel."), "Ctrl+Shift+S"
        )
        self.save.clicked.connect(self._on_save)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.use, 1)
        row.addWidget(self.save, 1)
        self.body.addLayout(row)
        self.body.addStretch(1)

    def show_placed(self, placed: Any) -> None:
        """Show what goes in, and say what was done to the drawing."""
        self.view.show_placed(placed)
        words = placing_words(placed)
        if words != self.words.text():
            self.words.setText(words)

    def stand_up(self, is_upright: bool) -> None:
        """Put the switches below the picture, or beside it."""
        way = QBoxLayout.Direction
        self._inside.setDirection(way.TopToBottom if is_upright else way.LeftToRight)

    def _on_save(self) -> None:
        if self.view.placed is not None:
            pictures.save_image(self, self.view.shown, "drawing.png")


def _button(text: str, tooltip: str, shortcut: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(f"{tooltip} ({shortcut})" if shortcut else tooltip)
    button.setAccessibleName(text)
    button.setAccessibleDescription(tooltip)
    if shortcut:
        button.setShortcut(shortcut)
    return button
