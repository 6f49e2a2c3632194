"""The model, samples or a data set to take away: three buttons, and how far the work is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gan_studio.core.errors import Cancelled
from gan_studio.core.i18n import N_, _
from gan_studio.exporters.base import DATASET, MODEL, SAMPLES, Source, Watch
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.forms.progress_strip import STEPS, describe_progress

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gan_studio.data.base import Prepared
    from gan_studio.exporters.base import Exported
    from gan_studio.gui.bridge.task import Progress
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.take_dialog import Order, TakeDialog
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Place
    from gan_studio.jobs.folders import Folders

BUTTONS = {
    MODEL: (
        N_("Model …"),
        N_("The generator as a file that runs elsewhere: ONNX, TorchScript, torch.export."),
        "Ctrl+E",
    ),
    SAMPLES: (
        N_("Samples …"),
        N_("Many pictures with a table of their z, a contact sheet, or this picture."),
        "Ctrl+Shift+S",
    ),
    DATASET: (
        N_("Data set …"),
        N_("Labelled pictures in one folder per class, for other programs to learn from."),
        "Ctrl+Shift+E",
    ),
}


class TakeAway(QWidget):
    """One thing at a time; it goes on while the sliders move, with the model that it began with.

    Args:
        folders: where the run's data is kept, for the classifier that labels pictures.
        parent: as in Qt.

    Signals:
        done: the path of what was written.
        failed: the exception in its place.
    """

    done = Signal(str)
    failed = Signal(object)

    def __init__(self, folders: Folders, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders = folders
        self._bundle: Bundle | None = None
        self._point: Place | None = None
        self._last_folder = self._folder = ""
        self._task: Task | None = None
        self.dialog: TakeDialog | None = None
        self._build()
        self._update()

    @property
    def is_working(self) -> bool:
        """Whether something is being written."""
        return self._task is not None and self._task.is_running

    def follow(self, explorer: Explorer) -> None:
        """Take away what is explored, from where it is."""
        explorer.space_changed.connect(lambda: self.set_model(explorer.bundle))
        explorer.moved.connect(lambda: self.set_point(explorer.place))

    def set_model(self, bundle: Bundle | None) -> None:
        """What is taken away from now on; None for nothing."""
        if self.dialog is not None and not _are_of_one_run(self._bundle, bundle):
            self.dialog.reject()  # newer weights of a run do not disturb who fills it in
        if not self.is_working and not _are_of_one_run(self._bundle, bundle):
            self.words.clear()  # what was said is of the model before
        self._bundle = bundle
        self._update()

    def set_point(self, place: Place | None) -> None:
        """Where Explore is."""
        self._point = place

    # Building

    def _build(self) -> None:
        self.buttons = {group: self._button(group) for group in BUTTONS}
        grid = QGridLayout()
        grid.setSpacing(6)
        grid.addWidget(self.buttons[MODEL], 0, 0)
        grid.addWidget(self.buttons[SAMPLES], 0, 1)
        grid.addWidget(self.buttons[DATASET], 1, 0, 1, 2)
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress of what is taken away"))
        self.cancel_button = QPushButton(_("Cancel"))
        self.cancel_button.setProperty("role", "small")
        self.cancel_button.setToolTip(_("Stop writing. Nothing half-written is left."))
        self.cancel_button.clicked.connect(self._on_cancel_clicked)
        work = QHBoxLayout()
        work.setSpacing(8)
        work.addWidget(self.bar, 1)
        work.addWidget(self.cancel_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(grid)
        column.addWidget(self.words)
        column.addLayout(work)

    def _button(self, group: str) -> QPushButton:
        text, tip, key = BUTTONS[group]
        button = QPushButton(_(text))
        button.setShortcut(key)
        button.setToolTip(f"{_(tip)} ({key})")
        button.setAccessibleName(_("Take away: {what}").format(what=_(text).rstrip(" …")))
        button.clicked.connect(partial(self._ask, group))
        return button

    def _update(self) -> None:
        is_working = self.is_working
        for button in self.buttons.values():
            button.setEnabled(self._bundle is not None and not is_working)
        self.bar.setVisible(is_working)
        self.cancel_button.setVisible(is_working)
        self.words.setVisible(bool(self.words.text()))

    # Asking

    def _ask(self, group: str, _is_checked: bool = False) -> None:
        if self._bundle is None or self.is_working or self.dialog is not None:
            return
        from gan_studio.gui.pages.explore.take_dialog import TakeDialog

        dialog = TakeDialog(group, self._bundle, self._point, self._last_folder, self.window())
        dialog.finished.connect(self._on_dialog_finished)
        self.dialog = dialog
        dialog.open()

    def _on_dialog_finished(self, result: int) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is None:
            return
        if result and self._bundle is not None:
            self._folder = dialog.folder.value()
            self._begin(dialog.order(), self._bundle)
        dialog.deleteLater()

    # Working

    def _begin(self, order: Order, bundle: Bundle) -> None:
        job = partial(_write, order, bundle, self._folders.cache)
        task = Task(job, self).on_done(self._on_done).on_error(self._on_error)
        self._task = task.on_progress(self._on_progress).start()
        self._on_progress(0, 0, "")
        self._update()
        self.cancel_button.setFocus()

    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.words.setText(describe_progress(done, total, what) if what else _("Beginning …"))
        self.bar.setRange(0, STEPS if total else 0)
        self.bar.setValue(round(STEPS * done / total) if total else 0)
        self.words.show()

    def _on_done(self, exported: Exported) -> None:
        self._last_folder = self._folder  # one that could not be written is not offered again
        self._end(" ".join(exported.notes))
        self.done.emit(str(exported.path))

    def _on_error(self, problem: Exception) -> None:
        self._end("")
        if not isinstance(problem, Cancelled):
            self.failed.emit(problem)

    def _on_cancel_clicked(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._end(_("Cancelled; nothing was written."))

    def _end(self, words: str) -> None:
        had_focus = self.cancel_button.hasFocus()
        self._task = None
        self.words.setText(words)
        self._update()
        if had_focus:
            self.buttons[MODEL].setFocus()


def _are_of_one_run(one: Bundle | None, other: Bundle | None) -> bool:
    if one is None or other is None or one.run_dir is None:
        return False
    return one.run_dir == other.run_dir


def _write(
    order: Order,
    bundle: Bundle,
    cache: Path,
    progress: Progress,
    is_cancelled: Callable[[], bool],
) -> Any:
    """In the worker's thread, where torch may be imported."""
    from gan_studio.training.device import use_threads

    use_threads(1)  # cores belong to training
    source = Source(bundle, order.places, partial(_prepare, bundle, cache), cache)
    return order.exporter.write(source, order.out, Watch(progress, is_cancelled))


def _prepare(bundle: Bundle, cache: Path, watch: Watch) -> Prepared:
    """The run's data; what would have to be downloaded first is an error that says so."""
    from gan_studio.jobs.run_data import prepare

    data, cancelled = bundle.config.data, watch.is_cancelled
    return prepare(data, cache, watch.progress, cancelled, may_download=False)
