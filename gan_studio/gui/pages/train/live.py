"""Values that can be moved while the run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.forms.editors import as_tooltip
from gan_studio.gui.pages.train.specs import short_name
from gan_studio.gui.widgets.value_slider import ValueSlider

if TYPE_CHECKING:
    from collections.abc import Mapping

SEND_INTERVAL_MS = 100
LABEL_WIDTH = 84
RATE_SPAN = 100  # a rate moves within this factor of its start


class LiveSlider(ValueSlider):
    """One live value; it is sent at most ten times a second while it is dragged."""

    chosen = Signal(str, float)

    def __init__(self, name: str, value: float) -> None:
        kind, _slash, phase = name.partition("/")
        if kind == "rate":
            words = short_name(phase)
            label = _("Rate of {name}").format(name=words) if len(words) == 1 else _("Rate")
            tip = _(
                "Size of the steps from now on. Higher learns faster until it jumps about; lower "
                "settles. Double click for where it began."
            )
            lo, hi = (value / RATE_SPAN, value * RATE_SPAN) if value > 0 else (1e-7, 1e-2)
        else:
            label = _("EMA half-life")
            tip = _(
                "Thousands of pictures after which the average of the weights has forgotten half "
                "of its past. Longer is calmer and lags behind. Double click for where it began."
            )
            lo, hi = 0.1, max(1000.0, value * 10)
        super().__init__(label, lo, max(hi, lo * 10), value, 2, True, value, as_tooltip(label, tip))
        self.name = name
        self.sent = value
        self.set_label_width(theme.px(LABEL_WIDTH))
        self._send_soon = Throttle(self._send, SEND_INTERVAL_MS, parent=self)
        self.moved.connect(self._on_moved)
        self.released.connect(self._send_soon.flush)

    def _on_moved(self, value: float) -> None:
        self._send_soon(float(f"{value:.3g}"))

    def _send(self, value: float) -> None:
        if value != self.sent:
            self.sent = value
            self.chosen.emit(self.name, value)


class LivePanel(QFrame):
    """The sliders of a run, at the foot of the inspector; hidden without a run."""

    chosen = Signal(str, float)  # name, value

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sliders: dict[str, LiveSlider] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 10, 14, 10)
        self._column.setSpacing(4)
        line = QFrame()
        line.setProperty("role", "line")
        head = QLabel(_("While it trains").upper())
        head.setProperty("role", "section")
        head.setToolTip(_("These take effect at once; everything above needs a new run."))
        self._column.addWidget(line)
        self._column.addSpacing(4)
        self._column.addWidget(head)
        self.hide()

    def begin(self, values: Mapping[str, float]) -> None:
        """Show one slider per live value."""
        for slider in self._sliders.values():
            slider.hide()
            slider.deleteLater()
        self._sliders = {name: LiveSlider(name, value) for name, value in values.items()}
        for slider in self._sliders.values():
            slider.chosen.connect(self.chosen)
            self._column.addWidget(slider)
        self.setVisible(bool(self._sliders))

    def end(self) -> None:
        """The run is over."""
        self.hide()

    def take(self, name: str, value: float) -> None:
        """A value was changed; an echo of what this panel sent must not pull at the handle."""
        slider = self._sliders.get(name)
        if slider is not None and abs(slider.sent - value) > 1e-9 * abs(value):
            slider.sent = value
            slider.set_value(value)

    def slider(self, name: str) -> LiveSlider:
        """The slider of a value, such as ``rate/generator``."""
        return self._sliders[name]
