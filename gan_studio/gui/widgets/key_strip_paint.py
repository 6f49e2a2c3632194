"""How the row of key frames is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures


@dataclass(frozen=True)
class KeyItem:
    """A key frame as it is shown: its thumbnail, its name, and the seconds to the next."""

    image: QImage
    caption: str
    seconds: str


def paint_empty(painter: QPainter, area: QRect, text: str, *, is_hot: bool) -> None:
    """A place to drop something on."""
    colors, dash = theme.tokens(), Qt.PenStyle.DashLine
    painter.setPen(QPen(QColor(colors.accent if is_hot else colors.border), 1.5, dash))
    painter.drawRoundedRect(QRectF(area).adjusted(2, 2, -2, -2), 8, 8)
    painter.setPen(QColor(colors.muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(16, 4, -16, -4), flags, text)


def paint_key(
    painter: QPainter, area: QRectF, item: KeyItem, *, is_chosen: bool, has_focus: bool
) -> None:
    """A thumbnail, and its name below."""
    colors = theme.tokens()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colors.soft))
    painter.drawRoundedRect(area, 4, 4)
    if not item.image.isNull():
        ratio = painter.device().devicePixelRatioF()
        extent = max(item.image.width(), item.image.height())
        scale = pictures.whole_scale(area.width(), extent, ratio)
        drawn = QRectF(0, 0, item.image.width() * scale, item.image.height() * scale)
        drawn.moveCenter(area.center())
        pictures.draw_picture(painter, drawn, item.image, is_smooth=False)
    if is_chosen:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colors.accent), 2.5 if has_focus else 1.5))
        painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), 6, 6)
    painter.setPen(QColor(colors.text if is_chosen else colors.muted))
    _use_small_font(painter)
    below = QRectF(area.left() - 14, area.bottom() + 4, area.width() + 28, theme.px(16))
    mode = Qt.TextElideMode.ElideRight
    words = painter.fontMetrics().elidedText(item.caption, mode, round(below.width()))
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)


def paint_way(
    painter: QPainter, area: QRectF, gap: int, seconds: str, *, is_played: bool, is_back: bool
) -> None:
    """The arrow to the next key frame, or back to the first, with its seconds above."""
    color = QColor(theme.tokens().accent if is_played else theme.tokens().muted)
    left, right, middle = area.right() + 8, area.right() + gap - 8, area.center().y()
    painter.setPen(QPen(color, 2 if is_played else 1.2))
    line = [QPointF(left, middle), QPointF(right, middle)]
    if is_back:
        line += [QPointF(right, middle + 12), QPointF(left + 8, middle + 12)]
    painter.drawPolyline(line)
    way = 1 if is_back else -1
    for side in (-4, 4):
        painter.drawLine(line[-1], line[-1] + QPointF(5 * way, side))
    _use_small_font(painter)
    above = QRectF(area.right(), middle - theme.px(20), gap, theme.px(16))
    painter.drawText(above, Qt.AlignmentFlag.AlignCenter, seconds)


def paint_mark(painter: QPainter, area: QRectF, before: float) -> None:
    """Where something that is dragged would come: so far before a key frame."""
    painter.setPen(QPen(QColor(theme.tokens().accent), 3))
    x = area.left() - before
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def _use_small_font(painter: QPainter) -> None:
    font = painter.font()
    font.setPixelSize(theme.px(theme.SMALL))
    painter.setFont(font)
