"""The cards of the Train page and where they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.train import specs
from gan_studio.gui.pages.train.pictures import PicturesCard
from gan_studio.gui.plots import game
from gan_studio.gui.plots.gauge import Gauge
from gan_studio.gui.plots.plot_card import PlotCard
from gan_studio.gui.plots.spec import format_value
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from gan_studio.gui.plots.series import History

TALL = 780  # from here on there is room for the value of the game as a plot
PICTURES_SHARE = 0.57
TWICE, TWICE_MARKED = 490, 510  # 8 x 8 pictures of 28 at twice their size, without and with marks
MIN_PICTURES, MIN_PLOTS = 200, 300
PLOT_HEIGHT, DISTANCE_HEIGHT = 150, 95  # with less a curve cannot be read
DISTANCE_INTERVAL_MS = 500  # a number that changes faster cannot be read
PLAYERS = (specs.DISCRIMINATOR, specs.GENERATOR)

WORSE_THAN_GUESSING = -0.05  # nats; an estimate below 0 says something of D alone


class DistanceCard(Card):
    """How far real and generated pictures are apart, as D sees it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("How far apart they are"), parent)
        self.gauge = Gauge(0.0, specs.LN2, _("0: alike"), _("ln 2: D tells every one"))
        self.gauge.setAccessibleName(_("Jensen–Shannon estimate"))
        self.setToolTip(
            _(
                "At the best D, V(D, G) = 2 JSD − 2 ln 2. So (V + 2 ln 2) / 2 estimates the "
                "Jensen–Shannon divergence between real and generated pictures: 0 at the "
                "equilibrium, at most ln 2 = 0.693 nats."
            )
        )
        self.body.addWidget(self.gauge)

    def set_compact(self, is_compact: bool) -> None:
        """Show the number alone, where there is no room for the bar."""
        self.gauge.setVisible(not is_compact)

    def refresh(self, history: History | None) -> None:
        """Show the newest estimate."""
        latest = history.latest() if history is not None else {}
        estimate = latest.get("jsd")
        if estimate is None:
            self.gauge.set_value(None)
            self.set_note(_("Jensen–Shannon estimate"), "")
            return
        if estimate < WORSE_THAN_GUESSING:
            self.gauge.set_value(None)
            long = _("D is worse than guessing: it cannot tell how far")
            self.set_note(long, _("D is worse than guessing"))
            return
        self.gauge.set_value(estimate)
        jsd = format_value(max(0.0, estimate))  # just below 0 is a D that guesses
        value = format_value(latest.get("value", 0.0))
        long = _("JSD ≈ {jsd} · V {value}").format(jsd=jsd, value=value)
        self.set_note(long, _("JSD ≈ {jsd}").format(jsd=jsd), jsd)


class TrainView(QWidget):
    """Pictures at the left, plots at the right; which plots depends on the phases of the run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pictures = PicturesCard()
        self._left = QWidget()
        self._stand_below = QVBoxLayout(self._left)
        self.losses = PlotCard(specs.losses(PLAYERS))
        self.beliefs = PlotCard(game.beliefs())
        self.distance = DistanceCard()
        self._refresh_distance = Throttle(self.distance.refresh, DISTANCE_INTERVAL_MS, parent=self)
        self.value = PlotCard(game.value())
        self.error = PlotCard(specs.reconstruction())
        self.bound = PlotCard(specs.bound())
        self.parts = PlotCard(specs.bound_parts())
        self.units = PlotCard(specs.units())
        self._is_game = True
        self._copies = False
        self._encodes = False
        self._history: History | None = None
        inside = QWidget()
        inside.setProperty("role", "scrolled")
        right = QVBoxLayout(inside)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(theme.GAP)
        for card in self.plots:
            right.addWidget(card, 1)
        right.addWidget(self.distance)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        self._stand_below.setContentsMargins(0, 0, 0, 0)
        self._stand_below.setSpacing(theme.GAP)
        self._stand_below.addWidget(self.pictures, 1)
        row.addWidget(self._left)
        row.addWidget(self._scrolling(inside), 1)
        theme.notifier().changed.connect(self._fit)
        self.arrange(PLAYERS, is_game=True, copies=False)

    def _scrolling(self, inside: QWidget) -> QScrollArea:
        """Where a window is too low for all plots they are scrolled to, and never overlap."""
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        return self._scroll

    def add_below_pictures(self, card: Card) -> None:
        """Another card at the left, as high as it has to be."""
        self._stand_below.addWidget(card)

    @property
    def plots(self) -> tuple[PlotCard, ...]:
        """The cards with curves."""
        bound, game = (self.bound, self.parts), (self.losses, self.beliefs, self.value)
        return self.error, self.units, *bound, *game

    def arrange(
        self,
        phases: Sequence[str],
        *,
        is_game: bool,
        copies: bool,
        encodes: bool = False,
        restores: bool = False,
    ) -> None:
        """Show the cards that suit a family.

        Args:
            phases: names of its phases; each has a loss.
            is_game: whether it has a discriminator.
            copies: whether its pictures are copies of originals.
            encodes: whether it copies pictures at all, even where drawn ones are shown.
            restores: whether what is copied was spoilt before.
        """
        self._is_game, self._copies, self._encodes = is_game, copies, copies or encodes
        self.losses.set_spec(specs.losses(phases))
        self.pictures.describe(copies=copies, restores=restores)
        self._fit()

    def follow(self, history: History | None) -> None:
        """Draw this history from now on; None empties the plots."""
        self._history = history
        for card in self.plots:
            card.set_history(history)
        self._show_cards()
        self.distance.refresh(history)

    def refresh(self) -> None:
        """The history has grown; repaints follow at their own pace."""
        if any(card.isHidden() == self._reports(card) for card in self._told):
            self._show_cards()
        for card in self.plots:
            if not card.isHidden():
                card.refresh()
        if not self.distance.isHidden():
            self._refresh_distance(self._history)

    def settle(self) -> None:
        """The run has ended: show its last numbers."""
        for card in self.plots:
            card.settle()
        self.distance.refresh(self._history)

    @property
    def _told(self) -> tuple[PlotCard, ...]:
        """Cards that are there where a run reports their scalars, whatever the family."""
        return self.bound, self.parts, self.units

    def _reports(self, card: PlotCard) -> bool:
        history = self._history
        return history is not None and any(curve.name in history for curve in card.spec.curves)

    def _show_cards(self) -> None:
        for card in self._told:
            card.setVisible(self._reports(card))
        self.error.setVisible(self._encodes)
        # A family that only copies reports its loss as the error itself, and the loss of a
        # variational one is its bound: one plot says it all.
        self.losses.setVisible(not self._copies and not self._reports(self.bound))
        self.beliefs.setVisible(self._is_game)
        self.distance.setVisible(self._is_game)
        self.value.setVisible(self._is_game and self.height() >= theme.px(TALL))
        shown = [card for card in self.plots if not card.isHidden()]
        needed = len(shown) * (theme.px(PLOT_HEIGHT) + theme.GAP) + theme.px(DISTANCE_HEIGHT)
        self.distance.set_compact(self.height() < needed)

    def _fit(self) -> None:
        for card in self.plots:
            card.setMinimumHeight(theme.px(PLOT_HEIGHT))
        wide, plots = self.width(), min(theme.px(MIN_PLOTS), self.width() // 2)
        share = max(round(PICTURES_SHARE * wide), TWICE_MARKED if self._copies else TWICE)
        self._left.setFixedWidth(max(MIN_PICTURES, min(share, wide - plots - theme.GAP)))
        self._show_cards()

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 320)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.refresh()
