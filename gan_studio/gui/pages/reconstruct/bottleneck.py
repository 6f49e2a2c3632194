"""The error against the size of the bottleneck, beside principal components."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.reconstruct.bottleneck_words import curves_of, rows_of
from gan_studio.gui.pages.reconstruct.panels import Panel
from gan_studio.gui.pages.reconstruct.sweep_data import DataChoice, Surveys
from gan_studio.gui.pages.reconstruct.view import GIVE_UP_TOOLTIP
from gan_studio.gui.plots.size_card import SizeCard
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.field_rows import keep_narrow
from gan_studio.gui.widgets.size_table import SizeTable
from gan_studio.jobs.sweep import (
    CURVE,
    FIGURE_FAMILY,
    LONG,
    SHORT,
    SIZES,
    Sweep,
    families_with_sizes,
)

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared
    from gan_studio.gui.bridge.task import Task
    from gan_studio.gui.session import Session
    from gan_studio.inference.bundle import Bundle
    from gan_studio.jobs.queue import Queue
    from gan_studio.jobs.survey import Survey

REFRESH_MS = 500  # numbers that change faster cannot be read
BUDGETS = {SHORT: N_("short"), LONG: N_("long")}
TABLE_WIDTH = 330


class BottleneckPanel(Panel):
    """Finds, trains and shows models of one family with bottlenecks from 1 to 64.

    Signals:
        run_chosen: the folder of the run behind a point.
        failed: the exception in place of a survey.
    """

    run_chosen = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, surveys: Surveys, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._surveys = session, surveys
        self._survey: Survey | None = None
        self._problem = ""  # why there is none
        self._task: Task | None = None
        self._is_shown = False
        self.family, self.data, self.budget = QComboBox(), DataChoice(session), QComboBox()
        self.button, self.give_up = QPushButton(), QPushButton(_("Give up"))
        self.empty = EmptyState("squeeze")
        self.card = SizeCard(
            _("What each size costs"),
            _("Mean squared error on held-out pictures against the numbers that z has."),
        )
        heads = (_("z"), _("model"), _("PCA"), _("run"))
        self.table = SizeTable(heads, _("Errors by the size of z"))
        self._refresh = Throttle(self.show_now, REFRESH_MS, parent=self)
        self._look_soon = Throttle(self.look, REFRESH_MS, parent=self)
        self._build()
        self._connect()
        if session.is_engine_ready:
            self.on_engine_ready()
        self.show_now()

    def _build(self) -> None:
        for key, words in BUDGETS.items():
            self.budget.addItem(_(words), key)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(self._controls())
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.card)
        column.addWidget(self._stack, 1)
        self.table.setMinimumWidth(TABLE_WIDTH)
        side = QVBoxLayout()
        side.addWidget(self.table, 1)
        self.note = QLabel()
        self.note.setProperty("role", "muted")
        self.note.setWordWrap(True)
        side.addWidget(self.note)
        self.card.add_beside(side)

    def _controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        fields = (
            (_("Family"), self.family, _("Which kind of network is squeezed; all of them encode.")),
            (_("Data"), self.data, _("Which pictures the networks learn from.")),
            (
                _("Training"),
                self.budget,
                _(
                    "How long each size trains. Short shows the shape of the curve; long takes the "
                    "steps that the presets were measured with."
                ),
            ),
        )
        for words, box, tooltip in fields:
            label = QLabel(words)
            label.setBuddy(box)
            label.setToolTip(tooltip)
            box.setToolTip(tooltip)
            box.setAccessibleName(words)
            keep_narrow(box)
            row.addWidget(label)
            row.addWidget(box, 1)
        self.give_up.setProperty("role", "flat")
        self.give_up.setToolTip(_(GIVE_UP_TOOLTIP))
        row.addWidget(self.give_up)
        row.addWidget(self.button)
        return row

    def _connect(self) -> None:
        session = self._session
        for box in (self.family, self.data, self.budget):
            box.activated.connect(self._on_choice)
        self.button.clicked.connect(self.click)
        self.give_up.clicked.connect(session.queue.give_up)
        self.empty.clicked.connect(self.click)
        self.card.chosen.connect(self._open)
        self.table.chosen.connect(self._open)
        self.card.failed.connect(self.failed)
        session.engine_ready.connect(self.on_engine_ready)
        session.queue.changed.connect(self._on_queue_changed)
        session.scalars.connect(self._on_scalars)
        session.runs_changed.connect(self._on_runs_changed)

    def on_engine_ready(self) -> None:
        """Families and data sets are known from now on."""
        if not self.family.count():
            for key in families_with_sizes():
                self.family.addItem(_(self._session.engine.title_of("family", key)), key)
            self.family.setCurrentIndex(max(0, self.family.findData(FIGURE_FAMILY)))
            self.data.fill()
            self._follow_queue()
        self.look()

    # The panel

    def set_models(
        self, bundles: tuple[Bundle, ...], titles: list[str], prepared: Prepared | None
    ) -> None:
        if bundles and prepared is not None:
            before = self.data.data
            self.data.set_own(bundles[0].config.data, prepared.title)
            if self.data.data != before:  # what was chosen is offered no longer
                self._on_choice()

    def on_shown(self) -> None:
        self._is_shown = True
        self.look()

    def on_hidden(self) -> None:
        self._is_shown = False
        self._cancel()

    def main_action(self) -> None:
        if not self._session.queue.is_active:  # Space must not stop a training
            self.click()

    # What is asked for

    @property
    def sweep(self) -> Sweep | None:
        """What the controls say; None before the engine is ready."""
        data, family = self.data.data, self.family.currentData()
        if data is None or family is None:
            return None
        return Sweep(family, data, SIZES, self.budget.currentData())

    @property
    def queue(self) -> Queue | None:
        """The queue that is there, where it is for this curve."""
        held, sweep = self._session.queue, self.sweep
        if held.queue is None or not held.is_for(CURVE) or sweep is None:
            return None
        config = held.queue.entries[0].config
        is_same = (config["model"]["name"], config["data"]) == (sweep.family, sweep.data)
        return held.queue if is_same else None

    def click(self) -> None:
        """Train what is missing, or stop or go on with it."""
        held = self._session.queue
        if self.queue is not None and held.is_active:
            self._session.stop()
        elif self.queue is not None and held.can_go_on:
            held.go_on()
        elif held.is_stopping and self.queue is not None:
            return
        elif (planned := self._plan()) is not None and not planned.is_finished:
            held.start(planned)

    def look(self) -> None:
        """Find the runs that there are and measure what is not known; components come last."""
        sweep = self.sweep
        if sweep is None or not self._is_shown:
            return
        self._cancel()
        self._problem = ""
        self._task = self._surveys.look(
            sweep.family,
            dict(sweep.data),
            sweep.sizes,
            self._on_survey,
            self._on_failed,
            with_baseline=self._survey is not None,
        )

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _plan(self) -> Queue | None:
        sweep, survey = self.sweep, self._survey
        if sweep is None or survey is None:
            return None
        presets = list(self._session.presets().values())
        title = _("Bottleneck curve")
        known = self._session.queue.queue
        return sweep.queue(title, CURVE, presets, survey.count, survey.best, known)

    # What is shown

    def show_now(self) -> None:
        """Bring curve, table and button up to date."""
        self._show_button()
        survey, queue = self._survey, self.queue
        has_rows = queue is not None or (survey is not None and bool(survey.best))
        if not has_rows or survey is None:
            self._show_empty()
            return
        self._stack.setCurrentWidget(self.card)
        self.table.set_rows(rows_of(SIZES, survey, queue, self._session.run))
        self.card.set_curves(curves_of(self.family.currentText(), survey))
        count = f"{survey.held_out:,}"
        self.note.setText(
            _("Mean squared error, pixels from 0 to 1, {count} held-out pictures.").format(
                count=count
            )
            if survey.held_out
            else _("Errors follow once the pictures are here.")
        )

    def _show_empty(self) -> None:
        self._stack.setCurrentWidget(self.empty)
        if self._survey is None:
            words = _("These pictures cannot be used") if self._problem else _("Looking for runs …")
            self.empty.show_words(words, self._problem, is_busy=not self._problem)
            return
        self.empty.show_words(
            _("How many numbers does a picture need?"),
            _(
                "Networks with 1 to 64 numbers in z are trained one after the other, and the curve "
                "shows what each still loses on pictures it never saw. Principal components (PCA) "
                "beside them are the best that straight lines can do."
            ),
            _("Train the curve"),
            _("Train all sizes, one after the other; finished runs are not trained again."),
        )

    def _show_button(self) -> None:
        held, queue, planned = self._session.queue, self.queue, self._plan()
        is_enabled, words = planned is not None, _("Train the curve")
        tooltip = _("Train all sizes, one after the other; finished runs are not trained again.")
        if queue is not None and held.is_active:
            is_enabled, words = True, _("Stop")
            tooltip = _("Save and stop; it can go on later, also after the program was closed.")
        elif queue is not None and held.is_stopping:
            is_enabled, words = False, _("Stopping …")
            tooltip = _("The last checkpoint is being written.")
        elif queue is not None and held.can_go_on:
            is_enabled, words = True, _("Go on")
            tooltip = _("Train what is left, beginning with the run that was stopped.")
        elif planned is not None and planned.is_finished:
            is_enabled, tooltip = False, _("All sizes are trained; “long” trains them longer.")
        self.give_up.setVisible(queue is not None and held.can_go_on)
        self.button.setText(words)
        self.button.setToolTip(tooltip)
        self.button.setEnabled(is_enabled)

    def _follow_queue(self) -> None:
        """Show the curve that is being trained, or was when the program ended."""
        queue = self._session.queue.queue
        if queue is None or queue.purpose != CURVE or not self.family.count():
            return
        config = queue.entries[0].config
        self.family.setCurrentIndex(max(0, self.family.findData(config["model"]["name"])))
        self.data.choose(config["data"])

    def _open(self, size: int) -> None:
        found = self._survey.best.get(size) if self._survey is not None else None
        if found is not None:
            self.run_chosen.emit(Path(found.path))

    # Slots

    def _on_choice(self) -> None:
        self._survey = None
        self.look()
        self.show_now()

    def _on_survey(self, survey: Survey) -> None:
        is_first, self._task, self._survey = self._survey is None, None, survey
        self.show_now()
        if is_first and survey.held_out:
            self.look()

    def _on_failed(self, problem: Exception) -> None:
        self._task = None
        self._problem = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.failed.emit(problem)
        self.show_now()

    def _on_queue_changed(self) -> None:
        self._look_soon()
        self.show_now()

    def _on_runs_changed(self) -> None:
        self._look_soon()

    def _on_scalars(self, batch: Any) -> None:
        if self._is_shown and self.queue is not None:
            self._refresh()
