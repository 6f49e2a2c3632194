"""What stands on the tab "Walk": the film, its timeline, and their settings."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.explore.walk_settings import (
    FilmRow,
    KeySettings,
    NoiseSettings,
    small_button,
)
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.film_view import FilmView
from gan_studio.gui.widgets.folding_row import FoldingRow
from gan_studio.gui.widgets.key_strip import KeyStrip

LOWEST_FILM = 132


class WalkWidgets(QScrollArea):
    """Only widgets; the panel connects them. Large text needs more room than a window may have."""

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._film_card(), 1)
        column.addWidget(self._key_card())
        bare(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(inside)
        self._on_theme_changed()
        theme.notifier().changed.connect(self._on_theme_changed)

    # The film

    def _film_card(self) -> Card:
        self.card = Card(_("The walk"))
        self.view = FilmView()
        self.view.setMinimumHeight(LOWEST_FILM)
        self.film_row = FilmRow()
        self.hint = QLabel()
        self.hint.setProperty("role", "note")
        self.hint.setWordWrap(True)
        for widget, stretch in (
            (self.view, 1),
            (self._transport(), 0),
            (self.film_row, 0),
            (self.hint, 0),
        ):
            self.card.body.addWidget(widget, stretch)
        return self.card

    def _transport(self) -> QWidget:
        self.play = QPushButton()
        self.play.setToolTip(_("Play the walk again and again, or hold it. (Space)"))
        self.play.setIconSize(QSize(16, 16))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(_("Frame"))
        self.slider.setToolTip(_("Drag, or use the arrow keys: any frame of the walk."))
        self.slider.setMinimumWidth(80)
        self.time = QLabel()
        self.time.setProperty("role", "number")
        self.time.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.here = QPushButton(_("Go here"))
        self.here.setToolTip(_("Bring this frame's z, class and truncation to the sliders."))
        return FoldingRow(((self.play, 0), (self.slider, 1)), ((self.time, 0), (self.here, 0)))

    def show_playing(self, is_playing: bool) -> None:
        """The button that plays, or holds."""
        self.play.setIcon(theme.icon("pause" if is_playing else "play"))
        self.play.setAccessibleName(_("Pause") if is_playing else _("Play"))
        self._is_playing = is_playing

    # The timeline

    def _key_card(self) -> Card:
        card = Card()
        card.setAccessibleName(_("Timeline"))
        self.settings, self.noise = KeySettings(), NoiseSettings()
        self.forms = QStackedWidget()
        self.forms.addWidget(column_of(self._strip(), self.settings))
        self.forms.addWidget(column_of(self._noise_words(), self.noise))
        card.body.addWidget(FoldingRow(self._kinds(), self._tools()))
        card.body.addWidget(self.forms)
        return card

    def _kinds(self) -> list[tuple[QWidget, int]]:
        self.kinds = QButtonGroup(self)
        kinds = (
            (_("Key frames"), _("Walk from picture to picture.")),
            (_("Random walk"), _("Drift through the space without key frames.")),
        )
        for number, (text, tip) in enumerate(kinds):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setProperty("role", "flat")
            self.kinds.addButton(button, number)
        self.kinds.button(0).setChecked(True)
        return [(self.kinds.button(0), 0), (self.kinds.button(1), 0), (QWidget(), 1)]

    def _tools(self) -> list[tuple[QWidget, int]]:
        self.undo = small_button(_("Undo"), _("Take the last edit back. (Ctrl+Z in the timeline)"))
        self.redo = small_button(_("Redo"), _("Repeat the edit. (Ctrl+Shift+Z in the timeline)"))
        self.more = small_button(_("More"), _("Random places, all bookmarks, a film's settings."))
        self.add = QPushButton(_("Add this place"))
        self.add.setToolTip(_("Make the place where you are the next key frame. (K)"))
        self.add.setShortcut("K")
        menu = QMenu(self.more)
        menu.setToolTipsVisible(True)
        self.actions_of = {
            key: menu.addAction(text)
            for key, text in (
                ("random", _("Add a random place")),
                ("bookmarks", _("Add all bookmarks")),
                ("open", _("Open a walk …")),
                ("clear", _("Remove all key frames")),
            )
        }
        for key, tip in (
            ("random", _("A key frame from the next seed.")),
            ("bookmarks", _("Those kept with this run.")),
            ("open", _("Take key frames and settings from a film, or from a walk.json.")),
            ("clear", _("Undo brings them back.")),
        ):
            self.actions_of[key].setToolTip(tip)
        self.more.setMenu(menu)
        tools = [(button, 0) for button in (self.undo, self.redo, self.more, self.add)]
        return [(QWidget(), 1), *tools]

    def _strip(self) -> QScrollArea:
        self.strip = KeyStrip()
        self.strip.setProperty("role", "scrolled")
        self.strip.setToolTip(
            _(
                "Drag to reorder, Delete removes, Enter goes there. Drop pictures from other tabs "
                "here, or a film to take its settings."
            )
        )
        self.strip.set_empty_text(
            _(
                "Add the place where you are (K), or drop pictures here.\n"
                "Or press Play: it begins here and adds three random places."
            )
        )
        self._strip_area = QScrollArea()
        bare(self._strip_area)
        self._strip_area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._strip_area.setWidget(self.strip)
        return self._strip_area

    def _noise_words(self) -> QLabel:
        words = QLabel(
            _(
                "No key frames: every number of z swings slowly, and the film closes. Each frame "
                "is as typical as a random picture."
            )
        )
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        return words

    def scroll_to_chosen(self) -> None:
        """Bring the chosen key frame into sight."""
        if self.strip.chosen >= 0:
            area = self.strip.thumb_rect(self.strip.chosen)
            self._strip_area.ensureVisible(round(area.right()), round(area.top()), 80, 0)

    def _on_theme_changed(self) -> None:
        bar = self._strip_area.horizontalScrollBar().sizeHint().height()
        self._strip_area.setFixedHeight(self.strip.sizeHint().height() + bar)
        widest = self.time.fontMetrics().horizontalAdvance("0000 / 0000 · 000.00 s")
        self.time.setMinimumWidth(widest)
        self.show_playing(getattr(self, "_is_playing", False))


def bare(area: QScrollArea) -> None:
    """No frame, no place in the tab order; what is inside takes the whole width."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def column_of(*widgets: QWidget) -> QWidget:
    """Widgets below each other, at the top."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    return holder
