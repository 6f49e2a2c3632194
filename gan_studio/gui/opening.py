"""Which page shows a file or a folder that a person opens. Loads no torch."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_, _
from gan_studio.core.paths import LESSON_ENDING, RUN_ENDING
from gan_studio.gui.run_list import CHECKPOINTS, CONFIG, MANIFEST, SAMPLES, is_run, read_summary
from gan_studio.gui.widgets.drop_files import SUFFIXES as PICTURES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LATENTS_FORMAT = "gan-studio latents"  # as in inference/places.py, which loads numpy
LONGEST_JSON = 64 * 2**20  # as there


class CannotOpen(StudioError):
    """Nothing here shows what a person has opened."""

    message = N_("{path}: {reason}.")


@dataclass(frozen=True)
class Door:
    """A page, and what it is given.

    Attributes:
        page: its key.
        payload: for `Page.receive`.
        run_dir: the run that is opened, wherever it lies; None for anything else.
    """

    page: str
    payload: dict[str, Any] = field(default_factory=dict)
    run_dir: Path | None = None


@dataclass(frozen=True)
class KnownRuns:
    """Where runs are looked for by their name.

    Attributes:
        folder: the folder of runs.
        guests: runs that lie elsewhere and were opened before.
    """

    folder: Path
    guests: tuple[Path, ...] = ()

    def usual(self, run_dir: Path) -> Path:
        """The same run as the list of runs calls it."""
        own = self.folder / run_dir.name
        return own if _is_same(own, run_dir) else run_dir

    def named(self, name: object) -> Path | None:
        """The run of this name, or None."""
        if not isinstance(name, str) or not name or Path(name).name != name:
            return None
        guests = [path for path in self.guests if path.name == name]
        return next((path for path in [self.folder / name, *guests] if is_run(path)), None)


def doors(paths: Sequence[Path], known: KnownRuns) -> tuple[list[Door], list[StudioError]]:
    """The pages for several paths, each once, and what is wrong with the others."""
    found: list[Door] = []
    problems: list[StudioError] = []
    for path in paths:
        try:
            door = door_of(path, known)
        except StudioError as problem:
            problems.append(problem)
        except OSError as error:
            problems.append(CannotOpen(path=path, reason=error.strerror or str(error)))
        else:
            found += [] if door in found else [door]
    return found, problems


def door_of(path: Path, known: KnownRuns) -> Door:
    """The page for one path.

    Raises:
        CannotOpen: there is none.
        OSError: it cannot be read.
    """
    if path.is_dir():
        return _of_run(path, known) or Door("data", {"folder": path})
    if not path.exists():
        raise CannotOpen(path=path, reason=_("there is no such file or folder"))
    ending = path.suffix.lower()
    if ending == LESSON_ENDING:
        return Door("lab", {"lesson": path})
    if ending == RUN_ENDING and not is_run(path.parent):
        raise CannotOpen(path=path, reason=_("the folder that it lies in holds no run"))
    door = None
    if path.is_file():  # anything else may block whoever reads it
        door = _of_contents(path, ending, known) or _of_run(path, known)
    if door is None and ending in PICTURES:
        return Door("data", {"folder": path.parent})
    if door is None:
        reason = _("this is no lesson, run, picture or folder of pictures")
        raise CannotOpen(path=path, reason=reason)
    return door


def _of_contents(path: Path, ending: str, known: KnownRuns) -> Door | None:
    """The page for a file that says itself what it is."""
    if ending == ".png":
        from gan_studio.exporters.png import origin_of_png

        origin = origin_of_png(path)
        return None if origin is None else _at_its_place(path, origin, known)
    if ending != ".json":
        return None
    table = _table(path)
    if {"config", "pages"} <= table.keys():
        return Door("lab", {"lesson": path})
    return _at_its_place(path, table, known) if table.get("format") == LATENTS_FORMAT else None


def _of_run(path: Path, known: KnownRuns) -> Door | None:
    """The page for a run, a checkpoint of one, or a file that belongs to one; None for others."""
    for above in (path, *path.parents[:3]):
        if is_run(above):
            inside = path.relative_to(above).parts
            is_part = not inside or inside[0] in (CHECKPOINTS, SAMPLES) or _is_head(inside)
            return _shown(above, _step(inside), known) if is_part else None
    return None


def _is_head(inside: tuple[str, ...]) -> bool:
    name = inside[0]
    return len(inside) == 1 and (name in (CONFIG, MANIFEST) or name.lower().endswith(RUN_ENDING))


def _step(inside: tuple[str, ...]) -> int | None:
    is_checkpoint = len(inside) > 1 and inside[0] == CHECKPOINTS and inside[1].isdecimal()
    return int(inside[1]) if is_checkpoint else None


def _shown(run_dir: Path, step: int | None, known: KnownRuns, **more: Any) -> Door:
    """Explore, or the list of runs where nothing can be drawn yet."""
    summary = read_summary(run_dir)
    if summary.is_damaged:
        raise CannotOpen(path=run_dir, reason=summary.problem.rstrip("."))
    run_dir = known.usual(run_dir)
    if not summary.can_open:
        return Door("runs", {"run_dir": run_dir}, run_dir)
    if step is not None and not (run_dir / CHECKPOINTS / f"{step:06d}").is_dir():
        step = None  # it is gone, or never was: the newest one is as near as can be
    return Door("explore", {"run_dir": run_dir, "step": step, **more}, run_dir)


def _at_its_place(path: Path, origin: Mapping[str, Any], known: KnownRuns) -> Door:
    """Explore, at the place that a saved picture or a latents file names."""
    around = next((above for above in path.parents[:4] if is_run(above)), None)
    run_dir = known.named(origin.get("run")) or around
    if run_dir is None:
        name = origin.get("run") or _("without a name")
        reason = _(
            "the run that drew it ({name}) is not among the runs here; open its folder first"
        )
        raise CannotOpen(path=path, reason=reason.format(name=name))
    step = origin.get("step")
    step = step if isinstance(step, int) and not isinstance(step, bool) else None
    return _shown(run_dir, step, known, file=path)


def _table(path: Path) -> dict[str, Any]:
    """What a JSON file holds; nothing where it is too long, damaged or no table."""
    if path.stat().st_size > LONGEST_JSON:
        return {}
    try:
        found = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
