"""What every tab of the Explore page has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from gan_studio.core.i18n import N_
from gan_studio.gui.widgets.panels import Panel

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.explorer import Explorer


class ExplorePanel(Panel):
    """Looks at an `Explorer`'s place and moves it.

    It is seen only while there is a model: `explorer.bundle`, `space` and `point` are set between
    `on_shown` and `on_hidden`, and may be replaced at any `space_changed`.

    Attributes:
        main_text: what the page's main button says, marked for translation; "" hides it.
        main_tip: what it does, marked for translation.

    Signals:
        failed: the exception that the page's banner shows.
        told: a heading and a sentence for the banner.
        renamed: `main_text` is another one.
    """

    failed = Signal(object)
    told = Signal(str, str)
    renamed = Signal()

    main_text = N_("New random")
    main_tip = N_("Draw another random latent, with the next seed.")

    def __init__(self, explorer: Explorer) -> None:
        super().__init__()
        self.explorer = explorer

    def main_action(self) -> None:
        self.explorer.random()
