"""Which moment of its run each column shows; in step with the inspector's list of checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gan_studio.core.events import CheckpointSaved
from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.gui.bridge.bundle_cache import BundleCache
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.epoch_bar import EpochBar
    from gan_studio.gui.widgets.run_picker import RunPicker


class Epochs(QObject):
    """Between the slider, the picker and the models."""

    def __init__(
        self,
        session: Session,
        bar: EpochBar,
        picker: RunPicker,
        models: Models,
        source: PictureSource,
        cache: BundleCache,
    ) -> None:
        super().__init__(bar)
        self._session, self._bar, self._picker = session, bar, picker
        self._models, self._source, self._cache = models, source, cache
        self._moments: list[int | None] = []  # None: the newest
        picker.steps_changed.connect(self._refresh)
        models.changed.connect(self._refresh)
        source.ready.connect(self._refresh)
        session.notice.connect(self._on_notice)
        bar.moved.connect(self._on_moved)
        bar.grasped.connect(self._load_ahead)
        bar.all_toggled.connect(self._on_all_toggled)
        bar.column_wanted.connect(models.keep_first)
        bar.hide()

    def _refresh(self) -> None:
        """Show the moments that the picker lists, oldest first, the newest at the end."""
        choice, first = self._picker.choice, self._models.first
        if choice is None or first is None or choice.run_dir != first.run_dir:
            self._moments = []
            self._bar.set_moments([], 0)
            return
        steps = self._picker.moments()
        is_live = self._picker.is_live_run
        self._moments = [*(steps if is_live else steps[:-1]), None]
        newest = None if is_live or not steps else steps[-1]
        texts = [self._words(newest if step is None else step) for step in self._moments]
        wanted = None if choice.step == newest else choice.step
        known = wanted in self._moments
        self._bar.set_moments(texts, self._moments.index(wanted) if known else len(texts) - 1)

    def _words(self, step: int | None) -> str:
        """``epoch 3.2 · step 1,000``."""
        first, prepared = self._models.first, self._source.prepared
        if step is None:
            return _("follows the run")
        text = _("step {step}").format(step=f"{step:,}")
        if first is None or prepared is None or not len(prepared.train):
            return text
        epoch = step * first.config.train.batch_size / len(prepared.train)
        number = f"{epoch:,.0f}" if epoch >= 100 else f"{epoch:.{1 if epoch >= 1 else 2}f}"
        return _("epoch {epoch} · {step}").format(epoch=number, step=text)

    def _on_moved(self, position: int) -> None:
        if position >= len(self._moments):
            return
        step = self._moments[position]
        self._picker.choose_step(step)
        if self._bar.all_columns.isChecked():
            self._models.move_to(step)

    def _on_all_toggled(self, is_all: bool) -> None:
        position = self._bar.slider.value()
        if self._moments:
            self._models.move_to(self._moments[position] if is_all else None)

    def _load_ahead(self) -> None:
        choice = self._picker.choice
        if choice is not None and choice.run_dir is not None:
            is_live = self._picker.is_live_run
            wanted = [step for step in self._moments if step is not None or not is_live]
            self._cache.load_ahead(choice.run_dir, wanted)

    def _on_notice(self, event: object) -> None:
        if isinstance(event, CheckpointSaved) and self._bar.isVisible():
            self._picker.refresh_steps()
