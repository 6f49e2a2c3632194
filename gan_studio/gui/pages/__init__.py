"""One file per page; pages never import each other."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from gan_studio.gui.pages.base import Page


class PageEntry(NamedTuple):
    """What the rail shows of a page that may not be imported yet."""

    key: str
    title: str  # marked for translation
    icon: str
    help: str  # marked for translation
    target: str  # "module:Class"

    def load(self) -> type[Page]:
        """The page's class; its module is imported on the first visit."""
        module, _colon, name = self.target.partition(":")
        return getattr(import_module(module), name)


# In the order of the work.
PAGES: list[PageEntry] = [
    PageEntry(
        "home",
        N_("Home"),
        "home",
        N_("Start a model with one click, or go back to a recent run."),
        "gan_studio.gui.pages.home:HomePage",
    ),
    PageEntry(
        "lab",
        N_("Lab"),
        "lab",
        N_("See D and G move, on a line and on a plane."),
        "gan_studio.gui.pages.lab:LabPage",
    ),
    PageEntry(
        "data",
        N_("Data"),
        "data",
        N_("See what the model will learn from."),
        "gan_studio.gui.pages.data:DataPage",
    ),
    PageEntry(
        "train",
        N_("Train"),
        "train",
        N_("Train a model and watch whether it learns."),
        "gan_studio.gui.pages.train:TrainPage",
    ),
    PageEntry(
        "explore",
        N_("Explore"),
        "explore",
        N_("Walk through what a model can draw."),
        "gan_studio.gui.pages.explore:ExplorePage",
    ),
    PageEntry(
        "map",
        N_("Map"),
        "map",
        N_("See where pictures lie in latent space, and what lies between them."),
        "gan_studio.gui.pages.map:MapPage",
    ),
    PageEntry(
        "reconstruct",
        N_("Reconstruct"),
        "reconstruct",
        N_("Hold a model's copies beside their originals."),
        "gan_studio.gui.pages.reconstruct:ReconstructPage",
    ),
    PageEntry(
        "runs",
        N_("Runs"),
        "runs",
        N_("All runs on this computer: open, go on, delete."),
        "gan_studio.gui.pages.runs:RunsPage",
    ),
]
