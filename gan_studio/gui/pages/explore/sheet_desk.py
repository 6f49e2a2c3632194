"""Makes and draws contact sheets in a thread of their own, which pauses while the place moves."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gan_studio.gui.bridge.render import render_beside
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.explore.sheet_leaves import Leaf, Leaves
from gan_studio.inference.again import model_inputs
from gan_studio.inference.sheets import (
    NEAR,
    SEEDS,
    Recipe,
    make_sheet,
    replaced_by,
    with_replaced,
)

if TYPE_CHECKING:
    from gan_studio.gui.bridge.render_bridge import SideJob
    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Place

PAUSE_MS = 3000  # between two drawings of a sheet while its run is followed
REST_MS = 150  # nothing has moved for so long: time to draw the sheet


def work_beside(bundle: Any, request: Any) -> Any:
    """In the worker's thread: make a sheet, or draw some of its pictures."""
    return request(bundle) if callable(request) else render_beside(bundle, request)


class SheetDesk(QObject):
    """The sheets of an `Explorer`'s model.

    Signals:
        changed: another sheet is looked at, or none.
        drew: a range of pictures came.
        marks_changed: stars, rejections or signs of training pictures are others.
        failed: the exception in place of a sheet.
    """

    changed = Signal()
    drew = Signal(object)
    marks_changed = Signal()
    failed = Signal(object)

    def __init__(
        self, explorer: Explorer, parent: QObject | None = None, work: Any = work_beside
    ) -> None:
        super().__init__(parent)
        self._explorer = explorer
        self.leaves = Leaves()
        self.count = 64  # pictures of a sheet
        self.share = 0.3  # how new pictures "more like these" are
        self._bridge = RenderBridge(work, self)
        self._space: Any = None  # the explorer's history: another one is another space
        self._is_seen = self._is_making = self._is_due = False
        self._kept_stars: set[int] | None = None  # of the sheet that is being made
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._draw)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._renew_if_due)
        self._bridge.picture_ready.connect(self._on_made)
        self._bridge.failed.connect(self._on_failed)
        explorer.moved.connect(self._on_moved)
        explorer.space_changed.connect(self._on_space_changed)

    @property
    def now(self) -> Leaf | None:
        """The sheet that is looked at."""
        return self.leaves.now

    @property
    def is_making(self) -> bool:
        """Whether another sheet is on its way."""
        return self._is_making

    # Who looks

    def set_seen(self, is_seen: bool) -> None:
        """Draw only while somebody looks."""
        self._is_seen = is_seen
        if not is_seen:
            for timer in (self._rest, self._pause):
                timer.stop()
            self._is_making = False
            self._bridge.close()
        elif self._explorer.bundle is not None:
            self._on_space_changed()

    # Other sheets

    def make(self, recipe: Recipe) -> None:
        """Look at a sheet of this recipe."""
        self._start(partial(make_sheet, recipe=recipe), None)

    def recipe(self, kind: str, first: int | None = None) -> Recipe:
        """A recipe with the class, truncation, strength and locks of the present place."""
        explorer = self._explorer
        point = explorer.point
        assert point is not None, "recipes are asked for only with a model"
        held = {dim: float(point.z[dim]) for dim in sorted(explorer.locked)}
        return Recipe(
            kind,
            self.count,
            self.leaves.next_seed if first is None else first,
            point.psi,
            explorer.strength,
            point.label,
            held,
        )

    def make_like(self, chosen: tuple[Place, ...]) -> None:
        """Look at places near these; each time others."""
        now = self.now
        is_near = now is not None and now.sheet.recipe.kind == NEAR
        first = now.sheet.next_seed if now is not None and is_near else 1
        recipe = replace(self.recipe(NEAR, first), chosen=chosen, share=self.share)
        self.make(replace(recipe, psi=1.0, strength=1.0, label=None))

    def make_again(self) -> None:
        """The same seeds with the class, truncation, strength and locks of the present place."""
        now = self.now
        if now is not None and now.sheet.recipe.kind != NEAR:
            self.count = now.sheet.recipe.count
            self.make(self.recipe(now.sheet.recipe.kind, now.sheet.recipe.first))

    def set_share(self, share: float) -> None:
        """How far new pictures "more like these" lie from the chosen ones, from 0 to 1."""
        self.share = share

    def replace_rejected(self) -> None:
        """The same sheet with others in place of the rejected ones."""
        now = self.now
        if now is not None and now.rejected:
            rejected = frozenset(now.rejected)
            kept = now.starred - replaced_by(now.sheet, rejected)
            self._start(partial(with_replaced, sheet=now.sheet, indices=rejected), kept)

    def go(self, by: int) -> None:
        """Go back (-1) to where one was, or on again (1)."""
        if self.leaves.go(by):
            self._look()

    # Marks

    def star(self, indices: Any) -> None:
        """Star these, or take their stars away where all of them have one."""
        if self.now is not None and indices:
            self.now.toggle_star(indices)
            self.marks_changed.emit()

    def reject(self, indices: Any) -> None:
        """Reject these, or take them back where all of them are rejected."""
        if self.now is not None and indices:
            self.now.toggle_reject(indices)
            self.marks_changed.emit()

    def clear_marks(self) -> None:
        """Neither stars nor rejections, nor signs of training pictures."""
        if self.now is not None:
            for marks in (self.now.starred, self.now.rejected, self.now.near):
                marks.clear()
            self.marks_changed.emit()

    def set_near(self, leaf: Leaf, near: dict[int, float]) -> None:
        """Mark the pictures of a sheet that are near to training pictures."""
        leaf.near = near
        self.marks_changed.emit()

    # Work

    def _start(self, make: Any, kept: set[int] | None) -> None:
        bundle = self._explorer.bundle
        if bundle is None:
            return
        self._use(bundle)
        self._kept_stars, self._is_making = kept, True
        self._bridge.ask(make)

    def _use(self, bundle: Bundle) -> None:
        if self._bridge.model is not bundle:
            self._bridge.set_model(bundle)

    def _on_made(self, sheet: Any) -> None:
        """The worker gives sheets only as answers to `ask`."""
        self._is_making = False
        leaf = Leaf(sheet, bundle=self._explorer.bundle)
        if self._kept_stars is not None:
            leaf.starred = self._kept_stars
        elif sheet.recipe.kind == NEAR:
            leaf.starred = {
                i for i, place in enumerate(sheet.places) if place in sheet.recipe.chosen
            }
        self.leaves.add(leaf)
        self._look()

    def _look(self) -> None:
        leaf = self.now
        if leaf is not None:
            if leaf.bundle is not self._explorer.bundle:
                leaf.redraw(self._explorer.bundle)
            self.count = leaf.sheet.recipe.count
        self._bridge.cancel_side()  # of the sheet that was looked at before
        self.leaves.drop_models(self._explorer.bundle)
        self.changed.emit()
        self._draw()

    def _on_failed(self, problem: Exception) -> None:
        self._is_making = False
        self.failed.emit(problem)

    def _draw(self) -> None:
        leaf = self.now
        if self._is_seen and leaf is not None and not self._is_making and not leaf.is_complete:
            self._use(leaf.bundle)
            self._bridge.run_side([self._draw_leaf(leaf)])

    def _draw_leaf(self, leaf: Leaf) -> SideJob:
        from gan_studio.inference.renderer import PicturesAt

        while not leaf.is_complete:
            batch = leaf.next_batch()
            places = leaf.places[batch.start : batch.stop]
            rendered = yield PicturesAt(*model_inputs(leaf.bundle, places))
            self.drew.emit(leaf.take(rendered.values))
        self.leaves.spare_memory()
        self._finish()

    def _finish(self) -> None:
        self._pause.start()

    def _renew_if_due(self) -> None:
        leaf, bundle = self.now, self._explorer.bundle
        if self._is_due and leaf is not None and bundle is not None:
            self._is_due = False
            leaf.redraw(bundle)
            self.leaves.drop_models(bundle)
            self._draw()

    def _on_moved(self) -> None:
        """The place comes first."""
        if self._is_seen and not self._is_making:
            self._bridge.cancel_side()
            self._rest.start()

    def _on_space_changed(self) -> None:
        explorer = self._explorer
        if explorer.history is not self._space:
            self._forget()
        if not self._is_seen or explorer.bundle is None or self._is_making:
            return
        leaf = self.now
        if leaf is None:
            self.make(self.recipe(SEEDS, 1))
            return
        self._is_due = leaf.bundle is not explorer.bundle
        waits = not leaf.is_complete or self._pause.isActive()
        if not (waits and _is_further(leaf.bundle, explorer.bundle)):
            self._renew_if_due()
        self._draw()

    def _forget(self) -> None:
        """The sheets of another space mean nothing here."""
        self._space = self._explorer.history
        self.leaves.clear()
        self._is_making = False
        self._bridge.set_model(self._explorer.bundle)
        self.changed.emit()


def _is_further(old: Any, new: Any) -> bool:
    """Whether these are newer weights of the same run: a sheet half drawn is finished first."""
    return bool(old.run_dir == new.run_dir and new.step > old.step)
