"""The tab "Two models": the same place, and the same seeds, in another run beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from gan_studio.core.i18n import _
from gan_studio.gui import theme
from gan_studio.gui.bridge.bundle_follower import BundleFollower
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.picture_grid import PictureGrid
from gan_studio.gui.widgets.picture_view import PictureView
from gan_studio.gui.widgets.row_marks import RowMark
from gan_studio.gui.widgets.run_picker import RunPicker

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.pages.explore.explorer import Explorer
    from gan_studio.gui.pages.explore.twins import Twins
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.run_picker import RunChoice
    from gan_studio.inference.bundle import Bundle

SEEDS = 6  # pairs below the large picture


def draw_twins_beside(models: Any, request: Any) -> Any:
    """In the worker's thread, where torch may be imported."""
    from gan_studio.gui.pages.explore.twins import draw_twins

    return draw_twins(models, request)


class TwinPanel(ExplorePanel):
    """Another model's picture of where we are."""

    def __init__(
        self,
        explorer: Explorer,
        session: Session,
        accepts: Callable[[str], bool],
        render: Any = draw_twins_beside,
    ) -> None:
        super().__init__(explorer)
        self.picker = RunPicker(session, accepts, self)
        self.follower = BundleFollower(session, self)
        self._bridge = RenderBridge(render, self)
        self._other: Bundle | None = None
        self._paired: Any = None  # what the pairs depend on, where they are drawn
        self._is_seen = False
        self._build()
        self._connect()

    def _build(self) -> None:
        self.card = Card(_("The other model"))
        self.view = PictureView()
        self.view.setMinimumHeight(90)
        self.view.setAccessibleName(_("The other model's picture"))
        self.view.file_name = "other-model.png"
        self.words = QLabel()
        self.words.setProperty("role", "muted")
        self.words.setWordWrap(True)
        self.pairs = Card(_("The same seeds in both"))
        self.grid = PictureGrid(columns=SEEDS)
        self.grid.setAccessibleName(_("The same seeds in both models"))
        self.grid.setToolTip(_("Click a pair to go there."))
        self.grid.file_name = "two-models.png"
        self.grid.offer()
        self.grid.setMinimumHeight(theme.px(130))
        self.card.body.addLayout(self._run_row())
        self.card.body.addWidget(self.view, 1)
        self.card.body.addWidget(self.words)
        self.pairs.body.addWidget(self.grid, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.card, 1)
        column.addWidget(self.pairs)

    def _run_row(self) -> QHBoxLayout:
        runs, steps = self.picker.runs, self.picker.steps
        runs.setAccessibleName(_("Other run"))
        runs.setToolTip(_("The run whose model draws here."))
        steps.setAccessibleName(_("Checkpoint of the other run"))
        steps.setToolTip(_("Its weights of which step; it may be this run at another step."))
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(runs, 3)
        row.addWidget(steps, 2)
        return row

    def _connect(self) -> None:
        self.explorer.space_changed.connect(self._on_space_changed)
        self.explorer.moved.connect(self._ask)
        self.picker.chosen.connect(self._on_chosen)
        self.follower.bundle_ready.connect(self._on_bundle)
        self.follower.failed.connect(self._on_failed)
        self._bridge.picture_ready.connect(self._on_twins)
        self._bridge.failed.connect(self.failed)
        self.grid.picked.connect(self._on_picked)

    # The tab

    def on_shown(self) -> None:
        self._is_seen = True
        self.follower.watch(True)
        self.picker.refresh()
        self._on_space_changed()

    def on_hidden(self) -> None:
        self._is_seen = False
        self.follower.watch(False)
        self._bridge.close()

    # The models

    def _on_chosen(self, choice: RunChoice | None) -> None:
        here = self.explorer.bundle
        if choice is not None and not self.picker.is_persons_choice and here is not None:
            others = [run.path for run in self.picker.summaries if run.path != here.run_dir]
            if choice.run_dir == here.run_dir and others:
                self.picker.choose(others[0])  # another run says more than the same one
                return
        self._set_other(None)
        self.follower.follow(choice)
        if choice is None:
            self.card.show_hint(_("Train a second model to see it here beside this one."))
        else:
            self.card.hide_hint()

    def _on_bundle(self, bundle: Bundle) -> None:
        if bundle.latent is None or not bundle.spec.is_image:
            self._set_other(None)
            self.words.setText(_("This model has no latent space that draws pictures."))
            return
        self._set_other(bundle)

    def _set_other(self, bundle: Bundle | None) -> None:
        self._other = bundle
        self._on_space_changed()

    def _on_failed(self, problem: Exception) -> None:
        self._set_other(None)
        self.failed.emit(problem)

    def _on_space_changed(self) -> None:
        here, there = self.explorer.bundle, self._other
        if here is None or there is None:
            self._bridge.set_model(None)
            self.view.set_picture(None)
            self.grid.set_pictures(None)
            self.words.clear()
            self._paired = None
            return
        self._bridge.set_model((here, there))
        self._ask()

    # Drawing

    def _ask(self) -> None:
        """The pairs are drawn again only where they change: a drag of z leaves them as they are."""
        point = self.explorer.point
        if self._is_seen and point is not None and self._other is not None:
            count = 0 if self._paired == self._pairs_key() else SEEDS
            self._bridge.ask((point.place(), point.seed, count))

    def _pairs_key(self) -> Any:
        point = self.explorer.point
        facts = None if point is None else (point.seed, point.label, point.psi)
        return self.explorer.bundle, self._other, facts

    def _on_twins(self, twins: Twins) -> None:
        self.view.set_picture(twins.picture)
        if twins.pairs is not None:
            self._paired = twins.key
            is_both = len(twins.pairs) > SEEDS
            self.pairs.set_note("" if is_both else _("ours are of another size"), "")
            self.grid.set_row_marks(row_marks(is_both=is_both))
            self.grid.set_pictures(twins.pairs, twins.captions)
        self.words.setText(self._say(twins))

    def _say(self, twins: Twins) -> str:
        space = self.explorer.space
        latent = None if self._other is None else self._other.latent
        here = 0 if space is None else space.dim
        text = _(twins.likeness).format(here=here, there=0 if latent is None else latent.dim)
        if twins.class_name is None:
            return _("{likeness} It does not know this class.").format(likeness=text)
        if twins.class_name:
            return _("{likeness} Class: {name}.").format(likeness=text, name=twins.class_name)
        return text

    def _on_picked(self, index: int) -> None:
        point = self.explorer.point
        if point is not None:
            self.explorer.go_to_seed(point.seed + index % SEEDS)


def row_marks(*, is_both: bool) -> list[RowMark]:
    """Whose the rows of seeds are; pictures of another shape cannot stand beside ours."""
    other = RowMark("muted", _("other"))
    return [RowMark("accent", _("this")), other] if is_both else [other]
