"""CIFAR-10: 60,000 small colour photographs."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_studio.core.errors import BadData, BadFile, Cancelled
from gan_studio.core.i18n import N_
from gan_studio.core.samples import SampleSpec
from gan_studio.data.base import DATASETS, DataContext, DataSource, Prepared, Split
from gan_studio.data.downloads import Remote, fetch, is_intact
from gan_studio.data.fingerprint import fingerprint
from gan_studio.data.idx_sets import DownloadOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLASS_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
_SHAPE = (3, 32, 32)
_RECORD_BYTES = 1 + 3 * 32 * 32
_TRAIN_NAMES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
_TEST_NAME = "test_batch.bin"
_MOST_BYTES = 2**28  # of one member; the published ones have 31 MB
_ARCHIVE = "cifar-10-binary.tar.gz"
_ARCHIVE_BYTES = 170_052_171
_PICKLED = ("cifar-10-python.tar.gz", "data_batch_1")


# Torchvision reads the "python version", whose members are pickles: loading one may run any
# program that its author wrote into it. So this reads the "binary version" from the same server
# (one label byte, then 3,072 bytes: the red, the green and the blue plane, row by row), which can
# hold nothing but pictures, and refuses a folder that has only pickles.
@DATASETS.register(
    "cifar10",
    title=N_("CIFAR-10"),
    options=DownloadOptions,
    help=N_("60,000 photographs of 32 × 32 in ten classes, colour; 170 MB are downloaded once."),
    paper="https://www.cs.toronto.edu/~kriz/learning-features-2009-TR.pdf",
    order=12,
)
class Cifar10(DataSource):
    """Krizhevsky 2009: 50,000 to train on, 10,000 held out."""

    options_type = DownloadOptions
    # Published on https://www.cs.toronto.edu/~kriz/cifar.html beside the archive.
    archive_md5 = "c32a1d4ab5d03f1284b67883e8d87530"

    def remotes(self) -> tuple[Remote, ...]:
        """The archive, where it is offered and what its MD5 is."""
        # Here, because importing torchvision takes a second that listing the data sets must not.
        from gan_studio.data.vision import load_torchvision

        url = str(load_torchvision().datasets.CIFAR10.url)
        return (Remote(_ARCHIVE, (f"{url.rpartition('/')[0]}/{_ARCHIVE}",), self.archive_md5),)

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return SampleSpec(_SHAPE, CLASS_NAMES)

    def is_here(self, context: DataContext) -> bool:
        """Whether a folder was given or the archive was downloaded before."""
        return bool(self.options.folder) or (self._cache(context) / _ARCHIVE).is_file()

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        if self.options.folder:
            folder = Path(self.options.folder).expanduser()
        else:
            folder = self._cache(context)
            if not is_intact(folder / _ARCHIVE, self.archive_md5):
                fetch(self.remotes(), folder, context, "CIFAR-10", _ARCHIVE_BYTES)
        train, held_out = _read(folder, context)
        return Prepared(
            spec=self.sample_spec(context),
            train=train,
            held_out=held_out,
            fingerprint=fingerprint(train, held_out),
            title="CIFAR-10",
        )

    @classmethod
    def recognise(cls, path: Path) -> DownloadOptions | None:
        """Take the unpacked folder or one with an archive, also a pickled one, to refuse it."""
        names = (_ARCHIVE, _TRAIN_NAMES[0], *_PICKLED)
        if path.is_dir() and any((path / name).is_file() for name in names):
            return DownloadOptions(str(path))
        return None

    @staticmethod
    def _cache(context: DataContext) -> Path:
        return context.cache_dir / "downloads" / "CIFAR10"


def _read(folder: Path, context: DataContext) -> tuple[Split, Split]:
    parts: dict[str, Split] = {}
    for name, path, content in _members(folder):
        if context.is_cancelled():
            raise Cancelled()
        parts[name] = _parse(path, content)
        context.progress(len(parts), len(_TRAIN_NAMES) + 1, "decode")
    missing = [name for name in (*_TRAIN_NAMES, _TEST_NAME) if name not in parts]
    if missing:
        raise _incomplete(folder, missing)
    train = [parts[name] for name in _TRAIN_NAMES]
    labels = np.concatenate([part.labels for part in train if part.labels is not None])
    return Split(np.concatenate([part.samples for part in train]), labels), parts[_TEST_NAME]


def _members(folder: Path) -> Iterator[tuple[str, Path, bytes]]:
    """The binary files of a folder, or of the archive in it: name, file to blame, content."""
    wanted = {*_TRAIN_NAMES, _TEST_NAME}
    archive = folder / _ARCHIVE
    if not any((folder / name).is_file() for name in wanted) and archive.is_file():
        yield from _archived(archive, wanted)
        return
    for name in sorted(wanted):
        path = folder / name
        if path.is_file():
            try:
                yield name, path, _limited(path, path.stat().st_size, path.read_bytes)
            except OSError as error:
                raise BadFile(path=path, reason=error.strerror or str(error)) from error


def _archived(archive: Path, wanted: set[str]) -> Iterator[tuple[str, Path, bytes]]:
    try:
        # A stream, read front to back: packed bytes are unpacked once, and nothing is extracted.
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                name = member.name.rpartition("/")[2]
                file = tar.extractfile(member) if member.isfile() and name in wanted else None
                if file is not None:
                    yield name, archive, _limited(archive, member.size, file.read)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise BadFile(path=archive, reason=N_("the archive is damaged or incomplete")) from error


def _limited(path: Path, size: int, read: Callable[[], bytes]) -> bytes:
    if size > _MOST_BYTES:
        raise BadFile(path=path, reason=N_("it is far larger than it should be"))
    return read()


def _parse(path: Path, content: bytes) -> Split:
    if not content or len(content) % _RECORD_BYTES:
        reason = f"its length is not a multiple of {_RECORD_BYTES:,} bytes, so it is cut off"
        raise BadFile(path=path, reason=reason)
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, _RECORD_BYTES)
    labels = records[:, 0].astype(np.int64)
    if labels.max() >= len(CLASS_NAMES):
        raise BadFile(path=path, reason=f"it has a label {labels.max()}, but there are ten classes")
    return Split(records[:, 1:].reshape(-1, *_SHAPE).copy(), labels)


def _incomplete(folder: Path, missing: list[str]) -> BadData:
    if any((folder / name).is_file() for name in _PICKLED):
        return BadData(
            folder,
            N_("its files are Python pickles, which could run foreign code and are never opened"),
            N_("Get the binary version (cifar-10-binary.tar.gz) from the same page instead."),
        )
    return BadData(
        folder,
        f"these files are missing: {', '.join(missing)}",
        N_("Put cifar-10-binary.tar.gz, or what is in it, into the folder."),
    )
