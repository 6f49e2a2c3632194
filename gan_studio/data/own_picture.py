"""One picture of a person, brought to what a model takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gan_studio.core.errors import BadFile
from gan_studio.data.pictures import Framing, Unusable, decode, decode_pixels, quiet_pillow
from gan_studio.data.placing import MASS, MNIST_SHARE, Habit, Placed, Placing, place

if TYPE_CHECKING:
    from gan_studio.core.samples import SampleSpec
    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Array


def usual_placing(habit: Habit, *, is_inverted: bool = False) -> Placing:
    """What suits a data set: where all its pictures keep to a size or place, so shall this one."""
    return Placing(habit.is_centred, habit.is_sized, is_inverted)


def unknown_habit(spec: SampleSpec) -> Habit:
    """Of data that is not here: pictures are left where they are."""
    _channels, height, width = spec.shape
    box = max(1, round(min(height, width) * MNIST_SHARE))
    return Habit(box, (height / 2, width / 2), MASS)


def fitted(
    source: Path | Array, name: str, spec: SampleSpec, data: Plug, placing: Placing, habit: Habit
) -> Placed:
    """A picture, uint8 ``[C, H, W]``, of a model's shape and placed as its training pictures are.

    Args:
        source: a file, or pixels uint8 ``[H, W, 3 or 4]``.
        name: what errors call it.
        spec: the model's shape.
        data: the run's data; where it says how to make pictures square, that is followed.
        placing: what else is done.
        habit: where the training pictures have what they show.

    Raises:
        BadFile: it is no picture that can be used.
    """
    fit = getattr(data.options, "fit", "crop")
    background = getattr(data.options, "background", "black")
    framing = Framing(spec.shape[1], spec.shape[0], fit, background)
    try:
        with quiet_pillow():
            if isinstance(source, Path):
                decoded = decode(source, framing)
            else:
                decoded = decode_pixels(source, framing)
    except Unusable as reason:
        raise BadFile(path=name, reason=str(reason)) from reason
    return place(decoded.pixels, placing, habit)
