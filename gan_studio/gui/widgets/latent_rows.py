"""Which rows a list of latent sliders shows, in which order and under which heads. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

BY_INDEX, BY_EFFECT, BY_VALUE, BY_LINK = "index", "effect", "value", "link"
ORDERS = {
    BY_INDEX: N_("by number"),
    BY_EFFECT: N_("by effect on the picture"),
    BY_VALUE: N_("by value"),
    BY_LINK: N_("by linked group"),
}
GROUP_SIZE = 20  # rows under one head when sorted by number
STRONG, WEAK = 0.5, 0.1  # shares of the strongest effect
_RANGE = re.compile(r"z?(\d+)\s*(?:-|–|\.\.)\s*z?(\d+)")


@dataclass(frozen=True)
class Group:
    """Rows under one head; an empty title shows none."""

    title: str
    dims: tuple[int, ...]


def matching(text: str, count: int) -> list[int]:
    """Dimensions that a search finds: ``z41``, ``41``, ``z4`` (and z40 ...), ``10-19``, lists."""
    text = text.strip().lower()
    if not text:
        return list(range(count))
    found: dict[int, None] = {}
    for low, high in _RANGE.findall(text):
        found.update(dict.fromkeys(range(int(low), min(int(high) + 1, count))))
    for word in re.split(r"[\s,;]+", _RANGE.sub(" ", text)):
        digits = word.removeprefix("z")
        if digits.isdigit():
            if int(digits) < count:
                found[int(digits)] = None
            found.update(dict.fromkeys(i for i in range(count) if str(i).startswith(digits)))
        elif word == "z":
            found.update(dict.fromkeys(range(count)))
    return list(found)


def arrange(
    found: Sequence[int],
    order: str,
    away: Sequence[float],
    effects: Sequence[float] | None,
    links: Mapping[str, Collection[int]] | None = None,
) -> list[Group]:
    """Group and sort dimensions.

    Args:
        found: dimensions to show.
        order: one of `ORDERS`.
        away: how far each value is from its middle, in standard deviations, signed.
        effects: how much each dimension moves the picture; None while unknown.
        links: groups made by hand, by letter.
    """
    if order == BY_EFFECT and effects is not None:
        return _by_effect(found, effects)
    if order == BY_VALUE:
        return _by_value(found, away)
    if order == BY_LINK and links:
        return _by_link(found, links)
    return _by_index(found)


def _by_index(found: Sequence[int]) -> list[Group]:
    if len(found) <= GROUP_SIZE + 4:
        return [Group("", tuple(found))]
    groups: dict[int, list[int]] = {}
    for dim in found:
        groups.setdefault(dim // GROUP_SIZE, []).append(dim)
    return [
        Group(f"z{dims[0]} – z{dims[-1]}", tuple(dims)) for _number, dims in sorted(groups.items())
    ]


def _by_effect(found: Sequence[int], effects: Sequence[float]) -> list[Group]:
    ranked = sorted(found, key=lambda dim: -effects[dim])
    top = max(effects, default=0.0) or 1.0
    strong = tuple(dim for dim in ranked if effects[dim] >= STRONG * top)
    weak = tuple(dim for dim in ranked if effects[dim] < WEAK * top)
    middle = tuple(dim for dim in ranked if WEAK * top <= effects[dim] < STRONG * top)
    heads = (_("strong effect"), _("some effect"), _("hardly any effect"))
    return _without_empty(zip(heads, (strong, middle, weak), strict=True))


def _by_value(found: Sequence[int], away: Sequence[float]) -> list[Group]:
    ranked = sorted(found, key=lambda dim: -away[dim])
    high = tuple(dim for dim in ranked if away[dim] > 1)
    low = tuple(dim for dim in ranked if away[dim] < -1)
    middle = tuple(dim for dim in ranked if -1 <= away[dim] <= 1)
    heads = (_("high"), _("near the middle"), _("low"))
    return _without_empty(zip(heads, (high, middle, low), strict=True))


def _by_link(found: Sequence[int], links: Mapping[str, Collection[int]]) -> list[Group]:
    linked = {dim for dims in links.values() for dim in dims}
    groups = [
        (_("linked group {letter}").format(letter=letter), tuple(d for d in found if d in dims))
        for letter, dims in links.items()
    ]
    groups.append((_("not linked"), tuple(dim for dim in found if dim not in linked)))
    return [Group(title, dims) for title, dims in groups if dims]


def _without_empty(pairs) -> list[Group]:  # noqa: ANN001 - a zip of the two above
    groups = [Group(title, dims) for title, dims in pairs if dims]
    return [Group("", groups[0].dims)] if len(groups) == 1 else groups
