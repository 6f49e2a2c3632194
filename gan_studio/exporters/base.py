"""The contract of an exporter: a model goes in; a file or a folder comes out, whole or not at all.

An exporter is one file: a frozen dataclass of options and a subclass of `Exporter` registered in
`EXPORTERS`. Options that most of them have are in `_fields`, drawing in `_drawing`.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from gan_studio.core.errors import AlreadyThere, Cancelled, Unsupported
from gan_studio.core.paths import folder_atomically, write_atomically
from gan_studio.core.registry import Registry

if TYPE_CHECKING:
    from gan_studio.data.base import Prepared
    from gan_studio.inference.bundle import Bundle
    from gan_studio.inference.places import Places

Progress = Callable[[int, int, str], None]
MODEL, SAMPLES, DATASET = "model", "samples", "dataset"  # what is taken away: `group` of an entry


def _ignore_progress(done: int, total: int, what: str) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Watch:
    """Who is told how far the work is, and who may end it.

    Attributes:
        progress: called as ``progress(done, total, what)``; `what` is "draw", "learn", "trace",
            "check" or what a data set says while it prepares itself.
        is_cancelled: asked often.
    """

    progress: Progress = _ignore_progress
    is_cancelled: Callable[[], bool] = _never

    def tell(self, done: int, total: int, what: str) -> None:
        """Report, and end here if that is wanted.

        Raises:
            Cancelled: it is.
        """
        if self.is_cancelled():
            raise Cancelled
        self.progress(done, total, what)


class Source:
    """What is taken away.

    Args:
        bundle: the model.
        places: what is drawn, for formats that take places; None draws by seed.
        prepare: gives the data that the model was trained on, for formats that ask for it.
        cache: where a classifier of them may be kept.
    """

    def __init__(
        self,
        bundle: Bundle,
        places: Places | None = None,
        prepare: Callable[[Watch], Prepared] | None = None,
        cache: Path | None = None,
    ) -> None:
        self.bundle, self.places, self.prepare, self.cache = bundle, places, prepare, cache


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        path: the file or folder.
        facts: plain values about it, for machines.
        notes: sentences (already formatted) for people.
    """

    path: Path
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Exporter(ABC):
    """One format. Instances hold their options and nothing else.

    Whoever exports beside a training sets the number of threads before (`use_threads`).
    """

    ending: ClassVar[str] = ""
    """What the name of the file ends in; "" for formats that are a folder."""

    most_places: ClassVar[int] = 0
    """How many places of its source it draws instead of a seed's; 0 always draws by seed."""

    def __init__(self, options: Any) -> None:
        self.options = options

    def check(self, bundle: Bundle) -> None:
        """Refuse models that the format cannot take.

        Raises:
            Unsupported: it draws no pictures from latents.
            BadConfig: the options do not fit the model.
        """
        if bundle.latent is None or not bundle.spec.is_image:
            need = "draws pictures from a latent"
            raise Unsupported(what="Exporting", need=need, family=bundle.family_key)

    @abstractmethod
    def write(self, source: Source, out: Path, watch: Watch) -> Exported:
        """Write `out`, which must not be there yet.

        Raises:
            AlreadyThere: it is.
            DiskProblem: the folder is full, read-only or gone; nothing is left behind.
            Cancelled: nothing is left behind.
            StudioError: as the format says.
        """


EXPORTERS: Registry[type[Exporter]] = Registry(
    "exporter", "gan_studio.exporters", "gan_studio.exporters"
)


@contextlib.contextmanager
def new_folder(out: Path, *, has_many_files: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes `out` when the block ends well.

    Args:
        out: a folder that is not there yet.
        has_many_files: do not wait until each of them is on the disk.

    Raises:
        AlreadyThere: it is, before or by then.
        DiskProblem: the folder is full, read-only or gone.
    """
    refuse_existing(out)
    with folder_atomically(out, waits_for_disk=not has_many_files) as folder:
        yield folder
        refuse_existing(out)


def new_file(out: Path, data: bytes) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises:
        AlreadyThere: it is.
        DiskProblem: the folder is full, read-only or gone.
    """
    refuse_existing(out)
    write_atomically(out, data)


def refuse_existing(out: Path) -> None:
    """Nothing is overwritten.

    Raises:
        AlreadyThere: `out` exists.
    """
    if out.exists():
        raise AlreadyThere(path=out)
