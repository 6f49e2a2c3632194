"""The tab "Through time": the place where we are, drawn by every moment of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout

from gan_studio.core.events import CheckpointSaved
from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.gui import theme
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.time_saver import TimeSaver
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.picture_view import PictureView

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.run_picker import RunPicker
    from gan_studio.inference.through_time import Strip, ThroughTime

FRAME_MS = 350  # of the film: long enough to see what changed
REST_FRAMES = 3  # it rests so long on the newest moment before it begins again


def draw_through_time(moments: Any, request: Any) -> Any:
    """In the worker's thread, where torch may be imported."""
    z, label = request
    return moments.draw(z, label)


class TimePanel(ExplorePanel):
    """A strip of all moments, and a film of them.

    Args:
        explorer: the place.
        picker: lists the run's moments, and chooses among them.
        session: tells of new checkpoints.
        size: how many times as large films are as pictures, and whether pixels are blended.
        render: as `draw_through_time`.
    """

    main_text = N_("Play")
    main_tip = N_("Play the film of the run's moments, or hold it.")

    def __init__(
        self,
        explorer: Explorer,
        picker: RunPicker,
        session: Session,
        size: Callable[[], tuple[int, bool]],
        render: Any = draw_through_time,
    ) -> None:
        super().__init__(explorer)
        self._picker, self._size = picker, size
        self.saver = TimeSaver(self)
        self._bridge = RenderBridge(render, self)
        self._moments: ThroughTime | None = None
        self._strip: Strip | None = None
        self._asked: Any = None  # what the strip shows, or will
        self._is_seen = False
        self._rest = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_frame)
        self._build()
        self._connect()
        session.notice.connect(self._on_notice)

    # Building

    def _build(self) -> None:
        self.card = Card(_("The same z through the run"))
        self.view = PictureView()
        self.view.setMinimumHeight(90)
        self.view.setAccessibleName(_("The film's picture"))
        self.view.file_name = "moment.png"
        self.words = QLabel()
        self.words.setProperty("role", "number")
        self.hint = QLabel()
        self.hint.setProperty("role", "muted")
        self.hint.setWordWrap(True)
        self.grid = PictureGrid(max_scale=4)
        self.grid.setAccessibleName(_("Moments of the run"))
        self.grid.file_name = "through-time.png"
        self.grid.offer()
        self.grid.setToolTip(
            _("One picture per moment, the oldest first. Click one to explore from its weights.")
        )
        body = self.card.body
        body.addWidget(self.view, 3)
        body.addLayout(self._film_row())
        body.addWidget(self.grid, 4)
        body.addWidget(self.hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    def _film_row(self) -> QHBoxLayout:
        self.play = QPushButton(_("Play"))
        self.play.setCheckable(True)
        self.play.setToolTip(_("Show the moments one after the other, again and again. (Space)"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName(_("Moment of the run"))
        self.slider.setToolTip(
            _("Drag, or use the arrow keys: the same z as earlier weights drew it.")
        )
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        self.save = QPushButton(_("Save film …"))
        self.save.setToolTip(
            _("The moments one after the other as GIF, WebP or MP4, as large as saved pictures.")
        )
        parts = ((self.play, 0), (self.slider, 1), (self.words, 0), (self.save, 0))
        for widget, stretch in parts:
            row.addWidget(widget, stretch)
        return row

    def _connect(self) -> None:
        self.explorer.space_changed.connect(self._on_weights)
        self.explorer.moved.connect(self._ask)
        self._picker.steps_changed.connect(self._on_space_changed)
        self._bridge.picture_ready.connect(self._on_strip)
        self._bridge.failed.connect(self.failed)
        self.play.toggled.connect(self._on_play_toggled)
        self.slider.valueChanged.connect(self._show_moment)
        self.grid.picked.connect(self._on_picked)
        self.save.clicked.connect(self._on_save)
        self.saver.failed.connect(self.failed)
        self.saver.saved.connect(lambda path: self.told.emit(_("Saved."), path))

    # The tab

    def on_shown(self) -> None:
        self._is_seen = True
        self._on_space_changed()

    def on_hidden(self) -> None:
        self._is_seen = False
        self._asked = None  # what is under way is dropped
        self.play.setChecked(False)
        self._bridge.close()

    def main_action(self) -> None:
        self.play.toggle()

    def _on_notice(self, event: object) -> None:
        if self._is_seen and isinstance(event, CheckpointSaved):
            self._picker.refresh_steps()

    # Drawing

    def _on_weights(self) -> None:
        """A run that trains keeps moments that nobody tells of: list them with newer weights."""
        if self._is_seen and self.explorer.bundle is not None and self._picker.is_live_run:
            self._picker.refresh_steps()
        else:
            self._on_space_changed()

    def _on_space_changed(self) -> None:
        bundle = self.explorer.bundle
        if bundle is None or bundle.run_dir is None:
            self._forget()
            return
        if not self._is_seen:
            return
        steps = self._picker.moments()
        old = self._moments
        if old is None or (old.run_dir, list(old.steps)) != (bundle.run_dir, steps):
            self._moments = self._list_moments(bundle.run_dir, steps)
            self._bridge.set_model(self._moments)
        self._explain()
        self._ask()

    def _forget(self) -> None:
        """What was drawn is of a run that is no longer looked at."""
        self._moments = self._strip = self._asked = None
        self._bridge.set_model(None)
        self.grid.set_pictures(None)
        self.card.set_note("")
        self.card.hide_hint()
        self._show_moment(0)
        for widget in (self.slider, self.play, self.save):
            widget.setEnabled(False)

    def _list_moments(self, run_dir: Any, steps: list[int]) -> ThroughTime:
        from gan_studio.inference.through_time import ThroughTime

        found = ThroughTime(run_dir, steps)
        if self._moments is not None and self._moments.run_dir == run_dir:
            found.take_over(self._moments)
        return found

    def _ask(self) -> None:
        """Draw the place, unless it is drawn: newer weights of the run change no old moment."""
        point = self.explorer.point
        if not self._is_seen or self._moments is None or point is None:
            return
        z = self.explorer.drawn(point.z[None])[0]
        wish = (self._moments, z.tobytes(), point.label)
        if wish != self._asked:
            self._asked = wish
            self._bridge.ask((z, point.label))

    def _on_strip(self, strip: Strip) -> None:
        was_new = self._strip is None or self._strip.steps != strip.steps
        self._strip = strip
        count = len(strip.steps)
        words = ngettext("{n} moment", "{n} moments", count).format(n=count)
        self.card.set_note(words)
        if count:
            self.card.hide_hint()
        else:
            self.card.show_hint(_("No moment of this run can be read any more."))
        self.grid.set_pictures(strip.pictures, [f"{step:,}" for step in strip.steps])
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(count - 1, 0))
            if was_new:
                self.slider.setValue(self._position_of_model())
        self.slider.setEnabled(count > 1)
        self.play.setEnabled(count > 1)
        self.save.setEnabled(count > 0)
        self._show_moment(self.slider.value())

    def _position_of_model(self) -> int:
        bundle, strip = self.explorer.bundle, self._strip
        assert strip is not None, "it has just come"
        if bundle is not None and bundle.step in strip.steps:
            return strip.steps.index(bundle.step)
        return max(len(strip.steps) - 1, 0)

    def _show_moment(self, index: int) -> None:
        strip = self._strip
        if strip is None or strip.pictures is None or index >= len(strip.steps):
            self.view.set_picture(None)
            self.words.setText("")
            return
        self.view.set_picture(strip.pictures[index])
        self.words.setText(_("step {step}").format(step=f"{strip.steps[index]:,}"))
        self.grid.select(index)

    def _explain(self) -> None:
        space = self.explorer.space
        is_encoded = space is not None and space.prior == "encoded"
        text = _(
            "The encoder learns as well: the same numbers mean something else at each moment, "
            "so early pictures need not look like the newest."
        )
        self.hint.setText(text)
        self.hint.setVisible(is_encoded)

    # The film

    def _on_play_toggled(self, is_playing: bool) -> None:
        self.play.setText(_("Pause") if is_playing else _("Play"))
        self.main_text = N_("Pause") if is_playing else N_("Play")
        self.renamed.emit()
        self._rest = 0
        if is_playing:
            self._timer.start()
        else:
            self._timer.stop()

    def _on_frame(self) -> None:
        if self.slider.value() < self.slider.maximum():
            self.slider.setValue(self.slider.value() + 1)
        elif self._rest < REST_FRAMES:
            self._rest += 1
        else:
            self._rest = 0
            self.slider.setValue(0)

    def _on_save(self) -> None:
        place, strip = self.explorer.place, self._strip
        if place is None or strip is None or strip.pictures is None:
            return
        path = self.saver.ask()
        if path is not None:
            scale, is_smooth = self._size()
            self.saver.save(strip, place, path, scale=scale, is_smooth=is_smooth)

    def _on_picked(self, index: int) -> None:
        """Explore from there; the slider's film goes on from it too."""
        if self._strip is None or index >= len(self._strip.steps):
            return
        self.slider.setValue(index)
        self._show_moment(index)
        step, steps = self._strip.steps[index], self._picker.moments()
        is_newest = bool(steps) and step == steps[-1] and not self._picker.is_live_run
        self._picker.choose_step(None if is_newest else step)
