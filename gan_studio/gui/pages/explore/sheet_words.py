"""What the Sheet panel says of a sheet and of its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.i18n import _, ngettext
from gan_studio.inference.nearest_words import grey_levels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.pages.explore.sheet_leaves import Leaf


def main_words(leaf: Leaf) -> str:
    """What the page's main button says."""
    if leaf.sheet.seeds:
        count = len(leaf.sheet.seeds)
        words = ngettext("Another {count} seed", "Another {count} seeds", count)
        return words.format(count=count)
    return _("Another {count}").format(count=len(leaf.places))


def state_words(leaf: Leaf | None, chosen: int) -> str:
    """How far it is, what is marked, and which keys mark."""
    if leaf is None:
        return ""
    parts = []
    if not leaf.is_complete:
        words = _("drawing {done} of {total}")
        parts.append(words.format(done=leaf.drawn, total=len(leaf.places)))
    for words, count in (
        (_("{count} starred"), len(leaf.starred)),
        (_("{count} rejected"), len(leaf.rejected)),
        (_("{count} near training pictures"), len(leaf.near)),
        (_("{count} chosen"), chosen),
    ):
        if count:
            parts.append(words.format(count=count))
    hint = _("click: to the sliders · S star · R reject · Ctrl+click choose more")
    return " · ".join([*parts, hint])


def place_words(leaf: Leaf, index: int, class_names: Sequence[str]) -> str:
    """What the tooltip of a picture says."""
    place = leaf.places[index]
    parts = [_("picture {number}").format(number=index + 1)]
    if place.seed is not None:
        parts.append(_("seed {seed}").format(seed=place.seed))
    if place.psi != 1:
        parts.append(f"ψ {place.psi:g}")
    if place.label is not None and place.label < len(class_names):
        parts.append(_("class {name}").format(name=class_names[place.label]))
    for words, indices in ((_("starred"), leaf.starred), (_("rejected"), leaf.rejected)):
        if index in indices:
            parts.append(words)
    if index in leaf.near:
        words = _("{distance} grey levels from a training picture")
        parts.append(words.format(distance=grey_levels(leaf.near[index])))
    return " · ".join(parts)


def marked_words(count: int, total: int, share: float | None) -> str:
    """What it means that `count` of `total` pictures were marked at a share of held-out ones.

    Without held-out pictures only copies are marked.
    """
    if share is None:
        words = _(
            "{count} of {total} pictures are training pictures, pixel by pixel. This data set "
            "holds nothing back, so nothing tells how near is near."
        )
        return words.format(count=count, total=total)
    words = ngettext(
        "{count} of {total} pictures is nearer to a training picture than {share} % of held-out "
        "pictures are; about {chance} would be by chance alone.",
        "{count} of {total} pictures are nearer to a training picture than {share} % of held-out "
        "pictures are; about {chance} would be by chance alone.",
        count,
    )
    chance = f"{share * total:.2g}"
    return words.format(count=count, total=total, share=f"{100 * share:g}", chance=chance)
