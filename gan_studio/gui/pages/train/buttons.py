"""The buttons of the Train page: what each says and whether it can be pressed, in every state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gan_studio.core.events import RunState
from gan_studio.core.i18n import _


class Main(Enum):
    """What the primary button does."""

    TRAIN = "train"
    PAUSE = "pause"
    GO_ON = "go on"
    RESUME = "resume"  # a run that was stopped before its end
    NOTHING = "nothing"


@dataclass(frozen=True)
class Situation:
    """What the buttons depend on.

    Attributes:
        state: of the run that is, or was last, under way; None without any.
        is_changed: whether the draft differs from that run's configuration.
        is_unfinished: whether that run ended before all of its steps, with a checkpoint.
        has_problems: whether the draft cannot be trained as it is.
    """

    state: RunState | None = None
    is_changed: bool = False
    is_unfinished: bool = False
    has_problems: bool = False


@dataclass(frozen=True)
class Buttons:
    """What the buttons show.

    Attributes:
        again: the words of the second way to start, "" hides it.
    """

    main: Main
    text: str
    tooltip: str
    is_enabled: bool = True
    can_stop: bool = False
    can_step: bool = False
    again: str = ""


def buttons_for(now: Situation) -> Buttons:
    """The buttons that suit a situation."""
    if now.state is RunState.PREPARING:
        words = _("Data and networks are being prepared.")
        return Buttons(Main.NOTHING, _("Preparing …"), words, is_enabled=False, can_stop=True)
    if now.state is RunState.TRAINING:
        words = _("Wait after this step; weights stay as they are.")
        return Buttons(Main.PAUSE, _("Pause"), words, can_stop=True, can_step=True)
    if now.state is RunState.PAUSED:
        words = _("Go on training.")
        return Buttons(Main.GO_ON, _("Resume"), words, can_stop=True, can_step=True)
    if now.state is RunState.STOPPING:
        words = _("The last checkpoint is being written.")
        return Buttons(Main.NOTHING, _("Stopping …"), words, is_enabled=False)
    return _ready(now)


def _ready(now: Situation) -> Buttons:
    can_start = not now.has_problems
    mend = _("Mend the marked values first.")
    if now.state is None:
        words = _("Train a new model with these settings.")
        return Buttons(Main.TRAIN, _("Train"), words if can_start else mend, can_start)
    if now.is_changed:
        words = _("Train a new model with the settings as they are now.")
        text = _("Train again with these")
        return Buttons(Main.TRAIN, text, words if can_start else mend, can_start)
    if now.is_unfinished:
        words = _("Go on from the last checkpoint to the end of the run.")
        return Buttons(Main.RESUME, _("Resume"), words, again=_("Train anew"))
    words = _("Train a new model with the same settings.")
    return Buttons(Main.TRAIN, _("Train again"), words if can_start else mend, can_start)
