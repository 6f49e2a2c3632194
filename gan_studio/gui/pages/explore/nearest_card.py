"""The card "Is it memorised?": the training pictures nearest to the present one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.gui.forms.progress_strip import describe_progress
from gan_studio.gui.pages.explore.nearest_finder import PIXELS, SHIFTED, Found, NearestFinder
from gan_studio.gui.tooltips import in_lines
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.drop_down import DropDown
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.inference.nearest_words import grey_levels, percent, verdict
from gan_studio.jobs.run_data import NotHere

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.jobs.folders import Folders

NARROWEST = 84  # px of the ways to compare, which may be cut
PICTURES, CAPTIONS = 56, 16  # heights: twice 28, and a line of words below
WAYS = {
    PIXELS: (
        N_("pixel by pixel"),
        N_("Root mean square difference of the grey levels."),
    ),
    SHIFTED: (
        N_("moved by up to 1 pixel"),
        N_("The same, with the picture moved by up to one pixel to where it fits best."),
    ),
}


class NearestCard(Card):
    """Folded until somebody asks, since it reads the training data of the run."""

    def __init__(self, explorer: Explorer, folders: Folders, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(_("Nearest training pictures"))
        self.finder = NearestFinder(explorer, folders, self)
        self._found: Found | None = None
        self._is_seen = self._has_changed = False
        self._build_head()
        self._build_body()
        self._connect()
        self._show_open(False)

    def _build_head(self) -> None:
        self.toggle = QPushButton(_("Is it memorised?"))
        self.toggle.setCheckable(True)
        self.toggle.setProperty("role", "flat")
        self.toggle.setToolTip(
            _(
                "Show the training pictures most like the present one, and whether they are nearer "
                "than real pictures are to each other."
            )
        )
        self.toggle.setAccessibleDescription(self.toggle.toolTip())
        self.header.insertWidget(0, self.toggle)
        self.way = DropDown()
        self.way.setAccessibleName(_("How pictures are compared"))
        self.way.setToolTip(_("How pictures are compared."))
        self.way.setSizeAdjustPolicy(DropDown.SizeAdjustPolicy.AdjustToContents)
        self.header.addWidget(self.way)
        for key, (title, tooltip) in WAYS.items():
            self.way.addItem(_(title), key)
            tip = in_lines(_(tooltip))
            self.way.setItemData(self.way.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)

    def _build_body(self) -> None:
        self.grid = PictureGrid(max_scale=2)
        self.grid.setAccessibleName(_("The present picture and the training pictures like it"))
        self.grid.set_empty_text(_("Reading the training pictures …"))
        self.grid.file_name = "nearest.png"
        self._fit()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.fetch = QPushButton(_("Fetch the pictures"))
        self.fetch.setToolTip(_("Download the data set that this run was trained on."))
        self.fetch.setAccessibleName(self.fetch.text())
        self.fetch.hide()
        for widget in (self.grid, self.words, self.fetch):
            self.body.addWidget(widget)

    def _fit(self) -> None:
        self.way.setMinimumWidth(theme.px(NARROWEST))
        self.grid.setFixedHeight(PICTURES + theme.px(CAPTIONS) + 8)

    def _connect(self) -> None:
        finder = self.finder
        theme.notifier().changed.connect(self._fit)
        self.toggle.toggled.connect(self._show_open)
        self.way.currentIndexChanged.connect(self._on_way_chosen)
        self.fetch.clicked.connect(self._on_fetch)
        finder.found.connect(self._on_found)
        finder.scaled.connect(self._show_words)
        finder.progressed.connect(self._on_progress)
        finder.prepared.connect(self._on_prepared)
        finder.reset.connect(self._on_reset)
        finder.failed.connect(self._on_failed)
        finder.data.progressed.connect(self._on_data_progress)

    def set_seen(self, is_seen: bool) -> None:
        """Search only while somebody looks."""
        self._is_seen = is_seen
        if is_seen:
            self.finder.want(self.toggle.isChecked())
        else:
            self.finder.stop()

    def _show_open(self, is_open: bool) -> None:
        arrow = "▾" if is_open else "▸"
        self.toggle.setText(f"{arrow} " + _("Is it memorised?"))
        for widget in (self.grid, self.words, self.way):
            widget.setVisible(is_open)
        if not is_open:
            self.fetch.hide()
        self._show_note()
        if self._is_seen:
            self.finder.want(is_open)

    # Answers

    def _on_found(self, found: Found) -> None:
        self._found = found
        least = found.nearest
        captions = [_("drawn")]
        for distance, is_mirrored in zip(least.distances[0], least.is_mirrored[0], strict=True):
            words = grey_levels(float(distance))
            captions.append(f"{words} ⇄" if is_mirrored else words)
        self.grid.set_columns(len(captions))
        self.grid.set_pictures(np.concatenate([found.picture[None], found.pictures]), captions)
        self._show_words()

    def _show_words(self) -> None:
        found = self._found
        if found is None or not found.nearest.distances.size:
            return
        words = verdict(float(found.nearest.distances[0, 0]), self.finder.scale)
        self.words.setText(words or _("Measuring how near held-out pictures are …"))

    def _on_progress(self, done: int, total: int) -> None:
        words = _("Measuring how near held-out pictures are: {share}")
        if self.finder.scale is None:
            self.words.setText(words.format(share=percent(done / max(total, 1))))

    def _on_prepared(self, has_changed: bool) -> None:
        self.fetch.hide()
        self._has_changed = has_changed
        self._show_note()

    def _show_note(self) -> None:
        if not self.toggle.isChecked():
            self.set_note(_("nearest training pictures"), "")
        elif self._has_changed:
            self.set_note(_("the data set has changed since the training"), _("data has changed"))
        else:
            self.set_note(_("distances in grey levels (of 255)"), "")

    def _on_data_progress(self, done: int, total: int, what: str) -> None:
        self.words.setText(describe_progress(done, total, what))

    def _on_reset(self) -> None:
        self._found, self._has_changed = None, False
        self._show_note()
        self.grid.set_pictures(None)
        self.words.setText("")

    def _on_failed(self, problem: Exception) -> None:
        is_missing = isinstance(problem, NotHere)
        self.grid.set_pictures(None)
        self.grid.set_empty_text("")
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.words.setText(text)
        self.fetch.setVisible(is_missing and self.toggle.isChecked())

    def _on_fetch(self) -> None:
        self.fetch.hide()
        self.words.setText(_("Fetching the pictures …"))
        self.finder.data.fetch()

    def _on_way_chosen(self) -> None:
        self.words.setText("")
        self.finder.set_way(self.way.currentData())

    def open(self, way: str = PIXELS) -> None:
        """Unfold it, with one way to compare."""
        with QSignalBlocker(self.way):
            self.way.setCurrentIndex(self.way.findData(way))
        self.finder.set_way(way)
        self.toggle.setChecked(True)
