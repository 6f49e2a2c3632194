"""The lecture's figure: autoencoders with 2, 5 and 32 numbers side by side, by one click."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from gan_studio.core.i18n import _
from gan_studio.gui.pages.reconstruct.live_column import LiveColumn
from gan_studio.gui.pages.reconstruct.sweep_data import DataChoice, Surveys
from gan_studio.gui.pages.reconstruct.view import FIGURE_TOOLTIP, GIVE_UP_TOOLTIP
from gan_studio.jobs.queue import HAS_MODEL, RUNNING, Entry, Queue
from gan_studio.jobs.sweep import FIGURE, FIGURE_FAMILY, FIGURE_SIZES, figure_sweep

if TYPE_CHECKING:
    from gan_studio.gui.bridge.task import Task
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.field_rows import FieldRows
    from gan_studio.gui.widgets.run_picker import RunPicker
    from gan_studio.jobs.survey import Survey


class Figure(QObject):
    """Picks or trains the three models and fills the page's columns with them.

    Signals:
        shown: the columns are being filled; the comparison should be seen.
        failed: the exception in place of the figure.
    """

    shown = Signal()
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        picker: RunPicker,
        models: Models,
        surveys: Surveys,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._picker, self._models = session, picker, models
        self._surveys = surveys
        self.live = LiveColumn(session, models, self)
        self.data = DataChoice(session)
        self.button, self.give_up = QPushButton(), QPushButton(_("Give up"))
        self._first: Path | None = None
        self._listed: set[Path] = set()  # a column that a person takes away does not come back
        self._task: Task | None = None
        self.button.clicked.connect(self.click)
        self.give_up.clicked.connect(session.queue.give_up)
        self.data.activated.connect(self._on_data_chosen)
        session.queue.changed.connect(self._on_queue_changed)

    def add_to(self, rows: FieldRows) -> None:
        """Put the section into an inspector."""
        rows.add_section(_("The lecture's figure"))
        rows.add_row(_("Trained on"), self.data, _("Which pictures the three models learn from."))
        rows.add_row(_("2, 5, 32"), self.button, _(FIGURE_TOOLTIP))
        rows.add_wide(self.give_up, _("Give up"), _(GIVE_UP_TOOLTIP))
        self._show_state()

    def on_engine_ready(self) -> None:
        """Data sets are known from now on."""
        self.data.fill()
        queue = self._session.queue.queue
        if queue is not None and queue.purpose == FIGURE:
            self.data.choose(queue.entries[0].config["data"])
        self._on_queue_changed()

    def watch(self, is_watched: bool) -> None:
        """Say whether the page is seen."""
        self.live.watch(is_watched)

    # One click

    def click(self) -> None:
        """Show the figure, or stop or go on with what trains for it."""
        queue, is_ours = self._session.queue, self._is_ours()
        if is_ours and queue.is_active:
            self._session.stop()
        elif is_ours and queue.can_go_on:
            queue.go_on()
        elif not (is_ours and queue.is_stopping):
            self.make()

    def make(self) -> None:
        """Look for finished runs and train what is missing."""
        if self.data.data is None and self._session.is_engine_ready:
            self.data.fill()
        data = self.data.data
        if data is None or self._task is not None:
            return

        def take(survey: Survey) -> None:
            self._task = None
            self._plan(data, survey)
            self._show_state()

        self._task = self._surveys.look(
            FIGURE_FAMILY, data, FIGURE_SIZES, take, self._fail, with_baseline=False
        )
        self._show_state()

    def _fail(self, problem: Exception) -> None:
        self._task = None
        self._show_state()
        self.failed.emit(problem)

    def _plan(self, data: dict, survey: Survey) -> None:
        queue = figure_sweep(data, survey.count).queue(
            _("The lecture's figure"),
            FIGURE,
            list(self._session.presets().values()),
            survey.count,
            survey.best,
            self._session.queue.queue,
        )
        self._first = None
        self.shown.emit()
        if queue.is_finished:
            self._show(queue)
        else:
            self._session.queue.start(queue)

    # What is shown

    def _on_queue_changed(self) -> None:
        self._show_state()
        queue = self._session.queue.queue
        if queue is not None and queue.purpose == FIGURE and self._session.is_engine_ready:
            self._show(queue)

    def _show(self, queue: Queue) -> None:
        """Let the columns be the runs of the queue that have a model or train."""
        entries = {
            Path(entry.run_dir): entry
            for entry in queue.entries
            if entry.state in HAS_MODEL or self._is_training(entry)
        }
        live = self.live.run_dir
        if live is not None and (live not in entries or entries[live].state != RUNNING):
            self.live.settle()
        if not entries:
            return
        first, *others = entries
        if first != self._first:
            self._choose_first(first)
        elif entries[first].state == RUNNING:
            self._follow_again(first)
        for path in others:
            self._show_beside(path, entries[path])

    def _choose_first(self, run_dir: Path) -> None:
        self._first, self._listed = run_dir, set()
        self.live.leave()
        self._models.clear()
        choice = self._picker.choice
        if choice is None or choice.run_dir != run_dir:
            self._models.set_first(None)  # the others need not suit what was shown before
        self._picker.choose(run_dir)

    def _follow_again(self, run_dir: Path) -> None:
        """The first run goes on after a stop; it was shown as its last checkpoint."""
        choice = self._picker.choice
        if choice is not None and choice.run_dir == run_dir and not choice.is_live:
            self._picker.choose(run_dir)

    def _show_beside(self, run_dir: Path, entry: Entry) -> None:
        is_new = run_dir not in self._listed
        self._listed.add(run_dir)
        if entry.state == RUNNING:
            if is_new or run_dir in self._models.run_dirs:
                self.live.follow(run_dir, entry.title)
        elif is_new:
            self._models.add(run_dir, entry.title)

    def _is_training(self, entry: Entry) -> bool:
        run = self._session.run
        if entry.state != RUNNING or run is None or not run.is_active:
            return False
        return str(run.run_dir) == entry.run_dir

    def _show_state(self) -> None:
        queue, is_ours = self._session.queue, self._is_ours()
        if self._task is not None:
            words = _("Looking …")
        elif is_ours and queue.is_active:
            place = queue.words()
            words = _("Stop ({place})").format(place=place) if place else _("Stop")
        elif is_ours and queue.is_stopping:
            words = _("Stopping …")
        elif is_ours and queue.can_go_on:
            words = _("Go on")
        else:
            words = _("Show the figure")
        self.button.setText(words)
        is_busy = self._task is not None or (is_ours and queue.is_stopping)
        self.button.setEnabled(self.data.data is not None and not is_busy)
        self.give_up.setVisible(is_ours and queue.can_go_on)

    def _is_ours(self) -> bool:
        """Whether the queue that is there is for this figure, on the data that is chosen."""
        queue = self._session.queue.queue
        if queue is None or queue.purpose != FIGURE:
            return False
        return self.data.data is None or queue.entries[0].config["data"] == self.data.data

    def _on_data_chosen(self) -> None:
        self._show_state()
