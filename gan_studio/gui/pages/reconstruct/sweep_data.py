"""Which data a sweep over bottleneck sizes is trained on, and what is known of its runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox

from gan_studio.core.i18n import _
from gan_studio.core.schema import to_plain
from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.core.schema import Plug
    from gan_studio.gui.session import Session
    from gan_studio.jobs.survey import Survey, Surveyor

PREFERRED, ALWAYS_HERE = "mnist", "digits"


class DataChoice(QComboBox):
    """The data sets of pictures that need no folder, and the first model's own."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._own: Plug | None = None
        self._own_title = ""

    @property
    def data(self) -> dict[str, Any] | None:
        """The chosen data set as plain tables; None before the engine is ready."""
        chosen: dict[str, Any] | None = self.currentData()
        return chosen

    def fill(self) -> None:
        """List what can be chosen; the first time MNIST where it is here, else the digits."""
        chosen = self.data
        blocked = self.blockSignals(True)
        self.clear()
        for key, is_here in picture_sets(self._session):
            title = _(self._session.engine.title_of("dataset", key))
            words = title if is_here else _("{title} (download)").format(title=title)
            self.addItem(words, plain_data(self._session, key))
            if chosen is None and (key == ALWAYS_HERE or (key == PREFERRED and is_here)):
                self.setCurrentIndex(self.count() - 1)
        self._add_own()
        if chosen is not None:
            self.choose(chosen)
        self.blockSignals(blocked)

    def set_own(self, data: Plug | None, title: str) -> None:
        """Offer the data of the model that the page shows, where it is another."""
        if data is None or data == self._own:
            return
        self._own, self._own_title = data, title
        if self.count():
            self.fill()

    def _add_own(self) -> None:
        if self._own is None:
            return
        plain = plug_tables(self._own)
        if all(self.itemData(row) != plain for row in range(self.count())):
            self.addItem(self._own_title, plain)

    def choose(self, data: Any) -> None:
        """Choose a data set by its plain tables, where it is listed."""
        for row in range(self.count()):
            if self.itemData(row) == data:
                self.setCurrentIndex(row)


def plug_tables(data: Plug) -> dict[str, Any]:
    """A data set as the plain tables of a run's settings."""
    return {"name": data.key, **to_plain(data.options)}


def plain_data(session: Session, key: str) -> dict[str, Any]:
    """A data set with its default options."""
    return plug_tables(session.engine.config({"data": {"name": key}}).data)


def picture_sets(session: Session) -> list[tuple[str, bool]]:
    """Data sets of pictures that need no folder of a person's, and whether each is here."""
    from dataclasses import fields

    from gan_studio.data.base import DATASETS, DataContext, DataSource

    context = DataContext(session.folders.cache)
    return [
        (entry.key, entry.target(entry.options()).is_here(context))
        for entry in DATASETS
        if all(item.name != "path" for item in fields(entry.options))
        and entry.target.density is DataSource.density  # points have one, pictures do not
    ]


class Surveys(QObject):
    """Looks for runs and measures them, beside the window; what was measured is kept."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._surveyor: Surveyor | None = None

    def look(
        self,
        family: str,
        data: dict[str, Any],
        sizes: tuple[int, ...],
        on_done: Callable[[Survey], None],
        on_error: Callable[[Exception], None],
        *,
        with_baseline: bool,
    ) -> Task:
        """A task that gives a `Survey`; the data is not downloaded for it."""
        folders = self._session.folders

        def job(progress: Any, is_cancelled: Any) -> Survey:
            from gan_studio.jobs.survey import Surveyor
            from gan_studio.training.device import use_threads

            use_threads(1)  # the cores belong to training
            if self._surveyor is None or self._surveyor.folders != folders:
                self._surveyor = Surveyor(folders)
            return self._surveyor.look(
                family, data, sizes, is_cancelled, with_baseline=with_baseline
            )

        return Task(job, self).on_done(on_done).on_error(on_error).start()
