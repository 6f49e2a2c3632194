"""Which pictures a person wants to see reconstructed, and where they come from. No torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.core.samples import SampleSpec
    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Prepared
    from gan_studio.data.pictures import Framing
    from gan_studio.data.placing import Habit, Placed, Placing

HELD_OUT, TRAINING, OWN = "held_out", "train", "own"
DRAWN, WORST, BEST = "drawn", "worst", "best"
SOURCES = {
    HELD_OUT: N_("held out"),
    TRAINING: N_("training"),
    OWN: N_("my own pictures"),
}
ORDERS = {DRAWN: N_("at random"), WORST: N_("worst first"), BEST: N_("best first")}
POOL = 1000  # pictures among which the worst are looked for


@dataclass(frozen=True, eq=False)
class Wish:
    """Pictures, uint8 ``[P, C, H, W]``, of which `count` are shown in an order.

    Attributes:
        total: how many there are to draw from.
        source: which split they are of, `OWN` for a person's own.
        indices: int ``[P]``, which samples of the split they are; None for a person's own.
        class_index: the only class that is wanted, or None.
        part: of a ranking, from 0: the first `count`, the next ...
        column: which column's error decides on the order.
        is_ranked: whether these are the worst or best of the whole split, in their order.
    """

    images: Any
    captions: tuple[str, ...]
    count: int
    order: str = DRAWN
    total: int = 0
    source: str = OWN
    indices: Any = None
    class_index: int | None = None
    part: int = 0
    column: int = 0
    is_ranked: bool = False


@dataclass(frozen=True, eq=False)
class OwnPictures:
    """A person's pictures, as a model takes them.

    Attributes:
        images: uint8 ``[N, C, H, W]``.
        names: of the files.
        notes: sentences: what was done, and what was refused.
        is_light: whether most have a light ground where the training pictures' is dark.
    """

    images: Any
    names: tuple[str, ...]
    notes: tuple[str, ...]
    is_light: bool = False


@dataclass(frozen=True, eq=False)
class Loose:
    """A picture without a file, pasted or dropped."""

    name: str
    image: QImage


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture from the pad, uint8 ``[C, H, W]``: a model takes it as it is."""

    name: str
    pixels: Any


Own = Path | Loose | Drawn


class NoneUsable(StudioError):
    """Files of which none is a picture."""

    message = N_("None of the files can be used ({first}).")
    hint = N_("Choose PNG, JPEG, WebP, BMP, GIF or TIFF pictures.")


def draw(
    prepared: Prepared, source: str, count: int, order: str, seed: int, class_index: int | None
) -> Wish:
    """A random draw: what is shown, or the pool from which the worst are chosen."""
    from gan_studio.data.preview import sample_grid

    split = prepared.held_out if source == HELD_OUT else prepared.train
    pool = count if order == DRAWN else max(count, POOL)
    grid = sample_grid(prepared, pool, seed, source, class_index)
    captions = _captions(prepared, grid.labels)
    whose = (source, grid.indices, class_index, seed - 1)
    return Wish(grid.samples, captions, count, order, len(split), *whose)


def rank(wish: Wish, prepared: Prepared, mse: Any) -> Wish:
    """The worst or best of the whole held-out set.

    Args:
        wish: what was drawn for want of errors.
        prepared: the data that it was drawn from.
        mse: the error of each held-out picture, by the column that decides.
    """
    import numpy as np

    split = prepared.held_out
    ranked = np.argsort(mse, kind="stable")
    if wish.order == WORST:
        ranked = ranked[::-1]
    if wish.class_index is not None and split.labels is not None:
        ranked = ranked[split.labels[ranked] == wish.class_index]
    parts = max(1, -(-len(ranked) // wish.count))
    start = wish.part % parts * wish.count
    rows = ranked[start : start + wish.count]
    labels = None if split.labels is None else split.labels[rows]
    return replace(
        wish,
        images=np.take(split.samples, rows, axis=0),
        captions=_captions(prepared, labels),
        indices=rows,
        total=len(ranked),
        is_ranked=True,
    )


def _captions(prepared: Prepared, labels: Any) -> tuple[str, ...]:
    names = prepared.spec.class_names
    return () if labels is None or not names else tuple(names[i] for i in labels)


def load_own(
    items: Sequence[Own], spec: SampleSpec, data: Plug, placing: Placing, habit: Habit
) -> OwnPictures:
    """Bring pictures to the shape that a model takes, as a folder of pictures would be.

    Args:
        items: files, and pictures without files.
        spec: the model's shape.
        data: the run's data; where it says how to make pictures square, that is followed.
        placing: what else is done to them; what was drawn on the pad had that already.
        habit: where the training pictures have what they show.

    Raises:
        NoneUsable: none is a picture.
    """
    import numpy as np

    from gan_studio.data.pictures import Framing, Unusable, quiet_pillow
    from gan_studio.data.placing import DARK, Placed, place

    fit = getattr(data.options, "fit", "crop")
    framing = Framing(
        spec.shape[1], spec.shape[0], fit, getattr(data.options, "background", "black")
    )
    placed, names, refused = [], [], []
    with quiet_pillow():
        for item in items:
            if isinstance(item, Drawn) and item.pixels.shape == spec.shape:
                placed.append(Placed(item.pixels))
            else:
                try:
                    placed.append(place(_decode(item, framing), placing, habit))
                except Unusable as reason:
                    refused.append(f"{item.name}: {_(str(reason))}")
                    continue
            names.append(item.name)
    if not placed:
        raise NoneUsable(first=refused[0] if refused else _("there are none"))
    is_light = habit.ground < DARK and sum(item.is_light for item in placed) * 2 > len(placed)
    notes = _notes(items, placed, framing, refused)
    return OwnPictures(np.stack([item.pixels for item in placed]), tuple(names), notes, is_light)


def _decode(item: Own, framing: Framing) -> Any:
    from gan_studio.data.pictures import decode, decode_pixels
    from gan_studio.gui.widgets.pictures import to_array

    if isinstance(item, Path):
        return decode(item, framing).pixels
    pixels = to_array(item.image) if isinstance(item, Loose) else item.pixels.transpose(1, 2, 0)
    if pixels.shape[-1] == 1:
        pixels = pixels.repeat(3, axis=-1)
    return decode_pixels(pixels, framing).pixels


def _notes(
    items: Sequence[Own], placed: Sequence[Placed], framing: Framing, refused: Sequence[str]
) -> tuple[str, ...]:
    notes = []
    drawn = sum(isinstance(item, Drawn) for item in items)
    if drawn:
        notes.append(_("From the pad, as the models saw it: {count}.").format(count=drawn))
    if len(placed) > drawn:
        notes.append(_converted(len(placed) - drawn, framing))
    moved = [item for item in placed if item.down or item.right or item.scale != 1]
    if moved:
        words = _("Brought to the size or place of the training pictures: {count}.")
        notes.append(words.format(count=len(moved)))
    if refused:
        left = _("Left out: {files}.")
        notes.append(left.format(files="; ".join(refused[:3])))
    return tuple(notes)


def _converted(count: int, framing: Framing) -> str:
    ways = {
        "crop": _("cropped to the middle square"),
        "pad": _("padded"),
        "stretch": _("stretched"),
    }
    colours = _("grey") if framing.channels == 1 else _("colour")
    done = ngettext(
        "{count} picture was {way}, brought to {size} × {size} pixels and to {colours}.",
        "{count} pictures were {way}, brought to {size} × {size} pixels and to {colours}.",
        count,
    )
    way = ways.get(framing.fit, framing.fit)
    return done.format(count=count, way=way, size=framing.size, colours=colours)


def placing_words(placed: Placed) -> str:
    """What was done to a picture, in a few words."""
    parts = []
    if placed.scale != 1:
        parts.append(_("{factor}× as large").format(factor=f"{placed.scale:.2f}"))
    if placed.right:
        way = _("{count} right") if placed.right > 0 else _("{count} left")
        parts.append(way.format(count=abs(placed.right)))
    if placed.down:
        way = _("{count} down") if placed.down > 0 else _("{count} up")
        parts.append(way.format(count=abs(placed.down)))
    return " · ".join(parts) or _("left as it is")
