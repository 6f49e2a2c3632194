"""Sends the chosen pictures through the chosen models and shows what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.bridge.throttle import Throttle
from gan_studio.gui.pages.reconstruct.models import column_titles
from gan_studio.gui.pages.reconstruct.totals import Totals

if TYPE_CHECKING:
    from gan_studio.gui.bridge.bundle_follower import BundleFollower
    from gan_studio.gui.pages.reconstruct.models import Models
    from gan_studio.gui.pages.reconstruct.pictures import PictureSource
    from gan_studio.gui.pages.reconstruct.view import ComparisonView

LIVE_INTERVAL_MS = 1000  # a run that trains is looked at once a second


def compare_beside(bundles: Any, wish: Any) -> Any:
    """In the worker's thread, where torch may be imported."""
    from gan_studio.gui.pages.reconstruct.compute import compare_models

    return compare_models(bundles, wish)


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
        compare: Any,
    ) -> None:
        super().__init__(view)
        self._view, self._models, self._source, self._follower = view, models, source, follower
        self.bridge = RenderBridge(compare, self)
        self.totals = Totals(self)
        self._ask_soon = Throttle(self.ask, LIVE_INTERVAL_MS, parent=self)
        models.changed.connect(self._on_models_changed)
        self.bridge.picture_ready.connect(self._on_compared)
        self.bridge.failed.connect(self.failed)
        self.totals.changed.connect(self._show_totals)

    def ask(self) -> None:
        """Compare the pictures that the source chose."""
        wish = self._source.wish
        if self._models.first is None or wish is None:
            return
        if not len(wish.images):
            self._view.show_words(
                _("There are no such pictures"), _("Choose another class or source at the right.")
            )
            return
        self.bridge.ask(wish)

    def close(self) -> None:
        """Stop computing; `ask` begins again."""
        self._ask_soon.cancel()
        self.totals.cancel()
        self.bridge.close()

    def _on_models_changed(self) -> None:
        self.bridge.set_model(self._models.loaded or None)
        self._ask_soon()

    def _on_compared(self, compared: Any) -> None:
        self._view.show_compared(compared, column_titles(self._models.loaded))
        self._show_totals()
        if not self._follower.is_following:  # weights that change every second are not measured
            still = [item for item in self._models.loaded if item.run_dir != self._models.live]
            self.totals.measure(still, self._source.prepared)
        self.compared.emit(compared)

    def _show_totals(self) -> None:
        self._view.table.set_feet(self.totals.feet(self._models.loaded))
