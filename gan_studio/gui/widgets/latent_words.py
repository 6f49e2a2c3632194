"""What a latent slider says of itself: its tooltip, and what is read aloud. No Qt."""

from __future__ import annotations

from gan_studio.core.i18n import _


def tip(
    dim: int, value: float, middle: float, effect: float | None, others: int, *, is_locked: bool
) -> str:
    """The tooltip of a row; `others` move together with it."""
    lines = [f"z{dim} = {value:.3f}"]
    if effect is not None:
        words = _("One standard deviation changes a pixel by {levels:.1f} of 255 on average.")
        lines.append(words.format(levels=effect))
    if abs(middle) > 0.005:
        words = _("The middle is {middle:+.2f}: the mean of the codes of the data.")
        lines.append(words.format(middle=middle))
    if is_locked:
        return "\n".join([*lines, locked()])
    if others:
        words = _("Moves together with {n} more, all by the same number of standard deviations.")
        lines.append(words.format(n=others))
    lines.append(_("Drag (Ctrl: finely, Shift: coarsely). Double click: to the middle."))
    lines.append(_("Click the number twice: type it. Ctrl+click the name: choose several."))
    return "\n".join(lines)


def locked() -> str:
    """What the lock of a row does."""
    return _("Locked: sliders, random draws, directions and Reset leave it alone. L unlocks it.")


def spoken(dim: int, value: float, others: int, *, is_locked: bool) -> str:
    """The row that has the keys, for those who cannot see it."""
    words = [f"z{dim} {value:.2f}"]
    if is_locked:
        words.append(_("locked"))
    elif others:
        words.append(_("moves together with {n} more").format(n=others))
    return ", ".join(words)
