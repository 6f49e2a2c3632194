"""Home: what can I do in one click, and what did I do last."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core import safe_mode
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import resources_dir
from gan_studio.gui import theme
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.base import Page
from gan_studio.gui.session import Offer, Session
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.card_button import CardButton
from gan_studio.gui.widgets.drop_files import is_for_window
from gan_studio.gui.widgets.elided_label import ElidedLabel
from gan_studio.gui.widgets.run_words import data_of, family_of, is_active, state_of, when
from gan_studio.gui.widgets.tile import Tile, load_corner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from gan_studio.core.presets import Preset
    from gan_studio.gui.run_list import RunSummary

# What a quick start is for, by the family that it trains; others are called by their preset.
QUICK_TITLES = {
    "gan": N_("Draw digits with a GAN"),
    "dcgan": N_("Draw digits with a DCGAN"),
    "autoencoder": N_("Squeeze digits through 2 numbers (autoencoder)"),
}
QUICK_ICONS = {"gan": "pen", "dcgan": "layers", "autoencoder": "squeeze"}
MOST_RECENT = 8
RECENT_PX = 168  # six digits of 28 pixels
ART_HEIGHT = 112  # four digits of 28 pixels


class HomePage(Page):
    """Cards for quick starts and for one's own pictures, and the recent runs."""

    key = "home"
    title = N_("Home")
    icon_name = "home"
    order = 10

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.head.set_title(_("What would you like to train?"))
        self.setAcceptDrops(True)
        self._has_offered = False
        self.quick_cards: list[QuickCard] = []
        self.folder_card = FolderCard(self)
        self.folder_card.clicked.connect(self.choose_folder)
        self.recent = RecentRuns(session)
        self._build()
        session.runs_changed.connect(self._on_runs_changed)

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.GAP)
        column.addLayout(self._grid)
        column.addWidget(self.recent)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        self.body.addWidget(self._scroll)
        presets = self.session.presets().values()
        quick = sorted((item for item in presets if item.quick_start > 0), key=_place)
        for preset in quick:
            card = QuickCard(preset)
            card.clicked.connect(partial(self._start, preset.key))
            self.quick_cards.append(card)
        self._columns = 0
        self._lay_out()

    def _lay_out(self) -> None:
        """As many cards side by side as there is room for."""
        cards = [*self.quick_cards, self.folder_card]
        room = self.width() - 2 * theme.PAGE_MARGIN
        columns = min(len(cards), max(1, room // theme.px(236)))
        rows = -(-len(cards) // columns)
        columns = -(-len(cards) // rows)  # none stands alone in the last row where that can be
        if columns == self._columns:
            return
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 0)
        self._columns = columns
        for index, card in enumerate(cards):
            self._grid.addWidget(card, index // columns, index % columns)
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def _start(self, key: str, *checked: bool) -> None:
        self.session.start_preset(key)
        if not self.session.is_engine_ready:
            self.banner.show_message(
                "info", _("Starting …"), _("Training begins as soon as everything is loaded.")
            )

    def choose_folder(self) -> None:
        """Ask for a folder of pictures and show it on the data page."""
        folder = QFileDialog.getExistingDirectory(self, _("A folder of pictures"))
        if folder:
            self.use_folder(Path(folder))

    def use_folder(self, folder: Path) -> None:
        """Show a folder of pictures on the data page."""
        self.session.go_to("data", folder=folder)

    def main_action(self) -> None:
        """Start what the first card offers."""
        if self.quick_cards:
            self.quick_cards[0].click()

    def on_shown(self) -> None:
        self._on_runs_changed()

    def on_engine_ready(self) -> None:
        self.recent.refresh_words()
        if self.banner.kind == "info":  # “Starting …”; a notice comes again
            self.banner.clear()
        if not self._has_offered:
            self.session.list_runs(self._on_first_scan)

    def _on_runs_changed(self) -> None:
        if self.isVisible() or not self.recent.runs:
            self.session.list_runs(self.recent.show_runs)

    def _on_first_scan(self, runs: Sequence[RunSummary]) -> None:
        """Once per start: offer to go on with what was trained last, where it was cut short."""
        run = max((run for run in runs if run.changed), key=_last_change, default=None)
        if self._has_offered or safe_mode.is_on() or run is None or not run.is_interrupted:
            return
        if self.session.background.has_told(run.path):
            return
        self._has_offered = True
        name = f"{family_of(self.session, run)} · {data_of(self.session, run)}"
        self.session.offered.emit(
            Offer(
                "info",
                _("Go on with {name}?").format(name=name),
                _("It was saved at step {step} of {total}.").format(
                    step=f"{run.saved_step:,}", total=f"{run.total_steps:,}"
                ),
                _("Go on"),
                partial(self.session.resume, run.path),
                waits=self._is_quiet,
            )
        )

    def _is_quiet(self) -> bool:
        """Whether nothing trains or is looked at, and no queue that may hold the run waits."""
        session = self.session
        return self.isVisible() and not (session.is_running or session.queue.can_go_on)

    # -- Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if folder_in(mime) is not None and not is_for_window(mime):
            event.acceptProposedAction()
            self.folder_card.set_dropping(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.folder_card.set_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.folder_card.set_dropping(False)
        folder = folder_in(event.mimeData())
        if folder is not None:
            event.acceptProposedAction()
            self.use_folder(folder)


def _last_change(run: RunSummary) -> datetime:
    assert run.changed is not None
    return run.changed


def _place(preset: Preset) -> int:
    return preset.quick_start


def folder_in(data: QMimeData) -> Path | None:
    """The first folder among what is being dragged, or None."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next((path for path in paths if path.is_dir()), None)


class QuickCard(CardButton):
    """Trains a preset with one click."""

    def __init__(self, preset: Preset) -> None:
        title = _(QUICK_TITLES.get(preset.family, preset.title))
        super().__init__(title, _("One click trains this model, with settings known to work."))
        self.preset = preset
        tile = Tile(QUICK_ICONS.get(preset.family, "train"), QSize(220, ART_HEIGHT))
        tile.is_cropping = True
        tile.set_image(QImage(str(resources_dir() / "icons" / "quick" / f"{preset.family}.png")))
        self.add(tile)
        fill_card(self, title, _(preset.help), _(preset.expects))


class FolderCard(CardButton):
    """Leads to the data page with a folder of one's own."""

    def __init__(self, page: HomePage) -> None:
        title = _("My own folder of pictures …")
        super().__init__(title, _("Choose a folder, or drop one here, to train on its pictures."))
        self.add(Tile("folder", QSize(220, ART_HEIGHT)))
        fill_card(
            self,
            title,
            _("Choose a folder or drop one here, and see what it would be trained on."),
            _("PNG, JPEG, WebP, BMP, GIF or TIFF, of any size."),
        )

    def set_dropping(self, is_dropping: bool) -> None:
        """Show that a folder may be let go here."""
        self.setProperty("dropping", "true" if is_dropping else "false")
        self.style().unpolish(self)
        self.style().polish(self)


def fill_card(card: CardButton, title: str, text: str, note: str) -> None:
    """A title, an explanation and a small note at the foot."""
    for words, role in ((title, "lead"), (text, "muted")):
        label = QLabel(words)
        label.setProperty("role", role)
        label.setWordWrap(True)
        card.add(label)
    card.column.addStretch(1)
    foot = QLabel(note)
    foot.setProperty("role", "note")
    foot.setWordWrap(True)
    card.add(foot)


class RecentRuns(Card):
    """The newest runs with their newest pictures."""

    def __init__(self, session: Session) -> None:
        super().__init__(_("Recent runs"))
        self._session = session
        self.runs: list[RunSummary] = []
        self.tiles: list[RunTile] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.GAP)
        self._row.addStretch(1)
        self.body.addLayout(self._row)
        self.setMinimumHeight(RECENT_PX + 60)
        self.show_hint(_("Looking for runs …"))

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show the newest of `runs`; their pictures follow from a background thread."""
        runs = [run for run in runs if not run.is_damaged][:MOST_RECENT]
        if runs == self.runs and runs:
            self.refresh_words()
            return
        self.runs = runs
        for tile in self.tiles:
            self._row.removeWidget(tile)
            tile.deleteLater()
        self.tiles = [RunTile(self._session, run) for run in runs]
        for index, tile in enumerate(self.tiles):
            self._row.insertWidget(index, tile)
        # The hint needs room of its own; tiles bring theirs.
        self.setMinimumHeight(0 if runs else RECENT_PX + 60)
        if runs:
            self.hide_hint()
            Task(lambda progress, is_cancelled: _pictures(runs), self).on_done(
                self._on_pictures
            ).start()
        else:
            self.show_hint(
                _("Runs appear here with their newest picture. Click a card above to make one.")
            )
        self._fit()

    def refresh_words(self) -> None:
        """Names of families are known once the engine is ready, and runs begin and end."""
        for tile in self.tiles:
            tile.refresh_words()

    def _on_pictures(self, pictures: Sequence[QImage]) -> None:
        for tile, picture in zip(self.tiles, pictures, strict=False):
            tile.picture.set_image(picture)

    def _fit(self) -> None:
        room = self.width() - 2 * theme.CARD_PAD
        count = max(1, room // (RECENT_PX + 20 + theme.GAP))
        for index, tile in enumerate(self.tiles):
            tile.setVisible(index < count)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


def _pictures(runs: Sequence[RunSummary]) -> list[QImage]:
    return [load_corner(run.picture, run.cell, RECENT_PX, RECENT_PX) for run in runs]


class RunTile(CardButton):
    """One recent run; a click explores its model."""

    def __init__(self, session: Session, run: RunSummary) -> None:
        super().__init__(run.path.name, "")
        self._session, self.run = session, run
        self.setFixedWidth(RECENT_PX + 20)
        self.column.setContentsMargins(10, 10, 10, 10)
        self.column.setSpacing(2)
        self.picture = Tile("picture", QSize(RECENT_PX, RECENT_PX), theme.RADIUS_FIELD)
        self.add(self.picture)
        self.column.addSpacing(6)
        self._title, self._note = ElidedLabel(), ElidedLabel()
        self._note.setProperty("role", "muted")
        self.add(self._title)
        self.add(self._note)
        self.refresh_words()
        self.clicked.connect(self._on_clicked)

    def refresh_words(self) -> None:
        """Name the model, its data and its age."""
        run = self.run
        self._title.set_text(f"{family_of(self._session, run)} · {data_of(self._session, run)}")
        words = _("{state}, {when}") if is_active(self._session, run) else _("step {step}, {when}")
        facts = {"state": state_of(self._session, run), "step": f"{run.step:,}", "when": when(run)}
        self._note.set_text(words.format(**facts))
        self.setToolTip(
            _("Explore what this model draws. ({name})").format(name=run.path.name)
            if run.can_open
            else _("Nothing was saved yet; see it among the runs. ({name})").format(
                name=run.path.name
            )
        )

    def _on_clicked(self) -> None:
        if self.run.can_open:
            self._session.go_to("explore", run_dir=self.run.path)
        else:
            self._session.go_to("runs", run_dir=self.run.path)
