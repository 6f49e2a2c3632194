"""Leads through a lesson or a failure: what the story says, and what it lets the games do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.jobs.lab import commands as do

if TYPE_CHECKING:
    from gan_studio.core.config import RunConfig
    from gan_studio.core.presets import Preset
    from gan_studio.gui.pages.lab.story import Story
    from gan_studio.jobs.lab.frame import LabFrame
    from gan_studio.lab.lessons import Lesson
    from gan_studio.lab.museum import Exhibit

Send = Callable[[Any], None]


class Teller(QObject):
    """Tells one story at a time.

    Args:
        story: where it is told.
        send: hands commands to the player.
        parent: as in Qt.

    Signals:
        hidden_changed: names of the groups of controls that are not to be shown.
        began: one new game is played, with so many steps per second.
    """

    hidden_changed = Signal(object)
    began = Signal(float)

    def __init__(self, story: Story, send: Send, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._story, self._send = story, send
        self._lesson: Lesson | None = None
        self._exhibit: Exhibit | None = None
        self._is_cured = False
        self._page = 0
        self._furthest = -1
        self._answered: dict[int, int] = {}
        self._config: RunConfig | None = None
        self._step = 0
        self._is_walking = False
        self._beginning: RunConfig | None = None  # what has been asked for and is not seen yet
        story.answered.connect(self._on_answered)
        story.acted.connect(self._on_acted)
        story.turned.connect(self._on_turned)
        story.closed.connect(self.close)

    @property
    def is_telling(self) -> bool:
        """Whether there is a story."""
        return self._lesson is not None or self._exhibit is not None

    def follow(self, frame: LabFrame) -> None:
        """Know the settings that the first game has now."""
        self._config = frame.configs[0]
        if self._config == self._beginning:
            self._beginning = None
        self._step, self._is_walking = frame.newest_step, frame.stage is not None
        if self._lesson is not None:
            until = self._lesson.pages[self._page].until_step
            self._story.hold(frame.is_playing and until is not None and self._step < until)

    def show_exhibit(self, exhibit: Exhibit) -> None:
        """Let a failure happen."""
        self.close()
        self._exhibit, self._is_cured = exhibit, False
        self._begin(exhibit.config())
        self._send(do.Play(exhibit.after_steps))
        cure = _("Apply the cure: {cure}").format(cure=_(exhibit.cure_title))
        self._story.show_page(_(exhibit.title), _(exhibit.text), action=cure)

    def show_preset(self, preset: Preset, config: RunConfig) -> None:
        """Play settings that are known to work, with G's average where there is one."""
        self.close()
        self._begin(config)
        self._send(do.ShowAverage(config.train.ema_half_life > 0))
        self._send(do.Play())
        self._story.show_page(_(preset.title), f"{_(preset.help)} {_(preset.expects)}")

    def show_lesson(self, lesson: Lesson) -> None:
        """Begin a lesson."""
        self.close()
        self._lesson, self._page, self._furthest, self._answered = lesson, 0, -1, {}
        self.hidden_changed.emit(lesson.hidden)
        self._begin(lesson.run_config(-1), lesson.start_step, lesson.speed)
        self._tell()

    def close(self) -> None:
        """Leave the story; the game stays as it is."""
        if self._lesson is not None:
            self.hidden_changed.emit(())
        self._lesson = self._exhibit = None
        self._story.hide()

    def give_up(self) -> None:
        """Something failed; a story whose game cannot be played is not told."""
        if self._beginning is not None:
            self._beginning = None
            self.close()

    def _begin(self, config: RunConfig, step: int = 0, speed: float = do.FASTEST) -> None:
        self._beginning = config
        self._send(do.SetSpeed(speed))
        self._send(do.Begin(config, step))
        self.began.emit(speed)

    # --- lessons -----------------------------------------------------------------------------

    def _tell(self) -> None:
        assert self._lesson is not None
        lesson, page = self._lesson, self._lesson.pages[self._page]
        if self._page > self._furthest:
            self._furthest = self._page
            if page.change:
                self._send(do.Change(lesson.run_config(self._page)))
        ask = page.ask
        self._story.show_page(
            _(lesson.title),
            _(page.text),
            action=_(page.button),
            question=_(ask.question) if ask is not None else "",
            answers=[_(option) for option in ask.options] if ask is not None else (),
            pages=(self._page + 1, len(lesson.pages)),
        )
        if ask is not None and self._page in self._answered:
            self._reveal(self._answered[self._page])

    def _reveal(self, chosen: int) -> None:
        assert self._lesson is not None
        ask = self._lesson.pages[self._page].ask
        assert ask is not None
        right = (
            _("Right.")
            if chosen == ask.answer
            else _("Not quite: {answer}.").format(answer=_(ask.options[ask.answer]).rstrip("."))
        )
        is_last = self._page == len(self._lesson.pages) - 1
        self._story.reveal(f"**{right}** {_(ask.reveal)}", can_go_on=not is_last)

    def _on_answered(self, index: int) -> None:
        if self._lesson is not None:
            self._answered[self._page] = index
            self._reveal(index)

    def _on_turned(self, change: int) -> None:
        if self._lesson is None:
            return
        page = self._page + change
        if 0 <= page < len(self._lesson.pages):
            self._page = page
            if self._is_walking:
                self._send(do.Walk(is_on=False))
            self._tell()

    def _on_acted(self) -> None:
        if self._exhibit is not None:
            if self._is_cured:
                self.show_exhibit(self._exhibit)
            else:
                self._cure()
        elif self._lesson is not None:
            page = self._lesson.pages[self._page]
            if page.do != "play" or page.until_step is None or self._step < page.until_step:
                self._send(command_of(page.do, page.until_step))

    # --- failures ----------------------------------------------------------------------------

    def _cure(self) -> None:
        exhibit = self._exhibit
        if exhibit is None or self._config is None:
            return
        self._is_cured = True
        self._send(do.Change(exhibit.cured(self._config)))
        self._send(do.Play())
        back = _("Back to the failure")
        self._story.show_page(_(exhibit.cure_title), _(exhibit.cure_text), action=back)


def command_of(action: str, until: int | None) -> Any:
    """What a page's button does, as a command for the player."""
    commands: dict[str, Any] = {
        "play": do.Play(until),
        "pause": do.Pause(),
        "step_d": do.Step("discriminator"),
        "step_g": do.Step("generator"),
        "step": do.Step(),
        "walk": do.Walk(),
        "reset": do.Reset(),
    }
    return commands[action]
