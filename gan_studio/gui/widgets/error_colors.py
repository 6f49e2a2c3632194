"""Errors as colours: blue is too dark, vermilion too bright, the ground is right.

Without their signs they go from the ground to the text's colour: that reads without any hue.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme


def color_errors(errors: Any, limit: float, *, is_absolute: bool = False) -> Any:
    """Errors, float ``[N, C, H, W]`` in [-1, 1], as uint8 ``[N, 3, H, W]`` in the theme's colours.

    Channels are averaged, without their signs where only sizes are shown. `limit` is the error
    that gets the full colour.
    """
    import numpy as np

    colors = theme.tokens()
    sizes = np.abs(errors) if is_absolute else errors
    strength = np.clip(sizes.mean(axis=1, keepdims=True) / max(limit, 1e-6), -1, 1)
    names = (colors.text,) * 2 if is_absolute else (colors.real, colors.generated)
    ground, dark, bright = (
        np.array(_rgb(name), np.float32).reshape(1, 3, 1, 1) for name in (colors.surface, *names)
    )
    amount = np.abs(strength)
    mixed = ground + (np.where(strength < 0, dark, bright) - ground) * amount
    return mixed.round().astype(np.uint8)


def _rgb(name: str) -> tuple[int, int, int]:
    color = QColor(name)
    return color.red(), color.green(), color.blue()


def nice_limit(largest: float) -> float:
    """The scale for errors up to `largest`: a round number."""
    steps = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
    return next((step for step in steps if largest <= step * 1.1), 1.0)


class ErrorLegend(QWidget):
    """A strip from too dark to too bright, with the ends of the scale."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit, self._is_absolute = 1.0, False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_absolute(False)
        self.setAccessibleName(_("Scale of the error maps"))
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_limit(self, limit: float) -> None:
        """The error that gets the full colour."""
        self._limit = limit
        self.updateGeometry()
        self.update()

    def set_absolute(self, is_absolute: bool) -> None:
        """Explain errors without their signs, or with them."""
        self._is_absolute = is_absolute
        signed = _(
            "Error maps show copy minus original, all on one scale: blue where the copy is too "
            "dark, vermilion where it is too bright."
        )
        absolute = _("Error maps show how far the copy is off, all on one scale.")
        self.setToolTip(absolute if is_absolute else signed)
        self.updateGeometry()
        self.update()

    def _words(self) -> tuple[str, str]:
        number = f"{self._limit:g}" if math.isfinite(self._limit) else ""
        if self._is_absolute:
            return _("right"), _("{limit} off").format(limit=number)
        dark = _("too dark −{limit}").format(limit=number)
        return dark, _("+{limit} too bright").format(limit=number)

    def _short_words(self) -> tuple[str, str]:
        if self._is_absolute:
            return "0", f"{self._limit:g}"
        return f"−{self._limit:g}", f"+{self._limit:g}"

    def _size(self, words: tuple[str, str], strip: int) -> QSize:
        metrics = self.fontMetrics()
        wide = sum(metrics.horizontalAdvance(text) for text in words)
        return QSize(wide + theme.px(strip) + 16, metrics.height() + 2)

    def sizeHint(self) -> QSize:
        return self._size(self._words(), 90)

    def minimumSizeHint(self) -> QSize:
        return self._size(self._short_words(), 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colors = QPainter(self), theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        is_short = self.width() < self.sizeHint().width() - theme.px(30)
        left, right = self._short_words() if is_short else self._words()
        painter.setPen(QColor(colors.muted))
        area = QRectF(self.rect())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, left)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        strip = area.adjusted(
            metrics.horizontalAdvance(left) + 8, 0, -metrics.horizontalAdvance(right) - 8, 0
        )
        strip.setTop(area.center().y() - 5)
        strip.setHeight(10)
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        stops = {0.0: colors.real, 0.5: colors.surface, 1.0: colors.generated}
        if self._is_absolute:
            stops = {0.0: colors.surface, 1.0: colors.text}
        for place, name in stops.items():
            gradient.setColorAt(place, QColor(name))
        painter.setPen(QColor(colors.border))
        painter.setBrush(gradient)
        painter.drawRoundedRect(strip, 3, 3)

    def _on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()
