"""The session: everything that pages may know of and ask for. It lives in the main thread."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from gan_studio.core.control import SampleNow, SetParameter, StepPhase
from gan_studio.core.errors import StudioError
from gan_studio.core.events import Failed, RunState, SnapshotReady
from gan_studio.core.i18n import _
from gan_studio.core.presets import find_preset
from gan_studio.gui.background import Background, Found
from gan_studio.gui.bridge.run_bridge import RunBridge
from gan_studio.gui.bridge.task import Task
from gan_studio.gui.draft_shelf import DraftShelf
from gan_studio.gui.engine import Engine, Job
from gan_studio.gui.run_queue import RunQueue
from gan_studio.gui.run_shelf import Offer, offer_of_failure, offer_to_stop
from gan_studio.gui.run_view import RunView

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.core.config import RunConfig
    from gan_studio.core.events import Finished
    from gan_studio.gui.process_job import ProcessJob
    from gan_studio.gui.settings import Settings
    from gan_studio.jobs.folders import Folders

log = logging.getLogger("gan_studio.gui")

__all__ = ["Offer", "Session", "offer_of_failure"]


class Session(DraftShelf):
    """The draft, the run, the runs on disk, and the way between pages.

    Attributes:
        folders: where runs, downloads and settings are.
        settings: what the window remembers.
        is_engine_ready: whether torch and the registries are loaded.
        config: the draft that the form shows, None before the engine is ready.
        run: the run that is, or was last, under way.
        queue: runs that are trained one after the other.
        background: runs in processes of their own, which outlive the window.
    """

    engine_ready = Signal()
    engine_failed = Signal(str)
    run_started = Signal(object)  # RunStarted
    scalars = Signal(object)  # list[ScalarsReady]
    samples = Signal(object)  # SamplesReady
    probe = Signal(object)  # ProbeReady
    snapshot = Signal(object)  # SnapshotReady
    state_changed = Signal(object)  # RunState
    notice = Signal(object)  # Notice, ParameterChanged or CheckpointSaved
    run_ended = Signal(object)  # Finished or Failed
    progress = Signal(object, object, str)  # done, total (0: unknown), what
    navigate = Signal(str, object)  # page key, payload
    start_remembered = Signal(str)  # what will be done once the engine is ready

    def __init__(
        self,
        folders: Folders,
        settings: Settings,
        parent: QObject | None = None,
        engine: Engine | None = None,
    ) -> None:
        super().__init__(folders, settings, engine or Engine(), parent)
        self.is_engine_ready = False
        self._bridge: RunBridge | None = None
        self.job: Job | ProcessJob | None = None
        self._pending: Callable[[], None] | None = None
        self._wants_snapshots = False
        self.queue = RunQueue(self)
        self.background = Background(self)

    # -- the engine

    def start_engine(self) -> None:
        """Load torch and the registries in a thread; `engine_ready` or `engine_failed` follows."""
        Task(self._load, self).on_done(self._on_engine_loaded).on_error(
            self._on_engine_failed
        ).start()

    def _load(self, progress: object, is_cancelled: object) -> Found:
        """In a background thread; runs that went on without a window need the engine, too."""
        self.engine.load()
        return self.background.find()

    def _on_engine_loaded(self, found: Found) -> None:
        try:
            self.config = self.engine.config(self.settings.draft)
        except StudioError as problem:  # options of another version: start afresh
            log.info("the last draft cannot be used: %s", problem)
            self.config = self.engine.config({})
        self.is_engine_ready = True
        self.background.meet(found)
        self.engine_ready.emit()
        start, self._pending = self._pending, None
        if start is not None:  # asks first where a run was found
            self.when_free(start, "")

    def _on_engine_failed(self, problem: Exception) -> None:
        log.error("the engine cannot be loaded", exc_info=problem)
        self.engine_failed.emit(f"{type(problem).__name__}: {problem}")

    # -- a run

    @property
    def is_running(self) -> bool:
        """Whether a run is under way, paused or being prepared."""
        return self._bridge is not None

    def start_training(self, config: RunConfig | None = None) -> None:
        """Train `config`, or the draft. A run that is under way is asked about first."""
        self.when_free(partial(self._start, config), _("Training starts"))

    def start_preset(self, key: str) -> None:
        """Make the preset the draft, train it, and show the training."""
        self.when_free(partial(self._start_preset, key), _("Training starts"))

    def resume(self, run_dir: Path, steps: int | None = None) -> None:
        """Go on with a run, up to `steps` in total where given, and show the training."""
        self.when_free(partial(self._resume, Path(run_dir), steps), _("The run goes on"))

    def start_queued(self, config: RunConfig, run_dir: Path | None) -> None:
        """Begin a run of the queue, or go on with it in `run_dir`; the draft stays as it is.

        Raises:
            StudioError: it cannot be begun.
        """
        bridge = RunBridge(self)
        if run_dir is None:
            job = self.engine.new_run(config, self.folders, bridge.report_progress)
        else:
            job = self.engine.resumed_run(run_dir, self.folders, None, bridge.report_progress)
        self.begin(bridge, job)

    @property
    def pending(self) -> Callable[[], None] | None:
        """What starts as soon as the run under way has ended, or the engine is ready."""
        return self._pending

    def forget_pending(self) -> None:
        """Start nothing when the run under way has ended: the window is closing."""
        self._pending = None

    def pause(self) -> None:
        """Let the run wait at the next boundary."""
        if self._bridge is not None:
            self._bridge.control.pause()

    def go_on(self) -> None:
        """Let a paused run continue."""
        if self._bridge is not None:
            self._bridge.control.resume()

    def stop(self) -> None:
        """Let the run save a checkpoint and end; `run_ended` follows. The queue is held."""
        if self._pending is None:  # else the queue waits for what starts now
            self.queue.hold()
        if self._bridge is not None and self.run is not None:
            self._bridge.control.stop()
            self._on_state_changed(RunState.STOPPING)

    def step_phase(self, name: str = "") -> None:
        """While paused: one update of one phase ("generator"), or one whole step for ""."""
        self._send(StepPhase(name))

    def set_parameter(self, name: str, value: float) -> None:
        """Change a live value such as ``rate/generator``; `ParameterChanged` comes as a notice."""
        self._send(SetParameter(name, value))

    def sample_now(self) -> None:
        """Ask for pictures and weights at the next boundary, or at once while paused."""
        self._send(SampleNow())

    def want_snapshots(self, is_wanted: bool) -> None:
        """Say whether anybody looks at copies of the weights, in this run and later ones."""
        self._wants_snapshots = is_wanted
        if self._bridge is not None:
            self._bridge.mailbox.set_interest(SnapshotReady, is_wanted)
            if is_wanted and self.run is not None and self.run.state is RunState.PAUSED:
                self.sample_now()  # a paused run says nothing by itself

    def _send(self, command: StepPhase | SetParameter | SampleNow) -> None:
        if self._bridge is not None:
            self._bridge.control.send(command)

    def when_free(self, start: Callable[[], None], what: str) -> None:
        """Call `start` now, or once the engine is ready, or after asking to stop a run."""
        if not self.is_engine_ready:
            self._pending = start
            self.start_remembered.emit(what)
        elif self.is_running:
            offer = offer_to_stop(partial(self._stop_then, start))
            self.offered.emit(replace(offer, holds=lambda: self.is_running))
        else:
            try:
                start()
            except StudioError as problem:
                self.error.emit(problem)

    def _stop_then(self, start: Callable[[], None]) -> None:
        self._pending = start
        self.stop()
        self._carry_out_pending()

    def _carry_out_pending(self) -> None:
        if self._pending is not None and self.is_engine_ready and not self.is_running:
            start, self._pending = self._pending, None
            self.when_free(start, "")

    def _start(self, config: RunConfig | None) -> None:
        config = config or self.config
        assert config is not None, "the engine is ready, so there is a draft"
        self.set_draft(config)
        self.save_draft()
        self.start_queued(config, None)

    def _start_preset(self, key: str) -> None:
        preset = find_preset(self.presets(), key)
        self._start(self.engine.config(preset.values))
        self.go_to("train")

    def _resume(self, run_dir: Path, steps: int | None) -> None:
        bridge = RunBridge(self)
        job = self.engine.resumed_run(run_dir, self.folders, steps, bridge.report_progress)
        self.set_draft(job.config)
        self.save_draft()
        self.begin(bridge, job)
        self.go_to("train")

    def begin(self, bridge: RunBridge, job: Job | ProcessJob) -> None:
        """Let `job` be the run under way, in a process of its own where the person wants that."""
        from gan_studio.gui.plots.series import History

        job = self.background.place(job, bridge.mailbox)
        self.run = RunView(job.config, History(), job.run_dir, total_steps=job.config.train.steps)
        self._bridge, self.job = bridge, job
        bridge.mailbox.set_interest(SnapshotReady, self._wants_snapshots)
        bridge.started.connect(self._on_started)
        bridge.scalars.connect(self._on_scalars)
        bridge.samples.connect(self._on_samples)
        bridge.probe.connect(self.probe)
        bridge.snapshot.connect(self.snapshot)
        bridge.state_changed.connect(self._on_state_changed)
        bridge.notice.connect(self.notice)
        bridge.progress.connect(self.progress)
        bridge.ended.connect(self._on_ended)
        bridge.left.connect(self.let_go)
        self.state_changed.emit(RunState.PREPARING)
        bridge.start(job, job.control)

    @Slot(object)
    def _on_started(self, event: Any) -> None:
        if self.run is None or self.job is None:
            return
        self.run.begin(event, self.job.history, self.job.is_attached)
        # Some runs say nothing of their state before their first report.
        if self.run.state is RunState.PREPARING:
            self._on_state_changed(RunState.TRAINING)
        self.run_started.emit(event)
        self.runs_changed.emit()

    @Slot(object)
    def _on_scalars(self, batch: Any) -> None:
        if self.run is not None:
            self.run.add(batch)
        self.scalars.emit(batch)

    @Slot(object)
    def _on_samples(self, event: Any) -> None:
        if self.run is not None and event.name == "fixed":
            self.run.last_samples = event
        self.samples.emit(event)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if self.run is None or self.run.state is state:
            return
        self.run.enter(state)
        self.state_changed.emit(state)

    @Slot(object)
    def _on_ended(self, event: Any) -> None:
        if not self.background.takes_over(event):
            self.end(event)

    def end(self, event: Finished | Failed) -> None:
        """Say that the run under way has ended."""
        self._drop_bridge()
        if self.run is not None:
            self.run.step = max(self.run.step, event.step)
            self.run.ended = event
        self._on_state_changed(RunState.ENDED)
        self.run_ended.emit(event)
        if isinstance(event, Failed):
            run_dir = None if self.run is None else self.run.run_dir
            self.offered.emit(self.background.offer_of(event, run_dir))
        self.runs_changed.emit()
        self._carry_out_pending()

    def leave(self) -> None:
        """Let the process of the run under way train on without this window."""
        if self._bridge is not None and self.job is not None and self.job.is_apart:
            self._bridge.leave(self.job.detach)

    def wait(self, timeout_ms: int) -> None:
        """Wait for the end of the run's thread, where the event loop has no time for it."""
        if self._bridge is not None:
            self._bridge.wait(timeout_ms)

    @Slot()
    def let_go(self) -> None:
        """Forget the run under way, which goes on by itself; `background.left` follows."""
        self._drop_bridge()
        if self.run is not None:
            self.run.enter(RunState.ENDED)
        self.background.left.emit()

    def _drop_bridge(self) -> None:
        bridge, self._bridge, self.job = self._bridge, None, None
        if bridge is not None:
            bridge.deleteLater()

    # -- the way between pages

    def go_to(self, page_key: str, **payload: Any) -> None:
        """Show a page and hand it `payload`."""
        self.navigate.emit(page_key, payload)
