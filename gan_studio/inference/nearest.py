"""The training pictures nearest to a picture: is what the model draws learned by heart?

The search is exact. Pictures are bytes; with 128 subtracted every product is a whole number of at
most 2^14, so that float32 adds up 1,024 of them without rounding, in whatever order: longer
pictures are cut into pieces of that length. A copy is found at a distance of exactly 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gan_studio.core.errors import Cancelled, StudioError
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gan_studio.data.base import Prepared, Split

Bytes = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]
PIXELS, SHIFTED = "pixels", "shifted"
WAYS = {
    PIXELS: N_("pixels"),
    SHIFTED: N_("pixels, moved by up to 1"),
}
EXACT = 1024  # products of bytes that float32 adds up without rounding
CHUNK_BYTES = 4 * 2**20  # of training pictures that are compared at once, as bytes
QUERIES = 256  # variants of pictures that are compared at once
HELD_OUT = 500  # held-out pictures that tell how far real pictures are from each other


class OtherSize(StudioError):
    """Pictures of two sizes, which cannot be compared."""

    message = N_("Pictures of {size} cannot be compared with training pictures of {own}.")
    hint = N_("Choose the run that these pictures come from.")


@dataclass(frozen=True, eq=False)
class Nearest:
    """The `k` nearest training pictures of each of `N`, the nearest first.

    Attributes:
        rows: their numbers in the training set, int64 ``[N, k]``.
        distances: root mean square difference in grey levels (of 255), float64 ``[N, k]``.
        is_mirrored: whether the training picture's mirror image is meant, bool ``[N, k]``.
    """

    rows: npt.NDArray[np.int64]
    distances: Doubles
    is_mirrored: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scale:
    """How far held-out pictures are from the training pictures nearest to them.

    Attributes:
        distances: of each of them, ascending, float64 ``[n]``.
    """

    distances: Doubles

    def share_nearer(self, distance: float) -> float:
        """The share of held-out pictures that are as near as `distance` or nearer."""
        if not len(self.distances):
            return math.nan
        found = np.searchsorted(self.distances, distance, side="right")
        return float(found / len(self.distances))

    def limit(self, share: float) -> float:
        """The distance that `share` of the held-out pictures stay below."""
        return float(np.quantile(self.distances, share)) if len(self.distances) else 0.0


class TrainingPictures:
    """The pictures of a training split, ready to be compared with.

    It keeps their sums of squares (8 bytes each) and reads the rest again for every search: arrays
    and memory maps of any size do.

    Args:
        split: uint8 ``[N, C, H, W]``.
        flip: whether the run learned mirror images as well; they count as training pictures then.
    """

    def __init__(self, split: Split, *, flip: bool = False) -> None:
        self.samples: Bytes = split.samples
        self.flip = flip
        self._squares: Doubles | None = None
        self._rows = max(1, CHUNK_BYTES // max(1, math.prod(self.samples.shape[1:])))

    def __len__(self) -> int:
        return len(self.samples)

    def pictures(self, found: Nearest) -> Bytes:
        """What was found, as it was compared: uint8 ``[N, k, C, H, W]``, mirrored where meant."""
        pictures = np.asarray(self.samples[found.rows.ravel()])
        pictures = pictures.reshape(*found.rows.shape, *self.samples.shape[1:])
        meant = np.where(found.is_mirrored[..., None, None, None], pictures[..., ::-1], pictures)
        return np.ascontiguousarray(meant)

    @torch.inference_mode()
    def nearest(
        self,
        pictures: Bytes,
        count: int,
        way: str = PIXELS,
        progress: Callable[[int, int], None] | None = None,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Nearest:
        """Compare with every training picture.

        Args:
            pictures: uint8 ``[N, C, H, W]`` of the training pictures' size.
            count: how many are wanted of each; no more than there are come back.
            way: `PIXELS`, or `SHIFTED`: the least distance of nine, with the picture moved by up to
                one pixel in any direction (its border repeated).
            progress: is told (pieces of work done, all pieces).
            is_cancelled: asked after every piece.

        Raises:
            OtherSize: the pictures are of another size.
            Cancelled: it was.
        """
        _check_shape(pictures, self.samples)
        count = min(count, len(self))
        per_picture = (9 if way == SHIFTED else 1) * (2 if self.flip else 1)
        step = max(1, QUERIES // per_picture)
        starts = range(0, len(pictures), step)
        pieces = math.ceil(len(self) / self._rows)
        parts = []
        for number, start in enumerate(starts):

            def tell(done: int, before: int = number * pieces) -> None:
                if is_cancelled():
                    raise Cancelled
                if progress is not None:
                    progress(before + done, len(starts) * pieces)

            parts.append(self._search(pictures[start : start + step], count, way, tell))
        return _joined(parts, count)

    def _search(
        self, pictures: Bytes, count: int, way: str, tell: Callable[[int], None]
    ) -> Nearest:
        variants = _variants(pictures, way, flip=self.flip)  # [V, N, size]
        kinds, number = variants.shape[:2]
        queries = variants.flatten(0, 1)
        own = _squares_of(queries).view(kinds, number)
        best = _Best(number, count)
        for piece, (start, chunk) in enumerate(self._chunks(), 1):
            squares = self._squares_at(start, chunk)
            products = _products(queries, chunk).view(kinds, number, -1)
            # Whole numbers throughout: nothing is lost to the subtraction.
            found = products.mul_(-2).add_(own[:, :, None]).add_(squares)
            best.take(start, found)
            tell(piece)
        return best.found(_is_mirror(kinds, flip=self.flip), queries.shape[1])

    def _chunks(self) -> Iterator[tuple[int, Tensor]]:
        for start in range(0, len(self), self._rows):
            part = np.ascontiguousarray(self.samples[start : start + self._rows])
            yield start, _centred(part)

    def _squares_at(self, start: int, chunk: Tensor) -> Tensor:
        if self._squares is None:
            self._squares = np.full(len(self), np.nan)
        known = self._squares[start : start + len(chunk)]
        if np.isnan(known).any():
            known[:] = _squares_of(chunk).numpy()
        return torch.from_numpy(known)


def scale_of(
    prepared: Prepared,
    training: TrainingPictures,
    way: str = PIXELS,
    most: int = HELD_OUT,
    progress: Callable[[int, int], None] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Scale:
    """Look for the nearest training picture of each of `most` held-out ones, spread over the set.

    Without held-out pictures the scale is empty.

    Raises:
        Cancelled: it was.
    """
    held_out = prepared.held_out.samples
    if not len(held_out) or not len(training):
        return Scale(np.zeros(0))
    rows = np.unique(np.linspace(0, len(held_out) - 1, min(most, len(held_out))).astype(int))
    pictures = np.ascontiguousarray(held_out[rows])
    found = training.nearest(pictures, 1, way, progress, is_cancelled)
    return Scale(np.sort(found.distances[:, 0]))


class _Best:
    """The nearest so far; among equally near ones those that stand first in the set."""

    def __init__(self, number: int, count: int) -> None:
        self._count = count
        self._squared = torch.empty((number, 0), dtype=torch.float64)
        self._rows = torch.empty((number, 0), dtype=torch.int64)
        self._kinds = torch.empty((number, 0), dtype=torch.int64)

    def take(self, start: int, squared: Tensor) -> None:
        """Of `squared` ``[variants, N, rows]``, the distances of a chunk that begins at `start`."""
        least, kinds = squared.min(0)
        some = min(self._count, least.shape[1])
        found, places = least.topk(some, dim=1, largest=False)
        # `topk` promises no order among equals; the last one may have equals that it left out.
        found, places = _first_of_equals(least, found, places)
        every = torch.cat([self._squared, found], 1)
        rows = torch.cat([self._rows, places + start], 1)
        which = torch.cat([self._kinds, kinds.gather(1, places)], 1)
        order = every.argsort(dim=1, stable=True)[:, : self._count]
        self._squared, self._rows = every.gather(1, order), rows.gather(1, order)
        self._kinds = which.gather(1, order)

    def found(self, is_mirror: Tensor, size: int) -> Nearest:
        distances = (self._squared / size).sqrt()
        return Nearest(self._rows.numpy(), distances.numpy(), is_mirror[self._kinds].numpy())


def _first_of_equals(least: Tensor, found: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """The same distances, each at the first of the places that are as near."""
    last = found.max(1).values
    fixed = [(row <= bound).nonzero().flatten() for row, bound in zip(least, last, strict=True)]
    for index, candidates in enumerate(fixed):
        order = least[index, candidates].argsort(stable=True)[: found.shape[1]]
        places[index] = candidates[order]
    return least.gather(1, places), places


def _variants(pictures: Bytes, way: str, *, flip: bool) -> Tensor:
    """All that a picture may be compared as, float32 ``[variants, N, size]`` around 0.

    The picture is mirrored and moved rather than all the training pictures: it comes to the same.
    Plain variants come first, so that they win among equals.
    """
    kinds = [pictures]
    if way == SHIFTED:
        padded = np.pad(pictures, ((0, 0), (0, 0), (1, 1), (1, 1)), mode="edge")
        height, width = pictures.shape[2:]
        corners = sorted(((y, x) for y in range(3) for x in range(3)), key=lambda at: at != (1, 1))
        kinds = [padded[:, :, y : y + height, x : x + width] for y, x in corners]
    if flip:
        kinds += [kind[..., ::-1] for kind in kinds]
    return torch.stack([_centred(np.ascontiguousarray(kind)) for kind in kinds])


def _is_mirror(kinds: int, *, flip: bool) -> Tensor:
    return torch.arange(kinds) >= (kinds // 2 if flip else kinds)


def _centred(pictures: Bytes) -> Tensor:
    """float32 ``[N, size]``, whole numbers from -128 to 127."""
    return torch.from_numpy(pictures.reshape(len(pictures), -1).astype(np.float32)).sub_(128)


def _squares_of(rows: Tensor) -> Tensor:
    """float64 ``[N]``, exact."""
    parts = [part.square().sum(1).double() for part in torch.split(rows, EXACT, 1)]
    return torch.stack(parts).sum(0)


def _products(one: Tensor, other: Tensor) -> Tensor:
    """float64 ``[N, M]``: all scalar products, exact."""
    total: Tensor | None = None
    for left, right in zip(torch.split(one, EXACT, 1), torch.split(other, EXACT, 1), strict=True):
        part = (left @ right.T).double()
        total = part if total is None else total.add_(part)
    assert total is not None, "pictures have pixels"
    return total


def _joined(parts: list[Nearest], count: int) -> Nearest:
    if not parts:
        return Nearest(
            np.zeros((0, count), np.int64), np.zeros((0, count)), np.zeros((0, count), np.bool_)
        )
    return Nearest(
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.distances for part in parts]),
        np.concatenate([part.is_mirrored for part in parts]),
    )


def _check_shape(pictures: Bytes, samples: Bytes) -> None:
    if pictures.ndim != 4 or pictures.shape[1:] != samples.shape[1:]:
        size, own = (" x ".join(map(str, some.shape[1:])) for some in (pictures, samples))
        raise OtherSize(size=size, own=own)
