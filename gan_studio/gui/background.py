"""Runs in processes of their own: chosen, found again, and left behind when the window closes."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gan_studio.core import safe_mode
from gan_studio.core.errors import StudioError
from gan_studio.core.events import Failed, Finished
from gan_studio.core.i18n import _
from gan_studio.gui.bridge.run_bridge import RunBridge
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.hand_over import HandOver
from gan_studio.gui.run_list import saved_step
from gan_studio.gui.run_shelf import Offer, always, offer_of_failure
from gan_studio.jobs.mailbox import Mailbox

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.engine import Job
    from gan_studio.gui.process_job import ProcessJob  # noqa: TC004 - only a dataclass's annotation
    from gan_studio.gui.run_view import RunView
    from gan_studio.gui.session import Session
    from gan_studio.jobs.links import EndedRun  # noqa: TC004 - must not load before the paint

log = logging.getLogger("gan_studio.gui")
DIED = "ProcessDied"  # the error's name, as events carry it


@dataclass(frozen=True)
class Found:
    """What went on while no window was there.

    Attributes:
        job: the newest run that still trains, None without any.
        mailbox: where its events go.
        others: how many more train.
        ended: those that have ended, and how.
    """

    job: ProcessJob | None
    mailbox: Mailbox
    others: int = 0
    ended: Sequence[EndedRun] = ()


class Background(QObject):
    """The session's part that deals with runs in processes of their own.

    Attributes:
        hand_over: brings a run from a thread of this window into a process.

    Signals:
        changed: the person wants runs in another place than before.
        left: the run under way goes on without this window, which may close.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.hand_over = HandOver(session)
        self._is_to_tell = False
        self._told: set[Path | None] = set()
        self._others = 0
        session.run_started.connect(self._on_run_started)
        session.run_ended.connect(self._on_run_ended)

    # Where runs train

    @property
    def is_wanted(self) -> bool:
        """Whether the next run gets a process of its own."""
        return bool(self._session.settings.trains_apart)

    def want(self, is_wanted: bool) -> None:
        """Choose for the next runs, and remember it."""
        if is_wanted != self.is_wanted:
            self._session.settings.set(trains_apart=is_wanted)
            self.changed.emit()

    def place(self, job: Job | ProcessJob, mailbox: Mailbox) -> Job | ProcessJob:
        """The work where the person wants it; one that has a process already stays there."""
        if job.is_apart or not self.is_wanted:
            return job
        return self._session.engine.apart(job, mailbox)

    # What went on without a window

    def find(self) -> Found:
        """Look for runs that no window watches and follow the newest; in a background thread.

        Nothing is raised: the window can train without them.
        """
        engine, folders = self._session.engine, self._session.folders
        ended: Sequence[EndedRun] = ()
        if safe_mode.is_on():
            return Found(None, Mailbox())
        try:
            living = [run for run in engine.living(folders) if not run.is_watched]
            ended = engine.take_ended(folders)
        except Exception as problem:
            log.warning("runs in the background cannot be looked for", exc_info=problem)
            living = []
        mailbox = Mailbox()
        while living:
            try:
                job = engine.attached(living.pop(), mailbox)
            except StudioError as problem:  # it ended just now, or another window was quicker
                log.info("a run in the background cannot be followed: %s", problem)
            except Exception as problem:
                log.warning("a run in the background cannot be followed", exc_info=problem)
            else:
                return Found(job, mailbox, len(living), ended)
        return Found(None, mailbox, 0, ended)

    def meet(self, found: Found) -> None:
        """Let what was found be the run under way, and say what happened."""
        session = self._session
        for offer in self._news(found.ended):
            session.offered.emit(offer)
        self._others = found.others
        if found.job is not None and session.is_running:  # a person was quicker
            found.job.detach()
            self._others += 1
        elif found.job is not None:
            self._is_to_tell = True
            # As when a run is resumed: the form shows what is trained, and can go on with it.
            session.set_draft(found.job.config)
            bridge = RunBridge(session, mailbox=found.mailbox)
            found.job.show_progress(bridge.report_progress)
            session.begin(bridge, found.job)

    def _news(self, ended: Sequence[EndedRun]) -> Iterator[Offer]:
        """What there is to say of each, the newest first; not of those that a person stopped."""
        for run in reversed(ended):
            is_done = isinstance(run.last, Finished) and run.last.reason == "done"
            if isinstance(run.last, Failed):
                self._told.add(run.run_dir)
                offer = self.offer_of(run.last, run.run_dir)
                name = _("A run") if run.run_dir is None else run.run_dir.name
                title = _("{name} stopped in the background.").format(name=name)
                yield replace(offer, title=title, waits=always)
            elif run.run_dir is not None and is_done:
                yield self._done_offer(run, run.run_dir)

    def has_told(self, run_dir: Path) -> bool:
        """Whether this run failed while no window was there, which a banner says."""
        return run_dir in self._told

    def _done_offer(self, run: EndedRun, run_dir: Path) -> Offer:
        text = _("{name} went on in the background to step {step}.")
        return Offer(
            "info",
            _("A run is done."),
            text.format(name=run_dir.name, step=f"{run.last.step:,}"),
            _("Explore it"),
            partial(self._session.go_to, "explore", run_dir=run_dir),
            waits=always,
        )

    def offer_of(self, event: Failed, run_dir: Path | None) -> Offer:
        """A failure as a banner. To go on cures a process that was killed, and nothing else."""
        if event.error != DIED or run_dir is None or not event.step:
            return offer_of_failure(event)
        return offer_of_failure(event, partial(self._session.resume, run_dir), saved_step(run_dir))

    @Slot(object)
    def _on_run_started(self, event: Any) -> None:
        run = self._session.run
        if not self._is_to_tell or run is None:
            return
        self._is_to_tell = False
        title = _("A run is still under way.")  # it may be paused
        text = _("{name} is at step {step} of {total}.").format(
            name=run.run_dir.name if run.run_dir is not None else run.config.model.key,
            step=f"{run.step:,}",
            total=f"{run.total_steps:,}",
        )
        if self._others == 1:
            text += " " + _("Another one is shown when it ends.")
        elif self._others:
            text += " " + _("{count} more are shown when it ends.").format(count=self._others)
        show = partial(self._session.go_to, "train")
        offer = Offer("info", title, text, _("Show it"), show, waits=partial(self._is_at, run))
        self._session.offered.emit(offer)

    def _is_at(self, run: RunView) -> bool:
        return self._session.run is run and run.is_active

    @Slot(object)
    def _on_run_ended(self, event: Any) -> None:
        if self._others:  # whoever waits for this end goes first
            QTimer.singleShot(0, self, self._look_again)

    def _look_again(self) -> None:
        if self._others and not self._session.is_running:
            self._others = 0
            Task(lambda progress, is_cancelled: self.find(), self).on_done(self.meet).start()

    # Leaving

    def keep_training(self) -> None:
        """Let the run under way go on without this window; `left` follows, or an end of the run.

        A run in a thread is saved and gone on with by a process, exactly from there. A paused run
        goes on. A queue is held: what waits in it waits for the next start.
        """
        session = self._session
        session.queue.hold()
        if session.job is not None and session.job.is_apart:
            session.go_on()
            session.leave()
        else:
            self.hand_over.begin()

    def takes_over(self, event: Finished | Failed) -> bool:
        """Whether the end of the run under way is none, because a process goes on with it."""
        return self.hand_over.takes(event)
