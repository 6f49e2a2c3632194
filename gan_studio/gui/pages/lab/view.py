"""The cards of the Lab and where they stand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from gan_studio.gui import theme
from gan_studio.gui.pages.lab import curves
from gan_studio.gui.pages.lab.numbers import NumbersCard
from gan_studio.gui.pages.lab.stage import StageCard
from gan_studio.gui.pages.lab.timeline import Timeline
from gan_studio.gui.plots import game as game_plots
from gan_studio.gui.plots.plot_card import PlotCard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from gan_studio.jobs.lab.frame import LabFrame
    from gan_studio.lab.frames import GameFrame

SIDE_WIDTH = 300  # of the column beside a square scene
UNLIMITED = 16_777_215  # as Qt says it
CURVES_S = 0.4  # curves are long: what is new in them is a pixel
LOW = 560  # a height that is too little for a line with its numbers below
STAGE_HEIGHT = 240  # a lower picture is not worth the cards beside it
PLOT_HEIGHT, PLOT_WIDTH = 130, 230  # a smaller plot tells nothing


class LabView(QWidget):
    """A line is wide, so its numbers stand below it; a plane is square, so they stand beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = StageCard()
        self.beliefs = PlotCard(game_plots.beliefs())
        self.divergence = PlotCard(curves.divergence(is_exact=True))
        self.value = PlotCard(game_plots.value())
        self.numbers = NumbersCard()
        self.timeline = Timeline()
        self.recorder = curves.Recorder()
        self.plots = (self.beliefs, self.divergence, self.value)  # the last ones go first
        down = QBoxLayout.Direction.TopToBottom
        self._all, self._beside = QBoxLayout(down, self), QBoxLayout(down)
        self._cards = QBoxLayout(down)
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.addWidget(self.stage)
        self._all.addLayout(self._beside)
        self._beside.addLayout(self._cards, 1)
        self._beside.addWidget(self.timeline)
        for card in (self.numbers, *self.plots):
            self._cards.addWidget(card)
        for layout in (self._all, self._beside, self._cards):
            layout.setSpacing(theme.GAP)
        self._is_square: bool | None = None
        self._is_single, self._is_plane = True, False
        self._shows_curves = self._shows_time = self._has_value = True
        self._shows_timeline = True
        self._curves_at = 0.0
        self._shown_history = self.recorder.history
        ignored = QSizePolicy.Policy.Ignored
        for plot in self.plots:
            plot.setSizePolicy(ignored, ignored)
        self.numbers.setSizePolicy(ignored, QSizePolicy.Policy.Minimum)
        self.timeline.setSizePolicy(ignored, QSizePolicy.Policy.Fixed)
        self._arrange()

    def take(self, frame: LabFrame, names: tuple[str, str]) -> None:
        """Show a picture of the lab."""
        first = frame.games[0]
        self._is_single, self._is_plane = len(frame.games) == 1, first.plane is not None
        self._arrange()
        self.stage.take(frame, names)
        if not first.readings:
            return
        self.timeline.take(frame)
        self.numbers.take(first)
        self.beliefs.set_spec(game_plots.beliefs() if first.has_probability else curves.critic())
        if first.has_probability != self._has_value:
            self._has_value = first.has_probability
            self._show_what_fits()
        self._name_divergence(first)
        self.recorder.take(frame)
        now = time.monotonic()
        if frame.is_playing and now - self._curves_at < CURVES_S:
            return
        self._curves_at = now
        for card in self.plots:
            if self._shown_history is not self.recorder.history or not card.has_history:
                card.set_history(self.recorder.history)
            card.refresh()
        self._shown_history = self.recorder.history

    def _name_divergence(self, game: GameFrame) -> None:
        """Exact on the line; on the plane an estimate, whose floor is known with the first one."""
        if game.plane is None:
            self.divergence.set_spec(curves.divergence(is_exact=True))
        elif game.plane.estimate is not None:
            spec = curves.divergence(is_exact=False, estimate=game.plane.estimate)
            self.divergence.set_spec(spec)

    def hide_controls(self, names: Sequence[str]) -> None:
        """Leave out the groups of controls of these names (`gan_studio.lab.lessons.CONTROLS`)."""
        self._shows_curves = "curves" not in names
        self.timeline.speed.setVisible("speed" not in names)
        self._shows_time = "time" not in names
        for part in (self.timeline.track, self.timeline.newest):
            part.setVisible(self._shows_time)
        self._shows_timeline = not {"time", "speed"} <= set(names)
        self._arrange()
        self._show_what_fits()

    def _arrange(self) -> None:
        # In a low window a line, too, has its numbers beside it: below, neither had any room.
        is_low = self.height() < theme.px(LOW) and self.width() > theme.px(2.2 * SIDE_WIDTH)
        is_square = self._is_single and (self._is_plane or (is_low and self._shows_curves))
        if is_square == self._is_square:
            return
        self._is_square = is_square
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._all.setDirection(right if is_square else down)
        self._cards.setDirection(down if is_square else right)
        self._all.setStretch(0, 1 if is_square else 5)
        self._cards.setStretch(0, 0 if is_square else 1)
        self.timeline.set_wide(not is_square)
        self._limit()

    def _limit(self) -> None:
        """Cards of words and sliders are as high as those; a square side column is not wider."""
        side = theme.px(SIDE_WIDTH)
        self.numbers.setMinimumWidth(side if self._is_square else 0)
        for plot in self.plots:
            plot.setMinimumHeight(theme.px(PLOT_HEIGHT))
        for beside in (*self.plots, self.numbers, self.timeline):
            beside.setMaximumWidth(side if self._is_square else UNLIMITED)
        self._show_what_fits()

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 130)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        """Where there is little room the numbers stay and the curves go, the last one first."""
        is_low = bool(self._is_square) and self.height() < theme.px(LOW)
        self.timeline.words.setVisible(self._shows_time and not is_low)
        stage, cards = theme.px(STAGE_HEIGHT), self.numbers.minimumHeight()
        below = self.timeline.sizeHint().height() + theme.GAP
        if self._is_square:
            size = theme.px(PLOT_HEIGHT) + theme.GAP
            room = self.height() - cards - below
            has_numbers = has_timeline = room >= 0
        else:
            size = theme.px(PLOT_WIDTH) + theme.GAP
            room = self.width() - size
            has_timeline = self.height() >= stage + below
            has_numbers = self.height() >= stage + below + cards + theme.GAP
            room = room if has_numbers else 0
        self.timeline.setVisible(self._shows_timeline and has_timeline)
        self.numbers.setVisible(self._shows_curves and has_numbers)
        grows = self._shows_curves and has_numbers and not self._is_square
        self._all.setStretch(1, 3 if grows else 0)
        for index, plot in enumerate(self.plots, start=1):
            is_shown = self._shows_curves and room >= index * size
            is_shown = is_shown and (plot is not self.value or self._has_value)
            plot.setVisible(is_shown)
            self._cards.setStretch(index, 1)
