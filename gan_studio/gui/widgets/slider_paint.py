"""How every slider of the program is drawn, and how far a key or a wheel notch moves it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gan_studio.gui import theme

HANDLE_WIDTH, HANDLE_HEIGHT, GROOVE = 16, 12, 4  # at 100 % text size


def handle_width() -> int:
    """How wide the handle is; it grows with the text."""
    return theme.px(HANDLE_WIDTH)


def draw_slider(
    painter: QPainter,
    track: QRectF,
    share: float,
    *,
    start: float = 0.0,
    is_hot: bool = False,
    has_focus: bool = False,
    is_enabled: bool = True,
) -> None:
    """Draw a groove, its filled part from `start` to `share`, and a handle; shares in [0, 1]."""
    colors = theme.tokens()
    accent = QColor(colors.accent if is_enabled else colors.muted)
    middle = track.center().y()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    wide, high, thick = handle_width(), theme.px(HANDLE_HEIGHT), theme.px(GROOVE)
    groove = QRectF(track.left(), middle - thick / 2, track.width(), thick)
    painter.setBrush(QColor(colors.border))
    painter.drawRoundedRect(groove, thick / 2, thick / 2)
    room = track.width() - wide
    x = track.left() + wide / 2 + room * min(max(share, 0.0), 1.0)
    origin = track.left() + wide / 2 + room * start if start > 0 else track.left()
    painter.setBrush(accent)
    left, right = min(origin, x), max(origin, x)
    painter.drawRoundedRect(QRectF(left, groove.top(), right - left, thick), 2, 2)
    painter.setPen(QPen(accent, 2.5 if has_focus else 2))
    painter.setBrush(QColor(colors.soft if is_hot else colors.surface))
    handle = QRectF(0, 0, wide - 2, high - 2)
    handle.moveCenter(QPointF(x, middle))
    painter.drawRoundedRect(handle, handle.height() / 2, handle.height() / 2)


def share_at(track: QRectF, x: float) -> float:
    """The share in [0, 1] that a handle at `x` stands for."""
    room = max(track.width() - handle_width(), 1)
    return min(max((x - track.left() - handle_width() / 2) / room, 0.0), 1.0)


def step_factor(modifiers: Qt.KeyboardModifier) -> float:
    """Shift moves ten times as far, Ctrl and Alt a tenth."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return 10.0
    if modifiers & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
        return 0.1
    return 1.0
