"""A survey and a queue as the rows of a table and the curves of a plot. No Qt, no torch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gan_studio.core.i18n import _
from gan_studio.gui.plots.spec import Curve, SizeCurve
from gan_studio.gui.widgets.size_table import SizeRow
from gan_studio.jobs.queue import FAILED, RUNNING, WAITING, Entry, Queue
from gan_studio.jobs.sweep import SIZE_FIELD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gan_studio.gui.run_view import RunView
    from gan_studio.jobs.survey import Found, Survey

NOTHING = "–"


def curves_of(family: str, survey: Survey) -> tuple[SizeCurve, ...]:
    """The model's curve and that of principal components."""
    errors = {size: found.mse for size, found in survey.best.items() if not math.isnan(found.mse)}
    return (
        SizeCurve(Curve("model", family, "generated"), errors, is_clickable=True),
        SizeCurve(Curve("pca", _("PCA"), "muted"), survey.baseline, is_dashed=True),
    )


def rows_of(
    sizes: Sequence[int], survey: Survey, queue: Queue | None, run: RunView | None
) -> tuple[SizeRow, ...]:
    """What is known of every size, and how far its run is."""
    entries = {}
    if queue is not None:
        entries = {int(entry.config["model"][SIZE_FIELD]): entry for entry in queue.entries}
    return tuple(_row(size, survey, entries.get(size), run) for size in sizes)


def _row(size: int, survey: Survey, entry: Entry | None, run: RunView | None) -> SizeRow:
    found = survey.best.get(size)
    cells = (
        str(size),
        _number(None if found is None else found.mse),
        _number(survey.baseline.get(size)),
        _state(found, entry, run),
    )
    return SizeRow(size, cells, _tooltip(found, entry), found is not None)


def _number(value: float | None) -> str:
    return NOTHING if value is None or math.isnan(value) else f"{value:.4f}"


def _state(found: Found | None, entry: Entry | None, run: RunView | None) -> str:
    if entry is not None and entry.state == RUNNING:
        share = run.step / run.total_steps if run is not None and run.total_steps else 0.0
        return _("training {share}").format(share=f"{min(share, 1.0):.0%}")
    if entry is not None and entry.state == WAITING:
        return _("stopped") if entry.run_dir else _("waiting")
    if entry is not None and entry.state == FAILED:
        return _("failed")
    return NOTHING if found is None else _("{steps} steps").format(steps=f"{found.steps:,}")


def _tooltip(found: Found | None, entry: Entry | None) -> str:
    if entry is not None and entry.state == FAILED:
        return entry.reason
    if found is None:
        return _("Not trained yet.")
    text = _("{mse:.4f} ± {spread:.4f} from picture to picture. {run}: Return adds it to Compare.")
    return text.format(mse=found.mse, spread=found.spread, run=found.path.name)
