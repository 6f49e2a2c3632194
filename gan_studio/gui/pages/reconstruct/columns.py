"""What the models of a comparison made of its pictures. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_studio.gui.pages.reconstruct.wishes import Wish


@dataclass(frozen=True, eq=False)
class Column:
    """What one model made of the chosen pictures; arrays as in `Reconstruction`, on numpy.

    Attributes:
        mark: a few words on where the copies come from, "" where a decoder made them.
        is_there: which rows there are; empty where there are all. Numbers of missing ones are NaN.
        is_settled: whether the copies stay as they are.
        notes: what is to be known of each row beyond the numbers; may be empty.
    """

    copies: npt.NDArray[np.uint8]
    errors: npt.NDArray[np.float32]
    mse: list[float]
    psnr: list[float]
    ssim: list[float]
    latents: npt.NDArray[np.float32]
    mark: str = ""
    is_there: tuple[bool, ...] = ()
    is_settled: bool = True
    notes: tuple[str, ...] = ()

    def has(self, row: int) -> bool:
        """Whether there is a copy of this picture."""
        return not self.is_there or self.is_there[row]

    @property
    def largest_error(self) -> float:
        """What all but one pixel in a hundred stay below: a few outliers must not fade the rest."""
        errors = self.errors[list(self.is_there)] if self.is_there else self.errors
        return float(np.quantile(np.abs(errors), 0.99)) if errors.size else 0.0


@dataclass(frozen=True, eq=False)
class Compared:
    """The answer to a `Wish`: `rows` says which of its pictures were chosen.

    A column is None where there is no encoder, or where something is wrong: then `problems` has it.
    """

    wish: Wish
    rows: list[int]
    columns: Sequence[Column | None]
    milliseconds: float
    problems: tuple[Exception, ...] = ()


def empty_column(shape: Sequence[int], mark: str = "") -> Column:
    """A column of pictures ``[N, C, H, W]`` none of which is there."""
    count = shape[0]
    none = [float("nan")] * count
    return Column(
        np.zeros(shape, np.uint8),
        np.zeros(shape, np.float32),
        none,
        none,
        none,
        np.zeros((count, 0), np.float32),
        mark,
        (False,) * count,
    )
