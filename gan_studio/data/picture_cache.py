"""Decoded pictures on the disk: written once and whole, checked when they are read again.

One folder per data set: ``train.u8`` and ``held_out.u8`` (raw pixels, picture after picture, which
is what a memory map needs) and ``index.json``, which says what they are.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gan_studio.core.errors import Cancelled
from gan_studio.core.paths import folder_atomically, naming_disk_problems
from gan_studio.data.base import Array, DataContext, Refused, Split
from gan_studio.data.fingerprint import fingerprint
from gan_studio.data.picture_decode import decode_all
from gan_studio.data.picture_scan import PictureFile
from gan_studio.data.pictures import Framing, Unusable

FORMAT = 1
PARTS = ("train", "held_out")
_INDEX = "index.json"
_KEPT_PER_FOLDER = 3


@dataclass(frozen=True)
class Index:
    """What a cache holds.

    Attributes:
        shape: of one picture.
        labels: class number of every picture, by part; None without classes.
        counts: how many pictures, by part.
        refused: files that were left out.
        animated: files of which only the first picture was taken.
        fingerprint: of the content.
    """

    shape: tuple[int, int, int]
    labels: Mapping[str, list[int]] | None
    counts: Mapping[str, int]
    refused: tuple[Refused, ...]
    animated: tuple[str, ...]
    fingerprint: str = ""


@dataclass(frozen=True)
class Plan:
    """What is to be decoded.

    Attributes:
        folder: where the files are.
        files: by part.
        class_names: empty without classes.
        framing: size and channels are settled.
        refused: files that are already known to be useless.
    """

    folder: Path
    files: Mapping[str, tuple[PictureFile, ...]]
    class_names: tuple[str, ...]
    framing: Framing
    refused: tuple[Refused, ...]

    @property
    def byte_count(self) -> int:
        """How large the result is at most."""
        pictures = sum(len(files) for files in self.files.values())
        return pictures * self.framing.channels * self.framing.size**2


Parts = dict[str, Split]


class _Sink:
    """Takes decoded pictures one by one: into a file, or into memory where there is none."""

    def __init__(self, path: Path | None) -> None:
        self._file = path.open("wb") if path else None
        self._pictures: list[Array] = []

    def add(self, pixels: Array) -> None:
        if self._file:
            self._file.write(pixels.data)
        else:
            self._pictures.append(pixels)

    def close(self) -> None:
        if self._file:
            self._file.close()

    def stacked(self, shape: tuple[int, ...]) -> Array:
        return np.stack(self._pictures) if self._pictures else np.empty((0, *shape), np.uint8)


def load(cache: Path, budget: int) -> tuple[Index, Parts] | None:
    """What `cache` holds, or None where it is missing, damaged or of another version.

    What is larger than `budget` bytes stays a memory map; what is not is read and checked whole.
    """
    try:
        index = _read_index(cache / _INDEX)
        parts = _open_parts(cache, index, budget)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not parts["train"].is_streamed and fingerprint(*parts.values()) != index.fingerprint:
        return None
    return index, parts


def build(cache: Path, plan: Plan, context: DataContext, budget: int) -> tuple[Index, Parts]:
    """Decode what is planned into `cache`, which appears whole or not at all.

    Raises:
        DiskProblem: `cache` cannot be written.
        Cancelled: the person cancelled.
    """
    with folder_atomically(cache) as temporary:
        index, _sinks = _decode(plan, context, temporary)
        parts = _open_parts(temporary, index, budget)
        index = Index(**{**vars(index), "fingerprint": fingerprint(*parts.values())})
        # A map that is open would keep Windows from renaming its folder.
        del parts
        if context.is_cancelled():
            raise Cancelled()
        (temporary / _INDEX).write_text(
            json.dumps({"format": FORMAT, **asdict(index)}), encoding="utf-8"
        )
    _forget_old(cache)
    with naming_disk_problems(cache):
        return index, _open_parts(cache, index, budget)


def build_in_memory(plan: Plan, context: DataContext) -> tuple[Index, Parts]:
    """The same without a disk.

    Raises:
        Cancelled: the person cancelled.
    """
    index, sinks = _decode(plan, context, None)
    parts = {name: Split(sinks[name].stacked(index.shape), _labels(index, name)) for name in PARTS}
    return Index(**{**vars(index), "fingerprint": fingerprint(*parts.values())}), parts


def _decode(
    plan: Plan, context: DataContext, folder: Path | None
) -> tuple[Index, dict[str, _Sink]]:
    labels: dict[str, list[int]] = {name: [] for name in PARTS}
    refused, animated = list(plan.refused), []
    sinks = {name: _Sink(folder / f"{name}.u8" if folder else None) for name in PARTS}
    number = {name: count for count, name in enumerate(plan.class_names)}
    order = [(name, file) for name in PARTS for file in plan.files[name]]
    ordered = [file for _name, file in order]
    try:
        # Closed by name, so that its threads end at once where writing fails.
        with contextlib.closing(decode_all(plan.folder, ordered, plan.framing, context)) as results:
            for (name, file), result in zip(order, results, strict=True):
                if isinstance(result, Unusable):
                    refused.append(Refused(file.name, str(result)))
                    continue
                sinks[name].add(result.pixels)
                labels[name].append(number.get(file.top, 0))
                if result.is_animated:
                    animated.append(file.name)
    finally:
        _close(sinks.values())
    size = plan.framing.size
    index = Index(
        shape=(plan.framing.channels, size, size),
        labels=labels if plan.class_names else None,
        counts={name: len(values) for name, values in labels.items()},
        refused=tuple(sorted(refused, key=lambda item: item.path)),
        animated=tuple(animated),
    )
    return index, sinks


def _close(sinks: Iterable[_Sink]) -> None:
    for sink in sinks:
        sink.close()


def _read_index(path: Path) -> Index:
    plain: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if plain.pop("format") != FORMAT:
        raise ValueError("another version")
    channels, height, width = plain.pop("shape")
    refused = tuple(Refused(item["path"], item["reason"]) for item in plain.pop("refused"))
    animated = tuple(plain.pop("animated"))
    return Index(shape=(channels, height, width), refused=refused, animated=animated, **plain)


def _open_parts(cache: Path, index: Index, budget: int) -> Parts:
    picture = int(np.prod(index.shape))
    is_streamed = picture * sum(index.counts.values()) > budget
    parts = {}
    for name in PARTS:
        path, count = cache / f"{name}.u8", index.counts[name]
        if path.stat().st_size != picture * count:
            raise ValueError(f"{path} has another length than its index says")
        shape = (count, *index.shape)
        samples: Array
        if is_streamed and count:  # an empty file cannot be mapped
            samples = np.memmap(path, np.uint8, "r", shape=shape)
        else:
            samples = np.fromfile(path, np.uint8).reshape(shape)
        parts[name] = Split(samples, _labels(index, name), is_streamed=is_streamed)
    return parts


def _labels(index: Index, part: str) -> Array | None:
    if index.labels is None:
        return None
    labels = np.array(index.labels[part], dtype=np.int64)
    if labels.shape != (index.counts[part],):
        raise ValueError("not one label per picture")
    return labels


def _forget_old(cache: Path) -> None:
    """Other settings and earlier states of the same folder: keep the newest few."""
    try:
        siblings = [path for path in cache.parent.iterdir() if not path.name.startswith(".")]
        siblings.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    except OSError:
        return
    for path in siblings[_KEPT_PER_FOLDER:]:
        if path != cache:
            shutil.rmtree(path, ignore_errors=True)
