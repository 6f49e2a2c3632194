"""Notices that the window of an earlier day was not closed, and says so once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.run_shelf import Offer, always
from gan_studio.jobs.open_mark import OpenMark, UnexpectedEnd, unexpected_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.session import Session


class CrashWatch(QObject):
    """Keeps the mark of this window up to date, and asks for those of earlier ones.

    Args:
        mark: of this window, open already.
        show_report: opens the report.
    """

    def __init__(self, session: Session, mark: OpenMark, show_report: Callable[[], None]) -> None:
        super().__init__(session)
        self._session, self._mark, self._show_report = session, mark, show_report
        session.run_started.connect(self._on_run_started)
        session.run_ended.connect(self._on_run_ended)

    @Slot()
    def look_back(self) -> None:
        """Ask in the background how the last window ended; a banner follows where it was not well.

        Call it once the window is painted.
        """
        folder = self._session.folders.settings
        Task(lambda progress, is_cancelled: unexpected_end(folder), self).on_done(
            self._on_looked_back
        ).start()

    def _on_looked_back(self, end: UnexpectedEnd | None) -> None:
        if end is None:
            return
        offer = Offer(
            "warning",
            _("The last time, GAN Studio was ended without being closed."),
            _(
                "It crashed, was killed, or the computer went off. Runs keep what they had saved, "
                "and can go on from there."
            ),
            _("Show the report"),
            self._show_report,
            waits=always,
        )
        self._session.offered.emit(offer)

    @Slot(object)
    def _on_run_started(self, event: Any) -> None:
        self._mark.note_run(str(event.info.get("run_dir", "")))

    @Slot(object)
    def _on_run_ended(self, event: object) -> None:
        self._mark.note_run("")
