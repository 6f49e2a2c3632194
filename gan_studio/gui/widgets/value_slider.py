"""A named number with a slider: drag it, type it, step it by wheel or arrows, reset it."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.widgets.slider_paint import draw_slider, handle_width, share_at, step_factor

STEPS = 100  # arrow presses from end to end
_ARROWS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}


class SliderTrack(QWidget):
    """The part that is dragged; it knows shares in [0, 1] only."""

    moved = Signal(float)  # the new share
    reset = Signal()
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._is_hot = False
        self._held_at: float | None = None  # the pointer's x while the mouse holds the handle
        self._held_share = 0.0  # where it has brought the handle, also beyond the ends
        self.origin = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.notifier().changed.connect(self.update)

    @property
    def share(self) -> float:
        """Where the handle stands."""
        return self._share

    @property
    def is_held(self) -> bool:
        """Whether the mouse holds the handle."""
        return self._held_at is not None

    def set_share(self, share: float) -> None:
        """Place the handle without a signal."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def nudge(self, steps: float) -> None:
        """Move by so many hundredths and say so."""
        self.set_share(self._share + steps / STEPS)
        self.moved.emit(self._share)

    def _track(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 0, -1, 0)

    def sizeHint(self) -> QSize:
        return QSize(120, theme.px(22))

    def minimumSizeHint(self) -> QSize:
        return QSize(48, theme.px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_slider(
            QPainter(self),
            self._track(),
            self._share,
            start=self.origin,
            is_hot=self._is_hot,
            has_focus=self.hasFocus(),
            is_enabled=self.isEnabled(),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            self._held_at, self._held_share = x, self._share
            if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self._drag_to(share_at(self._track(), x))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held_at is not None:
            x, room = event.position().x(), max(self._track().width() - handle_width(), 1)
            way = (x - self._held_at) / room * step_factor(event.modifiers())
            self._held_at = x
            self._drag_to(self._held_share + way)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held_at = None
        self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self.hasFocus():  # scrolling a form must not change what it holds
            event.ignore()
            return
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        self.nudge(notches * step_factor(event.modifiers()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ARROWS:
            self.nudge(_ARROWS[Qt.Key(event.key())] * step_factor(event.modifiers()))
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.nudge(-STEPS if event.key() == Qt.Key.Key_Home else STEPS)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEvent) -> None:
        self._is_hot = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._is_hot = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _drag_to(self, share: float) -> None:
        self._held_share = share
        self.set_share(share)
        self.moved.emit(self._share)


class ValueSlider(QWidget):
    """Label, slider and typed number.

    Args:
        decimals: digits after the point; with `log`, significant digits.
        log: equal ways of the handle are equal factors; `lo` must be above zero.
        reset_value: where a double click goes; the first value when None.
        hi_label: what the highest value is called, where it is more than a number.

    Signals:
        moved: the value that a person chose, while it moves.
        released: the mouse let go of the slider.
    """

    moved = Signal(float)
    released = Signal()

    def __init__(
        self,
        label: str,
        lo: float,
        hi: float,
        value: float,
        decimals: int = 2,
        log: bool = False,
        reset_value: float | None = None,
        tooltip: str = "",
        parent: QWidget | None = None,
        hi_label: str = "",
    ) -> None:
        super().__init__(parent)
        self._lo, self._hi, self._decimals, self._is_log = lo, hi, decimals, log
        self._hi_label = hi_label
        self._reset_value = value if reset_value is None else reset_value
        self._value = value
        self._label = QLabel(label)
        self._label.setVisible(bool(label))
        self._track = SliderTrack()
        self._number = QLineEdit()
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._number.setFixedWidth(theme.px(72))
        self._label.setBuddy(self._track)
        self._build(label, tooltip)
        self.set_value(value)

    def _build(self, label: str, tooltip: str) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self._track, 1)
        row.addWidget(self._number)
        self.set_name(label, tooltip)
        self._track.moved.connect(self._on_track_moved)
        self._track.reset.connect(self.reset)
        self._track.released.connect(self.released)
        self._number.editingFinished.connect(self._on_typed)
        self._number.installEventFilter(self)
        self.setFocusProxy(self._track)
        theme.notifier().changed.connect(self._on_theme_changed)

    def set_name(self, name: str, tooltip: str) -> None:
        """Name the parts for those who cannot see the label, which may stand elsewhere."""
        self.setAccessibleName(name)
        self._track.setAccessibleName(name)
        self._number.setAccessibleName(_("{name}, typed").format(name=name))
        self._number.setAccessibleDescription(tooltip)
        self._track.setAccessibleDescription(tooltip)
        for part in (self, self._track, self._number):
            part.setToolTip(tooltip)

    def value(self) -> float:
        """The number as it stands."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show another number without a signal."""
        self._value = min(max(value, self._lo), self._hi)
        self._track.set_share(self._share_of(self._value))
        self._show()

    @property
    def is_dragging(self) -> bool:
        """Whether the mouse holds the slider."""
        return self._track.is_held

    def set_range(self, lo: float, hi: float) -> None:
        """Other ends; the value is kept where it can be."""
        self._lo, self._hi = lo, hi
        self.set_value(self._value)

    def set_reset_value(self, value: float) -> None:
        """Where a double click goes."""
        self._reset_value = value

    def set_label_width(self, width: int) -> None:
        """One width for several sliders below each other."""
        self._label.setFixedWidth(width)

    def reset(self) -> None:
        """Go back to the reset value and say so."""
        self._choose(self._reset_value)

    def text(self) -> str:
        """The number as it is written."""
        if self._hi_label and self._value >= self._hi:
            return self._hi_label
        if self._is_log:
            mantissa, e, exponent = f"{self._value:.{max(self._decimals, 1)}g}".partition("e")
            return f"{mantissa}e{int(exponent)}" if e else mantissa
        return f"{self._value:.{self._decimals}f}"

    def _choose(self, value: float) -> None:
        self.set_value(value)
        self.moved.emit(self._value)

    def _share_of(self, value: float) -> float:
        if self._hi <= self._lo:
            return 0.0
        if self._is_log:
            return math.log(value / self._lo) / math.log(self._hi / self._lo)
        return (value - self._lo) / (self._hi - self._lo)

    def _show(self) -> None:
        if not self._number.isModified():
            self._number.setText(self.text())

    def _on_track_moved(self, share: float) -> None:
        if self._is_log:
            value = self._lo * (self._hi / self._lo) ** share
        else:
            value = self._lo + share * (self._hi - self._lo)
        if self._decimals == 0 and not self._is_log:
            value = round(value)
        self._value = min(max(value, self._lo), self._hi)
        self._number.setModified(False)
        self._show()
        self.moved.emit(self._value)

    def _on_typed(self) -> None:
        if not self._number.isModified():
            return
        self._number.setModified(False)
        try:
            typed = float(self._number.text().replace(",", "."))
        except ValueError:
            is_highest = self._hi_label and self._number.text().strip() == self._hi_label
            typed = self._hi if is_highest else math.nan
        if math.isfinite(typed):
            self._choose(typed)
        self._number.setText(self.text())

    def _on_theme_changed(self) -> None:
        self._number.setFixedWidth(theme.px(72))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The typed number steps and resets as the slider does."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._number.setModified(False)
                self._track.nudge(_ARROWS[Qt.Key(event.key())] * step_factor(event.modifiers()))
                return True
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self._number.setModified(False)
            self.reset()
            return True
        return super().eventFilter(watched, event)
