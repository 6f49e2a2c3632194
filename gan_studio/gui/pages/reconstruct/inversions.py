"""The columns of models without an encoder: which are searched, and what they show meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gan_studio.core.i18n import _
from gan_studio.gui.pages.reconstruct.columns import Column, empty_column
from gan_studio.gui.pages.reconstruct.found import Course, course_of
from gan_studio.gui.pages.reconstruct.models import column_titles, is_searched
from gan_studio.gui.pages.reconstruct.searches import Searches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.bridge.bundle_follower import BundleFollower
    from gan_studio.gui.pages.reconstruct.columns import Compared


class Inversions(QObject):
    """Fills what the encoders left open in a comparison.

    Of a model that trains, the weights at hand are searched when a person asks for it: newer ones
    would begin the search again and again.

    Attributes:
        shown: the models of the columns, in their order.

    Signals:
        changed: `filled` says more than before.
        failed: the exception in place of a model's copies.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, follower: BundleFollower, parent: QObject) -> None:
        super().__init__(parent)
        self._follower = follower
        self.searches = Searches(self)
        self.shown: tuple[Any, ...] = ()
        self._titles: list[str] = []
        self._compared: Compared | None = None
        self._newest: Any = None  # the first model as it trains
        self._frozen: Any = None  # and as it was when a person asked for a search
        self.searches.changed.connect(self.changed)
        self.searches.failed.connect(self.failed)

    def take(self, models: Sequence[Any], titles: Sequence[str], compared: Compared) -> None:
        """Search for the pictures of a comparison; `changed` follows at once."""
        self.shown, self._titles, self._compared = tuple(models), list(titles), compared
        self._newest = models[0] if self._follower.is_following and models else None
        if not self._is_frozen_of(self._newest):
            self._frozen = None
        self._search()

    def clear(self) -> None:
        """Forget the comparison and search for nothing; `changed` follows at once."""
        self.shown, self._titles, self._compared = (), [], None
        self._newest = self._frozen = None
        self.searches.want((), ())

    def again(self) -> None:
        """Search from more starts; of a run that trains, its newest weights."""
        is_live = self._newest is not None and is_searched(self._newest)
        if is_live and self._newest is not self._frozen:
            self._frozen = self._newest
            self._search()
        else:
            self.searches.again()

    def filled(self) -> tuple[Compared, list[str]] | None:
        """The comparison with every column, and their titles; None before the first."""
        compared = self._compared
        if compared is None:
            return None
        shape = compared.wish.images[compared.rows].shape
        columns = [
            self._column(model, column, shape)
            for model, column in zip(self.shown, compared.columns, strict=True)
        ]
        return replace(compared, columns=columns), self._titles

    def courses(self) -> list[Course]:
        """How the search went in each model that is searched."""
        found = [
            course_of(title, self.searches.found(model))
            for model, title in zip(self.shown, self._titles, strict=True)
            if is_searched(model) and not self._waits(model)
        ]
        return [course for course in found if course is not None]

    @property
    def has_encoder(self) -> bool:
        """Whether one of the models encodes, so that errors of many pictures can be ranked."""
        return any(not is_searched(model) for model in self.shown)

    @property
    def has_searched(self) -> bool:
        """Whether one of the models has to be searched."""
        return any(is_searched(model) for model in self.shown)

    @property
    def is_waiting(self) -> bool:
        """Whether a model that trains was not searched yet."""
        return any(is_searched(model) and self._waits(model) for model in self.shown)

    def _is_frozen_of(self, newest: Any) -> bool:
        if newest is None or self._frozen is None or not is_searched(newest):
            return False
        return bool(self._frozen.run_dir == newest.run_dir)

    def _waits(self, model: Any) -> bool:
        return model is self._newest and model is not self._frozen

    def _search(self) -> None:
        compared = self._compared
        if compared is None:
            return
        if self._frozen is not None and self.shown:
            self.shown = (self._frozen, *self.shown[1:])
            bundles = [model for model in self.shown if hasattr(model, "family")]
            self._titles[0] = column_titles(bundles)[0]
        wanted = [item for item in self.shown if is_searched(item) and not self._waits(item)]
        self.searches.want(wanted, compared.wish.images[compared.rows])

    def _column(self, model: Any, column: Column | None, shape: tuple[int, ...]) -> Column:
        if column is not None:
            return column
        if not is_searched(model):
            return empty_column(shape)
        if self._waits(model):
            return empty_column(shape, _("it trains: search by hand"))
        return self.searches.column(model)
