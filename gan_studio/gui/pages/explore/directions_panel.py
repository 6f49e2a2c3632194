"""The tab "Directions": those of this model, pictures along them, and ways to new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.direction_list import DirectionList
from gan_studio.gui.pages.explore.direction_menu import export, import_file
from gan_studio.gui.pages.explore.direction_strips import HERE, MEAN, DirectionStrips
from gan_studio.gui.pages.explore.direction_words import sentences_of
from gan_studio.gui.pages.explore.mark_card import MarkCard
from gan_studio.gui.pages.explore.marking import Marking
from gan_studio.gui.pages.explore.new_direction import NewDirection
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.drop_down import DropDown

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.direction_rows import DirectionRows
    from gan_studio.gui.pages.explore.directions_desk import Directions
    from gan_studio.gui.pages.explore.explorer import Explorer

MARKS = "marks"  # the kind that marking makes


class DirectionsPanel(ExplorePanel):
    """Shows a `Directions`; `rows` are its sliders in the inspector.

    Signals:
        wanted: the person asked elsewhere for what this panel, the argument, shows.
    """

    wanted = Signal(object)
    share = (4, 9)

    def __init__(self, explorer: Explorer, desk: Directions, rows: DirectionRows) -> None:
        super().__init__(explorer)
        self.desk, self.rows = desk, rows
        rows.use(desk)
        self.list = DirectionList(desk)
        self.strips = DirectionStrips(desk, self.list.seen, self)
        self.list.use(self.strips)
        self.maker = NewDirection(desk)
        self.marking = Marking(desk, self)
        self.marks = MarkCard(desk, self.marking)
        overview = QWidget()
        column = QVBoxLayout(overview)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._build_list(), 1)
        column.addWidget(self.maker)
        self.stack = QStackedWidget()
        self.stack.addWidget(overview)
        self.stack.addWidget(self.marks)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)
        self._connect()
        self._on_changed()

    def on_shown(self) -> None:
        self.strips.is_wanted = True
        self.strips.refresh()

    def on_hidden(self) -> None:
        self.strips.is_wanted = False

    def show_marking(self) -> None:
        """Let pictures be marked."""
        self.stack.setCurrentWidget(self.marks)
        self.marks.begin()

    def show_list(self) -> None:
        """Show the directions."""
        self.stack.setCurrentIndex(0)
        if self.isVisible():  # else the keys stay where the person is
            self.list.setFocus()
        self.strips.refresh()

    # Building

    def _build_list(self) -> Card:
        self.card = Card(_("Directions"))
        self.around = DropDown()
        self.around.addItem(_("around this picture"), HERE)
        self.around.addItem(_("around the mean"), MEAN)
        self.around.setAccessibleName(_("Where the pictures lie"))
        self.around.setToolTip(
            _(
                "What is drawn along each direction: this picture changed by it, or the mean "
                "changed by it, which is the same wherever you are."
            )
        )
        self.import_ = self._flat(_("Import …"), _("Add the directions of a file."))
        self.export = self._flat(
            _("Export …"), _("Write all directions to a file, for another run or program.")
        )
        for widget in (self.around, self.import_, self.export):
            self.card.header.addWidget(widget)
        self.facts = QLabel()
        self.facts.setProperty("role", "muted")
        self.facts.setWordWrap(True)
        self.undo_line, self.undo_words = QWidget(), QLabel()
        self.undo_words.setProperty("role", "muted")
        self.bring_back = self._flat(_("Bring back"), _("Undo the deletion."))
        row = QHBoxLayout(self.undo_line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.undo_words, 1)
        row.addWidget(self.bring_back)
        self.card.body.addWidget(self.list, 1)
        self.card.body.addWidget(self.facts)
        self.card.body.addWidget(self.undo_line)
        return self.card

    def _flat(self, text: str, tooltip: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "link")
        button.setToolTip(tooltip)
        return button

    def _connect(self) -> None:
        desk = self.desk
        desk.failed.connect(self.failed)
        desk.told.connect(self.told)
        desk.changed.connect(self._on_changed)
        desk.selection_changed.connect(self._show_facts)
        desk.maker.made.connect(self._on_made)
        self.list.rows_seen.connect(self.strips.refresh)
        self.around.currentIndexChanged.connect(self._on_around_changed)
        self.import_.clicked.connect(lambda: import_file(desk, self))
        self.export.clicked.connect(lambda: export(desk, range(len(desk.items)), self))
        self.bring_back.clicked.connect(desk.bring_back)
        self.maker.marking_wanted.connect(self.show_marking)
        self.marks.left.connect(self.show_list)
        self.rows.panel_wanted.connect(self._on_panel_wanted)
        self.rows.marking_wanted.connect(self._on_marking_wanted)

    def _on_panel_wanted(self) -> None:
        self.wanted.emit(self)
        self.show_list()

    def _on_marking_wanted(self) -> None:
        self.wanted.emit(self)
        self.show_marking()

    # The desk

    def _on_changed(self) -> None:
        desk, count = self.desk, len(self.desk.items)
        title = _("{count} directions").format(count=count) if count > 1 else _("Directions")
        self.card.set_title(title)
        self.list.setEnabled(count > 0)
        self.around.setVisible(count > 0)
        self.export.setEnabled(count > 0)
        self.import_.setEnabled(desk.is_ready)
        self.undo_line.setVisible(bool(desk.removed_words))
        self.undo_words.setText(desk.removed_words)
        if desk.key is None:  # another model is chosen: its marks are not these
            self.stack.setCurrentIndex(0)
        if count or desk.key is None:
            self.card.hide_hint()
        elif not desk.is_ready:
            self.card.show_hint(_("Reading what this run keeps …"))
        else:
            self.card.show_hint(
                _(
                    "None yet. A direction is a straight way through latent space along which "
                    "pictures change in one respect. Find some below: by themselves, from a class "
                    "or a property, or by marking pictures. Each becomes a slider at the right, "
                    "kept with the run."
                )
            )
        self._show_facts()

    def _show_facts(self) -> None:
        """What the numbers of the current direction mean, in words."""
        desk = self.desk
        has_current = 0 <= desk.current < len(desk.items)
        said = sentences_of(desk.items[desk.current]) if has_current else []
        self.facts.setText(" ".join(said))
        self.facts.setVisible(bool(said))

    def _on_made(self, places: list[int]) -> None:
        if not places:
            return
        self.desk.select(places[0])
        is_marking = self.stack.currentWidget() is self.marks
        if not is_marking or self.desk.items[places[0]].kind == MARKS:
            self.show_list()

    def _on_around_changed(self) -> None:
        self.strips.set_around(self.around.currentData())
