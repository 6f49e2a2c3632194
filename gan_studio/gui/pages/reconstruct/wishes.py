"""Which pictures a person wants to see reconstructed, and where they come from. No torch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gan_studio.core.samples import SampleSpec
    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Prepared

HELD_OUT, TRAINING, OWN = "held_out", "train", "own"
DRAWN, WORST, BEST = "drawn", "worst", "best"
SOURCES = {
    HELD_OUT: N_("held out"),
    TRAINING: N_("training"),
    OWN: N_("my own pictures"),
}
ORDERS = {DRAWN: N_("as drawn"), WORST: N_("worst first"), BEST: N_("best first")}
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
    """Pictures from files: uint8 ``[N, C, H, W]``, what was done, and what was refused."""

    images: Any
    names: tuple[str, ...]
    notes: tuple[str, ...]


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
    files: Sequence[Path | Any], spec: SampleSpec, data: Plug, *, is_inverted: bool
) -> OwnPictures:
    """Bring picture files to the shape that a model takes, as a folder of pictures would be.

    Args:
        files: paths, or uint8 arrays ``[H, W, 3]`` that were dropped as pictures.
        spec: the model's shape.
        data: the run's data; where it says how to make pictures square, that is followed.
        is_inverted: swap black and white.

    Raises:
        NoneUsable: no file is a picture.
    """
    import numpy as np

    from gan_studio.data.pictures import Framing, Unusable, decode, quiet_pillow

    channels, height, _width = spec.shape
    fit = getattr(data.options, "fit", "crop")
    background = getattr(data.options, "background", "black")
    framing = Framing(height, channels, fit, background)
    images, names, refused = [], [], []
    with quiet_pillow():
        for file in files:
            try:
                pixels = decode(file, framing).pixels
            except Unusable as reason:
                refused.append(f"{file.name}: {_(str(reason))}")
                continue
            images.append(255 - pixels if is_inverted else pixels)
            names.append(file.name)
    if not images:
        raise NoneUsable(first=refused[0] if refused else _("there are none"))
    return OwnPictures(
        np.stack(images), tuple(names), _notes(len(images), height, channels, fit, refused)
    )


def _notes(
    count: int, size: int, channels: int, fit: str, refused: Sequence[str]
) -> tuple[str, ...]:
    ways = {
        "crop": _("cropped to the middle square"),
        "pad": _("padded"),
        "stretch": _("stretched"),
    }
    colours = _("grey") if channels == 1 else _("colour")
    done = _("{count} pictures were {way}, brought to {size} × {size} pixels and to {colours}.")
    notes = [done.format(count=count, way=ways.get(fit, fit), size=size, colours=colours)]
    if refused:
        left = _("Left out: {files}.")
        notes.append(left.format(files="; ".join(refused[:3])))
    return tuple(notes)
