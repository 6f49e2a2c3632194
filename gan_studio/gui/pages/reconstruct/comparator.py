"""Sends the chosen pictures through the chosen models and shows what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.reconstruct.inversions import Inversions
from gan_studio.gui.pages.reconstruct.models import is_searched
from gan_studio.gui.pages.reconstruct.totals import Totals
from gan_studio.gui.pages.reconstruct.wishes import DRAWN, HELD_OUT, Wish, rank

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.bridge.bundle_follower import BundleFollower
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource
    from gan_studio.gui.pages.reconstruct.view import ComparisonView

LIVE_INTERVAL_MS = 1000  # a run that trains is looked at once a second
REST_MS = 250  # models that stay for so long are measured on the whole set


def compare_beside(bundles: Any, wish: Any) -> Any:
    """In the worker's thread, where torch may be imported."""
    from gan_studio.gui.pages.reconstruct.compute import compare_models

    return compare_models(bundles, wish)


@dataclass(frozen=True, eq=False)
class Question:
    """Pictures for models; `run_dir` is the first one's."""

    bundles: tuple[Any, ...]
    titles: list[str]
    wish: Wish
    run_dir: Path | None


class Comparator(QObject):
    """Asks whenever models or pictures are others; the newest wish wins.

    Signals:
        compared: the `Compared` that the view shows now.
        failed: the exception in its place.
    """

    compared = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        view: ComparisonView,
        models: Models,
        source: PictureSource,
        follower: BundleFollower,
        compare: Callable[[Any, Wish], Any],
    ) -> None:
        super().__init__(view)
        self._view, self._models, self._source, self._follower = view, models, source, follower
        self._compare = compare
        self._decider = 0
        self._is_open = False
        # Models travel in the question: while a slider is dragged, each answer is worth showing.
        self.bridge = RenderBridge(self._answer, self)
        self.bridge.set_model(self)
        self.totals = Totals(self)
        self.inversions = Inversions(follower, self)
        self._ask_soon = Throttle(self.ask, LIVE_INTERVAL_MS, parent=self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._measure)
        models.changed.connect(self._on_models_changed)
        self.bridge.picture_ready.connect(self._on_compared)
        self.bridge.failed.connect(self.failed)
        self.inversions.changed.connect(self._show)
        self.inversions.failed.connect(self.failed)
        self.totals.changed.connect(self._on_totals_changed)
        self.totals.progressed.connect(view.show_progress)
        self.totals.failed.connect(self.failed)

    def ask(self) -> None:
        """Compare the pictures that the source chose, while the page is seen."""
        wish = self._source.wish
        first = self._models.first
        if not self._is_open or first is None or wish is None:
            return
        if not len(wish.images):
            self._leave()
            self._view.show_words(
                _("There are no such pictures"), _("Choose another class or source at the right.")
            )
            return
        models = self._models
        self.bridge.ask(Question(models.columns, models.titles, self._ranked(wish), first.run_dir))

    def decide_by(self, column: int) -> None:
        """Let the errors of another column decide which pictures are worst or best."""
        if column != self._decider:
            self._decider = column
            self.ask()

    def open(self) -> None:
        """Begin to compute: somebody looks."""
        self._is_open = True
        self.ask()

    def close(self) -> None:
        """Compute nothing until `open`, whatever becomes of models and pictures."""
        self._is_open = False
        self._stop()
        self.inversions.searches.rest()
        self.bridge.close()

    def _leave(self) -> None:
        """Let go of a comparison: what is still under way must not replace what is shown now."""
        self._stop()
        self.inversions.clear()
        self.bridge.set_model(self)  # drops the answer that is on its way

    def _stop(self) -> None:
        self._ask_soon.cancel()
        self._rest.stop()
        self.totals.cancel()
        self._view.show_progress(0, 0)

    def _ranked(self, wish: Wish) -> Wish:
        """The worst of the whole held-out set once all errors are known, of a draw until then."""
        columns, prepared = self._models.columns, self._source.prepared
        column = min(self._decider, len(columns) - 1)
        if is_searched(columns[column]):  # thousands of searches: an encoder has to decide
            able = (index for index, item in enumerate(columns) if not is_searched(item))
            column = next(able, column)
        if wish.order != DRAWN and wish.source == HELD_OUT and prepared is not None:
            errors = self.totals.errors_of(columns[column], prepared)
            if errors is not None:
                return rank(wish, prepared, errors)
        return replace(wish, column=column)

    def _answer(self, _model: Any, question: Question) -> tuple[Question, Any]:
        """In the worker's thread."""
        return question, self._compare(question.bundles, question.wish)

    def _on_models_changed(self) -> None:
        if self._models.first is None:
            self._leave()
        elif self._follower.is_following or self._models.live is not None:
            self._ask_soon()
        else:
            self.ask()

    def _on_compared(self, answer: tuple[Question, Any]) -> None:
        question, compared = answer
        first = self._models.first
        if first is None or first.run_dir != question.run_dir:
            return  # of a run that was left meanwhile
        self.inversions.take(question.bundles, question.titles, compared)
        if not self._follower.is_following:  # weights that change every second are not measured
            self._rest.start()
        self.compared.emit(compared)
        for problem in compared.problems:
            self.failed.emit(problem)

    @property
    def shown(self) -> tuple[Any, ...]:
        """The models of the columns, in their order."""
        return self.inversions.shown

    def _show(self) -> None:
        filled = self.inversions.filled()
        if filled is not None:
            self._view.show_compared(*filled)
            self._show_totals()

    def _measure(self) -> None:
        live = self._models.live
        still = [item for item in self.shown if live is None or item.run_dir != live]
        self.totals.measure(still, self._source.prepared)

    def _on_totals_changed(self) -> None:
        self._show_totals()
        self._view.show_progress(0, 0)
        shown, wish = self._view.shown, self._source.wish
        if shown is None or wish is None or self._models.first is None or shown.wish.is_ranked:
            return
        if self._ranked(wish).is_ranked:
            self.ask()

    def _show_totals(self) -> None:
        self._view.table.set_feet(self.totals.feet(self.shown))
