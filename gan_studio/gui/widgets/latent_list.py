"""The list below the latent sliders: what it shows, where, and how it is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import latent_words
from gan_studio.gui.widgets.latent_marks import Marks
from gan_studio.gui.widgets.latent_paint import Columns, Row, draw_head
from gan_studio.gui.widgets.latent_rows import BY_INDEX, Group, arrange, matching

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROW = 22


class LatentList(QAbstractScrollArea):
    """Rows of name, lock, slider, number and effect; paints only those that are seen.

    Attributes:
        marks: which rows are chosen, locked and linked.

    Signals:
        marked: other rows are chosen or linked.
    """

    marked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marks = Marks()
        self._values: list[float] = []
        self._lo: list[float] = []
        self._hi: list[float] = []
        self._middle: list[float] = []
        self._effects: list[float] | None = None
        self._strongest = 1.0
        self._order, self._text = BY_INDEX, ""
        self._folded: set[str] = set()
        self._rows: list[int | Group] = []  # a dimension, or the head of a group
        self._index_of: dict[int, int] = {}  # rows of dimensions that are shown
        self._current, self._hover = 0, -1
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        theme.notifier().changed.connect(self._on_theme_changed)

    # What is shown

    def set_space(self, lo: Sequence[float], hi: Sequence[float], middle: Sequence[float]) -> None:
        """The ends and the middle of every slider; values go to the middle."""
        is_same = len(lo) == len(self._lo)
        self._lo, self._hi, self._middle = list(lo), list(hi), list(middle)
        if not is_same:
            self._values, self._effects, self._folded = list(middle), None, set()
            self._current = 0
            self.marks.clear()
            self.marked.emit()
        self.rearrange()

    def count(self) -> int:
        """How many dimensions there are."""
        return len(self._values)

    def values(self) -> list[float]:
        """The values as they stand."""
        return list(self._values)

    def set_values(self, values: Sequence[float]) -> None:
        """Show other values without a signal; rows keep their places."""
        old, self._values = self._values, list(values)
        pairs = enumerate(zip(old, self._values, strict=True))
        self._update_rows([dim for dim, (before, now) in pairs if before != now])

    @property
    def effects(self) -> list[float] | None:
        """What `set_effects` was told last."""
        return self._effects

    def set_effects(self, effects: Sequence[float] | None) -> None:
        """How much each dimension changes the picture; rows keep their places (`rearrange`)."""
        self._effects = None if effects is None else [float(value) for value in effects]
        self._strongest = max(max(self._effects or (), default=0.0), 1e-9)
        self.viewport().update()

    def set_order(self, order: str) -> None:
        """Sort by one of `latent_rows.ORDERS`."""
        self._order = order
        self.rearrange()

    def set_search(self, text: str) -> None:
        """Show only what the search finds; the first hit becomes the current row."""
        self._text = text
        self.rearrange()
        dims = self.shown()
        if text.strip() and dims:
            self._set_current(dims[0])

    def rearrange(self) -> None:
        """Sort anew by the values and effects of now."""
        away = [self._away(dim) for dim in range(self.count())]
        found = matching(self._text, self.count())
        self._rows = []
        for group in arrange(found, self._order, away, self._effects, self.marks.links):
            if group.title:
                self._rows.append(group)
            if group.title not in self._folded:
                self._rows.extend(group.dims)
        self._index_of = {row: at for at, row in enumerate(self._rows) if isinstance(row, int)}
        self._hover = -1
        self._place_scroll_bar()
        self.viewport().update()

    def shown(self) -> list[int]:
        """The dimensions in the order of their rows, folded ones left out."""
        return list(self._index_of)

    @property
    def is_hovered(self) -> bool:
        """Whether the pointer is over a row: rows had better stay where they are."""
        return self._hover >= 0

    @property
    def current(self) -> int:
        """The dimension that keys move."""
        return self._current

    # Geometry

    def _row_height(self) -> int:
        return max(theme.px(ROW), self.fontMetrics().height() + 4)

    def _top(self, index: int) -> int:
        return index * self._row_height() - self.verticalScrollBar().value()

    def _place(self, index: int) -> QRect:
        return QRect(0, self._top(index), self.viewport().width(), self._row_height())

    def _columns(self) -> Columns:
        widest = "z" + "8" * max(len(str(max(self.count() - 1, 0))), 2)
        widest += " M" if self.marks.links else ""
        size = (self.viewport().width(), self._row_height())
        return Columns.fitted(self.fontMetrics(), size, widest)

    def _at(self, dim: int, part: QRectF) -> QRectF:
        return part.translated(0, self._top(self._index_of[dim]))

    def track_rect(self, dim: int) -> QRectF:
        """Where the slider of a shown dimension is, in the viewport."""
        return self._at(dim, self._columns().track)

    def number_rect(self, dim: int) -> QRectF:
        """Where the number of a shown dimension is, in the viewport."""
        return self._at(dim, self._columns().number)

    def lock_rect(self, dim: int) -> QRectF:
        """Where the lock of a shown dimension is, in the viewport, with some room around it."""
        return self._at(dim, self._columns().lock).adjusted(-4, 0, 2, 0)

    def label_rect(self, dim: int) -> QRectF:
        """Where the name of a shown dimension is, in the viewport."""
        return self._at(dim, self._columns().label)

    def _row_at(self, y: float) -> int:
        index = int(y + self.verticalScrollBar().value()) // self._row_height()
        return index if 0 <= index < len(self._rows) else -1

    def _dim_at(self, y: float) -> int:
        index = self._row_at(y)
        row = self._rows[index] if index >= 0 else -1
        return row if isinstance(row, int) else -1

    def _place_scroll_bar(self) -> None:
        bar, height = self.verticalScrollBar(), self._row_height()
        bar.setRange(0, max(0, len(self._rows) * height + 4 - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(height)

    def _share(self, dim: int, value: float) -> float:
        width = self._hi[dim] - self._lo[dim]
        return (value - self._lo[dim]) / width if width > 0 else 0.5

    def _away(self, dim: int) -> float:
        """How far from its middle, in standard deviations (a sixth of the range)."""
        spread = (self._hi[dim] - self._lo[dim]) / 6
        return (self._values[dim] - self._middle[dim]) / spread if spread > 0 else 0.0

    def _set_current(self, dim: int) -> None:
        before, self._current = self._current, dim
        if dim in self._index_of:
            bar, height = self.verticalScrollBar(), self._row_height()
            top = self._index_of[dim] * height
            if top < bar.value():
                bar.setValue(top)
            elif top + height > bar.value() + self.viewport().height():
                bar.setValue(top + height - self.viewport().height())
        self._say_current()
        self._update_rows((before, dim))

    def _say_current(self) -> None:
        dim = self._current
        if dim < self.count():
            others, is_locked = self._others(dim), dim in self.marks.locked
            words = latent_words.spoken(dim, self._values[dim], others, is_locked=is_locked)
            self.setAccessibleDescription(words)

    def _others(self, dim: int) -> int:
        return max(len(self.marks.together(dim)) - 1, 0)

    def _name(self, dim: int) -> str:
        return f"z{dim} {self.marks.letter(dim)}".rstrip()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, asked = QPainter(self.viewport()), event.region()
        columns, height = self._columns(), self._row_height()
        first = self.verticalScrollBar().value() // height
        last = first + self.viewport().height() // height + 2
        for index in range(first, min(last, len(self._rows))):
            place = self._place(index)
            if not asked.intersects(place):
                continue
            row = self._rows[index]
            if isinstance(row, Group):
                is_folded = row.title in self._folded
                draw_head(painter, row, QRectF(place), is_folded=is_folded)
            else:
                self._row_of(row).draw(painter, columns, QRectF(place))
        if not self._rows and self.count():
            self._paint_nothing(painter)

    def _paint_nothing(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme.tokens().muted))
        words = _("No slider matches. Search for z41, 41 or 10-19.")
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.viewport().rect().adjusted(16, 0, -16, 0), flags, words)

    def _row_of(self, dim: int) -> Row:
        effects = self._effects
        return Row(
            self._name(dim),
            f"{round(self._values[dim], 2) + 0.0:+.2f}",  # no -0.00
            self._share(dim, self._values[dim]),
            self._share(dim, self._middle[dim]),
            None if effects is None else effects[dim] / self._strongest,
            is_hot=dim == self._hover,
            has_focus=dim == self._current and self.hasFocus(),
            is_chosen=dim in self.marks.chosen,
            is_locked=dim in self.marks.locked,
        )

    def _update_rows(self, dims: Iterable[int]) -> None:
        """Paint these again and no others."""
        for dim in dims:
            if dim in self._index_of:
                self.viewport().update(self._place(self._index_of[dim]))

    # Qt's overrides

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            dim = self._dim_at(event.pos().y())
            if dim >= 0:
                QToolTip.showText(event.globalPos(), self.tip(dim), self)
                return True
        if event.type() == QEvent.Type.Leave:
            self._hover_over(-1)
        return super().viewportEvent(event)

    def _hover_over(self, dim: int) -> None:
        before, self._hover = self._hover, dim
        if before != dim:
            self._update_rows((before, dim))

    def tip(self, dim: int) -> str:
        """What the tooltip of a row says."""
        value, middle = self._values[dim], self._middle[dim]
        effect = None if self._effects is None else self._effects[dim]
        is_locked = dim in self.marks.locked
        return latent_words.tip(dim, value, middle, effect, self._others(dim), is_locked=is_locked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_scroll_bar()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def rows_height(self) -> int:
        """The height at which no row has to be scrolled to."""
        return len(self._rows) * self._row_height() + 6

    def sizeHint(self) -> QSize:
        return QSize(400, self._row_height() * min(max(len(self._rows), 3), 20))

    def _on_theme_changed(self) -> None:
        self._place_scroll_bar()
        self.viewport().update()
