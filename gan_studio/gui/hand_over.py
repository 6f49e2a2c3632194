"""Handing a run over: from a thread of the window to a process that outlives it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from gan_studio.core.errors import StudioError
from gan_studio.core.events import Failed, Finished, RunState
from gan_studio.core.i18n import _
from gan_studio.gui.bridge.run_bridge import RunBridge
from gan_studio.gui.run_shelf import Offer, offer_of_failure

if TYPE_CHECKING:
    from gan_studio.gui.process_job import ProcessJob
    from gan_studio.gui.session import Session


class HandOver(QObject):
    """Stops the run at a checkpoint, and lets a process go on exactly from there.

    For the session the run is under way all the time. It ends with `Session.let_go` once the
    process trains, or with the ordinary end of the run where that cannot be.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._is_asked = False
        self._heir: RunBridge | None = None  # hears the process that takes over
        self._job: ProcessJob | None = None
        self._saved: Finished | Failed | None = None  # how the run ended in the window

    @property
    def is_saved(self) -> bool:
        """Whether nothing is lost any more when the window ends at once."""
        return self._heir is not None

    def begin(self) -> None:
        """Ask the run to stop for it."""
        self._is_asked = True
        self._session.stop()

    def takes(self, event: Finished | Failed) -> bool:
        """Whether a process goes on with the run that has ended like this."""
        is_asked, self._is_asked = self._is_asked, False
        if not is_asked:
            return False
        heir = RunBridge(self)
        try:
            job = self._work(event, heir)
        except StudioError as problem:
            self._say_stayed(problem.sentence())
            return False
        if job is None:
            return False
        self._heir, self._job, self._saved = heir, job, event
        heir.state_changed.connect(self._on_heir_changed)
        heir.left.connect(self._on_heir_left)
        heir.ended.connect(self._on_heir_ended)
        heir.start(job, job.control)
        return True

    def _work(self, event: Finished | Failed, heir: RunBridge) -> ProcessJob | None:
        """From the checkpoint, or anew where nothing was there to save; None where it is over."""
        session, run, job = self._session, self._session.run, self._session.job
        assert run is not None
        if isinstance(event, Failed):
            if event.error != "Cancelled" or job is None:
                return None
            return session.engine.apart(job, heir.mailbox)  # it was being prepared
        if event.reason == "done" or run.run_dir is None:
            return None
        rest = session.engine.resumed_run(run.run_dir, session.folders, None, heir.report_progress)
        return session.engine.apart(rest, heir.mailbox)

    @Slot(object)
    def _on_heir_changed(self, state: RunState) -> None:
        """It has taken over once it trains; a run that was not yet prepared, once it does that."""
        is_new = isinstance(self._saved, Failed)
        job, heir = self._job, self._heir
        if job is not None and heir is not None and (is_new or state is RunState.TRAINING):
            self._job = None
            heir.leave(job.detach)

    @Slot()
    def _on_heir_left(self) -> None:
        self._drop()
        self._session.let_go()

    @Slot(object)
    def _on_heir_ended(self, event: Finished | Failed) -> None:
        saved = self._saved
        self._drop()
        if isinstance(event, Finished):  # few steps were left, and it was quick
            self._session.end(event)
            return
        assert saved is not None
        self._session.end(saved)
        self._say_stayed(offer_of_failure(event).text, event.details)

    def _drop(self) -> None:
        if self._heir is not None:
            self._heir.deleteLater()
        self._heir = self._job = self._saved = None

    def _say_stayed(self, reason: str, details: str = "") -> None:
        run = self._session.run
        run_dir = None if run is None else run.run_dir
        offer = Offer(
            "error",
            _("It cannot go on in the background."),
            _("{reason} The run is stopped and saved.").format(reason=reason),
            "" if run_dir is None else _("Resume"),
            None if run_dir is None else partial(self._session.resume, run_dir),
            details,
        )
        # After whatever is said of the end of the run.
        QTimer.singleShot(0, self, lambda: self._session.offered.emit(offer))
