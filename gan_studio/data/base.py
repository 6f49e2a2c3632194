"""The contract of a data set: options in, prepared arrays out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from gan_studio.core.registry import Registry
from gan_studio.core.samples import SampleSpec

if TYPE_CHECKING:
    from gan_studio.data.distributions import Distribution

Array = npt.NDArray[Any]


def _ignore_progress(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class DataContext:
    """What a data set may use while it prepares itself.

    Attributes:
        cache_dir: where downloads and memory-mapped caches live.
        progress: called as ``progress(done, total, what)``; `what` is "download", "scan" or
            "decode"; `total` is 0 while unknown.
        is_cancelled: asked often; a data set raises `Cancelled` and leaves nothing half-written.
    """

    cache_dir: Path
    progress: Callable[[int, int, str], None] = _ignore_progress
    is_cancelled: Callable[[], bool] = _never


@dataclass(frozen=True)
class Refused:
    """A file that was left out, and why (one clause, no full stop)."""

    path: str
    reason: str


@dataclass(frozen=True)
class Split:
    """One part of a data set.

    Attributes:
        samples: pictures as uint8 ``[N, C, H, W]`` (an array or a memory map), or points as
            float32 ``[N, 1]`` or ``[N, 2]``.
        labels: int64 ``[N]`` class numbers, or None.
        extras: more per-sample arrays by name (``attributes``, ``target`` ...), each ``[N, ...]``.
        is_streamed: whether `samples` is a memory map that must not be loaded whole.
    """

    samples: Array
    labels: Array | None = None
    extras: Mapping[str, Array] = field(default_factory=dict)
    is_streamed: bool = False

    def __len__(self) -> int:
        return len(self.samples)


@dataclass(frozen=True)
class Prepared:
    """A data set that is ready to be trained on.

    Attributes:
        spec: the shape of one sample, class names.
        train: what networks learn from.
        held_out: what they never see: reconstructions and scores use it; may be empty.
        fingerprint: SHA-256 (hex) of the content after all transforms, for the manifest.
        title: how a person calls it ("MNIST", the folder's name).
        refused: files that were left out.
        notes: sentences (already formatted) about what was done, such as "12 files were cropped".
        flip: whether batches may be mirrored left to right at random.
    """

    spec: SampleSpec
    train: Split
    held_out: Split
    fingerprint: str
    title: str
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    flip: bool = False


class DataSource(ABC):
    """One kind of data set. Instances are made from the options and hold nothing but them."""

    options_type: ClassVar[type[Any]]

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def prepare(self, context: DataContext) -> Prepared:
        """Read, check and transform the data.

        Raises:
            BadData: nothing usable is there.
            BadFile: a file is damaged.
            DownloadFailed: a file could not be fetched or verified.
            Cancelled: the person cancelled.
        """

    def density(self, prepared: Prepared) -> Distribution | None:
        """What the points of `prepared` are drawn from, where that is known; for the lab."""
        return None

    def sample_spec(self, context: DataContext) -> SampleSpec | None:
        """The shape of one sample where it is known before `prepare`, else None.

        It neither downloads nor decodes many files; it may raise what `prepare` raises.
        """
        return None

    def is_here(self, context: DataContext) -> bool:
        """Whether `prepare` needs no download."""
        return True

    @classmethod
    def recognise(cls, path: Path) -> Any | None:
        """Options that read `path`, or None when it is not of this kind.

        A path given by a person (a folder that was dropped, ``--data PATH``) is offered to every
        registered kind in the registry's order; the first that recognises it takes it.
        """
        return None


DATASETS: Registry[type[DataSource]] = Registry(
    "dataset", "gan_studio.data.kinds", "gan_studio.datasets"
)


def empty_like(split: Split) -> Split:
    """A split of the same shapes with no samples."""
    labels = None if split.labels is None else np.asarray(split.labels[:0])
    extras = {name: np.asarray(values[:0]) for name, values in split.extras.items()}
    return Split(np.asarray(split.samples[:0]), labels, extras)


def choose_source(path: Path) -> tuple[str, Any]:
    """The key and the options of the kind that recognises `path`.

    Raises:
        BadData: no kind does; says what kinds of folder there are.
    """
    from gan_studio.core.errors import BadData

    if not path.exists():
        raise BadData(path, "there is no such file or folder", "Check the path.")
    for entry in DATASETS:
        options = entry.target.recognise(path)
        if options is not None:
            return entry.key, options
    raise BadData(
        path,
        "is neither a folder of pictures nor a folder with IDX files",
        "Choose a folder that holds PNG, JPEG, WebP, BMP, GIF or TIFF pictures.",
    )
