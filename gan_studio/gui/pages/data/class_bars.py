"""How often each class occurs, as bars that can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.data.preview import ClassCount

ROW = 24
MOST_LABEL = 120


class ClassBars(QWidget):
    """One row per class: name, a bar (held-out part paler), and both counts.

    Signals:
        picked: a class was clicked, -1 when it was the chosen one.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: Sequence[ClassCount] = ()
        self._chosen = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(_("Click a class to see only its pictures; click again for all."))
        theme.notifier().changed.connect(self.updateGeometry)

    def set_classes(self, classes: Sequence[ClassCount]) -> None:
        """Show these."""
        self._classes = classes
        words = (f"{item.name}: {item.train:,} + {item.held_out:,}" for item in classes)
        self.setAccessibleDescription("; ".join(words))
        self.updateGeometry()
        self.update()

    def choose(self, index: int) -> None:
        """Highlight a class (-1: none) without a signal."""
        self._chosen = index
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, theme.px(ROW) * len(self._classes) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(theme.px(12))
        painter.setFont(font)
        label, number = self._columns(painter.fontMetrics())
        most = max((item.train + item.held_out for item in self._classes), default=0) or 1
        for index, item in enumerate(self._classes):
            self._draw(painter, index, item, most, (label, number))

    def _columns(self, metrics: QFontMetrics) -> tuple[int, int]:
        """Widths of the names and of the numbers."""
        names = [metrics.horizontalAdvance(item.name) for item in self._classes]
        numbers = [metrics.horizontalAdvance(_counts(item)) for item in self._classes]
        label = min(theme.px(MOST_LABEL), max(names, default=0))
        return label + 22, max(numbers, default=0) + 18

    def _draw(
        self,
        painter: QPainter,
        index: int,
        item: ClassCount,
        most: int,
        columns: tuple[int, int],
    ) -> None:
        colors, row = theme.tokens(), theme.px(ROW)
        label, number = columns
        top = index * row
        if index == self._chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.soft))
            painter.drawRoundedRect(QRectF(0, top, self.width(), row - 1), 4, 4)
        left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = painter.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideRight, label - 12)
        painter.setPen(QColor(colors.text))
        painter.drawText(QRectF(6, top, label - 8, row), left, name)
        room = max(10, self.width() - label - number)
        bar = QRectF(label, top + row / 2 - 5, room * item.train / most, 10)
        painter.fillRect(bar, QColor(colors.real))
        paler = QColor(colors.real)
        paler.setAlphaF(0.4)
        rest = QRectF(bar.right(), bar.top(), room * item.held_out / most, 10)
        painter.fillRect(rest, paler)
        painter.setPen(QColor(colors.muted))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(self.width() - number, top, number - 6, row), right, _counts(item))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = int(event.position().y()) // theme.px(ROW)
        if 0 <= index < len(self._classes):
            self.picked.emit(-1 if index == self._chosen else index)


def _counts(item: ClassCount) -> str:
    if not item.held_out:
        return f"{item.train:,}"
    return f"{item.train:,} + {item.held_out:,}"
