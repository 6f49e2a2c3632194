"""The card with the map in it: tools, classes, and how far the work is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from gan_studio.core.i18n import N_, _
from gan_studio.gui.forms.progress_strip import ProgressStrip
from gan_studio.gui.pages.map.scene import MapScene, Tool
from gan_studio.gui.widgets.card import Card
from gan_studio.gui.widgets.class_legend import ClassLegend

if TYPE_CHECKING:
    from gan_studio.gui.pages.map.inspector import MapInspector
    from gan_studio.gui.widgets.empty_state import EmptyState
    from gan_studio.gui.widgets.run_picker import RunChoice
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.chart import Chart

PLANE = 2
TOOLS = {
    Tool.WALK: (
        N_("Walk"),
        N_("Drag: the decoded picture follows at once. Arrow keys walk, too."),
        "W",
    ),
    Tool.MOVE: (
        N_("Move"),
        N_("Drag the plane. The middle button, or Ctrl held down, does so with every tool."),
        "M",
    ),
    Tool.LASSO: (
        N_("Lasso"),
        N_("Draw a line around points to gather them. Shift held down does so with every tool."),
        "L",
    ),
}


class StageCard(Card):
    """Owns the scene, the tools and the legend."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Where pictures lie"), parent)
        self.scene = MapScene()
        self.legend = ClassLegend()
        self.strip = ProgressStrip()
        self._group = QButtonGroup(self)
        self._tools: dict[Tool, QPushButton] = {}
        for tool, (text, tooltip, key) in TOOLS.items():
            button = self._button(_(text), _(tooltip), key)
            button.setCheckable(True)
            button.clicked.connect(lambda _on, tool=tool: self.scene.set_tool(tool))
            self._group.addButton(button)
            self._tools[tool] = button
        self._tools[Tool.WALK].setChecked(True)
        self.scene.set_tool(Tool.WALK)
        fit = self._button(_("Fit"), _("See all points. The wheel, + and − zoom."), "F")
        fit.clicked.connect(self.scene.fit)
        self.body.addWidget(self.legend)
        ground = QGridLayout()  # the strip lies over the map, which must not jump when it comes
        ground.addWidget(self.scene, 0, 0)
        ground.addWidget(self.strip, 0, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(ground, 1)
        self.legend.changed.connect(self._on_classes_changed)

    def _button(self, text: str, tooltip: str, key: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("role", "flat")
        button.setToolTip(f"{tooltip} ({key})")
        button.setAccessibleName(text)
        button.setAccessibleDescription(tooltip)
        button.setShortcut(key)
        self.header.addWidget(button)
        return button

    def show_layers(self, controls: MapInspector) -> None:
        """Draw what the inspector says."""
        layers = self.scene.layers
        layers.shows_points = controls.points.isChecked()
        layers.shows_names = controls.names.isChecked()
        layers.shows_density = controls.density.isChecked()
        layers.shows_prior = controls.prior.isChecked()
        layers.radius = controls.radius.value()
        if not controls.ground.isChecked():
            layers.ground = None
        self.scene.redraw()

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Name the classes of what is charted."""
        self.legend.set_names(names)
        self.scene.layers.names = names

    def _on_classes_changed(self) -> None:
        self.scene.layers.hidden = self.legend.hidden
        self.scene.redraw()


def chips_of(bundle: Bundle, data_title: str, source: str, chart: Chart) -> list[str]:
    """The model and the pictures that are seen, for the head of the page."""
    step = _("step {step}").format(step=f"{bundle.step:,}")
    pictures = _("{count} pictures").format(count=f"{len(chart.codes):,}")
    dim = bundle.latent.dim if bundle.latent is not None else 0
    size = _("latent {size}").format(size=dim)
    return [f"{size} · {_(bundle.title)} · {step}", f"{data_title} · {source} · {pictures}"]


def say_why_empty(empty: EmptyState, choice: RunChoice | None, *, is_engine_ready: bool) -> None:
    """Say why there is no map yet, and what to do."""
    if not is_engine_ready:
        empty.show_words(_("Getting ready …"), "", is_busy=True)
    elif choice is None:
        empty.show_words(
            _("No model with an encoder yet"),
            _(
                "An autoencoder gives every picture a place in its latent space. Train one, "
                "and see where pictures lie, what lies between them, and where nothing does."
            ),
            _("Train an autoencoder"),
            _("Train an autoencoder on digits now."),
        )
    elif choice.is_live:
        empty.show_words(_("Waiting for the first weights of the run …"), "", is_busy=True)
    else:
        empty.show_words(_("Encoding pictures …"), "", is_busy=True)


def seen_first(bundle: Bundle) -> tuple[int, int, int]:
    """How many numbers a latent has, and the two that tell most of a picture."""
    from gan_studio.inference.chart import used_numbers

    used = [*used_numbers(bundle).tolist(), 0, 1]
    dim = bundle.latent.dim if bundle.latent is not None else 0
    return (dim, 0, 1) if dim == PLANE else (dim, used[0], used[1])
