"""The list below the latent sliders: what it shows, where, and how it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.latent_rows import BY_INDEX, Group, arrange, matching
from gan_studio.gui.widgets.slider_paint import draw_slider

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW, EFFECT_WIDTH, GAP = 22, 48, 10


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row are, in x."""

    label: QRectF
    track: QRectF
    number: QRectF
    effect: QRectF


class LatentList(QAbstractScrollArea):
    """Rows of name, slider, number and effect; paints only those that are seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[float] = []
        self._lo: list[float] = []
        self._hi: list[float] = []
        self._middle: list[float] = []
        self._effects: list[float] | None = None
        self._order, self._text = BY_INDEX, ""
        self._folded: set[str] = set()
        self._rows: list[int | Group] = []  # a dimension, or the head of a group
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
        self.rearrange()

    def count(self) -> int:
        """How many dimensions there are."""
        return len(self._values)

    def values(self) -> list[float]:
        """The values as they stand."""
        return list(self._values)

    def set_values(self, values: Sequence[float]) -> None:
        """Show other values without a signal; rows keep their places."""
        self._values = [float(value) for value in values]
        self.viewport().update()

    def set_effects(self, effects: Sequence[float] | None) -> None:
        """How much each dimension changes the picture; rows keep their places (`rearrange`)."""
        self._effects = None if effects is None else [float(value) for value in effects]
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
        for group in arrange(found, self._order, away, self._effects):
            if group.title:
                self._rows.append(group)
            if group.title not in self._folded:
                self._rows.extend(group.dims)
        self._hover = -1
        self._place_scroll_bar()
        self.viewport().update()

    def shown(self) -> list[int]:
        """The dimensions in the order of their rows, folded ones left out."""
        return [row for row in self._rows if isinstance(row, int)]

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

    def _columns(self) -> Columns:
        metrics, height = self.fontMetrics(), self._row_height()
        label = metrics.horizontalAdvance("z" + "8" * max(len(str(max(self.count() - 1, 0))), 2))
        number = max(metrics.horizontalAdvance("-88.88"), theme.px(44))
        width = self.viewport().width() - 4
        left = label + GAP
        right = width - theme.px(EFFECT_WIDTH) - GAP - number
        return Columns(
            QRectF(2, 0, label, height),
            QRectF(left, 0, max(right - GAP - left, 40), height),
            QRectF(right, 0, number, height),
            QRectF(width - theme.px(EFFECT_WIDTH), 0, theme.px(EFFECT_WIDTH), height),
        )

    def track_rect(self, dim: int) -> QRectF:
        """Where the slider of a shown dimension is, in the viewport."""
        return self._columns().track.translated(0, self._top(self._rows.index(dim)))

    def number_rect(self, dim: int) -> QRectF:
        """Where the number of a shown dimension is, in the viewport."""
        return self._columns().number.translated(0, self._top(self._rows.index(dim)))

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
        self._current = dim
        if dim in self._rows:
            bar, height = self.verticalScrollBar(), self._row_height()
            top = self._rows.index(dim) * height
            if top < bar.value():
                bar.setValue(top)
            elif top + height > bar.value() + self.viewport().height():
                bar.setValue(top + height - self.viewport().height())
        self._say_current()
        self.viewport().update()

    def _say_current(self) -> None:
        if self._current < self.count():
            self.setAccessibleDescription(f"z{self._current} {self._values[self._current]:.2f}")

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        columns, height = self._columns(), self._row_height()
        first = self.verticalScrollBar().value() // height
        last = first + self.viewport().height() // height + 2
        for index in range(first, min(last, len(self._rows))):
            row, top = self._rows[index], self._top(index)
            if isinstance(row, Group):
                self._paint_head(painter, row, top)
            else:
                self._paint_row(painter, row, top, columns)
        if not self._rows and self.count():
            painter.setPen(QColor(theme.tokens().muted))
            words = _("No slider matches. Search for z41, 41 or 10-19.")
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(16, 0, -16, 0), flags, words)

    def _paint_head(self, painter: QPainter, group: Group, top: int) -> None:
        colors, height = theme.tokens(), self._row_height()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.muted))
        x, y, size = 7.0, top + height / 2, 3.5
        if group.title in self._folded:
            shape = [QPointF(x - 2, y - size), QPointF(x + 2, y), QPointF(x - 2, y + size)]
        else:
            shape = [QPointF(x - size, y - 2), QPointF(x + size, y - 2), QPointF(x, y + 2)]
        painter.drawPolygon(QPolygonF(shape))
        font = painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        place = QRectF(18, top, self.viewport().width() - 20, height)
        text = f"{group.title}  ·  {len(group.dims)}"
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setFont(self.font())

    def _paint_row(self, painter: QPainter, dim: int, top: int, columns: Columns) -> None:
        colors = theme.tokens()
        has_focus = dim == self._current and self.hasFocus()
        if dim == self._hover or has_focus:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.soft))
            row = QRectF(0, top, self.viewport().width(), self._row_height())
            painter.drawRoundedRect(row.adjusted(0, 0.5, 0, -0.5), 4, 4)
        value, middle = self._values[dim], self._middle[dim]
        painter.setPen(QColor(colors.accent if has_focus else colors.muted))
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(columns.label.translated(0, top), flags, f"z{dim}")
        draw_slider(
            painter,
            columns.track.translated(0, top),
            self._share(dim, value),
            start=self._share(dim, middle),
            is_hot=dim == self._hover,
            has_focus=has_focus,
        )
        painter.setPen(QColor(colors.text if abs(value - middle) > 0.005 else colors.muted))
        flags |= Qt.AlignmentFlag.AlignRight
        painter.drawText(columns.number.translated(0, top), flags, f"{value:+.2f}")
        self._paint_effect(painter, dim, columns.effect.translated(0, top))

    def _paint_effect(self, painter: QPainter, dim: int, place: QRectF) -> None:
        colors = theme.tokens()
        bar = QRectF(place.left(), place.center().y() - 3, place.width(), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.border))
        painter.drawRoundedRect(bar, 3, 3)
        if self._effects is None:
            return
        strongest = max(max(self._effects), 1e-9)
        share = min(self._effects[dim] / strongest, 1.0)
        painter.setBrush(QColor(colors.accent))
        painter.drawRoundedRect(bar.adjusted(0, 0, -bar.width() * (1 - max(share, 0.04)), 0), 3, 3)

    # Qt's overrides

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            dim = self._dim_at(event.pos().y())
            if dim >= 0:
                QToolTip.showText(event.globalPos(), self.tip(dim), self)
                return True
        if event.type() == QEvent.Type.Leave:
            self._hover = -1
            self.viewport().update()
        return super().viewportEvent(event)

    def tip(self, dim: int) -> str:
        """What the tooltip of a row says."""
        lines = [f"z{dim} = {self._values[dim]:.3f}"]
        if self._effects is not None:
            lines.append(
                _(
                    "One standard deviation changes a pixel by {levels:.1f} of 255 on average."
                ).format(levels=self._effects[dim])
            )
        if abs(middle := self._middle[dim]) > 0.005:
            words = _("The middle is {middle:+.2f}: the mean of the codes of the data.")
            lines.append(words.format(middle=middle))
        lines.append(
            _("Drag (Ctrl: finely). Double click: middle. Click the number twice: type it.")
        )
        return "\n".join(lines)

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
