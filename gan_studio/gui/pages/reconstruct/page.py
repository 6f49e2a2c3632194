"""The Reconstruct page: originals, copies and errors of one or more models side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QFileDialog

from gan_studio.core.capabilities import Capability
from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.gui.bridge.bundle_cache import BundleCache
from gan_studio.gui.bridge.bundle_follower import BundleFollower
from gan_studio.gui.pages.base import Page
from gan_studio.gui.pages.reconstruct.comparator import Comparator, compare_beside
from gan_studio.gui.pages.reconstruct.epochs import Epochs
from gan_studio.gui.pages.reconstruct.inspector import ReconstructInspector
from gan_studio.gui.pages.reconstruct.intake import Intake
from gan_studio.gui.pages.reconstruct.links import Links
from gan_studio.gui.pages.reconstruct.model_panel import ModelPanel
from gan_studio.gui.pages.reconstruct.models import (
    Models,
    column_titles,
    family_copies,
    has_pictures,
)
from gan_studio.gui.pages.reconstruct.options import TableOptions
from gan_studio.gui.pages.reconstruct.pad import DrawPanel
from gan_studio.gui.pages.reconstruct.panels import tell
from gan_studio.gui.pages.reconstruct.pictures import PictureSource
from gan_studio.gui.pages.reconstruct.run_menu import RunMenu
from gan_studio.gui.pages.reconstruct.search_desk import SearchDesk
from gan_studio.gui.pages.reconstruct.sweeps import Sweeps
from gan_studio.gui.pages.reconstruct.view import ComparisonView, chips_of
from gan_studio.gui.pages.reconstruct.wishes import DRAWN, HELD_OUT, OWN, SOURCES
from gan_studio.gui.widgets.panels import Panels
from gan_studio.gui.widgets.run_picker import RunPicker, can_show, train_one
from gan_studio.jobs.run_data import NotHere

if TYPE_CHECKING:
    from collections.abc import Callable

    from gan_studio.gui.session import Session
    from gan_studio.gui.widgets.banner import Banner
    from gan_studio.gui.widgets.run_picker import RunChoice
    from gan_studio.inference.bundle import Bundle

ENCODES = frozenset({Capability.ENCODES})
NAME_FILTER = N_("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff)")


class ReconstructPage(Page):
    """Shows what models lose, and where."""

    key = "reconstruct"
    title = N_("Reconstruct")
    icon_name = "reconstruct"
    order = 50

    def __init__(self, session: Session, compare: Any = compare_beside) -> None:
        super().__init__(session)
        self.cache = BundleCache(session, self)
        self.follower = BundleFollower(session, self, self.cache.load)
        self.picker = RunPicker(
            session, family_copies, self, fits=has_pictures, prefers=lambda f: can_show(f, ENCODES)
        )
        self.source = PictureSource(session.folders, self)
        self.controls = ReconstructInspector(self.picker)
        self.inspector = self.controls
        self.models = Models(session, self, self.cache.load)
        self.view = view = ComparisonView()
        models, source = self.models, self.source
        self.comparator = Comparator(view, models, source, self.follower, compare)
        self.options = TableOptions(self.controls, view, models, source, self.comparator)
        self.epochs = Epochs(session, view.epochs, self.picker, models, source, self.cache)
        self.desk = SearchDesk(self.controls, view, self.comparator.inversions)
        self.links = Links(session, view, self.comparator)
        self._build()
        self._connect()
        self.setAcceptDrops(True)
        self._show_nothing(None)
        if session.is_engine_ready:
            self.on_engine_ready()

    def _build(self) -> None:
        add = self.head.add_button
        self.add_run = add(
            _("Add a run …"), _("Compare with another model: one more column of copies and errors.")
        )
        self.run_menu = RunMenu(self.session, self.picker, self.models, self)
        self.add_run.setMenu(self.run_menu)
        self.open = add(
            _("Open pictures …"),
            _("Reconstruct pictures of your own; they can be dropped here as well."),
            shortcut="Ctrl+O",
        )
        self.another = add(
            _("Another 8"), _("Draw other pictures at random."), primary=True, shortcut="Space"
        )
        self.panels = Panels(_("Ways to look at models"))
        self.panels.add(
            self.view, _("Compare"), _("Originals, copies and errors of one or more models.")
        )
        self.pad = DrawPanel(self.source)
        self.panels.add(
            self.pad, _("Draw"), _("Draw a picture and see what every model makes of it.")
        )
        self.intake = Intake(self, self.source, self.panels, self.pad)
        self.panels.add(
            ModelPanel(), _("Model"), _("The networks of each model, with their real sizes.")
        )
        self.sweeps = Sweeps(self.session, self.picker, self.models, self.panels, self.view)
        self.sweeps.add_to(self.controls)
        self.body.addWidget(self.panels)
        self.controls.show_classes(())
        self.controls.show_own(False)

    def _connect(self) -> None:
        controls = self.controls
        self.another.clicked.connect(self.main_action)
        self.open.clicked.connect(self._on_open)
        self.view.empty.clicked.connect(self._on_empty_clicked)
        self.models.changed.connect(self._tell_panels)
        self.models.told.connect(self._on_told)
        self.models.failed.connect(self._on_failed)
        self.options.failed.connect(self._on_failed)
        controls.source.currentIndexChanged.connect(self._on_source_changed)
        for box in (controls.class_box, controls.count, controls.order):
            box.currentIndexChanged.connect(self.redraw)
        controls.seed.valueChanged.connect(self.redraw)
        controls.placing.changed.connect(self._on_placing_changed)
        self.panels.bar.currentChanged.connect(self._name_main_action)
        self.pad.taken.connect(lambda: self.panels.show_panel(self.view))
        self.pad.failed.connect(self._on_failed)
        self.picker.chosen.connect(self._on_chosen)
        self.follower.bundle_ready.connect(self._on_bundle)
        self.follower.failed.connect(self._on_failed)
        self.source.ready.connect(self._on_data_ready)
        self.source.progressed.connect(self._on_data_progress)
        self.source.own_ready.connect(self._on_own_ready)
        self.source.failed.connect(self._on_source_failed)
        self.comparator.compared.connect(self._on_compared)
        self.comparator.failed.connect(self._on_failed)
        self.sweeps.failed.connect(self._on_failed)

    # The page

    def on_engine_ready(self) -> None:
        self.picker.refresh()
        self.sweeps.on_engine_ready()

    def on_shown(self) -> None:
        self.follower.watch(True)
        self.sweeps.watch(True)
        self.picker.refresh()
        self.panels.on_shown()
        self.comparator.open()

    def on_hidden(self) -> None:
        self.follower.watch(False)
        self.sweeps.watch(False)
        self.panels.on_hidden()
        self.comparator.close()
        self.cache.stop()

    def main_action(self) -> None:
        if self.panels.current is not self.view:
            self.panels.current.main_action()
            return
        if self.controls.source.currentData() == OWN:  # the banner was of these
            self.banner.clear()
            with QSignalBlocker(self.controls.source):
                self.controls.source.setCurrentIndex(list(SOURCES).index(HELD_OUT))
            self.controls.show_own(False)
        self.controls.seed.setValue(self.controls.seed.value() + 1)

    def receive(self, **payload: Any) -> None:
        run_dir = payload.get("run_dir")
        if run_dir and self._can_copy(Path(run_dir)):
            self.picker.choose(Path(run_dir), payload.get("step"))
        if payload.get("figure"):
            self.sweeps.figure.make()
        if payload.get("files"):
            self.source.open_files([Path(file) for file in payload["files"]])

    def _can_copy(self, run_dir: Path) -> bool:
        """Whether a run can copy pictures; says so where it cannot."""
        from gan_studio.gui.run_list import read_summary

        if not self.session.is_engine_ready:
            return True
        summary = read_summary(run_dir)
        family = summary.family
        if not family or (family_copies(family) and has_pictures(summary)):
            return True
        title = _(self.session.engine.title_of("family", family))
        _refuse(self.banner, title, self._train_autoencoder)
        return False

    # Models

    def _on_chosen(self, choice: RunChoice | None) -> None:
        if self.picker.is_persons_choice:  # else the banner still holds
            self.banner.clear()
        first = self.models.first
        if first is None or choice is None or first.run_dir != choice.run_dir:
            self.models.set_first(None)
            self._show_nothing(choice)
        self.follower.follow(choice)

    def _on_bundle(self, bundle: Bundle) -> None:
        if not bundle.spec.is_image:
            self.view.show_words(_("This model draws points"), _("Choose one that draws pictures."))
            return
        is_new = self.models.first is None
        self.source.use(bundle.config.data)
        self.models.set_first(bundle)
        if is_new:
            self.redraw()

    def _tell_panels(self) -> None:
        loaded = self.models.loaded
        tell(self.panels, loaded, column_titles(loaded), self.source.prepared)

    def _on_told(self, text: str) -> None:
        self.banner.show_message("info", _("These models learned from different data."), text)

    # Pictures

    def redraw(self) -> None:
        """Draw pictures by what the inspector says, and compare."""
        controls = self.controls
        self._name_main_action()
        self.source.choose(
            controls.source.currentData(),
            controls.count.currentData(),
            controls.order.currentData(),
            controls.seed.value(),
            controls.class_box.currentData(),
        )
        self.comparator.ask()

    def _name_main_action(self) -> None:
        text = (panel := self.panels.current).main_text
        if panel is self.view:
            is_drawn = self.controls.order.currentData() == DRAWN
            words = _("Another {count}") if is_drawn else _("Next {count}")
            text = words.format(count=self.controls.count.currentData())
        self.another.setText(text)
        self.another.setVisible(bool(text))

    def _on_data_ready(self) -> None:
        prepared = self.source.prepared
        assert prepared is not None, "the source says so only with data"
        self.controls.placing.set_habit(self.source.habit)
        self._tell_panels()
        self.controls.show_classes(
            prepared.spec.class_names if prepared.train.labels is not None else ()
        )
        if not len(prepared.held_out) and self.controls.source.currentData() == HELD_OUT:
            with QSignalBlocker(self.controls.source):
                self.controls.source.setCurrentIndex(1)
            self.banner.show_message(
                "info",
                _("This data set holds nothing back."),
                _("These are pictures that the model was trained on."),
            )
        self.redraw()

    def _on_data_progress(self, done: int, total: int, what: str) -> None:
        self.view.empty.set_progress(done, total)

    def _on_source_changed(self) -> None:
        is_own = self.controls.source.currentData() == OWN
        self.controls.show_own(is_own)
        if is_own and self.source.own is None and not self.source.load_again():
            self._on_open()
        else:
            self.redraw()

    def _on_open(self) -> None:
        names, _chosen = QFileDialog.getOpenFileNames(self, _("Open pictures"), "", _(NAME_FILTER))
        if names:
            self.intake.open_files([Path(name) for name in names])
        elif self.source.own is None and self.controls.source.currentData() == OWN:
            self.controls.source.setCurrentIndex(0)

    def _on_placing_changed(self) -> None:
        self.source.set_placing(self.controls.placing.placing())

    def _on_own_ready(self) -> None:
        own = self.source.own
        with QSignalBlocker(self.controls.source):
            self.controls.source.setCurrentIndex(list(SOURCES).index(OWN))
        self.controls.show_own(True)
        if own is not None:
            self.intake.tell(own, self.controls.placing, _("Your pictures."))
        self.redraw()

    # What is shown

    def _on_compared(self, compared: Any) -> None:
        self._set_enabled(True)
        data = self.source.prepared.title if self.source.prepared is not None else ""
        first = self.models.first
        live_step = first.step if first is not None and self.follower.is_following else None
        self.head.set_chips(chips_of(compared, self.source.kind, data, live_step))

    def _show_nothing(self, choice: RunChoice | None) -> None:
        self.head.set_chips([])
        self.view.show_nothing(choice, is_engine_ready=self.session.is_engine_ready)
        self._set_enabled(False)

    def _set_enabled(self, is_enabled: bool) -> None:
        self.another.setEnabled(is_enabled)
        self.controls.save.setEnabled(is_enabled)

    def _on_source_failed(self, problem: Exception) -> None:
        if isinstance(problem, NotHere):
            self.view.show_missing()
        else:
            self._on_failed(problem)

    def _on_failed(self, problem: Exception) -> None:
        text = str(problem) if isinstance(problem, StudioError) else repr(problem)
        self.banner.show_message("error", _("This cannot be reconstructed."), text)
        if self.view.is_empty:
            self.view.show_words(
                _("Nothing to show"), _("Choose another run or other pictures at the right.")
            )

    def _on_empty_clicked(self) -> None:
        if self.models.first is not None:
            self.view.show_words(_("Fetching the pictures …"), "", is_busy=True)
            self.source.fetch()
        else:
            self._train_autoencoder()

    def _train_autoencoder(self) -> None:
        train_one(self.session, ENCODES)

    # Dropped files

    def dragEnterEvent(self, event: Any) -> None:
        if self.intake.can_take(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        if self.intake.take(event.mimeData()):
            event.acceptProposedAction()


def _refuse(banner: Banner, title: str, on_train: Callable[[], None]) -> None:
    banner.show_message(
        "info",
        _("{family} cannot reconstruct.").format(family=title),
        _("It neither encodes pictures nor draws them from noise. Choose another run."),
        _("Train an autoencoder"),
        on_action=on_train,
    )
