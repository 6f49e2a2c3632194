"""The Lab page: commands go to the player, its pictures come back and are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.lab_bridge import LabBridge
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.lab.setup import LabSetup
from gan_studio.gui.pages.lab.view import LabView
from gan_studio.gui.pages.lab.words import chips, names_of
from gan_studio.jobs.lab import commands as do

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.gui.session import Session
    from gan_studio.jobs.lab.frame import LabFrame

D, G = "discriminator", "generator"


class LabPage(Page):
    """What do D and G do to each other?"""

    key = "lab"
    title = N_("Lab")
    icon_name = "lab"
    order = 20

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.bridge = LabBridge(self)
        self.bridge.arrived.connect(self._on_arrived)
        self.bridge.failed.connect(self._on_failed)
        self.setup: LabSetup | None = None
        self.frame: LabFrame | None = None
        self._expected: RunConfig | None = None  # what the form has just asked for
        self.view = LabView()
        self.stage, self.timeline = self.view.stage, self.view.timeline
        self.stage.painted.connect(self.bridge.want_picture)
        self._build()
        self._make_buttons()
        self.stage.show_hint(_("The learning engine is being loaded …"))

    def _build(self) -> None:
        self.body.addWidget(self.view, 1)
        self.timeline.sought.connect(self._on_sought)
        self.timeline.returned.connect(self._on_returned)
        self.timeline.speed_chosen.connect(self._on_speed_chosen)

    def _make_buttons(self) -> None:
        add = self.head.add_button
        self.reset = add(_("Reset"), _("Back to the same first weights."), shortcut="R")
        self.walk = add(
            _("Slow motion"),
            _("Walk through one step: noise, G, D judges, D learns, G learns."),
            shortcut="W",
        )
        self.step_d = add(_("Step D"), _("Let only the discriminator learn, once."), shortcut="D")
        self.step_g = add(_("Step G"), _("Let only the generator learn, once."), shortcut="G")
        self.step = add(_("Step"), _("Let both learn, once."), shortcut="S")
        self.compare = add(
            _("A | B"), _("Two games from one seed: change one setting of B."), shortcut="B"
        )
        self.compare.setCheckable(True)
        self.compare.clicked.connect(self._on_compare_clicked)
        self.main = add(_("Play"), _("Let D and G play."), primary=True, shortcut="Space")
        self.reset.clicked.connect(lambda: self.bridge.send(do.Reset()))
        self.walk.clicked.connect(lambda: self.bridge.send(do.Walk()))
        self.step_d.clicked.connect(lambda: self.bridge.send(do.Step(D)))
        self.step_g.clicked.connect(lambda: self.bridge.send(do.Step(G)))
        self.step.clicked.connect(lambda: self.bridge.send(do.Step()))
        self.main.clicked.connect(self.main_action)
        widest = self.main.fontMetrics().horizontalAdvance(_("Play from here"))
        self.main.setMinimumWidth(widest + 34)
        self.buttons = (
            *(self.reset, self.walk, self.step_d, self.step_g, self.step, self.compare),
            self.main,
        )
        for button in self.buttons:
            button.setEnabled(False)
        newest = QShortcut(QKeySequence("N"), self)
        newest.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        newest.activated.connect(self._on_returned)

    # --- the page ----------------------------------------------------------------------------

    def on_engine_ready(self) -> None:
        if self.setup is None:
            # pyqtgraph takes a fifth of a second to load, which must not be felt.
            Task(_load_plots, self).on_done(lambda _done: self._begin({})).start()

    def on_shown(self) -> None:
        self.bridge.want_picture()

    def on_hidden(self) -> None:
        if self.frame is not None and self.frame.is_playing:
            self.bridge.send(do.Pause())

    def main_action(self) -> None:
        if self.frame is None:
            return
        self.bridge.send(do.Pause() if self.frame.is_playing else do.Play())

    def _begin(self, plain: dict[str, Any]) -> None:
        """Start the games with these settings on top of the lab's own."""
        try:
            config = self.session.engine.lab_config(plain)
        except StudioError as problem:
            self.session.error.emit(problem)
            return
        if self.setup is None:
            self.setup = LabSetup(config)
            self.setup.changed.connect(self._on_setup_changed)
            self.setup.side_chosen.connect(self._show_settings)
            self.setup.set_reference(config)
            self.inspector = self.setup
            window = self.window()
            if hasattr(window, "drawer"):
                window.drawer.follow(self)
        self._play(config)

    def _play(self, config: RunConfig) -> None:
        self.bridge.start(self.session.engine.lab_player(config, self.session.folders))
        for button in self.buttons:
            button.setEnabled(True)

    # --- what arrives ------------------------------------------------------------------------

    def _on_arrived(self, frame: LabFrame) -> None:
        before, self.frame = self.frame, frame
        self.view.take(frame, names_of(frame))
        self.head.set_chips(chips(frame))
        if (
            before is None
            or before.is_playing != frame.is_playing
            or before.is_past != frame.is_past
        ):
            self._name_main(frame)
        self._follow_settings(before)
        if not self.stage.isVisible():
            self.bridge.want_picture()

    def _follow_settings(self, before: LabFrame | None) -> None:
        """What came from elsewhere is shown; what was just typed is not overwritten by its past."""
        assert self.frame is not None
        if self._expected is not None:
            if self._expected in self.frame.configs:
                self._expected = None
        elif before is not None and before.configs != self.frame.configs:
            self._show_settings()

    def _show_settings(self) -> None:
        self._expected = None
        if self.setup is not None and self.frame is not None:
            configs = self.frame.configs
            self.setup.show_config(configs[min(self.setup.side.value(), len(configs) - 1)])

    def _name_main(self, frame: LabFrame) -> None:
        text = (
            _("Pause") if frame.is_playing else _("Play from here") if frame.is_past else _("Play")
        )
        self.main.setText(text)
        self.main.setAccessibleName(text)

    def _on_failed(self, problem: Exception) -> None:
        if isinstance(problem, StudioError):
            self.session.error.emit(problem)
        else:
            reason = f"{type(problem).__name__}: {problem}"
            self.session.error.emit(StudioError(reason=reason))
        self._show_settings()

    # --- what a person does ------------------------------------------------------------------

    def _on_setup_changed(self) -> None:
        if self.setup is not None:
            self._expected = self.setup.config()
            self.bridge.send(do.Change(self._expected, self.setup.side.value()))

    def _on_compare_clicked(self, is_on: bool) -> None:
        if self.setup is None or self.frame is None:
            return
        self.bridge.send(do.Compare(self.frame.configs[0] if is_on else None))
        self.setup.compare(is_on)

    def _on_sought(self, step: int) -> None:
        self.bridge.send(do.Seek(step))

    def _on_returned(self) -> None:
        if self.frame is not None:
            self.bridge.send(do.Seek(self.frame.newest_step))

    def _on_speed_chosen(self, speed: float) -> None:
        self.bridge.send(do.SetSpeed(speed))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if steps is None or self.frame is None:
            super().keyPressEvent(event)
            return
        is_fast = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.timeline.nudge(steps * (100 if is_fast else 1))


def _load_plots(_progress: object, _is_cancelled: object) -> None:
    from importlib import import_module

    import_module("gan_studio.gui.plots.curves")
