"""How a run is put into words, the same everywhere."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale

from gan_studio.core.events import RunState
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from gan_studio.gui.run_list import RunSummary
    from gan_studio.gui.session import Session

STATES = {
    "started": N_("not begun"),
    "training": N_("interrupted"),
    "done": N_("done"),
    "stopped": N_("stopped"),
    "failed": N_("failed"),
    "damaged": N_("damaged"),
}


def family_of(session: Session, run: RunSummary) -> str:
    """The family's title once the engine knows it, its key before."""
    return title_of(session, "family", run.family)


def data_of(session: Session, run: RunSummary) -> str:
    """The data's title as the run wrote it, or that of its key."""
    return title_of(session, "dataset", run.data)


def title_of(session: Session, kind: str, key: str) -> str:
    """The title of a registry's entry; the key itself before the engine is ready."""
    return _(session.engine.title_of(kind, key)) if session.is_engine_ready else key


def state_of(session: Session, run: RunSummary) -> str:
    """In which state a run is, in one word."""
    active = session.run
    if active is not None and is_active(session, run):
        return _("paused") if active.state is RunState.PAUSED else _("training")
    if run.is_in_training:
        return _("training")
    if run.state == "training" and (run.saved_step or 0) >= run.total_steps > 0:
        return _("done")
    return _(STATES.get(run.state, run.state))


def is_active(session: Session, run: RunSummary) -> bool:
    """Whether a run is under way."""
    active = session.run
    return session.is_running and active is not None and active.run_dir == run.path


def step_of(session: Session, run: RunSummary) -> int:
    """How far a run is; the one under way knows better than its manifest."""
    active = session.run
    is_active = active is not None and active.is_active and active.run_dir == run.path
    return active.step if active is not None and is_active else run.step


def when(run: RunSummary, today: date | None = None) -> str:
    """``14:30``, ``yesterday``, ``20 Nov`` or ``Nov 2025``."""
    if run.created is None:
        return ""
    return when_was(run.created, today or date.today())


def when_was(moment: datetime, today: date) -> str:
    """A moment as people say it."""
    day, locale = moment.date(), QLocale()
    if day == today:
        return moment.strftime("%H:%M")
    if day == today - timedelta(days=1):
        return _("yesterday")
    form = "d MMM" if day.year == today.year else "MMM yyyy"
    return locale.toString(QDate(day.year, day.month, day.day), form)
