"""The pictures that a run was trained on, prepared once more for looking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_studio.core.errors import StudioError
from gan_studio.core.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gan_studio.core.schema import Plug
    from gan_studio.data.base import Prepared


class NotHere(StudioError):
    """Data that would have to be downloaded first."""

    message = N_("The pictures of this run are not on this computer.")
    hint = N_("Fetch them again.")


def prepare(
    data: Plug,
    cache_dir: Path,
    progress: Callable[[int, int, str], None],
    is_cancelled: Callable[[], bool],
    *,
    may_download: bool,
) -> Prepared:
    """The data set of a run, as it was trained on.

    Raises:
        NotHere: it would have to be downloaded, and nobody allowed that.
        StudioError: it cannot be read.
    """
    from gan_studio.data.base import DATASETS, DataContext

    source = DATASETS.get(data.key).target(data.options)
    context = DataContext(cache_dir, progress, is_cancelled)
    if not may_download and not source.is_here(context):
        raise NotHere()
    return source.prepare(context)


def is_other_than_learned(prepared: Prepared, run_dir: Path | None) -> bool:
    """Whether a run's data set has changed since the run learned from it.

    Runs that are no longer there, or were never on disk, say nothing: False.
    """
    from gan_studio.training.run_folder import RunFolder

    try:
        known = "" if run_dir is None else RunFolder(run_dir).manifest().get("fingerprint", "")
    except StudioError:
        return False
    return bool(known) and known != prepared.fingerprint
