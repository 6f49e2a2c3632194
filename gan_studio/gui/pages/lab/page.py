"""The Lab page: commands go to the player, its pictures come back and are shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import LESSON_ENDING
from gan_studio.gui.bridge.lab_bridge import LabBridge
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.lab.buttons import make_buttons
from gan_studio.gui.pages.lab.exporter import Exporter
from gan_studio.gui.pages.lab.lesson_maker import LessonMaker
from gan_studio.gui.pages.lab.own_points import SUFFIXES, OwnPoints
from gan_studio.gui.pages.lab.setup import LabSetup
from gan_studio.gui.pages.lab.show_menu import ShowMenu, show_button
from gan_studio.gui.pages.lab.story import Story
from gan_studio.gui.pages.lab.teller import Teller
from gan_studio.gui.pages.lab.view import LabView
from gan_studio.gui.pages.lab.words import chips, main_words, names_of
from gan_studio.gui.widgets.drop_files import dropped_file
from gan_studio.jobs.lab import commands as do

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.core.presets import Preset
    from gan_studio.gui.session import Session
    from gan_studio.jobs.lab.frame import LabFrame

D, G = "discriminator", "generator"
LESSONS = (LESSON_ENDING, ".json")
LESSON_FILES = " ".join(f"*{ending}" for ending in LESSONS)


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
        self._lesson_file: Path | None = None
        self._expected: RunConfig | None = None  # what the form has just asked for
        self.view = LabView()
        self.story = Story()
        self.teller = Teller(self.story, self.bridge.send, self)
        self.teller.hidden_changed.connect(self._on_hidden_changed)
        self.teller.began.connect(self._on_story_began)
        # Else the focus goes to whatever comes next, which then takes Space for itself.
        self.story.closed.connect(self.setFocus)
        self.menu = ShowMenu(self)
        self.exporter = Exporter(self.view, self.bridge.send, self)
        self.exporter.failed.connect(session.error)
        self.exporter.saved.connect(self._on_saved)
        self.exporter.filming.connect(self._on_filming)
        self.lesson_maker = LessonMaker(self)
        self.lesson_maker.failed.connect(session.error)
        self.lesson_maker.saved.connect(self._on_saved)
        self.own_points: OwnPoints | None = None
        self.stage, self.timeline = self.view.stage, self.view.timeline
        self.stage.painted.connect(self.bridge.want_picture)
        self._build()
        self._make_buttons()
        self.stage.show_hint(_("The learning engine is being loaded …"))

    def _build(self) -> None:
        self.body.addWidget(self.story)
        self.body.addWidget(self.view, 1)
        self.menu.lesson_chosen.connect(self.teller.show_lesson)
        self.menu.exhibit_chosen.connect(self.teller.show_exhibit)
        self.menu.preset_chosen.connect(self._on_preset_chosen)
        self.menu.file_wanted.connect(self._on_file_wanted)
        self.menu.failed.connect(self.session.error)
        self.setAcceptDrops(True)
        self.stage.menu.average_wanted.connect(lambda on: self.bridge.send(do.ShowAverage(on)))
        self.stage.menu.lesson_wanted.connect(
            lambda: self.lesson_maker.ask(self.frame, self.timeline.steps_per_s)
        )
        self.timeline.sought.connect(self._on_sought)
        self.timeline.returned.connect(self._on_returned)
        self.timeline.speed_chosen.connect(self._on_speed_chosen)

    def _make_buttons(self) -> None:
        self.buttons = make_buttons(self.head)
        (
            self.show_me,
            self.reset,
            self.walk,
            self.step_d,
            self.step_g,
            self.step,
            self.compare,
            self.main,
        ) = self.buttons
        show_button(self.show_me, self.menu)
        for button, command in (
            (self.reset, do.Reset()),
            (self.walk, do.Walk()),
            (self.step_d, do.Step(D)),
            (self.step_g, do.Step(G)),
            (self.step, do.Step()),
        ):
            button.clicked.connect(partial(self._send, command))
        self.compare.clicked.connect(self._on_compare_clicked)
        self.main.clicked.connect(self.main_action)

    def _send(self, command: do.Command, _is_checked: bool = False) -> None:
        self.bridge.send(command)

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
            folder = self.session.folders.cache
            self.own_points = OwnPoints(self.setup, self.stage, folder)
            self.own_points.failed.connect(self.session.error)
            self.own_points.made.connect(self._on_points_made)
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
        self._open_waiting_lesson()

    # --- what arrives ------------------------------------------------------------------------

    def _on_arrived(self, frame: LabFrame) -> None:
        before, self.frame = self.frame, frame
        self.view.take(frame, names_of(frame))
        self.teller.follow(frame)
        self.exporter.follow(frame)
        readings = frame.games[0].readings
        if readings:  # not in every picture: what flickers cannot be read
            self.head.set_chips(chips(frame))
            if self.setup is not None:
                self.setup.push.mark(readings.get("d/fake"))
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
        elif before is None or before.configs != self.frame.configs:
            self._show_settings()

    def _show_settings(self) -> None:
        self._expected = None
        if self.setup is not None and self.frame is not None:
            configs = self.frame.configs
            self.setup.show_config(configs[min(self.setup.side.value(), len(configs) - 1)])

    def _name_main(self, frame: LabFrame) -> None:
        text = main_words(frame)
        self.main.setText(text)
        self.main.setAccessibleName(text)

    def _on_failed(self, problem: Exception) -> None:
        self.session.error.emit(_in_a_sentence(problem))
        self.teller.give_up()
        self._show_settings()

    # --- stories -----------------------------------------------------------------------------

    def receive(self, **payload: Any) -> None:
        """``lesson=path`` opens a lesson, as soon as there is a game."""
        lesson = payload.get("lesson")
        if lesson is not None:
            self._lesson_file = Path(lesson)
            self._open_waiting_lesson()

    def _open_waiting_lesson(self) -> None:
        if self._lesson_file is None or not self.bridge.is_running:
            return
        from gan_studio.lab.lessons import read_lesson

        path, self._lesson_file = self._lesson_file, None
        if path.suffix.lower() in SUFFIXES and self.own_points is not None:
            self.own_points.take_file(path)
            return
        try:
            self.teller.show_lesson(read_lesson(path))
        except StudioError as problem:
            self.session.error.emit(problem)

    def _on_preset_chosen(self, preset: Preset) -> None:
        try:
            config = self.session.engine.lab_config(preset.values)
        except StudioError as problem:
            self.session.error.emit(problem)
        else:
            self.teller.show_preset(preset, config)

    def _on_file_wanted(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("Open a lesson"), "", _("Lessons ({files})").format(files=LESSON_FILES)
        )
        if path:
            self.receive(lesson=path)

    def _on_story_began(self, speed: float) -> None:
        """One game in place of what was played, two games included."""
        self._expected = None
        if self.banner.kind == "info":  # it was about what was played
            self.banner.clear()
        self.setFocus()
        self.timeline.show_speed(speed)
        self.compare.setChecked(False)
        if self.setup is not None:
            self.setup.compare(False)

    def _on_hidden_changed(self, names: tuple[str, ...]) -> None:
        """A teacher hides what would distract."""
        self.menu.shows_museum = "museum" not in names
        self.compare.setVisible("compare" not in names)
        self.view.hide_controls(names)
        if self.setup is not None:
            self.setup.hide_controls(names)

    # --- data and files ----------------------------------------------------------------------

    def _on_points_made(self, config: RunConfig) -> None:
        self._expected = None
        self.bridge.send(do.Change(config))

    def _on_saved(self, path: Path) -> None:
        self.banner.show_message("info", _("Saved."), str(path))

    def _on_filming(self, is_on: bool) -> None:
        for button in self.buttons:
            button.setEnabled(not is_on)
        if is_on:
            self.banner.show_message(
                "info", _("Filming …"), _("The time machine goes through the training once.")
            )
        elif self.frame is not None:
            self._on_returned()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event.mimeData(), (*LESSONS, *SUFFIXES)) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event.mimeData(), (*LESSONS, *SUFFIXES))
        if path is not None and path.suffix.lower() in LESSONS:
            self.receive(lesson=path)
        elif path is not None and self.own_points is not None:
            self.own_points.take_file(path)

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
        if event.matches(QKeySequence.StandardKey.Paste) and self.own_points is not None:
            self.own_points.paste()
            return
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if steps is None or self.frame is None:
            super().keyPressEvent(event)
            return
        is_fast = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.timeline.nudge(steps * (100 if is_fast else 1))


def _load_plots(_progress: object, _is_cancelled: object) -> None:
    from importlib import import_module

    import_module("gan_studio.gui.plots.curves")


def _in_a_sentence(problem: Exception) -> StudioError:
    """An error that nobody foresaw, as one that can be shown."""
    if isinstance(problem, StudioError):
        return problem
    return StudioError(reason=f"{type(problem).__name__}: {problem}")
