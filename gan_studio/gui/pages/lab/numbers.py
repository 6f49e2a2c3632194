"""The Lab's read-outs: what is true of this very step, each number with its meaning."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QLabel

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.plots.spec import format_value
from gan_studio.gui.widgets.card import Card

if TYPE_CHECKING:
    from gan_studio.lab.divergence import Estimate
    from gan_studio.lab.frames import GameFrame
    from gan_studio.lab.modes import ModeReport

Row = tuple[str, str, str]  # words, number, tooltip
MOST = 6


class NumbersCard(Card):
    """Up to six numbers below each other."""

    def __init__(self) -> None:
        super().__init__(_("At this step"))
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        for row in range(MOST):
            words, number = QLabel(), QLabel()
            words.setProperty("role", "muted")
            number.setProperty("role", "number")
            self._grid.addWidget(words, row, 0)
            self._grid.addWidget(number, row, 1)
            self._labels.append((words, number))
        self.body.addLayout(self._grid)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.body.addStretch(1)
        self._modes: ModeReport | None = None
        self._estimate: Estimate | None = None
        self._scored_step = -1

    def _on_theme_changed(self) -> None:
        """As high as all rows need, whichever are shown, so that nothing below jumps."""
        line = self.fontMetrics().height() + 2
        self.setMinimumHeight((MOST + 1) * line + 2 * theme.CARD_PAD + 8)

    def take(self, game: GameFrame) -> None:
        """Show the numbers of a picture."""
        rows = [*beliefs(game), *self._distances(game)][:MOST]
        for index, (words, number) in enumerate(self._labels):
            is_used = index < len(rows)
            words.setVisible(is_used)
            number.setVisible(is_used)
            if is_used and (words.text(), number.text()) != rows[index][:2]:
                words.setText(rows[index][0])
                number.setText(rows[index][1])
                for label in (words, number):
                    label.setToolTip(rows[index][2])

    def _distances(self, game: GameFrame) -> list[Row]:
        if game.line is not None:
            return on_line(game)
        plane = game.plane
        if plane is None:
            return []
        if plane.estimate is not None or game.step < self._scored_step:
            self._modes, self._estimate = plane.modes, plane.estimate
            self._scored_step = game.step
        return [*divergence_rows(self._estimate), *mode_rows(self._modes)]


def beliefs(game: GameFrame) -> list[Row]:
    """What D says."""
    found = game.readings
    if game.has_probability:
        tip = _("Mean probability of being real that D gives; 0.5 for both at the equilibrium.")
        both = " · ".join(_probability(found[name]) for name in ("d/real", "d/fake"))
        return [
            (_("D(x) · D(G(z))"), both, tip),
            (
                _("V(D, G)"),
                format_value(found["value"]),
                _("The value of the game; its floor is −2 ln 2 = −1.386."),
            ),
        ]
    gap = format_value(found["critic/gap"])
    tip = _("Mean output of D on real points less that on generated ones. No probability.")
    return [(_("D(x) − D(G(z))"), gap, tip)]


def _probability(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def on_line(game: GameFrame) -> list[Row]:
    """What is known exactly on the line."""
    line = game.line
    assert line is not None
    rows = [
        (
            _("Jensen–Shannon"),
            format_value(line.jsd),
            _("Exact divergence of both densities in nats: 0 where equal, at most ln 2 = 0.693."),
        ),
        (
            _("Wasserstein"),
            format_value(line.wasserstein),
            _("How far, on average, mass has to be moved to turn one density into the other."),
        ),
    ]
    if line.distance is not None:
        tip = _("Mean distance of D from the best D where there are points, from 0 to 1.")
        rows.append((_("D from best D"), format_value(line.distance), tip))
    return rows


def divergence_rows(estimate: Estimate | None) -> list[Row]:
    """The estimate on the plane beside what a perfect generator would score."""
    if estimate is None:
        return []
    tip = _(
        "Estimated from {count} points in cells. The data itself would score between {low} and "
        "{high} (99 of 100 times), on average the floor; only what lies above tells a difference."
    ).format(
        count=f"{estimate.count:,}",
        low=format_value(estimate.low),
        high=format_value(estimate.high),
    )
    number = f"{format_value(estimate.value)} ({_('floor')} {format_value(estimate.floor)})"
    return [(_("Jensen–Shannon ≈"), number, tip)]


def mode_rows(report: ModeReport | None) -> list[Row]:
    """Modes by the published protocol."""
    if report is None:
        return []
    from gan_studio.lab.modes import PROTOCOL

    tip = _(PROTOCOL)
    kl = "–" if math.isnan(report.reverse_kl) else format_value(report.reverse_kl)
    return [
        (_("Modes"), _("{n} of {total}").format(n=report.covered, total=report.total), tip),
        (_("High quality"), f"{report.high_quality:.1%}", tip),
        (_("Reverse KL"), kl, tip),
    ]
