"""Data sets made of four IDX files: pictures and labels, to train on and held out."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from gan_studio.core.errors import BadData, BadFile
from gan_studio.core.i18n import N_, _
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import param
from gan_studio.data.base import Array, DataContext, DataSource, Prepared, Split
from gan_studio.data.downloads import Remote, fetch
from gan_studio.data.fingerprint import fingerprint
from gan_studio.data.idx_format import PARTS, find_idx_files, read_idx

DIGIT_NAMES = tuple(str(digit) for digit in range(10))
CLOTHING_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
# SHA-256 over the 60,000 labels: tells Fashion-MNIST apart whatever its folder is called.
_CLOTHING_LABELS = "657fbd221bfc9f4198cc14b5619cc33ec57c58dd0e47af4d99d6650759e869a7"
_SPLITS = ("train", "test")


def prepare_idx_folder(
    folder: Path, context: DataContext, title: str, class_names: tuple[str, ...] = ()
) -> Prepared:
    """Read the four IDX files of `folder`; the test files become the held-out split.

    Without `class_names` they are the clothes of Fashion-MNIST, or the label numbers.

    Raises:
        BadData: a file is missing or there are too few pictures.
        BadFile: a file is damaged or does not fit the others.
        Cancelled: the person cancelled.
    """
    arrays = _read_all(folder, context)
    splits = [_split(folder, name, arrays) for name in _SPLITS]
    train, held_out = splits
    if train.samples.shape[1:] != held_out.samples.shape[1:]:
        path = find_idx_files(folder)["test-images"]
        raise BadFile(path=path, reason=N_("its pictures have another size than the training ones"))
    if len(train) < 2:
        raise BadData(
            folder,
            N_("has fewer than two pictures to train on"),
            N_("Choose a folder with more pictures."),
        )
    highest = max(int(split.labels.max(initial=0)) for split in splits if split.labels is not None)
    names = class_names or _class_names(folder, arrays["train-labels"])
    if highest >= len(names):
        names = tuple(str(label) for label in range(highest + 1))
    return Prepared(
        spec=SampleSpec(tuple(train.samples.shape[1:]), names),
        train=train,
        held_out=held_out,
        fingerprint=fingerprint(train, held_out),
        title=title,
    )


def _read_all(folder: Path, context: DataContext) -> dict[str, Array]:
    if not folder.is_dir():
        raise BadData(folder, N_("there is no such folder"), N_("Check the path."))
    files = find_idx_files(folder)
    missing = [part.replace("test", "t10k") for part in PARTS if part not in files]
    if missing:
        raise BadData(
            folder,
            f"these IDX files are missing: {', '.join(missing)}",
            N_("Put all four files of the data set (plain or .gz) into the folder."),
        )
    arrays: dict[str, Array] = {}
    for done, part in enumerate(PARTS):
        context.progress(done, len(PARTS), "decode")
        dimensions = 3 if part.endswith("images") else 1
        arrays[part] = read_idx(files[part], dimensions, context.is_cancelled)
    context.progress(len(PARTS), len(PARTS), "decode")
    return arrays


def _split(folder: Path, name: str, arrays: dict[str, Array]) -> Split:
    images, labels = arrays[f"{name}-images"], arrays[f"{name}-labels"]
    if len(images) != len(labels):
        path = find_idx_files(folder)[f"{name}-labels"]
        reason = _("labels and pictures differ in number: {labels} and {images}")
        counts = {"labels": f"{len(labels):,}", "images": f"{len(images):,}"}
        raise BadFile(path=path, reason=reason.format(**counts))
    if 0 in images.shape[1:]:
        path = find_idx_files(folder)[f"{name}-images"]
        raise BadFile(path=path, reason=N_("its pictures have no pixels"))
    return Split(images[:, None], labels.astype(np.int64))


def _class_names(folder: Path, labels: Array) -> tuple[str, ...]:
    is_known = hashlib.sha256(labels.tobytes()).hexdigest() == _CLOTHING_LABELS
    return CLOTHING_NAMES if is_known or "fashion" in folder.name.lower() else DIGIT_NAMES


@dataclasses.dataclass(frozen=True)
class DownloadOptions:
    """Where a data set that can be downloaded is read from."""

    folder: str = param(
        "",
        label=N_("Folder"),
        help=N_(
            "A folder that already holds the files of this data set, as they were published. "
            "Left empty, they are downloaded once and kept."
        ),
        is_path=True,
        advanced=True,
    )


class DownloadedIdxSource(DataSource):
    """Four IDX files from the addresses, with the checksums, that torchvision lists."""

    options_type: ClassVar[type[Any]] = DownloadOptions
    torchvision_name: ClassVar[str]
    """The class in ``torchvision.datasets``."""
    title: ClassVar[str]
    class_names: ClassVar[tuple[str, ...]]
    shape: ClassVar[tuple[int, int, int]] = (1, 28, 28)
    download_bytes: ClassVar[int]
    """About how much has to be fetched; for the progress bar only."""

    def remotes(self) -> tuple[Remote, ...]:
        """The files, where they are offered and what their MD5 is."""
        # Here, because importing torchvision takes a second that listing the data sets must not.
        from gan_studio.data.vision import load_torchvision

        listed = getattr(load_torchvision().datasets, self.torchvision_name)
        return tuple(
            Remote(name, tuple(f"{mirror}{name}" for mirror in listed.mirrors), md5)
            for name, md5 in listed.resources
        )

    def sample_spec(self, context: DataContext) -> SampleSpec:
        """See `DataSource.sample_spec`."""
        return SampleSpec(self.shape, self.class_names)

    def is_here(self, context: DataContext) -> bool:
        """Whether a folder was given or everything was downloaded before."""
        if self.options.folder:
            return True
        return len(_found(self._cache(context))) == len(PARTS)

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        if self.options.folder:
            folder = Path(self.options.folder).expanduser()
            return prepare_idx_folder(folder, context, self.title, self.class_names)
        if not self.is_here(context):
            self._download(context)
        try:
            return self._prepare_cached(context)
        except BadFile:
            # It was whole when it came: fetch again what the disk has spoilt since.
            self._download(context)
            return self._prepare_cached(context)

    def _prepare_cached(self, context: DataContext) -> Prepared:
        return prepare_idx_folder(self._cache(context), context, self.title, self.class_names)

    def _download(self, context: DataContext) -> None:
        fetch(self.remotes(), self._cache(context), context, self.title, self.download_bytes)

    def _cache(self, context: DataContext) -> Path:
        return context.cache_dir / "downloads" / self.torchvision_name


def _found(folder: Path) -> dict[str, Path]:
    return dict(find_idx_files(folder)) if folder.is_dir() else {}
