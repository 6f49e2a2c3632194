"""What is said of a direction: in a few words beside its name, and in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from gan_studio.gui.pages.explore.direction_store import Catalogue
    from gan_studio.inference.directions import Direction

WEAK = 0.6  # balanced accuracy that is little better than guessing
# Facts and what they mean; {value} is the fact, {percent} a hundred times as much.
SENTENCES = {
    "explained": N_("It holds {percent:.1f} % of what varies there."),
    "correlation": N_("Slider and property go together with a correlation of {value:.2f}."),
    "change": N_("One unit changes the property by {value:.2f}."),
    "turned": N_("Moving 4 units along it turns {percent:.0f} % of other samples into it."),
    "marks_accuracy": N_(
        "A classifier learned your marks; it is right on {value:.2f} of those left out in turn."
    ),
    "shared": N_("{percent:.0f} % of the old direction was taken away."),
    "step": N_("Found from the weights of step {value:,.0f}."),
}


def kind_of(direction: Direction, catalogue: Catalogue | None) -> str:
    """What sort of direction it is."""
    title = "" if catalogue is None else catalogue.kinds.get(direction.kind, direction.kind)
    return _(title)


def note_of(direction: Direction) -> str:
    """The number that says how good or how strong it is, with a word."""
    accuracy, explained = _fact(direction, "balanced_accuracy"), _fact(direction, "explained")
    learned = _fact(direction, "marks_accuracy")
    if accuracy is not None and learned is not None:
        words = _("marks learned {learned:.2f} · tells {share:.2f} apart")
        return words.format(learned=learned, share=accuracy)
    if accuracy is not None:
        return _("tells {share:.2f} apart").format(share=accuracy)
    if explained is not None:
        return _("{percent:.1f} % explained").format(percent=100 * explained)
    return ""


def sentences_of(direction: Direction) -> list[str]:
    """What its numbers mean, one sentence each."""
    said = [_accuracy_of(direction)]
    for key, words in SENTENCES.items():
        value = _fact(direction, key)
        if value is not None:
            said.append(_(words).format(value=value, percent=100 * value))
    learned = _fact(direction, "marks_accuracy")
    if learned is not None and learned < WEAK:
        said.insert(0, _("The marks could hardly be learned: mark more, or ask something else."))
    return [sentence for sentence in said if sentence]


def tip_of(direction: Direction, catalogue: Catalogue | None) -> str:
    """Everything that is known of it."""
    head = " · ".join(part for part in (direction.name, kind_of(direction, catalogue)) if part)
    return "\n".join([head, *sentences_of(direction)])


def _accuracy_of(direction: Direction) -> str:
    accuracy, held_out = _fact(direction, "balanced_accuracy"), _fact(direction, "held_out")
    if accuracy is None:
        return ""
    if not held_out:
        words = _("Its sign tells {share:.2f} of pictures apart (0.50 is guessing).")
        return words.format(share=accuracy)
    words = _(
        "Its sign tells {share:.2f} of pictures apart on {count:,} not used to find it, both "
        "sides counting alike (0.50 is guessing)."
    )
    return words.format(share=accuracy, count=int(held_out))


def _fact(direction: Direction, key: str) -> float | None:
    value = direction.facts.get(key)
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)
