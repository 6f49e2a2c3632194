"""The ways to look at models on the Reconstruct page, one tab each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.gui.widgets import panels

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared
    from gan_studio.inference.bundle import Bundle


class Panel(panels.Panel):
    """A panel that is told of the models in the page's columns."""

    def set_models(
        self, bundles: tuple[Bundle, ...], titles: list[str], prepared: Prepared | None
    ) -> None:
        """Take the models of the page's columns, their names, and the first one's data.

        Not every model encodes: a GAN can only be searched (`bundle.can(Capability.ENCODES)`).
        """


def tell(
    all_panels: panels.Panels,
    bundles: tuple[Bundle, ...],
    titles: list[str],
    prepared: Prepared | None,
) -> None:
    """Give the models of the page's columns to every panel."""
    for panel in all_panels.all():
        if isinstance(panel, Panel):
            panel.set_models(bundles, titles, prepared)
