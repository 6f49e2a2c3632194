"""How a row of the list of latent sliders, and the head of a group, are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from gan_studio.gui import theme
from gan_studio.gui.widgets.slider_paint import draw_slider

if TYPE_CHECKING:
    from PySide6.QtGui import QFontMetrics

    from gan_studio.gui.widgets.latent_rows import Group

EFFECT_WIDTH, LOCK, GAP = 48, 14, 10
BAR = 3  # at the left of rows that were chosen


@dataclass(frozen=True)
class Columns:
    """Where the parts of a row are, in x."""

    label: QRectF
    lock: QRectF
    track: QRectF
    number: QRectF
    effect: QRectF

    @classmethod
    def fitted(cls, metrics: QFontMetrics, size: tuple[int, int], widest: str) -> Columns:
        """Columns of a row of `size` whose label is at most as wide as `widest`."""
        width, height = size[0] - 4, size[1]
        label, lock = metrics.horizontalAdvance(widest), theme.px(LOCK)
        number, effect = max(metrics.horizontalAdvance("-88.88"), theme.px(44)), theme.px(48)
        lock_left = BAR + 3 + label + GAP / 2
        left = lock_left + lock + GAP / 2
        right = width - effect - GAP - number
        return cls(
            QRectF(BAR + 3, 0, label, height),
            QRectF(lock_left, 0, lock, height),
            QRectF(left, 0, max(right - GAP - left, 40), height),
            QRectF(right, 0, number, height),
            QRectF(width - effect, 0, effect, height),
        )


@dataclass(frozen=True)
class Row:
    """What a row shows.

    Attributes:
        share: where the handle stands, in [0, 1]; `middle` is where it stands by itself.
        effect: the share of the strongest effect, None while unknown.
    """

    name: str
    number: str
    share: float
    middle: float
    effect: float | None
    is_hot: bool
    has_focus: bool
    is_chosen: bool
    is_locked: bool

    def draw(self, painter: QPainter, columns: Columns, place: QRectF) -> None:
        """Draw it within the columns, at the top of `place`."""
        colors, top = theme.tokens(), place.top()
        self._draw_ground(painter, place)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colors.accent if self.has_focus else colors.muted))
        painter.drawText(columns.label.translated(0, top), flags, self.name)
        self._draw_lock(painter, columns.lock.translated(0, top))
        draw_slider(
            painter,
            columns.track.translated(0, top),
            self.share,
            start=self.middle,
            is_hot=self.is_hot and not self.is_locked,
            has_focus=self.has_focus,
            is_enabled=not self.is_locked,
        )
        is_moved = abs(self.share - self.middle) > 0.001
        painter.setPen(QColor(colors.text if is_moved else colors.muted))
        number = columns.number.translated(0, top)
        painter.drawText(number, flags | Qt.AlignmentFlag.AlignRight, self.number)
        self._draw_effect(painter, columns.effect.translated(0, top))

    def _draw_ground(self, painter: QPainter, place: QRectF) -> None:
        if not (self.is_hot or self.has_focus or self.is_chosen):
            return
        colors = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.soft))
        painter.drawRoundedRect(place.adjusted(0, 0.5, 0, -0.5), 4, 4)
        if self.is_chosen:
            painter.setBrush(QColor(colors.accent))
            painter.drawRect(QRectF(0, place.top() + 1, BAR, place.height() - 2))

    def _draw_lock(self, painter: QPainter, place: QRectF) -> None:
        if not (self.is_locked or self.is_hot or self.has_focus):
            return
        colors, size = theme.tokens(), theme.px(LOCK)
        name, color = ("lock", colors.text) if self.is_locked else ("unlock", colors.muted)
        ratio = painter.device().devicePixelRatioF()
        pixmap = theme.icon_pixmap(name, size, color, ratio)
        painter.drawPixmap(QPointF(place.left(), place.center().y() - size / 2), pixmap)

    def _draw_effect(self, painter: QPainter, place: QRectF) -> None:
        colors = theme.tokens()
        bar = QRectF(place.left(), place.center().y() - 3, place.width(), 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.border))
        painter.drawRoundedRect(bar, 3, 3)
        if self.effect is not None:
            empty = 1 - min(max(self.effect, 0.04), 1.0)
            painter.setBrush(QColor(colors.accent))
            painter.drawRoundedRect(bar.adjusted(0, 0, -bar.width() * empty, 0), 3, 3)


def draw_head(painter: QPainter, group: Group, place: QRectF, *, is_folded: bool) -> None:
    """Draw the head of a group: a triangle, its title, and how many rows it has."""
    muted = QColor(theme.tokens().muted)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(muted)
    x, y, size = 7.0, place.center().y(), 3.5
    if is_folded:
        shape = [QPointF(x - 2, y - size), QPointF(x + 2, y), QPointF(x - 2, y + size)]
    else:
        shape = [QPointF(x - size, y - 2), QPointF(x + size, y - 2), QPointF(x, y + 2)]
    painter.drawPolygon(QPolygonF(shape))
    plain = painter.font()
    font = painter.font()
    font.setPixelSize(theme.px(theme.SMALL))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(muted)
    text = f"{group.title}  ·  {len(group.dims)}"
    painter.drawText(place.adjusted(18, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, text)
    painter.setFont(plain)
