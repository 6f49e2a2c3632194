"""Why the Explore page shows no picture yet, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.gui.widgets.empty_state import EmptyState
    from gan_studio.gui.widgets.run_picker import RunChoice


def say_why_empty(empty: EmptyState, choice: RunChoice | None, *, is_engine_ready: bool) -> None:
    """Say why there is no picture yet, and what to do."""
    if not is_engine_ready:
        empty.show_words(_("Getting ready …"), "", is_busy=True)
    elif choice is None:
        empty.show_words(
            _("No model yet"),
            _(
                "Train one, and walk through what it can draw with one slider per latent "
                "number, even while it is still learning."
            ),
            _("Train a model"),
            _("Go to the Train page."),
        )
    elif choice.is_live:
        empty.show_words(
            _("Waiting for the first weights of the run …"),
            _("Pictures appear as soon as it has taken its first steps."),
            is_busy=True,
        )
    else:
        empty.show_words(_("Loading the model …"), "", is_busy=True)
