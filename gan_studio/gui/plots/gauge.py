"""One number between two ends that mean something, such as the Jensen-Shannon estimate."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.gui import theme


class Gauge(QWidget):
    """A bar from `lo` to `hi` with words below both ends."""

    def __init__(
        self, lo: float, hi: float, lo_words: str, hi_words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lo, self._hi = lo, hi
        self._words = (lo_words, hi_words)
        self._value: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.updateGeometry)

    def set_value(self, value: float | None) -> None:
        """Move the marker; None takes it away. What would move it by less than a pixel waits."""
        if value == self._value:
            return
        if value is not None and self._value is not None:
            pixels = abs(value - self._value) / (self._hi - self._lo) * max(1, self.width())
            if pixels < 1:
                return
        self._value = value
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.border))
        bar = QRectF(7, 7, self.width() - 14, 4)
        painter.drawRoundedRect(bar, 2, 2)
        if self._value is not None:
            share = min(1.0, max(0.0, (self._value - self._lo) / (self._hi - self._lo)))
            painter.setBrush(QColor(colors.discriminator))
            painter.drawRoundedRect(QRectF(bar.x(), bar.y(), bar.width() * share, 4), 2, 2)
            painter.drawEllipse(QPointF(bar.x() + bar.width() * share, bar.center().y()), 6, 6)
        font = painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        place = QRectF(0, 16, self.width(), self.height() - 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft, self._words[0])
        painter.drawText(place, Qt.AlignmentFlag.AlignRight, self._words[1])
