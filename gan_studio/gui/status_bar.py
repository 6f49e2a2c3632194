"""The status bar: where it runs and how fast on the left, how far it is on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from gan_studio.core.events import RunState
from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.forms.progress_strip import WORDS

if TYPE_CHECKING:
    from gan_studio.gui.session import Session

REFRESH_MS = 500  # numbers that change faster cannot be read
BAR_STRETCH = 100  # it takes what the words leave, up to its full width

STATE_WORDS = {
    RunState.PREPARING: N_("preparing"),
    RunState.PAUSED: N_("paused"),
    RunState.STOPPING: N_("saving"),
    RunState.ENDED: N_("ended"),
}


class StatusBar(QFrame):
    """Follows the session; the inspector's switch sits at its right end."""

    inspector_clicked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "status")
        self.setAccessibleName(_("Status"))
        self._session = session
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 8, 0)
        row.setSpacing(18)
        self.device = self._label(_("Where the model is computed: device, threads, precision."))
        self.speed = self._label(_("How many training pictures it takes in per second."))
        self.memory = self._label(_("Memory that the run holds."))
        self.step = self._label(_("How far the run is."))
        self.left = self._label(_("Time to the last step at the present speed."))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.inspector_button = self._inspector_switch()
        for label in (self.device, self.speed, self.memory):
            row.addWidget(label)
        row.addStretch(1)
        for widget in (self.step, self.bar, self.left, self.inspector_button):
            row.addWidget(widget, BAR_STRETCH if widget is self.bar else 0)
        self._hide_empty()
        self._refresh = Throttle(self.refresh, REFRESH_MS, parent=self)
        self._connect()
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show_idle(_("Ready") if session.is_engine_ready else _("Getting ready …"))
        self._on_run_changed(None)

    def _connect(self) -> None:
        session = self._session
        session.engine_ready.connect(self._on_engine_ready)
        session.engine_failed.connect(self._on_engine_failed)
        session.start_remembered.connect(self._on_start_remembered)
        session.run_started.connect(self._on_run_changed)
        session.state_changed.connect(self._on_run_changed)
        session.run_ended.connect(self._on_run_changed)
        session.scalars.connect(self._on_scalars)
        session.progress.connect(self._on_progress)

    def refresh(self) -> None:
        """Show the run as it is now."""
        run = self._session.run
        if run is None:
            return
        info, state = run.info, run.state
        if info:
            self.device.setText(describe_device(info))
        is_moving = state is RunState.TRAINING
        self.speed.setText(
            _("{count} images/s").format(count=f"{run.images_per_second:,.0f}")
            if is_moving and run.images_per_second
            else ""
        )
        self.memory.setText(
            _("Memory {amount}").format(amount=in_bytes(run.memory_bytes))
            if run.memory_bytes and run.is_active
            else ""
        )
        self._hide_empty()
        if state is RunState.PREPARING:
            return
        self.bar.setRange(0, max(1, run.total_steps))
        self.bar.setValue(min(run.step, run.total_steps))
        self.bar.show()
        step = _("Step {step} of {total}")
        step = step.format(step=f"{run.step:,}", total=f"{run.total_steps:,}")
        self.step.setText(self._in_queue(step))
        seconds = run.seconds_left
        word = STATE_WORDS.get(state)
        self.left.setText(_(word) if word else time_left(seconds) if seconds is not None else "")

    def _in_queue(self, text: str) -> str:
        """Which run of how many it is, before `text`, where a queue is trained."""
        place = self._session.queue.words()
        if not place:
            return text
        return _("Run {place} · {what}").format(place=place, what=text)

    def _hide_empty(self) -> None:
        # An empty label would leave a gap between its neighbours.
        for label in (self.speed, self.memory):
            label.setVisible(bool(label.text()))

    def _label(self, tooltip: str) -> QLabel:
        label = QLabel()
        label.setProperty("role", "number")
        label.setToolTip(tooltip)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _inspector_switch(self) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setToolTip(_("Show or hide the panel at the right (F9)."))
        button.setAccessibleName(_("Right panel"))
        button.clicked.connect(self.inspector_clicked)
        return button

    def _show_idle(self, text: str) -> None:
        self.device.setText(text)
        for label in (self.speed, self.memory, self.step, self.left):
            label.setText("")
        self.bar.hide()

    def _on_engine_ready(self) -> None:
        if not self._session.is_running:  # a run may have been found already
            self._show_idle(_("Ready"))

    def _on_engine_failed(self, reason: str) -> None:
        self._show_idle(_("The engine could not be loaded"))
        self.device.setToolTip(reason)

    def _on_start_remembered(self, what: str) -> None:
        self._show_idle(_("{what} as soon as everything is loaded …").format(what=what))

    def _on_run_changed(self, event: object) -> None:
        run = self._session.run
        if run is not None and run.state is RunState.PREPARING:
            self._show_idle(_("Preparing …"))
        self._refresh.cancel()
        self.refresh()

    def _on_scalars(self, batch: object) -> None:
        self._refresh()

    def _on_progress(self, done: Any, total: Any, what: str) -> None:
        self.bar.show()
        # A range of thousandths: the counts may be bytes, beyond what the bar can hold.
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        self.step.setText(self._in_queue(_(WORDS.get(what, what))))
        self.left.setText(f"{done / total:.0%}" if total else "")

    def _on_theme_changed(self) -> None:
        self.setFixedHeight(theme.px(theme.STATUS_HEIGHT))
        self.bar.setMinimumWidth(theme.px(20))  # with large text, the words need the room
        self.bar.setMaximumWidth(theme.px(180))
        self.inspector_button.setIcon(theme.icon("panel", theme.tokens().muted))


def describe_device(info: Any) -> str:
    """``CPU · 1 thread · bf16``."""
    threads = int(info.get("threads") or 0)
    is_cpu = str(info.get("device_type", "cpu")) == "cpu"
    words = [str(info.get("device", ""))]
    if threads and is_cpu:
        words.append(_("1 thread") if threads == 1 else _("{n} threads").format(n=threads))
    words.append(str(info.get("precision", "")))
    return " · ".join(word for word in words if word)


def in_bytes(count: int) -> str:
    """``412 MB`` or ``3.4 GB``."""
    mega = count / 2**20
    return f"{mega:,.0f} MB" if mega < 1000 else f"{mega / 1024:.1f} GB"


def time_left(seconds: float) -> str:
    """``40 s left``, ``2 min left``, ``1 h 20 min left``."""
    if seconds < 60:
        return _("{n} s left").format(n=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("{n} min left").format(n=minutes)
    return _("{h} h {m} min left").format(h=minutes // 60, m=minutes % 60)
