"""The tabs of the Explore page, in the order in which they stand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gan_studio.core.capabilities import Capability
from gan_studio.core.i18n import _
from gan_studio.gui.pages.explore.arithmetic_panel import ArithmeticPanel
from gan_studio.gui.pages.explore.directions_panel import DirectionsPanel
from gan_studio.gui.pages.explore.pad_panel import PadPanel
from gan_studio.gui.pages.explore.sheet_panel import SheetPanel
from gan_studio.gui.pages.explore.slider_panel import SliderPanel
from gan_studio.gui.pages.explore.time_panel import TimePanel
from gan_studio.gui.pages.explore.twin_panel import TwinPanel
from gan_studio.gui.pages.explore.walk_panel import WalkPanel
from gan_studio.gui.widgets.run_picker import can_show

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.page import ExplorePage
    from gan_studio.gui.pages.explore.panel import ExplorePanel

SHOWS = frozenset({Capability.GENERATES, Capability.ENCODES})  # families with a latent space


def draws(family: str) -> bool:
    """Whether a family has a latent space to walk through."""
    return can_show(family, SHOWS)


def make_tabs(page: ExplorePage) -> list[tuple[ExplorePanel, str, str]]:
    """Each panel, its title, and what it is for."""
    explorer, around = page.explorer, page.surroundings
    page.slider_panel = SliderPanel(explorer, around)
    directions = DirectionsPanel(explorer, page.directions, page.controls.directions)
    directions.wanted.connect(page.panels.show_panel)
    page.pad_panel = PadPanel(explorer, around)
    page.pad_panel.follow(page.directions)
    page.arithmetic_panel = ArithmeticPanel(explorer)
    shelf = partial(getattr, page.stage.bookmarks, "places")
    for panel in (page.pad_panel, page.arithmetic_panel):
        panel.desk.offer(shelf)
    sheet = page.sheet_panel = SheetPanel(explorer, page.session)
    moments = TimePanel(explorer, page.picker, page.session, page.controls.saved_size)
    twin = TwinPanel(explorer, page.session, draws)
    return [
        (page.slider_panel, _("Sliders"), _("Move every latent number by its own slider.")),
        (directions, _("Directions"), _("Find, name and compare directions.")),
        (page.pad_panel, _("Pad"), _("Drag a point over a plane of the latent space.")),
        (sheet, _("Sheet"), _("Many samples at once: choose, throw out, draw more like the best.")),
        (
            WalkPanel(explorer, shelf),
            _("Walk"),
            _("A film from picture to picture, or a random walk."),
        ),
        (page.arithmetic_panel, _("Arithmetic"), _("Add and subtract pictures by their z.")),
        (moments, _("Through time"), _("The same z as every moment of the run drew it.")),
        (twin, _("Two models"), _("The same z, class or seed in another run beside this one.")),
    ]
