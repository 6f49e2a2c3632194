"""The buttons in the head of the Lab."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gan_studio.core.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from gan_studio.gui.widgets.page_head import PageHead


class LabButtons(NamedTuple):
    """From left to right."""

    show_me: QPushButton
    reset: QPushButton
    walk: QPushButton
    step_d: QPushButton
    step_g: QPushButton
    step: QPushButton
    compare: QPushButton
    main: QPushButton


def make_buttons(head: PageHead) -> LabButtons:
    """Add them; none can be pressed before there is a game."""
    add = head.add_button
    buttons = LabButtons(
        add(
            _("Show me"), _("Lessons to walk through, and failures with their cures."), shortcut="L"
        ),
        add(_("Reset"), _("Back to the same first weights."), shortcut="R"),
        add(
            _("Slow motion"),
            _("Walk through one step: noise, G, D judges, D learns, G learns."),
            shortcut="W",
        ),
        add(_("Step D"), _("Let only the discriminator learn, once."), shortcut="D"),
        add(_("Step G"), _("Let only the generator learn, once."), shortcut="G"),
        add(_("Step"), _("Let both learn, once."), shortcut="S"),
        add(_("A | B"), _("Two games from one seed: change one setting of B."), shortcut="B"),
        add(_("Play"), _("Let D and G play."), primary=True, shortcut="Space"),
    )
    buttons.compare.setCheckable(True)
    widest = buttons.main.fontMetrics().horizontalAdvance(_("Play from here"))
    buttons.main.setMinimumWidth(widest + 34)
    for button in buttons:
        button.setEnabled(False)
    return buttons
