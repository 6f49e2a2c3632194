"""What stands beside the map: the place one is at, and what was gathered on the way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.picture_view import PictureView
from gan_studio.gui.widgets.pictures import whole_scale
from gan_studio.gui.widgets.row_marks import RowMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

WIDTH = 300
LOWEST = 90  # height of what was found
PICTURE = 112  # four times 28
MOST_NUMBERS = 4  # of z that are written out
MOST_GATHERED = 100
STRIP_GAP, STRIP_MARKS = 2, 12  # between pictures of traversals; their rows' names, half
NO_LIMIT = 2**24 - 1  # Qt's own QWIDGETSIZE_MAX


class HereCard(Card):
    """The decoded picture of the place, and the nearest picture of the set."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Here"), parent)
        row = QGridLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setHorizontalSpacing(12)
        row.setVerticalSpacing(4)
        self.decoded, self.nearest = PictureView(), PictureView()
        self.decoded.setAccessibleName(_("Decoded picture of this place"))
        self.decoded.set_empty_text(_("click the map"))
        self.decoded.file_name = "place.png"
        self.nearest.setAccessibleName(_("Nearest picture of the set"))
        self._nearest_words = QLabel(_("nearest picture"))
        words = QLabel(_("decoded"))
        words.setToolTip(_("What the decoder draws at this place, whether a picture lies there."))
        self._nearest_words.setToolTip(_("The picture of the set that was encoded nearest to it."))
        for column, (view, label) in enumerate(
            ((self.decoded, words), (self.nearest, self._nearest_words))
        ):
            view.setFixedHeight(PICTURE)
            label.setProperty("role", "muted")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            row.addWidget(view, 0, column)
            row.addWidget(label, 1, column)
        self.body.addLayout(row)
        self._numbers = QLabel(_("Drag over the map to walk through what the model can draw."))
        self._numbers.setProperty("role", "muted")
        self._numbers.setWordWrap(True)
        self._numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self._numbers)

    def show_place(self, latent: Any) -> None:
        """Write z out, as far as there is room."""
        shown = ", ".join(f"{value:.2f}" for value in latent[:MOST_NUMBERS]).replace("-", "−")
        more = ", …" if len(latent) > MOST_NUMBERS else ""
        self._numbers.setText(f"z = ({shown}{more})")

    def show_nearest(self, picture: Any | None, words: str) -> None:
        """Show the nearest picture of the set; `words` is its class."""
        self.nearest.set_picture(picture)
        text = _("nearest: {name}").format(name=words) if words else _("nearest picture")
        self._nearest_words.setText(text)

    def clear(self) -> None:
        """There is no place."""
        self.decoded.set_picture(None)
        self.show_nearest(None, "")
        self._numbers.setText(_("Drag over the map to walk through what the model can draw."))


class FoundCard(Card):
    """Three tabs: pictures along the walk, what the lasso caught, and traversals.

    Signals:
        walk_picked, gathered_picked, strip_picked: the number of a picture that was clicked.
        tab_changed: another tab is seen.
    """

    walk_picked = Signal(int)
    gathered_picked = Signal(int)
    strip_picked = Signal(int)
    tab_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(_("Found on the map"))
        self.bar = QTabBar()
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setAccessibleName(_("Found on the map"))
        self._stack = QStackedWidget()
        # The tallest tab must not make the window higher than a small screen.
        self._stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._stack.setMinimumHeight(LOWEST)
        self.body.addWidget(self.bar)
        self.body.addWidget(self._stack, 1)
        self._add(self._walk_tab(), _("Walk"), _("Pictures along the way that you dragged."))
        self._add(self._gathered_tab(), _("Gathered"), _("The pictures that the lasso caught."))
        self._add(
            self._strip_tab(),
            _("Traversals"),
            _("One row per latent number: from −3 to +3 standard deviations, the rest kept."),
        )
        self.bar.currentChanged.connect(self._stack.setCurrentIndex)
        self.bar.currentChanged.connect(lambda _index: self.tab_changed.emit())

    def _add(self, widget: QWidget, title: str, tooltip: str) -> None:
        self._stack.addWidget(widget)
        self.bar.setTabToolTip(self.bar.addTab(title), tooltip)

    def _walk_tab(self) -> QWidget:
        self.film = PictureGrid()
        self.film.setAccessibleName(_("Pictures along the walk"))
        self.film.set_empty_text(_("Drag over the map: ten pictures from the way appear here."))
        self.film.file_name = "walk.png"
        self.film.picked.connect(self.walk_picked)
        return self.film

    def _gathered_tab(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        self.mean = PictureView()
        self.mean.setFixedSize(60, 60)
        self.mean.setAccessibleName(_("Decoded mean of the gathered latents"))
        self._mean_label = QLabel()
        self._mean_label.setWordWrap(True)
        self._mean_label.setProperty("role", "muted")
        head.addWidget(self.mean)
        head.addWidget(self._mean_label, 1)
        column.addLayout(head)
        self.gathered = PictureGrid()
        self.gathered.setAccessibleName(_("Gathered pictures"))
        self.gathered.set_empty_text(
            _(
                "Draw a line around points with Shift and the mouse, or press Return on the map "
                "for the 50 nearest."
            )
        )
        self.gathered.file_name = "gathered.png"
        self.gathered.picked.connect(self.gathered_picked)
        column.addWidget(self.gathered, 1)
        self._show_mean(False)
        return inside

    def _strip_tab(self) -> QWidget:
        self.strips = PictureGrid(gap=STRIP_GAP)
        self.strips.setAccessibleName(_("Traversals"))
        self.strips.set_empty_text(_("Click the map: traversals start from that place."))
        self.strips.file_name = "traversals.png"
        self.strips.picked.connect(self.strip_picked)
        area, inside = QScrollArea(), QWidget()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self._strip_words = QLabel()
        self._strip_words.setWordWrap(True)
        self._strip_words.setProperty("role", "muted")
        self._strip_words.hide()
        column.addWidget(self._strip_words)
        column.addWidget(self.strips, 1)
        self._strip_rest = QWidget()
        self._strip_rest.hide()
        column.addWidget(self._strip_rest, 1)
        area.setWidget(inside)
        return area

    @property
    def shows_strips(self) -> bool:
        """Whether traversals are seen."""
        return self.bar.currentIndex() == 2

    def show_film(self, pictures: Any) -> None:
        """Show pictures along a walk."""
        self.film.set_pictures(pictures)

    def show_walk_tab(self) -> None:
        """Bring the walk to the front, unless traversals are looked at."""
        if not self.shows_strips:
            self.bar.setCurrentIndex(0)

    def show_gathered(self, pictures: Any, words: str) -> None:
        """Show what was gathered, of which `words` tell."""
        self.gathered.set_pictures(pictures)
        self._mean_label.setText(words)
        self._show_mean(pictures is not None and len(pictures) > 0)
        self.bar.setCurrentIndex(1)

    def clear_gathered(self) -> None:
        """Nothing is gathered."""
        self.gathered.set_pictures(None)
        self._show_mean(False)

    def show_mean(self, picture: Any) -> None:
        """The decoded mean of what was gathered."""
        self.mean.set_picture(picture)

    def show_strips(self, drawn: Any, columns: int, names: Sequence[str], words: str) -> None:
        """Show traversals, `columns` pictures per row; `words` say how rows are ordered."""
        height, width = drawn.shape[-2:]
        room = (self.strips.width() - 2 * theme.px(STRIP_MARKS)) / columns
        row = height * whole_scale(room, width, self.devicePixelRatioF()) + STRIP_GAP
        self.strips.set_columns(columns)
        self.strips.set_row_marks([RowMark("accent", name) for name in names])
        self.strips.setFixedHeight(math.ceil(len(names) * row) + 4)
        self.strips.set_pictures(drawn)
        self.strips.select(-1)
        self._strip_words.setText(words)
        self._show_strip_words(True)

    def _show_strip_words(self, is_shown: bool) -> None:
        self._strip_words.setVisible(is_shown)
        self._strip_rest.setVisible(is_shown)
        if not is_shown:
            self.strips.setMaximumHeight(NO_LIMIT)
            self.strips.setMinimumHeight(0)

    def clear(self) -> None:
        """Forget all: the model is another one."""
        for grid in (self.film, self.gathered, self.strips):
            grid.set_pictures(None)
        self._show_strip_words(False)
        self._show_mean(False)

    def _show_mean(self, is_shown: bool) -> None:
        self.mean.setVisible(is_shown)
        self._mean_label.setVisible(is_shown)


def classes_in(labels: npt.NDArray[Any] | None, names: Sequence[str], most: int = 4) -> str:
    """``3: 200, 5: 12`` of gathered points, the most frequent first."""
    if labels is None or not names:
        return ""
    found, counts = np.unique(labels, return_counts=True)
    ranked = sorted(zip(found.tolist(), counts.tolist(), strict=True), key=lambda item: -item[1])
    shown = [f"{names[label]}: {count:,}" for label, count in ranked[:most]]
    return ", ".join(shown) + (", …" if len(ranked) > most else "")
