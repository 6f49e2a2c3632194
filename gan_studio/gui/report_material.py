"""What the window knows for a report. The disk is read in a background thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from gan_studio.core.events import RunState
from gan_studio.core.schema import to_plain
from gan_studio.gui.reporter import Reporter
from gan_studio.jobs.open_mark import last_end
from gan_studio.jobs.report.builder import LOG_LINES, Material, report_texts
from gan_studio.jobs.report.log_tail import log_file_tail, recent_log
from gan_studio.jobs.report.run_story import RunStory, read_story, run_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gan_studio.gui.run_view import RunView
    from gan_studio.gui.session import Session


@dataclass(frozen=True)
class Report:
    """A report, ready to be shown.

    Attributes:
        picture: the newest sample grid as PNG, None without one.
    """

    scrubbed: str
    with_paths: str
    picture: bytes | None


def report_job(session: Session, fault: str) -> Callable[[Any, Any], Report]:
    """The work that makes a report, for a `Task`; what the window knows is asked here and now."""
    asked: dict[str, Any] = {
        "folders": session.folders,
        "now": datetime.now(),
        "fault": fault,
        "faults": _faults(session),
        "settings": _settings(session),
        "qt": f"{qVersion()}, {QGuiApplication.platformName()}",
        "asks_torch": session.is_engine_ready,
    }
    run_dir, config, facts = _run(session.run)

    def job(progress: object, is_cancelled: object) -> Report:
        end = last_end(asked["folders"].settings)
        log = recent_log() or log_file_tail(asked["folders"].settings, LOG_LINES)
        story = _story(run_dir, config, facts) or run_of(end)
        material = Material(**asked, log=log, run=story, last_end=end)
        return Report(*report_texts(material), _picture(material.run))

    return job


def _faults(session: Session) -> list[str]:
    reporter = session.findChild(Reporter)
    return reporter.faults.told() if isinstance(reporter, Reporter) else []


def _settings(session: Session) -> dict[str, str]:
    screen = QGuiApplication.primaryScreen()
    size = screen.size()
    return {
        "colours": session.settings.theme,
        "text size": f"{session.settings.text_scale:.0%}",
        "screen": f"{size.width()} x {size.height()} at {screen.devicePixelRatio():g}",
        "own runs folder": "yes" if session.settings.runs_folder else "no",
    }


def _run(run: RunView | None) -> tuple[Path | None, dict[str, Any], dict[str, Any]]:
    """The folder, the settings and the state of the run that is, or was last, under way."""
    if run is None:
        return None, {}, {}
    facts: dict[str, Any] = {"step": run.step, "total_steps": run.total_steps}
    if run.state is not RunState.ENDED:  # else the manifest says how it ended
        facts["state"] = run.state.value
    return run.run_dir, to_plain(run.config), facts


def _story(
    run_dir: Path | None, config: Mapping[str, Any], facts: Mapping[str, Any]
) -> RunStory | None:
    if run_dir is not None:
        story = read_story(run_dir, config)
        return RunStory(
            story.path, story.config, {**story.manifest, **facts}, story.events, story.problems
        )
    return RunStory(None, config, facts) if config else None


def _picture(story: RunStory | None) -> bytes | None:
    path = None if story is None else story.picture
    try:
        return None if path is None else path.read_bytes()
    except OSError:
        return None
