"""The Data page: choose, look, and see what was refused and why, before anything is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from gan_studio.core.errors import Cancelled, StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.core.schema import Plug
from gan_studio.gui import theme
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.forms.progress_strip import ProgressStrip
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.data.facts import ClassesCard, FactsCard, RefusedCard
from gan_studio.gui.pages.data.form import DataForm
from gan_studio.gui.pages.data.samples import SamplesCard
from gan_studio.gui.widgets.drop_files import is_for_window, local_files

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent

    from gan_studio.data.base import Prepared
    from gan_studio.gui.session import Session

PICTURES = 48
SETTLE_MS = 500  # a path is typed letter by letter


class DataPage(Page):
    """Everything that a run would learn from, after all transforms."""

    key = "data"
    title = N_("Data")
    icon_name = "data"
    order = 20

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.form = DataForm()
        self.inspector = self.form
        self.strip = ProgressStrip()
        self.samples = SamplesCard()
        self.facts = FactsCard()
        self.classes = ClassesCard()
        self.refused = RefusedCard()
        self.prepared: Prepared | None = None
        self._task: Task | None = None
        self._seen_draft: Plug | None = None
        self._folder: Path | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._place()
        self._make_buttons()
        self._connect()
        self.setAcceptDrops(True)
        self.samples.show_words(_("The list of data sets is being loaded …"))
        self._update()
        if session.is_engine_ready:
            self.on_engine_ready()

    def _place(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(theme.GAP)
        right.addWidget(self.facts)
        right.addWidget(self.classes, 1)
        right.addWidget(self.refused)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self.samples, 5)
        row.addLayout(right, 3)
        self.body.addWidget(self.strip)
        self.body.addLayout(row, 1)

    def _make_buttons(self) -> None:
        self.open_button = self.head.add_button(
            _("Open folder …"),
            _("Choose a folder of pictures or IDX files; it can be dropped too."),
        )
        self.train_button = self.head.add_button(
            _("Train on this"), _("Make this the data of the next run and go to Train.")
        )
        self.draw_button = self.head.add_button(
            _("Another draw"), _("Show other random pictures."), primary=True, shortcut="Space"
        )

    def _connect(self) -> None:
        self.open_button.clicked.connect(self._on_open_clicked)
        self.train_button.clicked.connect(self._on_train_clicked)
        self.draw_button.clicked.connect(self.main_action)
        self.form.data_changed.connect(self._on_data_changed)
        self.form.shown_changed.connect(self._show_samples)
        self.classes.bars.picked.connect(self._on_class_picked)
        self.samples.asked.connect(self._prepare)
        self.strip.cancelled.connect(self._on_cancelled)
        self._settle.timeout.connect(self.look)
        self.session.engine_failed.connect(self._on_engine_failed)

    # --- the page ----------------------------------------------------------------------------

    def on_engine_ready(self) -> None:
        if not self.form.is_ready and self.session.config is not None:
            self.form.begin(self.session.config)
            self._follow_draft()
            if self._folder is not None:
                self.open_folder(self._folder)

    def on_shown(self) -> None:
        self._follow_draft()

    def main_action(self) -> None:
        if self.prepared is not None:
            self.form.draw_again()
        elif self.form.is_ready and self._task is None:
            self._prepare()

    def receive(self, **payload: Any) -> None:
        """``folder=path`` looks at a folder (from Home); ``data=plug`` at a data set."""
        if payload.get("folder"):
            self.open_folder(Path(payload["folder"]))
        elif isinstance(payload.get("data"), Plug) and self.form.is_ready:
            self.form.set_data(payload["data"])
            self.look()

    def open_folder(self, folder: Path) -> None:
        """Find out what kind of data set a folder is, and look at it."""
        self._folder = folder  # before the engine is ready it is only remembered
        if not self.form.is_ready:
            return
        self._folder = None
        self._drop_task()
        self.strip.show_progress(0, 0, "scan")
        self._task = Task(lambda _progress, _is_cancelled: _recognise(folder), self)
        self._task.on_done(self._on_recognised).on_error(self._on_error).start()

    def look(self) -> None:
        """Prepare the chosen data set, or offer to download it first."""
        from gan_studio.data.base import DATASETS, DataContext

        self._forget()
        data = self.form.data
        if getattr(data.options, "path", None) == "":
            self.samples.show_words(
                _("Choose or drop a folder."), _("Open folder …"), _("Choose it in a dialog.")
            )
            return
        source = DATASETS.get(data.key).target(data.options)
        if source.is_here(DataContext(self.session.folders.cache)):
            self._prepare()
            return
        words = _("{title} is not on this computer yet.\n{about}")
        self.samples.show_words(
            words.format(title=self.form.title, about=self.form.about),
            _("Download"),
            _("Fetch it once, check it, and keep it for every later run."),
        )

    # --- work --------------------------------------------------------------------------------

    def _follow_draft(self) -> None:
        """Look at what the next run would train on, when that has changed elsewhere."""
        config = self.session.config
        if not self.form.is_ready or config is None or config.data == self._seen_draft:
            return
        self._seen_draft = config.data
        if config.data != self.form.data or self.prepared is None:
            self.form.set_data(config.data)
            self.look()

    def _prepare(self) -> None:
        if getattr(self.form.data.options, "path", None) == "":
            self._on_open_clicked()
            return
        self._drop_task()
        data, cache = self.form.data, self.session.folders.cache
        self.samples.show_words(_("The data is being prepared …"))
        self.strip.show_progress(0, 0, "")
        self._task = Task(
            lambda progress, is_cancelled: _prepare(data, cache, progress, is_cancelled), self
        )
        self._task.on_progress(self.strip.show_progress)
        self._task.on_done(self._on_prepared).on_error(self._on_error).start()
        self._update()

    def _forget(self) -> None:
        self._drop_task()
        self._settle.stop()
        self.prepared = None
        self.banner.clear()
        self.facts.clear()
        self.refused.hide()
        self.form.set_classes(())
        self.classes.clear()
        self._update()

    def _drop_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.strip.hide()

    def _update(self) -> None:
        has_data = self.prepared is not None
        self.draw_button.setEnabled(has_data)
        self.train_button.setEnabled(has_data)
        self.open_button.setEnabled(self.form.is_ready)
        if self.prepared is None:
            self.head.set_chips([self.form.title] if self.form.is_ready else [])
            return
        count = _("{count:,} pictures").format(count=len(self.prepared.train))
        self.head.set_chips([self.prepared.title, self.prepared.spec.describe(), count])

    def _show_samples(self) -> None:
        from gan_studio.data.preview import sample_grid

        if self.prepared is None:
            return
        shown, index = self.form.shown, self.form.class_index
        drawn = sample_grid(self.prepared, PICTURES, shown.seed, shown.split, index)
        names = self.prepared.spec.class_names
        self.samples.show_samples(drawn, names, is_held_out=shown.split == "held_out")
        self.classes.bars.choose(-1 if index is None else index)

    # --- slots -------------------------------------------------------------------------------

    def _on_prepared(self, prepared: Prepared) -> None:
        from gan_studio.data.preview import summary

        self._task = None
        self.strip.hide()
        self.prepared = prepared
        counted = summary(prepared)
        self.facts.show_facts(prepared, counted)
        self.classes.show_classes(counted)
        self.refused.show_refused(prepared)
        self.form.set_classes(prepared.spec.class_names)
        self._update()
        self._show_samples()

    def _on_error(self, problem: Exception) -> None:
        self._task = None
        self.strip.hide()
        self._update()
        if isinstance(problem, Cancelled):
            return
        if not isinstance(problem, StudioError):
            problem = StudioError(reason=f"{type(problem).__name__}: {problem}")
        self.banner.show_message("error", _("This cannot be used."), problem.sentence())
        if self.prepared is None:
            tip = _("Read the data again.")
            self.samples.show_words(_("Nothing to show."), _("Try again"), tip)

    def _on_cancelled(self) -> None:
        self._drop_task()
        self.samples.show_words(_("Cancelled."), _("Try again"), _("Prepare the data again."))
        self._update()

    def _on_recognised(self, found: tuple[str, Any]) -> None:
        self._task = None
        self.form.set_data(Plug(*found))
        self.look()

    def _on_data_changed(self) -> None:
        self._forget()
        self.samples.show_words(_("The data is being prepared …"))
        self._settle.start()

    def _on_class_picked(self, index: int) -> None:
        self.form.choose_class(index)
        self._show_samples()

    def _on_open_clicked(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, _("A folder of pictures or IDX files"))
        if folder:
            self.open_folder(Path(folder))

    def _on_train_clicked(self) -> None:
        if self.session.config is not None:
            self._seen_draft = self.form.data
            self.session.set_draft(replace(self.session.config, data=self.form.data))
        self.session.go_to("train")

    def _on_engine_failed(self, reason: str) -> None:
        words = _("The learning engine could not be loaded: {reason}")
        self.samples.show_words(words.format(reason=reason))

    # --- Qt ----------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()) and not is_for_window(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = local_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.open_folder(files[0])


def _recognise(folder: Path) -> tuple[str, Any]:
    from gan_studio.data.base import choose_source

    return choose_source(folder)


def _prepare(data: Plug, cache: Path, progress: Any, is_cancelled: Any) -> Prepared:
    from gan_studio.data.base import DATASETS, DataContext

    source = DATASETS.get(data.key).target(data.options)
    return source.prepare(DataContext(cache, progress, is_cancelled))
