"""The Explore page: sliders, a pad, neighbours, and the picture that follows them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QStackedWidget,
)

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.bundle_follower import BundleFollower
from gan_studio.gui.bridge.render import render_beside
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.explore.content import ExploreContent, say_why_empty
from gan_studio.gui.pages.explore.explorer import MAP_SIDE, Explorer
from gan_studio.gui.pages.explore.inspector import ExploreInspector
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.latent_rows import BY_EFFECT
from gan_studio.gui.widgets.run_picker import RunPicker, can_show

if TYPE_CHECKING:
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.run_picker import RunChoice
    from gan_studio.inference.bundle import Bundle

SHOWS = frozenset({Capability.GENERATES, Capability.ENCODES})  # families with a latent space


class ExplorePage(Page):
    """Walks through the latent space of a model, trained or training."""

    key = "explore"
    title = N_("Explore")
    icon_name = "explore"
    order = 40

    def __init__(self, session: Session, render: Any = render_beside) -> None:
        super().__init__(session)
        self.bridge = RenderBridge(render, self)
        self.explorer = Explorer(self.bridge, self)
        self.follower = BundleFollower(session, self)
        self.picker = RunPicker(session, lambda family: can_show(family, SHOWS), self)
        self.controls = ExploreInspector(self.picker)
        self.inspector = self.controls
        self._wished_z: list[float] | None = None  # a place that another page asked for
        self._build_head()
        self._build_body()
        self.sliders, self.pad = self.content.sliders, self.content.pad
        self._connect()
        self._show_nothing(None)
        if session.is_engine_ready:
            self.on_engine_ready()

    # Building

    def _build_head(self) -> None:
        add = self.head.add_button
        self.undo = add(_("Undo"), _("Take the last move back."), shortcut="Ctrl+Z")
        self.redo = add(_("Redo"), _("Repeat the move."), shortcut="Ctrl+Shift+Z")
        self.reset = add(
            _("Reset"), _("Bring every latent number to its middle: the most typical picture.")
        )
        self.random = add(
            _("New random"),
            _("Draw another random latent, with the next seed."),
            primary=True,
            shortcut="Space",
        )

    def _build_body(self) -> None:
        self.empty = EmptyState("explore")
        self.content = ExploreContent()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.content)
        self.body.addWidget(self.stack)

    def _connect(self) -> None:
        self._connect_moves()
        self._connect_answers()

    def _connect_moves(self) -> None:
        explorer, controls = self.explorer, self.controls
        self.undo.clicked.connect(explorer.undo)
        self.redo.clicked.connect(explorer.redo)
        self.reset.clicked.connect(explorer.reset)
        self.random.clicked.connect(self.main_action)
        self.sliders.moved.connect(self._on_slider_moved)
        self.sliders.released.connect(self._on_released)
        self.pad.moved.connect(self._on_pad_moved)
        self.pad.released.connect(self._on_released)
        self.content.grid.picked.connect(explorer.go_to_neighbour)
        self.content.classes.picked.connect(explorer.set_label)
        self.content.search.textChanged.connect(self.sliders.set_search)
        self.content.search.returnPressed.connect(self.sliders.setFocus)
        self.content.sorting.currentIndexChanged.connect(self._on_sorting_changed)
        controls.seed.valueChanged.connect(explorer.go_to_seed)
        controls.strength.moved.connect(explorer.set_strength)
        controls.strength.released.connect(explorer.end_gesture)
        controls.side.currentIndexChanged.connect(self._on_neighbourhood_changed)
        controls.distance.moved.connect(self._on_neighbourhood_changed)
        controls.is_smooth.toggled.connect(self.content.view.set_smooth)
        controls.save.clicked.connect(self._on_save)
        controls.copy.clicked.connect(self._on_copy)

    def _connect_answers(self) -> None:
        explorer = self.explorer
        explorer.space_changed.connect(self._on_space_changed)
        explorer.moved.connect(self._on_moved)
        explorer.picture.connect(self._on_picture)
        explorer.neighbours.connect(self._on_neighbours)
        explorer.effects.connect(self._on_effects)
        explorer.chart.connect(self._on_chart)
        explorer.failed.connect(self._on_failed)
        self.picker.chosen.connect(self._on_chosen)
        self.follower.bundle_ready.connect(self._on_bundle)
        self.follower.failed.connect(self._on_failed)
        self.empty.clicked.connect(self._on_train_clicked)

    # The page

    def on_engine_ready(self) -> None:
        self.picker.refresh()

    def on_shown(self) -> None:
        self.follower.watch(True)
        self.explorer.refresh()
        self.picker.refresh()

    def on_hidden(self) -> None:
        self.follower.watch(False)
        self.explorer.rest()

    def main_action(self) -> None:
        self.explorer.random()
        self.sliders.rearrange()

    def receive(self, **payload: Any) -> None:
        if not payload.get("run_dir"):
            return
        self._wished_z = payload.get("z")
        self.picker.choose(payload["run_dir"], payload.get("step"))
        bundle = self.explorer.bundle
        if bundle is not None and bundle.run_dir == payload["run_dir"]:
            self._go_to_wish()

    # The model

    def _on_chosen(self, choice: RunChoice | None) -> None:
        self.banner.clear()
        is_same_run = choice is not None and self._shows_run(choice)
        if not is_same_run:
            self.explorer.set_bundle(None)
            self._show_nothing(choice)
        self.follower.follow(choice)
        self._show_chips()

    def _shows_run(self, choice: RunChoice) -> bool:
        bundle = self.explorer.bundle
        return (
            bundle is not None and choice.run_dir is not None and (bundle.run_dir == choice.run_dir)
        )

    def _show_nothing(self, choice: RunChoice | None) -> None:
        """Say why there is no picture, and what to do."""
        self.stack.setCurrentWidget(self.empty)
        self._set_enabled(False)
        self.head.set_chips([])
        say_why_empty(self.empty, choice, is_engine_ready=self.session.is_engine_ready)

    def _set_enabled(self, is_enabled: bool) -> None:
        for widget in (self.random, self.reset, self.controls.save, self.controls.copy):
            widget.setEnabled(is_enabled)
        if not is_enabled:
            self.undo.setEnabled(False)
            self.redo.setEnabled(False)

    def _on_bundle(self, bundle: Bundle) -> None:
        if bundle.latent is None or not bundle.spec.is_image:
            self.empty.show_words(
                _("This model has no pictures to walk through"),
                _("Explore needs a family with a latent space that draws pictures."),
            )
            return
        self.explorer.set_bundle(bundle)
        self._show_chips()
        self._set_enabled(True)
        self.stack.setCurrentWidget(self.content)
        self._go_to_wish()

    def _go_to_wish(self) -> None:
        z, self._wished_z = self._wished_z, None
        space = self.explorer.space
        if z is not None and space is not None and len(z) == space.dim:
            self.explorer.set_z(tuple(z))
            self.explorer.end_gesture()

    def _show_chips(self) -> None:
        bundle = self.explorer.bundle
        if bundle is None:
            return
        step = _("step {step}").format(step=f"{bundle.step:,}")
        chips = [f"{_(bundle.title)} · {bundle.data_title} · {step}"]
        if self.follower.is_following:
            chips.append(_("following the run"))
        self.head.set_chips(chips)

    def _on_space_changed(self) -> None:
        space = self.explorer.space
        if space is None:
            self.sliders.set_effects(None)
            self.pad.set_map(None)
            return
        is_new = self.sliders.count() != space.dim
        lo, hi, mean = space.lo.tolist(), space.hi.tolist(), space.mean.tolist()
        self.sliders.set_space(lo, hi, mean)
        self.content.fit_to(space.dim)
        if space.dim == 2:
            self.pad.set_space((lo[0], lo[1]), (hi[0], hi[1]), (mean[0], mean[1]))
        if is_new:
            self.content.search.clear()
        self.content.classes.set_classes(self.explorer.class_names)
        self._on_moved()

    # Moves

    def _on_slider_moved(self, dim: int, value: float) -> None:
        self.explorer.set_dim(dim, value, is_drag=self.sliders.is_dragging)

    def _on_pad_moved(self, x: float, y: float) -> None:
        self.explorer.set_z((x, y), is_drag=self.pad.is_dragging)

    def _on_released(self) -> None:
        self.explorer.end_gesture()

    def _on_sorting_changed(self) -> None:
        self.sliders.set_order(self.content.sorting.currentData())

    def _on_neighbourhood_changed(self) -> None:
        side, distance = self.controls.side.currentData(), self.controls.distance.value()
        self.explorer.set_neighbourhood(side, distance)

    def _on_moved(self) -> None:
        point, history = self.explorer.point, self.explorer.history
        if point is None or history is None:
            return
        self.sliders.set_values(point.z.tolist())
        if len(point.z) == 2:
            self.pad.set_value(*point.z.tolist())
        if point.label is not None:
            self.content.classes.set_current(point.label)
        with QSignalBlocker(self.controls.seed):
            self.controls.seed.setValue(point.seed)
        self.undo.setEnabled(history.can_undo)
        self.redo.setEnabled(history.can_redo)

    # Pictures

    def _on_picture(self, rendered: Any) -> None:
        point = self.explorer.point
        if point is None:
            return
        self.content.view.set_picture(rendered.values[0])
        seed = _("seed {seed}, moved") if point.is_moved else _("seed {seed}")
        words = seed.format(seed=point.seed)
        time = f"{max(rendered.milliseconds, 0.1):.1f} ms"
        self.content.picture_card.set_note(f"{words} · {time}", words)

    def _on_neighbours(self, drawn: Any) -> None:
        self.content.grid.set_columns(self.explorer.side)
        self.content.grid.set_pictures(drawn)
        self.content.grid.select(self.explorer.side**2 // 2)

    def _on_effects(self, effects: Any) -> None:
        self.sliders.set_effects(effects.tolist())
        is_sorted = self.content.sorting.currentData() == BY_EFFECT
        # Rows must not run away under the pointer.
        if is_sorted and not self.sliders.is_hovered and not self.sliders.hasFocus():
            self.sliders.rearrange()

    def _on_chart(self, drawn: Any) -> None:
        self.pad.set_map(drawn, MAP_SIDE)

    def _on_failed(self, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.banner.show_message("error", _("This model cannot be shown."), text)
        if self.explorer.bundle is None:
            self.empty.show_words(
                _("This model cannot be shown"),
                _("Choose another run or checkpoint at the right."),
            )

    # Taking away

    def _saved_image(self) -> Any:
        multiple = self.controls.multiple.currentData()
        return pictures.enlarged(
            self.content.view.image(), multiple, is_smooth=self.content.view.is_smooth
        )

    def _on_copy(self) -> None:
        if not self.content.view.image().isNull():
            pictures.copy_image(self._saved_image())

    def _on_save(self) -> None:
        if self.content.view.image().isNull() or self.explorer.point is None:
            return
        seed = self.explorer.point.seed
        path = pictures.save_image(self, self._saved_image(), f"seed-{seed}.png")
        if path:
            self.banner.show_message("info", _("Saved."), path)

    def _on_train_clicked(self) -> None:
        self.session.go_to("train")

    def keyPressEvent(self, event: Any) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.content.search.setFocus()
            self.content.search.selectAll()
        else:
            super().keyPressEvent(event)
