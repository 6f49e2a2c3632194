"""The runs on disk as the window lists them. Knows neither torch nor Qt."""

from __future__ import annotations

import json
import shutil
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.config import SCHEMA_VERSION
from gan_studio.core.file_lock import is_held
from gan_studio.core.i18n import _
from gan_studio.core.paths import naming_disk_problems, unused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# As in training/run_folder.py, which cannot be imported before torch is there.
LOCK = ".lock"  # as in jobs/training_job.py
CONFIG, MANIFEST, SAMPLES, CHECKPOINTS = "run.toml", "manifest.json", "samples", "checkpoints"
COMPLETE = ("state.json", "optimizer.safetensors")  # without the second one it is a milestone


@dataclass(frozen=True)
class RunSummary:
    """One run as far as a list needs to know it.

    Attributes:
        state: as in the manifest: "started", "training", "done", "stopped" or "failed"; "damaged"
            where it cannot be read.
        problem: why it cannot be used, marked for translation; "" where it can.
        saved_step: the newest checkpoint that it can go on from, None without one.
        is_in_training: whether somebody trains it right now: this window, another, a process.
    """

    path: Path
    family: str = ""
    data: str = ""
    seed: int | None = None
    step: int = 0
    total_steps: int = 0
    state: str = "damaged"
    created: datetime | None = None
    picture: Path | None = None
    saved_step: int | None = None
    failure: str = ""
    problem: str = ""
    cell: tuple[int, int] = (0, 0)  # width and height of one sample
    changed: datetime | None = None  # when it was last trained
    is_in_training: bool = False

    @property
    def is_damaged(self) -> bool:
        """Whether it can neither be opened nor resumed."""
        return bool(self.problem)

    @property
    def can_open(self) -> bool:
        """Whether there is a model to look at."""
        return not self.is_damaged and self.saved_step is not None

    @property
    def is_interrupted(self) -> bool:
        """Whether it ended before all of its steps were done and can go on."""
        is_open_ended = self.state in ("training", "stopped")
        is_there_more = is_open_ended and (self.saved_step or 0) < self.total_steps
        return self.can_open and is_there_more and not self.is_in_training


def scan(
    runs: Path,
    is_cancelled: Callable[[], bool] = lambda: False,
    guests: Iterable[Path] = (),
) -> list[RunSummary]:
    """All runs below `runs`, newest first; what cannot be read is listed with the reason.

    `guests` are folders of runs that lie elsewhere; those that are gone are left out.
    """
    found = []
    for path in (*(runs.iterdir() if runs.is_dir() else ()), *guests):
        if is_cancelled():
            break
        if path.is_dir() and not path.name.startswith(".") and _looks_like_run(path):
            found.append(read_summary(path))
    return sorted(found, key=_age, reverse=True)


def is_run(path: Path) -> bool:
    """Whether a folder holds a run."""
    return (path / CONFIG).is_file() and (path / MANIFEST).is_file()


def is_in_training(path: Path) -> bool:
    """Whether somebody trains the run in a folder right now."""
    try:
        return is_held(path / LOCK)
    except OSError:  # a disk without locks
        return False


def _age(run: RunSummary) -> tuple[datetime, str]:
    return run.created or datetime.min, run.path.name


def _looks_like_run(path: Path) -> bool:
    return any((path / name).exists() for name in (CONFIG, MANIFEST, CHECKPOINTS))


def read_summary(path: Path) -> RunSummary:
    """One run; never raises for what is in the folder."""
    try:
        table = _manifest(path)
        tomllib.loads((path / CONFIG).read_text("utf-8"))
        return _summary(path, table)
    except FileNotFoundError as error:
        name = Path(error.filename or "").name
        problem = _("{name} is missing; it is no complete run.").format(name=name)
    except _NewerVersionError:
        problem = _("A newer version of GAN Studio wrote it; update to open it.")
    except (OSError, ValueError, TypeError, KeyError) as error:
        problem = _("It cannot be read ({reason}).").format(reason=error)
    return RunSummary(path, created=_changed_at(path), picture=_picture(path), problem=problem)


class _NewerVersionError(Exception):
    pass


def _manifest(path: Path) -> dict[str, Any]:
    table = json.loads((path / MANIFEST).read_text("utf-8"))
    if not isinstance(table, dict):
        raise ValueError(f"{MANIFEST} holds no table")
    if int(table.get("schema", 0)) > SCHEMA_VERSION:
        raise _NewerVersionError
    return table


def _summary(path: Path, table: dict[str, Any]) -> RunSummary:
    created, state = table.get("created"), str(table.get("state", "started"))
    return RunSummary(
        path,
        family=str(table["family"]),
        data=str(table.get("data_title") or table["data"]),
        seed=table.get("seed"),
        step=int(table.get("step", 0)),
        total_steps=int(table.get("total_steps", 0)),
        state=state,
        created=datetime.fromisoformat(created) if created else _changed_at(path),
        picture=_picture(path),
        saved_step=saved_step(path),
        failure=str(table.get("failure", "")),
        cell=_cell(table.get("sample_shape")),
        changed=datetime.fromtimestamp((path / MANIFEST).stat().st_mtime),
        is_in_training=state in ("started", "training") and is_in_training(path),
    )


def _cell(shape: Any) -> tuple[int, int]:
    if isinstance(shape, list) and len(shape) == 3:
        return int(shape[2]), int(shape[1])
    return 0, 0


def saved_step(path: Path) -> int | None:
    """The newest checkpoint that the run in `path` can go on from, None without one."""
    steps = [
        int(folder.name)
        for folder in (path / CHECKPOINTS).glob("[0-9]*")
        if folder.name.isdigit() and all((folder / name).is_file() for name in COMPLETE)
    ]
    return max(steps, default=None)


def _picture(path: Path) -> Path | None:
    return max((path / SAMPLES).glob("*.png"), default=None)


def _changed_at(path: Path) -> datetime | None:
    """When a run was made as its name tells (`core.paths.run_name`), or its last change."""
    try:
        return datetime.strptime(path.name[:15], "%Y-%m-%d_%H%M")
    except ValueError:
        pass
    try:
        return datetime.fromtimestamp(path.stat().st_mtime)
    except OSError:
        return None


def move_to_trash(path: Path, trash: Path) -> Path:
    """Move a run into the trash; returns where it is now.

    Raises:
        DiskProblem: it cannot be moved.
    """
    with naming_disk_problems(path):
        trash.mkdir(parents=True, exist_ok=True)
        target = unused(trash / path.name)
        shutil.move(path, target)
        return target


def move_back(trashed: Path, path: Path) -> Path:
    """The reverse of `move_to_trash`."""
    with naming_disk_problems(path):
        target = unused(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(trashed, target)
        return target
