"""A folder of pictures, with or without one sub-folder per class."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from gan_studio.core.errors import BadConfig, BadData, DiskProblem
from gan_studio.core.i18n import N_, _, ngettext
from gan_studio.core.samples import SampleSpec
from gan_studio.core.schema import param
from gan_studio.data import picture_cache
from gan_studio.data.base import DATASETS, Array, DataContext, DataSource, Prepared, Refused, Split
from gan_studio.data.picture_cache import Index, Parts, Plan
from gan_studio.data.picture_decode import best_channels, best_size, look_at_all
from gan_studio.data.picture_scan import PictureFile, Scan, scan_folder
from gan_studio.data.pictures import Framing, Unusable

BUDGET_BYTES = 2**30
_ADVICE = N_("Choose a folder that holds PNG, JPEG, WebP, BMP, GIF or TIFF pictures.")
_FIELDS_THAT_CHANGE_PIXELS = ("size", "channels", "fit", "background", "held_out")


@dataclass(frozen=True)
class ImageFolderOptions:
    """Which pictures, and how they are brought to one size."""

    path: str = param(
        "",
        label=N_("Folder"),
        help=N_(
            "The folder with the pictures; sub-folders are searched as well. Two or more "
            "sub-folders with pictures, and none beside them, become classes."
        ),
        is_path=True,
    )
    size: int = param(
        0,
        label=N_("Size"),
        help=N_(
            "Width and height that every picture is brought to: 28 or a multiple of 16; zero "
            "chooses by the pictures. Larger shows more detail and trains far more slowly; "
            "too small loses what makes the pictures different."
        ),
        lo=0,
        hi=128,
        step=16,
        unit=N_("pixels"),
        zero_label=N_("auto"),
    )
    channels: str = param(
        "auto",
        label=N_("Colours"),
        help=N_(
            "Whether networks learn colours. Grey is a third of the work; “auto” takes grey only "
            "where the pictures have no colours."
        ),
        choices=("auto", "grey", "colour"),
        choice_labels=(N_("auto"), N_("grey"), N_("colour")),
    )
    fit: str = param(
        "crop",
        label=N_("Make square"),
        help=N_(
            "How a picture that is not square becomes so. Cropping loses the edges, padding adds "
            "bars that networks learn to draw, and stretching distorts."
        ),
        choices=("crop", "pad", "stretch"),
        choice_labels=(N_("crop the middle"), N_("pad with bars"), N_("stretch")),
    )
    background: str = param(
        "white",
        label=N_("Background"),
        help=N_(
            "What shows through where a picture is transparent, and the colour of bars. One that "
            "also occurs in the pictures blurs their outlines."
        ),
        choices=("white", "black", "grey"),
        choice_labels=(N_("white"), N_("black"), N_("grey")),
        advanced=True,
    )
    flip: bool = param(
        False,
        label=N_("Mirror at random"),
        help=N_(
            "Shows every other picture mirrored left to right, which doubles a small data set. "
            "Leave it off where left and right matter: writing, clocks, faces with a parting."
        ),
    )
    held_out: float = param(
        0.1,
        label=N_("Held out"),
        help=N_(
            "The share of pictures that networks never see, kept for scores and reconstructions. "
            "Too few make scores unsure; too many leave little to learn from."
        ),
        lo=0.0,
        hi=0.5,
        step=0.05,
        advanced=True,
    )


@DATASETS.register(
    "folder",
    title=N_("Folder of pictures"),
    options=ImageFolderOptions,
    help=N_("Your own pictures, of any kind and size; sub-folders become classes."),
    order=90,
)
class ImageFolder(DataSource):
    """Pictures from a folder. Those that cannot be used are listed, and the rest is taken."""

    options_type = ImageFolderOptions
    options: ImageFolderOptions

    def prepare(self, context: DataContext) -> Prepared:
        """See `DataSource.prepare`."""
        _check(self.options)
        folder = Path(self.options.path).expanduser().resolve()
        scan = scan_folder(folder, context)
        if not scan.files:
            raise BadData(folder, N_("there are no pictures in it"), _ADVICE)
        index, parts, is_cached = _decoded(folder, scan, self.options, context)
        if index.counts["train"] < 2:
            raise _too_few(folder, index)
        names, parts = _without_empty_classes(scan.class_names, parts)
        return Prepared(
            spec=SampleSpec(index.shape, names),
            train=parts["train"],
            held_out=parts["held_out"],
            fingerprint=index.fingerprint,
            title=folder.name or str(folder),
            refused=index.refused,
            notes=tuple(_notes(scan, index, is_cached)),
            flip=self.options.flip,
        )

    def sample_spec(self, context: DataContext) -> SampleSpec | None:
        """As it was when the folder in its present state was decoded, if ever it was."""
        _check(self.options)
        folder = Path(self.options.path).expanduser().resolve()
        scan = scan_folder(folder, context)
        cache = _cache_folder(folder, scan, self.options, context.cache_dir)
        known = picture_cache.load(cache, 0)
        if known is None:
            return None
        return SampleSpec(known[0].shape, _without_empty_classes(scan.class_names, known[1])[0])

    @classmethod
    def recognise(cls, path: Path) -> ImageFolderOptions | None:
        """Take any folder: it comes last, and `prepare` says best what is wrong with it."""
        return ImageFolderOptions(path=str(path)) if path.is_dir() else None


def _check(options: ImageFolderOptions) -> None:
    if not options.path:
        raise BadData("data.path", N_("no folder is chosen"), _ADVICE)
    if options.size not in (0, 28) and options.size % 16:
        raise BadConfig(f"data.size: {options.size} is neither 28 nor a multiple of 16")


def _decoded(
    folder: Path, scan: Scan, options: ImageFolderOptions, context: DataContext
) -> tuple[Index, Parts, bool]:
    cache = _cache_folder(folder, scan, options, context.cache_dir)
    known = picture_cache.load(cache, BUDGET_BYTES)
    if known is not None:
        return *known, True
    plan = _plan(folder, scan, options, context)
    try:
        return *picture_cache.build(cache, plan, context, BUDGET_BYTES), True
    except DiskProblem:
        # Without a cache it works as well, only not next time, and not with more than fits.
        if plan.byte_count > BUDGET_BYTES:
            raise
        return *picture_cache.build_in_memory(plan, context), False


def _cache_folder(folder: Path, scan: Scan, options: ImageFolderOptions, cache_dir: Path) -> Path:
    """Another name for every other state of the folder or of the options that change pixels."""
    plain = asdict(options)
    state = [
        picture_cache.FORMAT,
        [plain[name] for name in _FIELDS_THAT_CHANGE_PIXELS],
        [[file.name, file.byte_count, file.mtime_ns] for file in scan.files],
    ]
    name = hashlib.sha256(str(folder).encode(errors="surrogateescape")).hexdigest()[:16]
    key = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]
    return cache_dir / "pictures" / name / key


def _plan(folder: Path, scan: Scan, options: ImageFolderOptions, context: DataContext) -> Plan:
    looks = look_at_all(folder, scan.files, context)
    refused, seen = [], []
    for file, item in zip(scan.files, looks, strict=True):
        if isinstance(item, Unusable):
            refused.append(Refused(file.name, str(item)))
        else:
            seen.append((file, item))
    if not seen:
        raise _none_usable(folder, refused)
    channels = {"grey": 1, "colour": 3}.get(options.channels)
    framing = Framing(
        size=options.size or best_size(item for _file, item in seen),
        channels=channels or best_channels(folder, seen, context),
        fit=options.fit,
        background=options.background,
    )
    files = [file for file, _item in seen]
    parts = _divide(files, options.held_out)
    return Plan(folder, parts, scan.class_names, framing, tuple(refused))


def _divide(files: list[PictureFile], share: float) -> dict[str, tuple[PictureFile, ...]]:
    """Draw the held-out files: always the same ones, from every class its share."""
    held_count = min(round(len(files) * share), max(0, len(files) - 2))
    shuffled = np.random.default_rng(0).permutation(len(files))
    by_class = sorted(shuffled.tolist(), key=lambda number: files[number].top)
    places = ((np.arange(held_count) + 0.5) * (len(files) / max(1, held_count))).astype(int)
    held = {by_class[place] for place in places}
    return {
        "train": tuple(file for number, file in enumerate(files) if number not in held),
        "held_out": tuple(files[number] for number in sorted(held)),
    }


def _without_empty_classes(names: tuple[str, ...], parts: Parts) -> tuple[tuple[str, ...], Parts]:
    """Drop classes of which no picture could be used; one class that remains is none."""
    labels = [split.labels for split in parts.values() if split.labels is not None]
    used = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *labels]))
    if len(used) < 2:
        return (), {part: replace(split, labels=None) for part, split in parts.items()}
    number = np.zeros(len(names), dtype=np.int64)
    number[used] = np.arange(len(used))
    kept = tuple(names[int(old)] for old in used)
    return kept, {part: _relabelled(split, number) for part, split in parts.items()}


def _relabelled(split: Split, number: Array) -> Split:
    return split if split.labels is None else replace(split, labels=number[split.labels])


def _notes(scan: Scan, index: Index, is_cached: bool) -> list[str]:
    notes = []
    if index.animated:
        text = _("Animations of which only the first frame is used: {count}.")
        notes.append(text.format(count=len(index.animated)))
    if scan.other_count:
        text = _("Files that were passed over because they are no pictures: {count}.")
        notes.append(text.format(count=scan.other_count))
    if not is_cached:
        notes.append(_("The decoded pictures could not be kept for next time."))
    return notes


def _none_usable(folder: Path, refused: list[Refused]) -> BadData:
    first = f"{refused[0].path}: {refused[0].reason}"
    if len(refused) == 1:
        reason = _("its only picture cannot be used ({first})")
    else:
        reason = _("none of its {count} pictures can be used (the first, {first})")
    return BadData(folder, reason.format(count=len(refused), first=first), _ADVICE)


def _too_few(folder: Path, index: Index) -> BadData:
    usable = sum(index.counts.values())
    if usable == 0:
        return _none_usable(folder, list(index.refused))
    reason = ngettext(
        "it holds only {n} usable picture", "it holds only {n} usable pictures", usable
    ).format(n=usable)
    if index.refused:
        reason += _(" besides {count} that cannot be used").format(count=len(index.refused))
    return BadData(
        folder, reason, N_("Networks need at least two pictures, better hundreds; add some.")
    )
