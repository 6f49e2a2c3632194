"""From a picture of the table to where another page shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from gan_studio.gui.pages.reconstruct.models import is_searched
from gan_studio.gui.pages.reconstruct.wishes import OWN
from gan_studio.gui.widgets.run_picker import checkpoint_steps

if TYPE_CHECKING:
    from gan_studio.gui.pages.reconstruct.comparator import Comparator
    from gan_studio.gui.pages.reconstruct.view import ComparisonView
    from gan_studio.gui.session import Session


class Links(QObject):
    """Answers the table's context menu."""

    def __init__(self, session: Session, view: ComparisonView, comparator: Comparator) -> None:
        super().__init__(view)
        self._session, self._view, self._comparator = session, view, comparator
        view.table.explore_requested.connect(self._on_explore_requested)
        view.table.map_requested.connect(self._on_map_requested)

    def _on_explore_requested(self, row: int, column: int) -> None:
        models, z = self._comparator.shown, self._view.latent(row, column)
        if z is not None and column < len(models) and models[column].run_dir is not None:
            model = models[column]
            self._session.go_to("explore", run_dir=model.run_dir, step=step_of(model), z=z)

    def _on_map_requested(self, row: int, column: int) -> None:
        """The picture among all of its split, by the column's model, else by the first able one.

        Rows are counted in the first model's data: another data set's Map does not have them.
        """
        models, shown = self._comparator.shown, self._view.shown
        if shown is None or not models or shown.wish.source == OWN:
            return
        wish, data = shown.wish, models[0].config.data
        able = [
            item
            for item in models
            if hasattr(item, "config") and item.config.data == data and not is_searched(item)
        ]
        if not able:
            return
        is_able = column < len(models) and any(item is models[column] for item in able)
        model = models[column] if is_able else able[0]
        index = int(wish.indices[shown.rows[row]])
        self._session.go_to(
            "map", run_dir=model.run_dir, step=step_of(model), row=index, source=wish.source
        )


def step_of(model: Any) -> int | None:
    """The model's step where it is on disk; None, the newest, for a run that trains."""
    return model.step if model.step in checkpoint_steps(model.run_dir) else None
