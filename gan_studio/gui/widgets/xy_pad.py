"""A square to drag on: two numbers at once, over a map of what they draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.plane_pad import PlanePad
from gan_studio.inference.slices import Window

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

EDGE = 20  # room for the names of the axes
BESIDE = 40  # and for the numbers at the left


class XYPad(PlanePad):
    """Two values; x grows to the right, y upwards."""

    def __init__(
        self, names: tuple[str, str] = ("z0", "z1"), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._names = names
        self.setAccessibleName(_("Pad for two latent numbers"))
        self.setToolTip(
            _(
                "Drag to move both latent numbers at once; the map shows what the model draws "
                "where. Arrows step (Shift ten times as far, Ctrl a tenth), double click or Home "
                "goes to the middle."
            )
        )

    def set_names(self, first: str, second: str) -> None:
        """What the axes are called; "" leaves one out."""
        self._names = (first, second)
        self.redraw()

    def set_space(
        self, lo: tuple[float, float], hi: tuple[float, float], middle: tuple[float, float]
    ) -> None:
        """The ends and the middle of both axes."""
        self.set_window(Window.between(lo, hi), middle)

    def set_map(self, tiles: Any | None, columns: int = 1) -> None:
        """Pictures of the whole range, uint8 ``[N, C, H, W]``, row by row from the top left."""
        if tiles is None:
            self.remove_map()
        else:
            self.begin_map(self._whole, columns, len(tiles) // columns)
            self.add_tiles(tiles)

    def area(self) -> QRectF:
        edge = theme.px(EDGE)
        room = QRectF(self.viewport().rect())
        return self._square(room.adjusted(theme.px(BESIDE), edge, -edge, -edge))

    def words(self) -> str:
        pairs = zip(self._names, self._value, strict=True)
        return ", ".join(f"{name} {value:.2f}" for name, value in pairs if name)

    def _unit_of(self, x: float, y: float) -> tuple[float, float]:
        across, up = self.window_shown.of(x, y)
        # What moves nothing has no place of its own.
        return (across if self.moves[0] else 0.5), (up if self.moves[1] else 0.5)

    def _draw_names(self, area: QRectF) -> None:
        (left, foot), (right, top) = (self.window_shown.at(0, 0), self.window_shown.at(1, 1))
        edge, flag, muted = theme.px(EDGE), Qt.AlignmentFlag, QColor(theme.tokens().muted)
        self.use_font(theme.SMALL)
        if self._names[0] and self.moves[0]:
            below = QRectF(area.left(), area.bottom() + 4, area.width(), edge)
            self.text(below, number_text(left, right), muted, flag.AlignLeft)
            self.text(below, f"{self._names[0]} →", muted, flag.AlignHCenter)
            self.text(below, number_text(right, left), muted, flag.AlignRight)
        if self._names[1] and self.moves[1]:
            line = theme.px(theme.SMALL) + 4
            beside = QRectF(0, area.top(), area.left() - 6, area.height())
            self.text(beside, number_text(top, foot), muted, flag.AlignRight)
            lowest = QRectF(0, area.bottom() - line, area.left() - 6, line)
            self.text(lowest, number_text(foot, top), muted, flag.AlignRight)
            above = QRectF(area.left(), area.top() - edge, area.width(), edge)
            self.text(above, f"↑ {self._names[1]}", muted, flag.AlignLeft)


def number_text(value: float, other: float) -> str:
    """One end of an axis, as exactly as its length needs."""
    span = abs(value - other)
    return f"{value:.1f}" if span >= 2 else f"{value:.2f}" if span >= 0.2 else f"{value:.3f}"
