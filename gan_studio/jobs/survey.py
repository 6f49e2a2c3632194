"""What finished runs with bottlenecks of several sizes lose on held-out pictures, and PCA does."""

from __future__ import annotations

import json
import math
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_studio.core.config import RunConfig
from gan_studio.core.errors import Cancelled, StudioError
from gan_studio.core.schema import to_plain
from gan_studio.core.schema_io import from_plain
from gan_studio.data.base import DATASETS, DataContext, Prepared
from gan_studio.inference.bundle import load_bundle
from gan_studio.inference.held_out import baseline, losses_on
from gan_studio.jobs.sweep import SIZE_FIELD
from gan_studio.training.run_folder import CONFIG, RunFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gan_studio.jobs.folders import Folders

    Progress = Callable[[int, int, str], None]

BEST_OF = 4  # newest finished runs of one size among which the best is looked for


@dataclass(frozen=True)
class Found:
    """A finished run.

    Attributes:
        size: of its bottleneck.
        steps: how many it has made.
        mse: mean squared error on the whole held-out set, pixels on [0, 1]; NaN while unknown.
        spread: standard deviation from picture to picture.
    """

    path: Path
    size: int
    steps: int
    mse: float = math.nan
    spread: float = math.nan


@dataclass(frozen=True)
class Survey:
    """What there is of one family on one data set.

    Attributes:
        title: how the data is called; "" where it would have to be downloaded first.
        count: training pictures, 0 where nobody knows.
        held_out: how many pictures the errors are measured on.
        best: by size, the finished run with the lowest held-out error among the newest few.
        baseline: by size, what principal components lose on the same pictures.
    """

    title: str = ""
    count: int = 0
    held_out: int = 0
    best: Mapping[int, Found] = field(default_factory=dict)
    baseline: Mapping[int, float] = field(default_factory=dict)


class Surveyor:
    """Looks, prepares and measures; remembers what it has measured. One survey at a time.

    Attributes:
        folders: where runs and downloads are.
    """

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self._lock = threading.Lock()
        self._prepared: dict[str, Prepared] = {}
        self._errors: dict[tuple[Path, int, str], tuple[float, float]] = {}
        self._baselines: dict[str, Mapping[int, float]] = {}

    def look(
        self,
        family: str,
        data: Mapping[str, Any],
        sizes: Iterable[int],
        is_cancelled: Callable[[], bool] = lambda: False,
        progress: Progress = lambda done, total, what: None,
        *,
        may_download: bool = False,
        with_baseline: bool = True,
    ) -> Survey:
        """Find and measure.

        Args:
            family: its key.
            data: plain tables, as in a run's settings.
            sizes: of the bottleneck.
            is_cancelled: asked between runs and between parts of them.
            progress: of preparing the data.
            may_download: fetch the data where it is not here; else only runs are looked for.
            with_baseline: find principal components as well, which takes seconds the first time.

        Raises:
            Cancelled: it was.
            StudioError: the data cannot be read.
        """
        with self._lock:
            context = DataContext(self.folders.cache, progress, is_cancelled)
            prepared = self._prepare(data, context, may_download=may_download)
            fingerprint = prepared.fingerprint if prepared is not None else ""
            runs = find_runs(self.folders.runs, family, data, fingerprint)
            best = self._best(runs, sizes, prepared, is_cancelled)
            if prepared is None:
                return Survey(best=best)
            counts = len(prepared.train), len(prepared.held_out)
            rivals = self._baseline(prepared, sizes) if with_baseline else {}
            return Survey(prepared.title, *counts, best, rivals)

    def _prepare(
        self, data: Mapping[str, Any], context: DataContext, *, may_download: bool
    ) -> Prepared | None:
        key = json.dumps(data, sort_keys=True, default=str)
        if key not in self._prepared:
            chosen = from_plain(RunConfig, {"data": data}).data
            source = DATASETS.get(chosen.key).target(chosen.options)
            if not may_download and not source.is_here(context):
                return None
            self._prepared = {key: source.prepare(context)}  # one at a time: they can be large
        return self._prepared[key]

    def _best(
        self,
        runs: Sequence[Found],
        sizes: Iterable[int],
        prepared: Prepared | None,
        is_cancelled: Callable[[], bool],
    ) -> dict[int, Found]:
        best = {}
        for size in sizes:
            newest = [run for run in runs if run.size == size][:BEST_OF]
            if prepared is None or not len(prepared.held_out):
                known = newest[:1]
            else:
                known = [
                    item for run in newest if (item := self._measured(run, prepared, is_cancelled))
                ]
            if known:
                best[size] = min(known, key=lambda run: (math.isnan(run.mse), run.mse))
        return best

    def _measured(
        self, run: Found, prepared: Prepared, is_cancelled: Callable[[], bool]
    ) -> Found | None:
        """The run with its error; None where its model cannot be read."""
        key = (run.path, run.steps, prepared.fingerprint)
        if key not in self._errors:
            try:
                losses = losses_on(load_bundle(run.path), prepared.held_out, None, is_cancelled)
            except Cancelled:
                raise
            except StudioError:  # a run that cannot be read is none that fits
                return None
            self._errors[key] = (losses.mean, losses.spread)
        mse, spread = self._errors[key]
        return replace(run, mse=mse, spread=spread)

    def _baseline(self, prepared: Prepared, sizes: Iterable[int]) -> Mapping[int, float]:
        known = self._baselines.get(prepared.fingerprint, {})
        if not set(sizes) <= known.keys():
            known = {**known, **baseline(prepared, list(sizes))}
            self._baselines[prepared.fingerprint] = known
        return known


def resolved(data: Mapping[str, Any]) -> dict[str, Any]:
    """The tables of a data set with all of its options, as a run's settings hold them.

    Raises:
        BadConfig: a field that there is not, or a value that does not fit.
    """
    found: dict[str, Any] = to_plain(from_plain(RunConfig, {"data": data}))["data"]
    return found


def find_runs(
    runs: Path, family: str, data: Mapping[str, Any], fingerprint: str = ""
) -> list[Found]:
    """Finished runs of a family on the same data, the newest first.

    Args:
        runs: the folder with all runs.
        family: its key.
        data: plain tables; a run fits whose settings say the same,
        fingerprint: or whose pictures have this fingerprint.
    """
    whole = resolved(data)
    paths = list(runs.iterdir()) if runs.is_dir() else []
    found = [item for path in paths if (item := _read(path, family, whole, fingerprint))]
    return [run for _created, run in sorted(found, key=_age, reverse=True)]


def _age(item: tuple[str, Found]) -> tuple[str, str]:
    return item[0], item[1].path.name


def _read(
    path: Path, family: str, data: Mapping[str, Any], fingerprint: str
) -> tuple[str, Found] | None:
    folder = RunFolder(path)
    try:
        if not folder.is_run() or not (steps := folder.checkpoints.steps()):
            return None
        manifest = folder.manifest()
        config = tomllib.loads((path / CONFIG).read_text("utf-8"))
        size = int(config["model"].get(SIZE_FIELD, 0))
        is_known = bool(fingerprint) and manifest.get("fingerprint") == fingerprint
        is_same = is_known or data == config["data"]
        fits = config["model"]["name"] == family and is_same and size > 0
        if not fits or manifest.get("state") != "done":
            return None
        return str(manifest.get("created", "")), Found(path, size, steps[-1])
    except (StudioError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # a folder that is no run, or damaged
