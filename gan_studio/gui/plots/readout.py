"""What all curves are at one step, beside the pointer."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.plots.spec import PlotSpec, format_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DISTANCE = 12  # from the pointer


class Readout(QLabel):
    """A small box on a plot; it lets the mouse through."""

    def __init__(self, spec: PlotSpec, parent: QWidget) -> None:
        super().__init__(parent)
        self._spec = spec
        self._area = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_values(
        self,
        step: float,
        values: Mapping[str, float],
        position: QPoint,
        head: str = "",
        as_text: Callable[[float], str] = format_value,
    ) -> None:
        """Show values by label, at whichever side of `position` there is room.

        `head` stands above them in place of the step.
        """
        colors = {curve.label: getattr(theme.tokens(), curve.token) for curve in self._spec.curves}
        lines = [escape(head) or _("step {step}").format(step=f"{max(0, round(step)):,}")]
        lines += [
            f'<span style="color:{colors[label]}">■</span> {escape(label)} <b>{as_text(value)}</b>'
            for label, value in values.items()
        ]
        self.setText("<br>".join(lines))
        self.adjustSize()
        x = position.x() + DISTANCE
        if x + self.width() > self._area.width():
            x = position.x() - DISTANCE - self.width()
        self.move(QPoint(x, 8))
        self.show()

    def _on_theme_changed(self) -> None:
        colors = theme.tokens()
        self.setStyleSheet(
            f"background: {colors.raised}; border: 1px solid {colors.border};"
            f" border-radius: {theme.RADIUS_FIELD}px; padding: 4px 6px;"
        )
