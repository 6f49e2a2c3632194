"""What can be done with the chosen latent sliders, as words and as a menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from gan_studio.gui.widgets.latent_sliders import LatentSliders


def lock_words(sliders: LatentSliders) -> str:
    """What the lock command would do now."""
    return _("Unlock") if sliders.targets() <= sliders.marks.locked else _("Lock")


def link_words(sliders: LatentSliders) -> str:
    """What the link command would do now."""
    return _("Unlink") if sliders.marks.is_linked(sliders.targets()) else _("Link")


def menu_of(sliders: LatentSliders) -> QMenu:
    """The menu of a row; to be deleted by the caller."""
    menu, dims = QMenu(sliders), sliders.targets()
    can_link = len(dims) > 1 or sliders.marks.is_linked(dims)
    for text, key, act, is_possible in (
        (_("Type a value …"), "Return", partial(sliders.edit, sliders.current), True),
        (_("To the middle"), "Del", sliders.reset_marked, True),
        (_("New random values"), "R", sliders.random_asked.emit, True),
        (lock_words(sliders), "L", sliders.toggle_locks, True),
        (link_words(sliders), "G", sliders.toggle_link, can_link),
        (_("Choose all"), "Ctrl+A", sliders.choose_all, True),
    ):
        action = menu.addAction(f"{text}\t{key}")
        action.triggered.connect(act)
        action.setEnabled(is_possible)
    return menu
