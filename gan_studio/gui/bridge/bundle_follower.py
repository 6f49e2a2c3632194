"""Turns the choice of a run into a bundle, and the newest weights of a live run into newer ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.gui.bridge.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.run_picker import RunChoice


class BundleFollower(QObject):
    """Loads in the background; only the newest choice counts.

    Args:
        load: takes the arguments of `Session.load_bundle`, which it is where there is none.

    Signals:
        bundle_ready: a `Bundle`.
        failed: the exception in its place.
    """

    bundle_ready = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        parent: QObject | None = None,
        load: Callable[..., Task | None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._load_bundle = load or session.load_bundle
        self._choice: RunChoice | None = None
        self._task: Task | None = None
        self._waiting: Any = None  # the newest snapshot while one is being unpacked
        self._is_watched = self._is_loaded = self._wants = False
        session.snapshot.connect(self._on_snapshot)

    @property
    def is_following(self) -> bool:
        """Whether newer weights of the run under way are wanted."""
        return self._choice is not None and self._choice.is_live

    def follow(self, choice: RunChoice | None) -> None:
        """Load what was chosen, once somebody looks; for a live run, take its next weights."""
        self._choice, self._is_loaded = choice, False
        self._cancel()
        self._tell_session()
        self._load()

    def watch(self, is_watched: bool) -> None:
        """Say whether anybody looks; nobody's weights are copied for nothing."""
        self._is_watched = is_watched
        self._tell_session()
        self._load()

    def _load(self) -> None:
        choice = self._choice
        is_due = self._is_watched and not self._is_loaded and self._task is None
        if is_due and choice is not None and choice.run_dir is not None and not choice.is_live:
            self._task = self._load_bundle(
                choice.run_dir, choice.step, self._on_bundle, self._on_error
            )

    def _tell_session(self) -> None:
        wants = self._is_watched and self.is_following
        if wants != self._wants:  # another page may want them: say only what changed here
            self._wants = wants
            self._session.want_snapshots(wants)

    def _cancel(self) -> None:
        self._waiting = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_snapshot(self, event: Any) -> None:
        if not (self.is_following and self._is_watched):
            return
        if self._task is not None:
            self._waiting = event
            return
        run = self._session.run
        if run is None:
            return
        config, info, run_dir = run.config, dict(run.info), run.run_dir

        def unpack(progress: Any, is_cancelled: Any) -> Any:
            from gan_studio.inference.bundle import make_bundle

            return make_bundle(config, info, event.weights, event.step, "cpu", run_dir)

        self._task = Task(unpack, self).on_done(self._on_bundle).on_error(self._on_error).start()

    def _on_bundle(self, bundle: Any) -> None:
        self._task, self._is_loaded = None, True
        self.bundle_ready.emit(bundle)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._on_snapshot(waiting)

    def _on_error(self, problem: Exception) -> None:
        self._task, self._waiting, self._is_loaded = None, None, True
        self.failed.emit(problem)
