"""A queue of runs in the window: one after the other, and on again after a stop or a restart."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.core import safe_mode
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import _
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.run_shelf import Offer
from gan_studio.jobs.queue import DONE, FAILED, RUNNING, WAITING, Entry, Queue, QueueFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.run_view import RunView
    from gan_studio.gui.session import Session

log = logging.getLogger("gan_studio.gui")
FILE = "queue.json"  # in the folder of the runs


class RunQueue(QObject):
    """Trains the entries of a queue through the session, which trains one run at a time.

    It goes on by itself after a run that ended or failed, and waits while a run trains that a
    person has started. After a stop it is held until `go_on`.

    Attributes:
        queue: the newest one, None before the first.
        is_held: whether it waits for `go_on`.

    Signals:
        changed: `queue` or `is_held` is another.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self.queue: Queue | None = None
        self.is_held = True
        self._beginning: Callable[[], None] | None = None
        self._is_held_just_now = False
        session.engine_ready.connect(self._look_for_rest)
        session.run_started.connect(self._on_run_started)
        session.run_ended.connect(self._on_run_ended)

    @property
    def is_active(self) -> bool:
        """Whether it trains, or will by itself."""
        return self.queue is not None and not self.is_held and not self.queue.is_finished

    @property
    def can_go_on(self) -> bool:
        """Whether it was stopped before its end, and what ran is saved."""
        queue = self.queue
        return (
            queue is not None
            and self.is_held
            and queue.following is not None
            and not self.is_stopping
        )

    @property
    def is_stopping(self) -> bool:
        """Whether it is held and the run under way is being saved."""
        return self.queue is not None and self.is_held and self.queue.current is not None

    def words(self) -> str:
        """``2 of 3`` while one of its runs is under way, else ""."""
        queue = self.queue
        if queue is None or queue.current is None:
            return ""
        return _("{place} of {count}").format(place=queue.current + 1, count=len(queue.entries))

    def is_for(self, purpose: str) -> bool:
        """Whether the queue that is there was made for this."""
        return self.queue is not None and self.queue.purpose == purpose

    # What a person asks for

    def start(self, queue: Queue) -> None:
        """Train a new queue in place of the one before, whose runs stay."""
        if queue.is_finished:  # all of its runs are there
            self._change(queue, is_held=True)
            return
        self._beginning = partial(self._begin, queue)
        self._session.when_free(self._beginning, _("The queue starts"))

    def go_on(self) -> None:
        """Train what is left."""
        if self.can_go_on:
            assert self.queue is not None
            self.start(self.queue)

    def hold(self) -> None:
        """Begin no further run; the one under way is the session's to stop."""
        if self.is_active:
            self.is_held = self._is_held_just_now = True
            self.changed.emit()

    def give_up(self) -> None:
        """Train nothing more of this queue; what is trained stays."""
        queue = self.queue
        if queue is None:
            return
        is_running = queue.current is not None
        self.queue, self.is_held = None, True
        self._forget()
        self.changed.emit()
        if is_running:
            self._session.stop()

    # How it goes on

    def _begin(self, queue: Queue) -> None:
        self._change(queue, is_held=False)
        self._next()

    def _next(self) -> None:
        queue, session = self.queue, self._session
        if queue is None or not self.is_active or session.is_running:
            return
        index = queue.following
        if index is None:
            return
        try:
            self._train(queue, index)
        except StudioError as problem:
            self._change(queue.change(index, state=FAILED, reason=problem.sentence()))
            session.error.emit(problem)
            self._next_soon()

    def _train(self, queue: Queue, index: int) -> None:
        from gan_studio.jobs.queue_run import BEGUN, COMPLETE, standing

        entry = queue.entries[index]
        stands = standing(entry)
        if stands == COMPLETE:
            self._change(queue.change(index, state=DONE))
            self._next_soon()
            return
        run_dir = Path(entry.run_dir) if stands == BEGUN else None
        config = self._session.engine.config(entry.config)
        self._change(queue.change(index, state=RUNNING))
        self._session.start_queued(config, run_dir)

    def _next_soon(self) -> None:
        """After all others have heard of the end of the run before."""
        if self.queue is not None and self.queue.is_finished:
            self._finish()
        elif self.is_active:
            QTimer.singleShot(0, self, self._next)

    def _finish(self) -> None:
        queue = self.queue
        assert queue is not None
        failed = [entry for entry in queue.entries if entry.state == FAILED]
        if failed:
            self._session.offered.emit(failure_offer(queue, failed))
        self._forget()

    def _on_run_started(self, event: Any) -> None:
        self._keep_folder(event.info.get("run_dir"))

    def _keep_folder(self, run_dir: Any) -> None:
        queue = self.queue
        if queue is not None and queue.current is not None and run_dir:
            self._change(queue.change(queue.current, run_dir=str(run_dir)))

    def _on_run_ended(self, event: Any) -> None:
        queue = self.queue
        index = None if queue is None else queue.current
        if queue is not None and index is not None:
            from gan_studio.jobs.queue_run import after

            self._change(after(queue, index, event))
        if self.queue is not None and self.queue.is_finished:
            if index is not None:
                self._next_soon()
        elif self.is_active:
            self._wait_or_go_on(index)
        elif self._is_held_just_now and self.can_go_on:
            self._is_held_just_now = False
            offer = replace(self._rest_offer(_("The queue has stopped.")), holds=self._can_begin)
            QTimer.singleShot(0, self, lambda: self._session.offered.emit(offer))

    def _wait_or_go_on(self, index: int | None) -> None:
        pending = self._session.pending
        if pending is not None:  # a person starts another run, or another queue
            if index is not None and pending is not self._beginning:
                text = _("It goes on by itself after the run that starts now.")
                offer = Offer("info", _("The queue waits."), text)
                QTimer.singleShot(0, self, lambda: self._session.offered.emit(offer))
        else:
            self._next_soon()

    # What was left of an earlier time

    def _look_for_rest(self) -> None:
        if safe_mode.is_on():
            return
        file = self._file()
        Task(lambda progress, is_cancelled: file.read(), self).on_done(self._on_rest).on_error(
            self._session.report
        ).start()

    def _on_rest(self, queue: Queue | None) -> None:
        if queue is None or self.queue is not None or queue.is_finished:
            return
        run = self._session.run
        index = self._place_under_way(queue)
        if index is not None:  # it went on while no window was there, and so does the queue
            self._change(queue.change(index, state=RUNNING), is_held=False)
            self._keep_folder(None if run is None else run.run_dir)
            return
        self.queue, self.is_held = queue, True
        self.changed.emit()
        if not self._session.is_running:
            title = _("Go on with “{title}”?").format(title=queue.title)
            self._session.offered.emit(replace(self._rest_offer(title), waits=self._can_begin))

    def _place_under_way(self, queue: Queue) -> int | None:
        """Which entry that waits is the run under way, which has a process of its own."""
        session, run = self._session, self._session.run
        if run is None or session.job is None or not session.job.is_attached:
            return None
        waiting = [item for item in enumerate(queue.entries) if item[1].state == WAITING]
        for index, entry in waiting:
            if entry.run_dir and Path(entry.run_dir) == run.run_dir:
                return index
        # It may have been left before the queue had heard of its folder: then it is the next one.
        if not waiting or waiting[0][1].run_dir or not self._is_of(waiting[0][1], run):
            return None
        return waiting[0][0]

    def _is_of(self, entry: Entry, run: RunView) -> bool:
        """Whether they train the same; what the run has found out by itself may differ."""
        try:
            ours, its = self._session.engine.config(entry.config), run.config
        except StudioError:
            return False
        is_same = (ours.model, ours.data, ours.train.seed) == (its.model, its.data, its.train.seed)
        return is_same and ours.train.steps == its.train.steps

    def _can_begin(self) -> bool:
        return self.can_go_on and not self._session.is_running

    def _rest_offer(self, title: str) -> Offer:
        queue = self.queue
        assert queue is not None
        text = _("{done} of {count} runs are there; what was begun is saved.").format(
            done=queue.settled, count=len(queue.entries)
        )
        return Offer("info", title, text, _("Go on"), self.go_on)

    # The file

    def _change(self, queue: Queue, is_held: bool | None = None) -> None:
        self.queue = queue
        if is_held is not None:
            self.is_held = is_held
        try:
            if not queue.is_finished:
                self._file().write(queue)
        except StudioError as problem:  # it can be trained, but not gone on with after a crash
            log.warning("%s", problem)
        self.changed.emit()

    def _forget(self) -> None:
        try:
            self._file().remove()
        except OSError as problem:
            log.warning("%s", problem)

    def _file(self) -> QueueFile:
        return QueueFile(self._session.folders.runs / FILE)


def failure_offer(queue: Queue, failed: list[Entry]) -> Offer:
    """What is said at the end of a queue in which runs failed."""
    title = _("{count} of {total} runs failed.").format(count=len(failed), total=len(queue.entries))
    text = "; ".join(f"{entry.title}: {entry.reason}" for entry in failed)
    return Offer("warning", title, text)
