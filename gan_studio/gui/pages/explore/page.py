"""The Explore page: sliders, a pad, neighbours, and the picture that follows them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.bundle_follower import BundleFollower
from gan_studio.gui.bridge.render import render_beside
from gan_studio.gui.bridge.render_bridge import RenderBridge
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.explore.desks import open_desks
from gan_studio.gui.pages.explore.directions_desk import Directions
from gan_studio.gui.pages.explore.emptiness import say_why_empty
from gan_studio.gui.pages.explore.explorer import Explorer
from gan_studio.gui.pages.explore.inspector import ExploreInspector
from gan_studio.gui.pages.explore.panel import ExplorePanel
from gan_studio.gui.pages.explore.picture_saver import save_picture
from gan_studio.gui.pages.explore.stage import Stage
from gan_studio.gui.pages.explore.surroundings import Surroundings
from gan_studio.gui.pages.explore.tabs import draws, make_tabs
from gan_studio.gui.widgets import pictures
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.panels import Panels
from gan_studio.gui.widgets.run_picker import RunPicker

if TYPE_CHECKING:
    from pathlib import Path

    from gan_studio.gui.pages.explore.arithmetic_panel import ArithmeticPanel
    from gan_studio.gui.pages.explore.pad_panel import PadPanel
    from gan_studio.gui.pages.explore.sheet_panel import SheetPanel
    from gan_studio.gui.pages.explore.slider_panel import SliderPanel
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.run_picker import RunChoice
    from gan_studio.inference.bundle import Bundle


TOLD_MS = 12_000  # "Saved." has been read by then


class ExplorePage(Page):
    """Walks through the latent space of a model, trained or training."""

    key = "explore"
    title = N_("Explore")
    icon_name = "explore"
    order = 40

    slider_panel: SliderPanel
    pad_panel: PadPanel
    arithmetic_panel: ArithmeticPanel
    sheet_panel: SheetPanel

    def __init__(self, session: Session, render: Any = render_beside) -> None:
        super().__init__(session)
        self.bridge = RenderBridge(render, self)
        self.explorer = Explorer(self.bridge, self)
        self.surroundings = Surroundings(self.explorer, self)
        self.directions = Directions(self.explorer, session.folders, self)
        self.follower = BundleFollower(session, self)
        self.picker = RunPicker(session, draws, self)
        self.controls = ExploreInspector(self.picker, session.folders)
        self.inspector = self.controls
        self._is_shown = self._is_panel_seen = False
        self._wished_z: list[float] | None = None  # a place that another page asked for
        self._wished_file: Path | None = None  # one that a person has opened
        self._build_head()
        self._build_body()
        self._connect()
        self.finder, self.desk = open_desks(self)
        self._show_nothing(None)
        if session.is_engine_ready:
            self.on_engine_ready()

    # Building

    def _build_head(self) -> None:
        add = self.head.add_button
        self.undo = add(_("Undo"), _("Take the last move back."), shortcut="Ctrl+Z")
        self.redo = add(_("Redo"), _("Repeat the move."), shortcut="Ctrl+Shift+Z")
        self.bookmark = add(
            _("Bookmark"),
            _("Keep this place with its picture in the folder of the run."),
            shortcut="Ctrl+D",
        )
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
        self.stage = Stage(self.explorer, self.surroundings)
        self.panels = Panels(_("Ways through latent space"), self.stage)
        for tab in make_tabs(self):
            self._add(*tab)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.panels)
        self.body.addWidget(self.stack)

    def _add(self, panel: ExplorePanel, title: str, tooltip: str) -> None:
        panel.failed.connect(self._on_panel_failed)
        panel.told.connect(self._on_told)
        panel.renamed.connect(self._name_main_action)
        self.panels.add(panel, title, tooltip)

    def _connect(self) -> None:
        self._connect_moves()
        self._connect_answers()

    def _connect_moves(self) -> None:
        explorer, controls = self.explorer, self.controls
        self.undo.clicked.connect(explorer.undo)
        self.redo.clicked.connect(explorer.redo)
        self.reset.clicked.connect(explorer.reset)
        self.random.clicked.connect(self.main_action)
        controls.sampling.follow(explorer)
        controls.side.currentIndexChanged.connect(self._on_neighbourhood_changed)
        controls.distance.moved.connect(self._on_neighbourhood_changed)
        controls.is_smooth.toggled.connect(self.stage.view.set_smooth)
        controls.save.clicked.connect(self._on_save)
        controls.copy.clicked.connect(self._on_copy)

    def _connect_answers(self) -> None:
        explorer = self.explorer
        explorer.space_changed.connect(self._on_moved)
        explorer.moved.connect(self._on_moved)
        explorer.failed.connect(self._on_failed)
        self.picker.chosen.connect(self._on_chosen)
        self.follower.bundle_ready.connect(self._on_bundle)
        self.follower.failed.connect(self._on_failed)
        self.empty.clicked.connect(self._on_train_clicked)
        self.panels.bar.currentChanged.connect(self._name_main_action)
        take_away = self.controls.take_away
        take_away.follow(explorer)
        take_away.failed.connect(self._on_panel_failed)
        take_away.done.connect(lambda path: self._on_told(_("Saved."), path))

    # The page

    def on_engine_ready(self) -> None:
        self.picker.refresh()

    def on_shown(self) -> None:
        self.follower.watch(True)
        self._is_shown = True
        self.explorer.refresh()
        self._tell_panels()
        self.picker.refresh()
        self.stage.bookmarks.refresh()

    def on_hidden(self) -> None:
        self.follower.watch(False)
        self._is_shown = False
        self._tell_panels()
        self.explorer.rest()

    def _tell_panels(self) -> None:
        """The panel in front works only while it is seen, and there is a model."""
        is_seen = self._is_shown and self.stack.currentWidget() is self.panels
        if is_seen != self._is_panel_seen:
            self._is_panel_seen = is_seen
            (self.panels.on_shown if is_seen else self.panels.on_hidden)()

    def main_action(self) -> None:
        self.panels.current.main_action()

    def _name_main_action(self) -> None:
        panel = self.panels.current
        assert isinstance(panel, ExplorePanel), "only these are added"
        self.random.setText(_(panel.main_text))
        self.random.setToolTip(_("{what} (Space)").format(what=_(panel.main_tip)))
        self.random.setAccessibleName(self.random.text())
        self.random.setAccessibleDescription(_(panel.main_tip))
        self.random.setVisible(bool(panel.main_text))

    def receive(self, **payload: Any) -> None:
        if not payload.get("run_dir"):
            return
        self._wished_z, self._wished_file = payload.get("z"), payload.get("file")
        self.picker.choose(payload["run_dir"], payload.get("step"))
        bundle = self.explorer.bundle
        if bundle is not None and bundle.run_dir == payload["run_dir"]:
            self._go_to_wish()

    def dragEnterEvent(self, event: Any) -> None:
        if self.desk.can_take(event.mimeData(), event.source()):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        if self.desk.take(event.mimeData()):
            event.acceptProposedAction()

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
        self._tell_panels()
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
        self.stack.setCurrentWidget(self.panels)
        self._tell_panels()
        self._go_to_wish()

    def _go_to_wish(self) -> None:
        z, self._wished_z = self._wished_z, None
        file, self._wished_file = self._wished_file, None
        space = self.explorer.space
        if file is not None and space is not None:
            self.desk.open_file(file)
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

    # Moves

    def _on_neighbourhood_changed(self) -> None:
        side, distance = self.controls.side.currentData(), self.controls.distance.value()
        self.surroundings.set_neighbourhood(side, distance)

    def _on_moved(self) -> None:
        history = self.explorer.history
        if history is None:
            return
        self.undo.setEnabled(history.can_undo)
        self.redo.setEnabled(history.can_redo)

    def _on_failed(self, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.banner.show_message("error", _("This model cannot be shown."), text)
        if self.explorer.bundle is None:
            self.empty.show_words(
                _("This model cannot be shown"),
                _("Choose another run or checkpoint at the right."),
            )

    def _on_panel_failed(self, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.banner.show_message("error", _("That did not work."), text)

    def _on_told(self, heading: str, text: str) -> None:
        self.banner.show_message("info", heading, text)
        QTimer.singleShot(TOLD_MS, self, lambda: self._forget(text))

    def _forget(self, text: str) -> None:
        if (self.banner.kind, self.banner.text) == ("info", text):
            self.banner.clear()

    # Taking away

    def _saved_image(self) -> Any:
        multiple = self.controls.multiple.currentData()
        return pictures.enlarged(
            self.stage.view.image(), multiple, is_smooth=self.stage.view.is_smooth
        )

    def _on_copy(self) -> None:
        if not self.stage.view.image().isNull():
            pictures.copy_image(self._saved_image())

    def _on_save(self) -> None:
        if self.stage.view.image().isNull() or self.explorer.point is None:
            return
        point = self.explorer.point
        name = "picture.png" if point.is_moved else f"seed-{point.seed}.png"
        image = self._saved_image()
        here = self.desk.here()
        save_picture(self, image, name, self._on_saved, self._on_panel_failed, here)

    def _on_saved(self, path: Path) -> None:
        self._on_told(_("Saved."), str(path))

    def _on_train_clicked(self) -> None:
        self.session.go_to("train")
