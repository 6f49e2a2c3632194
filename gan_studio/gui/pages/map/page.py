"""The Map page: encoded pictures as places; click, walk and gather, and see what is decoded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.bundle_follower import BundleFollower
from gan_studio.gui.bridge.render import render_beside
from gan_studio.gui.bridge.run_data import RunData
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.map import saving
from gan_studio.gui.pages.map.charter import Charter
from gan_studio.gui.pages.map.guide import Guide
from gan_studio.gui.pages.map.inspector import SOURCES, MapInspector
from gan_studio.gui.pages.map.side import WIDTH, FoundCard, HereCard
from gan_studio.gui.pages.map.stage import StageCard, chips_of, say_why_empty, seen_first
from gan_studio.gui.pages.map.walker import Walker
from gan_studio.gui.widgets.empty_state import EmptyState
from gan_studio.gui.widgets.run_picker import RunPicker, can_show, train_one
from gan_studio.jobs.run_data import NotHere

if TYPE_CHECKING:
    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.run_picker import RunChoice
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.chart import Chart

SHOWS = frozenset({Capability.ENCODES})


class MapPage(Page):
    """Shows the latent space of a model that encodes."""

    key = "map"
    title = N_("Map")
    icon_name = "map"
    order = 45

    def __init__(self, session: Session, render: Any = render_beside) -> None:
        super().__init__(session)
        self.follower = BundleFollower(session, self)
        self.picker = RunPicker(session, lambda family: can_show(family, SHOWS), self)
        self.data = RunData(session.folders, self)
        self.charter = Charter(self)
        self.guide = Guide(render, self)
        self.controls = MapInspector(self.picker)
        self.inspector = self.controls
        self._wished: dict[str, Any] = {}  # a place that another page asked for
        self._build()
        self.walker = Walker(self.stage.scene, self.here, self.found, self.guide, self)
        self._connect()
        self._show_nothing(None)
        if session.is_engine_ready:
            self.on_engine_ready()

    def _build(self) -> None:
        add = self.head.add_button
        self.explore = add(
            _("Open in Explore"), _("Go on from this place with one slider per latent number.")
        )
        self.random = add(
            _("Random place"),
            _("Draw a random z, as a new picture would be drawn, and go where it falls."),
            primary=True,
            shortcut="Space",
        )
        self.stage, self.here, self.found = StageCard(), HereCard(), FoundCard()
        self.empty = EmptyState("map")
        content, side = QWidget(), QVBoxLayout()
        row = QHBoxLayout(content)
        for layout in (row, side):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(12)
        side.addWidget(self.here)
        side.addWidget(self.found, 1)
        row.addWidget(self.stage, 3)
        row.addLayout(side, 1)
        for card in (self.here, self.found):
            card.setMinimumWidth(WIDTH)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(content)
        self.body.addWidget(self.stack)

    def _connect(self) -> None:
        controls, charter = self.controls, self.charter
        self.random.clicked.connect(self.main_action)
        self.explore.clicked.connect(self._on_explore)
        self.empty.clicked.connect(self._on_empty_clicked)
        self.picker.chosen.connect(self._on_chosen)
        self.follower.bundle_ready.connect(self._on_bundle)
        self.data.ready.connect(self._on_data)
        self.data.progressed.connect(self._on_data_progress)
        controls.wished.connect(self._on_wished)
        controls.layers_changed.connect(self._on_layers_changed)
        controls.save.clicked.connect(lambda: saving.save_picture(self.stage.scene))
        controls.table.clicked.connect(self._on_save_points)
        charter.charted.connect(self._on_charted)
        charter.progressed.connect(self._on_progress)
        charter.busy_changed.connect(self._on_busy_changed)
        self.stage.strip.cancelled.connect(self._on_cancelled)
        self.stage.scene.looked.connect(self._lay_ground)
        self.stage.scene.menu_requested.connect(self._on_menu)
        self.guide.ground.connect(self._on_ground)
        for source in (self.follower, charter, self.guide):
            source.failed.connect(self._on_failed)
        self.data.failed.connect(self._on_data_failed)

    # The page

    def on_engine_ready(self) -> None:
        self.picker.refresh()

    def on_shown(self) -> None:
        self.follower.watch(True)
        self.picker.refresh()
        self.charter.resume()
        self.guide.resume()
        self._lay_ground()

    def on_hidden(self) -> None:
        self.follower.watch(False)
        self.charter.interrupt()
        self.guide.rest()

    def main_action(self) -> None:
        self.walker.go_to_random()

    def receive(self, **payload: Any) -> None:
        if payload.get("run_dir"):
            self._wished = payload
            self.picker.choose(Path(payload["run_dir"]), payload.get("step"))
            self._go_to_wish()

    # The model and its pictures

    def _on_chosen(self, choice: RunChoice | None) -> None:
        self.banner.clear()
        bundle = self.charter.bundle
        if bundle is None or choice is None or bundle.run_dir != choice.run_dir:
            self._set_bundle(None)
            self._show_nothing(choice)
        self.follower.follow(choice)

    def _on_bundle(self, bundle: Bundle) -> None:
        old = self.charter.bundle
        if old is not None and old.latent != bundle.latent:  # another run in the same folder
            self._set_bundle(None)
        if not bundle.spec.is_image:
            self.empty.show_words(
                _("This model knows no pictures"), _("Choose a run on pictures at the right.")
            )
            return
        self._set_bundle(bundle)

    def _set_bundle(self, bundle: Bundle | None) -> None:
        self.walker.set_bundle(bundle)
        self.guide.set_bundle(bundle)
        if bundle is None:
            self.stage.scene.set_chart(None)
            self.charter.set_bundle(None)
            return
        self.controls.set_dim(*seen_first(bundle))
        self.charter.wish = self.controls.wish()
        self.charter.set_bundle(bundle, is_live=self.follower.is_following)
        if self.data.use(bundle.config.data):
            self.charter.set_data(None)

    def _on_data(self) -> None:
        prepared = self.data.prepared
        if prepared is None:
            return
        has_classes = prepared.train.labels is not None
        self.stage.set_classes(prepared.spec.class_names if has_classes else ())
        self._on_wished()
        self.charter.set_data(prepared)

    def _on_data_progress(self, done: int, total: int, what: str) -> None:
        self.empty.set_progress(done, total)

    def _on_wished(self) -> None:
        prepared = self.data.prepared
        is_empty = prepared is not None and not len(prepared.held_out)
        if is_empty and self.controls.leave_held_out():
            self.banner.show_message(
                "info",
                _("This data set holds nothing back."),
                _("These are pictures that the model was trained on."),
            )
        self.charter.choose(self.controls.wish())

    def _on_charted(self, chart: Chart, is_further: bool) -> None:
        scene = self.stage.scene
        scene.set_chart(chart, keeps_look=is_further)
        self.stage.show_layers(self.controls)
        self.stack.setCurrentIndex(1)
        self.controls.show_explained(chart.plane.explained)
        self.controls.show_holes(chart.holes)
        self.controls.prior.setEnabled(chart.prior is not None)
        self.controls.density.setEnabled(chart.density is not None)
        self._set_enabled(True)
        self._show_chips(chart)
        self.walker.on_charted(self.charter.split)
        self._go_to_wish()

    def _go_to_wish(self) -> None:
        chart, bundle, wished = self.stage.scene.chart, self.charter.bundle, self._wished
        if chart is None or bundle is None or bundle.run_dir != Path(wished.get("run_dir", "")):
            return
        source = wished.get("source")
        if source in SOURCES and source != self.controls.source.currentData():
            self.controls.source.setCurrentIndex(list(SOURCES).index(source))
            return  # another chart is on its way
        self._wished = {}
        if wished.get("row") is not None and not self.walker.go_to_row(int(wished["row"])):
            self.controls.count.setCurrentIndex(self.controls.count.count() - 1)
            self._wished = wished if len(chart.codes) < self.controls.count.currentData() else {}
        elif wished.get("z") is not None:
            self.walker.go_to_latent(np.asarray(wished["z"], np.float32))

    def _show_chips(self, chart: Chart) -> None:
        bundle, prepared = self.charter.bundle, self.data.prepared
        if bundle is None or prepared is None:
            return
        chips = chips_of(bundle, prepared.title, _(SOURCES[self.charter.wish.source]), chart)
        following = [_("following the run")] if self.follower.is_following else []
        self.head.set_chips([*chips, *following])

    # What is drawn

    def _on_layers_changed(self) -> None:
        self.stage.show_layers(self.controls)
        chart = self.stage.scene.chart
        self.controls.show_holes(chart.holes if chart is not None else None)
        self._lay_ground()

    def _lay_ground(self) -> None:
        scene, bundle = self.stage.scene, self.charter.bundle
        axes = scene.axes()
        if not self.controls.ground.isChecked() or scene.chart is None:
            return
        if bundle is not None and axes is not None:
            _channels, height, width = bundle.spec.shape
            self.guide.lay_ground(scene.chart, axes, (width, height))

    def _on_ground(self, ground: Any) -> None:
        if self.controls.ground.isChecked():
            self.stage.scene.layers.ground = ground
            self.stage.scene.redraw()

    def _on_progress(self, done: int, total: int, what: str) -> None:
        self.empty.set_progress(done, total)
        if not self.follower.is_following:  # it is encoded every second there, in a moment
            self.stage.strip.show_progress(done, total, what)

    def _on_busy_changed(self, is_busy: bool) -> None:
        if not is_busy:
            self.stage.strip.hide()

    def _on_cancelled(self) -> None:
        self.charter.cancel()
        if self.stage.scene.chart is None:
            self.empty.show_words(
                _("Cancelled"),
                _("Nothing was encoded."),
                _("Encode the pictures"),
                _("Send the pictures through the encoder."),
            )

    # States

    def _show_nothing(self, choice: RunChoice | None) -> None:
        self.stack.setCurrentIndex(0)
        self.head.set_chips([])
        self._set_enabled(False)
        say_why_empty(self.empty, choice, is_engine_ready=self.session.is_engine_ready)

    def _set_enabled(self, is_enabled: bool) -> None:
        controls = self.controls
        for widget in (self.random, self.explore, controls.save, controls.table):
            widget.setEnabled(is_enabled)

    def _on_data_failed(self, problem: Exception) -> None:
        if isinstance(problem, NotHere):
            self.empty.show_words(
                _("The pictures of this run are not on this computer"),
                "",
                _("Fetch them"),
                _("Download the run's data set."),
            )
        else:
            self._on_failed(problem)

    def _on_failed(self, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.banner.show_message("error", _("This cannot be mapped."), text)
        if self.stage.scene.chart is None:
            self.empty.show_words(
                _("Nothing to show"), _("Choose another run or checkpoint at the right.")
            )

    def _on_empty_clicked(self) -> None:
        if self.charter.bundle is None:
            train_one(self.session, SHOWS)
        elif self.data.prepared is None:
            self.empty.show_words(_("Fetching the pictures …"), "", is_busy=True)
            self.data.fetch()
        else:
            self.empty.show_words(_("Encoding pictures …"), "", is_busy=True)
            self.charter.refresh()

    # Elsewhere

    def _on_menu(self, position: Any) -> None:
        menu = QMenu(self)
        menu.addAction(_("Open in Explore"), self._on_explore).setEnabled(self.walker.z is not None)
        menu.addAction(_("Save map …"), lambda: saving.save_picture(self.stage.scene))
        menu.exec(position)
        menu.deleteLater()

    def _on_explore(self) -> None:
        bundle, z = self.charter.bundle, self.walker.z
        if bundle is not None:
            place = {} if z is None else {"z": z.tolist()}
            self.session.go_to("explore", run_dir=bundle.run_dir, **place)

    def _on_save_points(self) -> None:
        chart = self.stage.scene.chart
        if chart is not None:
            saving.save_points(self, chart, self.stage.scene.layers.names, self.banner)
