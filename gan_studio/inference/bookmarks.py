"""Bookmarks: places that a person keeps with a run, each with the picture that was seen there.

They are in ``RUN/explore/bookmarks.json``, a latents file with two more words per place, so that
``gan-studio sample --latents`` draws them all; their pictures are beside it, ``bookmarks/ID.png``.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from gan_studio.core.errors import RUN_GONE, BadLatents, DiskProblem, StudioError
from gan_studio.core.i18n import N_
from gan_studio.core.paths import naming_disk_problems, unused, write_atomically
from gan_studio.exporters.png import png_bytes
from gan_studio.inference.places import FORMAT, LONGEST_FILE, VERSION, Place, item_of, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Picture = npt.NDArray[np.uint8]
FILE, PICTURES, DAMAGED = "explore/bookmarks.json", "explore/bookmarks", "bookmarks-damaged.json"
MOST_PIXELS = 2**24
ANY_CLASS = 2**31 - 1  # whether a class is known is asked when a place is gone to


class BadBookmarks(StudioError):
    """Bookmarks that cannot be read, or not all of them."""

    message = N_("{path}: {reason}.")
    hint = N_("{advice}")


@dataclass(frozen=True, eq=False)
class Bookmark:
    """A place that is kept.

    Attributes:
        id: tells bookmarks apart, whichever window made them.
        place: where, with its name.
        step: of the run, whose weights drew the picture; None where nobody knows.
        picture: uint8 ``[C, H, W]`` as it was seen, None where there is none.
    """

    id: str
    place: Place
    step: int | None = None
    picture: Picture | None = None

    @property
    def dim(self) -> int:
        """How many numbers its z has."""
        return len(self.place.z)

    def fits(self, dim: int, classes: int = 0) -> bool:
        """Whether a model of `dim` numbers that knows `classes` can draw it."""
        label = self.place.label
        return self.dim == dim and (label is None or not classes or label < classes)


Bookmarks = tuple[Bookmark, ...]


@dataclass(frozen=True)
class Found:
    """What was read.

    Attributes:
        bookmarks: in their order.
        problem: what could not be read, and where it was put aside.
        is_whole: whether there was a file, and nothing wrong with it.
    """

    bookmarks: Bookmarks = ()
    problem: BadBookmarks | None = None
    is_whole: bool = True


def new_bookmark(place: Place, step: int | None, picture: Picture | None = None) -> Bookmark:
    """A bookmark with an id of its own."""
    return Bookmark(secrets.token_hex(6), place, step, picture)


def renamed(bookmark: Bookmark, name: str) -> Bookmark:
    """The same bookmark under another name."""
    return replace(bookmark, place=replace(bookmark.place, name=name.strip()))


def read_bookmarks(run_dir: Path, have: Bookmarks = ()) -> Found:
    """The bookmarks of a run with their pictures; none where nothing was kept.

    Pictures of those in `have` are taken from there, not read again. A damaged file is put aside as
    ``bookmarks-damaged.json``, and what could be read of it stays.

    Raises:
        BadBookmarks: a newer version wrote the file, or it may not be read; it is left alone.
    """
    path = run_dir / FILE
    try:
        if path.stat().st_size > LONGEST_FILE:
            return _put_aside(path, "it is too large for a file of bookmarks")
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Found(is_whole=False)
    except OSError as error:
        advice = "Bookmarks are kept in memory until it can be read."
        raise BadBookmarks(
            path=path, reason=f"it cannot be read ({error.strerror})", advice=advice
        ) from error
    return _parse(raw, path, {item.id: item.picture for item in have})


def save_bookmarks(
    run_dir: Path, before: Bookmarks, now: Bookmarks, dropped: Iterable[str] = ()
) -> Found:
    """Write what a person made of the bookmarks, together with what another window did meanwhile.

    Args:
        run_dir: the run's folder.
        before: what was read or saved last.
        now: what is to be kept.
        dropped: ids whose pictures nobody will want back.

    Returns:
        What is in the file now.

    Raises:
        DiskProblem: the folder is full, read-only or gone; nothing was changed.
        BadBookmarks: a newer version wrote the file; it is left alone.
    """
    if not run_dir.is_dir():  # a run that was deleted must not come back as a folder of bookmarks
        raise DiskProblem(run_dir, "the run's folder is gone", RUN_GONE)
    theirs = read_bookmarks(run_dir, (*before, *now))
    kept = _joined(before, now, theirs)
    known = {item.id for item in theirs.bookmarks}
    for item in kept:
        target = picture_path(run_dir, item.id)
        if item.picture is not None and not (item.id in known and target.exists()):
            write_atomically(target, png_bytes(item.picture))
    write_atomically(run_dir / FILE, _to_text(kept, run_dir.name).encode())
    ids = {item.id for item in kept}
    for name in set(dropped) - ids:
        with naming_disk_problems(run_dir):
            picture_path(run_dir, name).unlink(missing_ok=True)
    return Found(kept, theirs.problem)


def merged(before: Bookmarks, mine: Bookmarks, theirs: Bookmarks) -> Bookmarks:
    """What both windows want, who began with `before`: neither loses a bookmark to the other.

    What one of them deleted is gone, what one renamed is renamed (mine, where both did); my order,
    and what is new of theirs behind it.
    """
    old, other = ({item.id: item for item in items} for items in (before, theirs))
    ours = {item.id for item in mine}
    kept = []
    for item in mine:
        is_new = item.id not in old
        if not is_new and item.id not in other:
            continue  # they deleted it
        is_untouched = not is_new and item.place.name == old[item.id].place.name
        if is_untouched and item.id in other:
            name = other[item.id].place.name
            item = item if name == item.place.name else renamed(item, name)
        kept.append(item)
    kept += [item for item in theirs if item.id not in ours and item.id not in old]
    return tuple(kept)


def _joined(before: Bookmarks, now: Bookmarks, theirs: Found) -> Bookmarks:
    if theirs.is_whole:
        return merged(before, now, theirs.bookmarks)
    # A file that is gone or damaged does not say what anybody deleted.
    known = {item.id for item in before}
    return merged((), now, tuple(item for item in theirs.bookmarks if item.id not in known))


def moved(bookmarks: Bookmarks, ids: Sequence[str], to: int) -> Bookmarks:
    """Bookmarks in another order: `ids` stand together before the one that was at `to`."""
    wanted = set(ids)
    head = [item for item in bookmarks[:to] if item.id not in wanted]
    tail = [item for item in bookmarks[to:] if item.id not in wanted]
    return (*head, *(item for item in bookmarks if item.id in wanted), *tail)


def picture_path(run_dir: Path, name: str) -> Path:
    """Where the picture of a bookmark is."""
    return run_dir / PICTURES / f"{name}.png"


def _to_text(bookmarks: Bookmarks, run: str) -> str:
    head = {"format": FORMAT, "version": VERSION, "run": run, "batch": 1}
    rows = []
    for item in bookmarks:
        step = {} if item.step is None else {"step": item.step}
        rows.append(json.dumps({"id": item.id, **step, **item_of(item.place)}, ensure_ascii=False))
    opened, lines = json.dumps(head, ensure_ascii=False)[:-1], ",\n  ".join(rows)
    return f'{opened}, "latents": [\n  {lines}\n]}}\n'


def _parse(raw: bytes, path: Path, have: Mapping[str, Picture | None]) -> Found:
    try:
        table = json.loads(raw)
        items = table["latents"]
        is_newer = table.get("format") == FORMAT and table.get("version", 0) > VERSION
        is_known = table.get("format") == FORMAT and isinstance(items, list)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return _put_aside(path, "it is damaged")
    if is_newer:
        advice = "Update GAN Studio; until then new bookmarks are kept in memory."
        reason = "a newer version of GAN Studio wrote it"
        raise BadBookmarks(path=path, reason=reason, advice=advice)
    if not is_known:
        return _put_aside(path, "it holds no bookmarks")
    found = [_bookmark(item, at, path, have) for at, item in enumerate(items, 1)]
    good = tuple({item.id: item for item in found if item is not None}.values())
    if len(good) == len(items):
        return Found(good)
    lost = len(items) - len(good)
    return _put_aside(path, f"{lost} of {len(items)} bookmarks are damaged", good)


def _bookmark(
    item: Any, at: int, path: Path, have: Mapping[str, Picture | None]
) -> Bookmark | None:
    """None where it is damaged."""
    if not isinstance(item, Mapping) or not isinstance(item.get("z"), list) or not item["z"]:
        return None
    name, step = item.get("id"), item.get("step")
    try:
        place = place_of(item, len(item["z"]), str(path), at, ANY_CLASS)
    except BadLatents:
        return None
    is_id = isinstance(name, str) and 0 < len(name) <= 64 and name.isalnum() and name.isascii()
    if not is_id:
        return None
    is_step = isinstance(step, int) and not isinstance(step, bool)
    picture = have.get(str(name))
    if picture is None:
        picture = _read_picture(path.parent.parent, str(name))
    return Bookmark(str(name), place, step if is_step else None, picture)


def _read_picture(run_dir: Path, name: str) -> Picture | None:
    """None where it is missing or damaged: the place is worth more than its picture."""
    try:
        with Image.open(picture_path(run_dir, name), formats=("PNG",)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            pixels = np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    except Exception:  # a damaged file can raise nearly anything out of a decoder
        return None
    return np.ascontiguousarray(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1))


def _put_aside(path: Path, reason: str, good: Bookmarks = ()) -> Found:
    """Keep a damaged file under another name, leave what is good of it in its place."""
    aside = unused(path.with_name(DAMAGED), ".json")
    try:
        shutil.copy2(path, aside)
        if good:
            write_atomically(path, _to_text(good, path.parent.parent.name).encode())
        else:
            path.unlink()
    except (OSError, DiskProblem) as error:
        raise BadBookmarks(
            path=path,
            reason=f"{reason}, and could not be put aside",
            advice="Bookmarks are kept in memory until it is mended or removed.",
        ) from error
    advice = f"It was kept as {aside.name}; what could be read of it stays."
    return Found(good, BadBookmarks(path=path, reason=reason, advice=advice), is_whole=False)
