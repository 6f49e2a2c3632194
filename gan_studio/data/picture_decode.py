"""Decode many pictures in a few threads, in order, one batch of memory at a time."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from gan_studio.core.errors import Cancelled
from gan_studio.data.pictures import (
    Decoded,
    Framing,
    Look,
    Unusable,
    decode,
    is_colourless,
    look,
    quiet_pillow,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from gan_studio.data.base import DataContext
    from gan_studio.data.picture_scan import PictureFile

T = TypeVar("T")
# Pillow lets go of the interpreter while it decodes, so threads help; more than a few only wait.
_MOST_THREADS = 4
_AHEAD_PER_THREAD = 8
_COLOUR_PROBES = 32
_PROBE = Framing(size=32, channels=3, fit="stretch", background="white")
_SIZES = (128, 64, 32, 28)


def decode_all(
    folder: Path, files: Sequence[PictureFile], framing: Framing, context: DataContext
) -> Generator[Decoded | Unusable, None, None]:
    """Each picture of `files`, in order, or why it cannot be used.

    Raises:
        Cancelled: the person cancelled.
    """
    yield from _in_threads(
        lambda file: decode(folder / file.name, framing), files, context, "decode"
    )


def look_at_all(
    folder: Path, files: Sequence[PictureFile], context: DataContext
) -> list[Look | Unusable]:
    """The heads of all pictures.

    Raises:
        Cancelled: the person cancelled.
    """
    return list(_in_threads(lambda file: look(folder / file.name), files, context, "scan"))


def best_size(looks: Iterable[Look]) -> int:
    """The largest of 28, 32, 64 and 128 that at least half of the pictures reach."""
    sides = sorted(min(item.width, item.height) for item in looks)
    median = sides[(len(sides) - 1) // 2]
    return next((size for size in _SIZES if size <= median), _SIZES[-1])


def best_channels(
    folder: Path, seen: Sequence[tuple[PictureFile, Look]], context: DataContext
) -> int:
    """1 where pictures have no colours, judged by their kind and by a sample of them; else 3."""
    colourful = [file for file, item in seen if not item.is_grey]
    stride = max(1, len(colourful) // _COLOUR_PROBES)
    probes = _in_threads(
        lambda file: decode(folder / file.name, _PROBE), colourful[::stride], context, "scan"
    )
    is_grey = all(isinstance(item, Unusable) or is_colourless(item) for item in list(probes))
    return 1 if is_grey else 3


def _in_threads(
    work: Callable[[PictureFile], T],
    files: Sequence[PictureFile],
    context: DataContext,
    what: str,
) -> Iterator[T | Unusable]:
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    waiting: deque[Future[T]] = deque()
    following = iter(files)
    with quiet_pillow(), ThreadPoolExecutor(threads, "pictures") as pool:
        try:
            # A window, not all at once: results that wait to be written would fill the memory.
            for file in _first(following, threads * _AHEAD_PER_THREAD):
                waiting.append(pool.submit(work, file))
            for done in range(len(files)):
                if context.is_cancelled():
                    raise Cancelled()
                context.progress(done, len(files), what)
                result = _result(waiting.popleft())
                for file in _first(following, 1):
                    waiting.append(pool.submit(work, file))
                yield result
            context.progress(len(files), len(files), what)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _first(items: Iterator[PictureFile], count: int) -> Iterator[PictureFile]:
    for _number in range(count):
        item = next(items, None)
        if item is None:
            return
        yield item


def _result(future: Future[T]) -> T | Unusable:
    try:
        return future.result()
    except Unusable as reason:
        return reason
