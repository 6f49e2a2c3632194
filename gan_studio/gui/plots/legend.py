"""A legend in a card's header: swatch, words, and the newest value of each curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.gui import theme
from gan_studio.gui.plots.spec import PlotSpec, format_value

if TYPE_CHECKING:
    from collections.abc import Mapping

SWATCH = 10
SPACE = 14


class Legend(QWidget):
    """Painted rather than built of labels: its numbers change twice a second for hours.

    Where there is no room the references go first, then the values; then curves are called by the
    tags at their ends, and at last the tags do alone.
    """

    def __init__(self, spec: PlotSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._values: dict[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(spec.tooltip)
        self._on_theme_changed()
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_values(self, values: Mapping[str, float]) -> None:
        """Show these values behind the names of their curves."""
        texts = {
            curve.name: format_value(values[curve.name])
            for curve in self._spec.curves
            if curve.name in values
        }
        if texts != self._values:
            self._values = texts
            self.setAccessibleDescription(self.text())
            self.update()

    def text(self) -> str:
        """The legend in words, for screen readers and tests."""
        parts = [f"{c.label} {self._values.get(c.name, '')}".strip() for c in self._spec.curves]
        return ", ".join(parts)

    def _on_theme_changed(self) -> None:
        font = self.font()
        font.setPixelSize(theme.px(12))
        self.setFont(font)
        self.updateGeometry()

    def _items(self, room: int) -> list[tuple[str, str, bool]]:
        """Words, token and whether it is a reference, as far as they fit."""
        curves = [
            (f"{c.label} {self._values.get(c.name, '')}".strip(), c.token, False)
            for c in self._spec.curves
        ]
        plain = [(c.label, c.token, False) for c in self._spec.curves]
        lines = [(r.label, "muted", True) for r in self._spec.references]
        tags = [(c.tag or c.label, c.token, False) for c in self._spec.curves]
        for items in (curves + lines, curves, plain, tags):
            if self._width(items) <= room:
                return items
        return []

    def _width(self, items: list[tuple[str, str, bool]]) -> int:
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(text) for text, _token, _line in items)
        return words + len(items) * (SWATCH + 6) + SPACE * max(0, len(items) - 1)

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        items = self._items(self.width())
        x = self.width() - self._width(items)
        middle = self.height() / 2
        for text, token, is_reference in items:
            color = QColor(getattr(theme.tokens(), token))
            if is_reference:
                painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
                painter.drawLine(int(x), int(middle), int(x) + SWATCH, int(middle))
            else:
                painter.fillRect(QRectF(x, middle - SWATCH / 2, SWATCH, SWATCH), color)
            painter.setPen(QColor(theme.tokens().muted))
            x += SWATCH + 6
            width = self.fontMetrics().horizontalAdvance(text)
            painter.drawText(
                QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
            x += width + SPACE
