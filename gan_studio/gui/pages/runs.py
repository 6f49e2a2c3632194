"""Runs: everything that was trained on this computer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.capabilities import can_copy
from gan_studio.core.i18n import N_, _
from gan_studio.core.registry import Registry
from gan_studio.gui import theme
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.base import Page
from gan_studio.gui.run_model import RUN_ROLE, Column, RunFilter, RunModel
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.run_delegate import PICTURE_PX, RunDelegate
from gan_studio.gui.widgets.run_words import data_of, family_of, state_of, step_of
from gan_studio.gui.widgets.tile import Tile, load_corner

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gan_studio.gui.run_list import RunSummary
    from gan_studio.gui.session import Session


COLUMN_WIDTHS = {Column.DATA: 120, Column.STEPS: 100, Column.DATE: 100, Column.STATE: 110}


class RunsPage(Page):
    """A table of runs; what is done with the selected one is in the head and in its menu."""

    key = "runs"
    title = N_("Runs")
    icon_name = "runs"
    order = 70

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._wanted: Path | None = None
        self._is_stale = True
        self._is_loading_engine = not session.is_engine_ready
        self.model = RunModel(session)
        self.filter = RunFilter(session)
        self.filter.setSourceModel(self.model)
        self.table = RunTable()
        self.details = RunDetails(session)
        self.inspector = self.details
        self._build_head()
        self._build_body()
        session.runs_changed.connect(self._on_runs_changed)
        session.state_changed.connect(self._on_state_changed)
        session.run_started.connect(self._on_state_changed)
        self._refresh = Throttle(self._refresh_words, 1000, parent=self)
        session.scalars.connect(self._on_scalars)
        self._show_selection()

    def _build_head(self) -> None:
        add = self.head.add_button
        self.delete_button = add(
            _("Delete"), _("Move the run's folder to the trash; you can undo it."), shortcut="Del"
        )
        self.delete_button.setShortcut("")  # the table has the key; a text field needs it itself
        self.folder_button = add(_("Show folder"), _("Open the run's folder in the file manager."))
        self.resume_button = add(
            _("Go on"),
            _("Train further from where it was saved; a finished run gets as many steps again."),
        )
        self.reconstruct_button = add(
            _("Reconstruct"), _("Hold the model's copies of pictures beside their originals.")
        )
        self.explore_button = add(
            _("Explore"), _("Walk through what the model draws."), primary=True, shortcut="Space"
        )
        self.delete_button.clicked.connect(self.delete)
        self.folder_button.clicked.connect(self.reveal)
        self.resume_button.clicked.connect(self.resume)
        self.reconstruct_button.clicked.connect(self.reconstruct)
        self.explore_button.clicked.connect(self.explore)

    def _build_body(self) -> None:
        card = Card(_("On this computer"))
        self.card = card
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Filter by any words"))
        self.search.setToolTip(_("Show only runs with all of these words (Ctrl+F)."))
        self.search.setAccessibleName(_("Filter runs"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(theme.px(250))
        self.search.textChanged.connect(self._on_filter_changed)
        find = QAction(self)
        find.setShortcut("Ctrl+F")
        find.triggered.connect(self.search.setFocus)
        self.addAction(find)
        card.header.addWidget(self.search)
        card.body.addWidget(self.table, 1)
        card.body.addStretch(0)  # holds the title up while there is no table
        self.table.attach(self.filter)
        self.table.selectionModel().currentRowChanged.connect(self._show_selection)
        self.table.activated.connect(self.explore)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.table.delete_pressed = self.delete
        self.body.addWidget(card)

    # -- what is selected, and what can be done with it

    @property
    def selected(self) -> RunSummary | None:
        """The run of the current row."""
        index = self.table.currentIndex()
        return index.data(RUN_ROLE) if index.isValid() else None

    def explore(self) -> None:
        """Show the model's latent space."""
        if self.selected is not None and self.selected.can_open:
            self.session.go_to("explore", run_dir=self.selected.path)

    def reconstruct(self) -> None:
        """Show the model's copies."""
        if self.selected is not None and self.reconstruct_button.isEnabled():
            self.session.go_to("reconstruct", run_dir=self.selected.path)

    def resume(self) -> None:
        """Go on with the run; one that has done all of its steps gets as many again."""
        run = self.selected
        if run is None or not run.can_open:
            return
        is_done = (run.saved_step or 0) >= run.total_steps
        self.session.resume(run.path, steps=2 * run.total_steps if is_done else None)

    def reveal(self) -> None:
        """Open the run's folder in the file manager."""
        if self.selected is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.selected.path)))

    def delete(self) -> None:
        """Move the run to the trash."""
        if self.selected is not None:
            self.session.delete_run(self.selected.path)

    def main_action(self) -> None:
        self.explore()

    def receive(self, run_dir: Path | None = None, **payload: Any) -> None:
        self._wanted = run_dir
        self._select_wanted()

    def on_shown(self) -> None:
        if self._is_stale:
            self._scan()

    def on_engine_ready(self) -> None:
        self.model.refresh()
        self._show_selection()

    def _show_selection(self, *indices: QModelIndex) -> None:
        run = self.selected
        can_open = run is not None and run.can_open and self.session.is_engine_ready
        is_active = (
            run is not None
            and self.session.is_running
            and self.session.run is not None
            and self.session.run.run_dir == run.path
        )
        self.explore_button.setEnabled(can_open)
        can_copy = can_open and run is not None and _copies(run)
        self.reconstruct_button.setEnabled(can_copy)
        self.reconstruct_button.setToolTip(
            _("This model neither encodes pictures nor draws them, so it cannot copy any.")
            if can_open and not can_copy
            else _("Hold the model's copies of pictures beside their originals.")
        )
        self.resume_button.setEnabled(can_open and not is_active)
        is_done = run is not None and (run.saved_step or 0) >= run.total_steps > 0
        self.resume_button.setText(
            _("Train {steps} more").format(steps=f"{run.total_steps:,}")
            if run is not None and is_done
            else _("Go on")
        )
        self.delete_button.setEnabled(run is not None and not is_active)
        self.folder_button.setEnabled(run is not None)
        self.details.show_run(run)

    def _on_menu_requested(self, position: QPoint) -> None:
        if self.selected is None:
            return
        menu = QMenu(self)
        buttons = (
            self.explore_button,
            self.reconstruct_button,
            self.resume_button,
            self.folder_button,
            self.delete_button,
        )
        for button in buttons:
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(position))

    # -- scanning

    def _on_runs_changed(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._scan()

    def _on_state_changed(self, state: object) -> None:
        self.model.refresh()
        self._show_selection()

    def _on_scalars(self, batch: object) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh_words(self) -> None:
        self.model.refresh()
        self.details.refresh_words()

    def _scan(self) -> None:
        self._is_stale = False
        if not self.model.runs:
            self.card.show_hint(_("Looking for runs …"))
        self.session.list_runs(self._on_scanned)

    def _on_scanned(self, runs: Sequence[RunSummary]) -> None:
        current = self.selected
        if current is not None and self._wanted is None:
            self._wanted = current.path
        self.model.set_runs(runs)
        Task(lambda progress, is_cancelled: _pictures(runs, is_cancelled), self).on_done(
            self.model.set_pictures
        ).start()
        self._select_wanted()
        self._show_count()

    def _select_wanted(self) -> None:
        rows = range(self.filter.rowCount())
        indices = [self.filter.index(row, 0) for row in rows]
        wanted = [index for index in indices if index.data(RUN_ROLE).path == self._wanted]
        usable = [index for index in indices if index.data(RUN_ROLE).can_open]
        if wanted or indices:
            self.table.setCurrentIndex((wanted or usable or indices)[0])
        if wanted:
            self._wanted = None
        self._show_selection()

    def _on_filter_changed(self, text: str) -> None:
        self.filter.set_words(text)
        self._show_count()
        if not self.table.currentIndex().isValid():
            self._select_wanted()

    def _show_count(self) -> None:
        total, shown = len(self.model.runs), self.filter.rowCount()
        self.table.setVisible(shown > 0)
        if total == 0:
            self.card.show_hint(
                _(
                    "Nothing was trained here yet.\n"
                    "Go to Home (Ctrl+1) and click a card, or set a run up on Train (Ctrl+3)."
                )
            )
        elif shown == 0:
            self.card.show_hint(_("No run holds all of these words."))
        else:
            self.card.hide_hint()
        words = _("{n} runs") if total != 1 else _("{n} run")
        self.head.set_chips([words.format(n=total) if total else ""])


def _pictures(runs: Sequence[RunSummary], is_cancelled: Any) -> list[QImage]:
    return [
        QImage() if is_cancelled() else load_corner(run.picture, run.cell, PICTURE_PX, PICTURE_PX)
        for run in runs
    ]


class RunTable(QTableView):
    """The table with its habits: rows, one at a time, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self.delete_pressed: Any = None
        self.setItemDelegate(RunDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(_("Runs"))
        self.verticalHeader().hide()
        self.setCornerButtonEnabled(False)
        theme.notifier().changed.connect(self._on_theme_changed)

    def attach(self, model: RunFilter) -> None:
        """Show a model."""
        self.setModel(model)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.DATE, Qt.SortOrder.DescendingOrder)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(Column.MODEL, QHeaderView.ResizeMode.Stretch)
        self._on_theme_changed()

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(max(PICTURE_PX + 14, theme.px(46)))
        for column, width in COLUMN_WIDTHS.items():
            self.setColumnWidth(column, theme.px(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where words are large or the window is small, what the details tell as well gives way.
        room = self.viewport().width() - theme.px(180)
        for column in (Column.STATE, Column.DATE, Column.STEPS, Column.DATA):
            room -= theme.px(COLUMN_WIDTHS[column])
            self.setColumnHidden(column, room < 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # the window's: the page's main action
        elif event.key() == Qt.Key.Key_Delete and self.delete_pressed is not None:
            self.delete_pressed()
        else:
            super().keyPressEvent(event)


class RunDetails(QWidget):
    """Everything about one run, for the inspector."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._run: RunSummary | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 14, 15, 14)
        column.setSpacing(10)
        self._picture = Tile("picture", QSize(262, 224))
        self._title = QLabel()
        self._title.setProperty("role", "lead")
        self._title.setWordWrap(True)
        self._problem = QLabel()
        self._problem.setProperty("role", "warning")
        self._problem.setWordWrap(True)
        self._facts = QGridLayout()
        self._facts.setVerticalSpacing(7)
        self._facts.setHorizontalSpacing(12)
        self._facts.setColumnStretch(1, 1)
        self._labels: dict[str, QLabel] = {}
        self._heads: list[QLabel] = []
        for row, name in enumerate(FACTS):
            head, value = QLabel(_(name)), QLabel()
            head.setProperty("role", "muted")
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(value, row, 1)
            self._labels[name] = value
            self._heads.append(head)
        for widget in (self._picture, self._title, self._problem):
            column.addWidget(widget)
        column.addLayout(self._facts)
        column.addStretch(1)

    def show_run(self, run: RunSummary | None) -> None:
        """Show a run, or say that none is selected."""
        self._run = run
        for label in (*self._heads, *self._labels.values()):
            label.setVisible(run is not None)
        if run is None:
            self._title.setText(_("No run is selected."))
            self._problem.hide()
            self._picture.hide()
            return
        self._picture.show()
        self._picture.set_image(load_corner(run.picture, run.cell, 252, 224))
        self._title.setText(family_of(self._session, run) or run.path.name)
        self._problem.setText(run.problem or run.failure)
        self._problem.setVisible(bool(run.problem or run.failure))
        self.refresh_words()

    def refresh_words(self) -> None:
        """Say how far the run is now."""
        if self._run is None:
            return
        facts = self._words_of(self._run)
        for name, label in self._labels.items():
            # Folder names are long words; a zero-width space lets them break.
            label.setText(facts[name].replace("_", "_\u200b").replace("/", "/\u200b") or "–")

    def _words_of(self, run: RunSummary) -> dict[str, str]:
        return {
            "Data": data_of(self._session, run),
            "Steps": ""
            if run.is_damaged
            else _("{step} of {total}").format(
                step=f"{step_of(self._session, run):,}", total=f"{run.total_steps:,}"
            ),
            "Saved at": f"{run.saved_step:,}" if run.saved_step is not None else "",
            "Seed": "" if run.seed is None else str(run.seed),
            "State": state_of(self._session, run),
            "Date": run.created.strftime("%Y-%m-%d %H:%M") if run.created else "",
            "Folder": run.path.name,
        }


FACTS = (
    N_("Data"),
    N_("Steps"),
    N_("Saved at"),
    N_("Seed"),
    N_("State"),
    N_("Date"),
    N_("Folder"),
)


def _copies(run: RunSummary) -> bool:
    """Whether a model can copy pictures; of an unknown family nobody can tell."""
    registry = Registry.of_kind("family")
    if run.family not in registry:
        return True
    return can_copy(registry.get(run.family).capabilities) and run.cell != (0, 0)
