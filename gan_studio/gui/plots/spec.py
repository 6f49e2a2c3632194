"""What a plot shows, said without pyqtgraph, so that pages can be built before it is loaded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Curve:
    """One scalar as a line.

    Attributes:
        name: the scalar's name in the history, such as ``loss/generator``.
        label: for the legend and the readout (translated).
        token: the colour's name in `theme.Tokens`.
        tag: a few letters at the line's end: the second cue beside the colour.
    """

    name: str
    label: str
    token: str
    tag: str = ""


@dataclass(frozen=True)
class Reference:
    """A dashed horizontal line with a meaning.

    Attributes:
        value: where it lies.
        label: for the legend (translated).
    """

    value: float
    label: str


@dataclass(frozen=True)
class Band:
    """A shaded strip from left to right: what chance alone would give.

    Attributes:
        low: its lower edge.
        high: its upper edge.
    """

    low: float
    high: float


@dataclass(frozen=True)
class PlotSpec:
    """One plot.

    Attributes:
        title: of the card and of what is copied (translated).
        curves: in drawing order.
        references: dashed lines.
        band: a shaded strip behind the curves, or None.
        y_range: a fixed range, or None for one that follows the data.
        is_log: logarithmic y at first.
        hint: what will be here, while there is nothing (translated).
        tooltip: what the curves tell (translated).
    """

    title: str
    curves: tuple[Curve, ...]
    references: tuple[Reference, ...] = ()
    band: Band | None = None
    y_range: tuple[float, float] | None = None
    is_log: bool = False
    hint: str = ""
    tooltip: str = ""


@dataclass(frozen=True)
class SizeCurve:
    """One curve over sizes instead of steps.

    Attributes:
        curve: its name, label and colour.
        values: by size.
        is_dashed: the second cue beside the colour, with the shape of its points.
        is_clickable: whether there is something behind its points.
    """

    curve: Curve
    values: Mapping[int, float] = field(default_factory=dict)
    is_dashed: bool = False
    is_clickable: bool = False


def format_value(value: float) -> str:
    """Three significant digits without jumping widths: ``0.693``, ``12.4``, ``1.2e-5``.

    What has overflowed is ``∞`` or, once it is no number at all, ``–``.
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "\u2212∞"
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e5):
        mantissa, _e, exponent = f"{value:.1e}".partition("e")
        return f"{mantissa}e{int(exponent)}".replace("-", "\u2212")
    digits = 3 if size < 10 else 1 if size < 1000 else 0
    return f"{value:.{digits}f}".replace("-", "\u2212")
