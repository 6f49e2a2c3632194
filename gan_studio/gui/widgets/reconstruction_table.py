"""Originals, and per model a copy, where it errs, and by how much."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMenu, QToolTip, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.error_colors import color_errors
from gan_studio.gui.widgets.reconstruction_numbers import (
    ALL,
    TableColumn,
    font_of,
    lines_of,
    mean_lines,
    placing,
    summary,
    tip_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP, COLUMN_GAP, BLOCK_GAP = 6, 18, 34
HEAD, LINE, FOOT, NUMBERS = 24, 15, 72, 74  # heights, and the width of the numbers
SMALLEST = 48  # pictures are not made smaller than this for the sake of fitting
MOST_BLOCKS = 4


@dataclass(frozen=True)
class Layout:
    """How the rows are placed: in `blocks` side by side, pictures of `width` x `height`."""

    blocks: int
    rows: int
    width: float
    height: float
    row_height: float
    block_width: float
    head: float


@dataclass
class _Images:
    originals: list[QImage] = field(default_factory=list)
    copies: list[list[QImage]] = field(default_factory=list)
    errors: list[list[QImage]] = field(default_factory=list)


def lay_out(
    count: int,
    columns: int,
    size: tuple[float, float],
    picture: tuple[int, int],
    ratio: float = 1,
    lines: int = 3,
    head: float = HEAD,
) -> Layout:
    """The placement with the largest pictures of which all rows are seen at once.

    Where not all can be seen, pictures keep a legible size and rows are scrolled to. Each row has
    room for as many `lines` of numbers; `head` is the height of the titles.
    """
    smallest = max(1.0, math.ceil(SMALLEST * ratio / picture[1]) / ratio)
    plans = [
        _plan(count, columns, size, picture, (blocks, smallest, ratio, lines, theme.px(head)))
        for blocks in range(1, min(MOST_BLOCKS, max(count, 1)) + 1)
    ]
    wide = [plans[0], *(plan for plan in plans[1:] if _width(plan) <= size[0])]
    return max(wide, key=lambda plan: (min(size[1] - _height(plan), 0), plan.width))


def _plan(
    count: int,
    columns: int,
    size: tuple[float, float],
    picture: tuple[int, int],
    how: tuple[int, float, float, int, float],
) -> Layout:
    blocks, smallest, ratio, lines, head = how
    rows = math.ceil(max(count, 1) / blocks)
    beside = columns * (COLUMN_GAP + 2 * GAP + theme.px(NUMBERS))
    across = (size[0] - (blocks - 1) * BLOCK_GAP) / blocks - beside
    down = (size[1] - head - theme.px(FOOT)) / rows - GAP
    scale = min(
        pictures.whole_scale(across / (1 + 2 * columns), picture[0], ratio),
        pictures.whole_scale(down, picture[1], ratio),
    )
    scale = max(scale, smallest)
    width, height = picture[0] * scale, picture[1] * scale
    row_height = max(height, lines * theme.px(LINE)) + GAP
    block_width = (1 + 2 * columns) * width + beside
    return Layout(blocks, rows, width, height, row_height, block_width, head)


def _width(plan: Layout) -> float:
    return plan.blocks * plan.block_width + (plan.blocks - 1) * BLOCK_GAP


def _height(plan: Layout) -> float:
    return plan.head + plan.rows * plan.row_height + theme.px(FOOT)


def paint_mark(painter: QPainter, mark: str, room: QRectF) -> None:
    """Where the copies of a column come from, in the colour of a caution."""
    painter.save()
    painter.setPen(QColor(theme.tokens().warning))
    painter.setFont(font_of(painter.font(), 12))
    elide = Qt.TextElideMode.ElideRight
    words = painter.fontMetrics().elidedText(mark, elide, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
    painter.restore()


class ReconstructionTable(QAbstractScrollArea):
    """Rows of pictures. Hover enlarges, right click copies and saves, pictures can be dragged.

    Signals:
        explore_requested: row and column whose latent is to be explored.
        map_requested: row and column whose place among all pictures is to be shown.
        z_requested: row and column whose latent is to be copied.
    """

    explore_requested = Signal(int, int)
    map_requested = Signal(int, int)
    z_requested = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns: list[TableColumn] = []
        self._captions: list[str] = []
        self._feet: list[tuple[str, ...]] = []
        self._limit, self._is_absolute, self._measure = 1.0, False, ALL
        self.has_map = True  # whether the pictures have a place on the Map
        self._images = _Images()
        self._pressed_at = QPoint()
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(_("Originals and reconstructions"))
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_content(
        self,
        originals: Any,
        columns: Sequence[TableColumn],
        captions: Sequence[str] = (),
        limit: float = 1.0,
    ) -> None:
        """Show pictures; `limit` is the error with the full colour, `captions` are the classes."""
        self._columns, self._captions, self._limit = list(columns), list(captions), limit
        self._images.originals = [pictures.to_image(picture) for picture in originals]
        self._images.copies = [column.images(column.copies) for column in columns]
        self._recolor()
        self.setAccessibleDescription(summary(columns))
        self._place_scroll_bars()
        self.viewport().update()

    def set_feet(self, feet: Sequence[tuple[str, ...]]) -> None:
        """Up to two lines below the means of each column, beyond what the rows tell."""
        self._feet = list(feet)
        self.viewport().update()

    def set_limit(self, limit: float) -> None:
        """Colour the error maps on another scale."""
        self._limit = limit
        self._recolor()
        self.viewport().update()

    def set_absolute(self, is_absolute: bool) -> None:
        """Colour how far copies are off, or also to which side."""
        self._is_absolute = is_absolute
        self._recolor()
        self.viewport().update()

    def set_measure(self, measure: str) -> None:
        """Show one number per copy, or all three (see `reconstruction_numbers`)."""
        self._measure = measure
        self._place_scroll_bars()
        self.viewport().update()

    def row_count(self) -> int:
        """How many pictures are compared."""
        return len(self._images.originals)

    def columns(self) -> list[TableColumn]:
        """What is shown."""
        return list(self._columns)

    def as_image(self) -> QImage:
        """The whole table as it looks, scrolled-off rows included."""
        size = self._content_size()
        ratio = self.devicePixelRatioF()
        image = QImage(size * ratio, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(theme.tokens().surface))
        painter = QPainter(image)
        self._paint(painter, QPoint(0, 0))
        painter.end()
        return image

    # Geometry

    def _layout(self) -> Layout:
        first = self._images.originals[0]
        size = (self.viewport().width() - 4.0, self.viewport().height() - 2.0)
        picture = (first.width(), first.height())
        ratio = self.devicePixelRatioF()
        lines = 3 if self._measure == ALL else 1
        head = HEAD + LINE if any(column.mark for column in self._columns) else HEAD
        return lay_out(self.row_count(), len(self._columns), size, picture, ratio, lines, head)

    def _content_size(self) -> QSize:
        if not self._images.originals:
            return QSize(10, 10)
        plan = self._layout()
        width, height = _width(plan) + 4, _height(plan)
        return QSize(math.ceil(width), math.ceil(height))

    def cell_rect(self, row: int, cell: int) -> QRectF:
        """Where a picture is, scrolled: cell 0 is the original, then copy, error, copy, error."""
        plan = self._layout()
        block, line = divmod(row, plan.rows)
        x = 2 + block * (plan.block_width + BLOCK_GAP)
        if cell:
            column, part = divmod(cell - 1, 2)
            step = COLUMN_GAP + 2 * plan.width + 2 * GAP + theme.px(NUMBERS)
            x += plan.width + COLUMN_GAP + column * step + part * (plan.width + GAP)
        y = plan.head + line * plan.row_height
        offset = self._offset()
        return QRectF(round(x) - offset.x(), round(y) - offset.y(), plan.width, plan.height)

    def cell_at(self, position: QPoint) -> tuple[int, int] | None:
        """Row and cell at a position."""
        for row in range(self.row_count()):
            for cell in range(1 + 2 * len(self._columns)):
                if self.cell_rect(row, cell).contains(position):
                    return row, cell
        return None

    def _image(self, row: int, cell: int) -> QImage:
        if cell == 0:
            return self._images.originals[row]
        column, part = divmod(cell - 1, 2)
        return (self._images.errors if part else self._images.copies)[column][row]

    def _offset(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def _place_scroll_bars(self) -> None:
        size, view = self._content_size(), self.viewport()
        for bar, extent, seen in (
            (self.horizontalScrollBar(), size.width(), view.width()),
            (self.verticalScrollBar(), size.height(), view.height()),
        ):
            bar.setRange(0, max(0, extent - seen))
            bar.setPageStep(seen)
            bar.setSingleStep(24)

    def _recolor(self) -> None:
        self._images.errors = [column.images(self._maps(column)) for column in self._columns]

    def _maps(self, column: TableColumn) -> Any:
        return color_errors(column.errors, self._limit, is_absolute=self._is_absolute)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._images.originals:
            self._paint(QPainter(self.viewport()), self._offset(), sticks=True)

    def _paint(self, painter: QPainter, offset: QPoint, *, sticks: bool = False) -> None:
        plan = self._layout()
        painter.translate(QPoint(self._offset()) - offset)
        for row in range(self.row_count()):
            self._paint_row(painter, row)
        for block in range(plan.blocks):
            self._paint_heads(painter, block * plan.rows, plan.head)
        self._paint_means(painter, plan, sticks=sticks)

    def _paint_row(self, painter: QPainter, row: int) -> None:
        for cell in range(1 + 2 * len(self._columns)):
            place = self.cell_rect(row, cell)
            image = self._image(row, cell)
            if image.isNull():
                painter.fillRect(place, QColor(theme.tokens().soft))
            else:
                pictures.draw_picture(painter, place, image, is_smooth=False)
            if cell and cell % 2 == 0:
                painter.setPen(QColor(theme.tokens().border))
                painter.drawRect(place.adjusted(0, 0, -1, -1))
                self._paint_numbers(painter, cell // 2 - 1, row, place)

    def _paint_numbers(self, painter: QPainter, index: int, row: int, beside: QRectF) -> None:
        colors, line = theme.tokens(), theme.px(LINE)
        place_of = placing(self._columns, row, self._measure)
        lines = lines_of(self._columns[index], row, self._measure, place_of.get(index))
        top = beside.center().y() - len(lines) / 2 * line
        place = QRectF(beside.right() + GAP, top, theme.px(NUMBERS), line)
        for number, text in enumerate(lines):
            painter.setFont(font_of(self.font(), 12, is_bold=not number and index in place_of))
            painter.setPen(QColor(colors.muted if number else colors.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            place.translate(0, line)

    def _paint_heads(self, painter: QPainter, row: int, height: float) -> None:
        if row >= self.row_count():
            return
        line = theme.px(HEAD)
        painter.setPen(QColor(theme.tokens().text))
        painter.setFont(font_of(self.font(), 12, is_bold=True))
        metrics = painter.fontMetrics()
        first = self.cell_rect(row, 0)
        top, flag = first.top() - height, Qt.AlignmentFlag.AlignVCenter
        room = QRectF(first.left(), top, first.width() + COLUMN_GAP - 2, line)
        word = metrics.elidedText(_("Original"), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, flag, word)
        for index, column in enumerate(self._columns):
            place = self.cell_rect(row, 1 + 2 * index)
            width = 2 * place.width() + GAP + theme.px(NUMBERS)
            room = QRectF(place.left(), top, width, line)
            words = metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(room, flag, words)
            paint_mark(painter, column.mark, room.translated(0, theme.px(LINE + 2)))

    def _foot_height(self) -> int:
        lines = len(mean_lines(self._columns[0], self._measure)) if self._columns else 0
        feet = max(map(len, self._feet), default=0)
        return theme.px(LINE) * (lines + feet) + 6

    def _paint_means(self, painter: QPainter, plan: Layout, *, sticks: bool) -> None:
        """Means and totals below the rows, or over the last of them while those are scrolled."""
        colors, line = theme.tokens(), theme.px(LINE)
        bottom = self.cell_rect(min(plan.rows, self.row_count()) - 1, 0).top() + plan.row_height
        if sticks and bottom > (stuck := self.viewport().height() - self._foot_height()):
            bottom = stuck
            area = QRectF(0, bottom, self.viewport().width(), self._foot_height())
            painter.fillRect(area, QColor(colors.surface))
        width = 2 * plan.width + 2 * GAP + theme.px(NUMBERS)
        for index, column in enumerate(self._columns):
            left = self.cell_rect(0, 1 + 2 * index).left()
            room = QRectF(left, bottom + 2, width, line + 2)
            feet = self._feet[index] if index < len(self._feet) else ()
            for number, text in enumerate((*mean_lines(column, self._measure), *feet)):
                painter.setFont(font_of(self.font(), 12, is_bold=not number))
                painter.setPen(QColor(colors.muted if number else colors.text))
                mode = Qt.TextElideMode.ElideRight  # a number cut off would be another number
                words = painter.fontMetrics().elidedText(text, mode, int(width))
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
                room.translate(0, line)

    # Qt's overrides

    def tip(self, row: int, cell: int) -> str:
        """What stands below the enlarged picture."""
        if cell:
            return tip_of(self._columns, (cell - 1) // 2, row, self._measure, is_copy=cell % 2 == 1)
        return self._captions[row] if row < len(self._captions) else ""

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.cell_at(event.pos())
            if found is not None and not self._image(*found).isNull():
                html = pictures.zoom_html(self._image(*found), self.tip(*found))
                QToolTip.showText(event.globalPos(), html, self)
                return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
        found = self.cell_at(self._pressed_at)
        if found is None or self._image(*found).isNull():
            return
        if moved >= QApplication.startDragDistance():
            pictures.start_drag(self, self._image(*found))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self.row_count():
            return
        menu = QMenu(self)
        found = self.cell_at(event.pos())
        if found is not None and not self._image(*found).isNull():
            image = self._image(*found)
            menu.addAction(_("Copy"), lambda: pictures.copy_image(image))
            menu.addAction(
                _("Save picture …"), lambda: pictures.save_image(self, image, "picture.png")
            )
            row, column = found[0], max(found[1] - 1, 0) // 2
            menu.addAction(_("Open in Explore"), lambda: self.explore_requested.emit(row, column))
            menu.addAction(_("Copy z"), lambda: self.z_requested.emit(row, column))
            if self.has_map:
                menu.addAction(_("Show on the Map"), lambda: self.map_requested.emit(row, column))
            menu.addSeparator()
        menu.addAction(_("Copy the table"), lambda: pictures.copy_image(self.as_image()))
        menu.addAction(_("Save the table …"), self.save)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def save(self) -> None:
        """Ask where to save the whole table as a picture."""
        if self.row_count():
            pictures.save_image(self, self.as_image(), "reconstructions.png")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_scroll_bars()

    def _on_theme_changed(self) -> None:
        self._recolor()
        self._place_scroll_bars()
        self.viewport().update()
