"""How hard the chosen loss pushes G, against what D says of its point: why minimax stalls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.scene import color, words
from gan_studio.gui.widgets.axes import Axes

if TYPE_CHECKING:
    from gan_studio.core.schema import Plug
    from gan_studio.lab.slopes import SlopeCurve

HEIGHT = 118
CAPPED = 1.25  # pushes beyond are cut, so that 1 has a fixed place


class PushPlot(QWidget):
    """A small plot without controls."""

    def __init__(self) -> None:
        super().__init__()
        self._curve: SlopeCurve | None = None
        self._loss = ""
        self.here: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("How hard G is pushed"))
        self.setToolTip(
            _(
                "The slope of G's loss against what D says of a generated point. Where the curve "
                "is at 0, G learns nothing: minimax is flat just where G is at its worst. The mark "
                "is where G is now."
            )
        )
        theme.notifier().changed.connect(self.updateGeometry)

    def show_loss(self, loss: Plug) -> None:
        """Draw another loss's curve."""
        if loss.key == self._loss:
            return
        from gan_studio.lab.slopes import generator_slopes
        from gan_studio.losses.base import LOSSES

        self._loss = loss.key
        self._curve = generator_slopes(LOSSES.get(loss.key).target(loss.options))
        self.update()

    def mark(self, believed: float | None) -> None:
        """Where G stands now: mean D(G(z)), None where D holds no probability."""
        is_same = believed == self.here
        if believed is not None and self.here is not None:
            is_same = abs(believed - self.here) < 1 / max(1, self.width())  # less than a pixel
        if not is_same:
            self.here = believed
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        curve = self._curve
        if curve is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        painter.setFont(font)
        x = curve.outputs if curve.believed is None else curve.believed
        foot = theme.px(18)
        area = QRectF(16, 4, self.width() - 22, self.height() - foot - 6)
        axes = Axes(area, (float(x[0]), -0.05), (float(x[-1]), CAPPED))
        painter.setPen(QPen(color("border"), 1))
        for level in (0.0, 1.0):
            painter.drawLine(QLineF(area.left(), axes.y(level), area.right(), axes.y(level)))
            place = QRectF(0, axes.y(level) - 9, 13, 18)
            words(painter, place, f"{level:.0f}", Qt.AlignmentFlag.AlignRight)
        painter.setPen(QPen(color("generated"), 2))
        painter.drawPolyline(axes.curve(x, np.clip(np.abs(curve.push), 0.0, CAPPED)))
        if self.here is not None and curve.believed is not None:
            place_x = axes.x(min(max(self.here, axes.low[0]), axes.high[0]))
            painter.setPen(QPen(color("discriminator"), 2, Qt.PenStyle.DotLine))
            painter.drawLine(QLineF(place_x, area.top(), place_x, area.bottom()))
        below = QRectF(area.left(), area.bottom() + 4, area.width(), foot)
        left, right = (
            (_("fake: 0 %"), _("D(G(z))  real: 100 %"))
            if curve.believed is not None
            else (_("D low"), _("D high"))
        )
        words(painter, below, left, Qt.AlignmentFlag.AlignLeft)
        words(painter, below, right, Qt.AlignmentFlag.AlignRight)
        painter.end()
