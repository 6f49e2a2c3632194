"""How hard the chosen loss pushes G, against what D says of its point: why minimax stalls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.pages.lab.scene import color, words
from gan_studio.gui.widgets.axes import Axes
from gan_studio.gui.widgets.canvas import DrawnCanvas

if TYPE_CHECKING:
    from gan_studio.core.schema import Plug
    from gan_studio.lab.slopes import SlopeCurve

HEIGHT = 118
CAPPED = 1.25  # pushes beyond are cut, so that 1 has a fixed place


class PushPlot(DrawnCanvas):
    """A small plot without controls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def show_loss(self, loss: Plug) -> None:
        """Draw another loss's curve."""
        if loss.key == self._loss:
            return
        from gan_studio.lab.slopes import generator_slopes
        from gan_studio.losses.base import LOSSES

        self._loss = loss.key
        self._curve = generator_slopes(LOSSES.get(loss.key).target(loss.options))
        self.redraw()

    def mark(self, believed: float | None) -> None:
        """Where G stands now: mean D(G(z)), None where D holds no probability."""
        is_same = believed == self.here
        if believed is not None and self.here is not None:
            is_same = abs(believed - self.here) < 1 / max(1, self.width())  # less than a pixel
        if not is_same:
            self.here = believed
            self.redraw()

    def sizeHint(self) -> QSize:
        return QSize(220, theme.px(HEIGHT))

    def redraw(self) -> None:
        """Draw what there is."""
        if self._curve is not None and self.isVisible():
            self.begin()
            self._draw(self._curve)
            self.end()

    def _draw(self, curve: SlopeCurve) -> None:
        x = curve.outputs if curve.believed is None else curve.believed
        foot = theme.px(18)
        area = QRectF(16, 4, self.width() - 22, self.height() - foot - 6)
        axes = Axes(area, (float(x[0]), -0.05), (float(x[-1]), CAPPED))
        for level in (0.0, 1.0):
            self.path(axes.level(level), QPen(color("border"), 1))
            place = QRectF(0, axes.y(level) - 9, 13, 18)
            words(self, place, f"{level:.0f}", Qt.AlignmentFlag.AlignRight)
        push = np.clip(np.abs(curve.push), 0.0, CAPPED)
        self.path(axes.line(x, push), QPen(color("generated"), 2))
        if self.here is not None and curve.believed is not None:
            place_x = min(max(self.here, axes.low[0]), axes.high[0])
            ends = np.array([[[place_x, axes.low[1]], [place_x, axes.high[1]]]])
            self.path(axes.lines(ends), QPen(color("discriminator"), 2, Qt.PenStyle.DotLine))
        below = QRectF(area.left(), area.bottom() + 4, area.width(), foot)
        left, right = (
            (_("fake: 0 %"), _("D(G(z))  real: 100 %"))
            if curve.believed is not None
            else (_("D low"), _("D high"))
        )
        words(self, below, left, Qt.AlignmentFlag.AlignLeft)
        words(self, below, right, Qt.AlignmentFlag.AlignRight)
