"""The table of runs: what each cell says, and how it is sorted and filtered."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from gan_studio.core.i18n import N_, _
from gan_studio.gui.tooltips import in_lines
from gan_studio.gui.widgets.run_words import data_of, family_of, state_of, step_of, when

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

    from gan_studio.gui.run_list import RunSummary
    from gan_studio.gui.session import Session

RUN_ROLE = Qt.ItemDataRole.UserRole
SORT_ROLE = Qt.ItemDataRole.UserRole + 1
NOTE_ROLE = Qt.ItemDataRole.UserRole + 2  # the second line of a cell
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns from left to right."""

    MODEL = 0
    DATA = 1
    STEPS = 2
    DATE = 3
    STATE = 4


HEADS = {
    Column.MODEL: N_("Model"),
    Column.DATA: N_("Data"),
    Column.STEPS: N_("Steps"),
    Column.DATE: N_("Date"),
    Column.STATE: N_("State"),
}


class RunModel(QAbstractTableModel):
    """One row per run."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.runs: list[RunSummary] = []
        self._pictures: list[QImage] = []

    def set_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these runs."""
        self.beginResetModel()
        self.runs, self._pictures = list(runs), []
        self.endResetModel()

    def set_pictures(self, pictures: Sequence[QImage]) -> None:
        """Pictures of the runs, in their order."""
        self._pictures = list(pictures)
        self.refresh()

    def refresh(self) -> None:
        """Words may have changed."""
        if self.runs:
            last = self.index(len(self.runs) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _words(self, run: RunSummary, column: int) -> str:
        if run.is_damaged and column != Column.STATE:
            words = {Column.MODEL: run.path.name, Column.DATE: when(run)}
            return words.get(Column(column), "")
        if column == Column.MODEL:
            return family_of(self._session, run)
        if column == Column.DATA:
            return data_of(self._session, run)
        if column == Column.STEPS:
            return f"{step_of(self._session, run):,}"
        return when(run) if column == Column.DATE else state_of(self._session, run)

    def _note(self, run: RunSummary, column: int) -> str:
        if column == Column.MODEL:
            return run.problem or run.path.name
        if (
            column == Column.STEPS
            and not run.is_damaged
            and step_of(self._session, run) < run.total_steps
        ):
            return _("of {total}").format(total=f"{run.total_steps:,}")
        if column == Column.DATE and run.created is not None and not when(run)[:2].isdigit():
            return run.created.strftime("%H:%M")
        return ""

    def _sort_value(self, run: RunSummary, column: int) -> Any:
        if column == Column.STEPS:
            return run.step
        if column == Column.DATE:
            return (run.created or datetime.fromtimestamp(0)).timestamp()
        return self._words(run, column).lower()

    # -- Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(HEADS[Column(section)])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run, column = self.runs[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(run, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return in_lines(run.problem or run.failure or str(run.path))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._words(run, column)} {self._note(run, column)}"
        if role == NOTE_ROLE:
            return self._note(run, column)
        if role == SORT_ROLE:
            return self._sort_value(run, column)
        if role == RUN_ROLE:
            return run
        if role == PICTURE_ROLE and column == Column.MODEL and index.row() < len(self._pictures):
            return self._pictures[index.row()]
        return None


class RunFilter(QSortFilterProxyModel):
    """Sorts by the value behind the words, and keeps rows that hold all words of the filter."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setSortRole(SORT_ROLE)
        self._words: list[str] = []

    def set_words(self, text: str) -> None:
        """Keep only runs with all of these words in their name, model, data or state."""
        self._words = text.lower().split()
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        model = self.sourceModel()
        texts = [
            f"{index.data()} {index.data(NOTE_ROLE)}"
            for index in (model.index(row, column) for column in range(model.columnCount()))
        ]
        line = " ".join(texts).lower()
        return all(word in line for word in self._words)
