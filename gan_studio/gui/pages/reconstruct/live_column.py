"""A column that follows the run that trains, beside columns of finished ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gan_studio.gui.bridge.bundle_follower import BundleFollower
from gan_studio.gui.widgets.run_picker import RunChoice

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.session import Session


class LiveColumn(QObject):
    """Hands the newest weights of one run on to the models of the page."""

    def __init__(self, session: Session, models: Models, parent: QObject) -> None:
        super().__init__(parent)
        self._models = models
        self._title = ""
        self._is_listed = False
        self.run_dir: Path | None = None
        self._follower = BundleFollower(session, self)
        self._follower.bundle_ready.connect(self._on_bundle)
        self._follower.failed.connect(models.failed)

    def watch(self, is_watched: bool) -> None:
        """Say whether anybody looks."""
        self._follower.watch(is_watched)

    def follow(self, run_dir: Path, title: str) -> None:
        """Show the run that trains; its column appears with its first weights."""
        if run_dir == self.run_dir:
            return
        self.settle()
        self.run_dir, self._title, self._is_listed = run_dir, title, False
        self._models.live = run_dir
        self._follower.follow(RunChoice(run_dir, None, is_live=True))

    def settle(self) -> None:
        """The run has ended: show its last checkpoint, unless its column was taken away."""
        run_dir, self.run_dir = self.run_dir, None
        if run_dir is None:
            return
        self._follower.follow(None)
        self._models.live = None
        if not self._is_listed or run_dir in self._models.run_dirs:
            self._models.load(run_dir, self._title)

    def leave(self) -> None:
        """Follow no run any more, and show nothing in its place."""
        self.run_dir, self._models.live = None, None
        self._follower.follow(None)

    def _on_bundle(self, bundle: Any) -> None:
        if self.run_dir is None or bundle.run_dir != self.run_dir:
            return
        if self._is_listed and self.run_dir not in self._models.run_dirs:
            self.leave()  # a person has taken the column away
            return
        self._is_listed = True
        self._models.put(self.run_dir, self._title, bundle)
