"""A small table: what models of several sizes lose, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class SizeRow:
    """One size.

    Attributes:
        cells: what the columns say, the size first.
        tooltip: more about the row.
        can_open: whether there is a model behind it.
    """

    size: int
    cells: tuple[str, ...]
    tooltip: str = ""
    can_open: bool = False


class SizeTable(QTableWidget):
    """Read only; a double click or Return on a row with a model says which.

    Signals:
        chosen: the size of the row.
    """

    chosen = Signal(int)

    def __init__(self, heads: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, len(heads), parent)
        self.rows: tuple[SizeRow, ...] = ()
        self.setHorizontalHeaderLabels(list(heads))
        self.setAccessibleName(name)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(len(heads) - 1, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.activated.connect(self._on_activated)
        theme.notifier().changed.connect(self._fill)

    def set_rows(self, rows: tuple[SizeRow, ...]) -> None:
        """Show these rows; the selection stays."""
        if rows != self.rows:
            self.rows = rows
            self._fill()

    def _fill(self) -> None:
        self.setRowCount(len(self.rows))
        muted = QColor(theme.tokens().muted)
        for place, row in enumerate(self.rows):
            for column, text in enumerate(row.cells):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(row.tooltip)
                if not row.can_open:
                    item.setForeground(muted)
                self.setItem(place, column, item)
        self.resizeRowsToContents()

    def _on_activated(self, index: object) -> None:
        place = self.currentRow()
        if 0 <= place < len(self.rows) and self.rows[place].can_open:
            self.chosen.emit(self.rows[place].size)
