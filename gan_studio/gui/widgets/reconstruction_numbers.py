"""The numbers of a `ReconstructionTable`: what they say, and which model is best in a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QFont, QImage

from gan_studio.core.i18n import N_, _
from gan_studio.gui import theme
from gan_studio.gui.widgets import pictures

ALL, MSE, PSNR, SSIM = "all", "mse", "psnr", "ssim"
MEASURES = {ALL: N_("MSE, PSNR, SSIM"), MSE: "MSE", PSNR: "PSNR", SSIM: "SSIM"}
BEST_MARK, WORST_MARK = "▲", "▽"


@dataclass(frozen=True, eq=False)
class TableColumn:
    """One model: pictures as uint8 ``[N, C, H, W]``, signed errors as float, numbers ``[N]``.

    Attributes:
        mark: a few words below the title on where the copies come from.
        is_there: which rows there are, the numbers of others are NaN; empty where there are all.
        notes: what else the tooltip of a row says; may be empty.
    """

    title: str
    copies: Any
    errors: Any
    mse: Sequence[float]
    psnr: Sequence[float]
    ssim: Sequence[float]
    mark: str = ""
    is_there: Sequence[bool] = ()
    notes: Sequence[str] = ()

    def images(self, arrays: Any) -> list[QImage]:
        """Its rows of some array as images; null where a row is not there."""
        there = self.is_there or [True] * len(arrays)
        return [
            pictures.to_image(item) if is_there else QImage()
            for item, is_there in zip(arrays, there, strict=True)
        ]


class Placing(dict[int, bool]):
    """Columns that stand out in a row: True the best, False the worst."""

    def words(self, column: int) -> list[str]:
        """The same for a tooltip."""
        if column not in self:
            return []
        return [_("best of the row") if self[column] else _("worst of the row")]


def placing(columns: Sequence[TableColumn], row: int, measure: str) -> Placing:
    """The best and the worst column of a row; none where fewer than two differ.

    PSNR tells no other story than MSE; where SSIM is shown alone, it decides.
    """
    if len(columns) < 2:
        return Placing()
    worth = [column.ssim[row] if measure == SSIM else -column.mse[row] for column in columns]
    if any(math.isnan(value) for value in worth) or max(worth) == min(worth):
        return Placing()
    return Placing({worth.index(min(worth)): False, worth.index(max(worth)): True})


def lines_of(
    column: TableColumn, row: int, measure: str, is_best: bool | None = None
) -> tuple[str, ...]:
    """What stands beside a copy, nothing without one; the first line carries the mark."""
    if math.isnan(column.mse[row]):
        return ()
    found = {
        MSE: f"{column.mse[row]:.4f}",
        PSNR: decibels(column.psnr[row]),
        SSIM: similarity(column.ssim[row]),
    }
    first, *others = found.values() if measure == ALL else (found[measure],)
    mark = {None: "", True: f" {BEST_MARK}", False: f" {WORST_MARK}"}[is_best]
    return (first + mark, *others)


def mean_lines(column: TableColumn, measure: str) -> tuple[str, ...]:
    """What stands below a column: the means of what is shown."""
    if math.isnan(mean_of(column.mse)):
        return ("",) * (2 if measure == ALL else 1)
    mse = _("mean {mse:.4f}").format(mse=mean_of(column.mse))
    psnr, ssim = decibels(mean_of(column.psnr)), similarity(mean_of(column.ssim))
    if measure in (ALL, MSE):
        return (mse, f"{psnr} · {ssim}") if measure == ALL else (mse,)
    return (_("mean {value}").format(value=psnr if measure == PSNR else ssim),)


def summary(columns: Sequence[TableColumn]) -> str:
    """The means of all columns, for those who hear the table."""
    means = [
        " ".join((f"{column.title}: {mean_of(column.mse):.4f}", column.mark)).strip()
        for column in columns
    ]
    return _("Mean squared errors: {list}").format(list="; ".join(means))


def tip_of(
    columns: Sequence[TableColumn], index: int, row: int, measure: str, *, is_copy: bool
) -> str:
    """All that is known of a copy or its error map, in one line."""
    column = columns[index]
    words = [
        f"{column.title} · {_('copy') if is_copy else _('error')}",
        f"MSE {column.mse[row]:.5f}",
        f"PSNR {decibels(column.psnr[row])}",
        similarity(column.ssim[row]),
    ]
    words += placing(columns, row, measure).words(index)
    return " · ".join(filter(None, (*words, column.mark, *column.notes[row : row + 1])))


def decibels(value: float) -> str:
    """``18.3 dB``; an exact copy has no limit."""
    return "∞ dB" if math.isinf(value) else f"{value:.1f} dB"


def similarity(value: float) -> str:
    """``SSIM 0.81``; pictures smaller than its window have none."""
    return "SSIM –" if math.isnan(value) else f"SSIM {value:.2f}"


def mean_of(values: Sequence[float]) -> float:
    """The mean of those that are numbers, NaN of nothing."""
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def font_of(base: QFont, size: int, *, is_bold: bool = False) -> QFont:
    """`base` in another size, at the theme's scale."""
    font = QFont(base)
    font.setPixelSize(theme.px(size))
    font.setBold(is_bold)
    return font
