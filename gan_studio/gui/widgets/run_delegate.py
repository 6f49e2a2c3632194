"""How a cell of the table of runs is painted: a picture, a line, and a smaller line below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gan_studio.gui import theme
from gan_studio.gui.run_model import NOTE_ROLE, PICTURE_ROLE, RUN_ROLE, Column

if TYPE_CHECKING:
    from gan_studio.gui.run_list import RunSummary

PICTURE_PX = 56
PAD = 10


class RunDelegate(QStyledItemDelegate):
    """Two lines per cell."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colors = theme.tokens()
        painter.save()
        is_marked = option.state & (
            QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver
        )
        if is_marked:
            painter.fillRect(option.rect, QColor(colors.soft))
        if option.state & QStyle.StateFlag.State_Selected and index.column() == Column.MODEL:
            painter.fillRect(
                QRect(option.rect.topLeft(), QSize(3, option.rect.height())), QColor(colors.accent)
            )
        painter.setPen(QColor(colors.border))
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
        run: RunSummary = index.data(RUN_ROLE)
        room = option.rect.adjusted(PAD, 0, -PAD, 0)
        if index.column() == Column.MODEL:
            self._paint_picture(painter, room, index.data(PICTURE_ROLE))
            room.setLeft(room.left() + PICTURE_PX + PAD)
        is_bad = run.is_damaged or (run.state == "failed" and index.column() == Column.STATE)
        self._paint_words(
            painter, room, option.font, index, QColor(colors.warning) if is_bad else None
        )
        painter.restore()

    def _paint_picture(self, painter: QPainter, room: QRect, image: QImage | None) -> None:
        square = QRect(room.left(), room.center().y() - PICTURE_PX // 2, PICTURE_PX, PICTURE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        if image is None or image.isNull():
            painter.setBrush(QColor(theme.tokens().bg))
            painter.drawRoundedRect(square, 4, 4)
            icon = theme.icon_pixmap("picture", 20, theme.tokens().muted)
            painter.drawPixmap(square.center().x() - 9, square.center().y() - 9, icon)
            return
        painter.fillRect(square, QColor("black"))
        scaled = image.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(square.topLeft(), scaled)
        target.moveCenter(square.center())
        is_shrunk = scaled.width() < image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, is_shrunk)
        painter.drawImage(target, image)

    def _paint_words(
        self,
        painter: QPainter,
        room: QRect,
        font: QFont,
        index: QModelIndex | QPersistentModelIndex,
        warning: QColor | None,
    ) -> None:
        colors = theme.tokens()
        small = QFont(font)
        small.setPixelSize(round(theme.px(12)))
        note = index.data(NOTE_ROLE) or ""
        big_metrics, small_metrics = QFontMetrics(font), QFontMetrics(small)
        height = big_metrics.height() + (small_metrics.height() + 2 if note else 0)
        top = room.center().y() - height // 2
        line = QRect(room.left(), top, room.width(), big_metrics.height())
        painter.setFont(font)
        painter.setPen(warning if warning and not note else QColor(colors.text))
        words = big_metrics.elidedText(
            index.data() or "", Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)
        if note:
            line.translate(0, big_metrics.height() + 2)
            painter.setFont(small)
            painter.setPen(warning or QColor(colors.muted))
            words = small_metrics.elidedText(note, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, words)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(theme.px(90), max(PICTURE_PX + 14, theme.px(46)))
