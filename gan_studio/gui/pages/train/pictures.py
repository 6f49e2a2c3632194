"""The pictures of a run, live or at any step before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.train.sheets import read_sheet, steps_in
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.row_marks import RowMark

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.core.events import SamplesReady

SHOW_INTERVAL_MS = 250
PAIR_COLUMNS = 8  # as originals are laid above their copies


class PicturesCard(Card):
    """A grid that follows the run, and a slider back through what it drew."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("What the generator draws"), parent)
        self.grid = PictureGrid(gap=1)
        self.grid.hide()
        self.body.addWidget(self.grid, 1)
        self.body.addStretch(0)
        self._first = QLabel()
        self._now = QLabel()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(_("Step"))
        self._slider.setToolTip(
            _("Drag back to see the same noises at earlier steps; the right end follows the run.")
        )
        self._slider.valueChanged.connect(self._on_slider_changed)
        self._row = QWidget()
        self._build_row()
        self._run_dir: Path | None = None
        self._shape: tuple[int, ...] = ()
        self._steps: list[int] = []
        self._live: SamplesReady | None = None
        self._is_copying = self._is_restoring = False
        self._show_live_soon = Throttle(self._show_live, SHOW_INTERVAL_MS, parent=self)
        theme.notifier().changed.connect(self._update_note)

    def _build_row(self) -> None:
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        for label in (self._first, self._now):
            label.setProperty("role", "number")
        self._now.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._first)
        row.addWidget(self._slider, 1)
        row.addWidget(self._now)
        self._row.hide()
        self.body.addWidget(self._row)

    # --- what is shown -----------------------------------------------------------------------

    def describe(self, *, copies: bool, restores: bool = False) -> None:
        """Say what the pictures are: drawn from noise, or copies below their originals.

        `restores`: what is copied was spoilt, and is shown as the encoder sees it.
        """
        self._is_copying, self._is_restoring = copies, restores
        title = _("Originals above their copies") if copies else _("What the generator draws")
        if restores:
            title = _("Spoilt pictures above what is made of them")
        self.set_title(title)
        self.grid.set_columns(PAIR_COLUMNS if copies else 0)
        marks = (RowMark("real", self._above()), RowMark("generated", _("copy")))
        self.grid.set_row_marks(marks if copies else ())
        self.grid.setAccessibleName(title)
        self._update_note()

    def _above(self) -> str:
        return _("spoilt") if self._is_restoring else _("original")

    def begin(self, run_dir: Path | None, shape: tuple[int, ...]) -> None:
        """Follow another run."""
        self._run_dir, self._shape, self._live = run_dir, shape, None
        self._steps = steps_in(run_dir)
        self._show_live_soon.cancel()
        self._stretch_slider(follows=True)

    def clear(self, hint: str) -> None:
        """Show nothing but words."""
        self._live = None
        self._show_live_soon.cancel()
        self.grid.hide()
        self._row.hide()
        self._update_note()
        self.show_hint(hint)

    def take(self, event: SamplesReady) -> None:
        """Take new pictures; they are shown unless the person looks back."""
        if getattr(event.images, "ndim", 0) != 4:
            return
        was_following = self.is_following
        self._live = event
        if event.is_milestone and (not self._steps or event.step > self._steps[-1]):
            self._steps.append(event.step)
            self._stretch_slider(was_following)
        if was_following:
            self._show_live_soon()

    @property
    def is_following(self) -> bool:
        """Whether the newest pictures are shown."""
        return self._slider.value() == self._slider.maximum()

    @property
    def shown_step(self) -> int | None:
        """The step of the pictures that are shown."""
        if not self.is_following:
            return self._steps[self._slider.value()]
        return None if self._live is None else self._live.step

    def _stretch_slider(self, follows: bool) -> None:
        self._slider.blockSignals(True)
        self._slider.setRange(0, len(self._steps))
        if follows:
            self._slider.setValue(len(self._steps))
        self._slider.blockSignals(False)
        self._slider.setEnabled(bool(self._steps))

    def _show_live(self) -> None:
        if self._live is not None and self.is_following:
            self._show(self._live.images)

    def _show(self, pictures: Any) -> None:
        self.hide_hint()
        self.grid.set_pictures(pictures)
        self.grid.show()
        self._row.show()
        first = self._steps[0] if self._steps else 0
        self._first.setText(_("from step {step}").format(step=f"{first:,}"))
        step = self.shown_step or 0
        self._now.setText(f"{step:,}" if self.is_following else _("{step:,} ↩").format(step=step))
        self.grid.file_name = f"step_{step:06d}.png"
        self._update_note()

    def _on_slider_changed(self, index: int) -> None:
        if self.is_following:
            self._show_live()
            return
        count = 0 if self._live is None else len(self._live.images)
        if self._run_dir is None or len(self._shape) != 3:
            return
        pictures = read_sheet(self._run_dir, self._steps[index], self._shape, count)
        if pictures is not None:
            self._show(pictures)

    def _update_note(self) -> None:
        if self.grid.isHidden():
            self.set_note("")
            return
        colors = theme.tokens()
        if self._is_copying:
            above = _("spoilt") if self._is_restoring else _("originals")
            real = _swatch(colors.real, above)
            self.set_note(f"{real}&nbsp;&nbsp;{_swatch(colors.generated, _('copies'))}", "")
            return
        words = _("generated (EMA), the same {count} noises").format(count=self.grid.count())
        shorter = (_("generated (EMA)"), _("generated"))
        self.set_note(*[_swatch(colors.generated, text) for text in (words, *shorter)])


def _swatch(color: str, words: str) -> str:
    return f'<span style="color:{color}">■</span>&nbsp;{words}'
