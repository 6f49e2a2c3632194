"""Points from a CSV file: one or two numbers per row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.errors import BadData, BadFile
from gan_studio.core.i18n import N_, _
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import param
from gan_studio.data.base import DATASETS, DataContext, DataSource, Prepared, Split
from gan_studio.data.distributions import Distribution, from_points
from gan_studio.data.fingerprint import fingerprint
from gan_studio.data.points_file import parse_points

if TYPE_CHECKING:
    from gan_studio.data.distributions import Floats

_SUFFIXES = (".csv", ".tsv", ".txt")
_HELD_OUT_STRIDE = 10
_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class PointsOptions:
    """Which file."""

    path: str = param(
        "",
        label=N_("File"),
        help=N_(
            "A CSV file with one or two numbers per row. Every tenth row is held out; a row that "
            "cannot be read is named."
        ),
        is_path=True,
    )
    fit: bool = param(
        True,
        label=N_("Fit to −1 … 1"),
        help=N_(
            "Moves and scales all points alike, so that the longer side spans −1 to 1. Small nets "
            "learn badly from numbers in the hundreds."
        ),
    )


@DATASETS.register(
    "points",
    title=N_("Points from a file"),
    options=PointsOptions,
    help=N_("A CSV file with one or two numbers per row, as a spreadsheet saves it."),
    order=60,
)
class Points(DataSource):
    """Samples of shape ``(1,)`` or ``(2,)`` in the order of the file."""

    options_type = PointsOptions

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        if not self.options.path:
            raise BadData("data.path", N_("no file is chosen"), N_("Choose a CSV file."))
        path = Path(self.options.path).expanduser()
        points = parse_points(_read(path), path)
        notes: tuple[str, ...] = ()
        if self.options.fit:
            points, notes = fitted(points)
        return split_points(points.astype(np.float32), path.stem, notes)

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return self.prepare(context).spec  # a file of 64 MB at most

    def density(self, prepared: Prepared) -> Distribution:
        """The histogram of the points: a list of points has no density of its own."""
        return from_points(prepared.train.samples.astype(np.float64))

    @classmethod
    def recognise(cls, path: Path) -> PointsOptions | None:
        """Take text files by their ending."""
        is_ours = path.is_file() and path.suffix.lower() in _SUFFIXES
        return PointsOptions(str(path)) if is_ours else None


def fitted(points: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Points ``[N, dim]`` moved and scaled alike to [-1, 1], and what was done."""
    low, high = points.min(0), points.max(0)
    middle = (low + high) / 2
    scale = float((high - low).max()) / 2 or 1.0
    sentence = _("Points were moved by {move} and divided by {scale}.").format(
        move=", ".join(f"{-value:.4g}" for value in middle), scale=f"{scale:.4g}"
    )
    return (points - middle) / scale, (sentence,)


def split_points(points: Floats, title: str, notes: tuple[str, ...]) -> Prepared:
    """Every tenth point is held out, where there are at least ten."""
    is_held_out = np.arange(len(points)) % _HELD_OUT_STRIDE == _HELD_OUT_STRIDE - 1
    train, held_out = Split(points[~is_held_out]), Split(points[is_held_out])
    return Prepared(
        spec=SampleSpec((points.shape[1],)),
        train=train,
        held_out=held_out,
        fingerprint=fingerprint(train, held_out),
        title=title,
        notes=notes,
    )


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadFile(path=path, reason="is larger than 64 MB")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(path=path, reason="is no text in UTF-8") from error
    except OSError as error:
        raise BadFile(path=path, reason=error.strerror or str(error)) from error
