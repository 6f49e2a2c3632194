"""A square to drag on: two numbers at once, over a map of what they draw."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.slider_paint import step_factor

STEPS = 60
EDGE = 20  # room for the names of the axes


class XYPad(QWidget):
    """Two values; x grows to the right, y upwards. Double click goes to the middle.

    Signals:
        moved: both values, chosen by a person.
        released: a drag has ended.
    """

    moved = Signal(float, float)
    released = Signal()

    def __init__(
        self, names: tuple[str, str] = ("z0", "z1"), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._names = names
        self._lo, self._hi, self._middle = (-1.0, -1.0), (1.0, 1.0), (0.0, 0.0)
        self._value = (0.0, 0.0)
        self._map = QImage()
        self.is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 160)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Pad for two latent numbers"))
        self.setToolTip(
            _(
                "Drag to move both latent numbers at once; the map shows what the model draws "
                "where. Arrows step, double click goes to the middle."
            )
        )
        theme.notifier().changed.connect(self.update)

    def set_space(
        self, lo: tuple[float, float], hi: tuple[float, float], middle: tuple[float, float]
    ) -> None:
        """The ends and the middle of both axes."""
        self._lo, self._hi, self._middle = lo, hi, middle
        self.update()

    def value(self) -> tuple[float, float]:
        """Both values."""
        return self._value

    def set_value(self, x: float, y: float) -> None:
        """Place the handle without a signal."""
        self._value = (float(x), float(y))
        self.update()

    def set_map(self, tiles: Any | None, columns: int = 1) -> None:
        """Pictures, uint8 ``[N, C, H, W]``, row by row from the top left; None removes them."""
        if tiles is None:
            self._map = QImage()
        else:
            images = [pictures.to_image(tile) for tile in tiles]
            self._map = pictures.grid_image(images, columns, 1, gap=0)
        self.update()

    def area(self) -> QRectF:
        """The square that stands for the whole range."""
        edge = theme.px(EDGE)
        side = max(min(self.width() - edge, self.height() - edge) - 4, 40)
        left = edge + (self.width() - edge - side) / 2
        return QRectF(round(left), round((self.height() - edge - side) / 2), side, side)

    def position_of(self, x: float, y: float) -> QPointF:
        """Where two values are on the widget."""
        area = self.area()
        across = (x - self._lo[0]) / max(self._hi[0] - self._lo[0], 1e-9)
        up = (y - self._lo[1]) / max(self._hi[1] - self._lo[1], 1e-9)
        return QPointF(area.left() + across * area.width(), area.bottom() - up * area.height())

    def _move_to(self, x: float, y: float) -> None:
        self._value = (
            min(max(x, self._lo[0]), self._hi[0]),
            min(max(y, self._lo[1]), self._hi[1]),
        )
        self.setAccessibleDescription(f"{self._value[0]:.2f}, {self._value[1]:.2f}")
        self.update()
        self.moved.emit(*self._value)

    def _drag_to(self, position: QPointF) -> None:
        area = self.area()
        across = (position.x() - area.left()) / area.width()
        up = (area.bottom() - position.y()) / area.height()
        self._move_to(
            self._lo[0] + across * (self._hi[0] - self._lo[0]),
            self._lo[1] + up * (self._hi[1] - self._lo[1]),
        )

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors, area = theme.tokens(), self.area()
        painter.fillRect(area, QColor(colors.soft))
        if not self._map.isNull():
            pictures.draw_picture(painter, area, self._map, is_smooth=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colors.accent if self.hasFocus() else colors.border), 1))
        painter.drawRect(area)
        self._paint_axes(painter, area)
        self._paint_handle(painter, area)

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        font = painter.font()
        font.setPixelSize(theme.px(theme.SMALL))
        painter.setFont(font)
        painter.setPen(QColor(theme.tokens().muted))
        edge, flag = theme.px(EDGE), Qt.AlignmentFlag
        below = QRectF(area.left(), area.bottom() + 3, area.width(), edge - 3)
        painter.drawText(below, flag.AlignLeft, f"{self._lo[0]:.1f}")
        painter.drawText(below, flag.AlignHCenter, self._names[0])
        painter.drawText(below, flag.AlignRight, f"{self._hi[0]:.1f}")
        painter.save()
        painter.translate(area.left() - edge, area.bottom())
        painter.rotate(-90)
        beside = QRectF(0, 0, area.height(), edge - 4)
        painter.drawText(beside, flag.AlignLeft | flag.AlignBottom, f"{self._lo[1]:.1f}")
        painter.drawText(beside, flag.AlignHCenter | flag.AlignBottom, self._names[1])
        painter.drawText(beside, flag.AlignRight | flag.AlignBottom, f"{self._hi[1]:.1f}")
        painter.restore()

    def _paint_handle(self, painter: QPainter, area: QRectF) -> None:
        colors = theme.tokens()
        point = self.position_of(*self._value)
        painter.setClipRect(area)
        painter.setPen(QPen(QColor(colors.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), point.y()), QPointF(area.right(), point.y()))
        painter.drawLine(QPointF(point.x(), area.top()), QPointF(point.x(), area.bottom()))
        painter.setClipping(False)
        painter.setPen(QPen(QColor(colors.surface), 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(point, 8, 8)
        painter.setPen(QPen(QColor(colors.accent), 3))
        painter.drawEllipse(point, 8, 8)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.is_dragging = True
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.is_dragging:
            self._drag_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_dragging:
            self.is_dragging = False
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._move_to(*self._middle)
        self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        ways = {
            keys.Key_Left: (-1, 0),
            keys.Key_Right: (1, 0),
            keys.Key_Down: (0, -1),
            keys.Key_Up: (0, 1),
        }
        if event.key() not in ways:
            super().keyPressEvent(event)
            return
        across, up = ways[Qt.Key(event.key())]
        pace = step_factor(event.modifiers()) / STEPS
        self._move_to(
            self._value[0] + across * pace * (self._hi[0] - self._lo[0]),
            self._value[1] + up * pace * (self._hi[1] - self._lo[1]),
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
