"""How a direction is painted in the list: its name, its number, and pictures along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gan_studio.gui import theme
from gan_studio.gui.pages.explore.direction_strips import PICTURES
from gan_studio.gui.widgets import pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage

STRIP_ROLE = Qt.ItemDataRole.UserRole  # the pictures, list[QImage]; empty until they are drawn
NOTE_ROLE = Qt.ItemDataRole.UserRole + 1  # words at the right of the name
SHARE_ROLE = Qt.ItemDataRole.UserRole + 2  # where we are along it, 0 to 1
KIND_ROLE = Qt.ItemDataRole.UserRole + 3

PAD, GAP, CARET = 8, 4, 9
TALLEST, LOWEST = 84, 28  # of a picture, at 100 % text


class DirectionDelegate(QStyledItemDelegate):
    """One line of words, a strip below it, and a mark where we are.

    Attributes:
        cell: width and height of the model's pictures.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cell = (28, 28)

    def picture_rects(self, row: QRect) -> list[QRectF]:
        """Where the pictures of a row are."""
        room = QRectF(row).adjusted(PAD + 3, 0, -PAD, 0)
        side = (room.width() - (PICTURES - 1) * GAP) / PICTURES
        width, height = self._picture_size(side)
        step = (room.width() - width) / (PICTURES - 1)
        step = min(step, width + 3 * GAP)  # what belongs together stands together
        top = row.top() + PAD + self._words_height() + GAP
        return [QRectF(room.left() + at * step, top, width, height) for at in range(PICTURES)]

    def caret_rect(self, row: QRect) -> QRect:
        """Where the mark moves."""
        rects = self.picture_rects(row)
        line = QRectF(rects[0].left(), rects[0].bottom() + 1, 0, CARET)
        line.setRight(rects[-1].right())
        return line.adjusted(-CARET, 0, CARET, 0).toAlignedRect()

    def _picture_size(self, side: float) -> tuple[float, float]:
        parent = self.parent()
        ratio = parent.devicePixelRatioF() if isinstance(parent, QWidget) else 1.0
        width, height = self.cell
        tallest = max(theme.px(TALLEST), LOWEST)
        scale = min(
            pictures.whole_scale(side, width, ratio), pictures.whole_scale(tallest, height, ratio)
        )
        return width * scale, height * scale

    def _words_height(self) -> int:
        parent = self.parent()
        return parent.fontMetrics().height() + 2 if isinstance(parent, QWidget) else 18

    def height_of(self, width: int) -> int:
        """How high a row of this width is."""
        rects = self.picture_rects(QRect(0, 0, width, 100))
        return round(rects[0].bottom()) + CARET + PAD // 2

    # Qt's overrides

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        view, width = self.parent(), option.rect.width()
        if isinstance(view, QAbstractItemView):
            width = view.viewport().width()
        return QSize(60, self.height_of(width))

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        line = QRect(option.rect.left() + 4, option.rect.top() + 2, 0, 0)
        line.setSize(QSize(option.rect.width() // 2, max(editor.sizeHint().height(), 24)))
        editor.setGeometry(line)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors, row = theme.tokens(), option.rect
        painter.save()
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hot = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_current or is_hot:
            painter.fillRect(row, QColor(colors.soft))
        if is_current:
            painter.fillRect(QRect(row.left(), row.top(), 3, row.height()), QColor(colors.accent))
        self._paint_words(painter, option, index)
        self._paint_strip(painter, row, index.data(STRIP_ROLE) or [])
        self._paint_caret(painter, row, index.data(SHARE_ROLE))
        painter.restore()

    def _paint_words(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors, row = theme.tokens(), option.rect
        line = QRect(row.left() + PAD + 3, row.top() + PAD // 2, row.width(), self._words_height())
        line.setRight(row.right() - PAD)
        small = QFont(option.font)
        small.setPixelSize(theme.px(12))
        bold = QFont(option.font)
        bold.setBold(True)
        metrics = QFontMetrics(small)
        note = index.data(NOTE_ROLE) or ""
        painter.setFont(small)
        painter.setPen(QColor(colors.text))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(line, right, note)
        room = line.width() - metrics.horizontalAdvance(note) - 12
        name_metrics = QFontMetrics(bold)
        name = name_metrics.elidedText(index.data() or "", Qt.TextElideMode.ElideRight, room)
        painter.setFont(bold)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
        left = name_metrics.horizontalAdvance(name) + 10
        kind = metrics.elidedText(
            index.data(KIND_ROLE) or "", Qt.TextElideMode.ElideRight, max(room - left, 0)
        )
        painter.setFont(small)
        painter.setPen(QColor(colors.muted))
        painter.drawText(line.adjusted(left, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, kind)

    def _paint_strip(self, painter: QPainter, row: QRect, images: Sequence[QImage]) -> None:
        for at, place in enumerate(self.picture_rects(row)):
            if at < len(images):
                pictures.draw_picture(painter, place, images[at], is_smooth=False)
            else:
                painter.fillRect(place, QColor(theme.tokens().border))

    def _paint_caret(self, painter: QPainter, row: QRect, share: float | None) -> None:
        if share is None:
            return
        rects = self.picture_rects(row)
        first, last = rects[0].center().x(), rects[-1].center().x()
        x, top = first + min(max(share, 0.0), 1.0) * (last - first), rects[0].bottom() + 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.tokens().accent))
        half = CARET / 2
        corners = [QPointF(x, top), QPointF(x - half, top + 6), QPointF(x + half, top + 6)]
        painter.drawPolygon(QPolygonF(corners))
